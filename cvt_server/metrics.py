"""What Prometheus reads. Labels come from what is stored and from our own tables, never from callers, so that their number is bounded."""

from __future__ import annotations

import os
from collections import Counter as Sums
from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from cvt_engine.finding import Finding
from cvt_server.errors import Forbidden, ServerError, TooMany, Unauthenticated, Unavailable
from cvt_server.model import Answer
from cvt_server.service.library import Library
from cvt_server.service.records import VERDICTS
from cvt_server.service.stats import Sizes
from cvt_server.service.validation import Validated
from cvt_server.tally import Tally

BUCKETS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
MAX_SCHEMAS: Final = 500
"""Schemas that have a label of their own; the others share `other`."""


CHANGE_TYPES: Final = (
    "BREAKING_CHANGE_UNSPECIFIED",
    "ENDPOINT_REMOVED",
    "REQUIRED_FIELD_ADDED",
    "TYPE_CHANGED",
    "REQUIRED_PARAMETER_ADDED",
    "RESPONSE_SCHEMA_CHANGED",
    "ENUM_VALUE_REMOVED",
)
"""Names of the published enumeration (api/cvt.proto)."""


def change_type(finding: Finding) -> str:
    """The published type of a finding."""
    return finding.wire_type or CHANGE_TYPES[0]


class Metrics:
    """Every metric of a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._schemas: set[str] = set()
        self._seen = (0, 0)
        registry = self.registry
        self.registered = Counter("cvt_schemas_registered_total", "Registrations of schemas.", ("status",), registry=registry)
        self.registration_errors = Counter("cvt_schema_registration_errors_total", "Refused registrations by kind.", ("error_type",), registry=registry)
        self.validations = Counter("cvt_validations_total", "Validated exchanges.", ("schema_id", "result"), registry=registry)
        self.validation_seconds = Histogram("cvt_validation_duration_seconds", "Time of one validation.", buckets=BUCKETS, registry=registry)
        self.validation_errors = Counter("cvt_validation_errors_total", "Violations by rule.", ("error_category",), registry=registry)
        self.calls = Counter("cvt_grpc_requests_total", "gRPC calls.", ("method", "status"), registry=registry)
        self.call_seconds = Histogram("cvt_grpc_request_duration_seconds", "Time of one gRPC call.", ("method",), buckets=BUCKETS, registry=registry)
        self.http = Counter("cvt_http_requests_total", "HTTP calls.", ("operation", "status"), registry=registry)
        self.http_seconds = Histogram("cvt_http_request_duration_seconds", "Time of one HTTP call.", ("operation",), buckets=BUCKETS, registry=registry)
        self.breaks = Counter("cvt_breaking_changes_detected_total", "Breaking changes found, by published type.", ("change_type",), registry=registry)
        self.deploys = Counter("cvt_deploy_answers_total", "Answers of the deploy gate.", ("answer",), registry=registry)
        self.verdicts = Counter("cvt_verdicts_total", "Verdicts published by runners.", ("verdict",), registry=registry)
        self.auth_ok = Counter("cvt_auth_successes_total", "Calls with a valid key.", registry=registry)
        self.auth_failed = Counter("cvt_auth_failures_total", "Refused calls.", ("reason",), registry=registry)
        self.storage_errors = Counter("cvt_storage_errors_total", "Calls that found the database unusable.", registry=registry)
        self.cache_hits = Counter("cvt_cache_hits_total", "Compiled descriptions found in memory.", registry=registry)
        self.cache_misses = Counter("cvt_cache_misses_total", "Compiled descriptions that had to be made.", registry=registry)
        self.cache_items = Gauge("cvt_cache_items_total", "Compiled descriptions in memory.", multiprocess_mode="livesum", registry=registry)
        self.cache_bytes = Gauge("cvt_cache_size_bytes", "Text of those descriptions.", multiprocess_mode="livesum", registry=registry)
        self.schemas = Gauge("cvt_schemas", "Schemas that are registered.", multiprocess_mode="livemax", registry=registry)
        self.consumers = Gauge("cvt_consumers", "Consumers that are registered.", multiprocess_mode="livemax", registry=registry)
        self.up = Gauge("cvt_up", "1 while the server serves.", multiprocess_mode="livemax", registry=registry)
        self._validated = Tally(self._count_validated)
        self._called = Tally(self._count_calls)
        self._start_at_zero()

    def _start_at_zero(self) -> None:
        """A series that begins at 1 seems not to have grown: those that are known beforehand begin at 0."""
        refusals = (Unauthenticated.kind, Forbidden.kind, TooMany.kind)
        known = (self.registered, ("success", "failure")), (self.breaks, CHANGE_TYPES), (self.deploys, Answer), (self.verdicts, VERDICTS)
        for counter, labels in (*known, (self.auth_failed, refusals)):
            for label in labels:
                counter.labels(str(label))

    def registration(self, findings: Iterable[Finding]) -> None:
        """Count one that was accepted, and what it breaks."""
        self.registered.labels("success").inc()
        self.broken(findings)

    def registration_refused(self, problem: ServerError) -> None:
        """Count one that was not."""
        self.registered.labels("failure").inc()
        self.registration_errors.labels(problem.kind).inc()

    def broken(self, findings: Iterable[Finding]) -> None:
        """Count breaking changes by their published type."""
        for finding in findings:
            self.breaks.labels(change_type(finding)).inc()

    def validated(self, done: Validated) -> None:
        """Count one validation and the kinds of its violations."""
        self._validated.add(done)

    def expect(self, method: str) -> None:
        """Begin the series of a gRPC method at 0."""
        self.calls.labels(method, "success"), self.calls.labels(method, "failure"), self.call_seconds.labels(method)

    def called(self, method: str, seconds: float, *, ok: bool, known: bool) -> None:
        """Count one gRPC call; `known`: its caller showed a valid key."""
        self._called.add((method, ok, known, seconds))

    def settle(self) -> None:
        """Count what waits to be counted."""
        self._validated.flush()
        self._called.flush()

    def _count_validated(self, many: list[Validated]) -> None:
        for (schema_id, valid), count in Sums((done.schema.schema_id, done.valid) for done in many).items():
            self.validations.labels(self.schema(schema_id), "valid" if valid else "invalid").inc(count)
        for done in many:
            self.validation_seconds.observe(done.seconds)
            for rule in {violation.rule for violation in done.violations}:
                self.validation_errors.labels(rule).inc()

    def _count_calls(self, many: list[tuple[str, bool, bool, float]]) -> None:
        for (method, ok), count in Sums((method, ok) for method, ok, _, _ in many).items():
            self.calls.labels(method, "success" if ok else "failure").inc(count)
        self.auth_ok.inc(sum(known for _, _, known, _ in many))
        for method, _, _, seconds in many:
            self.call_seconds.labels(method).observe(seconds)

    def operation(self, name: str, status: int, seconds: float) -> None:
        """Count one operation of the REST description, by its own name or `unknown`."""
        self.http.labels(name, str(status)).inc()
        self.http_seconds.labels(name).observe(seconds)

    def refused(self, problem: ServerError) -> None:
        """Count what the gate turned away, and calls that found no database."""
        if isinstance(problem, Unavailable):
            self.storage_errors.inc()
        elif isinstance(problem, Unauthenticated | Forbidden | TooMany):
            self.auth_failed.labels(problem.kind).inc()

    def look(self, library: Library) -> None:
        """Take down what waits and what the memory holds."""
        self.settle()
        self.cache_items.set(len(library))
        self.cache_bytes.set(library.size)
        self.cache_hits.inc(max(0, library.hits - self._seen[0]))
        self.cache_misses.inc(max(0, library.misses - self._seen[1]))
        self._seen = library.hits, library.misses

    def sizes(self, sizes: Sizes) -> None:
        """Take down how much is registered."""
        self.schemas.set(sizes.schemas)
        self.consumers.set(sizes.consumers)

    def schema(self, schema_id: str) -> str:
        """The label of a schema that exists."""
        if schema_id in self._schemas:
            return schema_id
        if len(self._schemas) >= MAX_SCHEMAS:
            return "other"
        self._schemas.add(schema_id)
        return schema_id

    def text(self) -> bytes:
        """What a scrape gets; with several workers, the sum of all."""
        self.settle()
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            from prometheus_client.multiprocess import MultiProcessCollector

            together = CollectorRegistry()
            MultiProcessCollector(together)  # type: ignore[no-untyped-call]
            return generate_latest(together)
        return generate_latest(self.registry)


def with_process(metrics: Metrics) -> Metrics:
    """The process's own figures too: memory, CPU time, open files."""
    from prometheus_client.gc_collector import GCCollector
    from prometheus_client.platform_collector import PlatformCollector
    from prometheus_client.process_collector import ProcessCollector

    ProcessCollector(registry=metrics.registry)
    PlatformCollector(registry=metrics.registry)
    GCCollector(registry=metrics.registry)
    return metrics
