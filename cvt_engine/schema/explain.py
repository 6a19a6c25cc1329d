"""What a compiled validator finds wrong with a value, in words that continue "`the value` ..."."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.schema.quote import plain, quoted

_ENGINE: Final = frozenset(("BacktrackLimitExceeded", "RegexEngineFailure"))


def unchecked(error: Any) -> bool:
    """Whether the error says that a pattern could not be run to its end, rather than that the value is wrong."""
    return type(error.kind).__name__ in _ENGINE


def found_at(value: Any, path: list[Any]) -> tuple[tuple[str | int, ...], Any]:
    """The steps of an instance path as they are in the value, and what stands there: the validator tells member names such as `01` as the number 1."""
    steps: list[str | int] = []
    for step in path:
        real = _name(value, str(step)) if isinstance(value, dict) else step
        if real is None:
            break
        value = value[real]
        steps.append(real)
    return tuple(steps), value


def _name(value: dict[str, Any], step: str) -> str | None:
    return step if step in value else next((name for name in value if name.lstrip("+0") == step.lstrip("0")), None)


def explained(error: Any, value: Any) -> str:
    """One clause about one error of `jsonschema_rs`; `value` is what stands at its instance path."""
    kind = error.kind
    match kind.name:
        case "type":
            return f"is {quoted(value)}, not {' or '.join(_A_TYPE.get(name, name) for name in kind.types)}"
        case "required":
            return f"lacks the required property `{plain(kind.property)}`"
        case "enum":
            return f"is {quoted(value)}, not one of {', '.join(quoted(option, limit=30) for option in kind.options[:8])}"
        case "const":
            return f"is {quoted(value)}, not {quoted(kind.expected_value)}"
        case "additionalProperties" | "unevaluatedProperties":
            return f"has properties that the schema does not allow: {', '.join(plain(name) for name in kind.unexpected[:8])}"
        case "format":
            return f"is {quoted(value)}, not of format {plain(kind.format)}"
        case "pattern":
            return f"is {quoted(value)}, which does not match {plain(kind.pattern)}"
        case "oneOf":
            return "matches several schemas of `oneOf`" if type(kind).__name__ == "OneOfMultipleValid" else "matches no schema of `oneOf`"
        case "anyOf":
            return "matches no schema of `anyOf`"
        case name:
            return f"is {quoted(value)} and violates `{plain(name)}`{_limit(kind)}"


_A_TYPE: Final = {"object": "an object", "array": "a list", "string": "a string", "boolean": "a boolean", "number": "a number", "integer": "an integer"}


def _limit(kind: Any) -> str:
    limit = getattr(kind, "limit", None)
    return f": {limit}" if limit is not None else ""
