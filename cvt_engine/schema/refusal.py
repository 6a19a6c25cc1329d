"""Why a compiled validator refuses a value: the first reason, one of a kind, or one at a place inside of the value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cvt_engine.schema.sample import Place

LISTED: Final = 100_000
"""Errors that are listed in one comparison: one value may have as many as its schema has keywords. Beyond them only the first of each value is looked at."""
_UNIONS: Final = frozenset({"anyOf", "oneOf"})


class Reasons:
    """Reads the errors of compiled validators. `left` is how many may still be listed."""

    def __init__(self, left: int = LISTED) -> None:
        self.left = left

    def first(self, validator: Any, value: Any) -> Any:
        """The first error; None where the value fits. Cheaper than a list of all."""
        import jsonschema_rs

        try:
            validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return error.with_traceback(None)
        return None

    def of_kind(self, validator: Any, value: Any, wanted: str) -> Any:
        """An error of one kind about the value as a whole, or one of those that the alternatives of a union give; None where there is none."""
        return next((found for error in self._all(validator, value) if (found := _of_kind(error, wanted)) is not None), None)

    def at(self, validator: Any, value: Any, place: Place) -> Any:
        """An error at a place inside of the value, or of a union around it that refuses the value for what stands there; None where there is none."""
        return next((error for error in self._all(validator, value) if _at(error, place)), None)

    def _all(self, validator: Any, value: Any) -> Iterator[Any]:
        """The first error, then, while they may be listed, every one."""
        error = self.first(validator, value)
        if error is None:
            return
        yield error
        if self.left > 0:
            found = list(validator.iter_errors(value))
            self.left -= len(found)
            yield from found


def _of_kind(error: Any, wanted: str) -> Any:
    if wanted == type(error.kind).__name__ and not error.instance_path:
        return error
    return next((found for inner in _inner(error) if (found := _of_kind(inner, wanted)) is not None), None)


def _inner(error: Any) -> Iterator[Any]:
    """The errors of the alternatives of a union."""
    for branch in getattr(error.kind, "context", None) or ():
        yield from branch


def _at(error: Any, place: Place) -> bool:
    path = tuple(error.instance_path)
    if path[: len(place)] == place:
        return True
    return error.kind.name in _UNIONS and path == place[: len(path)] and any(_at(inner, place) for inner in _inner(error))


def about(error: Any, keywords: frozenset[str], subject: str) -> bool:
    """Is it one of these keywords that refuses the value, if only in one alternative? `subject`: the name that has to be missing where one is, or ''."""
    if error.kind.name in _UNIONS:
        return any(about(inner, keywords, subject) for inner in _inner(error))
    missing = getattr(error.kind, "property", subject)
    return not keywords.isdisjoint((error.kind.name, *error.schema_path)) and subject in ("", missing)


def reason(error: Any) -> str:
    """The reason, in few words."""
    text = str(error.message)
    return text if len(text) <= 200 else text[:199] + "…"
