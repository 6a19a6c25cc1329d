"""Operations as plain values, the same for every OpenAPI version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cvt_engine.schema.loc import ANY, Conj, Loc

FORM: Final = "application/x-www-form-urlencoded"
Key: TypeAlias = tuple[str, str]
"""A parameter's identity on the wire: its place and its name (lower case for headers, the position in the template for the path)."""


@dataclass(frozen=True, slots=True, eq=False)
class Media:
    """One media type of a body. `encoding` maps a property to its encoding object; `items` is the item schema of a stream."""

    name: str
    loc: Loc
    schema: Conj = ANY
    items: Conj | None = None
    encoding: dict[str, Loc] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter or header. `media` is the media type where it is sent as `content`, else ''."""

    name: str
    place: str
    loc: Loc
    required: bool = False
    schema: Conj = ANY
    style: str = "form"
    explode: bool = False
    media: str = ""
    reserved: bool = False
    empty: bool = False
    deprecated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A request body."""

    loc: Loc
    required: bool
    media: dict[str, Media]


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """One response; `code` is `200`, `2XX` or `default`."""

    code: str
    loc: Loc
    headers: dict[str, Parameter]
    media: dict[str, Media]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation. `item` is its path item. `callbacks` maps callback name and expression to a path item."""

    method: str
    path: str
    loc: Loc
    item: Loc
    parameters: dict[Key, Parameter]
    body: Body | None
    responses: dict[str, Response]
    security: Loc | None
    deprecated: bool
    callbacks: dict[tuple[str, str], Loc]
    servers: Loc | None = None

    @property
    def title(self) -> str:
        """`GET /orders/{id}`."""
        return f"{self.method.upper()} {self.path}"
