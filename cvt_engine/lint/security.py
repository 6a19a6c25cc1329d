"""Security requirements must name schemes that exist, and scopes that their schemes declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cvt_engine.document import Document, Version
from cvt_engine.lint.problem import Problem, Trail, plain
from cvt_engine.lint.survey import Survey


def check_security(survey: Survey) -> Iterator[Problem]:
    """Every requirement of the document and its operations."""
    schemes = _schemes(survey)
    for node, document, trail in survey.sites["SecurityRequirement"]:
        for name, scopes in node.items():
            if name not in schemes:
                if not _is_reference(str(name), survey.spec.version):
                    near = survey.nearest(str(name), schemes)
                    hint = f"did you mean `{plain(near)}`?" if near else ""
                    yield Problem(
                        "security-scheme-undefined",
                        document,
                        (trail, name),
                        f"security scheme `{plain(str(name))}` is not defined",
                        hint=hint,
                        subject=str(name),
                    )
            else:
                yield from _unknown_scopes(survey, schemes[name], scopes, document, (trail, name))


def _schemes(survey: Survey) -> dict[str, Any]:
    tree = survey.spec.entry.tree
    if survey.spec.version == Version.V2:
        schemes = tree.get("securityDefinitions")
    else:
        components = tree.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    return schemes if isinstance(schemes, dict) else {}


def _is_reference(name: str, version: str) -> bool:
    """Since 3.2 a requirement may name a scheme by its URI."""
    return version == Version.V32 and any(mark in name for mark in "/#:.")


def _unknown_scopes(survey: Survey, scheme: Any, scopes: Any, document: Document, at: Trail) -> Iterator[Problem]:
    target = survey.follow(scheme, survey.spec.entry)
    known = _scopes(target.node) if target is not None and isinstance(target.node, dict) else None
    if known is None or not isinstance(scopes, list):
        return
    for index, scope in enumerate(scopes):
        if isinstance(scope, str) and scope not in known:
            yield Problem("security-scope-undefined", document, (at, index), f"scope `{plain(scope)}` is not declared by the scheme", subject=scope)


def _scopes(scheme: dict[str, Any]) -> set[str] | None:
    """Every scope of an OAuth2 scheme; None for other schemes, whose lists are free."""
    if scheme.get("type") != "oauth2":
        return None
    flows = scheme.get("flows")
    sources = list(flows.values()) if isinstance(flows, dict) else [scheme]
    maps = [flow.get("scopes") for flow in sources if isinstance(flow, dict)]
    return {str(name) for scopes in maps if isinstance(scopes, dict) for name in scopes}
