"""Every construct of the corpus with a part replaced by something that does not belong there: whatever stands where, there is an answer."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any, Final

import pytest

from cvt_engine.errors import EngineError, SourceMissing
from cvt_engine.facade import Contract, Fixtures, HttpRequest, HttpResponse, Spec, compare, lint, load_spec
from tests.engine.test_corpus import CASES, FRAMES, case, versions

JUNK: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1.5, 10**30, "", "#/", "[", "a", [], {}, [[]], ["a", 1, None]),
    *({"$ref": "#"}, {"$ref": 5}, {"$ref": "#/nowhere"}, {"$ref": "other.json"}, {"type": ["string", None, 7]}, {"x": {"y": []}}),
    *({"allOf": [{"$ref": "#"}]}, {"oneOf": []}, {"enum": []}, {"enum": [{}, [], 1, "a", None]}, {"not": {}}, {"discriminator": "a", "oneOf": [{}]}),
    *({"pattern": "(?<=a"}, {"properties": [1]}, {"required": {"a": 1}}, {"schema": 7}, {"content": [1]}, {"mapping": [1], "propertyName": {}}),
)
TIMES: Final = 3
"""Damaged documents for each rule and version."""


def places(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything below."""
    for step, part in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*way, step)
        yield from places(part, (*way, step))


def damaged(tree: Any, dice: random.Random) -> Any:
    found = copy.deepcopy(tree)
    for _ in range(dice.choice((1, 1, 2, 4))):
        ways = list(places(found))
        *way, last = dice.choice(ways)
        home = found
        for step in way:
            home = home[step]
        if isinstance(home, dict) and dice.random() < 0.3:
            last = dice.choice([str(other[-1]) for other in ways])
        home[last] = copy.deepcopy(dice.choice(JUNK))
    return found


def loaded(tree: Any, name: str) -> Spec:
    def read(uri: str) -> bytes:
        if uri != name:
            raise SourceMissing("there is no such file", where=uri)
        return json.dumps(tree).encode()

    return load_spec(read, name)


def served(spec: Spec, dice: random.Random) -> None:
    """Everything that is asked of a description that calls are validated against."""
    try:
        contract = Contract.compile(spec)
    except EngineError:
        return
    for endpoint in contract.endpoints():
        try:
            made = Fixtures(spec).generate(endpoint.method, endpoint.path)
            asked, answer = made.request, made.response
            contract.check(HttpRequest.of(asked.method, asked.path, asked.headers, asked.body), HttpResponse.of(answer.status, answer.headers, answer.body))
        except EngineError:
            pass
        body = dice.choice((None, b"", b"{}", b"[1", b"a=1&a=2", b'"x"', b"\xff", b"--x\r\n\r\n--x--"))
        kind = dice.choice(("application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "a/b;;"))
        sent = HttpRequest.of(endpoint.method, f"{endpoint.path}?q=1&a=%zz&b[c]=1", [("Content-Type", kind), ("Cookie", "a=b; c")], body)
        contract.check(sent, HttpResponse.of(dice.choice((200, 204, 404, 99)), [("Content-Type", kind)], body))


@pytest.mark.parametrize("rule_id", CASES)
def test_a_description_with_anything_anywhere_is_answered(rule_id: str) -> None:
    own = case(rule_id)
    for version in versions(rule_id):
        dice = random.Random(f"{rule_id} {version}")
        whole = FRAMES[own["where"]](version, own["revision"])[0]
        for _ in range(TIMES):
            trees = [damaged(FRAMES[own["where"]](version, own["base"])[0], dice), whole]
            try:
                specs = [loaded(tree, name) for tree, name in zip(trees, ("base.json", "revision.json"), strict=True)]
            except EngineError:
                continue
            for base, revision in (specs, specs[::-1]):
                assert all(finding.message for finding in compare(base, revision))
            assert all(finding.message for finding in lint(specs[0]))
            served(specs[0], dice)
