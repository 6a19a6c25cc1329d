"""An HTTP exchange as people write it down: in one file, nested or flat, in two files, or on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from cvt_engine.errors import EngineError
from cvt_engine.facade import HttpRequest, HttpResponse, parse_document
from cvt_runner.errors import UsageError

Read = Callable[[str], bytes]
_REQUEST: Final = frozenset(("method", "path", "headers", "body"))
_NESTED: Final = frozenset(("request", "response"))
_FLAT: Final = _REQUEST | {"status_code", "statusCode", "response_headers", "responseHeaders", "response_body", "responseBody"}


def from_file(name: str, data: bytes) -> tuple[HttpRequest, HttpResponse | None]:
    """An interaction: `{request, response}`, or flat with `status_code`, `response_headers` and `response_body`. Raises UsageError."""
    values = _mapping(name, data)
    if "request" in values:
        _known(name, values, _NESTED)
        answer = values.get("response")
        return _request(name, values["request"]), None if answer is None else _response(name, answer)
    _known(name, values, _FLAT)
    request = _request(name, {key: values[key] for key in _REQUEST & values.keys()})
    if not values.keys() & {"status_code", "statusCode"}:
        return request, None
    answer = {
        "status_code": _first(values, "status_code", "statusCode"),
        "headers": _first(values, "response_headers", "responseHeaders"),
        "body": _first(values, "response_body", "responseBody"),
    }
    return request, _response(name, answer)


def from_files(request: tuple[str, bytes], response: tuple[str, bytes] | None) -> tuple[HttpRequest, HttpResponse | None]:
    """A file for each side, in which a body is the text that is sent. Raises UsageError."""
    asked = _request(request[0], _mapping(*request), raw=True)
    return asked, None if response is None else _response(response[0], _mapping(*response), raw=True)


def _mapping(name: str, data: bytes) -> dict[str, Any]:
    try:
        tree = parse_document(data, name).tree
    except EngineError as problem:
        raise UsageError(f"{name} cannot be read: {problem}") from None
    if not isinstance(tree, dict):
        raise UsageError(f"{name} holds no object", hint='write {"request": {"method": ..., "path": ...}, "response": {"statusCode": ..., "body": ...}}')
    return tree


def _known(name: str, values: Mapping[str, Any], keys: frozenset[str]) -> None:
    other = sorted(map(str, values.keys() - keys))
    if other:
        raise UsageError(f"{name} has the unknown key {other[0]!r}", hint=f"known: {', '.join(sorted(keys))}")


def _first(values: Mapping[str, Any], *names: str) -> Any:
    return next((values[name] for name in names if name in values), None)


def _request(name: str, values: Any, *, raw: bool = False) -> HttpRequest:
    if not isinstance(values, dict):
        raise UsageError(f"{name}: the request has to be an object with method and path")
    _known(name, values, _REQUEST)
    method, path = values.get("method"), values.get("path")
    if not isinstance(method, str) or not method or not isinstance(path, str) or not path:
        raise UsageError(f"{name}: the request needs method and path, as texts")
    headers = _headers(name, values.get("headers"))
    return HttpRequest.of(method, path, headers, _body(values.get("body"), headers, raw=raw))


def _response(name: str, values: Any, *, raw: bool = False) -> HttpResponse:
    if not isinstance(values, dict):
        raise UsageError(f"{name}: the response has to be an object with statusCode")
    _known(name, values, frozenset(("statusCode", "status_code", "status", "headers", "body")))
    status = _first(values, "statusCode", "status_code", "status")
    if isinstance(status, str) and status.isdecimal():
        status = int(status[:6])
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise UsageError(f"{name}: the response needs statusCode, a number from 100 to 599")
    headers = _headers(name, values.get("headers"))
    return HttpResponse.of(status, headers, _body(values.get("body"), headers, raw=raw))


def _headers(name: str, values: Any) -> list[tuple[str, str]]:
    if values is None:
        return []
    if not isinstance(values, dict):
        raise UsageError(f"{name}: headers has to be an object of names and values")
    pairs = [(str(key), value) for key, value in values.items()]
    return [(key, _header(name, key, one)) for key, value in pairs for one in (value if isinstance(value, list) else [value])]


def _header(name: str, key: str, value: Any) -> str:
    if isinstance(value, dict | list) or value is None:
        raise UsageError(f"{name}: the header {key} has to be a text")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _body(value: Any, headers: list[tuple[str, str]], *, raw: bool) -> str | None:
    """What is sent. Where a text stands for a body, JSON of an object or a list that was written as a text is meant as such."""
    if value is None or (isinstance(value, str) and (raw or not value or _is_structure(value))):
        return value
    if isinstance(value, str) and any(name.lower() == "content-type" and "json" not in text.lower() for name, text in headers):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_structure(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
