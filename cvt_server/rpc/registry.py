"""The registry's own service: every operation of the REST description over the same port, by its name."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import msgspec

from cvt_server import auth
from cvt_server.errors import Invalid, ServerError
from cvt_server.model import Actor
from cvt_server.operations.api import api, request_of, tree
from cvt_server.operations.perform import Outcome, failed, perform, threads
from cvt_server.operations.problem import Problem, problem_of, refused
from cvt_server.operations.state import State
from cvt_server.operations.table import BY_ID
from cvt_server.rpc.server import Method, Service
from cvt_wire import registry_pb2 as wire

REGISTRY: Final = "cvt.registry.v1.Registry"


class RegistryCalls:
    """Implements the service."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def call(self, request: wire.CallRequest, actor: Actor) -> wire.CallReply:
        """One operation; what goes wrong is told in the reply, as REST tells it."""
        started = time.perf_counter()
        outcome = await self._outcome(request, actor)
        self._state.metrics.operation(request.operation if request.operation in BY_ID else "unknown", outcome.status, time.perf_counter() - started)
        return wire.CallReply(status=outcome.status, body=outcome.body)

    async def _outcome(self, request: wire.CallRequest, actor: Actor) -> Outcome:
        row = BY_ID.get(request.operation)
        if row is None:
            return failed(Problem("not-found", 404, f"there is no operation {request.operation[:60]!r}", "see operationId in /api/v1/openapi.json"))
        try:
            auth.allow(actor, row.scope)
            return await asyncio.get_running_loop().run_in_executor(threads(self._state, row), self._run, row, request.arguments, actor)
        except ServerError as problem:
            return failed(problem_of(problem))

    def _run(self, row: Any, given: bytes, actor: Actor) -> Outcome:
        try:
            target, arguments, body = request_of(row, tree(given) if given else {})
            violations = api().check(row.method, target, body)
        except (Invalid, msgspec.ValidationError, UnicodeEncodeError) as problem:
            return failed(problem_of(problem if isinstance(problem, Invalid) else Invalid(str(problem))))
        return failed(refused(violations)) if violations else perform(self._state, row, arguments, actor)


def registry_service(state: State) -> Service:
    """The service, behind the same gate; which scope is needed depends on the operation."""
    return Service(REGISTRY, {"Call": Method(RegistryCalls(state).call, "", wire.CallRequest)}, state.gate, state.metrics, state.traces)
