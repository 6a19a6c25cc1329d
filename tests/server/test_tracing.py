"""Spans reach a collector: a stand-in that keeps what is exported to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

from tests.server.running import exchange, register, serving

PARENT = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


class Collector(grpc.GenericRpcHandler):
    def __init__(self) -> None:
        self.spans: list[Any] = []

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        def export(request: Any, _context: Any) -> Any:
            self.spans += [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]
            return traces.ExportTraceServiceResponse()

        return grpc.unary_unary_rpc_method_handler(
            export, request_deserializer=traces.ExportTraceServiceRequest.FromString, response_serializer=lambda reply: reply.SerializeToString()
        )


@pytest.fixture
def collector() -> Any:
    kept = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((kept,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield kept, f"http://127.0.0.1:{port}"
    server.stop(1).wait()


def test_each_call_is_a_span_below_its_caller(collector: tuple[Collector, str]) -> None:
    kept, endpoint = collector
    with serving(env={"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}) as server:
        register(server)
        assert server.call("ValidateInteraction", exchange()).valid
        assert server.get("/api/v1/schemas/nope", headers={"traceparent": PARENT}).status == 404
        assert server.stop() == 0
    spans = {span.name: span for span in kept.spans}
    assert {"cvt.ContractValidator/RegisterSchema", "cvt.ContractValidator/ValidateInteraction", "getSchema"} <= set(spans)
    assert spans["getSchema"].trace_id.hex() == PARENT.split("-")[1]
    assert spans["getSchema"].parent_span_id.hex() == PARENT.split("-")[2]
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in kept.spans)


def test_a_collector_that_is_gone_stops_nothing() -> None:
    with serving(env={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}) as server:
        assert register(server).success
        assert server.call("ValidateInteraction", exchange()).valid
