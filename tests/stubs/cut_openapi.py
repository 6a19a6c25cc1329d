"""Cut a big OpenAPI description down to some paths and the components they reach, so that a mock server starts in a second.

`python -m tests.stubs.cut_openapi FULL.json SMALL.json PATH...`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_PREFIX = "#/components/"


def cut(document: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The document with those paths only. Raises KeyError for a path that is not there."""
    chosen = {path: document["paths"][path] for path in paths}
    components: dict[str, dict[str, Any]] = {}
    waiting = [*_refs(chosen)]
    while waiting:
        kind, _, name = waiting.pop().removeprefix(_PREFIX).partition("/")
        if name in components.setdefault(kind, {}):
            continue
        components[kind][name] = document["components"][kind][name]
        waiting += _refs(components[kind][name])
    kept: dict[str, Any] = {name: document[name] for name in ("openapi", "info") if name in document}
    return {**kept, "paths": chosen, "components": components}


def _refs(node: Any) -> Iterator[str]:
    """Every local reference to a component below a node."""
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith(_PREFIX):
            yield ref
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _refs(child)


def main(arguments: list[str]) -> None:
    """Read, cut, write."""
    full, small, *paths = arguments
    Path(small).write_text(json.dumps(cut(json.loads(Path(full).read_text()), paths)))


if __name__ == "__main__":
    main(sys.argv[1:])
