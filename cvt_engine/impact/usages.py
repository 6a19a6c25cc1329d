"""Usages tied to the operations of a description, once; equal ones are shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cvt_engine.impact.fields import Fields, fields_of
from cvt_engine.impact.model import Usage
from cvt_engine.load.spec import Spec
from cvt_engine.operations.read import template
from cvt_engine.operations.route import Router, path_of, router_of
from cvt_engine.schema.loc import Source

KEPT: Final = 200_000
"""Usages, and sets of them, that one description remembers."""
_ANY: Final = frozenset({"", "*", "ANY"})


@dataclass(frozen=True, slots=True, eq=False)
class Used:
    """One usage of one operation. `fields` None: any of them may be read."""

    usage: Usage
    fields: Fields | None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledUsages:
    """All usages of a consumer: by operation, and those that no operation of the description answers to, by method."""

    operations: dict[str, tuple[Used, ...]]
    unmatched: dict[str, Usage]

    @property
    def known(self) -> bool:
        """Is anything known of what is used?"""
        return bool(self.operations or self.unmatched)


def key_of(operation: str) -> str:
    """An operation's name without parameter names, which differ between versions and between those who write them down.

    >>> key_of("GET /orders/{id}")
    'GET /orders/{}'
    """
    return template(operation)


class UsageIndex:
    """The operations of one description, ready to be looked up for usages."""

    def __init__(self, spec: Spec) -> None:
        self._router: Router = router_of(Source(spec))
        self._sets: dict[tuple[Usage, ...], CompiledUsages] = {}
        self._ones: dict[Usage, tuple[tuple[str, ...], Used]] = {}
        self._fields: dict[tuple[str, ...], Fields | None] = {}

    @classmethod
    def of(cls, spec: Spec) -> UsageIndex:
        """The index of a description; made once."""
        return spec.kept("usages", cls)

    def compiled(self, usages: tuple[Usage, ...]) -> CompiledUsages:
        """The usages of a consumer, to be kept for as long as the consumer stays registered for this description."""
        found = self._sets.get(usages)
        if found is None:
            if len(self._sets) >= KEPT:
                self._sets.clear()
            found = self._sets[usages] = self._compile(usages)
        return found

    def _compile(self, usages: tuple[Usage, ...]) -> CompiledUsages:
        operations: dict[str, list[Used]] = {}
        unmatched: dict[str, Usage] = {}
        for usage in usages:
            keys, used = self._one(usage)
            for key in keys:
                operations.setdefault(key, []).append(used)
            if not keys:
                unmatched.setdefault(_method(usage), usage)
        return CompiledUsages({key: tuple(found) for key, found in operations.items()}, unmatched)

    def _one(self, usage: Usage) -> tuple[tuple[str, ...], Used]:
        found = self._ones.get(usage)
        if found is None:
            if len(self._ones) >= KEPT:
                self._ones.clear()
                self._fields.clear()
            found = self._ones[usage] = (self._keys(usage), Used(usage, self._read(usage.fields)))
        return found

    def _read(self, texts: tuple[str, ...]) -> Fields | None:
        if texts not in self._fields:
            self._fields[texts] = fields_of(texts)
        return self._fields[texts]

    def _keys(self, usage: Usage) -> tuple[str, ...]:
        """The operations that a usage may mean; a slash at the end of its path, or none at the start, is forgiven."""
        path = path_of(usage.path)[0]
        path = path if path.startswith("/") else f"/{path}"
        method = _method(usage)
        for candidate in dict.fromkeys((path, path.rstrip("/") or "/", f"{path}/")):
            methods = self._router.allowed(candidate) if not method else (method,)
            routes = [found.route for each in methods if (found := self._router.find(each, candidate)) is not None]
            if routes:
                return tuple(key_of(route.label) for route in routes)
        return ()


def _method(usage: Usage) -> str:
    """Upper case; "" for any."""
    method = usage.method.strip().upper()
    return "" if method in _ANY else method
