"""Two versions whose entry documents are equal to the byte: nothing to compare there, but perhaps in the files beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvt_engine.diff.same import _References, _Texts
from cvt_engine.facade import compare, load_spec

ENTRY = b"""openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /x:
    get:
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '%s'}}}}
components:
  schemas:
    Own: {type: string}
"""


@pytest.mark.parametrize(("ref", "expected"), [(b"part.yaml", {"response-type-changed"}), (b"#/components/schemas/Own", set())])
def test_only_what_is_referred_to_can_have_changed(ref: bytes, expected: set[str]) -> None:
    sides = [{"api.yaml": ENTRY % ref, "part.yaml": part} for part in (b"type: string\n", b"type: integer\n")]
    base = load_spec(sides[0].__getitem__, "api.yaml")
    revision = load_spec(sides[1].__getitem__, "api.yaml", like=base)
    assert revision.entry.tree is base.entry.tree
    assert {finding.rule for finding in compare(base, revision)} == expected


REFERRING = st.recursive(
    st.sampled_from(["#/a", "b.yaml", 1, None]),
    lambda child: st.one_of(st.lists(child, max_size=3), st.dictionaries(st.sampled_from(["$ref", "$dynamicRef", "a", "b"]), child, max_size=3)),
    max_leaves=20,
)


@given(REFERRING)
def test_references_found_part_by_part_are_those_of_the_whole(tree: object) -> None:
    assert _References(_Texts({})).below(tree) == _References(_Texts({})).of(tree)
