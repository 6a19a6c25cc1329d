"""OpenAPI 2.0 (Swagger), https://spec.openapis.org/oas/v2.0."""

from __future__ import annotations

from typing import Final

from cvt_engine.lint.grammar.kind import (
    ANY,
    ANY_MAP,
    COUNT,
    FLAG,
    NUMBER,
    POSITIVE,
    TEXT,
    TEXT_MAP,
    UNIQUE_TEXTS,
    Grammar,
    Kind,
    Mode,
    Reference,
    Shape,
    choice,
    formatted,
    link_to,
    many,
    matching,
    named,
    one,
    one_or_flag,
)

_URL: Final = formatted("uri")
_REGEX: Final = formatted("regex")
_MEMBERS: Final = Shape({"type": "array", "minItems": 1, "uniqueItems": True})
_SCHEMES: Final = Shape({"type": "array", "items": {"enum": ["http", "https", "ws", "wss"]}, "uniqueItems": True})
_REQUIREMENT: Final = {"type": "object", "additionalProperties": UNIQUE_TEXTS.schema}
_REQUIREMENTS: Final = Shape({"type": "array", "uniqueItems": True, "items": _REQUIREMENT}, Mode.LIST, "SecurityRequirement")
_REQUIRED_NAMES: Final = Shape({"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True})
_TYPE_NAMES: Final = ["array", "boolean", "integer", "null", "number", "object", "string"]
_TYPE: Final = Shape({"if": {"type": "array"}, "then": {"items": {"enum": _TYPE_NAMES}, "minItems": 1, "uniqueItems": True}, "else": {"enum": _TYPE_NAMES}})
_ITEMS: Final = Shape({"if": {"type": "array"}, "then": {"minItems": 1, "items": link_to("Schema")}, "else": link_to("Schema")}, Mode.ONE, "Schema")
_BOUNDS: Final = (("exclusiveMaximum", ("maximum",)), ("exclusiveMinimum", ("minimum",)))

_LIMITS: Final = {
    "default": ANY,
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
    "enum": _MEMBERS,
    "multipleOf": POSITIVE,
}
_PLAIN: Final = choice("string", "number", "integer", "boolean", "array")
_JOINED: Final = choice("csv", "ssv", "tsv", "pipes")
_PRIMITIVE: Final = {"type": _PLAIN, "format": TEXT, "items": one("Items"), "collectionFormat": _JOINED, **_LIMITS}
_PARAMETER: Final = {"name": TEXT, "in": TEXT, "description": TEXT, "required": FLAG, **_PRIMITIVE}
_MULTI: Final = {**_PARAMETER, "allowEmptyValue": FLAG, "collectionFormat": choice("csv", "ssv", "tsv", "pipes", "multi")}
_IS_FILE: Final = {"properties": {"type": {"const": "file"}}, "required": ["type"]}
_OPERATION: Final = one("Operation")
_SCHEME: Final = {"type": TEXT, "description": TEXT}
_FLOW: Final = {**_SCHEME, "flow": TEXT, "scopes": TEXT_MAP}

_KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "Document",
        "the document",
        {
            "swagger": choice("2.0"),
            "info": one("Info"),
            "host": matching(r"^[^{}/ :\\]+(?::\d+)?$"),
            "basePath": matching("^/"),
            "schemes": _SCHEMES,
            "consumes": UNIQUE_TEXTS,
            "produces": UNIQUE_TEXTS,
            "paths": one("Paths"),
            "definitions": named("Schema"),
            "parameters": named("Parameter"),
            "responses": named("Response"),
            "security": _REQUIREMENTS,
            "securityDefinitions": named("SecurityScheme"),
            "tags": many("Tag"),
            "externalDocs": one("ExternalDocs"),
        },
        required=("swagger", "info", "paths"),
    ),
    Kind(
        "Info",
        "`info`",
        {"title": TEXT, "version": TEXT, "description": TEXT, "termsOfService": TEXT, "contact": one("Contact"), "license": one("License")},
        required=("title", "version"),
    ),
    Kind("Contact", "`contact`", {"name": TEXT, "url": _URL, "email": formatted("email")}),
    Kind("License", "`license`", {"name": TEXT, "url": _URL}, required=("name",)),
    Kind("ExternalDocs", "`externalDocs`", {"description": TEXT, "url": _URL}, required=("url",)),
    Kind("Tag", "a tag", {"name": TEXT, "description": TEXT, "externalDocs": one("ExternalDocs")}, required=("name",)),
    Kind("SecurityRequirement", "a security requirement", open=True),
    Kind("Paths", "`paths`", patterned=(("^/", one("PathItem")),)),
    Kind(
        "PathItem",
        "a path item",
        {
            "$ref": TEXT,
            "parameters": many("Parameter"),
            **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch"), _OPERATION),
        },
    ),
    Kind(
        "Operation",
        "an operation",
        {
            "tags": UNIQUE_TEXTS,
            "summary": TEXT,
            "description": TEXT,
            "externalDocs": one("ExternalDocs"),
            "operationId": TEXT,
            "consumes": UNIQUE_TEXTS,
            "produces": UNIQUE_TEXTS,
            "parameters": many("Parameter"),
            "responses": one("Responses"),
            "schemes": _SCHEMES,
            "deprecated": FLAG,
            "security": _REQUIREMENTS,
        },
        required=("responses",),
    ),
    Kind(
        "Responses",
        "`responses`",
        {"default": one("Response")},
        patterned=(("^[0-9]{3}$", one("Response")),),
        extra={"minProperties": 1, "if": {"patternProperties": {"^(default|[0-9]{3})$": False}}, "then": {"maxProperties": 0}},
    ),
    Kind(
        "Response",
        "a response",
        {
            "description": TEXT,
            "schema": Shape({"if": _IS_FILE, "then": link_to("FileSchema"), "else": link_to("Schema")}, Mode.ONE, "Schema"),
            "headers": named("Header"),
            "examples": ANY_MAP,
        },
        required=("description",),
        reference=Reference.STRICT,
    ),
    Kind("Header", "a header", {"description": TEXT, **_PRIMITIVE}, required=("type",)),
    Kind("Items", "`items`", _PRIMITIVE),
    Kind(
        "Parameter",
        "a parameter",
        required=("name", "in"),
        reference=Reference.STRICT,
        switch="in",
        cases={"body": "BodyParameter", "query": "QueryParameter", "path": "PathParameter", "header": "HeaderParameter", "formData": "FormParameter"},
    ),
    Kind(
        "BodyParameter",
        "a body parameter",
        {"name": TEXT, "in": TEXT, "description": TEXT, "required": FLAG, "schema": one("Schema")},
        required=("name", "in", "schema"),
    ),
    Kind("QueryParameter", "a query parameter", _MULTI, required=("name", "in", "type")),
    Kind("PathParameter", "a path parameter", {**_PARAMETER, "required": Shape({"const": True})}, required=("name", "in", "type", "required")),
    Kind("HeaderParameter", "a header parameter", _PARAMETER, required=("name", "in", "type")),
    Kind(
        "FormParameter",
        "a form parameter",
        {**_MULTI, "type": choice("string", "number", "integer", "boolean", "array", "file")},
        required=("name", "in", "type"),
    ),
    Kind(
        "Schema",
        "a schema",
        {
            "$ref": TEXT,
            "title": TEXT,
            "description": TEXT,
            "format": TEXT,
            "type": _TYPE,
            **_LIMITS,
            "required": _REQUIRED_NAMES,
            "maxProperties": COUNT,
            "minProperties": COUNT,
            "properties": named("Schema"),
            "additionalProperties": one_or_flag("Schema"),
            "items": _ITEMS,
            "allOf": many("Schema", minItems=1),
            "discriminator": TEXT,
            "readOnly": FLAG,
            "xml": one("Xml"),
            "externalDocs": one("ExternalDocs"),
            "example": ANY,
        },
        needs=_BOUNDS,
        reference=Reference.KEYWORD,
    ),
    Kind(
        "FileSchema",
        "a file schema",
        {
            "format": TEXT,
            "title": TEXT,
            "description": TEXT,
            "default": ANY,
            "required": _REQUIRED_NAMES,
            "type": choice("file"),
            "readOnly": FLAG,
            "externalDocs": one("ExternalDocs"),
            "example": ANY,
        },
        required=("type",),
    ),
    Kind("Xml", "`xml`", {"name": TEXT, "namespace": TEXT, "prefix": TEXT, "attribute": FLAG, "wrapped": FLAG}),
    Kind(
        "SecurityScheme",
        "a security scheme",
        required=("type",),
        switch="type",
        cases={"basic": "BasicScheme", "apiKey": "ApiKeyScheme", "oauth2": "OAuth2Scheme"},
    ),
    Kind("BasicScheme", "a basic security scheme", _SCHEME),
    Kind("ApiKeyScheme", "an API key security scheme", {**_SCHEME, "name": TEXT, "in": choice("header", "query")}, required=("name", "in")),
    Kind(
        "OAuth2Scheme",
        "an OAuth2 security scheme",
        required=("flow",),
        switch="flow",
        cases={"implicit": "ImplicitScheme", "password": "TokenScheme", "application": "TokenScheme", "accessCode": "AccessCodeScheme"},
    ),
    Kind("ImplicitScheme", "an implicit OAuth2 flow", {**_FLOW, "authorizationUrl": _URL}, required=("authorizationUrl",)),
    Kind("TokenScheme", "an OAuth2 flow", {**_FLOW, "tokenUrl": _URL}, required=("tokenUrl",)),
    Kind("AccessCodeScheme", "an accessCode OAuth2 flow", {**_FLOW, "authorizationUrl": _URL, "tokenUrl": _URL}, required=("authorizationUrl", "tokenUrl")),
)

OPENAPI_2: Final[Grammar] = {kind.name: kind for kind in _KINDS}
"""Every kind of a 2.0 document."""
