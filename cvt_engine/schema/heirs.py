"""Components that build on another one by `allOf`: what a discriminator chooses from where its schema lists no alternatives."""

from __future__ import annotations

from typing import Any

from cvt_engine.errors import EngineError
from cvt_engine.schema.loc import Loc, Source


class Heirs:
    """Of one description; read when first asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._children: dict[Loc, list[Loc]] | None = None

    def of(self, parent: Loc) -> list[Loc]:
        """The heirs of a component, theirs included, in the order of the document; never the component itself."""
        if self._children is None:
            self._children = self._read()
        found: dict[Loc, None] = {}
        stack = [parent]
        while stack:
            for child in self._children.get(stack.pop(), ()):
                if child not in found and child is not parent:
                    found[child] = None
                    stack.append(child)
        return list(found)

    def _read(self) -> dict[Loc, list[Loc]]:
        found: dict[Loc, list[Loc]] = {}
        root = self._source.root
        for way in (("components", "schemas"), ("definitions",)):
            home: Any = root.node
            for step in way:
                home = home.get(step) if isinstance(home, dict) else None
            for name, node in home.items() if isinstance(home, dict) else ():
                parts = node.get("allOf") if isinstance(node, dict) else None
                for index in range(len(parts) if isinstance(parts, list) else 0):
                    self._note(root.child(*way, name), index, found)
        return found

    def _note(self, child: Loc, index: int, found: dict[Loc, list[Loc]]) -> None:
        part = child.child("allOf", index)
        try:
            target = self._source.follow(part)
        except EngineError:
            return
        if target is not part:
            found.setdefault(target, []).append(child)
