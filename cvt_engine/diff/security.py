"""Security: does the credential that a base client holds still open the door? Scheme names are not on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from cvt_engine.change import Act, Ref
from cvt_engine.diff.collect import Collector, Door, Scope
from cvt_engine.operations.model import Operation
from cvt_engine.operations.read import security_of
from cvt_engine.operations.security import AUTHORIZATION, Credential, Requirement, carried, requirements, scheme_homes
from cvt_engine.schema.loc import Loc, Source

_IN_AUTHORIZATION: Final = ("http", "oauth2", "openIdConnect")
"""Schemes whose credentials are sent in the `Authorization` header (RFC 9110, 11.6.2; RFC 6750)."""
MOST: Final = 20
"""Alternatives that are shown."""
_Doors: TypeAlias = dict[tuple[str, ...], list[Requirement]]
OPEN_ID = "openIdConnectUrl"
"""The address that is the scheme itself: a change of it is told by the operations that demand it."""


def compare_schemes(collector: Collector, scope: Scope, base: Source, revision: Source) -> None:
    """Compare what is told about the schemes themselves: where tokens come from, and what is merely described."""
    old, new = scheme_homes(base), scheme_homes(revision)
    for name, loc in old.items():
        if name not in new:
            collector.add(scope, "security-scheme", Act.REMOVED, (loc, revision.root), subject=name)
        else:
            _scheme(collector, scope, name, (loc, new[name]))
    for name, loc in new.items():
        if name not in old:
            collector.add(scope, "security-scheme", Act.ADDED, (base.root, loc), subject=name)


def _scheme(collector: Collector, scope: Scope, name: str, sides: tuple[Loc, Loc]) -> None:
    before, after = _told(sides[0].node), _told(sides[1].node)
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            moved = key[-1].endswith("Url") and key[-1] != OPEN_ID and old is not None and new is not None
            aspect = "security-address" if moved else "security-scope" if "scopes" in key else "security-detail"
            collector.add(scope, aspect, Act.CHANGED, sides, subject=f"{name} {' '.join(key)}", before=old, after=new)


def _told(node: Any, way: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Every text of a scheme by its way, descriptions of the scheme left out."""
    found: dict[tuple[str, ...], str] = {}
    for key, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, str) and key not in ("description", "$ref") and not (key.startswith("x-") and "scopes" not in way):
            found[(*way, key)] = value
        elif isinstance(value, dict) and len(way) < 3:
            found |= _told(value, (*way, key))
    return found


def compare(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    """Every alternative that base clients could use must still be enough."""
    homes = security_of(old), security_of(new)
    if collector.schemes_same and _node(homes[0]) == _node(homes[1]):
        return
    key = (*homes, carried(old))
    if key not in collector.doors:  # most operations share what the whole description demands
        collector.doors[key] = _differences(requirements(homes[0], old.loc.source), requirements(homes[1], new.loc.source), key[2])
    for found in collector.doors[key]:
        sites = (_site(old, homes[1]), _site(new, homes[0]))
        collector.add(scope, "security", found.act, sites, subject=found.held, before=found.before, after=found.after, traits=found.traits)


def _differences(before: list[Requirement], after: list[Requirement], sent: Requirement) -> list[Door]:
    doors = _by_lock(after)
    lost = [held for held in before if not any(_enough((*held, *sent), other) for other in _near((*held, *sent), doors))]
    if not lost:
        held = _by_lock(before)
        alike = all(any(_enough(other, mine) for mine in _near(other, held)) for other in after)
        return [] if alike else [Door(Act.WIDENED, "", _listed(before), _listed(after))]
    words = set(map(show, after))
    wanted = {named: _listed(after, named=named) for named in (False, True)}
    found = []
    for mine in lost:
        named = show(mine) in words
        text = show(mine, named=named)
        found.append(Door(Act.NARROWED, text, text, wanted[named], _traits(mine, (*mine, *sent), doors)))
    return found


def _traits(held: Requirement, given: Requirement, doors: _Doors) -> frozenset[str]:
    specified = any(all(_enough(given, (lock,)) or _may_open(given, lock) for lock in other) for other in _near(given, doors))
    return frozenset({"specified"} if specified else () if held else {"anonymous"})


def _by_lock(listed: list[Requirement]) -> _Doors:
    """Requirements by the kind of their first credential: a description may list thousands."""
    found: _Doors = {}
    for requirement in listed:
        found.setdefault(_way_in(requirement[0]) if requirement else (), []).append(requirement)
    return found


def _near(held: Requirement, doors: _Doors) -> Iterator[Requirement]:
    """Those that what is held may satisfy."""
    for way in dict.fromkeys(((), *map(_way_in, held))):
        yield from doors.get(way, ())


def _way_in(credential: Credential) -> tuple[str, ...]:
    """Credentials that may open one another have the same."""
    return AUTHORIZATION if credential.kind[0] in _IN_AUTHORIZATION else credential.kind


def _listed(requirements: list[Requirement], *, named: bool = False) -> str:
    shown = [show(requirement, named=named) for requirement in requirements[:MOST]]
    return " or ".join((*shown, *([f"{len(requirements) - MOST} more"] if len(requirements) > MOST else [])))


def _may_open(held: Requirement, lock: Credential) -> bool:
    """Is it sent in the header that the base demanded too, without saying what it holds?"""
    return lock.kind[0] in _IN_AUTHORIZATION and any(mine.kind == AUTHORIZATION for mine in held)


def _node(home: Loc | None) -> Any:
    return None if home is None else home.node


def _site(operation: Operation, other: Loc | None) -> Loc | Ref:
    """Where the requirement stands, or would stand: what the whole description begins or ceases to demand is one change."""
    everywhere = other is not None and other.pointer == "/security"
    return security_of(operation) or (operation.loc.source.root.where("security") if everywhere else operation.loc)


def _enough(held: Requirement, wanted: Requirement) -> bool:
    return all(any(_opens(mine, lock) for mine in held) for lock in wanted)


def _opens(mine: Credential, lock: Credential) -> bool:
    if lock.kind == AUTHORIZATION and mine.kind[0] in _IN_AUTHORIZATION:
        return True
    return mine.kind == lock.kind and mine.flows <= lock.flows and lock.scopes <= mine.scopes and _same_issuer(mine, lock)


def _same_issuer(mine: Credential, lock: Credential) -> bool:
    """Do tokens come from the same place? A scheme that keeps its name is the same one: its new address is told by itself."""
    return mine.name == lock.name or not (mine.addresses and lock.addresses) or not mine.addresses.isdisjoint(lock.addresses)


def show(requirement: Requirement, *, named: bool = False) -> str:
    """A requirement in words; `named`: with where its tokens come from."""
    if not requirement:
        return "no credential"
    return " and ".join(_words(item, named=named) for item in requirement)


def _words(item: Credential, *, named: bool) -> str:
    text = " ".join(item.kind)
    if item.flows:
        text += f" ({', '.join(sorted(item.flows))})"
    if item.scopes:
        text += f" with scope {', '.join(sorted(item.scopes))}"
    if named and item.addresses:
        text += f" from {', '.join(sorted(item.addresses))}"
    return text
