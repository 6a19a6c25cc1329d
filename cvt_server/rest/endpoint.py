"""REST: a request becomes an operation's arguments, its outcome a response."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cvt_engine.facade import is_json
from cvt_server.errors import ServerError, TooLarge
from cvt_server.model import Actor
from cvt_server.operations.api import MAX_BODY, PREFIX, Found, api, arguments
from cvt_server.operations.perform import Outcome, failed, perform, threads
from cvt_server.operations.problem import Problem, problem_of, refused
from cvt_server.operations.state import State

MAX_READ: Final = 4 * MAX_BODY


class Endpoint:
    """Every path under /api/v1, as an ASGI application."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        started = time.perf_counter()
        target = _target(request)
        found = api().find("GET" if request.method == "HEAD" else request.method, target)
        if found is None:
            outcome, headers = self._missing(request, target)
            name = "unknown"
        else:
            outcome, headers = await self._found(request, found, target), {}
            name = found.row.id
        took = time.perf_counter() - started
        self._state.metrics.operation(name, outcome.status, took)
        if self._state.traces is not None:
            failed_with = str(outcome.status) if outcome.status >= 500 else ""
            self._state.traces.call(name, seconds=took, parent=request.headers.get("traceparent", ""), system="http", error=failed_with)
        response = respond(outcome, request)
        response.headers.update(headers)
        return response

    def _missing(self, request: Request, target: str) -> tuple[Outcome, dict[str, str]]:
        allowed = api().allowed(target)
        if not allowed:
            return failed(Problem("no-such-path", 404, f"there is no {target.partition('?')[0][:200]} under {PREFIX}", "see /api/docs")), {}
        names = ", ".join(allowed)
        return failed(Problem("method-not-allowed", 405, f"{request.method[:40]} is not one of {names}", "see /api/docs")), {"allow": names}

    async def _found(self, request: Request, found: Found, target: str) -> Outcome:
        try:
            actor = await self._enter(request, found.row.scope)
            body = await _body(request)
        except ServerError as problem:
            self._state.metrics.refused(problem)
            return failed(problem_of(problem))
        if body and not _is_json(request):
            return failed(Problem("unsupported-media-type", 415, "the body must be JSON", "send Content-Type: application/json"))
        method = "GET" if request.method == "HEAD" else request.method
        return await asyncio.get_running_loop().run_in_executor(threads(self._state, found.row), self._perform, method, target, found, body, actor)

    def _perform(self, method: str, target: str, found: Found, body: bytes, actor: Actor) -> Outcome:
        try:
            given = arguments(found.texts, target.partition("?")[2], body)
        except (ServerError, ValueError) as problem:
            return failed(problem_of(problem) if isinstance(problem, ServerError) else Problem("invalid-input", 400, str(problem)[:200]))
        violations = api().check(method, target, body)
        return failed(refused(violations)) if violations else perform(self._state, found.row, given, actor)

    async def _enter(self, request: Request, scope: str) -> Actor:
        gate = self._state.gate
        peer = request.client.host if request.client else ""
        actor = await gate.admit(_secret(request), scope, peer)
        if not gate.open:
            self._state.metrics.auth_ok.inc()
        return actor


def _target(request: Request) -> str:
    """Path and query below the prefix as they came, percent-encoded."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    path = raw.partition(b"?")[0].decode("latin-1").removeprefix(PREFIX)
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path


def _secret(request: Request) -> str | None:
    key = request.headers.get("x-api-key")
    if key:
        return key
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _is_json(request: Request) -> bool:
    return is_json(request.headers.get("content-type", "").lower())


async def _body(request: Request) -> bytes:
    """The body, kept no further than allowed; what is somewhat larger is read to its end, so that the answer arrives. Raises TooLarge."""
    announced = request.headers.get("content-length", "")
    found, size = bytearray(), int(announced[:15]) if announced.isdigit() else 0
    if size <= MAX_READ:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > MAX_READ:
                break
            if size <= MAX_BODY:
                found += part
    if size > MAX_BODY:
        raise TooLarge(f"the body has more than {MAX_BODY} bytes")
    return bytes(found)


def respond(outcome: Outcome, request: Request) -> Response:
    """An outcome as a response; what the client has already is not sent again."""
    headers: dict[str, str] = {}
    if outcome.etag:
        headers["etag"] = f'"{outcome.etag}"'
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    if outcome.retry:
        headers["retry-after"] = str(outcome.retry)
    if outcome.status == 401:
        headers["www-authenticate"] = 'Bearer realm="cvt"'
    return Response(outcome.body, outcome.status, headers=headers, media_type=outcome.media if outcome.body else None)
