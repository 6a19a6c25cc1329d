"""OpenAPI 3.2, https://spec.openapis.org/oas/v3.2, as differences from 3.1."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from cvt_engine.lint.grammar.kind import ANY, FLAG, TEXT, Grammar, Kind, Reference, choice, many, matching, named, one
from cvt_engine.lint.grammar.openapi31 import (
    ALWAYS,
    CONTENT_ONLY,
    OPENAPI_31,
    PARAMETER_FIELDS,
    PATH_STYLES,
    QUERY_STYLES,
    Locations,
    flow,
    parameter_kinds,
    part,
)

_EITHER_EXAMPLE: Final = (("example", ("examples",)),)
_PLACED: Final = {"type": "object", "required": ["in"]}


def _located(where: str) -> dict[str, Any]:
    return {**_PLACED, "properties": {"in": {"const": where}}}


_PARAMETERS: Final = many("Parameter")
_ALONE: Final = {"if": {"contains": _located("querystring")}, "then": {"not": {"contains": _located("query")}}}
_ONE_QUERY_STRING: Final = {"properties": {"parameters": {"contains": _located("querystring"), "minContains": 0, "maxContains": 1, **_ALONE}}}
_PARTS: Final = {"encoding": named("Encoding"), "prefixEncoding": many("Encoding"), "itemEncoding": one("Encoding")}
_PARTS_CLASH: Final = (("encoding", ("prefixEncoding", "itemEncoding")),)
_LOCATIONS: Final[Locations] = {
    "path": {
        "fields": {"name": matching("^[^{}]+$"), "required": ALWAYS, "style": PATH_STYLES, "allowReserved": FLAG},
        "required": ("name", "in", "required"),
        "clashes": _EITHER_EXAMPLE,
    },
    "query": {"fields": {"style": QUERY_STYLES, "allowReserved": FLAG, "allowEmptyValue": FLAG}, "clashes": _EITHER_EXAMPLE},
    "querystring": {"fields": {}, "required": ("name", "in", "content"), "least": (), "clashes": _EITHER_EXAMPLE},
    "header": {"fields": {"style": choice("simple")}, "clashes": _EITHER_EXAMPLE},
    "cookie": {"fields": {"style": choice("form", "cookie"), "allowReserved": FLAG}, "clashes": _EITHER_EXAMPLE},
}
_CONTENT_ONLY: Final = tuple(name for name in CONTENT_ONLY if name not in ("example", "examples"))


def _with_examples(kind: Kind) -> Kind:
    """Examples may stand beside `content` since 3.2."""
    clashes = tuple((key, ("schema", *_CONTENT_ONLY) if key == "content" else barred) for key, barred in kind.clashes)
    return replace(kind, clashes=clashes)


_PARAMETER_KINDS: Final = tuple(_with_examples(kind) for kind in parameter_kinds(_LOCATIONS, PARAMETER_FIELDS))

_KINDS: Final[tuple[Kind, ...]] = (
    OPENAPI_31["Document"].widened(openapi=matching(r"^3\.2\.\d+(-.+)?$"), _self=matching("^[^#]*$")),
    OPENAPI_31["Server"].widened(name=TEXT),
    OPENAPI_31["Components"].widened(mediaTypes=part("MediaType")),
    OPENAPI_31["Tag"].widened(summary=TEXT, parent=TEXT, kind=TEXT),
    replace(OPENAPI_31["Reference"], open=True),
    replace(
        OPENAPI_31["PathItem"].widened(
            _ref=TEXT,
            query=one("Operation"),
            additionalOperations=named(
                "Operation",
                propertyNames={
                    "pattern": "^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$",
                    "not": {"enum": ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"]},
                },
            ),
        ),
        reference=Reference.NO,
        extra=_ONE_QUERY_STRING,
    ),
    replace(OPENAPI_31["Operation"], extra=_ONE_QUERY_STRING),
    replace(OPENAPI_31["Response"].widened(summary=TEXT), required=()),
    replace(OPENAPI_31["Parameter"], cases={where: f"{where.capitalize()}Parameter" for where in _LOCATIONS}),
    *_PARAMETER_KINDS,
    _with_examples(replace(OPENAPI_31["Header"], clashes=(*_EITHER_EXAMPLE, *OPENAPI_31["Header"].clashes))),
    replace(
        OPENAPI_31["MediaType"].widened(description=TEXT, itemSchema=one("Schema"), **_PARTS),
        clashes=(*_EITHER_EXAMPLE, *_PARTS_CLASH),
        reference=Reference.OPEN,
    ),
    replace(OPENAPI_31["Encoding"].widened(**_PARTS), clashes=_PARTS_CLASH),
    replace(
        OPENAPI_31["Example"].widened(dataValue=ANY, serializedValue=TEXT),
        clashes=(("value", ("externalValue", "dataValue", "serializedValue")), ("serializedValue", ("externalValue",))),
    ),
    *(OPENAPI_31[name].widened(deprecated=FLAG) for name in ("PlainScheme", "ApiKeyScheme", "HttpScheme", "OpenIdScheme")),
    OPENAPI_31["OAuth2Scheme"].widened(deprecated=FLAG, oauth2MetadataUrl=TEXT),
    OPENAPI_31["OAuthFlows"].widened(deviceAuthorization=one("DeviceauthorizationTokenFlow")),
    flow("deviceAuthorizationUrl", "tokenUrl"),
    replace(OPENAPI_31["Discriminator"].widened(defaultMapping=TEXT), required=()),
    replace(OPENAPI_31["Xml"].widened(nodeType=choice("element", "attribute", "text", "cdata", "none")), clashes=(("nodeType", ("attribute", "wrapped")),)),
)


def _opened(kind: Kind) -> Kind:
    return replace(kind, reference=Reference.OPEN) if kind.reference is Reference.STRICT else kind


OPENAPI_32: Final[Grammar] = {name: _opened(kind) for name, kind in ({**OPENAPI_31, **{kind.name: kind for kind in _KINDS}}).items()}
"""Every kind of a 3.2 document."""
