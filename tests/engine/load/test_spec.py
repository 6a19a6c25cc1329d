"""Loading a description and following its references."""

from __future__ import annotations

import pytest

from cvt_engine.errors import RefUnresolved, SourceMissing, SyntaxInvalid
from cvt_engine.load.refs import join, split
from cvt_engine.load.spec import Reader, Spec, load_spec


def reader(files: dict[str, str], seen: list[str] | None = None) -> Reader:
    """Reads from a table, and notes what was asked for."""

    def read(path: str) -> bytes:
        if seen is not None:
            seen.append(path)
        if path not in files:
            raise SourceMissing("no such file", where=path)
        return files[path].encode()

    return read


ENTRY = """
openapi: {version}
components:
  schemas:
    Pet: {{type: object}}
    Alias: {{$ref: '#/components/schemas/Pet'}}
    Twice: {{$ref: '#/components/schemas/Alias', description: d}}
    Wide: {{$ref: '#/components/schemas/Pet', type: object}}
    Loop: {{$ref: '#/components/schemas/Pool'}}
    Pool: {{$ref: '#/components/schemas/Loop'}}
    Self: {{$ref: '#/components/schemas/Self'}}
    a/b~c d%: {{type: string}}
    Anchored: {{$anchor: here, $id: 'https://x.test/anchored', properties: {{a: {{type: 'null'}}}}}}
    Example: {{example: {{$anchor: there}}}}
    200: {{type: integer}}
  list: [zero, one]
"""


def entry(version: str = "3.1.0", files: dict[str, str] | None = None, seen: list[str] | None = None) -> Spec:
    return load_spec(reader({"api/openapi.yaml": ENTRY.format(version=version), **(files or {})}, seen), "api/openapi.yaml")


@pytest.mark.parametrize(
    ("ref", "pointer"),
    [
        ("#/components/schemas/Pet", "/components/schemas/Pet"),
        ("#", ""),
        ("", ""),
        ("#/components/schemas/a~1b~0c%20d%25", "/components/schemas/a~1b~0c d%"),
        ("#/components/schemas/200", "/components/schemas/200"),
        ("#/components/list/1", "/components/list/1"),
        ("openapi.yaml#/components/list/0", "/components/list/0"),
        ("../api/./openapi.yaml#/components/list/0", "/components/list/0"),
        ("#/components/schemas/Alias", "/components/schemas/Pet"),
        ("#/components/schemas/Twice", "/components/schemas/Pet"),
        ("#here", "/components/schemas/Anchored"),
        ("https://x.test/anchored", "/components/schemas/Anchored"),
        ("https://x.test/anchored#/properties/a", "/components/schemas/Anchored/properties/a"),
    ],
)
def test_references_inside_a_document(ref: str, pointer: str) -> None:
    spec = entry()
    found = spec.resolve(ref, spec.entry)
    assert (found.document, found.pointer) == (spec.entry, pointer)
    assert found.node == spec.entry.node(pointer)
    assert spec.resolve(ref, spec.entry) is found


@pytest.mark.parametrize(("version", "pointer"), [("3.0.3", "/components/schemas/Pet"), ("3.1.0", "/components/schemas/Wide")])
def test_keywords_beside_a_reference_count_since_3_1(version: str, pointer: str) -> None:
    spec = entry(version)
    assert spec.resolve("#/components/schemas/Wide", spec.entry).pointer == pointer


@pytest.mark.parametrize(
    ("ref", "rule", "message", "hint"),
    [
        ("#/components/schemas/Pot", "ref-unresolved", "leads nowhere", "did you mean"),
        ("#/nope/x", "ref-unresolved", "leads nowhere", "correct the reference"),
        ("#/components/list/2", "ref-unresolved", "leads nowhere", "correct the reference"),
        ("#there", "ref-unresolved", "leads nowhere", "$anchor: there"),
        ("#components/schemas/Pet", "ref-unresolved", "leads nowhere", "#/components/schemas/Pet"),
        ("gone.yaml#/a", "ref-unresolved", "no such file", "relative to api/openapi.yaml"),
        ("-rf", "ref-unresolved", "no such file", "relative to"),
        ("a\nb.yaml", "ref-unresolved", "control characters", "rename"),
        ("a%00.yaml", "ref-unresolved", "control characters", "rename"),
        ("#/components/schemas/Loop", "ref-cycle", "references only", "real definition"),
        ("#/components/schemas/Self", "ref-cycle", "references only", "real definition"),
        ("https://x.test/pet.yaml#/Pet", "ref-external", "external", "./pet.yaml#/Pet"),
        ("//x.test/pet.yaml", "ref-external", "external", "./pet.yaml"),
        ("file:///etc/passwd", "ref-external", "external", "./passwd"),
        ("C:\\pets.yaml", "ref-external", "external", "by path"),
    ],
)
def test_references_that_cannot_be_followed(ref: str, rule: str, message: str, hint: str) -> None:
    spec = entry()
    errors = []
    for _ in range(2):
        with pytest.raises(RefUnresolved) as caught:
            spec.resolve(ref, spec.entry)
        errors.append(caught.value)
        assert (caught.value.rule, caught.value.ref, caught.value.where) == (rule, ref, "api/openapi.yaml")
        assert message in caught.value.message
        assert hint in caught.value.hint
    assert errors[0] is not errors[1]


FILES = {
    "shared/pets.json": '{"Pet": {"$ref": "../api/openapi.yaml#/components/schemas/Pet"}, "Own": {"$ref": "#/Cat"},'
    ' "Cat": {"type": "object"}, "Anchor": {"$anchor": "far"}}',
    "api/parts/a.yaml": "$ref: b.yaml\n",
    "api/parts/b.yaml": "$ref: a.yaml\n",
    "api/with space.yaml": "type: string\n",
    "api/broken.yaml": "a: [\n",
    "api/list.yaml": "- type: string\n",
}


@pytest.mark.parametrize(
    ("ref", "uri", "pointer"),
    [
        ("../shared/pets.json#/Pet", "api/openapi.yaml", "/components/schemas/Pet"),
        ("../shared/pets.json#/Own", "shared/pets.json", "/Cat"),
        ("../shared/pets.json#far", "shared/pets.json", "/Anchor"),
        ("../shared/pets.json", "shared/pets.json", ""),
        ("with%20space.yaml", "api/with space.yaml", ""),
        ("list.yaml#/0", "api/list.yaml", "/0"),
    ],
)
def test_references_across_files(ref: str, uri: str, pointer: str) -> None:
    spec = entry(files=FILES)
    found = spec.resolve(ref, spec.entry)
    assert (found.document.uri, found.pointer) == (uri, pointer)
    assert spec.documents[uri] is found.document


def test_a_cycle_through_files_ends() -> None:
    spec = entry(files=FILES)
    with pytest.raises(RefUnresolved) as caught:
        spec.resolve("parts/a.yaml", spec.entry)
    assert caught.value.rule == "ref-cycle"


def test_a_file_is_read_once_by_its_normalised_path() -> None:
    seen: list[str] = []
    spec = entry(files=FILES, seen=seen)
    for ref in ("../shared/pets.json#/Cat", "./../shared/./pets.json#/Cat", "parts/../../shared/pets.json", "../../../etc/passwd"):
        with pytest.raises(RefUnresolved) if "etc" in ref else pytest.MonkeyPatch.context():
            spec.resolve(ref, spec.entry)
    assert seen == ["api/openapi.yaml", "shared/pets.json", "../../etc/passwd"]


def test_a_broken_file_keeps_its_own_error() -> None:
    spec = entry(files=FILES)
    with pytest.raises(SyntaxInvalid) as caught:
        spec.resolve("broken.yaml", spec.entry)
    assert caught.value.where == "api/broken.yaml"


def test_self_of_3_2_names_the_document_and_its_neighbours() -> None:
    files = {"openapi.yaml": "openapi: 3.2.0\n$self: https://x.test/api/openapi.yaml\na: {type: string}\n", "sub/pet.yaml": "type: object\n"}
    spec = load_spec(reader(files), "openapi.yaml")
    assert spec.resolve("https://x.test/api/openapi.yaml#/a", spec.entry).node == {"type": "string"}
    assert spec.resolve("https://x.test/api/sub/pet.yaml", spec.entry).document.uri == "sub/pet.yaml"
    with pytest.raises(RefUnresolved, match="external"):
        spec.resolve("https://x.test/other/pet.yaml", spec.entry)


def test_location_is_an_element_by_pointer() -> None:
    spec = entry()
    assert spec.location(spec.entry, "/components/list/1").node == "one"
    with pytest.raises(KeyError):
        spec.location(spec.entry, "/components/list/2")


def test_a_missing_entry_is_a_usage_error() -> None:
    with pytest.raises(SourceMissing):
        load_spec(reader({}), "openapi.yaml")


def test_splitting_and_joining_references() -> None:
    assert split("a%20b.yaml#/x~1%7By%7D") == ("a b.yaml", "/x~1{y}", False)
    assert split("https://x.test/a%20b#c").file == "https://x.test/a%20b"
    assert join("api/openapi.yaml", "../shared/pet.yaml") == "shared/pet.yaml"
    assert join("openapi.yaml", "../../x") == "../../x"
    assert join("/abs/api.yaml", "b.yaml") == "/abs/b.yaml"


def test_a_hundred_thousand_references_are_answered_from_memory() -> None:
    spec = entry()
    first = spec.resolve("#/components/schemas/Alias", spec.entry)
    assert all(spec.resolve("#/components/schemas/Alias", spec.entry) is first for _ in range(100_000))
