"""Everything that the HTTP port serves."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cvt_server.errors import ServerError
from cvt_server.metrics import CONTENT_TYPE
from cvt_server.operations.api import PREFIX, api
from cvt_server.operations.perform import broken, failed
from cvt_server.operations.problem import Problem
from cvt_server.operations.state import State
from cvt_server.rest.docs import page
from cvt_server.rest.endpoint import Endpoint, respond
from cvt_server.rest.guard import LOCAL, Guard


class _Anything(PathConvertor):
    """The rest of a path, line breaks too."""

    regex = "(?s:.*)"


register_url_convertor("anything", _Anything())


def site(state: State, *, local: bool = False) -> Any:
    """The ASGI application. `local`: the server listens on this machine only."""
    application = Starlette(
        routes=[
            Route("/metrics", _metrics(state)),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz(state)),
            Route("/api/docs", _docs),
            Route(f"{PREFIX}/openapi.json", _json),
            Route(f"{PREFIX}/openapi.yaml", _yaml),
            Route(f"{PREFIX}/{{rest:anything}}", Endpoint(state)),
            Route("/", _root),
        ],
        exception_handlers={404: _missing, 405: _missing, Exception: _broken},
    )
    return Guard(application, LOCAL if local else frozenset())


def _metrics(state: State) -> Any:
    async def metrics(_request: Request) -> Response:
        state.metrics.look(state.services.library)
        text = await asyncio.to_thread(state.metrics.text)
        return Response(text, media_type=CONTENT_TYPE)

    return metrics


async def _healthz(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


def _readyz(state: State) -> Any:
    async def readyz(_request: Request) -> Response:
        """Calls would be served: the database answers and nobody has asked the server to stop."""
        if not state.serving:
            return JSONResponse({"status": "stopping"}, 503)
        try:
            alive = await asyncio.wait_for(asyncio.to_thread(state.services.storage.database.alive), 5)
        except (TimeoutError, ServerError):
            alive = False
        return JSONResponse({"status": "ready" if alive else "storage-unavailable"}, 200 if alive else 503)

    return readyz


async def _docs(_request: Request) -> Response:
    return Response(page(), media_type="text/html; charset=utf-8")


async def _json(_request: Request) -> Response:
    return Response(await asyncio.to_thread(_tree), media_type="application/json")


def _tree() -> bytes:
    import msgspec

    return msgspec.json.encode(api().spec.entry.tree)


async def _yaml(_request: Request) -> Response:
    return Response(api().text, media_type="application/yaml")


async def _root(_request: Request) -> Response:
    return Response(status_code=307, headers={"location": "/api/docs"})


async def _missing(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    headers = getattr(error, "headers", None) or {}
    kind = "method-not-allowed" if status == 405 else "no-such-path"
    response = respond(failed(Problem(kind, status, f"{request.method} {request.url.path[:200]}", "see /api/docs")), request)
    response.headers.update(headers)
    return response


async def _broken(request: Request, _error: Exception) -> Response:
    return respond(broken(request.url.path[:100]), request)
