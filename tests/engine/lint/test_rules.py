"""One pair per rule: a document that breaks it at a marked place, and its silent twin."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import pytest

from cvt_engine.errors import EngineError, SyntaxInvalid
from cvt_engine.facade import lint, load_spec
from cvt_engine.finding import Finding, Severity
from cvt_engine.rules.lint import ROWS
from tests.engine.lint.documents import minimal, spec_of

MARK: Final = "#!"
BY_LOADER: Final = {"document-syntax": "openapi: 3.0.3\ninfo: {\n", "document-version": 'openapi: "4.0.0"\n'}
ELSEWHERE: Final = ("findings-cut", "document-depth", "value-unchecked")
"""Rules that need a document too large to write down: the first two are shown below, the last one by the tests of the costs."""
HEAD: Final = "openapi: {version}\ninfo: {{title: t, version: '1'}}\n"
OK: Final = "{'200': {description: ok}}"


class Case(NamedTuple):
    """A document without its head. The line that ends in `#!` is where the finding must stand; replacing `wrong` by `right` heals the document."""

    rule: str
    text: str
    wrong: str
    right: str
    version: str = "3.0.3"

    def source(self, *, healed: bool) -> str:
        head = "swagger: \"2.0\"\ninfo: {title: t, version: '1'}\n" if self.version == "2.0" else HEAD.format(version=self.version)
        text = self.text.strip("\n") + "\n"
        assert self.wrong in text, "the mistake must be in the document"
        return head + (text.replace(self.wrong, self.right) if healed else text)


def operation(body: str, *, path: str = "/a", method: str = "get") -> str:
    lines = body.strip("\n").splitlines()
    return f"paths:\n  {path}:\n    {method}:\n" + "\n".join("      " + line for line in lines) + "\n"


def schemas(body: str, *, paths: str = "paths: {/a: {get: {responses: " + OK + "}}}\n") -> str:
    lines = body.strip("\n").splitlines()
    return paths + "components:\n  schemas:\n" + "\n".join("    " + line for line in lines) + "\n"


REF: Final = f"""
responses: {OK}
parameters:
  - $ref: '#/components/parameters/Limt' #!
"""
LIMIT: Final = "components:\n  parameters:\n    Limit: {name: limit, in: query, schema: {type: integer}}\n"

CASES: Final = (
    Case("ref-unresolved", operation(REF) + LIMIT, "Limt", "Limit"),
    Case("ref-external", schemas("A:\n  $ref: 'https://example.com/a.json' #!\nB: {}"), "https://example.com/a.json", "#/components/schemas/B"),
    Case(
        "ref-cycle",
        schemas("A:\n  $ref: '#/components/schemas/B' #!\nB:\n  $ref: '#/components/schemas/A'"),
        "B:\n      $ref: '#/components/schemas/A'",
        "B: {}",
    ),
    Case(
        "ref-kind",
        operation(f"responses: {OK}\nparameters:\n  - $ref: '#/components/schemas/Limit' #!")
        + LIMIT.replace("parameters", "schemas").replace("{name: limit, in: query, schema: {type: integer}}", "{type: integer}")
        + LIMIT.removeprefix("components:\n"),
        "#/components/schemas/Limit",
        "#/components/parameters/Limit",
    ),
    Case("field-unknown", operation(f"responses: {OK}\nsumary: x #!"), "sumary", "summary"),
    Case("field-missing", operation("responses:\n  '200': #!\n    x-a: 1"), "x-a: 1", "description: ok"),
    Case("field-type", operation(f"responses: {OK}\ntags: pets #!"), "tags: pets", "tags: [pets]"),
    Case("field-value", operation(f"responses: {OK}\nparameters:\n  - name: a\n    in: qury #!\n    schema: {{}}"), "qury", "query"),
    Case(
        "field-conflict",
        operation(f"responses: {OK}\nparameters:\n  - name: a\n    in: query\n    schema: {{}}\n    example: 1\n    examples: {{}} #!"),
        "    examples: {} #!",
        "",
    ),
    Case("schema-invalid", schemas("A:\n  type: object\n  properties:\n    a:\n      type: strng #!"), "strng", "string"),
    Case(
        "dialect-unknown",
        "jsonSchemaDialect: https://example.com/mine #!\n" + schemas("A: {type: string}"),
        "https://example.com/mine",
        "https://json-schema.org/draft/2020-12/schema",
        "3.1.0",
    ),
    Case("pattern-invalid", schemas("A:\n  type: string\n  pattern: '[a-z' #!"), "[a-z", "[a-z]"),
    Case("default-invalid", schemas("A:\n  type: integer\n  default: ten #!"), "ten", "10"),
    Case("required-undefined", schemas("A:\n  allOf: [{properties: {name: {type: string}}}]\n  required:\n    - nme #!"), "nme", "name"),
    Case(
        "operation-id-duplicate",
        operation(f"operationId: a\nresponses: {OK}") + f"    put:\n      operationId: a #!\n      responses: {OK}\n",
        "operationId: a #!",
        "operationId: b",
    ),
    Case(
        "parameter-duplicate",
        operation(f"responses: {OK}\nparameters:\n  - {{name: a, in: query, schema: {{}}}}\n  - {{name: a, in: query, schema: {{}}}} #!"),
        "name: a, in: query, schema: {}} #!",
        "name: b, in: query, schema: {}}",
    ),
    Case("path-syntax", operation(f"responses: {OK}", path="/a/{{id #!".replace("{{", "{")).replace("/a/{id #!:", "'/a/{id': #!"), "'/a/{id'", "'/a/id'"),
    Case(
        "path-duplicate",
        "paths:\n"
        + "".join(
            f"  /a/{{{name}}}:{mark}\n    get:\n      parameters: [{{name: {name}, in: path, required: true, schema: {{}}}}]\n      responses: {OK}\n"
            for name, mark in (("id", ""), ("key", " #!"))
        ),
        "/a/{key}",
        "/b/{key}",
    ),
    Case("path-parameter-undeclared", operation(f"responses: {OK}", path="/a/{id}").replace("    get:", "    get: #!"), "/a/{id}", "/a"),
    Case("path-parameter-unused", operation(f"responses: {OK}\nparameters:\n  - {{name: id, in: path, required: true, schema: {{}}}} #!"), "/a:", "/a/{id}:"),
    Case(
        "path-parameter-optional",
        operation(f"responses: {OK}\nparameters:\n  - {{name: id, in: path, schema: {{}}}} #!", path="/a/{id}"),
        "in: path,",
        "in: path, required: true,",
    ),
    Case("tag-duplicate", "tags:\n  - name: a\n  - name: a #!\n" + operation(f"responses: {OK}"), "name: a #!", "name: b"),
    Case("tag-parent-unknown", "tags:\n  - name: a\n    parent: b #!\n" + operation(f"responses: {OK}"), "    parent: b #!\n", "  - name: b\n", "3.2.0"),
    Case(
        "tag-parent-cycle", "tags:\n  - name: a\n    parent: b #!\n  - name: b\n    parent: a\n" + operation(f"responses: {OK}"), "    parent: a\n", "", "3.2.0"
    ),
    Case(
        "path-ambiguous",
        "paths:\n"
        + "".join(
            f"  {path}:{mark}\n    get:\n      parameters: [{{name: {name}, in: path, required: true, schema: {{}}}}]\n      responses: {OK}\n"
            for path, name, mark in (("/a/{x}", "x", ""), ("/{y}/b", "y", " #!"))
        ),
        "/{y}/b",
        "/c/{y}/b",
    ),
    Case("paths-empty", "paths: {} #!\n", "{}", "{/a: {get: {responses: " + OK + "}}}"),
    Case("example-invalid", schemas("A:\n  type: object\n  properties: {n: {type: integer}}\n  example:\n    n: one #!"), "n: one", "n: 1"),
    Case("enum-type", schemas("A:\n  type: string\n  enum:\n    - a\n    - 1 #!"), "- 1", "- '1'"),
    Case("keyword-unknown", schemas("A:\n  type: string\n  minLenght: 1 #!"), "minLenght", "minLength", "3.1.0"),
    Case("nullable-ignored", schemas("A:\n  type: string\n  nullable: true #!"), "type: string\n      nullable: true", "type: [string, 'null']", "3.1.0"),
    Case("request-body-unexpected", operation(f"responses: {OK}\nrequestBody: {{content: {{}}}} #!"), "get:", "post:"),
    Case(
        "security-scheme-undefined",
        operation(f"responses: {OK}\nsecurity:\n  - kye: [] #!") + "components: {securitySchemes: {key: {type: apiKey, name: k, in: header}}}\n",
        "kye",
        "key",
    ),
    Case(
        "security-scope-undefined",
        operation(f"responses: {OK}\nsecurity:\n  - auth:\n      - wite #!")
        + "components: {securitySchemes: {auth: {type: oauth2, flows: {password: {tokenUrl: /t, scopes: {write: w}}}}}}\n",
        "wite",
        "write",
    ),
    Case(
        "link-operation-unknown",
        operation("operationId: me\nresponses:\n  '200':\n    description: ok\n    links:\n      self:\n        operationId: you #!"),
        "you",
        "me",
    ),
    Case(
        "discriminator-target-missing",
        schemas(
            "A:\n  oneOf: [{$ref: '#/components/schemas/B'}]\n  discriminator:\n    propertyName: k\n    mapping:\n"
            "      b: '#/components/schemas/C' #!\nB: {type: object}"
        ),
        "schemas/C",
        "schemas/B",
    ),
    Case("discriminator-useless", schemas("A:\n  type: object\n  discriminator: {propertyName: k} #!"), "type: object", "oneOf: [{type: object}]"),
    Case("component-name", schemas("A B: {type: string} #!"), "A B", "AB"),
    Case("required-undeclared", schemas("A:\n  properties: {name: {type: string}}\n  required:\n    - nme #!"), "nme", "name"),
)


def findings_of(source: str) -> tuple[Finding, ...]:
    return lint(load_spec(lambda _: source.encode(), "api.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_fires_at_the_marked_place(case: Case) -> None:
    source = case.source(healed=False)
    line, text = next((number, line) for number, line in enumerate(source.splitlines(), 1) if line.endswith(MARK))
    found = [finding for finding in findings_of(source) if finding.rule == case.rule]
    assert len(found) == 1, findings_of(source)
    position = found[0].position
    assert position is not None
    lead = re.match(r"[ ]*(?:- )?", text)
    assert lead is not None
    assert (position.file, position.line, position.column) == ("api.yaml", line, lead.end() + 1)
    assert found[0].message
    assert found[0].hint


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_one_mistake_is_one_error(case: Case) -> None:
    found = findings_of(case.source(healed=False))
    assert [finding.rule for finding in found if finding.severity is Severity.ERROR] in ([], [case.rule])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_silent_twin(case: Case) -> None:
    found = findings_of(case.source(healed=True))
    assert [finding for finding in found if finding.rule == case.rule or finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("rule", BY_LOADER)
def test_rules_of_the_loader(rule: str) -> None:
    with pytest.raises(SyntaxInvalid) as caught:
        load_spec(lambda _: BY_LOADER[rule].encode(), "api.yaml")
    assert caught.value.rule == rule


def test_cut_findings_are_counted() -> None:
    tree = minimal(components={"schemas": {f"S{number}": {"type": "integer", "default": "x"} for number in range(1001)}})
    found = lint(spec_of(tree))
    assert [finding.message for finding in found if finding.rule == "findings-cut"] == ["1 more findings of default-invalid are not shown"]
    tree["components"]["schemas"].pop("S1000")
    assert not [finding for finding in lint(spec_of(tree)) if finding.rule == "findings-cut"]


def nested(levels: int) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return minimal(components={"schemas": {"A": schema}})


def test_errors_around_a_deep_nest() -> None:
    tree = nested(200)
    assert lint(spec_of(tree)) == ()
    tree["inof"] = tree.pop("info")
    found = lint(spec_of(tree))
    assert sorted((finding.rule, finding.pointer) for finding in found) == [
        ("document-depth", "/components/schemas/A" + "/properties/a" * 98 + "/properties"),
        ("field-unknown", "/inof"),
    ]


def test_every_rule_has_its_pair() -> None:
    assert sorted([*(case.rule for case in CASES), *BY_LOADER, *ELSEWHERE]) == sorted(row.id for row in ROWS)


def test_every_rule_explains_itself() -> None:
    for row in ROWS:
        assert row.why.endswith("."), row.id
        assert row.hint.endswith("."), row.id
        assert "{detail}" in row.message, row.id


def test_the_healed_documents_load() -> None:
    for case in CASES:
        try:
            findings_of(case.source(healed=True))
        except EngineError as error:
            pytest.fail(f"{case.rule}: {error}")
