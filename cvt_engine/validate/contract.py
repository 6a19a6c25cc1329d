"""A compiled description: which operation an exchange belongs to, and in which points it differs from it."""

from __future__ import annotations

from functools import partial
from threading import RLock
from typing import Final

from msgspec import Struct

from cvt_engine.exchange import HttpRequest, HttpResponse
from cvt_engine.load.spec import Spec
from cvt_engine.operations.read import child
from cvt_engine.operations.roots import body_schemas
from cvt_engine.operations.route import Found, Route, Router, path_of, router_of
from cvt_engine.schema.checker import Schemas
from cvt_engine.schema.loc import Loc, Source
from cvt_engine.schema.quote import plain
from cvt_engine.validate.options import ValidateOptions
from cvt_engine.validate.plan import OperationPlan
from cvt_engine.validate.report import Report
from cvt_engine.validate.violation import Verdict, Violation

DEFAULTS: Final = ValidateOptions()


class Endpoint(Struct, frozen=True):
    """One operation of a description, as a listing shows it."""

    method: str
    path: str
    operation_id: str
    summary: str
    deprecated: bool


class Match(Struct, frozen=True):
    """The operation of a request. `path` is its template, `parameters` the raw path texts (None where the client sent the template itself)."""

    method: str
    path: str
    operation_id: str
    parameters: dict[str, str | None]

    @property
    def operation(self) -> str:
        """Such as `GET /orders/{id}`."""
        return f"{self.method} {self.path}"


class Contract:
    """Checks requests and responses. Safe to share between threads; operations are compiled when they are first used."""

    def __init__(self, spec: Spec, options: ValidateOptions, source: Source, router: Router) -> None:
        self._spec = spec
        self._options = options
        self._source = source
        self._router = router
        self._lock = RLock()
        self._schemas = Schemas(source, self._lock, partial(body_schemas, router), formats=options.formats, one_way=options.read_only_sent == "error")
        self._plans: dict[Route, OperationPlan] = {}

    @classmethod
    def compile(cls, spec: Spec, options: ValidateOptions = DEFAULTS) -> Contract:
        """Read the paths of a description. Never raises for its content: what cannot be read is not there."""
        source = Source(spec)
        return cls(spec, options, source, router_of(source))

    @property
    def openapi_version(self) -> str:
        """As the description writes it, such as `3.0.3`."""
        tree = self._spec.entry.tree
        return str(tree.get("openapi", tree.get("swagger", "")))

    @property
    def title(self) -> str:
        """`info.title`, or ""."""
        return self._info("title")

    @property
    def info_version(self) -> str:
        """`info.version`, or ""."""
        return self._info("version")

    def _info(self, key: str) -> str:
        info = self._spec.entry.tree.get("info")
        value = info.get(key) if isinstance(info, dict) else None
        return value if isinstance(value, str) else "" if value is None or isinstance(value, dict | list) else str(value)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every operation in the order of the document."""
        return tuple(_endpoint(route) for route in self._router.routes)

    def match(self, method: str, path: str) -> Match | None:
        """The operation for a method (in any case) and a path: concrete or a template, with or without query, server prefix and host."""
        found = self._router.find(method.upper(), path_of(path)[0])
        if found is None:
            return None
        route = found.route
        return Match(route.method, route.template, _text(route.operation.loc, "operationId"), dict(zip(route.names, found.values, strict=True)))

    def allowed(self, path: str) -> tuple[str, ...]:
        """The methods that a path is described for; empty where the description has no such path."""
        return self._router.allowed(path_of(path)[0])

    def check_request(self, request: HttpRequest) -> tuple[Violation, ...]:
        """In which points a request differs from the description; empty when in none."""
        return self.check(request).violations

    def check_response(self, request: HttpRequest, response: HttpResponse) -> tuple[Violation, ...]:
        """The same of the response to a request, of which only method and path are looked at."""
        method = request.method.upper()
        path, _ = path_of(request.path)
        found = self._router.find(method, path)
        if found is None:
            return self._unmatched(method, path)
        report = self._report("response", found.route)
        self._plan(found.route).check_response(method, response, report)
        return tuple(report.found)

    def check(self, request: HttpRequest, response: HttpResponse | None = None) -> Verdict:
        """Request and, where it is given, response at once."""
        method = request.method.upper()
        path, query = path_of(request.path)
        found = self._router.find(method, path)
        if found is None:
            return Verdict(valid=False, violations=self._unmatched(method, path), operation="")
        violations = self._check(found, method, query, request, response)
        return Verdict(valid=not violations, violations=violations, operation=found.route.label)

    def _check(self, found: Found, method: str, query: str, request: HttpRequest, response: HttpResponse | None) -> tuple[Violation, ...]:
        plan = self._plan(found.route)
        report = self._report("request", found.route)
        plan.check_request(request, query, found.values, report)
        if response is not None:
            report.turn()
            plan.check_response(method, response, report)
        return tuple(report.found)

    def _plan(self, route: Route) -> OperationPlan:
        plan = self._plans.get(route)
        if plan is None:
            with self._lock:
                plan = self._plans[route] = OperationPlan(route, self._schemas, self._options)
        return plan

    def _report(self, side: str, route: Route) -> Report:
        return Report(side, route.label, self._spec.entry, self._options.max_violations)

    def _unmatched(self, method: str, path: str) -> tuple[Violation, ...]:
        report = Report("request", "", self._spec.entry, 1)
        home = child(self._source.root, "paths") or self._source.root
        methods_ = self._router.allowed(path)
        if methods_:
            report.add(
                "method-undocumented", "method", f"{plain(method)} is not described for {plain(path, limit=120)}; described: {', '.join(methods_)}", home
            )
        else:
            report.add("path-undocumented", "path", f"{plain(path, limit=120)} is no path of the description{self._near(method, path)}", home)
        return tuple(report.found)

    def _near(self, method: str, path: str) -> str:
        """What was probably meant: the same path with or without its last slash."""
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        return f"; did you mean {plain(other, limit=120)}?" if other and self._router.find(method, other) is not None else ""


def _endpoint(route: Route) -> Endpoint:
    loc = route.operation.loc
    return Endpoint(route.method, route.template, _text(loc, "operationId"), _text(loc, "summary"), route.operation.deprecated)


def _text(loc: Loc, key: str) -> str:
    value = loc.node.get(key)
    return value if isinstance(value, str) else ""
