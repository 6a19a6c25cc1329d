"""The REST description as the judge of requests: our own engine finds the operation and says what does not fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from cvt_engine.facade import Contract, HttpRequest, Spec, ValidateOptions, Violation, load_spec
from cvt_server.errors import Invalid
from cvt_server.operations.row import Arguments, Operation
from cvt_server.operations.table import BY_ID

PREFIX: Final = "/api/v1"
MAX_BODY: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 64
_NAME: Final = "rest.yaml"
_OPTIONS: Final = ValidateOptions(unknown_query="error", undeclared_body="error", security=False, max_violations=20)


def _number(text: str) -> int | float:
    """To JSON, 200.0 is the whole number 200: what the description calls an integer arrives as one."""
    value = float(text)
    if math.isinf(value):
        raise ValueError("a number is out of range")
    return int(value) if abs(value) <= _MAX_WHOLE and value.is_integer() else value


_MAX_WHOLE: Final = 2.0**53
_JSON: Final = msgspec.json.Decoder(float_hook=_number)


@dataclass(frozen=True, slots=True)
class Found:
    """The operation of a request and the texts of its path."""

    row: Operation
    texts: dict[str, str]


class Api:
    """The compiled description."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.spec: Spec = load_spec(lambda _: text, _NAME)
        self._contract = Contract.compile(self.spec, _OPTIONS)

    def find(self, method: str, target: str) -> Found | None:
        """The operation for a method and a path without prefix, percent-encoded as it came; None where there is none."""
        match = self._contract.match(method, target)
        if match is None:
            return None
        texts = {name: unquote(value, errors="replace") for name, value in match.parameters.items() if value is not None}
        return Found(BY_ID[match.operation_id], texts)

    def allowed(self, target: str) -> tuple[str, ...]:
        """The methods of a path; empty where there is no such path."""
        return self._contract.allowed(target)

    def check(self, method: str, target: str, body: bytes) -> tuple[Violation, ...]:
        """In which points a request differs from the description."""
        headers = (("content-type", "application/json"),) if body else ()
        return self._contract.check_request(HttpRequest(method, target, headers, body or None))


@cache
def api() -> Api:
    """The description that this server serves."""
    return Api(resources.files("cvt_server.operations").joinpath(_NAME).read_bytes())


def arguments(texts: Mapping[str, str], query: str, body: bytes) -> Arguments:
    """Path, query and body together. Raises Invalid."""
    given = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=100, errors="replace"))
    return Arguments({**given, **texts}, tree(body) if body else {})


def tree(body: bytes) -> dict[str, Any]:
    """The JSON object in a body, nested within reason. Raises Invalid."""
    try:
        value = _JSON.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise Invalid(f"the body is not JSON: {str(problem)[:200]}") from None
    if not isinstance(value, dict):
        raise Invalid("the body must be a JSON object")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise Invalid(f"the body is nested deeper than {MAX_DEPTH} levels")
    return value


def _depth(value: Any) -> int:
    """How deep a tree is, as far as MAX_DEPTH and one more."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [inner for node in level for inner in (node.values() if isinstance(node, dict) else node) if isinstance(inner, dict | list)]
    return depth


def request_of(row: Operation, given: Mapping[str, Any]) -> tuple[str, Arguments, bytes]:
    """Target, arguments and body of a call by name, where path and query parameters stand beside the body. Raises Invalid."""
    rest = dict(given)
    body = rest.pop("body", None)
    texts = {name: _text(name, value) for name, value in rest.items() if value not in (None, "")}
    target = row.path
    for name in (part[1:-1] for part in row.path.split("/") if part.startswith("{")):
        if not texts.get(name):
            raise Invalid(f"{row.id} needs the argument {name}")
        target = target.replace(f"{{{name}}}", quote(texts[name], safe="", errors="replace"))
    query = {name: value for name, value in texts.items() if f"{{{name}}}" not in row.path}
    target += "?" + "&".join(f"{quote(name, safe='', errors='replace')}={quote(value, safe='', errors='replace')}" for name, value in query.items())
    return target.rstrip("?"), Arguments(texts, body if isinstance(body, dict) else {}), b"" if body is None else msgspec.json.encode(body)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise Invalid(f"the argument {name} must be a text, a number, true or false")
