"""The areas in which comparing element by element goes wrong: wire forms, directions, versions, references."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.diff.pairs import Json, answering, asking, document, findings, operation, rules, verdict, with_parameters

E, W, N = "error", "warning", ""
STR, INT, NUM, BOOL = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
STRS, INTS = {"type": "array", "items": STR}, {"type": "array", "items": INT}
OK = {"description": "ok"}
Case = tuple[str, Json, Json, str]


def obj(required: str = "", /, **props: Any) -> Json:
    return {"type": "object", "properties": props, **({"required": required.split()} if required else {})}


def q(schema: Any = STR, *, at: str = "query", **more: Any) -> Json:
    return {"name": "q", "in": at, "schema": schema, **more}


def get(*parameters: Json, **rest: Any) -> Json:
    return with_parameters(*parameters, **rest)


def content(schema: Any = STR, kind: str = "application/json", **more: Any) -> Json:
    return {"content": {kind: {"schema": schema, **more}}}


def body(schema: Any = STR, kind: str = "application/json", **more: Any) -> Json:
    return operation(requestBody=content(schema, kind, **more))


def kinds(*names: str) -> Json:
    return {"content": {name: {"schema": STR} for name in names}}


def said(**responses: Any) -> Json:
    """One operation with these responses; `r200` is status 200."""
    return operation(responses={code.removeprefix("r"): {**OK, **fields} for code, fields in responses.items()})


def headed(fields: Json) -> Json:
    """One HEAD operation with this response."""
    return document({"/x": {"head": {"responses": {"200": {**OK, **fields}}}}})


def header(schema: Any = STR, **more: Any) -> Json:
    return said(r200={"headers": {"X-A": {"schema": schema, **more}}})


def secured(requirement: Any, **schemes: Json) -> Json:
    return operation(security=requirement, root={"components": {"securitySchemes": schemes}})


def flows(*names: str) -> Json:
    urls = {"authorizationUrl": "https://a", "tokenUrl": "https://t"}
    return {"type": "oauth2", "flows": {name: {**urls, "scopes": {"r": "", "w": ""}} for name in names}}


KEY, BASIC, BEARER = {"type": "apiKey", "in": "header", "name": "X-Key"}, {"type": "http", "scheme": "basic"}, {"type": "http", "scheme": "bearer"}
BOTH = {"a": KEY, "b": BASIC}
ISSUERS: Json = {name: {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": f"https://{name}.example", "scopes": {}}}} for name in "ab"}
MAP_OR_TEXT: Json = {"anyOf": [{"type": "object", "additionalProperties": STR}, {"type": "string", "enum": [""]}]}


def v2(*parameters: Json, root: Json | None = None, responses: Json | None = None, **fields: Any) -> Json:
    """A 2.0 description with one operation."""
    work = {"parameters": list(parameters), "responses": responses or {"204": OK}, **fields}
    return document({"/x": {"post": work}}, version="2.0", **(root or {}))


def p2(at: str = "query", kind: str = "string", **more: Any) -> Json:
    return {"name": "q", "in": at, "type": kind, **more}


LISTS: Json = {"type": "array", "items": STR}


def f2(**more: Any) -> Json:
    return p2("formData", **more)


def parted(kind: str = "multipart/mixed", version: str = "3.2.0", **more: Any) -> Json:
    """A request of parts in order: a text, an object, any number of files."""
    schema = {"type": "array", "prefixItems": [STR, obj(a=STR)], "items": {}}
    body = {"content": {kind: {"schema": schema, **more}}}
    return operation(requestBody=body, version=version)


PNG: Json = {"contentType": "image/png"}


def nested(encoding: Json) -> Json:
    """A request with a form in a field of a form."""
    schema = obj(meta=obj(logo=STR))
    said = {"meta": {"contentType": "multipart/form-data", "encoding": {"logo": encoding}}}
    return operation(requestBody={"content": {"multipart/form-data": {"schema": schema, "encoding": said}}}, version="3.2.0")


def said2(schema: Json, **root: Any) -> Json:
    return v2(responses={"200": {**OK, "schema": schema}}, root=root)


def called(fields: Json, kind: str = "callbacks", name: str = "e") -> Json:
    if kind == "webhooks":
        return {**document({}), "webhooks": {name: {"post": {"responses": {"200": OK}, **fields}}}}
    return operation(callbacks={name: {"{$request.body#/u}": {"post": {"responses": {"200": OK}, **fields}}}})


def with_components(tree: Json, **schemas: Any) -> Json:
    return {**tree, "components": {"schemas": schemas}}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


PARAMETERS: list[Case] = [
    ("unique items set", get(q(STRS)), get(q({**STRS, "uniqueItems": True})), E),
    ("pattern set", get(q(STR)), get(q({**STR, "pattern": "^a"})), E),
    ("pattern freed", get(q({**STR, "pattern": "^a"})), get(q(STR)), N),
    ("const narrowed", get(q({"enum": ["a", "b"]})), get(q({"const": "a"})), E),
    ("const is one value", get(q({"enum": ["a"]})), get(q({"const": "a"})), N),
    ("not set", get(q(STR)), get(q({**STR, "not": {"const": "a"}})), E),
    ("allOf split", get(q({"type": "integer", "minimum": 1})), get(q({"allOf": [INT, {"minimum": 1}]})), N),
    ("allOf narrowed", get(q({"allOf": [INT]})), get(q({"allOf": [INT, {"minimum": 1}]})), E),
    ("number to integer", get(q(NUM)), get(q(INT)), E),
    ("integer to number", get(q(INT)), get(q(NUM)), N),
    ("nullable dropped", get(q({"type": "string", "nullable": True}), version="3.0.3"), get(q(STR), version="3.0.3"), N),
    ("one of its types", get(q({"type": ["string", "integer"]})), get(q(STR)), N),
    ("integer or boolean to integer", get(q({"type": ["integer", "boolean"]})), get(q(INT)), E),
    ("bounds on text", get(q(INT)), get(q({**STR, "pattern": "^[0-9]{3}$"})), E),
    ("listed numbers as number", get(q({"enum": ["1", "2"]})), get(q(INT)), N),
    ("number limited to listed text", get(q(INT)), get(q({"enum": ["1", "2"]})), E),
    ("length of text", get(q({**STR, "maxLength": 5})), get(q({**STR, "maxLength": 4})), E),
    ("items widened", get(q(INTS)), get(q(STRS)), N),
    ("items fewer", get(q(STRS)), get(q({**STRS, "maxItems": 3})), E),
    ("one value to list of integers", get(q(INT)), get(q(INTS)), N),
    ("one text to list of integers", get(q(STR)), get(q(INTS)), E),
    ("one value to list of at least two", get(q(STR)), get(q({**STRS, "minItems": 2})), E),
    ("deep object of a union to form", get(q(MAP_OR_TEXT, style="deepObject", explode=True)), get(q(MAP_OR_TEXT)), E),
    ("list of one item exploded", get(q({**STRS, "maxItems": 1})), get(q({**STRS, "maxItems": 1}, explode=False)), N),
    ("list of two items exploded", get(q({**STRS, "maxItems": 2})), get(q({**STRS, "maxItems": 2}, explode=False)), E),
    ("list sent item by item is never empty", get(q(STRS)), get(q({**STRS, "minItems": 1})), N),
    ("list sent item by item of two", get(q(STRS)), get(q({**STRS, "minItems": 2})), E),
    ("list with commas may be empty", get(q(STRS, explode=False)), get(q({**STRS, "minItems": 1}, explode=False)), E),
    ("list with commas as any text", get(q(STRS, explode=False)), get(q(STR)), N),
    ("list with commas as a text of letters", get(q(STRS, explode=False)), get(q({**STR, "pattern": "^[a-z]*$"})), E),
    ("list sent item by item as any text", get(q(STRS)), get(q(STR)), E),
    ("any text as a list with commas of a header", header({"type": "array", "items": INT}), header(STR), E),
    ("list with commas of a header as any text", header(STR), header({"type": "array", "items": STR}), N),
    ("number as JSON", get(q(NUM)), get({"name": "q", "in": "query", **content(NUM)}), N),
    ("boolean as JSON", get({"name": "q", "in": "query", **content({"type": "boolean"})}), get(q({"type": "boolean"})), N),
    ("text as JSON", get(q(STR)), get({"name": "q", "in": "query", **content(STR)}), E),
    ("reserved characters of a number", get(q(INT, allowReserved=True)), get(q(INT)), N),
    ("reserved characters of a fraction", get(q(NUM, allowReserved=True)), get(q(NUM)), E),
    ("reserved characters that no word has", get(q({"enum": ["a", "b-c"]}, allowReserved=True)), get(q({"enum": ["a", "b-c"]})), N),
    ("reserved characters that a word has", get(q({"enum": ["a", "b/c"]}, allowReserved=True)), get(q({"enum": ["a", "b/c"]})), E),
    ("space delimited", get(q(STRS, style="form", explode=False)), get(q(STRS, style="spaceDelimited", explode=False)), E),
    ("pipe to space", get(q(STRS, style="pipeDelimited")), get(q(STRS, style="spaceDelimited")), E),
    ("explode said on delimited", get(q(STRS, style="pipeDelimited")), get(q(STRS, style="pipeDelimited", explode=False)), N),
    ("deep object said twice", get(q(obj(a=STR), style="deepObject")), get(q(obj(a=STR), style="deepObject", explode=True)), N),
    ("deep object to form", get(q(obj(a=STR), style="deepObject", explode=True)), get(q(obj(a=STR))), E),
    ("deep object member narrowed", get(q(obj(a=STR), style="deepObject")), get(q(obj(a=INT), style="deepObject")), E),
    ("deep object member as text", get(q(obj(a=INT), style="deepObject")), get(q(obj(a=STR), style="deepObject")), N),
    ("deep object member demanded", get(q(obj(a=STR), style="deepObject")), get(q(obj("a", a=STR), style="deepObject")), E),
    ("explode of an object", get(q(obj(a=STR))), get(q(obj(a=STR), explode=False)), E),
    ("header list explode", get(q(STRS, at="header")), get(q(STRS, at="header", explode=True)), N),
    ("header object explode", get(q(obj(a=STR), at="header")), get(q(obj(a=STR), at="header", explode=True)), E),
    ("cookie list explode", get(q(STRS, at="cookie")), get(q(STRS, at="cookie", explode=False)), E),
    ("content is JSON, not text", get({"name": "q", "in": "query", **content(INT)}), get({"name": "q", "in": "query", **content(STR)}), E),
    ("content narrowed", get({"name": "q", "in": "query", **content(obj(a=STR))}), get({"name": "q", "in": "query", **content(obj("a", a=STR))}), E),
    ("content media type", get({"name": "q", "in": "query", **content(STR)}), get({"name": "q", "in": "query", **content(STR, "text/plain")}), E),
    ("content to schema", get({"name": "q", "in": "query", **content(obj(a=STR))}), get(q(obj(a=STR))), E),
    ("query to header", get(q()), get(q(at="header")), W),
    ("required query to cookie", get(q(required=True)), get(q(at="cookie", required=True)), E),
    ("cookie added", get(), get(q(at="cookie", required=True)), E),
    ("authorization header ignored", get(), get({"name": "Authorization", "in": "header", "required": True, "schema": STR}), N),
    ("query names keep their case", get(q(required=True)), get({**q(required=True), "name": "Q"}), E),
    (
        "path value limited",
        get({**q({"enum": ["a", "b"]}, at="path", required=True)}, path="/x/{q}"),
        get({**q({"enum": ["a"]}, at="path", required=True)}, path="/x/{q}"),
        E,
    ),
    ("path style", get(q(STR, at="path", required=True), path="/x/{q}"), get(q(STR, at="path", required=True, style="label"), path="/x/{q}"), E),
    (
        "path matrix name counts",
        get(q(STR, at="path", required=True, style="matrix"), path="/x/{q}"),
        get({**q(STR, at="path", required=True, style="matrix"), "name": "z"}, path="/x/{z}"),
        E,
    ),
    ("path-level overridden", get(q(required=True), shared=(q(),)), get(q(required=True)), N),
    ("path-level dropped", get(shared=(q(),)), get(), W),
    ("path-level made required", get(shared=(q(),)), get(q(required=True), shared=(q(),)), E),
    ("path-level schema narrowed", get(shared=(q(NUM),)), get(shared=(q(INT),)), E),
    ("default of a required one", get(q({**STR, "default": "a"})), get(q({**STR, "default": "a"}, required=True)), E),
    ("empty value allowed", get(q()), get(q(allowEmptyValue=True)), N),
    ("deprecated", get(q()), get(q(deprecated=True)), N),
    ("if in a parameter", get(q(STR)), get(q({**STR, "if": {"pattern": "^a"}, "then": {"maxLength": 3}})), E),
    ("example of a parameter", get(q(example="a")), get(q(examples={"x": {"value": "b"}})), N),
    ("untyped to text", get(q({})), get(q(STR)), E),
    ("untyped to integer", get(q({})), get(q(INT)), E),
]

BODIES: list[Case] = [
    ("range of types covers", operation(requestBody=kinds("text/plain")), operation(requestBody=kinds("*/*")), N),
    ("type range narrowed", operation(requestBody=kinds("*/*")), operation(requestBody=kinds("application/*")), E),
    ("range and member", operation(requestBody=kinds("application/*", "application/json")), operation(requestBody=kinds("application/*")), N),
    ("range covers but is narrower", body(NUM), body(INT, "application/*"), E),
    ("suffix is another type", body(STR, "application/json"), body(STR, "application/hal+json"), E),
    ("answer with another suffix", said(r200=content(STR, "application/json")), said(r200=content(STR, "application/problem+json")), E),
    ("type parameter", body(STR, "application/json"), body(STR, "application/json; profile=x"), E),
    ("type parameter dropped", body(STR, "application/json; profile=x"), body(STR, "application/json"), N),
    ("type case", body(STR, "Application/JSON"), body(STR, "application/json"), N),
    ("answer range to member", said(r200=kinds("application/*")), said(r200=kinds("application/json")), N),
    ("answer member to range", said(r200=kinds("application/json")), said(r200=kinds("application/*")), N),
    ("answer range schema widened", said(r200=content(INT, "application/*")), said(r200=content(NUM, "application/json")), E),
    ("form field as text", body(obj(a=INT), "application/x-www-form-urlencoded"), body(obj(a=STR), "application/x-www-form-urlencoded"), N),
    ("form field demanded", body(obj(a=STR), "application/x-www-form-urlencoded"), body(obj("a", a=STR), "application/x-www-form-urlencoded"), E),
    ("form field limited", body(obj(a=STR), "multipart/form-data"), body(obj(a={"enum": ["x"]}), "multipart/form-data"), E),
    ("form to JSON", body(obj(a=STR), "application/x-www-form-urlencoded"), body(obj(a=STR)), E),
    (
        "form style",
        body(obj(a=STRS), "application/x-www-form-urlencoded"),
        body(obj(a=STRS), "application/x-www-form-urlencoded", encoding={"a": {"style": "pipeDelimited"}}),
        E,
    ),
    (
        "form style of a union",
        body(obj(a=MAP_OR_TEXT), "application/x-www-form-urlencoded", encoding={"a": {"style": "deepObject", "explode": True}}),
        body(obj(a=MAP_OR_TEXT), "application/x-www-form-urlencoded"),
        E,
    ),
    (
        "form style of plain values",
        body(obj(a={"anyOf": [INT, STR]}), "application/x-www-form-urlencoded", encoding={"a": {"style": "form", "explode": False}}),
        body(obj(a={"anyOf": [INT, STR]}), "application/x-www-form-urlencoded"),
        N,
    ),
    (
        "form style said",
        body(obj(a=STRS), "application/x-www-form-urlencoded"),
        body(obj(a=STRS), "application/x-www-form-urlencoded", encoding={"a": {"style": "form"}}),
        N,
    ),
    ("encoding of JSON ignored", body(obj(a=STR)), body(obj(a=STR), encoding={"a": {"contentType": "text/xml"}}), N),
    (
        "part type default said",
        body(obj(a=obj()), "multipart/form-data"),
        body(obj(a=obj()), "multipart/form-data", encoding={"a": {"contentType": "application/json"}}),
        N,
    ),
    (
        "part header demanded",
        body(obj(a=STR), "multipart/form-data", encoding={"a": {"headers": {"X": {"schema": STR}}}}),
        body(obj(a=STR), "multipart/form-data", encoding={"a": {"headers": {"X": {"schema": STR, "required": True}}}}),
        E,
    ),
    (
        "part header added with a new encoding",
        body(obj(a=STR), "multipart/form-data"),
        body(obj(a=STR), "multipart/form-data", encoding={"a": {"headers": {"X": {"schema": STR, "required": True}}}}),
        E,
    ),
    ("optional body became required", operation(requestBody={**content(), "required": False}), operation(requestBody={**content(), "required": True}), E),
    ("required false said", operation(requestBody=content()), operation(requestBody={**content(), "required": False}), N),
    (
        "body by reference",
        operation(requestBody=content(), root={}),
        operation(requestBody={"$ref": "#/components/requestBodies/B"}, root={"components": {"requestBodies": {"B": content()}}}),
        N,
    ),
]

RESPONSES: list[Case] = [
    ("body of HEAD", headed(content(STR)), headed(content(INT, "text/plain")), N),
    ("header of HEAD", headed({"headers": {"X-A": {"schema": STR}}}), headed({}), W),
    ("code to range", said(r200={}), said(r2XX={}), W),
    ("range to codes", said(r2XX={}), said(r200={}, r201={}), N),
    ("range schema widened", said(r2XX=content(INT)), said(r200=content(NUM)), E),
    ("code covered by default", said(r200=content(INT)), said(default=content(INT)), E),
    ("default covered all, now a code", said(default=content(INT)), said(r200=content(STR)), E),
    ("default covered all, same", said(default=content(INT)), said(r200=content(INT)), N),
    ("error out of default", said(r200={}, default=content(STR)), said(r200={}, default=content(STR), r404=content(INT)), E),
    ("error out of default, same", said(r200={}, default=content(STR)), said(r200={}, default=content(STR), r404=content(STR)), N),
    ("error falls back to default", said(r200={}, r404=content(STR), default=content(STR)), said(r200={}, default=content(STR)), N),
    ("error falls back to another default", said(r200={}, r404=content(INT), default=content(STR)), said(r200={}, default=content(STR)), E),
    ("redirect removed", said(r200={}, r302={}), said(r200={}), E),
    ("redirect added", said(r200={}), said(r200={}, r302={}), W),
    ("range in lower case", said(r2XX={}), operation(responses={"2xx": OK}), N),
    ("body removed from an answer", said(r200=content(STR)), said(r200={}), E),
    ("body added to an answer", said(r200={}), said(r200=content(STR)), N),
    (
        "answer by reference",
        said(r200=content()),
        operation(responses={"200": {"$ref": "#/components/responses/R"}}, root={"components": {"responses": {"R": {**OK, **content()}}}}),
        N,
    ),
    ("header widened", header({"enum": ["a"]}), header({"enum": ["a", "b"]}), E),
    ("header narrowed", header({"enum": ["a", "b"]}), header({"enum": ["a"]}), N),
    ("header number as text", header(INT), header({"type": "string"}), E),
    ("header integer to number", header(INT), header(NUM), E),
    ("header list exploded", header(STRS), header(STRS, explode=True), N),
    ("header object exploded", header(obj(a=STR)), header(obj(a=STR), explode=True), E),
    ("header as content", header(STR), said(r200={"headers": {"X-A": content()}}), E),
    ("header name case", header(), said(r200={"headers": {"x-a": {"schema": STR}}}), N),
    ("content type header ignored", said(r200={}), said(r200={"headers": {"Content-Type": {"required": True, "schema": STR}}}), N),
    ("error header removed", said(r200={}, r400={"headers": {"X": {"required": True, "schema": STR}}}), said(r200={}, r400={}), E),
    ("links are not the contract", said(r200={"links": {"n": {"operationId": "a"}}}), said(r200={}), N),
]

SECURITY: list[Case] = [
    ("one of two issuers gone", secured([{"a": []}, {"b": []}], **ISSUERS), secured([{"a": []}], **ISSUERS), E),
    ("another issuer", secured([{"a": []}], **ISSUERS), secured([{"b": []}], **ISSUERS), E),
    ("another issuer as well", secured([{"a": []}], **ISSUERS), secured([{"a": [], "b": []}], **ISSUERS), E),
    ("issuer offered", secured([{"a": []}], **ISSUERS), secured([{"a": []}, {"b": []}], **ISSUERS), N),
    ("issuer renamed", secured([{"a": []}], **ISSUERS), secured([{"c": []}], c=ISSUERS["a"]), N),
    ("issuer moved", secured([{"a": []}], **ISSUERS), secured([{"a": []}], a=ISSUERS["b"]), W),
    ("flow removed", secured([{"o": []}], o=flows("implicit", "authorizationCode")), secured([{"o": []}], o=flows("authorizationCode")), E),
    ("flow added", secured([{"o": []}], o=flows("implicit")), secured([{"o": []}], o=flows("implicit", "authorizationCode")), N),
    ("scopes of two", secured([{"o": ["r"], "a": []}], o=flows("implicit"), a=KEY), secured([{"a": [], "o": ["r"]}], a=KEY, o=flows("implicit")), N),
    ("scope swapped", secured([{"o": ["r"]}], o=flows("implicit")), secured([{"o": ["w"]}], o=flows("implicit")), E),
    ("or became and", secured([{"a": []}, {"b": []}], **BOTH), secured([{"a": [], "b": []}], **BOTH), E),
    ("and became or", secured([{"a": [], "b": []}], **BOTH), secured([{"a": []}, {"b": []}], **BOTH), N),
    ("alternatives reordered", secured([{"a": []}, {"b": []}], **BOTH), secured([{"b": []}, {"a": []}], **BOTH), N),
    ("bearer to basic", secured([{"a": []}], a=BEARER), secured([{"a": []}], a=BASIC), E),
    ("bearer format is a hint", secured([{"a": []}], a=BEARER), secured([{"a": []}], a={**BEARER, "bearerFormat": "JWT"}), N),
    ("all schemes renamed", secured([{"a": [], "b": []}], **BOTH), secured([{"x": [], "y": []}], y=KEY, x=BASIC), N),
    ("anonymous said", operation(), operation(security=[{}]), N),
    ("empty list frees", {**secured([], a=KEY), "security": [{"a": []}]}, secured([{}], a=KEY), N),
    ("key query name case", secured([{"a": []}], a={**KEY, "in": "query", "name": "k"}), secured([{"a": []}], a={**KEY, "in": "query", "name": "K"}), E),
    ("inherited became own", {**operation(root={"components": {"securitySchemes": BOTH}}), "security": [{"a": []}]}, secured([{"a": []}], **BOTH), N),
    (
        "open id address",
        secured([{"a": []}], a={"type": "openIdConnect", "openIdConnectUrl": "https://a"}),
        secured([{"a": []}], a={"type": "openIdConnect", "openIdConnectUrl": "https://b"}),
        E,
    ),
    ("mutual TLS demanded", operation(), secured([{"a": []}], a={"type": "mutualTLS"}), E),
]

DIRECTIONS: list[Case] = [
    ("callback payload property gone", called({"requestBody": content(obj("a", a=STR))}), called({"requestBody": content(obj())}), E),
    ("callback payload property demanded", called({"requestBody": content(obj(a=STR))}), called({"requestBody": content(obj("a", a=STR))}), N),
    (
        "callback read-only shows",
        called({"requestBody": content(obj(a={"type": "integer", "writeOnly": True}))}),
        called({"requestBody": content(obj(a={"type": "number", "writeOnly": True}))}),
        N,
    ),
    (
        "callback answer demands more",
        called({"responses": {"200": {**OK, **content(obj(a=STR))}}}),
        called({"responses": {"200": {**OK, **content(obj("a", a=STR))}}}),
        E,
    ),
    ("callback answer takes more", called({"responses": {"200": {**OK, **content(INT)}}}), called({"responses": {"200": {**OK, **content(NUM)}}}), N),
    ("callback status no longer taken", called({"responses": {"200": OK, "202": OK}}), called({"responses": {"200": OK}}), E),
    ("callback status taken too", called({"responses": {"200": OK}}), called({"responses": {"200": OK, "202": OK}}), N),
    ("callback media type gone", called({"requestBody": kinds("application/json", "text/xml")}), called({"requestBody": kinds("application/json")}), E),
    ("callback media type new", called({"requestBody": kinds("application/json")}), called({"requestBody": kinds("application/json", "text/xml")}), N),
    ("callback parameter added", called({"parameters": []}), called({"parameters": [q(required=True)]}), N),
    ("callback parameter gone", called({"parameters": [q(required=True)]}), called({"parameters": []}), E),
    ("callback header widened", called({"parameters": [q({"enum": ["a"]}, at="header")]}), called({"parameters": [q({"enum": ["a", "b"]}, at="header")]}), E),
    ("callback body gone", called({"requestBody": content()}), called({}), E),
    ("webhook body became optional", called({"requestBody": {**content(), "required": True}}, "webhooks"), called({"requestBody": content()}, "webhooks"), E),
    ("webhook property gone", called({"requestBody": content(obj("a", a=STR))}, "webhooks"), called({"requestBody": content(obj())}, "webhooks"), E),
    (
        "webhook answer narrowed",
        called({"responses": {"200": {**OK, **content(NUM)}}}, "webhooks"),
        called({"responses": {"200": {**OK, **content(INT)}}}, "webhooks"),
        E,
    ),
    ("webhook added", document({}), called({}, "webhooks"), N),
    ("webhook renamed", called({}, "webhooks"), called({}, "webhooks", name="f"), E),
]

OLD: list[Case] = [
    ("2.0 body narrowed", v2({"name": "b", "in": "body", "schema": NUM}), v2({"name": "b", "in": "body", "schema": INT}), E),
    ("2.0 body renamed", v2({"name": "b", "in": "body", "schema": NUM}), v2({"name": "c", "in": "body", "schema": NUM}), N),
    ("2.0 body required", v2({"name": "b", "in": "body", "schema": STR}), v2({"name": "b", "in": "body", "schema": STR, "required": True}), E),
    ("2.0 form field demanded", v2(p2("formData")), v2(p2("formData", required=True)), E),
    ("2.0 form field added", v2(p2("formData")), v2(p2("formData"), {**p2("formData"), "name": "r"}), N),
    ("2.0 form field required added", v2(p2("formData")), v2(p2("formData"), {**p2("formData", required=True), "name": "r"}), E),
    ("2.0 form field as text", v2(p2("formData", "integer")), v2(p2("formData", "string")), N),
    ("2.0 form field typed", v2(p2("formData")), v2(p2("formData", "integer")), E),
    ("2.0 file to text", v2(p2("formData", "file"), consumes=["multipart/form-data"]), v2(p2("formData"), consumes=["multipart/form-data"]), E),
    (
        "2.0 consumes dropped",
        v2({"name": "b", "in": "body", "schema": STR}, consumes=["application/json", "text/xml"]),
        v2({"name": "b", "in": "body", "schema": STR}, consumes=["application/json"]),
        E,
    ),
    (
        "2.0 consumes moved to the root",
        v2({"name": "b", "in": "body", "schema": STR}, consumes=["text/xml"]),
        v2({"name": "b", "in": "body", "schema": STR}, root={"consumes": ["text/xml"]}),
        N,
    ),
    (
        "2.0 root consumes changed",
        v2({"name": "b", "in": "body", "schema": STR}, root={"consumes": ["text/xml", "application/json"]}),
        v2({"name": "b", "in": "body", "schema": STR}, root={"consumes": ["text/xml"]}),
        E,
    ),
    ("2.0 produces dropped", said2(STR, produces=["application/json", "text/xml"]), said2(STR, produces=["application/json"]), E),
    ("2.0 produces added", said2(STR, produces=["application/json"]), said2(STR, produces=["application/json", "text/xml"]), N),
    ("2.0 collection format", v2(p2(kind="array", items=STR)), v2(p2(kind="array", items=STR, collectionFormat="pipes")), E),
    ("2.0 collection format said", v2(p2(kind="array", items=STR)), v2(p2(kind="array", items=STR, collectionFormat="csv")), N),
    ("2.0 lists within", v2(p2(kind="array", items=LISTS)), v2(p2(kind="array", items={**LISTS, "collectionFormat": "pipes"})), E),
    ("2.0 lists within said", v2(p2(kind="array", items=LISTS)), v2(p2(kind="array", items={**LISTS, "collectionFormat": "csv"})), N),
    ("2.0 fields within", v2(f2(kind="array", items=LISTS)), v2(f2(kind="array", items={**LISTS, "collectionFormat": "ssv"})), E),
    ("2.0 fields within said", v2(f2(kind="array", items=LISTS)), v2(f2(kind="array", items={**LISTS, "collectionFormat": "csv"})), N),
    ("2.0 collection multi", v2(p2(kind="array", items=STR, collectionFormat="csv")), v2(p2(kind="array", items=STR, collectionFormat="multi")), E),
    ("2.0 x-nullable answer", said2(obj(a=STR)), said2(obj(a={"type": "string", "x-nullable": True})), E),
    ("2.0 x-nullable taken back", said2(obj(a={"type": "string", "x-nullable": True})), said2(obj(a=STR)), N),
    ("2.0 enum in a parameter", v2(p2(enum=["a", "b"])), v2(p2(enum=["a"])), E),
    (
        "2.0 header answer",
        v2(responses={"200": {**OK, "headers": {"X": {"type": "integer"}}}}),
        v2(responses={"200": {**OK, "headers": {"X": {"type": "string"}}}}),
        E,
    ),
    ("2.0 parameter by reference", v2(p2(required=True)), v2({"$ref": "#/parameters/P"}, root={"parameters": {"P": p2(required=True)}}), N),
    ("2.0 base path", v2(root={"host": "h", "basePath": "/v1"}), v2(root={"host": "h", "basePath": "/v2"}), W),
    ("2.0 scheme dropped", v2(root={"host": "h", "schemes": ["http", "https"]}), v2(root={"host": "h", "schemes": ["https"]}), W),
    ("2.0 discriminator", said2({**obj("t", t=STR), "discriminator": "t"}), said2({**obj("t u", t=STR, u=STR), "discriminator": "u"}), E),
    ("2.0 exclusive bound", v2(p2(kind="number", minimum=1)), v2(p2(kind="number", minimum=1, exclusiveMinimum=True)), E),
    (
        "2.0 basic is http basic",
        v2(security=[{"a": []}], root={"securityDefinitions": {"a": {"type": "basic"}}}),
        v2(security=[{"b": []}], root={"securityDefinitions": {"b": {"type": "basic"}}}),
        N,
    ),
    (
        "2.0 oauth scope",
        v2(security=[{"a": ["r"]}], root={"securityDefinitions": {"a": {"type": "oauth2", "flow": "implicit"}}}),
        v2(security=[{"a": ["r", "w"]}], root={"securityDefinitions": {"a": {"type": "oauth2", "flow": "implicit"}}}),
        E,
    ),
    (
        "2.0 to 3.0",
        v2({"name": "b", "in": "body", "required": True, "schema": obj("a", a=STR)}, {**p2(kind="array", items=STR), "collectionFormat": "multi"}),
        operation(requestBody={**content(obj("a", a=STR)), "required": True}, parameters=[q(STRS)], version="3.0.3"),
        N,
    ),
    ("2.0 to 3.0, narrower", v2({"name": "b", "in": "body", "schema": NUM}), operation(requestBody=content(INT), version="3.0.3"), E),
    ("2.0 security to 3.0", v2(security=[{"a": []}], root={"securityDefinitions": {"a": {"type": "basic"}}}), secured([{"a": []}], a=BASIC), N),
    ("2.0 address to 3.0", v2(root={"host": "h", "basePath": "/v1", "schemes": ["https"]}), operation(root={"servers": [{"url": "https://h/v1"}]}), N),
]

NULLABLE = {"type": "string", "nullable": True}
VENDOR = {"type": "string", "x-nullable": True}
VERSIONS: list[Case] = [
    ("nullable is a type list", answering(NULLABLE, version="3.0.3"), answering({"type": ["string", "null"]}), N),
    ("nullable is nothing in 3.1", answering(NULLABLE), answering(STR), N),
    ("nullable dropped by the upgrade", asking(NULLABLE, version="3.0.3"), asking(STR), E),
    ("x-nullable kept by the upgrade", asking(VENDOR, version="3.0.3"), asking(VENDOR, version="3.2.0"), N),
    ("x-nullable spelled out", answering({"type": ["string", "null"]}), answering(VENDOR), N),
    ("x-nullable taken back in 3.1", asking(VENDOR), asking(STR), E),
    (
        "x-nullable beside a reference",
        with_components(answering({**ref("A"), "x-nullable": True}, version="3.0.3"), A=obj(a=STR)),
        with_components(answering({"anyOf": [ref("A"), {"type": "null"}]}), A=obj(a=STR)),
        N,
    ),
    (
        "x-nullable beside a reference taken back",
        with_components(asking({**ref("A"), "x-nullable": True}, version="3.0.3"), A=obj(a=STR)),
        with_components(asking(ref("A"), version="3.0.3"), A=obj(a=STR)),
        E,
    ),
    (
        "nullable beside a reference is nothing in 3.0",
        with_components(asking({**ref("A"), "nullable": True}, version="3.0.3"), A=obj(a=STR)),
        with_components(asking(ref("A"), version="3.0.3"), A=obj(a=STR)),
        N,
    ),
    ("bytes in JSON are any text", answering({**STR, "format": "binary"}, version="3.0.3"), answering(STR), N),
    ("bytes in JSON are not base64", answering({**STR, "format": "byte"}, version="3.0.3"), answering({**STR, "format": "binary"}, version="3.0.3"), E),
    ("nullable false said", asking(STR, version="3.0.3"), asking({**STR, "nullable": False}, version="3.0.3"), N),
    ("nullable enum without null", asking({**NULLABLE, "enum": ["a"]}, version="3.0.3"), asking({"type": "string", "enum": ["a"]}, version="3.0.3"), N),
    ("nullable enum with null", asking({**NULLABLE, "enum": ["a", None]}, version="3.0.3"), asking({"type": "string", "enum": ["a"]}, version="3.0.3"), E),
    (
        "nullable around a reference",
        with_components(answering({"allOf": [ref("A")]}, version="3.0.3"), A=obj(a=STR)),
        with_components(answering({"allOf": [ref("A")], "nullable": True}, version="3.0.3"), A=obj(a=STR)),
        E,
    ),
    (
        "nullable reference upgraded",
        with_components(answering({"allOf": [ref("A")], "nullable": True}, version="3.0.3"), A=obj(a=STR)),
        with_components(answering({"anyOf": [ref("A"), {"type": "null"}]}), A=obj(a=STR)),
        N,
    ),
    ("nullable oneOf upgraded", answering({"oneOf": [STR, INT], "nullable": True}, version="3.0.3"), answering({"oneOf": [STR, INT, {"type": "null"}]}), N),
    (
        "sibling of a reference ignored in 3.0",
        with_components(asking(ref("A"), version="3.0.3"), A=STR),
        with_components(asking({**ref("A"), "maxLength": 3}, version="3.0.3"), A=STR),
        N,
    ),
    ("sibling of a reference binds in 3.1", with_components(asking(ref("A")), A=STR), with_components(asking({**ref("A"), "maxLength": 3}), A=STR), E),
    ("sibling description", with_components(asking(ref("A")), A=STR), with_components(asking({**ref("A"), "description": "d"}), A=STR), N),
    ("exclusive bound upgraded", asking({**NUM, "minimum": 1, "exclusiveMinimum": True}, version="3.0.3"), asking({**NUM, "exclusiveMinimum": 1}), N),
    ("exclusive false upgraded", asking({**NUM, "minimum": 1, "exclusiveMinimum": False}, version="3.0.3"), asking({**NUM, "minimum": 1}), N),
    ("example upgraded", asking({**STR, "example": "a"}, version="3.0.3"), asking({**STR, "examples": ["a"]}), N),
    ("3.1 to 3.2", asking(obj("a", a=STR)), asking(obj("a", a=STR), version="3.2.0"), N),
    (
        "binary upgraded",
        body({**STR, "format": "binary"}, "application/octet-stream") | {"openapi": "3.0.3"},
        operation(requestBody={"content": {"application/octet-stream": {}}}),
        N,
    ),
    ("query method removed", document({"/x": {"query": {"responses": {"200": OK}}}}, version="3.2.0"), document({"/x": {}}, version="3.2.0"), E),
    (
        "query method narrowed",
        document({"/x": {"query": {"requestBody": content(NUM), "responses": {"200": OK}}}}, version="3.2.0"),
        document({"/x": {"query": {"requestBody": content(INT), "responses": {"200": OK}}}}, version="3.2.0"),
        E,
    ),
    (
        "additional operation removed",
        document({"/x": {"additionalOperations": {"COPY": {"responses": {"200": OK}}}}}, version="3.2.0"),
        document({"/x": {}}, version="3.2.0"),
        E,
    ),
    ("part by position", parted(prefixEncoding=[{}, {"contentType": "application/json"}]), parted(prefixEncoding=[{}, {"contentType": "text/xml"}]), E),
    ("part by position said", parted(), parted(prefixEncoding=[{"contentType": "text/plain"}, {"contentType": "application/json"}]), N),
    ("part by position widened", parted(prefixEncoding=[{"contentType": "image/png"}]), parted(prefixEncoding=[{"contentType": "image/*"}]), N),
    ("parts of the rest", parted(itemEncoding={"contentType": "image/png"}), parted(itemEncoding={"contentType": "image/gif"}), E),
    ("parts of the rest by position", parted(itemEncoding=PNG), parted(prefixEncoding=[PNG, PNG], itemEncoding=PNG), N),
    ("part within a part", nested(PNG), nested({"contentType": "image/gif"}), E),
    ("part within a part said", nested({}), nested({"contentType": "text/plain"}), N),
    ("header of a part", parted(itemEncoding=PNG), parted(itemEncoding={**PNG, "headers": {"X-A": {"required": True, "schema": STR}}}), E),
    (
        "additional operation in other letters",
        document({"/x": {"additionalOperations": {"COPY": {"responses": {"200": OK}}}}}, version="3.2.0"),
        document({"/x": {"additionalOperations": {"Copy": {"responses": {"200": OK}}}}}, version="3.2.0"),
        E,
    ),
    (
        "additional operation narrowed",
        document({"/x": {"additionalOperations": {"COPY": {"parameters": [q()], "responses": {"200": OK}}}}}, version="3.2.0"),
        document({"/x": {"additionalOperations": {"COPY": {"parameters": [q(INT)], "responses": {"200": OK}}}}}, version="3.2.0"),
        E,
    ),
    (
        "query string narrowed",
        get({"name": "q", "in": "querystring", **content(obj(a=STR), "application/x-www-form-urlencoded")}, version="3.2.0"),
        get({"name": "q", "in": "querystring", **content(obj("a", a=STR), "application/x-www-form-urlencoded")}, version="3.2.0"),
        E,
    ),
    (
        "query string as text",
        get({"name": "q", "in": "querystring", **content(obj(a=INT), "application/x-www-form-urlencoded")}, version="3.2.0"),
        get({"name": "q", "in": "querystring", **content(obj(a=STR), "application/x-www-form-urlencoded")}, version="3.2.0"),
        N,
    ),
    (
        "query string renamed",
        get({"name": "q", "in": "querystring", **content(obj(a=STR))}, version="3.2.0"),
        get({"name": "r", "in": "querystring", **content(obj(a=STR))}, version="3.2.0"),
        N,
    ),
    (
        "stream item widened",
        said(r200={"content": {"application/jsonl": {"itemSchema": INT}}}) | {"openapi": "3.2.0"},
        said(r200={"content": {"application/jsonl": {"itemSchema": NUM}}}) | {"openapi": "3.2.0"},
        E,
    ),
    (
        "stream item narrowed",
        said(r200={"content": {"application/jsonl": {"itemSchema": NUM}}}) | {"openapi": "3.2.0"},
        said(r200={"content": {"application/jsonl": {"itemSchema": INT}}}) | {"openapi": "3.2.0"},
        N,
    ),
    (
        "stream item demanded",
        operation(requestBody={"content": {"application/jsonl": {"itemSchema": obj(a=STR)}}}, version="3.2.0"),
        operation(requestBody={"content": {"application/jsonl": {"itemSchema": obj("a", a=STR)}}}, version="3.2.0"),
        E,
    ),
    (
        "stream item schema dropped",
        said(r200={"content": {"application/jsonl": {"itemSchema": INT}}}) | {"openapi": "3.2.0"},
        said(r200={"content": {"application/jsonl": {}}}) | {"openapi": "3.2.0"},
        E,
    ),
    ("self named", asking(STR, version="3.2.0"), {**asking(STR, version="3.2.0"), "$self": "https://e/x.yaml"}, N),
]

PET: Json = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "t"}}
CAT, DOG = obj("t c", t=STR, c=STR), obj("t d", t=STR, d=STR)
TAGGED: Json = {**PET, "discriminator": {"propertyName": "t", "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}}}


def pets(schema: Json, *, ask: bool = False, **parts: Any) -> Json:
    return with_components((asking if ask else answering)(schema), **{"Cat": CAT, "Dog": DOG, **parts})


def retagged(old: str, new: str) -> Json:
    mapping = {new if key == old else key: value for key, value in TAGGED["discriminator"]["mapping"].items()}
    return {**TAGGED, "discriminator": {"propertyName": "t", "mapping": mapping}}


RENAMED: Json = {"oneOf": [ref("Feline"), ref("Dog")], "discriminator": {"propertyName": "t"}}
MAPPED: Json = {**RENAMED, "discriminator": {"propertyName": "t", "mapping": {"Cat": "#/components/schemas/Feline"}}}
TREE: Json = {"type": "object", "properties": {"v": INT, "kids": {"type": "array", "items": ref("A")}}}
REFERENCES: list[Case] = [
    ("component renamed without mapping, answer", pets(PET), pets(RENAMED, Feline=CAT), E),
    ("component renamed without mapping, request", pets(PET, ask=True), pets(RENAMED, ask=True, Feline=CAT), E),
    ("component renamed, value kept by a mapping", pets(PET), pets(MAPPED, Feline=CAT), N),
    (
        "value said by a mapping",
        pets(PET),
        pets({**PET, "discriminator": {"propertyName": "t", "mapping": {"Cat": "Cat", "Dog": "#/components/schemas/Dog"}}}),
        N,
    ),
    ("value renamed, answer", pets(TAGGED), pets(retagged("cat", "kitten")), E),
    ("value renamed, request", pets(TAGGED, ask=True), pets(retagged("cat", "kitten"), ask=True), E),
    (
        "value added for a known one, answer",
        pets(TAGGED),
        pets(retagged("", "") | {"discriminator": {"propertyName": "t", "mapping": {**TAGGED["discriminator"]["mapping"], "kit": "Cat"}}}),
        E,
    ),
    ("mapping added over implicit values", pets(PET), pets(TAGGED), E),
    ("discriminator added", pets({"oneOf": [ref("Cat"), ref("Dog")]}), pets(PET), N),
    ("discriminator property changed", pets(PET), pets({**PET, "discriminator": {"propertyName": "c"}}), E),
    (
        "mapped component renamed",
        pets(TAGGED),
        pets(
            {
                "oneOf": [ref("Feline"), ref("Dog")],
                "discriminator": {"propertyName": "t", "mapping": {"cat": "#/components/schemas/Feline", "dog": "#/components/schemas/Dog"}},
            },
            Feline=CAT,
        ),
        N,
    ),
    (
        "component swapped behind a value",
        pets(TAGGED),
        pets({**TAGGED, "discriminator": {"propertyName": "t", "mapping": {"cat": "#/components/schemas/Dog", "dog": "#/components/schemas/Cat"}}}),
        E,
    ),
    (
        "cyclic allOf",
        with_components(asking(ref("A")), A={"allOf": [ref("A"), obj(a=STR)]}),
        with_components(asking(ref("A")), A={"allOf": [ref("A"), obj(a=INT)]}),
        E,
    ),
    ("cyclic oneOf", with_components(asking(ref("A")), A={"oneOf": [ref("A"), STR]}), with_components(asking(ref("A")), A={"oneOf": [STR, ref("A")]}), N),
    (
        "cyclic oneOf narrowed",
        with_components(asking(ref("A")), A={"oneOf": [ref("A"), NUM]}),
        with_components(asking(ref("A")), A={"oneOf": [INT, ref("A")]}),
        E,
    ),
    (
        "mutual recursion renamed",
        with_components(asking(ref("A")), A=obj(b=ref("B")), B=obj(a=ref("A"))),
        with_components(asking(ref("X")), X=obj(b=ref("Y")), Y=obj(a=ref("X"))),
        N,
    ),
    ("recursion unrolled", with_components(asking(ref("A")), A=obj(n=ref("A"))), with_components(asking(ref("A")), A=obj(n=obj(n=ref("A")))), N),
    (
        "recursion unrolled, narrower inside",
        with_components(asking(ref("A")), A=obj(n=ref("A"), v=NUM)),
        with_components(asking(ref("A")), A=obj(n=obj(n=ref("A"), v=INT), v=NUM)),
        E,
    ),
    (
        "tree widened below",
        with_components(answering(ref("A")), A=TREE),
        with_components(answering(ref("A")), A={**TREE, "properties": {**TREE["properties"], "v": NUM}}),
        E,
    ),
    (
        "recursion through a union",
        with_components(asking(ref("A")), A={"oneOf": [STR, {"type": "array", "items": ref("A")}]}),
        with_components(asking(ref("A")), A={"anyOf": [{"type": "array", "items": ref("A")}, STR]}),
        N,
    ),
    (
        "local definitions",
        asking({"$defs": {"I": NUM}, **obj(), "properties": {"a": {"$ref": "#/paths/~1x/post/requestBody/content/application~1json/schema/$defs/I"}}}),
        asking(obj(a=NUM)),
        N,
    ),
    ("anchor", with_components(asking({"$ref": "#here"}), A={**STR, "$anchor": "here"}), asking(STR), N),
    ("unresolved and unchanged", asking({"$ref": "#/components/schemas/Gone"}), asking({"$ref": "#/components/schemas/Gone"}), N),
    ("became unresolved", with_components(asking(ref("A")), A=STR), asking(ref("A")), W),
    ("was unresolved", asking(ref("A")), with_components(asking(ref("A")), A=STR), W),
    (
        "external and unchanged",
        asking({"$ref": "https://e.example/s.json"}),
        {**asking({"$ref": "https://e.example/s.json"}), "info": {"title": "u", "version": "2"}},
        N,
    ),
    ("external changed", answering(obj(a={"$ref": "https://e.example/s.json"})), answering(obj(a={"$ref": "https://e.example/t.json"})), W),
    (
        "path item by reference",
        document({"/x": {"get": {"responses": {"200": OK}}}}),
        {**document({"/x": {"$ref": "#/components/pathItems/P"}}), "components": {"pathItems": {"P": {"get": {"responses": {"200": OK}}}}}},
        N,
    ),
]

PLACES: list[Case] = [
    (
        "server variable",
        operation(root={"servers": [{"url": "https://{h}/v1", "variables": {"h": {"default": "a"}}}]}),
        operation(root={"servers": [{"url": "https://{h}/v1", "variables": {"h": {"default": "b"}}}]}),
        W,
    ),
    ("servers of an operation", operation(servers=[{"url": "https://a"}]), operation(servers=[{"url": "https://b"}]), W),
    ("servers moved to the operation", operation(root={"servers": [{"url": "https://a"}]}), operation(servers=[{"url": "https://a"}]), N),
    ("server added", operation(root={"servers": [{"url": "https://a"}]}), operation(root={"servers": [{"url": "https://a"}, {"url": "https://b"}]}), N),
    ("server said at last", operation(), operation(root={"servers": [{"url": "https://a"}]}), N),
    ("server said at last, and the paths below another one", operation(), operation(root={"servers": [{"url": "https://a/v1"}]}), W),
    ("server no longer said", operation(root={"servers": [{"url": "https://a"}]}), operation(), W),
    ("server root said", operation(), operation(root={"servers": [{"url": "/"}]}), N),
    (
        "servers reordered",
        operation(root={"servers": [{"url": "https://a"}, {"url": "https://b"}]}),
        operation(root={"servers": [{"url": "https://b"}, {"url": "https://a"}]}),
        N,
    ),
    (
        "two parameters of a path swapped",
        get(q(STR, at="path", required=True), {**q(INT, at="path", required=True), "name": "r"}, path="/x/{q}/{r}"),
        get({**q(STR, at="path", required=True), "name": "r"}, q(INT, at="path", required=True), path="/x/{r}/{q}"),
        N,
    ),
    (
        "an escaped path",
        document({"/caf%C3%A9/%7Ex": {"get": {"responses": {"200": OK}}}}),
        document({"/caf\u00e9/~x": {"get": {"responses": {"200": OK}}}}),
        N,
    ),
    (
        "path became wider than another",
        document({"/x/{a}": {"get": {"responses": {"200": OK}}}}),
        document({"/x/{b}/": {"get": {"responses": {"200": OK}}}}),
        E,
    ),
    ("tags and summary", operation(tags=["a"], summary="s"), operation(tags=["b"], description="d"), N),
    ("extensions", operation(**{"x-a": 1}), operation(**{"x-a": 2}), N),
]

AUTHORIZATION: Json = {**KEY, "name": "Authorization"}
KEYED: list[Case] = [
    ("a key that was a parameter", operation(parameters=[q(at="header", required=True) | {"name": "X-Key"}]), secured([{"a": []}], a=KEY), N),
    ("a key that becomes a parameter", secured([{"a": []}], a=KEY), operation(parameters=[q(at="header", required=True) | {"name": "x-key"}]), N),
    ("a key that was an optional parameter", operation(parameters=[q(at="header") | {"name": "X-Key"}]), secured([{"a": []}], a=KEY), E),
    ("a key beside another one", operation(parameters=[q(at="header", required=True) | {"name": "X-Key"}]), secured([{"a": [], "b": []}], **BOTH), E),
    (
        "a parameter that not every client sends as a key",
        secured([{"a": []}, {"b": []}], **BOTH),
        operation(parameters=[q(at="header", required=True) | {"name": "X-Key"}]),
        E,
    ),
    (
        "a key that becomes a listed parameter",
        secured([{"a": []}], a=KEY),
        operation(parameters=[q({"enum": ["k"]}, at="header", required=True) | {"name": "x-key"}]),
        E,
    ),
    ("an authorization of no form", secured([{"a": []}], a=AUTHORIZATION), secured([{"a": []}], a=BEARER), W),
    ("an authorization of any form", secured([{"a": []}], a=BEARER), secured([{"a": []}], a=AUTHORIZATION), N),
    (
        "an authorization that was a parameter",
        operation(parameters=[q(at="header", required=True) | {"name": "Authorization"}]),
        secured([{"b": []}], b=BEARER),
        W,
    ),
    ("an authorization and a key", secured([{"a": []}], a=AUTHORIZATION), secured([{"a": [], "b": []}], a=BEARER, b=KEY), E),
]

AREAS = {
    "keys": KEYED,
    "parameters": PARAMETERS,
    "bodies": BODIES,
    "responses": RESPONSES,
    "security": SECURITY,
    "directions": DIRECTIONS,
    "2.0": OLD,
    "versions": VERSIONS,
    "references": REFERENCES,
    "places": PLACES,
}
CASES = [case for cases in AREAS.values() for case in cases]
IDS = [f"{area}: {case[0]}" for area, cases in AREAS.items() for case in cases]


@pytest.mark.parametrize(("base", "revision", "expected"), [case[1:] for case in CASES], ids=IDS)
def test_operation_area(base: Json, revision: Json, expected: str) -> None:
    assert verdict(base, revision) == expected, rules(base, revision)


@pytest.mark.parametrize("tree", [part for case in CASES for part in case[1:3]])
def test_a_description_never_breaks_against_itself(tree: Json) -> None:
    assert verdict(tree, tree) == ""


def listing(*, kinds: list[str], both: bool, own: bool = False) -> Json:
    """A description of 2.0 whose operations answer two statuses with a text, in the media types that the description or each operation lists."""
    answers = {code: {**OK, "schema": STR} for code in ("200", "404")}
    said = {"produces": kinds} if own else {}
    paths = {path: {"get": {"responses": answers, **said}} for path in (["/x", "/y"] if both else ["/x"])}
    return document(paths, version="2.0", **({} if own else {"produces": kinds}))


def test_a_list_of_media_types_that_changes_is_one_cause() -> None:
    wide, narrow = ["application/json", "text/plain"], ["application/json"]
    (everywhere,) = findings(listing(kinds=wide, both=True), listing(kinds=narrow, both=True))
    assert (everywhere.rule, everywhere.pointer, len(everywhere.places)) == ("response-media-type-removed", "/produces", 4)
    (own,) = findings(listing(kinds=wide, both=False, own=True), listing(kinds=narrow, both=False, own=True))
    assert (own.pointer, len(own.places)) == ("/paths/~1x/get/produces", 2)
    apart = findings(listing(kinds=wide, both=True), listing(kinds=narrow, both=True, own=True))
    assert [(found.operation, found.pointer, len(found.places)) for found in apart] == [
        ("GET /x", "/paths/~1x/get/produces", 2),
        ("GET /y", "/paths/~1y/get/produces", 2),
    ]


def test_what_the_whole_description_begins_to_demand_is_one_cause() -> None:
    paths = {path: {"get": {"responses": {"204": OK}}} for path in ("/x", "/y")}
    open_to_all, closed = document(paths), document(paths, security=[{"a": []}], components={"securitySchemes": BOTH})
    (found,) = findings(open_to_all, closed)
    assert (found.rule, found.pointer, len(found.places)) == ("security-added", "/security", 2)
    (relaxed,) = (found for found in findings(closed, open_to_all, everything=True) if found.rule == "security-relaxed")
    assert len(relaxed.places) == 2


def test_a_status_in_place_of_another_one_is_one_cause() -> None:
    (found,) = findings(said(r200={}), said(r201={}, r202={}))
    assert (found.message, found.before, found.after) == ("success status 200 was removed; instead there is 201, 202", "200", "201, 202")
    assert rules(said(r200={}, r202={}), said(r200={}, r404={})) == {"response-success-status-removed"}


def test_a_required_field_of_a_form_of_2_0_is_one_cause() -> None:
    assert rules(v2(f2()), v2(f2(), f2(required=True) | {"name": "r"})) == {"request-property-added-required"}
    assert rules(v2(f2()), v2(f2(required=True))) == {"request-property-became-required"}


def test_a_part_that_operations_share_is_one_cause() -> None:
    parts: Json = {"parameters": {"T": q(required=True)}, "responses": {"Later": OK}}

    def described(parameters: list[Json], **responses: Json) -> Json:
        work = {"get": {"parameters": parameters, "responses": {"200": OK, **responses}}}
        return document({"/x": work, "/y": work}, components=parts)

    plain, more = described([]), described([{"$ref": "#/components/parameters/T"}], **{"202": {"$ref": "#/components/responses/Later"}})
    come = {(found.rule, found.pointer, len(found.places)) for found in findings(plain, more)}
    assert come == {
        ("request-parameter-added-required", "/components/parameters/T", 2),
        ("response-success-status-added", "/components/responses/Later", 2),
    }
    gone = {(found.rule, found.pointer, len(found.places)) for found in findings(more, plain)}
    assert gone == {
        ("request-parameter-removed", "/components/parameters/T", 2),
        ("response-success-status-removed", "/components/responses/Later", 2),
    }
    (own,) = findings(described([]), described([q(required=True)]))[:1]
    assert len(own.places) == 1


def test_an_issuer_that_is_gone_is_named() -> None:
    (found,) = findings(secured([{"a": []}, {"b": []}], **ISSUERS), secured([{"a": []}], **ISSUERS))
    assert (found.before, found.after) == ("oauth2 (implicit) from https://b.example", "oauth2 (implicit) from https://a.example")


def test_an_open_id_address_is_one_finding() -> None:
    sides = [secured([{"a": []}], a={"type": "openIdConnect", "openIdConnectUrl": f"https://{host}"}) for host in ("a", "b")]
    assert rules(*sides) == {"security-tightened"}


def test_a_changed_form_is_shown() -> None:
    (found,) = findings(get(q(STRS, explode=False)), get(q(STRS)))
    assert found.message == "serialization of query parameter q changed from form (q=a,b) to form, exploded (q=a&q=b)"
    (field,) = findings(body(obj(a=STRS), "multipart/form-data"), body(obj(a=STRS), "multipart/form-data", encoding={"a": {"explode": False}}))
    assert field.message == "encoding of form field a changed from form, exploded (a=a&a=b) to form (a=a,b)"
    (deep,) = findings(get(q(obj(a=STR), style="deepObject", explode=True)), get(q(obj(a=STR))))
    assert (deep.before, deep.after) == ("deepObject (q[k]=v)", "form, exploded (k=v)")
