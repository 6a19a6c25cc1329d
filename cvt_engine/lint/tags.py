"""The document's tags."""

from __future__ import annotations

from collections.abc import Iterator

from cvt_engine.document import Version
from cvt_engine.lint.problem import Problem, Trail, plain, quoted
from cvt_engine.lint.survey import Survey


def check_tags(survey: Survey) -> Iterator[Problem]:
    """Names must differ; since 3.2 a parent must exist and parents must not form a circle."""
    document = survey.spec.entry
    places: dict[str, Trail] = {}
    parents: dict[str, str] = {}
    for node, where, trail in survey.sites["Tag"]:
        name = node.get("name")
        if where is not document or not isinstance(name, str):
            continue
        if name in places:
            yield Problem("tag-duplicate", document, (trail, "name"), f"tag {quoted(name)} is declared twice", subject=name)
            continue
        places[name] = trail
        if survey.spec.version == Version.V32 and isinstance(node.get("parent"), str):
            parents[name] = node["parent"]
    for name, parent in parents.items():
        if parent not in places:
            yield Problem(
                "tag-parent-unknown", document, (places[name], "parent"), f"the parent {quoted(parent)} of tag {quoted(name)} is not declared", subject=name
            )
    for circle in _circles(parents):
        detail = "tags are each other's parents: " + " → ".join(plain(name) for name in [*circle[:10], circle[0]])
        yield Problem("tag-parent-cycle", document, (places[circle[0]], "parent"), detail, subject=circle[0])


def _circles(parents: dict[str, str]) -> Iterator[list[str]]:
    done: set[str] = set()
    for start in parents:
        trail: list[str] = []
        name = start
        while name in parents and name not in done:
            done.add(name)
            trail.append(name)
            name = parents[name]
        if name in trail:
            yield trail[trail.index(name) :]
