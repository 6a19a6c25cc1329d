"""OpenTelemetry traces: one server span for each call. Nothing of it is imported unless a collector is named."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Final

_log: Final = logging.getLogger("cvt.tracing")
_LAST_SECONDS: Final = 3.0
_QUEUE: Final = 4096
"""Spans that wait for the collector; more are dropped, calls never wait."""


class Traces:
    """Sends spans to a collector in a thread of its own."""

    def __init__(self, provider: Any, tracer: Any, propagator: Any) -> None:
        self._provider = provider
        self._tracer = tracer
        self._propagator = propagator

    def call(self, name: str, *, seconds: float, parent: str, system: str, error: str = "") -> None:
        """A call that has just ended. `parent` is the W3C traceparent it came with, `system` grpc or http, `error` what it ended with."""
        from opentelemetry.trace import SpanKind, Status, StatusCode

        end = time.time_ns()
        context = self._propagator.extract({"traceparent": parent}) if parent else None
        span = self._tracer.start_span(name, context=context, kind=SpanKind.SERVER, start_time=end - int(seconds * 1e9), attributes={"rpc.system": system})
        if error:
            span.set_status(Status(StatusCode.ERROR, error))
        span.end(end)

    def close(self) -> None:
        """Send what waits, unless the collector is gone."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(_LAST_SECONDS)


def traces_to(endpoint: str, version: str) -> Traces | None:
    """Traces for a collector; None without one, and where the packages are missing, which is logged."""
    if not endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
    except ImportError as problem:
        _log.warning("no traces are sent: %s; install cvt-runner[server,tracing]", problem)
        return None
    provider = TracerProvider(resource=Resource.create({"service.name": "cvt", "service.version": version}), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https://"), timeout=_LAST_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=_QUEUE))
    return Traces(provider, provider.get_tracer("cvt.server", version), TraceContextTextMapPropagator())
