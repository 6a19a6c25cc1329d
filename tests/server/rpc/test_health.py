"""Health with a live watch, and reflection."""

from __future__ import annotations

import signal
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.server.running import Server, serving

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


def stub(server: Server) -> Any:
    return health_pb2_grpc.HealthStub(server.channel)


@pytest.mark.parametrize("name", ["", "cvt.ContractValidator"])
def test_it_serves(server: Server, name: str) -> None:
    assert stub(server).Check(health_pb2.HealthCheckRequest(service=name)).status == SERVING


def test_an_unknown_service_is_not_found(server: Server) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub(server).Check(health_pb2.HealthCheckRequest(service="nope"))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_watcher_hears_that_the_server_stops() -> None:
    with serving() as server:
        watch = stub(server).Watch(health_pb2.HealthCheckRequest(service="cvt.ContractValidator"))
        assert next(watch).status == SERVING
        server.process.send_signal(signal.SIGTERM)
        assert next(watch).status == NOT_SERVING
        watch.cancel()
        assert server.stop() == 0


def test_reflection_tells_of_both_services(server: Server) -> None:
    mirror: Any = reflection_pb2_grpc.ServerReflectionStub(server.channel)
    asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    answer = next(mirror.ServerReflectionInfo(asked))
    names = {service.name for service in answer.list_services_response.service}
    assert {"cvt.ContractValidator", "cvt.registry.v1.Registry", "grpc.health.v1.Health"} <= names
