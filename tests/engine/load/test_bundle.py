"""Several files as one document of the same meaning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cvt_engine.errors import SourceMissing
from cvt_engine.facade import Spec, bundle, compare, lint, load_spec
from tests.rig import ROOT


def spec_of(files: dict[str, object]) -> Spec:
    def read(uri: str) -> bytes:
        if uri not in files:
            raise SourceMissing("does not exist", where=uri)
        return json.dumps(files[uri]).encode()

    return load_spec(read, "openapi.json")


def alone(data: bytes) -> Spec:
    def read(uri: str) -> bytes:
        if uri != "openapi.json":
            raise SourceMissing("there is one document only", where=uri)
        return data

    return load_spec(read, "openapi.json")


def described(schema: object, **more: object) -> dict[str, object]:
    body = {"content": {"application/json": {"schema": schema}}}
    paths = {"/a": {"post": {"requestBody": body, "responses": {"200": {"description": "", **body}}}}}
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, **more}


FAMILIES: dict[str, dict[str, object]] = {
    "whole file": {"openapi.json": described({"$ref": "a.json"}), "a.json": {"type": "string"}},
    "part of a file": {"openapi.json": described({"$ref": "d/a.json#/x/y"}), "d/a.json": {"x": {"y": {"$ref": "../b.json"}}}, "b.json": {"type": "integer"}},
    "cycle over files": {
        "openapi.json": described({"$ref": "a.json#/Node"}),
        "a.json": {"Node": {"type": "object", "properties": {"next": {"$ref": "b.json#/Other"}}}},
        "b.json": {
            "Other": {"type": "object", "required": ["node"], "properties": {"node": {"$ref": "a.json#/Node"}, "own": {"$ref": "#/Own"}}},
            "Own": {"const": 1},
        },
    },
    "back to the entry": {
        "openapi.json": described({"$ref": "a.json"}, components={"schemas": {"S": {"type": "string", "maxLength": 3}}}),
        "a.json": {"type": "array", "items": {"$ref": "openapi.json#/components/schemas/S"}},
    },
    "anchor": {"openapi.json": described({"$ref": "a.json#/x"}), "a.json": {"x": {"$ref": "#here"}, "y": {"$anchor": "here", "type": "boolean"}}},
    "discriminator": {
        "openapi.json": described(
            {
                "oneOf": [{"$ref": "a.json#/Cat"}, {"$ref": "a.json#/Dog"}],
                "discriminator": {"propertyName": "kind", "mapping": {"c": "a.json#/Cat", "d": "a.json#/Dog"}},
            }
        ),
        "a.json": {
            name: {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, name: {"type": "string"}}} for name in ("Cat", "Dog")
        },
    },
    "strange names": {"openapi.json": described({"$ref": "a%20b~c.json#/x~1y"}), "a b~c.json": {"x/y": {"type": "string"}}},
}


@pytest.mark.parametrize("files", FAMILIES.values(), ids=FAMILIES)
def test_the_meaning_stays(files: dict[str, object]) -> None:
    several = spec_of(files)
    one = alone(bundle(several))
    assert (compare(several, one), compare(one, several)) == ((), ())
    assert [finding for finding in lint(one) if finding.severity == "error"] == []


def test_a_change_in_another_file_is_still_seen() -> None:
    files = FAMILIES["cycle over files"]
    changed = json.loads(json.dumps(files))
    changed["b.json"]["Own"]["const"] = 2
    base, revision = alone(bundle(spec_of(files))), alone(bundle(spec_of(changed)))
    assert {finding.severity for finding in compare(base, revision)} >= {"error"}


def test_one_file_is_left_as_it_is() -> None:
    text = b"# with a comment\nopenapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"
    assert bundle(load_spec(lambda _: text, "openapi.yaml")) == text


def test_the_example_stays_what_it_is() -> None:
    for side in ("base", "change"):
        folder = ROOT / "examples" / "shop" / side
        several = load_spec(lambda uri, folder=folder: Path(folder, uri).read_bytes(), "openapi.yaml")  # type: ignore[misc]
        one = alone(bundle(several))
        assert (compare(several, one), compare(one, several)) == ((), ())
