"""Exchanges made for an operation, and small changes to them that may or may not break its contract."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cvt_engine.facade import Fixture, HttpRequest, HttpResponse

Pairs = tuple[tuple[str, str], ...]
OTHERS: tuple[Any, ...] = (None, True, -1, 1.5, 2**40, "", "x", "2026-02-30", "a@b", [], {}, ["x"], {"x": 1})


@dataclass(frozen=True)
class Exchange:
    """A request and a response in parts that can be changed one by one; `what` says what was changed."""

    method: str
    path: str
    query: Pairs
    asked: Pairs
    sent: bytes | None
    status: int
    answered: Pairs
    got: bytes | None
    what: str = "nothing"

    @property
    def request(self) -> HttpRequest:
        query = f"?{urlencode(self.query)}" if self.query else ""
        return HttpRequest(self.method, f"{self.path}{query}", self.asked, self.sent)

    @property
    def response(self) -> HttpResponse:
        return HttpResponse(self.status, self.answered, self.got)


def exchange(fixture: Fixture) -> Exchange:
    """A fixture in parts."""
    request, response = fixture.request, fixture.response
    path, _, query = request.path.partition("?")
    sent = None if request.body is None else request.body.encode()
    got = None if response.body is None else response.body.encode()
    return Exchange(request.method, path, tuple(parse_qsl(query, keep_blank_values=True)), request.headers, sent, response.status, response.headers, got)


def changes(whole: Exchange, random: Random) -> Iterator[Exchange]:
    """The exchange with one thing changed, in many ways."""
    for index, (name, _) in enumerate(whole.query):
        rest = whole.query[:index] + whole.query[index + 1 :]
        yield replace(whole, query=rest, what=f"without query {name}")
        for text in ("x", "", "-1", "99999999999"):
            yield replace(whole, query=(*rest, (name, text)), what=f"query {name}={text!r}")
    for index, (name, _) in enumerate(whole.asked):
        yield replace(whole, asked=whole.asked[:index] + whole.asked[index + 1 :], what=f"without request header {name}")
    for index, (name, _) in enumerate(whole.answered):
        yield replace(whole, answered=whole.answered[:index] + whole.answered[index + 1 :], what=f"without response header {name}")
    if whole.sent:
        yield replace(whole, sent=None, asked=_without_type(whole.asked), what="without request body")
        yield from (replace(whole, sent=body, what=f"request body {what}") for body, what in _bodies(whole.sent, whole.asked, random))
    if whole.got:
        yield from (replace(whole, got=body, what=f"response body {what}") for body, what in _bodies(whole.got, whole.answered, random))
    yield replace(whole, status=599, what="status 599")


def _without_type(headers: Pairs) -> Pairs:
    return tuple((name, value) for name, value in headers if name.lower() != "content-type")


def _bodies(body: bytes, headers: Pairs, random: Random) -> Iterator[tuple[bytes, str]]:
    if not any(name.lower() == "content-type" and "json" in value for name, value in headers):
        return
    yield b"{", "cut"
    value = json.loads(body)
    places = list(_places(value))
    for place in random.sample(places, min(len(places), 12)):
        for other in random.sample(OTHERS, 3):
            yield _with(value, place, other), f"{'/'.join(map(str, place))} = {other!r}"
        if place and isinstance(place[-1], str):
            yield _with(value, place, ...), f"without {'/'.join(map(str, place))}"


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(below, (*way, key))


def _with(value: Any, place: tuple[Any, ...], other: Any) -> bytes:
    if not place:
        return json.dumps(other).encode()
    whole = copy.deepcopy(value)
    node = whole
    for step in place[:-1]:
        node = node[step]
    if other is ...:
        del node[place[-1]]
    else:
        node[place[-1]] = other
    return json.dumps(whole).encode()
