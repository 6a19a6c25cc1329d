"""The verdict against openapi-spec-validator's, over mutated documents of every version."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any, Final

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV30SpecValidator, OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

from cvt_engine.facade import lint
from cvt_engine.finding import Finding, Severity
from tests.engine.lint.documents import RICH, spec_of
from tests.engine.lint.mutations import mutate

SEEDS: Final = range(120)
_REFERENCE: Final[dict[str, Any]] = {
    "2.0": OpenAPIV2SpecValidator,
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}

_UNVISITED: Final = re.compile(
    r"/requestBody/|/requestBodies/|/headers/|/webhooks/|/callbacks/|/pathItems/|/itemSchema|/parameters/[^/]+/content/|^/definitions/"
)
"""Parts that the reference validator never enters when it looks at schemas, defaults and references."""


def _unvisited(finding: Finding) -> bool:
    """Schemas and defaults in request bodies, headers, callbacks, webhooks and parameter content, and 2.0 definitions that no operation uses."""
    return finding.rule in ("schema-invalid", "default-invalid", "pattern-invalid") and _UNVISITED.search(finding.pointer) is not None


def _unfollowed(finding: Finding) -> bool:
    """References are resolved only on the way to a response or a parameter; elsewhere the reference validator does not see that they lead nowhere."""
    return finding.rule in ("ref-unresolved", "ref-cycle", "ref-kind")


def _below(finding: Finding) -> bool:
    """Defaults below keywords that the reference validator does not walk through (`additionalProperties`, `prefixItems`, `$defs`, conditions)."""
    return (
        finding.rule == "default-invalid"
        and re.search(r"/(additionalProperties|prefixItems|\$defs|if|then|else|dependentSchemas|patternProperties)/", finding.pointer) is not None
    )


def _seen_before(finding: Finding) -> bool:
    """The reference validator checks `required` against `allOf` only if it has not met the schema inside another one before."""
    return finding.rule == "required-undefined"


def _id_in_callback(finding: Finding) -> bool:
    """operationId must be unique among all operations; the reference validator looks at those under `paths` only."""
    return finding.rule == "operation-id-duplicate"


STRICTER: Final[tuple[Callable[[Finding], bool], ...]] = (_unvisited, _unfollowed, _below, _seen_before, _id_in_callback)
"""Where we report an error that the reference validator misses. Each error of the document must fall under one of them."""


def reference_verdict(version: str, tree: dict[str, Any]) -> str:
    """The first error of the reference validator, or "". An exception counts as an error, except the one that is its own mistake."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            error = next(iter(_REFERENCE[version](tree).iter_errors()), None)
        except TypeError as crash:
            return "" if "unhashable" in str(crash) else f"{crash}"  # a type list in a 2.0 schema that has a default
        except Exception as crash:  # noqa: BLE001 - it raises KeyError, AssertionError and its resolver's errors for invalid documents
            return f"{type(crash).__name__}: {crash}"
    return "" if error is None else str(error.message)


@pytest.mark.parametrize("version", RICH)
def test_the_documents_to_mutate_are_clean(version: str) -> None:
    assert reference_verdict(version, RICH[version]) == ""
    assert lint(spec_of(RICH[version])) == ()


@pytest.mark.parametrize("version", RICH)
def test_verdict_on_mutated_documents(version: str) -> None:
    disagreements, invalid = [], 0
    for seed in SEEDS:
        tree, done = mutate(RICH[version], seed)
        theirs = reference_verdict(version, tree)
        ours = [finding for finding in lint(spec_of(tree)) if finding.severity is Severity.ERROR]
        invalid += bool(theirs)
        if theirs and not ours:
            disagreements.append(f"{seed}: {done}: missed: {theirs[:200]}")
        if ours and not theirs and not all(any(known(finding) for known in STRICTER) for finding in ours):
            disagreements.append(f"{seed}: {done}: false: {[(finding.rule, finding.pointer, finding.message) for finding in ours]}")
    assert disagreements == []
    assert len(SEEDS) / 5 < invalid < len(SEEDS) * 4 / 5, "the mutations must make both valid and invalid documents"


WRONG_DEFAULT: Final = {"type": "integer", "default": "x"}


@pytest.mark.parametrize(
    ("version", "path", "value"),
    [
        ("3.0", "components/requestBodies/Pet/content/application~json/schema", WRONG_DEFAULT),
        ("3.0", "components/headers/Rate/schema", WRONG_DEFAULT),
        ("3.1", "components/requestBodies/Pet/content/application~json/schema", {"type": "strng"}),
        ("3.0", "components/requestBodies/Pet/content/application~json/schema", {"$ref": "#/nowhere"}),
        ("3.1", "components/schemas/New/prefixItems", [WRONG_DEFAULT]),
    ],
)
def test_each_exception_is_real(version: str, path: str, value: Any) -> None:
    tree = {**RICH[version]}
    node = tree
    *steps, last = [step.replace("~", "/") for step in path.split("/")]
    for step in steps:
        node[step] = {**node[step]}
        node = node[step]
    node[last] = value
    assert reference_verdict(version, tree) == ""
    ours = [finding for finding in lint(spec_of(tree)) if finding.severity is Severity.ERROR]
    assert ours
    assert all(any(known(finding) for known in STRICTER) for finding in ours)


def test_a_server_in_a_3_1_link_is_valid() -> None:
    """The published 3.1 schema calls the field `body` by mistake; the specification calls it `server`."""
    tree = {**RICH["3.1"], "components": {"links": {"l": {"operationId": "getPet", "server": {"url": "https://example.com"}}}}}
    tree["paths"] = {"/a": {"get": {"operationId": "getPet", "responses": {"200": {"description": "ok"}}}}}
    del tree["security"]
    assert "server" in reference_verdict("3.1", tree)
    assert lint(spec_of(tree)) == ()


def test_a_file_response_in_2_0_is_valid() -> None:
    """`type: file` is 2.0's own; the reference validator checks it as JSON Schema."""
    tree = {**RICH["2.0"], "paths": {"/a": {"get": {"responses": {"200": {"description": "ok", "schema": {"type": "file"}}}}}}}
    assert "file" in reference_verdict("2.0", tree)
    assert lint(spec_of(tree)) == ()
