"""`cvt validate`: one exchange against one description, here and now."""

from __future__ import annotations

from typing import Final

from cvt_engine.facade import Contract, HttpRequest, HttpResponse, Reader, Spec, load_spec, violation_line, violation_values
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
        "violations": [violation_values(violation) for violation in verdict.violations],
    }
    errors = [violation_line(violation) for violation in verdict.violations]
    return Reply(
        code,
        values,
        lambda: {"valid": verdict.valid, **({"errors": errors} if errors else {})},
        lambda: [f"{'✓ Validation passed' if verdict.valid else '✗ Validation failed'}", *(f"  - {error}" for error in errors)],
    )
