"""Rules about one document on its own.

`error`: the description is invalid by its OpenAPI version, or tools cannot agree on its meaning. `warning`: valid, but most likely not what was
meant. `info`: worth a look.
"""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule


def _row(rule_id: str, severity: Severity, why: str, hint: str) -> Rule:
    return Rule(id=rule_id, area=Area.LINT, severity=severity, message="{detail}", why=why, hint=hint)


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

ROWS: Final[tuple[Rule, ...]] = (
    _row(
        "document-syntax",
        _E,
        "No tool can read this document, so nothing about the API can be checked or generated from it.",
        "Fix the syntax at the position shown.",
    ),
    _row(
        "document-version",
        _E,
        "Tools choose their rules by the declared version; without a known one they refuse the document or guess.",
        "Declare `openapi:` 3.0.x, 3.1.x or 3.2.x, or `swagger: \"2.0\"`.",
    ),
    _row(
        "ref-unresolved",
        _E,
        "The reference leads nowhere, so whatever it should describe is undefined.",
        "Correct the reference or add the missing component.",
    ),
    _row(
        "ref-external",
        _E,
        "The reference needs the network, so the meaning of the description can change, or be missing, without a change to the repository.",
        "Save the file in the repository and refer to it by path.",
    ),
    _row(
        "ref-cycle",
        _E,
        "The references only lead to each other, so nothing is described at the end of them.",
        "Point one of the references at a real definition.",
    ),
    _row(
        "ref-kind",
        _E,
        "The reference leads to an object of another kind, which tools read as garbage or refuse.",
        "Refer to a component of the kind that belongs here.",
    ),
    _row(
        "field-unknown",
        _E,
        "The field is not part of OpenAPI, so tools refuse the document or ignore what was meant.",
        "Correct the name, or prefix an extension with `x-`.",
    ),
    _row("field-missing", _E, "The object is incomplete, so tools refuse the document.", "Add the field."),
    _row("field-type", _E, "The value is of another type than OpenAPI gives the field, so tools refuse the document.", "Write a value of the right type."),
    _row("field-value", _E, "OpenAPI does not allow this value here, so tools refuse the document.", "Write one of the allowed values."),
    _row(
        "field-conflict",
        _E,
        "The two fields exclude each other: tools refuse the document or pick one of them by chance.",
        "Keep one of the two.",
    ),
    _row(
        "schema-invalid",
        _E,
        "The schema is not valid in this OpenAPI version: tools refuse it, or generate types and checks that accept anything.",
        "Correct the keyword at the position shown.",
    ),
    _row(
        "dialect-unknown",
        _E,
        "Schemas can only be checked in a JSON Schema dialect that the tool knows.",
        "Name a published dialect, or remove the field for the default.",
    ),
    _row(
        "pattern-invalid",
        _E,
        "A pattern that cannot be compiled makes validators fail on every value, or accept every value.",
        "Correct the regular expression (ECMA-262 syntax).",
    ),
    _row(
        "default-invalid",
        _E,
        "Servers and generated clients fill in the default: one that its own schema refuses makes them send or store an invalid value.",
        "Correct the default or the schema.",
    ),
    _row(
        "required-undefined",
        _E,
        "The required name is declared in none of the combined schemas, so every generated type lacks it while validators demand it.",
        "Correct the name, or declare the property.",
    ),
    _row(
        "operation-id-duplicate",
        _E,
        "Generated clients name their methods by operationId: of two equal ones, one is lost or the build fails.",
        "Give each operation an id of its own.",
    ),
    _row(
        "parameter-duplicate",
        _E,
        "A parameter is identified by name and place: of two equal ones in a list, tools keep one by chance.",
        "Remove or rename one of them.",
    ),
    _row(
        "path-syntax",
        _E,
        "The path cannot be matched against requests, so its operations cannot be routed, called or checked.",
        "Begin with a slash and write each parameter as `{name}`.",
    ),
    _row(
        "path-duplicate",
        _E,
        "Parameter names do not distinguish paths: a request matches both, and tools pick one by chance.",
        "Merge the two path items under one template.",
    ),
    _row(
        "path-parameter-undeclared",
        _E,
        "Clients do not know the parameter's type and generated code cannot fill it in.",
        "Declare the parameter with `in: path` and `required: true`.",
    ),
    _row(
        "path-parameter-unused",
        _E,
        "Clients are told to send a value that has no place in the path.",
        "Correct the name, put it into the path, or remove the parameter.",
    ),
    _row(
        "path-parameter-optional",
        _E,
        "A path without the value is another path, so a path parameter must be required.",
        "Add `required: true`.",
    ),
    _row("tag-duplicate", _E, "A tag is identified by its name: of two equal ones, tools keep one by chance.", "Remove one of them."),
    _row("tag-parent-unknown", _E, "The tag hangs under a tag that does not exist.", "Declare the parent tag, or correct its name."),
    _row("tag-parent-cycle", _E, "Tags that are each other's parents form no hierarchy that a tool could show.", "Remove one of the parents."),
    _row(
        "path-ambiguous",
        _W,
        "Neither path is the more specific one, so routers and mocks decide differently which operation a request means.",
        "Make the two paths differ in a fixed part.",
    ),
    _row("paths-empty", _W, "There is no operation to call, to check or to compare.", "Add the paths, or remove the file."),
    _row(
        "example-invalid",
        _W,
        "People copy examples and mocks serve them: one that its schema refuses teaches a wrong request or answer.",
        "Correct the example or the schema.",
    ),
    _row("enum-type", _W, "The value can never occur, since the type refuses it; most often quotes are missing or too many.", "Correct the value or the type."),
    _row(
        "keyword-unknown",
        _W,
        "Unknown keywords are allowed in schemas and ignored: a misspelt one checks nothing.",
        "Correct the keyword, or prefix it with `x-`.",
    ),
    _row(
        "nullable-ignored",
        _W,
        "OpenAPI 3.1 took `nullable` out: null is refused although the author means to allow it.",
        'Add "null" to `type`.',
    ),
    _row(
        "request-body-unexpected",
        _W,
        "HTTP gives a body of this method no meaning: clients, proxies and servers may drop it or refuse the request.",
        "Use query parameters, or another method.",
    ),
    _row(
        "security-scheme-undefined",
        _W,
        "The requirement names a scheme that does not exist, so clients do not know which credential to send.",
        "Define the scheme, or correct its name.",
    ),
    _row(
        "security-scope-undefined",
        _W,
        "The requirement asks for a scope that no flow of its scheme offers, so no client can obtain it.",
        "Declare the scope in the flow, or correct its name.",
    ),
    _row("link-operation-unknown", _W, "The link leads to an operation that does not exist.", "Correct the operationId."),
    _row(
        "discriminator-target-missing",
        _W,
        "The mapping leads to no schema, so values of this kind cannot be told apart or checked.",
        "Correct the schema name or the reference.",
    ),
    _row(
        "discriminator-useless",
        _W,
        "Without alternatives the discriminator selects nothing.",
        "Add `oneOf` or `anyOf`, or remove the discriminator.",
    ),
    _row(
        "component-name",
        _W,
        "Component names may hold letters, digits, `.`, `_` and `-` only: others break references and generated type names.",
        "Rename the component.",
    ),
    _row(
        "required-undeclared",
        _I,
        "The name may be meant so, but generated types lack the property; often it is misspelt.",
        "Correct the name, or declare the property.",
    ),
    _row("findings-cut", _I, "The description has more findings of one rule than a person reads.", "Fix the first ones and run again."),
)
