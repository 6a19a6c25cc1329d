"""One walk over a description along its grammar: every object with its kind and place, every reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cvt_engine.document import Document, Version, tokens
from cvt_engine.errors import EngineError
from cvt_engine.lint.grammar.kind import Grammar, Kind, Mode, Reference
from cvt_engine.lint.problem import Trail
from cvt_engine.lint.words import nearest
from cvt_engine.load.spec import Location, Spec

Route = tuple[Mode, str]

_CHECKED: Final = frozenset(
    ("default", "example", "examples", "enum", "pattern", "patternProperties", "required", "discriminator", "nullable", "$schema"),
)
"""Keywords that a check looks at."""


Site = tuple[dict[str, Any], Document, Trail]
"""An object of the description and where it stands. A bare tuple, as there are tens of thousands of them."""
Use = tuple[str, str, Document, Trail]
"""One `$ref`: the text, the kind that must stand at its end, and where it is written (the object that holds it)."""


@dataclass(slots=True)
class Survey:
    """Everything the checks look at.

    `sites` is by kind, in document order; of schemas it holds those only that have a keyword some check looks at. `fragments` are objects outside the
    entry document's own grammar. `failures` are by document and reference. `guesses` and `effort` are what is left for the two things that can get slow
    on a hostile document: similar names, and properties declared far away.
    """

    spec: Spec
    grammar: Grammar
    sites: dict[str, list[Site]] = field(default_factory=lambda: defaultdict(list))
    uses: list[Use] = field(default_factory=list)
    fragments: list[tuple[str, Site]] = field(default_factory=list)
    failures: dict[tuple[str, str], tuple[EngineError, list[Use]]] = field(default_factory=dict)
    mistaken: list[tuple[Use, str]] = field(default_factory=list)
    has_schemas: bool = False
    guesses: int = 1000
    effort: int = 100_000

    def nearest(self, word: str, words: Iterable[str]) -> str:
        """The most similar name, or "" when there is none or too many have been asked for."""
        self.guesses -= 1
        return nearest(word, words) if self.guesses >= 0 else ""

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
    walker.survey.has_schemas = "Schema" in walker.kinds.values()
    return walker.survey


class _Walker:
    def __init__(self, spec: Spec, grammar: Grammar) -> None:
        self.survey = Survey(spec, grammar)
        self.routes = {name: _routes(kind, grammar) for name, kind in grammar.items()}
        self.newer = spec.version in (Version.V31, Version.V32)
        self.known = grammar["Schema"].fields.keys()
        self.inner = {name: shape.mode for name, shape in grammar["Schema"].fields.items() if shape.kind == "Schema"}
        self.matters = None if self.newer else _CHECKED | self.inner.keys() | {"$ref"}
        self.kinds: dict[int, str] = {}
        self.resolved: dict[tuple[str, str, str], bool] = {}

    def walk(self, node: Any, kind: str, trail: Trail, *, document: Document) -> None:
        """Visit a node and everything below it that the grammar knows, in document order."""
        stack: list[tuple[Any, str, Trail]] = [(node, kind, trail)]
        while stack:
            node, kind, trail = stack.pop()
            if kind == "Schema":
                self._walk_schema(node, trail, document)
            elif type(node) is dict:
                children = self._enter(node, kind, trail, document)
                children.reverse()
                stack.extend(children)

    def _walk_schema(self, node: Any, trail: Trail, document: Document) -> None:
        """Four of five objects are schemas, and most of those are leaves without anything to check: this loop is written for speed."""
        kinds, schemas, uses = self.kinds, self.survey.sites["Schema"], self.survey.uses
        newer, inner = self.newer, self.inner
        stack: list[tuple[Any, Trail]] = [(node, trail)]
        while stack:
            node, trail = stack.pop()
            if type(node) is not dict:
                if type(node) is list:
                    stack.extend([(item, (trail, index)) for index, item in enumerate(node)])
                continue
            if id(node) in kinds:
                continue
            kinds[id(node)] = "Schema"
            ref = node.get("$ref")
            if type(ref) is str:
                uses.append((ref, "Schema", document, trail))
                if not newer:
                    continue
            if not _CHECKED.isdisjoint(node) or (newer and not node.keys() <= self.known):
                schemas.append((node, document, trail))
            if not inner.keys().isdisjoint(node):
                children = self._inside(node, trail)
                children.reverse()
                stack.extend(children)

    def _inside(self, node: dict[str, Any], trail: Trail) -> list[tuple[Any, Trail]]:
        """The schemas directly inside a schema, without leaves that no check looks at (since 3.1 any keyword may be a misspelt one)."""
        out: list[tuple[Any, Trail]] = []
        matters, inner = self.matters, self.inner
        for key, value in node.items():
            mode = inner.get(key)
            if mode is None:
                continue
            if mode is Mode.MAP:
                if type(value) is dict:
                    at = (trail, key)
                    out.extend(
                        [(child, (at, name)) for name, child in value.items() if matters is None or type(child) is not dict or not matters.isdisjoint(child)]
                    )
            elif mode is Mode.ONE or type(value) is list:
                out.append((value, (trail, key)))
        return out

    def _enter(self, node: dict[str, Any], kind: str, trail: Trail, document: Document) -> list[tuple[Any, str, Trail]]:
        self.kinds[id(node)] = kind
        routes = self.routes[kind]
        ref = node.get("$ref")
        if type(ref) is str and (routes.reference is not Reference.NO or kind == "PathItem"):
            self.survey.uses.append((ref, kind, document, trail))
            if kind != "PathItem":
                return []
        self.survey.sites[kind].append((node, document, trail))
        if routes.other:
            return [(value, routes.other, (trail, key)) for key, value in node.items() if not str(key).startswith("x-")]
        return _children(node, routes.named, trail)

    def follow_all(self) -> None:
        """Resolve every distinct reference once; objects that no walk has visited are walked from where the reference leads."""
        done = 0
        uses, resolved = self.survey.uses, self.resolved
        while done < len(uses):
            use = uses[done]
            done += 1
            key = (use[2].uri, use[0], use[1])
            known = resolved.get(key)
            if known is None:
                resolved[key] = self._follow(use)
            elif not known:
                self.survey.failures[key[0], key[1]][1].append(use)

    def _follow(self, use: Use) -> bool:
        ref, kind, document, _ = use
        try:
            target = self.survey.spec.resolve(ref, document)
        except EngineError as error:
            self.survey.failures.setdefault((document.uri, ref), (error, []))[1].append(use)
            return False
        known = self.kinds.get(id(target.node))
        if known is None:
            trail = trail_to(target)
            self.survey.fragments.append((kind, (target.node, target.document, trail)))
            self.walk(target.node, kind, trail, document=target.document)
        elif known != kind:
            self.survey.mistaken.append((use, known))
        return True


def trail_to(target: Location) -> Trail:
    """The trail of an element that a reference leads to, with list positions as numbers."""
    node: Any = target.document.tree
    trail: Trail = None
    for token in tokens(target.pointer):
        step: Any = int(token) if type(node) is list else token
        trail = (trail, step)
        node = node[step]
    return trail


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
    named: dict[str, Route] = {name: (shape.mode, shape.kind) for name, shape in fields.items() if shape.mode is not Mode.LEAF}
    other = kind.rest or (kind.patterned[0][1] if kind.patterned else None)
    return _Routes(named, other.kind if other is not None else "", kind.reference)
