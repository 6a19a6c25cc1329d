"""OpenAPI 3.0, https://spec.openapis.org/oas/v3.0, as differences from 3.1."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from cvt_engine.lint.grammar.kind import (
    ANY,
    ANY_MAP,
    COUNT,
    FLAG,
    NUMBER,
    POSITIVE,
    TEXT,
    TEXT_MAP,
    TEXTS,
    Grammar,
    Kind,
    Reference,
    Shape,
    choice,
    formatted,
    many,
    matching,
    named,
    one,
    one_or_flag,
)
from cvt_engine.lint.grammar.openapi31 import (
    ALWAYS,
    CONTENT_ONLY,
    OPENAPI_31,
    PARAMETER_FIELDS,
    PATH_STYLES,
    QUERY_STYLES,
    STATUS_PATTERN,
    Locations,
    parameter_kinds,
)

_REGEX: Final = formatted("regex")
_EITHER_EXAMPLE: Final = (("example", ("examples",)),)
_BOUNDS: Final = (("exclusiveMaximum", ("maximum",)), ("exclusiveMinimum", ("minimum",)))
_NAMES: Final = Shape({"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True})
_MEMBERS: Final = Shape({"type": "array", "minItems": 1, "uniqueItems": True})
_COMMON: Final = {**PARAMETER_FIELDS, "allowEmptyValue": FLAG, "allowReserved": FLAG}
_LOCATIONS: Final[Locations] = {
    "path": {"fields": {"required": ALWAYS, "style": PATH_STYLES}, "required": ("name", "in", "required"), "clashes": _EITHER_EXAMPLE},
    "query": {"fields": {"style": QUERY_STYLES}, "clashes": _EITHER_EXAMPLE},
    "header": {"fields": {"style": choice("simple")}, "clashes": _EITHER_EXAMPLE},
    "cookie": {"fields": {"style": choice("form")}, "clashes": _EITHER_EXAMPLE},
}

_KEYWORDS: Final = {
    "title": TEXT,
    "multipleOf": POSITIVE,
    "maximum": NUMBER,
    "exclusiveMaximum": FLAG,
    "minimum": NUMBER,
    "exclusiveMinimum": FLAG,
    "maxLength": COUNT,
    "minLength": COUNT,
    "pattern": _REGEX,
    "maxItems": COUNT,
    "minItems": COUNT,
    "uniqueItems": FLAG,
    "maxProperties": COUNT,
    "minProperties": COUNT,
    "required": _NAMES,
    "enum": _MEMBERS,
    "type": choice("array", "boolean", "integer", "number", "object", "string"),
    "not": one("Schema"),
    "allOf": many("Schema", minItems=1),
    "oneOf": many("Schema", minItems=1),
    "anyOf": many("Schema", minItems=1),
    "items": one("Schema"),
    "properties": named("Schema"),
    "additionalProperties": one_or_flag("Schema"),
    "description": TEXT,
    "format": TEXT,
    "default": ANY,
}
_EXTRA_KEYWORDS: Final = {
    "nullable": FLAG,
    "discriminator": one("Discriminator"),
    "readOnly": FLAG,
    "writeOnly": FLAG,
    "example": ANY,
    "externalDocs": one("ExternalDocs"),
    "deprecated": FLAG,
    "xml": one("Xml"),
}

_KINDS: Final[tuple[Kind, ...]] = (
    replace(
        OPENAPI_31["Document"].widened(openapi=matching(r"^3\.0\.\d(-.+)?$"), webhooks=None, jsonSchemaDialect=None),
        required=("openapi", "info", "paths"),
        least=(),
    ),
    OPENAPI_31["Info"].widened(summary=None),
    OPENAPI_31["Contact"].widened(email=formatted("email")),
    replace(OPENAPI_31["License"].widened(identifier=None), clashes=()),
    OPENAPI_31["ServerVariable"].widened(enum=TEXTS),
    Kind(
        "Components",
        "`components`",
        {
            "schemas": named("Schema"),
            "responses": named("Response"),
            "parameters": named("Parameter"),
            "examples": named("Example"),
            "requestBodies": named("RequestBody"),
            "headers": named("Header"),
            "securitySchemes": named("SecurityScheme"),
            "links": named("Link"),
            "callbacks": named("Callback"),
        },
    ),
    Kind("Reference", "a reference", {"$ref": TEXT}, required=("$ref",), open=True),
    replace(OPENAPI_31["PathItem"].widened(_ref=TEXT), reference=Reference.NO),
    replace(OPENAPI_31["Operation"], required=("responses",)),
    Kind("Responses", "`responses`", {"default": one("Response")}, patterned=((STATUS_PATTERN, one("Response")),), extra={"minProperties": 1}),
    *parameter_kinds(_LOCATIONS, _COMMON),
    replace(
        OPENAPI_31["Header"].widened(allowEmptyValue=FLAG, allowReserved=FLAG),
        clashes=(*_EITHER_EXAMPLE, ("content", ("schema", *CONTENT_ONLY))),
    ),
    replace(OPENAPI_31["MediaType"], clashes=_EITHER_EXAMPLE),
    replace(OPENAPI_31["Example"], clashes=()),
    replace(OPENAPI_31["Link"].widened(parameters=ANY_MAP), least=()),
    replace(OPENAPI_31["SecurityScheme"], cases={"apiKey": "ApiKeyScheme", "http": "HttpScheme", "oauth2": "OAuth2Scheme", "openIdConnect": "OpenIdScheme"}),
    Kind("Schema", "a schema", {**_KEYWORDS, **_EXTRA_KEYWORDS}, needs=_BOUNDS, reference=Reference.OPEN),
    Kind("Discriminator", "`discriminator`", {"propertyName": TEXT, "mapping": TEXT_MAP}, required=("propertyName",), open=True),
    Kind("Xml", "`xml`", {"name": TEXT, "namespace": formatted("uri"), "prefix": TEXT, "attribute": FLAG, "wrapped": FLAG}),
)


def _reopened(kind: Kind) -> Kind:
    return replace(kind, reference=Reference.OPEN) if kind.reference is Reference.STRICT else kind


OPENAPI_30: Final[Grammar] = {name: _reopened(kind) for name, kind in ({**OPENAPI_31, **{kind.name: kind for kind in _KINDS}}).items()}
"""Every kind of a 3.0 document."""

BESIDE_REFERENCE: Final = Kind("SchemaBesideReference", "a schema", {"$ref": TEXT, **_KEYWORDS}, required=("$ref",), open=True, needs=_BOUNDS)
"""What may stand beside a `$ref` in a 3.0 schema: it is ignored, but has to be JSON Schema."""
