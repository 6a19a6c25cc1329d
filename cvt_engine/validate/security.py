"""Does a request carry the credentials of at least one security requirement? Whether they are valid only the API knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cvt_engine.operations.model import Operation
from cvt_engine.operations.read import security_of
from cvt_engine.operations.security import Credential, requirements
from cvt_engine.schema.loc import Loc
from cvt_engine.schema.quote import plain
from cvt_engine.validate.report import Report
from cvt_engine.wire.sent import Sent

Test = Callable[[Sent], bool]
_PLACES: Final[dict[str, Callable[[Sent], dict[str, list[str]]]]] = {
    "header": lambda sent: sent.header,
    "query": lambda sent: sent.query,
    "cookie": lambda sent: sent.cookies,
}


class SecurityPlan:
    """The alternatives, each with its tests and the words for what it asks for."""

    def __init__(self, loc: Loc, alternatives: list[tuple[list[Test], str]]) -> None:
        self._loc = loc
        self._alternatives = alternatives

    def check(self, sent: Sent, report: Report) -> None:
        """Tell when none is satisfied."""
        for tests, _ in self._alternatives:
            if all(test(sent) for test in tests):
                return
        wanted = " or ".join(dict.fromkeys(words for _, words in self._alternatives))
        report.add("request-security", "security", f"carries none of the credentials that the operation asks for: {wanted}", self._loc)


def security_plan(operation: Operation) -> SecurityPlan | None:
    """None where anonymous requests are welcome, or where no requirement can be seen in a request."""
    source = operation.loc.source
    loc = security_of(operation)
    listed = requirements(loc, source)
    if loc is None or not all(listed):
        return None
    alternatives = [_alternative(requirement) for requirement in listed]
    return SecurityPlan(loc, alternatives) if all(tests for tests, _ in alternatives) else None


def query_names(operation: Operation) -> frozenset[str]:
    """The query parameters that credentials stand in."""
    listed = requirements(security_of(operation), operation.loc.source)
    return frozenset(one.kind[2] for requirement in listed for one in requirement if one.kind[:2] == ("apiKey", "query"))


def _alternative(requirement: tuple[Credential, ...]) -> tuple[list[Test], str]:
    found = [pair for credential in requirement if (pair := _test(credential)) is not None]
    return [test for test, _ in found], " and ".join(words for _, words in found)


def _test(credential: Credential) -> tuple[Test, str] | None:
    """None for what cannot be seen in a request: client certificates, and schemes that are not described."""
    match credential.kind:
        case ("apiKey", place, name) if place in _PLACES:
            of = _PLACES[place]
            return (lambda sent: any(of(sent).get(name, ()))), f"{place} `{plain(name)}`"
        case ("http", scheme):
            return _authorization(scheme), f"`Authorization: {plain(scheme).capitalize()}`"
        case ("oauth2" | "openIdConnect", *_):
            return _authorization("bearer"), "`Authorization: Bearer`"
        case _:
            return None


def _authorization(scheme: str) -> Test:
    def test(sent: Sent) -> bool:
        for line in sent.header.get("authorization", ()):
            name, _, rest = line.strip().partition(" ")
            if name.lower() == scheme and rest.strip():
                return True
        return False

    return test
