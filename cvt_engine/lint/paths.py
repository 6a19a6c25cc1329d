"""Paths: their templates, their parameters, and what two of them have in common."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from cvt_engine.document import Document
from cvt_engine.lint.problem import Problem, Trail, plain
from cvt_engine.lint.survey import Survey

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_NAME: Final = re.compile(r"\{([^{}]*)\}")
_MAX_AMBIGUOUS: Final = 200
"""Ambiguous pairs reported; a hostile document could have millions."""
_MAX_STEPS: Final = 20_000
"""Pairs of path segments that are looked at."""


class _Parameter(NamedTuple):
    name: str
    trail: Trail


def check_paths(survey: Survey) -> Iterator[Problem]:
    """Everything about `paths` of the entry document."""
    paths = survey.spec.entry.tree.get("paths")
    if not isinstance(paths, dict):
        return
    document = survey.spec.entry
    templates = {path: item for path, item in paths.items() if isinstance(path, str) and path.startswith("/")}
    if not templates and "webhooks" not in document.tree:
        yield Problem("paths-empty", document, (None, "paths"), "`paths` is empty: the document describes no operation")
    for path, item in templates.items():
        at: Trail = ((None, "paths"), path)
        broken = _template_error(path)
        if broken:
            yield Problem("path-syntax", document, at, f"path `{plain(path)}` {broken}")
        else:
            yield from _check_parameters(survey, path, item, at)
    yield from _duplicates(templates, document)
    yield from _ambiguous(templates, document)


def names_in(path: str) -> list[str]:
    """Parameter names of a path template.

    >>> names_in("/a/{b}/{c}.{d}")
    ['b', 'c', 'd']
    """
    return _NAME.findall(path)


def _template_error(path: str) -> str:
    rest = _NAME.sub("", path)
    if "{" in rest or "}" in rest:
        return "has a brace without its partner"
    names = names_in(path)
    if "" in names:
        return "has an empty parameter name `{}`"
    if len(set(names)) < len(names):
        return "names the same parameter twice"
    if "?" in rest or "#" in rest:
        return "contains a query string or fragment; describe query parameters under `parameters`"
    return ""


def _check_parameters(survey: Survey, path: str, item: Any, at: Trail) -> Iterator[Problem]:
    """Each operation must declare the template's parameters, and no others in `path`; its own and those of the path item count."""
    document = survey.spec.entry
    target = survey.follow(item, document) if isinstance(item, dict) else None
    if target is None:
        return
    node = target.node if isinstance(target.node, dict) else {}
    outside = target.document is not document or target.node is not item
    wanted = set(names_in(path))
    shared = _path_parameters(survey, node.get("parameters"), target.document, (at, "parameters"))
    unused: dict[str, Trail] = {}
    for method, operation, trail in _operations(node, at):
        own = _path_parameters(survey, operation.get("parameters"), target.document, (trail, "parameters"))
        if own is None or shared is None:
            continue
        declared = {parameter.name for parameter in (*shared, *own)}
        for name in sorted(wanted - declared):
            detail = f"{method.upper()} {plain(path)} does not declare its path parameter `{plain(name)}`"
            yield Problem("path-parameter-undeclared", document, at if outside else trail, detail, hint=_declare(name), subject=name)
        for parameter in (*own, *shared):
            if parameter.name not in wanted:
                unused.setdefault(parameter.name, at if outside else parameter.trail)
    for name, trail in unused.items():
        near = f"; the path has {', '.join('{' + plain(known) + '}' for known in sorted(wanted))}" if wanted else ""
        yield Problem(
            "path-parameter-unused", document, trail, f"path parameter `{plain(name)}` does not stand in the path `{plain(path)}`{near}", subject=name
        )


def _declare(name: str) -> str:
    return f"add a parameter with `name: {plain(name)}`, `in: path`, `required: true`"


def _operations(item: dict[str, Any], at: Trail) -> Iterator[tuple[str, dict[str, Any], Trail]]:
    for method in METHODS:
        operation = item.get(method)
        if isinstance(operation, dict):
            yield method, operation, (at, method)
    more = item.get("additionalOperations")
    for name, operation in more.items() if isinstance(more, dict) else ():
        if isinstance(operation, dict):
            yield str(name), operation, ((at, "additionalOperations"), name)


def _path_parameters(survey: Survey, parameters: Any, document: Document, at: Trail) -> list[_Parameter] | None:
    """The `in: path` parameters of a list; None where one of them cannot be read, and so nothing can be said."""
    if parameters is None:
        return []
    if not isinstance(parameters, list):
        return None
    found = []
    for index, item in enumerate(parameters):
        target = survey.follow(item, document)
        if target is None or not isinstance(target.node, dict):
            return None
        name, where = target.node.get("name"), target.node.get("in")
        if not isinstance(name, str) or not isinstance(where, str):
            return None
        if where == "path":
            found.append(_Parameter(name, (at, index)))
    return found


def _duplicates(templates: dict[str, Any], document: Document) -> Iterator[Problem]:
    """Two templates that differ in parameter names only are the same path."""
    seen: dict[str, list[str]] = defaultdict(list)
    for path, item in templates.items():
        shape = _NAME.sub("{}", path)
        for first in seen[shape]:
            detail = f"`{_shown(path)}` is the same path as `{_shown(first)}`"
            if _share_method(item, templates[first]):
                yield Problem("path-duplicate", document, ((None, "paths"), path), detail, subject=first)
            else:
                hint = "merge the two path items, with the same parameter names"
                yield Problem("path-ambiguous", document, ((None, "paths"), path), detail, hint=hint, subject=first)
            break
        seen[shape].append(path)


def _share_method(one: Any, other: Any) -> bool:
    """Whether some method can mean either path item; a `$ref` in one of them counts as every method."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    if "$ref" in one or "$ref" in other:
        return True
    return any(method in one and method in other for method in METHODS)


class _Segment:
    """A node of the tree of path segments: what follows, by literal text and by template, and the path that ends here."""

    __slots__ = ("literal", "open", "path")

    def __init__(self) -> None:
        self.literal: dict[str, _Segment] = {}
        self.open: dict[str, _Segment] = {}
        self.path = ""

    def add(self, path: str) -> None:
        at = self
        for text in path.split("/"):
            children = at.open if "{" in text else at.literal
            at = children.setdefault(_NAME.sub("{}", text), _Segment())
        at.path = at.path or path


def _ambiguous(templates: dict[str, Any], document: Document) -> Iterator[Problem]:
    """Pairs such as `/a/{x}` and `/{y}/b`: a request can match both, and neither is the more specific one."""
    root = _Segment()
    order = {path: number for number, path in enumerate(templates)}
    for path in templates:
        root.add(path)
    rivals: dict[str, list[str]] = defaultdict(list)
    for one, other in islice(_crossing(root), _MAX_AMBIGUOUS):
        first, second = sorted((one, other), key=order.__getitem__)
        if _share_method(templates[first], templates[second]):
            rivals[second].append(first)
    for path, others in rivals.items():
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        detail = f"a request can match both `{_shown(path)}` and `{_shown(min(others, key=order.__getitem__))}`{more}"
        yield Problem("path-ambiguous", document, ((None, "paths"), path), detail, subject=min(others, key=order.__getitem__))


def _shown(path: str) -> str:
    return plain(path, limit=120)


def _crossing(root: _Segment) -> Iterator[tuple[str, str]]:
    """Pairs of paths that share a request while each has a literal where the other has a parameter, found by walking the tree with two fingers."""
    stack: list[tuple[_Segment, _Segment, bool, bool]] = [(root, root, False, False)]
    for _ in range(_MAX_STEPS):
        if not stack:
            return
        left, right, left_wins, right_wins = stack.pop()
        if left_wins and right_wins and left.path and right.path:
            yield left.path, right.path
        stack.extend(_both(left, right, left_wins, right_wins))


def _both(left: _Segment, right: _Segment, left_wins: bool, right_wins: bool) -> Iterator[tuple[_Segment, _Segment, bool, bool]]:
    same = left is right
    for text, child in left.literal.items():
        if text in right.literal:
            yield child, right.literal[text], left_wins, right_wins
        for template, other in right.open.items():
            if _fits(template, text):
                yield child, other, True, right_wins
    for one, child in left.open.items():
        for other_text, other in right.open.items():
            if not same or one <= other_text:
                yield child, other, left_wins, right_wins
        if not same:
            yield from ((child, other, left_wins, True) for text, other in right.literal.items() if _fits(one, text))


def _fits(template: str, literal: str) -> bool:
    """Whether a segment with parameters can take the form of a literal segment, judged by its fixed beginning and end.

    >>> _fits("{}.json", "a.json"), _fits("{}.json", "a.xml")
    (True, False)
    """
    head, tail = template[: template.index("{")], template[template.rindex("}") + 1 :] if "}" in template else ""
    return literal.startswith(head) and literal.endswith(tail) and len(literal) > len(head) + len(tail)
