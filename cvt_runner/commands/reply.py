"""How a client command shows what a server answered: text for people, `--json` with the published keys, `--format json` with everything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cvt_engine.facade import template
from cvt_engine.finding import Place, told
from cvt_runner.console import Console, printable
from cvt_runner.render.published import published
from cvt_runner.render.result import document

_OPERATIONS: Final = 3
"""Operations that a line of text names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `values` is the whole of it (its `schema` names and numbers the form), `published` what the public CVT prints, `lines` what people read.

    `exact` is given where the text itself was asked for, such as a description: it is written as it is.
    """

    code: int
    values: Mapping[str, Any]
    published: Callable[[], Mapping[str, Any]]
    lines: Callable[[], list[str]]
    exact: str = ""


def show(reply: Reply, style: str, console: Console) -> int:
    """Show it; the exit code is the same in every style."""
    match style:
        case "json":
            console.write(document(dict(reply.values)))
        case "published":
            console.write(document(dict(reply.published())))
        case "quiet":
            pass
        case _:
            console.write(reply.exact or "".join(f"{printable(line)}\n" for line in reply.lines()))
    return reply.code


def published_changes(findings: Iterable[Mapping[str, Any]], *, used: Collection[str] = ()) -> list[dict[str, Any]]:
    """Findings of the registry's under the keys of the public CVT, once for each operation; of those that are `used` where a finding has one."""
    return [
        published(operation, finding["wire_type"], message, before=finding["before"], after=finding["after"])
        for finding in findings
        for operation, message in _told(finding, used)
    ]


def _told(finding: Mapping[str, Any], used: Collection[str]) -> list[tuple[str, str]]:
    found = told(finding["message"], [Place(place["operation"], place["part"]) for place in finding["places"]], finding["operation"])
    return [(operation, message) for operation, message in found if template(operation) in used] or found


def wire_change(change: Any) -> dict[str, Any]:
    """The same of a breaking change from the wire."""
    from cvt_wire import cvt_pb2

    values = {"type": cvt_pb2.BreakingChangeType.Name(change.type), "path": change.path, "method": change.method, "description": change.description}
    values |= {key: getattr(change, key) for key in ("old_value", "new_value") if getattr(change, key)}
    return values


def change_lines(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Breaking changes for people: one line for what is the same in several operations."""
    places: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        where = f"{change['method']} {change['path']}".strip()
        places.setdefault((change["type"], change["description"]), []).append(where)
    return [f"  [{kind}] {_where(found, text)}{text}" for (kind, text), found in places.items()]


def _where(places: list[str], text: str) -> str:
    if not places[0] or places[0] in text:
        return ""
    more = len(places) - _OPERATIONS
    return f"{', '.join(places[:_OPERATIONS])}{f' and {more} more' if more > 0 else ''}: "
