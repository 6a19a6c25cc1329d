"""Clients that say nothing, little or nonsense: each is answered or let go, and others are served meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cvt_server.app import http, listen

Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"
SECONDS = 20


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Says what it was sent; a body `wait!` is not answered at all."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    if body == b"wait!":
        await receive()
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


def run(what: Callable[[Callable[[], Awaitable[Client]]], Awaitable[None]]) -> None:
    async def whole() -> None:
        bound = listen.open_socket("127.0.0.1", 0, what="HTTP", option="--metrics-port")
        server = http.HttpServer(echo, bound, tls=None, grace=1)
        await server.start()
        clients: list[Client] = []

        async def client() -> Client:
            clients.append(await asyncio.open_connection("127.0.0.1", server.port))
            return clients[-1]

        await what(client)
        for _, writer in clients:
            writer.close()
        await server.stop()

    asyncio.run(asyncio.wait_for(whole(), 3 * SECONDS))


async def ended(client: Client) -> bytes:
    """Everything until the server ends the connection."""
    try:
        return await asyncio.wait_for(client[0].read(), SECONDS)
    except ConnectionError:
        return b""


async def served(client: Client, body: bytes = b"hello") -> bool:
    client[1].write(POST + body)
    return b" 200 " in await asyncio.wait_for(client[0].readuntil(body), SECONDS)


@pytest.mark.parametrize("said", [b"", b"G", GET, POST, POST + b"hel"])
def test_who_does_not_finish_a_request_is_let_go(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(http, "BODY_SECONDS", 0.2)

    async def what(client: Callable[[], Awaitable[Client]]) -> None:
        late = await client()
        late[1].write(said)
        assert await ended(late) == b""
        assert await served(await client())

    run(what)


def test_headers_that_trickle_in_have_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.3)

    async def what(client: Callable[[], Awaitable[Client]]) -> None:
        slow = await client()

        async def trickle() -> None:
            slow[1].write(GET)
            while True:
                await asyncio.sleep(0.05)
                slow[1].write(b"X: y\r\n")

        trickling = asyncio.create_task(trickle())
        assert await ended(slow) == b""
        trickling.cancel()
        await asyncio.gather(trickling, return_exceptions=True)

    run(what)


def test_a_second_request_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_SECONDS", 0.4)

    async def what(client: Callable[[], Awaitable[Client]]) -> None:
        kept = await client()
        for _ in range(3):
            assert await served(kept)
            await asyncio.sleep(0.3)
        kept[1].write(b"G")
        assert await ended(kept) == b""

    run(what)


def test_idle_clients_make_room_and_busy_ones_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_CONNECTIONS", 3)

    async def what(client: Callable[[], Awaitable[Client]]) -> None:
        idle = [await client() for _ in range(3)]
        assert await served(await client())
        assert sum([reader.at_eof() or reader.exception() is not None for reader, _ in idle]) == 1
        for _ in range(3):
            (await client())[1].write(POST + b"wait!")
        await asyncio.sleep(0.2)
        answer = await ended(await client())
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert json.loads(body)["type"] == "urn:cvt:problem:overloaded"

    run(what)


LARGE = b"x" * 20_000_000


def test_who_takes_nothing_of_an_answer_is_let_go_and_who_is_slow_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "STALL_SECONDS", 0.5)
    request = POST.replace(b": 5", b": %d" % len(LARGE)) + LARGE

    async def what(client: Callable[[], Awaitable[Client]]) -> None:
        deaf, slow = await client(), await client()
        for _, writer in (deaf, slow):
            writer.write(request)
            await asyncio.wait_for(writer.drain(), SECONDS)
        got = 0
        while got < len(LARGE):
            part = await asyncio.wait_for(slow[0].read(1_000_000), SECONDS)
            assert part, f"ended after {got} bytes"
            got += len(part)
            await asyncio.sleep(0.02)
        await asyncio.sleep(1.5)
        assert len(await ended(deaf)) < len(LARGE)

    run(what)


@pytest.mark.parametrize("said", [b"\x16\x03\x01 x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", GET + b"X: " + b"y" * 100_000, POST.replace(b": 5", b": -5")])
def test_nonsense_is_answered_as_every_problem_is(said: bytes) -> None:
    async def what(client: Callable[[], Awaitable[Client]]) -> None:
        strange = await client()
        strange[1].write(said)
        head, _, body = (await ended(strange)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"application/problem+json" in head
        assert json.loads(body)["status"] == 400

    run(what)
