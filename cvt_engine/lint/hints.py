"""What people usually meant: rows from a mistake to what to write instead."""

from __future__ import annotations

from typing import Final, NamedTuple

from cvt_engine.document import Version

_OLD: Final = (Version.V2, Version.V30)
_V3: Final = (Version.V30, Version.V31, Version.V32)


class Hint(NamedTuple):
    """A hint, the versions it is for (empty: all), and the missing fields that the mistake explains."""

    hint: str
    versions: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()


def _only_since_31(name: str, instead: str) -> Hint:
    return Hint(f"`{name}` exists since OpenAPI 3.1; {instead}", _OLD)


_UNDER_SCHEMA: Final = Hint("move it under `schema`", _V3, ("schema", "content"))
_SERVERS: Final = Hint("use `servers: [{url: ...}]`", _V3)
_CONTENT: Final = Hint("name the media type under `content`", _V3, ("content",))

MOVED: Final[dict[tuple[str, str], Hint]] = {
    ("Document", "swagger"): Hint("a document has `openapi` or `swagger`, not both"),
    ("Document", "openapi"): Hint("a document has `openapi` or `swagger`, not both"),
    ("Document", "host"): _SERVERS,
    ("Document", "basePath"): _SERVERS,
    ("Document", "schemes"): _SERVERS,
    ("Document", "servers"): Hint("use `host`, `basePath` and `schemes`", (Version.V2,)),
    ("Document", "consumes"): _CONTENT,
    ("Document", "produces"): _CONTENT,
    ("Document", "definitions"): Hint("move it to `components/schemas`", _V3),
    ("Document", "parameters"): Hint("move it to `components/parameters`", _V3),
    ("Document", "responses"): Hint("move it to `components/responses`", _V3),
    ("Document", "securityDefinitions"): Hint("move it to `components/securitySchemes`", _V3),
    ("Document", "components"): Hint("use `definitions`, `parameters`, `responses` and `securityDefinitions`", (Version.V2,)),
    ("Document", "webhooks"): _only_since_31("webhooks", "use `x-webhooks`, or set `openapi: 3.1.0`"),
    ("Document", "jsonSchemaDialect"): _only_since_31("jsonSchemaDialect", "remove it"),
    ("Components", "pathItems"): _only_since_31("pathItems", "write the path items under `paths`"),
    ("Components", "definitions"): Hint("use `schemas`"),
    ("Info", "summary"): _only_since_31("summary", "use `description`"),
    ("License", "identifier"): _only_since_31("identifier", "use `url`"),
    ("PathItem", "query"): Hint("the QUERY method exists since OpenAPI 3.2"),
    ("PathItem", "trace"): Hint("TRACE exists since OpenAPI 3.0", (Version.V2,)),
    ("Operation", "consumes"): _CONTENT,
    ("Operation", "produces"): _CONTENT,
    ("Operation", "schemes"): _SERVERS,
    ("Operation", "requestBody"): Hint("use a parameter with `in: body`", (Version.V2,)),
    ("Operation", "body"): Hint("use `requestBody`", _V3),
    ("Operation", "id"): Hint("use `operationId`"),
    ("Response", "schema"): Hint("move it under `content`, below a media type such as `application/json`", _V3),
    ("Response", "examples"): Hint("move it under `content`, below its media type", _V3),
    ("Response", "content"): Hint("use `schema`, and `produces` for the media types", (Version.V2,)),
    ("RequestBody", "schema"): Hint("move it under `content`, below a media type such as `application/json`", _V3, ("content",)),
    ("Parameter", "type"): _UNDER_SCHEMA,
    ("Parameter", "format"): _UNDER_SCHEMA,
    ("Parameter", "enum"): _UNDER_SCHEMA,
    ("Parameter", "items"): _UNDER_SCHEMA,
    ("Parameter", "default"): _UNDER_SCHEMA,
    ("Parameter", "pattern"): _UNDER_SCHEMA,
    ("Parameter", "minimum"): _UNDER_SCHEMA,
    ("Parameter", "maximum"): _UNDER_SCHEMA,
    ("Parameter", "collectionFormat"): Hint("use `style` and `explode`", _V3),
    ("Parameter", "schema"): Hint("only a body parameter has `schema`; write `type` on the parameter itself", (Version.V2,), ("type",)),
    ("Parameter", "allowEmptyValue"): Hint("only query parameters have `allowEmptyValue`"),
    ("Parameter", "allowReserved"): Hint("only query parameters have `allowReserved`", (Version.V31,)),
    ("Header", "name"): Hint("the key above is the header's name"),
    ("Header", "in"): Hint("a header needs no `in`"),
    ("Header", "type"): _UNDER_SCHEMA,
    ("Header", "format"): _UNDER_SCHEMA,
    ("Scheme", "flow"): Hint("use `flows` with one entry for each flow", _V3, ("flows",)),
    ("Scheme", "scopes"): Hint("move it into the flow under `flows`", _V3),
    ("Scheme", "authorizationUrl"): Hint("move it into the flow under `flows`", _V3),
    ("Scheme", "tokenUrl"): Hint("move it into the flow under `flows`", _V3),
    ("Schema", "nullable"): Hint("`nullable` exists since OpenAPI 3.0; use `x-nullable`", (Version.V2,)),
    ("Schema", "oneOf"): Hint("`oneOf` exists since OpenAPI 3.0", (Version.V2,)),
    ("Schema", "anyOf"): Hint("`anyOf` exists since OpenAPI 3.0", (Version.V2,)),
    ("Schema", "const"): _only_since_31("const", "use `enum` with one value"),
    ("Schema", "examples"): _only_since_31("examples", "use `example`"),
    ("Schema", "if"): _only_since_31("if", "use `oneOf`"),
    ("Schema", "then"): _only_since_31("then", "use `oneOf`"),
    ("Schema", "else"): _only_since_31("else", "use `oneOf`"),
    ("Schema", "patternProperties"): _only_since_31("patternProperties", "use `additionalProperties`"),
    ("Schema", "propertyNames"): _only_since_31("propertyNames", "describe the names in words"),
    ("Schema", "prefixItems"): _only_since_31("prefixItems", "use `items`"),
    ("Schema", "contains"): _only_since_31("contains", "use `items`"),
    ("Schema", "$defs"): _only_since_31("$defs", "move the schemas to the components"),
    ("Schema", "definitions"): Hint("move the schemas to the components", _OLD),
    ("Schema", "$schema"): _only_since_31("$schema", "remove it"),
    ("Schema", "$id"): _only_since_31("$id", "remove it"),
    ("Schema", "id"): Hint("remove it, or put it under `properties`"),
    ("Schema", "optional"): Hint("leave the name out of the parent's `required` list"),
}
"""Fields that stand in the wrong place or version."""

MISSING: Final[dict[tuple[str, str], str]] = {
    ("", "description"): "say in a sentence what it means",
    ("", "responses"): "describe at least one response, for example `200` with a `description`",
    ("", "paths"): "add `paths: {}` if there are none yet",
    ("", "info"): "add `info` with `title` and `version`",
    ("", "title"): "give the API a name",
    ("", "version"): "give the API's own version, for example `1.0.0`",
    ("", "content"): "name at least one media type, for example `application/json`",
    ("", "scopes"): "add `scopes: {}` if there are none",
    ("", "required"): "name at least one property, or remove `required`",
    ("", "enum"): "list at least one value, or remove `enum`",
    ("Document", "paths"): "add `paths`, `components` or `webhooks`",
    ("Parameter", "schema"): "add `schema` with the parameter's type",
    ("Parameter", "type"): "add the parameter's `type`",
    ("Parameter", "required"): "add `required: true`: a path without the value is another path",
    ("Parameter", "in"): "say where the parameter stands: path, query, header or cookie",
    ("Header", "schema"): "add `schema` with the header's type",
    ("Schema", "maximum"): "`exclusiveMaximum: true` modifies `maximum`: add it",
    ("Schema", "minimum"): "`exclusiveMinimum: true` modifies `minimum`: add it",
    ("SchemaBesideReference", "maximum"): "`exclusiveMaximum: true` modifies `maximum`: add it",
    ("SchemaBesideReference", "minimum"): "`exclusiveMinimum: true` modifies `minimum`: add it",
}
"""What to add, by kind (or for every kind) and field."""

WRONG_TYPES: Final[dict[tuple[str, str], str]] = {
    ("required", "boolean"): "in a schema, `required` is the parent's list of property names: remove it here and add the name there",
    ("exclusiveMinimum", "number"): "before OpenAPI 3.1 this is a flag: write `minimum` with the number and `exclusiveMinimum: true`",
    ("exclusiveMaximum", "number"): "before OpenAPI 3.1 this is a flag: write `maximum` with the number and `exclusiveMaximum: true`",
    ("exclusiveMinimum", "boolean"): "since OpenAPI 3.1 this is the bound itself: write the number here instead of in `minimum`",
    ("exclusiveMaximum", "boolean"): "since OpenAPI 3.1 this is the bound itself: write the number here instead of in `maximum`",
    ("items", "array"): "`items` is one schema for all items; for a tuple use `prefixItems` (OpenAPI 3.1)",
    ("version", "number"): "put the version in quotes",
    ("openapi", "number"): "put the version in quotes",
    ("tags", "string"): "write a list, even for one tag",
    ("security", "object"): "write a list of requirements: `security: [{name: []}]`",
    ("parameters", "object"): "write a list of parameters, each with `name` and `in`",
    ("paths", "array"): "write an object whose keys are the paths, for example `/orders`",
    ("servers", "object"): "write a list of servers",
    ("enum", "string"): "write a list, even for one value",
    ("examples", "array"): "write an object of named examples, each with `value`",
    ("discriminator", "string"): "since OpenAPI 3.0 it is an object: `discriminator: {propertyName: ...}`",
    ("discriminator", "object"): "in OpenAPI 2.0 it is the property's name",
}
"""What to write, by field and the type that was found."""

VALUES: Final[dict[tuple[str, str], Hint]] = {
    ("in", "body"): Hint("use `requestBody` of the operation", _V3),
    ("in", "formData"): Hint("use `requestBody` with `application/x-www-form-urlencoded` or `multipart/form-data`", _V3),
    ("in", "cookie"): Hint("cookie parameters exist since OpenAPI 3.0", (Version.V2,)),
    ("type", "array"): Hint("OpenAPI 3.0 knows one type per schema: use `nullable: true` for null, `oneOf` for several types", (Version.V30,)),
    ("type", "null"): Hint("OpenAPI 3.0 has no type null: use `nullable: true` beside the real type", (Version.V30,)),
    ("type", "file"): Hint("use `type: string` with `format: binary`", _V3),
    ("type", "int"): Hint("write `integer`"),
    ("type", "float"): Hint("write `number`"),
    ("type", "double"): Hint("write `type: number` with `format: double`"),
    ("type", "long"): Hint("write `type: integer` with `format: int64`"),
    ("type", "str"): Hint("write `string`"),
    ("type", "bool"): Hint("write `boolean`"),
    ("type", "dict"): Hint("write `object`"),
    ("type", "map"): Hint("write `type: object` with `additionalProperties`"),
    ("type", "list"): Hint("write `array`"),
    ("type", "date"): Hint("write `type: string` with `format: date`"),
    ("type", "datetime"): Hint("write `type: string` with `format: date-time`"),
    ("type", "date-time"): Hint("write `type: string` with `format: date-time`"),
    ("type", "uuid"): Hint("write `type: string` with `format: uuid`"),
    ("type", "any"): Hint("leave `type` out to allow every value"),
    ("type", "basic"): Hint("use `type: http` with `scheme: basic`", _V3),
    ("type", "bearer"): Hint("use `type: http` with `scheme: bearer`", _V3),
    ("type", "jwt"): Hint("use `type: http`, `scheme: bearer` and `bearerFormat: JWT`", _V3),
    ("type", "http"): Hint("use `type: basic`", (Version.V2,)),
    ("type", "mutualTLS"): Hint("mutualTLS exists since OpenAPI 3.1", (Version.V30,)),
    ("openapi", "2.0"): Hint('OpenAPI 2.0 is declared by `swagger: "2.0"`'),
}
"""What to write instead of a value, by field and value (or the type found in place of a word)."""
