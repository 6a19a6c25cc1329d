"""`cvt validate`: one exchange against one description, here and now."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.facade import Contract, HttpRequest, HttpResponse, Reader, Spec, Violation, load_spec
from cvt_engine.finding import position_values
from cvt_runner.commands.reply import Reply

SCHEMA: Final = "cvt.validate/1"


def contract_of(read: Reader, path: str) -> tuple[Spec, Contract]:
    """A description, ready to judge. Raises SourceMissing, SyntaxInvalid."""
    spec = load_spec(read, path)
    return spec, Contract.compile(spec)


def validate(contract: Contract, request: HttpRequest, response: HttpResponse | None) -> Reply:
    """0 when the exchange fits, 1 when it does not."""
    verdict = contract.check(request, response)
    code = 0 if verdict.valid else 1
    values = {
        "schema": SCHEMA,
        "exit_code": code,
        "valid": verdict.valid,
        "operation": verdict.operation,
        "violations": [_violation(violation) for violation in verdict.violations],
    }
    errors = [_line(violation) for violation in verdict.violations]
    return Reply(
        code,
        values,
        lambda: {"valid": verdict.valid, **({"errors": errors} if errors else {})},
        lambda: [f"{'✓ Validation passed' if verdict.valid else '✗ Validation failed'}", *(f"  - {error}" for error in errors)],
    )


def _line(violation: Violation) -> str:
    return f"{violation} ({violation.hint})" if violation.hint else str(violation)


def _violation(violation: Violation) -> dict[str, Any]:
    at = violation.position
    return {
        "rule": violation.rule,
        "side": violation.side,
        "message": violation.message,
        "hint": violation.hint,
        "location": violation.location,
        "pointer": violation.pointer,
        "operation": violation.operation,
        "spec_pointer": violation.spec_pointer,
        "position": None if at is None else position_values(at),
    }
