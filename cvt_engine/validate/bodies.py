"""Bodies: the media type that was sent, the declared one it falls under, the value, and whether that fits."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.change import Direction
from cvt_engine.document import escape
from cvt_engine.exchange import Headers
from cvt_engine.operations.model import Media
from cvt_engine.operations.read import ranges_of
from cvt_engine.schema.checker import Checker, Schemas, Unusable
from cvt_engine.schema.loc import Loc
from cvt_engine.schema.quote import plain
from cvt_engine.validate.options import ValidateOptions
from cvt_engine.validate.report import Report
from cvt_engine.wire.forms import listed_types, mistyped, multipart, urlencoded
from cvt_engine.wire.media import ContentType, content_type, is_json, read_json, unicode
from cvt_engine.wire.styles import MalformedError
from cvt_engine.wire.text import kinds_of, scalar

_KNOWN: Final = 64
"""Spellings of Content-Type remembered for one body; a peer could send millions."""
_LINES: Final = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines", "application/json-lines", "application/json-seq")
TWICE: Final = "the body is JSON text inside of a JSON string: it was encoded twice; send the object itself"


class MediaPlan:
    """One declared media type."""

    def __init__(self, media: Media, side: Direction, schemas: Schemas) -> None:
        self.name = media.name
        self.media = media
        self.types = listed_types(media)
        self._side = side
        self._schemas = schemas
        self._checkers: dict[bool, Checker | Unusable | None] = {}

    def checker(self, *, items: bool = False) -> Checker | Unusable | None:
        """The checker of the whole or, for streams, of each item."""
        try:
            return self._checkers[items]
        except KeyError:
            schema = self.media.items if items else self.media.schema
            with self._schemas.lock:
                found = self._checkers[items] = self._schemas.checker(schema or (), self._side)
            return found

    def value(self, kind: ContentType, data: bytes) -> Any:
        """The body as a value of its media type. Raises MalformedError; LookupError where a body of this kind is not looked into."""
        essence = kind.essence
        if is_json(essence):
            value, problem = read_json(data)
            if problem:
                raise MalformedError(f"is no JSON: {problem}")
            return value
        if essence in _LINES:
            return [_line(line) for line in data.replace(b"\x1e", b"").splitlines() if line.strip()]
        if essence == "application/x-www-form-urlencoded":
            return urlencoded(self.media, data)
        if essence == "multipart/form-data":
            return multipart(self.media, data, kind.boundary)
        if essence.startswith("text/") and not essence.endswith("/xml"):
            return self._text(data)
        raise LookupError

    def _text(self, data: bytes) -> Any:
        kinds = kinds_of(self.media.schema)
        if not kinds & {"string", "number", "boolean"}:
            raise LookupError
        try:
            return scalar(data.decode("utf-8"), kinds)
        except UnicodeDecodeError:
            raise MalformedError("is not text in UTF-8") from None


def _line(data: bytes) -> Any:
    value, problem = read_json(data)
    if problem:
        raise MalformedError(f"has a line that is no JSON: {problem}")
    return value


class BodyPlan:
    """The body of a request, or of a response with one status."""

    def __init__(self, loc: Loc, media: dict[str, Media], *, side: Direction, required: bool, schemas: Schemas, options: ValidateOptions) -> None:
        self.loc = loc
        self.required = required
        self._side = side.value
        self._options = options
        self._plans = {name: MediaPlan(found, side, schemas) for name, found in media.items()}
        self._known: dict[str, tuple[MediaPlan | None, ContentType]] = {}

    def check(self, headers: Headers, body: bytes | None, report: Report) -> None:
        """Tell what is wrong with it; an absent body is the caller's affair."""
        if not body or not self._plans:
            return
        raw = _stated(headers)
        if not raw or not raw.strip():
            self._guess(body, report)
            return
        plan, kind = self._known.get(raw) or self._choose(raw)
        if plan is None:
            self._undeclared(kind, report)
        else:
            self._judge(plan, kind, body, report)

    def _choose(self, raw: str) -> tuple[MediaPlan | None, ContentType]:
        kind = content_type(raw)
        candidates = (kind.name, kind.essence, *(name for name in self._plans if name.partition(";")[0] == kind.essence), *ranges_of(kind.essence)[2:], "*")
        plan = next((self._plans[name] for name in candidates if name in self._plans), None)
        if len(self._known) < _KNOWN:
            self._known[raw] = (plan, kind)
        return plan, kind

    def _undeclared(self, kind: ContentType, report: Report) -> None:
        declared = ", ".join(list(self._plans)[:8]) or "none"
        text = f"has the media type {plain(kind.essence)}, which is not declared; declared: {declared}"
        report.add(f"{self._side}-content-type-undeclared", "header.Content-Type", text, self.loc)

    def _guess(self, body: bytes, report: Report) -> None:
        """No Content-Type: the body is taken for JSON where that is declared, else for the only declared type."""
        if self._options.missing_content_type == "error":
            report.add(f"{self._side}-content-type-missing", "header.Content-Type", "has a body and no Content-Type", self.loc)
            return
        known = next((plan for name, plan in self._plans.items() if is_json(name)), None)
        if known is not None:
            if len(self._plans) == 1 or not read_json(body)[1]:
                self._judge(known, ContentType("application/json", "application/json"), body, report)
        elif len(self._plans) == 1:
            name, plan = next(iter(self._plans.items()))
            if not name.startswith("multipart/"):
                self._judge(plan, content_type("application/json" if "*" in name else name), body, report, sure="*" not in name)

    def _judge(self, plan: MediaPlan, kind: ContentType, body: bytes, report: Report, *, sure: bool = True) -> None:
        checker = plan.checker()
        items = plan.checker(items=True)
        if checker is None and items is None and not is_json(kind.essence):
            return
        data = unicode(body, kind.charset) if kind.charset else body
        try:
            if data is None:
                raise MalformedError(f"is not text in the charset {plain(kind.charset)}")
            value = plan.value(kind, data)
            self._parts(plan, kind, data, report)
        except LookupError:
            return
        except (MalformedError, RecursionError) as error:
            if sure:
                report.add(f"{self._side}-body-malformed", "body", str(error) or "is nested too deep", plan.media.loc)
            return
        if checker is not None and not report.fits(checker, value):
            report.schema(f"{self._side}-body-schema", "body", checker, value, hint=_twice(value))
        if items is not None and isinstance(value, list):
            self._items(items, value, report)

    def _parts(self, plan: MediaPlan, kind: ContentType, data: bytes, report: Report) -> None:
        for name, stated in mistyped(plan.types, data, kind.boundary) if plan.types and kind.essence == "multipart/form-data" else ():
            encoding = plan.media.encoding[name]
            text = f"part {plain(name)} has the media type {plain(stated)}; declared: {plain(str(encoding.node['contentType']))}"
            report.add(f"{self._side}-content-type-undeclared", "body", text, encoding, pointer=f"/{escape(name)}", tokens=("contentType",))

    def _items(self, checker: Checker | Unusable, values: list[Any], report: Report) -> None:
        for index, value in enumerate(values):
            if not report.fits(checker, value):
                report.schema(f"{self._side}-body-schema", "body", checker, value, inside=(index,))


def _stated(headers: Headers) -> str | None:
    """The Content-Type that was sent."""
    for name, value in headers:
        if len(name) == 12 and name.lower() == "content-type":
            return value
    return None


def _twice(value: Any) -> str:
    if isinstance(value, str) and value[:1] in ("{", "["):
        inner, problem = read_json(value.encode("utf-8", "surrogatepass"))
        if not problem and isinstance(inner, dict | list):
            return TWICE
    return ""
