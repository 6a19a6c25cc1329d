"""One operation, ready to be checked: what can be settled beforehand is, the rest when it is first needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cvt_engine.change import Direction
from cvt_engine.exchange import Headers, HttpRequest, HttpResponse
from cvt_engine.operations.model import Body, Operation, Response
from cvt_engine.operations.route import Route
from cvt_engine.schema.checker import Schemas
from cvt_engine.schema.quote import plain
from cvt_engine.validate.bodies import BodyPlan
from cvt_engine.validate.options import ValidateOptions
from cvt_engine.validate.parameters import ParameterPlan
from cvt_engine.validate.report import Report
from cvt_engine.validate.security import query_names, security_plan
from cvt_engine.wire.sent import Sent

_NOTHING: Final = (b"", b"null")
_BODILESS: Final = frozenset((204, 205, 304))


class ResponsePlan:
    """One documented response."""

    def __init__(self, response: Response, schemas: Schemas, options: ValidateOptions) -> None:
        headers = [ParameterPlan(header, schemas, side=Direction.RESPONSE) for header in response.headers.values()]
        self._headers = [header for header in headers if not header.idle]
        self._loc = response.loc
        self._body = (
            BodyPlan(response.loc, response.media, side=Direction.RESPONSE, required=True, schemas=schemas, options=options) if response.media else None
        )
        self._strict = options.undeclared_body == "error"

    def check(self, method: str, response: HttpResponse, report: Report) -> None:
        """Tell what is wrong with a response of this status."""
        if self._headers:
            sent = Sent({}, "", response.headers)
            for header in self._headers:
                header.check(sent, report)
        body = response.body
        if self._body is not None and body:
            if body not in _NOTHING or not _bodiless(method, response.status):
                self._body.check(response.headers, body, report)
        elif self._body is not None:
            if not _bodiless(method, response.status):
                report.add("response-body-missing", "body", "is empty, and the description declares one", self._body.loc)
        elif body and self._strict and body not in _NOTHING:
            report.add("response-body-undeclared", "body", "was sent, and the description declares none", self._loc)


def _bodiless(method: str, status: int) -> bool:
    """Whether HTTP gives such a response no content (RFC 9110, 6.4.1)."""
    return method == "HEAD" or status in _BODILESS or status < 200


class OperationPlan:
    """The checks of one operation."""

    def __init__(self, route: Route, schemas: Schemas, options: ValidateOptions) -> None:
        operation = route.operation
        self.route = route
        self._schemas = schemas
        self._options = options
        declared = [name for place, name in operation.parameters if place == "query"]
        every = [ParameterPlan(parameter, schemas, side=Direction.REQUEST, declared=declared) for parameter in operation.parameters.values()]
        busy = [parameter for parameter in every if not parameter.idle]
        self._always = [parameter for parameter in busy if not parameter.optional_query]
        self._with_query = [parameter for parameter in busy if parameter.optional_query]
        self._query = _known_query(operation, every) if options.unknown_query == "error" else None
        self._security = security_plan(operation) if options.security else None
        self._body = _body_plan(operation.body, schemas, options)
        self._codes = operation.responses
        self._responses: dict[int, ResponsePlan | None] = {}
        self._looks = bool(self._always) or self._security is not None

    def check_request(self, request: HttpRequest, query: str, values: Sequence[str | None], report: Report) -> None:
        """Tell what is wrong with a request."""
        if self._looks or query:
            sent = Sent(dict(zip(self.route.names, values, strict=True)), query, request.headers)
            for parameter in self._always:
                parameter.check(sent, report)
            if query:
                self._check_query(sent, report)
            if self._security is not None:
                self._security.check(sent, report)
        self._check_body(request.headers, request.body, report)

    def _check_body(self, headers: Headers, body: bytes | None, report: Report) -> None:
        plan = self._body
        if plan is None:
            if body and self._options.undeclared_body == "error" and body.strip() not in _NOTHING:
                report.add("request-body-undeclared", "body", "was sent, and the operation declares none", self.route.operation.loc)
        elif plan.required:
            if not body:
                report.add("request-body-missing", "body", "is required and was not sent", plan.loc)
            else:
                plan.check(headers, body, report)
        elif body and body.strip() not in _NOTHING:
            plan.check(headers, body, report)

    def _check_query(self, sent: Sent, report: Report) -> None:
        for parameter in self._with_query:
            parameter.check(sent, report)
        if self._query is not None:
            self._unknown(sent, report)

    def _unknown(self, sent: Sent, report: Report) -> None:
        for name in sent.query:
            if name not in (self._query or ()) and name.partition("[")[0] not in (self._query or ()):
                report.add("request-parameter-undeclared", f"query.{plain(name)}", "is not declared", self.route.operation.loc)

    def check_response(self, method: str, response: HttpResponse, report: Report) -> None:
        """Tell what is wrong with a response."""
        try:
            plan = self._responses[response.status]
        except KeyError:
            plan = self._response(response.status)
        if plan is not None:
            plan.check(method, response, report)
        elif self._options.undocumented_status == "error":
            known = ", ".join(list(self._codes)[:20]) or "none"
            report.add("response-status-undocumented", "status", f"{response.status} is not documented; documented: {known}", self.route.operation.loc)

    def _response(self, status: int) -> ResponsePlan | None:
        """Exact code, then range, then default."""
        code = next((code for code in (str(status), f"{status // 100}XX", "default") if code in self._codes), None)
        if code is None:
            return None
        with self._schemas.lock:
            plan = ResponsePlan(self._codes[code], self._schemas, self._options)
            if 100 <= status < 600:
                self._responses[status] = plan
        return plan


def _known_query(operation: Operation, parameters: list[ParameterPlan]) -> frozenset[str] | None:
    """The names that a query may hold; None where it may hold any."""
    known = set(query_names(operation))
    for (place, name), parameter in zip(operation.parameters, parameters, strict=True):
        if place == "querystring" or parameter.names is None:
            return None
        if place == "query":
            known |= parameter.names or {name}
    return frozenset(known)


def _body_plan(body: Body | None, schemas: Schemas, options: ValidateOptions) -> BodyPlan | None:
    if body is None:
        return None
    return BodyPlan(body.loc, body.media, side=Direction.REQUEST, required=body.required, schemas=schemas, options=options)
