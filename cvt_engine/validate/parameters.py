"""Parameters and response headers: where the text is found, what it reads as, and whether that fits."""

from __future__ import annotations

from collections.abc import Iterable

from cvt_engine.change import Direction
from cvt_engine.operations.model import Parameter
from cvt_engine.schema.checker import Schemas
from cvt_engine.schema.loc import Loc
from cvt_engine.schema.quote import plain
from cvt_engine.validate.report import Report
from cvt_engine.wire.parameters import ways
from cvt_engine.wire.sent import Sent
from cvt_engine.wire.styles import MalformedError
from cvt_engine.wire.text import free_text


class ParameterPlan:
    """One parameter, ready to be checked. `take` gives None where it was not sent."""

    def __init__(self, parameter: Parameter, schemas: Schemas, *, side: Direction, declared: Iterable[str] = ()) -> None:
        self.name = parameter.name
        self.loc: Loc = parameter.loc
        self.required = parameter.required and parameter.place != "path"
        self.location = f"{parameter.place}.{plain(parameter.name)}" if parameter.place != "querystring" else "query"
        self.optional_query = parameter.place == "query" and not parameter.required
        self._rules = "response-header" if side is Direction.RESPONSE else "request-parameter"
        self._empty = parameter.empty
        self.free = free_text(parameter.schema) and not parameter.media
        self._checker = None if self.free else schemas.checker(parameter.schema, side)
        self.take, self._read, self._single, self.names = ways(parameter, frozenset(declared))

    @property
    def idle(self) -> bool:
        """Whether there is nothing to check about it."""
        return self._checker is None and not self.required

    def check(self, sent: Sent, report: Report) -> None:
        """Tell what is wrong with it."""
        texts = self.take(sent)
        if texts is None:
            if self.required:
                report.add(f"{self._rules}-missing", self.location, f"{self._kind} {plain(self.name)} is required and was not sent", self.loc)
            return
        if self._single and len(texts) > 1:
            report.add("request-parameter-repeated", self.location, f"was sent {len(texts)} times and holds one value", self.loc)
        if self._checker is None or (self._empty and texts == [""]):
            return
        try:
            readings = self._read(texts)
        except (MalformedError, RecursionError) as error:
            report.add(f"{self._rules}-malformed", self.location, str(error) or "is nested too deep", self.loc)
            return
        for value in readings:
            if report.fits(self._checker, value):
                return
        report.schema(f"{self._rules}-schema", self.location, self._checker, readings[0])

    @property
    def _kind(self) -> str:
        return "header" if self._rules == "response-header" else f"{self.location.partition('.')[0]} parameter"
