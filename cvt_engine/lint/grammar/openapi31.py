"""OpenAPI 3.1, https://spec.openapis.org/oas/v3.1; the two other 3.x versions are written as differences from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cvt_engine.lint.grammar.dialect31 import SCHEMA_KINDS
from cvt_engine.lint.grammar.kind import (
    ANY,
    FLAG,
    TEXT,
    TEXT_MAP,
    TEXTS,
    Grammar,
    Kind,
    Mode,
    Reference,
    Shape,
    choice,
    many,
    matching,
    named,
    one,
)

Locations = Mapping[str, Mapping[str, Any]]
"""What sets the parameters of one place apart, by place: `fields` and, where they differ, `required`, `least` and `clashes`."""

NAME_PATTERN: Final = "^[a-zA-Z0-9._-]+$"
STATUS_PATTERN: Final = "^[1-5](?:[0-9]{2}|XX)$"
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
QUERY_STYLES: Final = choice("form", "spaceDelimited", "pipeDelimited", "deepObject")
PATH_STYLES: Final = choice("matrix", "label", "simple")
REQUIREMENTS: Final = Shape(
    {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}}, Mode.LIST, "SecurityRequirement"
)
CONTENT_ONLY: Final = ("style", "explode", "allowReserved", "example", "examples")
ALWAYS: Final = Shape({"const": True})
BEARER_ONLY: Final = {
    "if": {"properties": {"scheme": {"type": "string", "not": {"pattern": "^[Bb][Ee][Aa][Rr][Ee][Rr]$"}}}, "required": ["scheme"]},
    "then": {"properties": {"bearerFormat": False}},
}
SOME_RESPONSE: Final = {
    "if": {"patternProperties": {STATUS_PATTERN: False}, "properties": {"default": False}},
    "then": {"maxProperties": 0},
    "minProperties": 1,
}


def part(kind: str) -> Shape:
    """One section of the components: a map whose names have a fixed alphabet."""
    return named(kind, propertyNames={"pattern": NAME_PATTERN})


def parameter_kinds(location: Locations, common: dict[str, Shape]) -> tuple[Kind, ...]:
    """One kind for each value of `in`: the fields of every parameter and those of the location."""
    return tuple(
        Kind(
            f"{where.capitalize()}Parameter",
            f"a {where} parameter",
            {**common, **row["fields"]},
            required=row.get("required", ("name", "in")),
            least=row.get("least", ("schema", "content")),
            clashes=(*row.get("clashes", ()), ("content", ("schema", *CONTENT_ONLY))),
        )
        for where, row in location.items()
    )


def flow(*urls: str, url: Shape = TEXT) -> Kind:
    """One OAuth flow: the addresses it needs, and the scopes."""
    fields = {**dict.fromkeys(urls, url), "refreshUrl": url, "scopes": TEXT_MAP}
    return Kind("".join(u.removesuffix("Url").capitalize() for u in urls) + "Flow", "an OAuth flow", fields, required=(*urls, "scopes"))


PARAMETER_FIELDS: Final = {
    "name": TEXT,
    "in": TEXT,
    "description": TEXT,
    "required": FLAG,
    "deprecated": FLAG,
    "schema": one("Schema"),
    "content": named("MediaType", minProperties=1, maxProperties=1),
    "style": TEXT,
    "explode": FLAG,
    "example": ANY,
    "examples": named("Example"),
}
_LOCATIONS: Final[Locations] = {
    "path": {"fields": {"name": matching("[^/#?]+$"), "required": ALWAYS, "style": PATH_STYLES}, "required": ("name", "in", "required")},
    "query": {"fields": {"style": QUERY_STYLES, "allowReserved": FLAG, "allowEmptyValue": FLAG}},
    "header": {"fields": {"style": choice("simple")}},
    "cookie": {"fields": {"style": choice("form")}},
}

_ROOT: Final[tuple[Kind, ...]] = (
    Kind(
        "Document",
        "the document",
        {
            "openapi": matching(r"^3\.1\.\d+(-.+)?$"),
            "info": one("Info"),
            "jsonSchemaDialect": TEXT,
            "servers": many("Server"),
            "paths": one("Paths"),
            "webhooks": named("PathItem"),
            "components": one("Components"),
            "security": REQUIREMENTS,
            "tags": many("Tag"),
            "externalDocs": one("ExternalDocs"),
        },
        required=("openapi", "info"),
        least=("paths", "components", "webhooks"),
    ),
    Kind(
        "Info",
        "`info`",
        {"title": TEXT, "summary": TEXT, "description": TEXT, "termsOfService": TEXT, "contact": one("Contact"), "license": one("License"), "version": TEXT},
        required=("title", "version"),
    ),
    Kind("Contact", "`contact`", {"name": TEXT, "url": TEXT, "email": TEXT}),
    Kind("License", "`license`", {"name": TEXT, "identifier": TEXT, "url": TEXT}, required=("name",), clashes=(("identifier", ("url",)),)),
    Kind("Server", "a server", {"url": TEXT, "description": TEXT, "variables": named("ServerVariable")}, required=("url",)),
    Kind(
        "ServerVariable",
        "a server variable",
        {"enum": Shape({"type": "array", "items": {"type": "string"}, "minItems": 1}), "default": TEXT, "description": TEXT},
        required=("default",),
    ),
    Kind(
        "Components",
        "`components`",
        {
            "schemas": part("Schema"),
            "responses": part("Response"),
            "parameters": part("Parameter"),
            "examples": part("Example"),
            "requestBodies": part("RequestBody"),
            "headers": part("Header"),
            "securitySchemes": part("SecurityScheme"),
            "links": part("Link"),
            "callbacks": part("Callback"),
            "pathItems": part("PathItem"),
        },
    ),
    Kind("Tag", "a tag", {"name": TEXT, "description": TEXT, "externalDocs": one("ExternalDocs")}, required=("name",)),
    Kind("ExternalDocs", "`externalDocs`", {"description": TEXT, "url": TEXT}, required=("url",)),
    Kind("SecurityRequirement", "a security requirement", open=True),
    Kind("Reference", "a reference", {"$ref": TEXT, "summary": TEXT, "description": TEXT}, required=("$ref",), extensible=False),
)

_OPERATIONS: Final[tuple[Kind, ...]] = (
    Kind("Paths", "`paths`", patterned=(("^/", one("PathItem")),)),
    Kind(
        "PathItem",
        "a path item",
        {"summary": TEXT, "description": TEXT, "servers": many("Server"), "parameters": many("Parameter"), **dict.fromkeys(METHODS, one("Operation"))},
        reference=Reference.STRICT,
    ),
    Kind(
        "Operation",
        "an operation",
        {
            "tags": TEXTS,
            "summary": TEXT,
            "description": TEXT,
            "externalDocs": one("ExternalDocs"),
            "operationId": TEXT,
            "parameters": many("Parameter"),
            "requestBody": one("RequestBody"),
            "responses": one("Responses"),
            "callbacks": named("Callback"),
            "deprecated": FLAG,
            "security": REQUIREMENTS,
            "servers": many("Server"),
        },
    ),
    Kind("Callback", "a callback", rest=one("PathItem"), reference=Reference.STRICT),
    Kind(
        "RequestBody",
        "a request body",
        {"description": TEXT, "content": named("MediaType"), "required": FLAG},
        required=("content",),
        reference=Reference.STRICT,
    ),
    Kind("Responses", "`responses`", {"default": one("Response")}, patterned=((STATUS_PATTERN, one("Response")),), extra=SOME_RESPONSE),
    Kind(
        "Response",
        "a response",
        {"description": TEXT, "headers": named("Header"), "content": named("MediaType"), "links": named("Link")},
        required=("description",),
        reference=Reference.STRICT,
    ),
    Kind(
        "Parameter",
        "a parameter",
        required=("name", "in"),
        reference=Reference.STRICT,
        switch="in",
        cases={where: f"{where.capitalize()}Parameter" for where in _LOCATIONS},
    ),
    *parameter_kinds(_LOCATIONS, PARAMETER_FIELDS),
    Kind(
        "Header",
        "a header",
        {
            "description": TEXT,
            "required": FLAG,
            "deprecated": FLAG,
            "schema": one("Schema"),
            "content": named("MediaType", minProperties=1, maxProperties=1),
            "style": choice("simple"),
            "explode": FLAG,
            "example": ANY,
            "examples": named("Example"),
        },
        least=("schema", "content"),
        clashes=(("content", ("schema", *CONTENT_ONLY)),),
        reference=Reference.STRICT,
    ),
    Kind("MediaType", "a media type", {"schema": one("Schema"), "example": ANY, "examples": named("Example"), "encoding": named("Encoding")}),
    Kind("Encoding", "an encoding", {"contentType": TEXT, "headers": named("Header"), "style": QUERY_STYLES, "explode": FLAG, "allowReserved": FLAG}),
    Kind(
        "Example",
        "an example",
        {"summary": TEXT, "description": TEXT, "value": ANY, "externalValue": TEXT},
        clashes=(("value", ("externalValue",)),),
        reference=Reference.STRICT,
    ),
    Kind(
        "Link",
        "a link",
        {"operationRef": TEXT, "operationId": TEXT, "parameters": TEXT_MAP, "requestBody": ANY, "description": TEXT, "server": one("Server")},
        least=("operationRef", "operationId"),
        clashes=(("operationId", ("operationRef",)),),
        reference=Reference.STRICT,
    ),
)

_SCHEME: Final = {"type": TEXT, "description": TEXT}
_SECURITY: Final[tuple[Kind, ...]] = (
    Kind(
        "SecurityScheme",
        "a security scheme",
        required=("type",),
        reference=Reference.STRICT,
        switch="type",
        cases={"apiKey": "ApiKeyScheme", "http": "HttpScheme", "mutualTLS": "PlainScheme", "oauth2": "OAuth2Scheme", "openIdConnect": "OpenIdScheme"},
    ),
    Kind("PlainScheme", "a mutualTLS security scheme", _SCHEME),
    Kind("ApiKeyScheme", "an API key security scheme", {**_SCHEME, "name": TEXT, "in": choice("query", "header", "cookie")}, required=("name", "in")),
    Kind("HttpScheme", "an HTTP security scheme", {**_SCHEME, "scheme": TEXT, "bearerFormat": TEXT}, required=("scheme",), extra=BEARER_ONLY),
    Kind("OAuth2Scheme", "an OAuth2 security scheme", {**_SCHEME, "flows": one("OAuthFlows")}, required=("flows",)),
    Kind("OpenIdScheme", "an OpenID Connect security scheme", {**_SCHEME, "openIdConnectUrl": TEXT}, required=("openIdConnectUrl",)),
    Kind(
        "OAuthFlows",
        "`flows`",
        {
            "implicit": one("AuthorizationFlow"),
            "password": one("TokenFlow"),
            "clientCredentials": one("TokenFlow"),
            "authorizationCode": one("AuthorizationTokenFlow"),
        },
    ),
    flow("authorizationUrl"),
    flow("tokenUrl"),
    flow("authorizationUrl", "tokenUrl"),
)

OPENAPI_31: Final[Grammar] = {kind.name: kind for kind in (*_ROOT, *_OPERATIONS, *_SECURITY, *SCHEMA_KINDS)}
"""Every kind of a 3.1 document."""
