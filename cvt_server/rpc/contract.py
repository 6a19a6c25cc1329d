"""The twelve calls of the published contract. A failure of the caller's is told in the reply; the gRPC status stays OK."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any, Final, TypeVar

from cvt_engine.errors import EngineError
from cvt_engine.facade import FixtureOptions, HttpRequest, HttpResponse
from cvt_server.errors import NotFound, ServerError, Unavailable
from cvt_server.metrics import Metrics
from cvt_server.model import Actor
from cvt_server.rpc import messages
from cvt_server.service import checks
from cvt_server.service.requests import Compared, Register, Registered
from cvt_server.service.services import Services
from cvt_server.service.validation import Subject, Validated
from cvt_wire import cvt_pb2 as wire

SCOPES: Final = {
    "RegisterSchema": "write",
    "ValidateInteraction": "validate",
    "GetSchema": "read",
    "ListSchemas": "read",
    "CompareSchemas": "read",
    "GenerateFixture": "read",
    "ListEndpoints": "read",
    "ValidateProducerResponse": "validate",
    "RegisterConsumer": "write",
    "ListConsumers": "read",
    "DeregisterConsumer": "write",
    "CanIDeploy": "read",
}
"""The scope that each call needs."""
LARGE: Final = 256 * 1024
"""Bytes of an exchange from which on it is judged in a thread: a million query parameters take seconds, and others call meanwhile."""
R = TypeVar("R")


class ContractCalls:
    """One coroutine per call, by its name; each takes the request and the caller."""

    def __init__(self, services: Services, pool: Executor, writers: Executor, metrics: Metrics) -> None:
        """`writers` are the threads of what may wait to write, `pool` those of the rest."""
        self._services = services
        self._pool = pool
        self._writers = writers
        self._metrics = metrics

    async def RegisterSchema(self, request: wire.RegisterSchemaRequest, actor: Actor) -> wire.RegisterSchemaResponse:  # noqa: N802 the wire's name
        """Store a version."""
        wanted = Register(
            request.schema_id,
            request.schema_content,
            request.schema_version,
            ownership=messages.ownership_of(request),
            check=request.check_compatibility,
        )
        try:
            done = await self._write(self._services.schemas.register, wanted, actor)
        except ServerError as problem:
            self._metrics.registration_refused(problem)
            return wire.RegisterSchemaResponse(success=False, message=str(problem))
        self._metrics.registration(done.findings)
        return _registered(done)

    async def ValidateInteraction(self, request: wire.InteractionRequest, _actor: Actor) -> wire.ValidationResult | bytes:  # noqa: N802
        """Hold a request and its response against a description."""
        asked, answered = messages.request_of(request.request), messages.response_of(request.response)
        problem = _exchange_problem(request, asked, answered)
        if problem:
            return self._not_validated("input_validation", f"Validation error: {problem}")
        schema_id, version = request.schema_id, request.schema_version
        subject = self._services.validation.ready(schema_id, version) or await self._subject(schema_id, version)
        if isinstance(subject, wire.ValidationResult):
            return subject
        judge = self._services.validation.judge
        done = await self._work(judge, subject, asked, answered) if request.ByteSize() > LARGE else judge(subject, asked, answered)
        return self.told(done)

    async def GetSchema(self, request: wire.GetSchemaRequest, _actor: Actor) -> wire.GetSchemaResponse:  # noqa: N802
        """A version and its content."""
        try:
            schema, content = await self._work(self._services.schemas.get, request.schema_id, request.schema_version)
        except NotFound:
            return wire.GetSchemaResponse(found=False)
        return wire.GetSchemaResponse(found=True, metadata=messages.metadata_of(schema), schema_content=content)

    async def ListSchemas(self, request: wire.ListSchemasRequest, _actor: Actor) -> wire.ListSchemasResponse:  # noqa: N802
        """The latest version of each schema. The reply has no room for a wrong page token: an end of the list that is none would be a lie."""

        def ask() -> Any:
            return self._services.schemas.list(owner=request.owner, team=request.team, page_size=request.page_size, page_token=request.page_token)

        page = await self._work(ask)
        found = [messages.metadata_of(schema) for schema in page.items]
        return wire.ListSchemasResponse(schemas=found, next_page_token=page.next_token, total_count=min(page.total, 2**31 - 1))

    async def CompareSchemas(self, request: wire.CompareSchemasRequest, _actor: Actor) -> wire.CompareSchemasResponse:  # noqa: N802
        """Two versions. What is not there is not compatible, and says so."""
        try:
            done: Compared = await self._work(self._services.schemas.compare, request.schema_id, request.old_version, request.new_version)
        except Unavailable:
            raise
        except ServerError as problem:
            return wire.CompareSchemasResponse(compatible=False, breaking_changes=[wire.BreakingChange(description=str(problem))])
        self._metrics.broken(done.breaking)
        return wire.CompareSchemasResponse(
            compatible=not done.breaking,
            breaking_changes=messages.changes_of(done.breaking),
            old_schema=messages.metadata_of(done.old),
            new_schema=messages.metadata_of(done.new),
        )

    async def GenerateFixture(self, request: wire.GenerateFixtureRequest, _actor: Actor) -> wire.GenerateFixtureResponse:  # noqa: N802
        """A request and a response that fit."""
        try:
            return await self._work(self._fixture, request)
        except (ServerError, EngineError) as problem:
            return wire.GenerateFixtureResponse(success=False, message=str(problem))

    async def ListEndpoints(self, request: wire.ListEndpointsRequest, _actor: Actor) -> wire.ListEndpointsResponse:  # noqa: N802
        """Every operation, in the document's order."""
        try:
            return await self._work(self._endpoints, request.schema_id)
        except Unavailable:
            raise
        except ServerError:
            return wire.ListEndpointsResponse()

    async def ValidateProducerResponse(self, request: wire.ValidateProducerRequest, _actor: Actor) -> wire.ValidationResult | bytes:  # noqa: N802
        """Hold a response against a description, and the request as well where the caller sends one."""
        problem = _producer_problem(request)
        if problem:
            return self._not_validated("input_validation", f"Validation error: {problem}")
        found = self._services.validation.ready(request.schema_id, request.schema_version)
        subject = found or await self._subject(request.schema_id, request.schema_version)
        if isinstance(subject, wire.ValidationResult):
            return subject
        asked = HttpRequest(request.method, request.path)
        sides = "response"
        if request.HasField("request") and (request.request.method or request.request.path or request.request.body):
            data = request.request
            asked = HttpRequest(request.method, data.path or request.path, tuple(data.headers.items()), data.body.encode() or None)
            sides = "both"
        judge = partial(self._services.validation.judge, subject, asked, messages.response_of(request.response), sides=sides)
        return self.told(await self._work(judge) if request.ByteSize() > LARGE else judge())

    async def RegisterConsumer(self, request: wire.RegisterConsumerRequest, actor: Actor) -> wire.RegisterConsumerResponse:  # noqa: N802
        """Say who uses what."""
        try:
            stored = await self._write(self._services.consumers.register, messages.consumer_of(request), actor)
        except ServerError as problem:
            return wire.RegisterConsumerResponse(success=False, message=str(problem))
        return wire.RegisterConsumerResponse(success=True, message="Consumer registered successfully", consumer=messages.consumer_info(stored))

    async def ListConsumers(self, request: wire.ListConsumersRequest, _actor: Actor) -> wire.ListConsumersResponse:  # noqa: N802
        """Who uses a schema."""
        if not request.schema_id:
            return wire.ListConsumersResponse()
        return await self._work(self._consumers, request.schema_id, request.environment)

    async def DeregisterConsumer(self, request: wire.DeregisterConsumerRequest, actor: Actor) -> wire.DeregisterConsumerResponse:  # noqa: N802
        """A consumer uses it no more."""
        try:
            await self._write(self._services.consumers.deregister, request.consumer_id, request.schema_id, request.environment, actor)
        except ServerError as problem:
            return wire.DeregisterConsumerResponse(success=False, message=str(problem))
        return wire.DeregisterConsumerResponse(success=True, message="Consumer deregistered successfully")

    async def CanIDeploy(self, request: wire.CanIDeployRequest, _actor: Actor) -> wire.CanIDeployResponse | bytes:  # noqa: N802
        """May that version go there? The reply is kept as bytes for as long as nothing about the schema changes."""
        key = ("deploy reply", request.new_version, request.environment)
        kept: bytes | None = self._services.freshness.peek(request.schema_id, key)
        if kept is not None:
            return kept
        return await self._work(self._deploy_reply, request, key)

    def _deploy_reply(self, request: wire.CanIDeployRequest, key: tuple[str, ...]) -> bytes:
        if not request.schema_id:
            return wire.CanIDeployResponse(safe_to_deploy=False, summary="schema_id is required").SerializeToString()

        def make() -> bytes:
            answer = self._services.deploy.can_i_deploy(request.schema_id, request.new_version, request.environment)
            self._metrics.deploys.labels(answer.answer.value).inc()
            self._metrics.broken(answer.findings)
            return messages.deploy_reply(answer).SerializeToString()

        try:
            return self._services.freshness.get(request.schema_id, key, make)
        except Unavailable as problem:
            return wire.CanIDeployResponse(safe_to_deploy=False, summary=f"Unknown: {problem}").SerializeToString()

    def told(self, done: Validated) -> wire.ValidationResult | bytes:
        """The reply, counted."""
        self._metrics.validated(done)
        return messages.result_of(done.schema, done.violations) if done.violations else messages.fits(done.schema.version, done.schema.hash)

    def _consumers(self, schema_id: str, environment: str) -> wire.ListConsumersResponse:
        found = self._services.consumers.list(schema_id, environment)
        return wire.ListConsumersResponse(consumers=[messages.consumer_info(consumer) for consumer in found])

    def _endpoints(self, schema_id: str) -> wire.ListEndpointsResponse:
        subject = self._services.validation.subject(schema_id)
        found = self._services.validation.endpoints(subject)
        listed = (wire.EndpointInfo(method=one.method, path=one.path, operation_id=one.operation_id, summary=one.summary) for one in found)
        return wire.ListEndpointsResponse(endpoints=listed)

    def _fixture(self, request: wire.GenerateFixtureRequest) -> wire.GenerateFixtureResponse:
        checks.schema_id(request.schema_id)
        if not request.method or not request.path:
            return wire.GenerateFixtureResponse(success=False, message="Method and path are required")
        subject = self._services.validation.subject(request.schema_id)
        options = FixtureOptions(status=request.status_code, use_examples=request.use_examples, content_type=request.content_type)
        asked, validation = (subject, request.method, request.path, options), self._services.validation
        match request.output_type:
            case wire.OUTPUT_REQUEST:
                return messages.request_reply(validation.fixture_request(*asked), request.content_type)
            case wire.OUTPUT_RESPONSE:
                return messages.response_reply(validation.fixture_response(*asked), request.content_type)
            case _:
                return messages.fixture_reply(validation.fixture(*asked), request.content_type)

    async def _subject(self, schema_id: str, version: str) -> Subject | wire.ValidationResult:
        try:
            return await self._work(self._services.validation.subject, schema_id, version)
        except NotFound as problem:
            return self._not_validated("schema_not_found", str(problem))

    def _not_validated(self, category: str, message: str) -> wire.ValidationResult:
        self._metrics.validation_errors.labels(category).inc()
        return messages.refused(message)

    async def _work(self, call: Callable[..., R], *given: Any) -> R:
        """Run what may wait for the database or compile a description in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, call, *given)

    async def _write(self, call: Callable[..., R], *given: Any) -> R:
        """The same for what changes the database."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, call, *given)


Call = Callable[[Any, Actor], Awaitable[Any]]


def _registered(done: Registered) -> wire.RegisterSchemaResponse:
    message = "Schema registered successfully"
    if not done.created:
        message += " (this content was registered before; nothing changed)"
    if done.findings:
        message += f"; it breaks version {done.compared_with.version if done.compared_with else ''}"
    return wire.RegisterSchemaResponse(
        success=True, message=message, metadata=messages.metadata_of(done.schema), breaking_changes=messages.changes_of(done.findings)
    )


def _exchange_problem(request: wire.InteractionRequest, asked: HttpRequest, answered: HttpResponse) -> str:
    """What is wrong with the input itself; "" where nothing is."""
    if not request.HasField("request"):
        return "request cannot be null"
    if not request.HasField("response"):
        return "response cannot be null"
    return _problem(request.schema_id, asked.method, asked.path) or _status_problem(answered.status)


def _producer_problem(request: wire.ValidateProducerRequest) -> str:
    if not request.HasField("response"):
        return "response cannot be null"
    return _problem(request.schema_id, request.method, request.path) or _status_problem(request.response.status_code)


def _problem(schema_id: str, method: str, path: str) -> str:
    if not schema_id.strip():
        return "schema ID cannot be null or empty"
    if len(schema_id.encode()) > checks.MAX_ID:
        return f"schema ID cannot exceed {checks.MAX_ID} characters (got {len(schema_id.encode())})"
    if not method.isascii() or not method.isalpha() or len(method) > 40:
        return f"'{method[:40]}' is no HTTP method"
    if not path.startswith(("/", "http://", "https://")):
        return "path cannot be empty" if not path else "path must start with /"
    return ""


def _status_problem(status: int) -> str:
    return "" if 100 <= status <= 599 else f"status code must be between 100 and 599 (got {status})"
