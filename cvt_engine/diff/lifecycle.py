"""Deprecation, sunset, stability and open value lists as written in a description: extensions that announce what is going to change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cvt_engine.change import Act
from cvt_engine.schema.loc import Loc
from cvt_engine.schema.values import freeze, show

if TYPE_CHECKING:
    from cvt_engine.diff.collect import Collector, Scope

LEVELS: Final = ("draft", "alpha", "beta", "stable")
"""Values of x-stability-level, the least stable first; what says nothing is stable."""
SHOWN: Final = 20
"""Values of a list that are named; the rest are counted as changed with them."""
UNSTABLE: Final = frozenset({"draft", "alpha"})
"""Levels that promise nothing yet."""


class Mark(NamedTuple):
    """One difference in what is announced, wherever it stands."""

    aspect: str
    act: Act
    keyword: str
    before: str | None
    after: str | None
    subject: str = ""
    traits: frozenset[str] = frozenset()


def traits_of(loc: Loc) -> frozenset[str]:
    """Marks of an element: `deprecated`, `sunset:<ISO date>`, `stability:<level>`, `unstable` (extensions x-sunset and x-stability-level)."""
    node: Any = loc.node if isinstance(loc.node, dict) else {}
    found = set()
    if node.get("deprecated") is True:
        found.add("deprecated")
    if isinstance(sunset := node.get("x-sunset"), str):
        found.add(f"sunset:{sunset[:10]}")
    if isinstance(level := node.get("x-stability-level"), str):
        found |= {f"stability:{level[:20]}", *({"unstable"} if level in UNSTABLE else ())}
    return frozenset(found)


def compare(collector: Collector, scope: Scope, old: Loc, new: Loc) -> None:
    """Compare what two operations or parameters announce about themselves."""
    if isinstance(old.node, dict) and isinstance(new.node, dict):
        for mark in marks(old.node, new.node):
            sites = (old.where(mark.keyword), new.where(mark.keyword))
            collector.add(scope, mark.aspect, mark.act, sites, subject=mark.subject, before=mark.before, after=mark.after, traits=mark.traits)


def marks(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Mark]:
    """Every difference between two elements' announcements."""
    yield from _stability(old.get("x-stability-level"), new.get("x-stability-level"))
    yield from _sunset(old, new)
    yield from _open_list(old.get("x-extensible-enum"), new.get("x-extensible-enum"))


def _stability(old: Any, new: Any) -> Iterator[Mark]:
    if old == new:
        return
    before, after = (None if level is None else show(level, limit=40) for level in (old, new))
    if _rank(old) is None or _rank(new) is None:
        yield Mark("stability", Act.CHANGED, "x-stability-level", before, after, traits=frozenset({"invalid"}))
    elif _rank(old) != _rank(new):
        act = Act.NARROWED if (_rank(old) or 0) > (_rank(new) or 0) else Act.WIDENED
        yield Mark("stability", act, "x-stability-level", before or "stable", after or "stable")


def _rank(level: Any) -> int | None:
    return LEVELS.index("stable" if level is None else level) if level is None or level in LEVELS else None


def _sunset(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Mark]:
    before, after = old.get("x-sunset"), new.get("x-sunset")
    if before == after or not (old.get("deprecated") is True or new.get("deprecated") is True):
        return
    first, second = (None if value is None else show(value, limit=40) for value in (before, after))
    if after is None:
        traits = frozenset({"deprecated"}) if new.get("deprecated") is True else frozenset()
        yield Mark("sunset", Act.REMOVED, "x-sunset", first, second, traits=traits)
    elif (day := sunset_day(after)) is None:
        yield Mark("sunset", Act.CHANGED, "x-sunset", first, second, traits=frozenset({"invalid"}))
    else:
        announced = sunset_day(before)
        earlier = {"earlier"} if announced is not None and day < announced else set()
        yield Mark("sunset", Act.CHANGED, "x-sunset", first, second, traits=frozenset({"deprecated", f"sunset:{day.isoformat()}", *earlier}))


def sunset_day(value: Any) -> date | None:
    """The day of a sunset, None where it is neither a full date nor a date and time (RFC 3339).

    >>> sunset_day("2030-01-31"), sunset_day("2030-01-31T00:00:00Z") == date(2030, 1, 31), sunset_day("soon")
    (datetime.date(2030, 1, 31), True, None)
    """
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if len(value) == len("2030-01-31") else datetime.fromisoformat(value).date()
    except ValueError:
        return None


def _open_list(old: Any, new: Any) -> Iterator[Mark]:
    if not isinstance(old, list) or not isinstance(new, list):
        return
    for act, here, there in ((Act.REMOVED, old, new), (Act.ADDED, new, old)):
        known = {freeze(value) for value in there}
        changed = [value for value in here if freeze(value) not in known]
        if changed:
            text = ", ".join(show(value, limit=40) for value in changed[:SHOWN]) + (", …" if len(changed) > SHOWN else "")
            before, after = (text, None) if act is Act.REMOVED else (None, text)
            yield Mark("open-list", act, "x-extensible-enum", before, after, text)
