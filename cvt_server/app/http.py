"""The HTTP server, inside of the process's own event loop and life."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from cvt_server.operations.perform import failed
from cvt_server.operations.problem import Problem

MAX_CONNECTIONS: Final = 2000
HEAD_SECONDS: Final = 15.0
"""How long a client may take from its first byte to the end of a request's headers."""
BODY_SECONDS: Final = 30.0
"""How long nothing may come while a body is under way."""

STALL_SECONDS: Final = 30.0
"""How long a client may take nothing of an answer that waits for it."""


class _Connection(H11Protocol):
    """One client. It has so long to say what it wants; where too many say nothing, one of them makes room for the next."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._end: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Is nothing asked, or not yet?"""
        cycle = getattr(self, "cycle", None)  # None before the first request, whatever its type says
        return (cycle is None or cycle.response_complete) and self.conn.their_state in (h11.IDLE, h11.DONE) and not self.transport.is_closing()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._give(HEAD_SECONDS)
        if len(self.connections) > MAX_CONNECTIONS:
            spare = next((each for each in self.connections if isinstance(each, _Connection) and each is not self and each.idle), None)
            if spare is not None:
                spare.transport.abort()
            else:
                self._refuse(Problem("overloaded", 503, f"more than {MAX_CONNECTIONS} requests are under way", "try again in a moment"))

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            if self._end is None:
                self._give(HEAD_SECONDS)
        elif self.conn.their_state is h11.SEND_BODY:
            self._give(BODY_SECONDS)
        else:
            self._give(None)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_less(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._expect_all()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._give(None)
        self._expect_all()
        super().connection_lost(exc)

    def send_400_response(self, _msg: str) -> None:
        self._refuse(Problem("invalid-input", 400, "this is no HTTP request that the server reads", "send HTTP/1.1 with short headers"))

    def _give(self, seconds: float | None) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)

    def _expect_less(self, waiting: int) -> None:
        """Look again: who has taken nothing meanwhile will not take the rest."""

        def look() -> None:
            left = self.transport.get_write_buffer_size()
            if left < waiting:
                self._expect_less(left)
            else:
                self.transport.abort()

        self._expect_all()
        self._stall = self.loop.call_later(STALL_SECONDS, look)

    def _expect_all(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _refuse(self, problem: Problem) -> None:
        """Answer without having read a request, or instead of reading the rest of it, and end."""
        outcome = failed(problem)
        headers = [("content-type", outcome.media), ("content-length", str(len(outcome.body))), ("connection", "close")]
        with contextlib.suppress(h11.LocalProtocolError):  # the answer is under way already
            for event in (h11.Response(status_code=outcome.status, headers=headers), h11.Data(data=outcome.body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the process's business."""
        yield


class HttpServer:
    """One ASGI application on one bound socket."""

    def __init__(self, application: Any, bound: socket.socket, *, tls: ssl.SSLContext | None, grace: int) -> None:
        config = uvicorn.Config(
            application,
            http=_Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=grace,
            h11_max_incomplete_event_size=64 * 1024,
        )
        config.load()
        config.ssl = tls
        self._server = _Server(config)
        self._socket = bound
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that was opened."""
        port: int = self._socket.getsockname()[1]
        return port

    async def start(self) -> None:
        """Accept connections."""
        self._task = asyncio.create_task(self._server.serve([self._socket]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.001)
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Finish what is under way."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
