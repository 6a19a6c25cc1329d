"""Security requirements, by what a client must send."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from cvt_engine.operations.model import Key, Operation
from cvt_engine.operations.read import child, members, security_of, stated
from cvt_engine.schema.loc import Loc, Source


class Credential(NamedTuple):
    """One scheme of a requirement, by what it is on the wire. `flows` holds the OAuth flows it can be got through, `addresses` where."""

    kind: tuple[str, ...]
    flows: frozenset[str]
    scopes: frozenset[str]
    name: str
    addresses: frozenset[str] = frozenset()


Requirement = tuple[Credential, ...]


def schemes(source: Source) -> dict[str, dict[str, Any]]:
    """Security schemes by name."""
    return {name: loc.node for name, loc in scheme_homes(source).items()}


def scheme_homes(source: Source) -> dict[str, Loc]:
    """Where each security scheme stands, by name."""
    home = child(source.root, "securityDefinitions") if source.version == "2.0" else child(source.root, "components", "securitySchemes")
    return dict(members(home))


def requirements(loc: Loc | None, source: Source) -> list[Requirement]:
    """The alternatives of a security element; the empty requirement stands for anonymous access."""
    if loc is None or not isinstance(loc.node, list) or not loc.node:
        return [()]
    known = schemes(source)
    listed = [item for item in loc.node if isinstance(item, dict)]
    return [tuple(credential(name, known.get(name), item[name]) for name in sorted(item)) for item in listed] or [()]


def credential(name: str, scheme: dict[str, Any] | None, scopes: Any) -> Credential:
    """A scheme by what a client must send."""
    wanted = frozenset(scope for scope in scopes if isinstance(scope, str)) if isinstance(scopes, list) else frozenset()
    node = scheme or {"type": f"unknown {name}"}
    kind = str(node.get("type"))
    match kind:
        case "apiKey":
            place = str(node.get("in"))
            field = str(node.get("name"))
            return Credential((kind, place, field.lower() if place == "header" else field), frozenset(), frozenset(), name)
        case "http":
            return Credential((kind, str(node.get("scheme")).lower()), frozenset(), wanted, name)
        case "basic":
            return Credential(("http", "basic"), frozenset(), frozenset(), name)
        case "oauth2":
            return Credential((kind,), _flows(node), wanted, name, _addresses(node))
        case "openIdConnect":
            return Credential((kind, str(node.get("openIdConnectUrl"))), frozenset(), wanted, name)
        case _:
            return Credential((kind,), frozenset(), wanted, name)


AUTHORIZATION: Final = ("apiKey", "header", "authorization")
"""A text in the header that credentials of HTTP are sent in, of no stated form."""
_SENT_IN: Final = ("header", "query", "cookie")


def keys_of(operation: Operation) -> frozenset[Key]:
    """The API keys that every client sends, whichever alternative it uses, as parameters are identified."""
    listed = requirements(security_of(operation), operation.loc.source)
    found = [frozenset((item.kind[1], item.kind[2]) for item in requirement if item.kind[0] == "apiKey") for requirement in listed]
    return found[0].intersection(*found[1:])


def carried(operation: Operation) -> Requirement:
    """The required parameters of an operation as credentials: what stands there may be described as an API key, and was sent all the same."""
    told = {(str(node.get("in")), str(node.get("name"))): node.get("required") is True for node in (loc.node for loc in stated(operation))}
    names = [(place, name.lower() if place == "header" else name) for (place, name), required in told.items() if required and place in _SENT_IN]
    return tuple(Credential(("apiKey", *key), frozenset(), frozenset(), "") for key in names)


_V2_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


def _flows(node: dict[str, Any]) -> frozenset[str]:
    if isinstance(flow := node.get("flow"), str):
        return frozenset({_V2_FLOWS.get(flow, flow)})
    flows = node.get("flows")
    return frozenset(name for name in flows if not name.startswith("x-")) if isinstance(flows, dict) else frozenset()


def _addresses(node: dict[str, Any]) -> frozenset[str]:
    flows = node.get("flows")
    told = [node, *(flow for flow in flows.values() if isinstance(flow, dict))] if isinstance(flows, dict) else [node]
    return frozenset(flow[key] for flow in told for key in ("authorizationUrl", "tokenUrl") if isinstance(flow.get(key), str))
