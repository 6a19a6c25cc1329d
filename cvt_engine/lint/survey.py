"""One walk over a description along its grammar: every object with its kind and place, every reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cvt_engine.document import Document, Version, tokens
from cvt_engine.errors import EngineError
from cvt_engine.lint.grammar.kind import Grammar, Kind, Mode, Reference
from cvt_engine.lint.problem import Trail, trail_of
from cvt_engine.load.spec import Location, Spec

Route = tuple[Mode, str]


class Site(NamedTuple):
    """An object of the description and where it stands."""

    node: dict[str, Any]
    document: Document
    trail: Trail


class Use(NamedTuple):
    """One `$ref`: the text, the kind that must stand at its end, and where it is written (the object that holds it)."""

    ref: str
    kind: str
    document: Document
    trail: Trail


@dataclass(slots=True)
class Survey:
    """Everything the checks look at. `sites` is by kind, in document order; `fragments` are objects outside the entry document's own grammar."""

    spec: Spec
    grammar: Grammar
    sites: dict[str, list[Site]] = field(default_factory=lambda: defaultdict(list))
    uses: list[Use] = field(default_factory=list)
    fragments: list[tuple[str, Site]] = field(default_factory=list)
    failures: dict[tuple[str, str], tuple[EngineError, list[Use]]] = field(default_factory=dict)
    mistaken: list[tuple[Use, str]] = field(default_factory=list)

    def follow(self, node: Any, document: Document) -> Location | None:
        """The object itself, or the one its `$ref` leads to; None where that fails (reported once, by the reference check)."""
        if not isinstance(node, dict):
            return None
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return Location(document, "", node)
        try:
            return self.spec.resolve(ref, document)
        except EngineError:
            return None


class _Routes(NamedTuple):
    named: dict[str, Route]
    other: str
    reference: Reference


def survey(spec: Spec, grammar: Grammar) -> Survey:
    """Walk the entry document, then everything its references reach."""
    walker = _Walker(spec, grammar)
    walker.walk(spec.entry.tree, "Document", None, document=spec.entry)
    walker.follow_all()
    return walker.survey


class _Walker:
    def __init__(self, spec: Spec, grammar: Grammar) -> None:
        self.survey = Survey(spec, grammar)
        self.routes = {name: _routes(kind, grammar) for name, kind in grammar.items()}
        self.siblings = spec.version in (Version.V31, Version.V32)
        self.kinds: dict[int, str] = {}
        self.resolved: dict[tuple[str, str, str], bool] = {}

    def walk(self, node: Any, kind: str, trail: Trail, *, document: Document) -> None:
        """Visit a node and everything below it that the grammar knows."""
        stack: list[tuple[Any, str, Trail]] = [(node, kind, trail)]
        pop, extend = stack.pop, stack.extend
        while stack:
            node, kind, trail = pop()
            if type(node) is dict:
                children = self._enter(node, kind, trail, document)
                if children:
                    children.reverse()
                    extend(children)
            elif type(node) is list and kind == "Schema":
                extend((item, kind, (trail, index)) for index, item in enumerate(node))

    def _enter(self, node: dict[str, Any], kind: str, trail: Trail, document: Document) -> list[tuple[Any, str, Trail]]:
        known = self.kinds.get(id(node))
        if known == kind == "Schema":
            return []
        self.kinds[id(node)] = kind
        survey = self.survey
        routes = self.routes[kind]
        ref = node.get("$ref")
        if type(ref) is str and (routes.reference is not Reference.NO or kind == "PathItem"):
            survey.uses.append(Use(ref, kind, document, trail))
            if not (self.siblings and kind == "Schema") and kind != "PathItem":
                return []
        survey.sites[kind].append(Site(node, document, trail))
        if routes.other:
            return self._patterned(node, routes, trail)
        named = routes.named
        if named.keys().isdisjoint(node):
            return []
        return _children(node, named, trail)

    def _patterned(self, node: dict[str, Any], routes: _Routes, trail: Trail) -> list[tuple[Any, str, Trail]]:
        return [(value, routes.other, (trail, key)) for key, value in node.items() if not str(key).startswith("x-")]

    def follow_all(self) -> None:
        """Resolve every distinct reference once; objects that no walk has visited are walked from where the reference leads."""
        done = 0
        uses = self.survey.uses
        while done < len(uses):
            use = uses[done]
            done += 1
            key = (use.document.uri, use.ref, use.kind)
            if key in self.resolved:
                if not self.resolved[key]:
                    self.survey.failures[key[0], key[1]][1].append(use)
                continue
            self.resolved[key] = self._follow(use)

    def _follow(self, use: Use) -> bool:
        try:
            target = self.survey.spec.resolve(use.ref, use.document)
        except EngineError as error:
            self.survey.failures.setdefault((use.document.uri, use.ref), (error, []))[1].append(use)
            return False
        known = self.kinds.get(id(target.node))
        if known is None:
            site = Site(target.node, target.document, trail_of(_typed(target)))
            self.survey.fragments.append((use.kind, site))
            self.walk(target.node, use.kind, site.trail, document=target.document)
        elif known != use.kind:
            self.survey.mistaken.append((use, known))
        return True


def _typed(target: Location) -> Iterator[Any]:
    """Pointer tokens as keys and indexes."""
    node: Any = target.document.tree
    for token in tokens(target.pointer):
        step: Any = int(token) if type(node) is list else token
        yield step
        node = node[step]


def _children(node: dict[str, Any], named: dict[str, Route], trail: Trail) -> list[tuple[Any, str, Trail]]:
    out: list[tuple[Any, str, Trail]] = []
    for key, value in node.items():
        route = named.get(key)
        if route is None:
            continue
        mode, kind = route
        at = (trail, key)
        if mode is Mode.ONE:
            out.append((value, kind, at))
        elif mode is Mode.MAP:
            if type(value) is dict:
                out.extend([(child, kind, (at, name)) for name, child in value.items()])
        elif type(value) is list:
            out.extend([(child, kind, (at, index)) for index, child in enumerate(value)])
    return out


def _routes(kind: Kind, grammar: Grammar) -> _Routes:
    fields = dict(kind.fields)
    for case in kind.cases.values():
        inner = grammar[case]
        fields.update(inner.fields)
        for deeper in inner.cases.values():
            fields.update(grammar[deeper].fields)
    named = {name: (shape.mode, shape.kind) for name, shape in fields.items() if shape.mode is not Mode.LEAF}
    other = kind.rest or (kind.patterned[0][1] if kind.patterned else None)
    return _Routes(named, other.kind if other is not None else "", kind.reference)
