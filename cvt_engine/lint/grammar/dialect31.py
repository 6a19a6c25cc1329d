"""The Schema Object of OpenAPI 3.1: JSON Schema 2020-12 and the OpenAPI keywords. Other keywords are allowed."""

from __future__ import annotations

from typing import Final

from cvt_engine.lint.grammar.kind import (
    ANY,
    ANY_LIST,
    COUNT,
    FLAG,
    NUMBER,
    POSITIVE,
    TEXT,
    TEXT_MAP,
    UNIQUE_TEXTS,
    Kind,
    Reference,
    Shape,
    formatted,
    link_to,
    many,
    matching,
    named,
    one,
)

TYPE_NAMES: Final = ["array", "boolean", "integer", "null", "number", "object", "string"]
_TYPE: Final = Shape({"if": {"type": "array"}, "then": {"items": {"enum": TYPE_NAMES}, "minItems": 1, "uniqueItems": True}, "else": {"enum": TYPE_NAMES}})
_LISTS: Final = Shape({"type": "object", "additionalProperties": UNIQUE_TEXTS.schema})
_DEPENDENCIES: Final = Shape({"type": "object", "additionalProperties": {"if": {"type": "array"}, "then": UNIQUE_TEXTS.schema, "else": link_to("Schema")}})
_ANCHOR: Final = matching("^[A-Za-z_][-A-Za-z0-9._]*$")
_SCHEMA: Final = one("Schema")
_SCHEMAS: Final = many("Schema", minItems=1)
_SCHEMA_MAP: Final = named("Schema")
_REGEX: Final = formatted("regex")

FIELDS: Final = {
    "$schema": TEXT,
    "$id": matching("^[^#]*#?$"),
    "$ref": TEXT,
    "$anchor": _ANCHOR,
    "$dynamicRef": TEXT,
    "$dynamicAnchor": _ANCHOR,
    "$vocabulary": Shape({"type": "object", "additionalProperties": {"type": "boolean"}}),
    "$comment": TEXT,
    "$defs": _SCHEMA_MAP,
    "definitions": _SCHEMA_MAP,
    "dependencies": _DEPENDENCIES,
    "prefixItems": _SCHEMAS,
    "items": _SCHEMA,
    "contains": _SCHEMA,
    "additionalProperties": _SCHEMA,
    "properties": _SCHEMA_MAP,
    "patternProperties": _SCHEMA_MAP,
    "dependentSchemas": _SCHEMA_MAP,
    "propertyNames": _SCHEMA,
    "if": _SCHEMA,
    "then": _SCHEMA,
    "else": _SCHEMA,
    "allOf": _SCHEMAS,
    "anyOf": _SCHEMAS,
    "oneOf": _SCHEMAS,
    "not": _SCHEMA,
    "unevaluatedItems": _SCHEMA,
    "unevaluatedProperties": _SCHEMA,
    "type": _TYPE,
    "const": ANY,
    "enum": ANY_LIST,
    "multipleOf": POSITIVE,
    "maximum": NUMBER,
    "exclusiveMaximum": NUMBER,
    "minimum": NUMBER,
    "exclusiveMinimum": NUMBER,
    "maxLength": COUNT,
    "minLength": COUNT,
    "pattern": _REGEX,
    "maxItems": COUNT,
    "minItems": COUNT,
    "uniqueItems": FLAG,
    "maxContains": COUNT,
    "minContains": COUNT,
    "maxProperties": COUNT,
    "minProperties": COUNT,
    "required": UNIQUE_TEXTS,
    "dependentRequired": _LISTS,
    "title": TEXT,
    "description": TEXT,
    "default": ANY,
    "deprecated": FLAG,
    "readOnly": FLAG,
    "writeOnly": FLAG,
    "examples": ANY_LIST,
    "format": TEXT,
    "contentEncoding": TEXT,
    "contentMediaType": TEXT,
    "contentSchema": _SCHEMA,
    "example": ANY,
    "discriminator": one("Discriminator"),
    "externalDocs": one("ExternalDocs"),
    "xml": one("Xml"),
}

SCHEMA_KINDS: Final[tuple[Kind, ...]] = (
    Kind("Schema", "a schema", FIELDS, open=True, reference=Reference.KEYWORD),
    Kind("Discriminator", "`discriminator`", {"propertyName": TEXT, "mapping": TEXT_MAP}, required=("propertyName",)),
    Kind("Xml", "`xml`", {"name": TEXT, "namespace": TEXT, "prefix": TEXT, "attribute": FLAG, "wrapped": FLAG}),
)
