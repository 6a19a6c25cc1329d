"""Calls of the published service, with our own messages: the published client brings its own, and one process cannot hold both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import grpc

from cvt_wire import cvt_pb2 as wire

METHODS: Final = {method.name: method for method in wire.DESCRIPTOR.services_by_name["ContractValidator"].methods}
ORDERS: Final[dict[str, Any]] = {
    "openapi": "3.0.3",
    "info": {"title": "Orders", "version": "1.0.0"},
    "paths": {"/orders": {"get": {"responses": {"200": {"description": "All."}}}}},
}


class Client:
    """A connection to one server."""

    def __init__(self, channel: grpc.Channel, key: str) -> None:
        self._channel = channel
        self._metadata = (("x-api-key", key),) if key else ()

    def call(self, method: str, request: Any) -> Any:
        """The reply of one call. Raises grpc.RpcError."""
        reply = getattr(wire, METHODS[method].output_type.name)
        made = self._channel.unary_unary(
            f"/cvt.ContractValidator/{method}", request_serializer=type(request).SerializeToString, response_deserializer=reply.FromString
        )
        return made(request, metadata=self._metadata, timeout=20, wait_for_ready=True)

    def register(self, schema_id: str, document: Any) -> bool:
        """Register a description; whether it was accepted."""
        return bool(self.call("RegisterSchema", wire.RegisterSchemaRequest(schema_id=schema_id, schema_content=json.dumps(document))).success)

    def version(self, schema_id: str) -> str:
        """The latest version that is stored; "" when there is none."""
        return str(self.call("GetSchema", wire.GetSchemaRequest(schema_id=schema_id)).metadata.schema_version)


@contextmanager
def connected(address: str, key: str = "") -> Iterator[Client]:
    """A client, closed in the end."""
    with grpc.insecure_channel(address) as channel:
        yield Client(channel, key)
