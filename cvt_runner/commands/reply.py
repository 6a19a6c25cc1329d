"""How a client command shows what a server answered: text for people, `--json` with the published keys, `--format json` with everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cvt_runner.console import Console, printable
from cvt_runner.render.published import published
from cvt_runner.render.result import document


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `values` is the whole of it (its `schema` names and numbers the form), `published` what the public CVT prints, `lines` what people read."""

    code: int
    values: Mapping[str, Any]
    published: Callable[[], Mapping[str, Any]]
    lines: Callable[[], list[str]]


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
            console.write("".join(f"{printable(line)}\n" for line in reply.lines()))
    return reply.code


def published_change(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding of the registry's under the keys of the public CVT."""
    return published(finding["operation"], finding["wire_type"], finding["message"], before=finding["before"], after=finding["after"])


def wire_change(change: Any) -> dict[str, Any]:
    """The same of a breaking change from the wire."""
    from cvt_wire import cvt_pb2

    values = {"type": cvt_pb2.BreakingChangeType.Name(change.type), "path": change.path, "method": change.method, "description": change.description}
    values |= {key: getattr(change, key) for key in ("old_value", "new_value") if getattr(change, key)}
    return values


def change_line(change: Mapping[str, Any]) -> str:
    """One breaking change for people."""
    where = f"{change['method']} {change['path']}".strip()
    return f"  [{change['type']}] {f'{where}: ' if where and where not in str(change['description']) else ''}{change['description']}"
