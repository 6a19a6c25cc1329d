"""A description of several files as one document of the same meaning."""

from __future__ import annotations

import json
from typing import Any, Final

from cvt_engine.document import Document, escape
from cvt_engine.load.refs import join, named, split
from cvt_engine.load.spec import Spec

PLACE: Final = "x-bundled"
"""Where the other files stand, each under its path: an extension, so every reader of OpenAPI leaves it alone, and nothing has to be renamed."""
_DATA: Final = frozenset(("example", "examples", "default", "const", "enum"))


def bundle(spec: Spec) -> bytes:
    """The text of one document that refers to no other file: the entry document as it is where it already does, else JSON.

    References keep the end of their pointers, so the names that discriminators go by stay. Raises RefUnresolved, SyntaxInvalid.
    """
    others = _reached(spec)
    if not others:
        return spec.entry.data
    places = {uri: f"/{PLACE}/{escape(uri)}" for uri in others}
    tree = dict(_moved(spec.entry.tree, spec.entry, "", places))
    tree[PLACE] = {uri: _moved(document.tree, document, places[uri], places) for uri, document in others.items()}
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _reached(spec: Spec) -> dict[str, Document]:
    """The other files that references lead to, by path, in the order of their discovery."""
    found: dict[str, Document] = {}
    seen: set[int] = set()
    stack: list[tuple[Any, Document]] = [(spec.entry.tree, spec.entry)]
    while stack:
        node, document = stack.pop()
        if id(node) in seen or not isinstance(node, dict | list):
            continue
        seen.add(id(node))
        for ref in _refs(node):
            target = split(ref)
            if target.absolute:
                continue
            at = spec.resolve(ref, document)
            uri = join(document.uri, target.file) if target.file else document.uri
            first = spec.documents.get(uri, at.document)
            for reached in (first, at.document):
                if reached is not spec.entry:
                    found.setdefault(reached.uri, reached)
            stack += [(at.node, at.document), *_beginning(first, target.fragment)]
        stack += [(child, document) for child in _children(node)]
    return found


def _beginning(document: Document, fragment: str) -> list[tuple[Any, Document]]:
    """Where a reference leads at first, which may be a further reference."""
    try:
        return [(document.node(fragment), document)] if not fragment or fragment[0] == "/" else []
    except KeyError:
        return []


def _refs(node: Any) -> list[str]:
    if not isinstance(node, dict):
        return []
    found = [node[key] for key in ("$ref", "operationRef") if isinstance(node.get(key), str)]
    mapping = _mapping(node)
    return found + [value for value in mapping.values() if isinstance(value, str) and _is_path(value)]


def _mapping(node: dict[Any, Any]) -> dict[Any, Any]:
    inner = node.get("discriminator")
    mapping = inner.get("mapping") if isinstance(inner, dict) else None
    return mapping if isinstance(mapping, dict) else {}


def _is_path(value: str) -> bool:
    """Is a value of a mapping a reference, and not the bare name of a component?"""
    return "#" in value or "/" in value or value.endswith((".yaml", ".yml", ".json"))


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [child for key, child in node.items() if key not in _DATA or isinstance(child, dict)]
    return list(node)


def _moved(node: Any, document: Document, place: str, places: dict[str, str]) -> Any:
    """A copy in which references lead to where things stand now; `place` is where the document itself stands."""
    if isinstance(node, list):
        return [_moved(child, document, place, places) for child in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _moved(child, document, place, places) for key, child in node.items()}
    for key in ("$ref", "operationRef"):
        if isinstance(copy.get(key), str):
            copy[key] = _target(copy[key], document, place, places)
    if _mapping(copy):
        mapping = {
            key: _target(value, document, place, places) if isinstance(value, str) and _is_path(value) else value for key, value in _mapping(copy).items()
        }
        copy["discriminator"] = copy["discriminator"] | {"mapping": mapping}
    return copy


def _target(ref: str, document: Document, place: str, places: dict[str, str]) -> str:
    target = split(ref)
    if target.absolute:
        return ref
    if not target.file:
        return f"#{place}{_fragment(target.fragment, document, place)}" if place else ref
    uri = join(document.uri, target.file)
    there = places.get(uri)
    return ref if there is None else f"#{there}{target.fragment}"


def _fragment(fragment: str, document: Document, place: str) -> str:
    """A pointer as it is; the pointer of an anchor, whose name may mean something else in the new document."""
    if not fragment or fragment[0] == "/" or not place:
        return fragment
    return named(document, "$anchor").get(fragment, f"/{fragment}")
