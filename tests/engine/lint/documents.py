"""Small descriptions of every version that use most of what the version has."""

from __future__ import annotations

import copy
import json
from typing import Any, Final

from cvt_engine.errors import SourceMissing
from cvt_engine.load.spec import Spec, load_spec


def spec_of(tree: Any, **files: Any) -> Spec:
    """A loaded description from trees (or texts) by file name; the entry document is `api.json`."""
    texts = {"api.json": tree, **{name.replace("__", "."): content for name, content in files.items()}}

    def read(uri: str) -> bytes:
        if uri not in texts:
            raise SourceMissing(f"no such file: {uri}", where=uri)
        content = texts[uri]
        return content.encode() if isinstance(content, str) else json.dumps(content, indent=1).encode()

    return load_spec(read, "api.json")


def minimal(version: str = "3.0", **fields: Any) -> dict[str, Any]:
    """The smallest valid document of a version, with fields added."""
    head: dict[str, Any] = {"swagger": "2.0"} if version == "2.0" else {"openapi": f"{version}.0"}
    operation = {"operationId": "ping", "responses": {"200": {"description": "ok"}}}
    return {**head, "info": {"title": "t", "version": "1"}, "paths": {"/ping": {"get": operation}}, **fields}


_PET: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "format": "int64", "minimum": 1},
        "name": {"type": "string", "minLength": 1, "pattern": "^[a-z]+$", "default": "rex"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5, "default": []},
        "kind": {"type": "string", "enum": ["cat", "dog"], "default": "cat"},
        "parent": {"$ref": "#/components/schemas/Pet"},
    },
    "additionalProperties": False,
    "externalDocs": {"url": "https://example.com/pet"},
    "xml": {"name": "pet", "attribute": False},
}

_V30: Final[dict[str, Any]] = {
    "openapi": "3.0.3",
    "info": {
        "title": "Pets",
        "version": "1.0",
        "contact": {"name": "a", "url": "https://example.com", "email": "a@example.com"},
        "license": {"name": "MIT", "url": "https://example.com/l"},
    },
    "servers": [{"url": "https://{host}/v1", "variables": {"host": {"default": "a", "enum": ["a", "b"]}}}],
    "tags": [{"name": "pets", "externalDocs": {"url": "https://example.com"}}, {"name": "other"}],
    "security": [{"key": []}],
    "paths": {
        "/pets": {
            "summary": "all",
            "parameters": [{"$ref": "#/components/parameters/Limit"}],
            "get": {
                "tags": ["pets"],
                "operationId": "listPets",
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"type": "string", "default": "x"}, "example": "y"},
                    {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                    {"name": "sort", "in": "query", "style": "form", "explode": False, "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "integer", "default": 3}},
                    {"name": "sid", "in": "cookie", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "headers": {"X-Rate": {"schema": {"type": "integer"}}},
                        "content": {
                            "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}, "examples": {"a": {"value": []}}}
                        },
                        "links": {"next": {"operationId": "getPet", "parameters": {"id": "$response.body#/0/id"}}},
                    },
                    "default": {"$ref": "#/components/responses/Error"},
                },
            },
            "post": {
                "operationId": "createPet",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}, "example": {"id": 1, "name": "rex"}},
                        "multipart/form-data": {
                            "schema": {"type": "object"},
                            "encoding": {"f": {"contentType": "image/png", "headers": {"X": {"schema": {"type": "string"}}}}},
                        },
                    },
                },
                "responses": {"201": {"description": "made"}, "4XX": {"$ref": "#/components/responses/Error"}},
                "callbacks": {"made": {"{$request.body#/url}": {"post": {"operationId": "onMade", "responses": {"200": {"description": "ok"}}}}}},
                "security": [{"oauth": ["write"]}, {}],
                "deprecated": True,
            },
        },
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "style": "simple", "schema": {"type": "integer"}}],
            "get": {
                "operationId": "getPet",
                "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Any"}}}}},
            },
            "delete": {"operationId": "deletePet", "responses": {"204": {"description": "gone"}}},
        },
    },
    "components": {
        "schemas": {
            "Pet": _PET,
            "Cat": {
                "allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"lives": {"type": "integer", "default": 9}}}],
                "required": ["lives"],
            },
            "Any": {
                "oneOf": [{"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Cat"}],
                "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
            },
            "Number": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.5, "nullable": True, "default": 1.5},
            "Not": {
                "not": {"type": "string"},
                "anyOf": [{"type": "integer", "readOnly": True}, {"type": "object", "additionalProperties": {"type": "string"}}],
            },
        },
        "responses": {
            "Error": {"description": "bad", "content": {"application/json": {"schema": {"type": "object", "properties": {"m": {"type": "string"}}}}}}
        },
        "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 10}}},
        "requestBodies": {"Pet": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
        "headers": {"Rate": {"schema": {"type": "integer"}, "style": "simple"}},
        "examples": {"one": {"summary": "s", "value": {"id": 1}}},
        "links": {"l": {"operationRef": "#/paths/~1pets/get"}},
        "callbacks": {"c": {"{$request.body#/url}": {"get": {"responses": {"200": {"description": "ok"}}}}}},
        "securitySchemes": {
            "key": {"type": "apiKey", "name": "k", "in": "header"},
            "oauth": {
                "type": "oauth2",
                "flows": {
                    "implicit": {"authorizationUrl": "https://example.com/a", "scopes": {"write": "w"}},
                    "clientCredentials": {"tokenUrl": "https://example.com/t", "scopes": {}},
                    "authorizationCode": {"authorizationUrl": "https://example.com/a", "tokenUrl": "https://example.com/t", "scopes": {}},
                },
            },
            "http": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/o"},
        },
    },
    "externalDocs": {"url": "https://example.com", "description": "more"},
}


def _v31() -> dict[str, Any]:
    tree = copy.deepcopy(_V30)
    tree["openapi"] = "3.1.0"
    tree["info"]["summary"] = "s"
    tree["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
    tree["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"
    tree["webhooks"] = {
        "made": {
            "post": {"operationId": "hook", "requestBody": {"content": {"application/json": {"schema": True}}}, "responses": {"200": {"description": "ok"}}}
        }
    }
    tree["components"]["links"]["l"]["description"] = "d"
    tree["components"]["pathItems"] = {"p": {"get": {"responses": {"200": {"description": "ok"}}}}}
    tree["components"]["securitySchemes"]["tls"] = {"type": "mutualTLS"}
    schemas = tree["components"]["schemas"]
    schemas["Number"] = {"type": ["number", "null"], "exclusiveMinimum": 0, "multipleOf": 0.5, "default": 1.5, "examples": [1, 2.5]}
    schemas["New"] = {
        "$defs": {"x": {"type": "string"}},
        "$anchor": "new",
        "type": "object",
        "properties": {
            "a": {"const": 1, "default": 1},
            "b": {"prefixItems": [{"type": "string"}], "items": False, "default": ["x"]},
            "c": {"$ref": "#/components/schemas/Pet", "description": "d"},
        },
        "patternProperties": {"^x": {"type": "integer"}},
        "propertyNames": {"minLength": 1},
        "dependentRequired": {"a": ["b"]},
        "dependentSchemas": {"a": {"required": ["b"]}},
        "if": {"required": ["a"]},
        "then": {"required": ["b"]},
        "else": True,
        "unevaluatedProperties": False,
        "minProperties": 0,
    }
    return tree


def _v32() -> dict[str, Any]:
    tree = _v31()
    tree["openapi"] = "3.2.0"
    tree["$self"] = "https://example.com/openapi"
    tree["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.2/dialect/2025-09-17"
    tree["tags"] = [{"name": "pets", "kind": "nav", "summary": "p"}, {"name": "cats", "parent": "pets"}]
    tree["paths"]["/pets"]["query"] = {
        "operationId": "queryPets",
        "requestBody": {"content": {"application/jsonl": {"itemSchema": {"type": "object"}, "prefixEncoding": [{"contentType": "a/b"}]}}},
        "responses": {"200": {"summary": "ok"}},
    }
    tree["paths"]["/pets"]["additionalOperations"] = {"COPY": {"operationId": "copyPets", "responses": {"200": {"description": "ok"}}}}
    tree["paths"]["/search"] = {
        "get": {
            "operationId": "search",
            "parameters": [{"name": "all", "in": "querystring", "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}],
            "responses": {"200": {"description": "ok", "content": {"text/plain": {"$ref": "#/components/mediaTypes/t"}}}},
        }
    }
    tree["components"]["mediaTypes"] = {"t": {"schema": {"type": "string"}, "examples": {"a": {"dataValue": "x", "serializedValue": "x"}}}}
    tree["components"]["securitySchemes"]["key"]["deprecated"] = True
    tree["components"]["securitySchemes"]["oauth"]["flows"]["deviceAuthorization"] = {
        "deviceAuthorizationUrl": "https://example.com/d",
        "tokenUrl": "https://example.com/t",
        "scopes": {},
    }
    tree["components"]["schemas"]["Pet"]["xml"] = {"name": "pet", "nodeType": "element"}
    tree["components"]["schemas"]["Any"]["discriminator"]["defaultMapping"] = "#/components/schemas/Pet"
    return tree


def _v2() -> dict[str, Any]:
    pet = copy.deepcopy(_PET)
    pet["properties"]["parent"] = {"$ref": "#/definitions/Pet"}
    return {
        "swagger": "2.0",
        "info": {"title": "Pets", "version": "1.0", "contact": {"email": "a@example.com"}, "license": {"name": "MIT"}},
        "host": "example.com",
        "basePath": "/v1",
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "tags": [{"name": "pets"}, {"name": "other"}],
        "security": [{"key": []}],
        "paths": {
            "/pets": {
                "get": {
                    "operationId": "listPets",
                    "parameters": [
                        {"$ref": "#/parameters/Limit"},
                        {"name": "q", "in": "query", "type": "string", "default": "x"},
                        {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer", "minimum": 1}, "collectionFormat": "multi"},
                        {"name": "X-Trace", "in": "header", "required": True, "type": "integer", "maximum": 9},
                    ],
                    "responses": {
                        "200": {
                            "description": "ok",
                            "schema": {"type": "array", "items": {"$ref": "#/definitions/Pet"}},
                            "headers": {"X-Rate": {"type": "integer", "default": 1}},
                            "examples": {"application/json": []},
                        },
                        "default": {"$ref": "#/responses/Error"},
                    },
                },
                "post": {
                    "operationId": "createPet",
                    "parameters": [{"name": "pet", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Pet"}}],
                    "responses": {"201": {"description": "made"}},
                    "security": [{"oauth": ["write"]}],
                },
            },
            "/pets/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer", "format": "int64"}],
                "get": {"operationId": "getPet", "responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Cat"}}}},
                "put": {
                    "operationId": "upload",
                    "consumes": ["multipart/form-data"],
                    "parameters": [{"name": "f", "in": "formData", "type": "file"}],
                    "responses": {"200": {"description": "ok"}},
                },
            },
        },
        "definitions": {
            "Pet": pet,
            "Cat": {
                "allOf": [{"$ref": "#/definitions/Pet"}, {"type": "object", "properties": {"lives": {"type": "integer", "default": 9}}}],
                "discriminator": "kind",
            },
            "Number": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.5, "default": 1.5, "readOnly": True},
        },
        "parameters": {"Limit": {"name": "limit", "in": "query", "type": "integer", "minimum": 1, "default": 10, "allowEmptyValue": False}},
        "responses": {"Error": {"description": "bad", "schema": {"type": "object"}}},
        "securityDefinitions": {
            "key": {"type": "apiKey", "name": "k", "in": "header"},
            "basic": {"type": "basic"},
            "oauth": {"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://example.com/a", "scopes": {"write": "w"}},
            "code": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://example.com/a", "tokenUrl": "https://example.com/t", "scopes": {}},
        },
        "externalDocs": {"url": "https://example.com"},
    }


RICH: Final[dict[str, dict[str, Any]]] = {"2.0": _v2(), "3.0": _V30, "3.1": _v31(), "3.2": _v32()}
"""One valid document per version."""
