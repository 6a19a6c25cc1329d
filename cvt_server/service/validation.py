"""Exchanges against stored descriptions."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from cvt_engine.errors import NotDescribed
from cvt_engine.facade import Contract, Endpoint, Fixture, FixtureOptions, FixtureRequest, FixtureResponse, HttpRequest, HttpResponse, Violation
from cvt_server.model import SchemaVersion
from cvt_server.service.counts import Counts
from cvt_server.service.freshness import Freshness
from cvt_server.service.library import Library, Loaded
from cvt_server.service.schemas import SchemaService

_JSON: Final = "application/json"
_MAX_SUMMARY: Final = 200
_PROBE_STATUS: Final = 200
_PROBE_BODIES: Final = frozenset((b"{}", b"null", b""))
T = TypeVar("T")


class Subject(NamedTuple):
    """A description that is ready to judge."""

    schema: SchemaVersion
    loaded: Loaded

    @property
    def contract(self) -> Contract:
        """Its compiled form."""
        return self.loaded.contract


class Validated(Struct, frozen=True):
    """What an exchange was held against, in what it differs, and how long that took to find out."""

    schema: SchemaVersion
    operation: str
    violations: tuple[Violation, ...]
    seconds: float

    @property
    def valid(self) -> bool:
        """Does it differ in nothing?"""
        return not self.violations


class ValidationService:
    """Validation and what else is read from a description."""

    def __init__(self, schemas: SchemaService, library: Library, freshness: Freshness, counts: Counts) -> None:
        self._schemas = schemas
        self._library = library
        self._freshness = freshness
        self._counts = counts

    def ready(self, schema_id: str, version: str = "") -> Subject | None:
        """The description where it can be had without waiting."""
        schema: SchemaVersion | None = self._freshness.peek(schema_id, ("version", version))
        if schema is None:
            return None
        loaded = self._library.peek(schema.hash)
        return None if loaded is None else Subject(schema, loaded)

    def subject(self, schema_id: str, version: str = "") -> Subject:
        """The description, read from the database and compiled where need be. Raises NotFound, Unavailable."""
        schema = self._freshness.get(schema_id, ("version", version), lambda: self._schemas.find(schema_id, version))
        return Subject(schema, self._library.get(schema.hash))

    def judge(self, subject: Subject, request: HttpRequest, response: HttpResponse | None, *, sides: str = "both", probes: bool = True) -> Validated:
        """Hold an exchange against a description. `sides` is `both` or `response`; `probes` forgives the stand-in response. From memory only: does not wait."""
        started = time.perf_counter()
        if probes and response is not None and sides == "both" and _is_probe(request, response):
            response = None
        if sides == "response" and response is not None:
            match = subject.contract.match(request.method, request.path)
            violations = subject.contract.check_response(request, response)
            done = Validated(subject.schema, match.operation if match else "", violations, time.perf_counter() - started)
        else:
            verdict = subject.contract.check(request, response)
            done = Validated(subject.schema, verdict.operation, verdict.violations, time.perf_counter() - started)
        self._counts.add(subject.schema, done.operation, valid=done.valid)
        return done

    def endpoints(self, subject: Subject) -> tuple[Endpoint, ...]:
        """Every operation, with short summaries: a description may say one long text once and use it at ten thousand paths."""
        return tuple(_listed(endpoint) for endpoint in subject.contract.endpoints())

    def fixture(self, subject: Subject, method: str, path: str, options: FixtureOptions) -> Fixture:
        """A request and a response. Raises NotDescribed, FixtureImpossible (engine errors)."""
        return _in_json(options, partial(subject.loaded.fixtures.generate, method, path))

    def fixture_request(self, subject: Subject, method: str, path: str, options: FixtureOptions) -> FixtureRequest:
        """The request alone. Raises the same."""
        return _in_json(options, partial(subject.loaded.fixtures.request, method, path))

    def fixture_response(self, subject: Subject, method: str, path: str, options: FixtureOptions) -> FixtureResponse:
        """The response alone. Raises the same."""
        return _in_json(options, partial(subject.loaded.fixtures.response, method, path))


def _in_json(options: FixtureOptions, make: Callable[[FixtureOptions], T]) -> T:
    """What is asked for; where JSON is not described, what is: clients ask for JSON when they ask for nothing in particular."""
    try:
        return make(options)
    except NotDescribed:
        if options.content_type != _JSON:
            raise
        return make(replace(options, content_type=""))


def _listed(endpoint: Endpoint) -> Endpoint:
    if len(endpoint.summary) <= _MAX_SUMMARY:
        return endpoint
    return replace(endpoint, summary=endpoint.summary[: _MAX_SUMMARY - 1] + "…")


def _is_probe(request: HttpRequest, response: HttpResponse) -> bool:
    """Is the response the stand-in that producer middleware of the public SDKs sends to have only a request checked?

    It is a bare 200 with `{}`; the request, seen from the server's side, has a Host header, which no client-side test writes.
    """
    bare = response.status == _PROBE_STATUS and not response.headers and (response.body or b"") in _PROBE_BODIES
    return bare and any(name.lower() == "host" for name, _ in request.headers)
