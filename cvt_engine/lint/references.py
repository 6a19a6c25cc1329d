"""Every `$ref` must lead somewhere, and to an object of the right kind."""

from __future__ import annotations

from collections.abc import Iterator

from cvt_engine.errors import EngineError, RefUnresolved, SyntaxInvalid
from cvt_engine.lint.problem import Problem, plain, pointer_of
from cvt_engine.lint.survey import Survey, Use
from cvt_engine.lint.words import article


def check_references(survey: Survey) -> Iterator[Problem]:
    """One problem per reference text that fails, however often it is written, and one per reference to the wrong kind of object."""
    circles = _Circles()
    for error, uses in survey.failures.values():
        if isinstance(error, RefUnresolved) and error.rule == "ref-cycle" and circles.holds(uses):
            continue
        yield _failed(error, uses)
    for (ref, kind, document, trail), found in survey.mistaken:
        detail = f"{' '.join(article(kind))} belongs here, but the reference leads to {' '.join(article(found))}"
        yield Problem("ref-kind", document, (trail, "$ref"), detail, subject=ref[:200])


def _failed(error: EngineError, uses: list[Use]) -> Problem:
    ref, _, document, trail = uses[0]
    rule = error.rule if isinstance(error, RefUnresolved) else "ref-unresolved"
    detail = error.message
    if isinstance(error, SyntaxInvalid):
        detail = f"the file that `{plain(ref)}` leads to cannot be read: {error}"
    also = tuple((where, (at, "$ref")) for _, _, where, at in uses[1:])
    return Problem(rule, document, (trail, "$ref"), detail, hint=error.hint, subject=ref[:200], also=also)


class _Circles:
    """Recognises references that are further links of a circle that is already reported."""

    def __init__(self) -> None:
        self.targets: set[tuple[str, str]] = set()
        self.places: set[tuple[str, str]] = set()

    def holds(self, uses: list[Use]) -> bool:
        """Whether one of the uses leads to a known link, or stands where one leads to. Remembers them in any case."""
        targets = {(document.uri, ref.removeprefix("#")) for ref, _, document, _ in uses}
        places = {(document.uri, pointer_of(trail)) for _, _, document, trail in uses}
        known = not (self.places.isdisjoint(targets) and self.targets.isdisjoint(places))
        self.targets |= targets
        self.places |= places
        return known
