"""Responses: status codes a client relies on, their headers and bodies."""

from __future__ import annotations

from cvt_engine.change import Act, Direction, Ref
from cvt_engine.diff import media, parameters
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import Operation, Response
from cvt_engine.operations.read import part

Responses = dict[str, Response]


def compare(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    """Compare the responses of an operation."""
    home = (old.loc.where("responses"), new.loc.where("responses"))
    unknown = collector.broken(scope, (part(old.loc, "responses"), part(new.loc, "responses")))
    gone: list[Response] = []
    for code, response in old.responses.items():
        if code.lower() in unknown:
            continue
        other = covering(code, new.responses)
        place = scope.inside(f"response {code}")
        if other is None or (other.code == "default" and code != "default" and success(code) and scope.side is Direction.RESPONSE):
            narrower = [found for found in new.responses.values() if _member(found.code, code)]
            for found in narrower:
                _one(collector, scope.inside(f"response {found.code}"), response, found)
            if code != "default" and (not narrower or scope.side is Direction.REQUEST):  # a client may answer with all that the range holds
                gone.append(response)
        else:
            _one(collector, place, response, other)
    come: list[Response] = []
    for code, response in new.responses.items():
        if code.lower() in unknown:
            continue
        before = covering(code, old.responses)
        if before is None or (before.code == "default" and success(code) and any(success(known) for known in old.responses)):
            come.append(response)
        elif before.code == "default" != code or (before.code != code and covering(before.code, new.responses) is not None):
            _one(collector, scope.inside(f"response {code}"), before, response)
    _told(collector, scope, home, (gone, come), old.responses)


def _told(collector: Collector, scope: Scope, home: tuple[Ref, Ref], changed: tuple[list[Response], list[Response]], known: Responses) -> None:
    """Statuses that are gone, and those that came; what takes the place of another one is told with it."""
    gone, come = changed
    heirs = [response.code for response in come if success(response.code)] if scope.side is Direction.RESPONSE else []
    heirs = heirs if any(success(response.code) for response in gone) else []
    for response in gone:
        code, instead = response.code, ", ".join(heirs) if success(response.code) and heirs else None
        place, sites = scope.inside(f"response {code}"), (response.loc, home[1])
        collector.add(place, "response", Act.REMOVED, sites, subject=code, before=code if instead else None, after=instead, traits={_kind(code)})
    for response in come:
        code = response.code
        if code not in heirs:
            traits = {_kind(code), "range" if any(_member(other, code) for other in known) else "single"}
            collector.add(scope.inside(f"response {code}"), "response", Act.ADDED, (home[0], response.loc), subject=code, traits=traits)


def covering(code: str, responses: Responses) -> Response | None:
    """The entry that speaks for a status: itself, its range, or `default`."""
    for candidate in (code, f"{code[:1]}XX", "default"):
        if candidate in responses:
            return responses[candidate]
    return None


def _member(code: str, wide: str) -> bool:
    return wide.endswith("XX") and code != wide and code[:1] == wide[:1]


def success(code: str) -> bool:
    """Statuses below 400 are what a client relies on; 304 only says that what it holds is still right, and is sent to those that ask (RFC 9110, 15.4.5)."""
    return code[:1] in "123" and code != "304"


def _kind(code: str) -> str:
    return "success" if success(code) else "default" if code == "default" else "error"


def _one(collector: Collector, scope: Scope, old: Response, new: Response) -> None:
    if old.loc.source.version != "2.0" and collector.same(old.loc, new.loc):
        return
    headers = (old.loc.where("headers"), new.loc.where("headers"))
    unknown = collector.broken(scope, (part(old.loc, "headers"), part(new.loc, "headers")))
    before, after = ({name: header for name, header in side.headers.items() if name not in unknown} for side in (old, new))
    parameters.compare_headers(collector, scope, before, after, headers)
    if scope.operation.startswith("HEAD "):
        return  # it has no body, whatever is described (RFC 9110, 9.3.2)
    content = (old.loc.where("content"), new.loc.where("content"))
    media.compare(collector, scope, old.media, new.media, content)
