"""Operations as plain values, the same for every OpenAPI version."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final, Protocol, TypeAlias

from msgspec import Struct, field

from cvt_engine.change import Ref
from cvt_engine.schema.loc import ANY, Conj, Loc

FORM: Final = "application/x-www-form-urlencoded"
XML: Final = ("/xml", "+xml")
"""How the names of media types end that hold XML (RFC 7303)."""
Key: TypeAlias = tuple[str, str]
"""A parameter's identity on the wire: its place and its name (lower case for headers, the position in the template for the path)."""


class Media(Struct, frozen=True, eq=False):
    """One media type of a body. `encoding` maps a property to its encoding object; `items` is the item schema of a stream.

    `listed`: where 2.0 lists media types for many bodies at once, the nearest place first: the operation, and the description where the operation lists none.
    """

    name: str
    loc: Loc
    schema: Conj = ANY
    items: Conj | None = None
    encoding: dict[str, Loc] = field(default_factory=dict)
    listed: tuple[Ref, ...] = ()


class Parameter(Struct, frozen=True, eq=False):
    """A parameter or header. `media` is the media type where it is sent as `content`, else ''. `inner` says how lists within a list are joined (2.0)."""

    name: str
    place: str
    loc: Loc
    required: bool = False
    schema: Conj = ANY
    style: str = "form"
    explode: bool = False
    inner: str = ""
    media: str = ""
    reserved: bool = False
    empty: bool = False
    deprecated: bool = False


Parts: TypeAlias = "tuple[dict[str, Parameter], dict[str, Media]]"
"""Headers and bodies of a response."""


class Body(Struct, frozen=True, eq=False):
    """A request body."""

    loc: Loc
    required: bool
    media: dict[str, Media]


class Response:
    """One response; `code` is `200`, `2XX` or `default`. Its parts are read when they are asked for: most responses did not change."""

    def __init__(self, code: str, loc: Loc, read: Callable[[Loc], Parts]) -> None:
        self.code = code
        self.loc = loc
        self._read = read

    @cached_property
    def _parts(self) -> Parts:
        return self._read(self.loc)

    @property
    def headers(self) -> dict[str, Parameter]:
        """Headers by lower-case name."""
        return self._parts[0]

    @property
    def media(self) -> dict[str, Media]:
        """Bodies by media type."""
        return self._parts[1]


class Dialect(Protocol):
    """How one family of OpenAPI versions writes the parts of an operation."""

    def parameters(self, operation: Operation) -> dict[Key, Parameter]:
        """The parameters of the operation and its path item."""

    def body(self, operation: Operation) -> Body | None:
        """The request body."""

    def responses(self, operation: Operation) -> dict[str, Response]:
        """The responses by status code."""

    def callbacks(self, operation: Operation) -> dict[tuple[str, str], Loc]:
        """Path items by callback name and expression."""


class Operation:
    """One operation. `item` is its path item. Its parts are read when they are asked for."""

    def __init__(self, dialect: Dialect, method: str, path: str, *, item: Loc, loc: Loc) -> None:
        self.dialect = dialect
        self.method = method
        self.path = path
        self.item = item
        self.loc = loc

    @property
    def deprecated(self) -> bool:
        """Is it marked deprecated?"""
        return self.loc.node.get("deprecated") is True

    @cached_property
    def parameters(self) -> dict[Key, Parameter]:
        """The parameters of the operation and its path item."""
        return self.dialect.parameters(self)

    @cached_property
    def body(self) -> Body | None:
        """The request body."""
        return self.dialect.body(self)

    @cached_property
    def responses(self) -> dict[str, Response]:
        """The responses by status code."""
        return self.dialect.responses(self)

    @cached_property
    def callbacks(self) -> dict[tuple[str, str], Loc]:
        """Path items by callback name and expression."""
        return self.dialect.callbacks(self)
