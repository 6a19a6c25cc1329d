"""The shape of an operation's row, and what its handler is given and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cvt_server.errors import Invalid
from cvt_server.model import Actor
from cvt_server.operations.state import State


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler gives. `etag` names the state of what was asked for, "" where nothing cheap does."""

    value: Any = None
    status: int = 200
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Path and query parameters as texts, and the body as a JSON value. They were held against the description before."""

    texts: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A parameter."""
        return self.texts.get(name, default)

    def number(self, name: str, default: int = 0) -> int:
        """A parameter that is a whole number. Raises Invalid."""
        text = self.texts.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 18:
            raise Invalid(f"{name} is {text[:40]!r}, but must be a whole number")
        return int(text)

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        return self.texts.get(name, "") == "true"


Handler: TypeAlias = "Callable[[State, Arguments, Actor], Reply]"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `id`, `method` and `path` are those of api/rest.yaml; `scope` is what a key needs; the handler runs in a thread."""

    id: str
    method: str
    path: str
    scope: str
    handler: Handler

    @property
    def writes(self) -> bool:
        """Does it change anything?"""
        return self.method != "GET" and self.scope in ("write", "admin")
