"""References by bytes: never a file too few without saying so."""

from __future__ import annotations

import pytest

from cvt_runner.specs.references import reaches, references


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ('{"$ref": "#/components/schemas/A"}', set()),
        ('{"$ref": "b.json"}', {"api/b.json"}),
        ('{"$ref":"./b.json#/x"}', {"api/b.json"}),
        ("$ref: ../shared/b.yaml#/x\n", {"shared/b.yaml"}),
        ("$ref: '#/x'\n", set()),
        ("$ref: 'b.yaml'\n", {"api/b.yaml"}),
        ("{$ref: b.yaml}\n", {"api/b.yaml"}),
        ('"$ref":\n  "b.yaml"\n', {"api/b.yaml"}),
        ("a: {$ref: '#/x'}\nb: {$ref: c.yaml}\n", {"api/c.yaml"}),
    ],
)
def test_files(text: str, files: set[str]) -> None:
    found = references(text.encode(), "api/a.yaml")
    assert set(found.files) == files
    assert found.certain


@pytest.mark.parametrize(
    "text",
    [
        r'{"\u0024ref": "b.json"}',
        r'{"$\u0072ef": "b.json"}',
        r'{"$r\u0065f": "b.json"}',
        r'{"$re\u0066": "b.json"}',
        r'"\x24ref": b.json',
        r'{"$ref": "b\u002ejson"}',
        "? $ref\n: b.yaml\n",
        "$ref: &x b.yaml\n",
        "$ref: >-\n  b.yaml\n",
        "$ref: *x\n",
        "$ref: https://example.com/a.yaml\n",
        "$ref: b%20c.yaml\n",
        "discriminator: {propertyName: x, mapping: {a: ./b.yaml}}\n",
        "$id: sub/\nx: {$ref: b.yaml}\n",
        "externalValue: ./b.json\n",
    ],
)
def test_not_sure(text: str) -> None:
    assert not references(text.encode(), "a.yaml").certain


def test_reaches_follows_cycles_and_says_what_is_missing() -> None:
    files = {"a.yaml": b"x: {$ref: b.yaml}", "b.yaml": b"x: {$ref: c.yaml}\ny: {$ref: 'a.yaml'}", "c.yaml": b"x: 1"}
    found = reaches("a.yaml", read=files.get)
    assert set(found.files) == {"b.yaml", "c.yaml"}
    assert found.certain
    del files["c.yaml"]
    assert not reaches("a.yaml", read=files.get).certain
