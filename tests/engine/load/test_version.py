"""Which version a document declares, and the sniff that discovery uses."""

from __future__ import annotations

import pytest

from cvt_engine.errors import SyntaxInvalid
from cvt_engine.load.parse import parse_document
from cvt_engine.load.version import looks_like_openapi, version_of


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("swagger: '2.0'", "2.0"),
        ("openapi: 3.0.0", "3.0"),
        ("openapi: 3.0.4", "3.0"),
        ("openapi: 3.1.0", "3.1"),
        ("openapi: 3.1.0-rc1", "3.1"),
        ("openapi: 3.2.0", "3.2"),
        ('{"openapi": "3.1.2"}', "3.1"),
    ],
)
def test_known_versions(text: str, version: str) -> None:
    assert version_of(parse_document(text.encode(), "a.yaml")) == version


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("info: {}\nopenapi: 3.1\n", 2, "the number 3.1", "write `openapi: 3.1.2`"),
        ('{"info": {},\n"openapi": "3.0"}', 2, '"3.0"', "write `openapi: 3.0.4`"),
        ("openapi: 4.0.0", 1, '"4.0.0"', "3.0.x, 3.1.x and 3.2.x"),
        ("openapi: 3.1.0.0", 1, '"3.1.0.0"', "three parts"),
        ("openapi: 3.1.٣", 1, "3.1.٣", "three parts"),
        ("openapi: [3]", 1, "a list", "3.0.x"),
        ("openapi: true", 1, "a boolean", "3.0.x"),
        ("openapi:", 1, "null", "3.0.x"),
        ('openapi: "3.1.0\\n::error::x"', 1, '"3.1.0\\n::error::x"', "three parts"),
        ("swagger: 2.0", 1, "the number 2.0", 'swagger: "2.0"'),
        ("swagger: '1.2'", 1, '"1.2"', "3.0.x"),
        ("OpenApi: 3.1.0", 1, "declares no OpenAPI version", "did you mean `openapi`"),
        ("asyncapi: 2.0.0", 1, "declares no OpenAPI version", "another kind (asyncapi)"),
        ("info: {}", 1, "declares no OpenAPI version", "CVT reads"),
        ("- openapi: 3.1.0", 1, "the document is a list", "CVT reads"),
        ("hello", 1, "the document is plain text", "CVT reads"),
        ("# nothing", 1, "the document is null", "CVT reads"),
    ],
)
def test_unknown_versions(text: str, line: int, message: str, hint: str) -> None:
    with pytest.raises(SyntaxInvalid) as caught:
        version_of(parse_document(text.encode(), "a.yaml"))
    assert caught.value.rule == "document-version"
    assert caught.value.line == line
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.1.0",
        "# c\n---\n\"openapi\": '3.0.0'",
        'info: 1\nswagger: "2.0"',
        '{"info":{},"openapi":"3.1.0"}',
        '{\n  "swagger" : "2.0"}',
        "{openapi: 3.1.0}",
        "\ufeffopenapi: 3.1.0",
        "openapi: 3",
    ],
)
def test_what_looks_like_a_description(text: str) -> None:
    assert looks_like_openapi(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: openapi",
        "openapi:\n  generator: 3",
        "# openapi: 3.1.0",
        '{"text": "openapi: 3.1.0"}',
        "openapi 3.1.0",
        "asyncapi: 3.0.0",
        "a:\n  openapi: 3.1.0",
    ],
)
def test_what_does_not(text: str) -> None:
    assert not looks_like_openapi(text.encode())


def test_binary_data_does_not() -> None:
    assert not looks_like_openapi(b"\x00openapi: 3.1.0")
