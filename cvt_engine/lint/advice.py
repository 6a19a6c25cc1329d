"""One checker error in the words of OpenAPI: what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from cvt_engine.document import Version
from cvt_engine.lint.grammar.kind import Kind
from cvt_engine.lint.hints import MISSING, MOVED, VALUES, WRONG_TYPES
from cvt_engine.lint.problem import plain, quoted
from cvt_engine.lint.words import nearest
from cvt_engine.schema.values import type_of

MAX_UNKNOWN: Final = 50
"""Unknown fields of one object that are reported."""


class Error(Struct, frozen=True):
    """An error of the compiled checker. `data` holds the arguments of `keyword`; `path` leads to `value`, which is an object of `kind` or a field in it."""

    keyword: str
    data: Any
    value: Any
    kind: Kind
    version: str
    path: tuple[Any, ...]

    @property
    def field(self) -> str:
        """The name of the nearest field around the value."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


class Fault(Struct, frozen=True):
    """A judged error. `steps` lead from the error's path to the place to show; `explains` are the fields whose absence it accounts for."""

    rule: str
    kind: Kind
    detail: str
    hint: str = ""
    subject: str = ""
    steps: tuple[Any, ...] = ()
    missing: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()


def faults_of(error: Error) -> Iterable[Fault]:
    """The faults that an error stands for: one, or one for each unknown field."""
    if error.keyword == "additionalProperties":
        return [_unknown(error, name) for name in error.data.unexpected[:MAX_UNKNOWN]]
    return [_FAULTS.get(error.keyword, _other)(error)]


def one_of(words: Iterable[Any], *, limit: int = 12) -> str:
    """A list of allowed values for a message."""
    shown = [str(word) for word in words]
    return ", ".join(shown[:limit]) + (f" and {len(shown) - limit} more" if len(shown) > limit else "")


def _unknown(error: Error, name: str) -> Fault:
    kind, version = error.kind, error.version
    if kind.name == "Paths":
        return Fault("path-syntax", kind, f"path `{plain(name)}` does not begin with a slash", hint=f"write `/{plain(name)}`", steps=(name,))
    if kind.name == "Responses":
        hint = "use a status code in quotes, `default`" + ("" if version == Version.V2 else ", or a range such as `4XX`")
        return Fault("field-unknown", kind, f"`{plain(name)}` is not a status code", hint=hint, steps=(name,), explains=("responses",))
    moved = MOVED.get((_area(kind), name))
    if moved is not None and (not moved.versions or version in moved.versions):
        return Fault("field-unknown", kind, _stranger(kind, name), hint=moved.hint, steps=(name,), explains=moved.explains)
    near = nearest(name, kind.fields)
    hint = f"did you mean `{near}`?" if near else f"{kind.title} has: {one_of(sorted(kind.fields))}" if kind.fields else ""
    return Fault("field-unknown", kind, _stranger(kind, name), hint=hint, steps=(name,), explains=(near,) if near else ())


def _stranger(kind: Kind, name: str) -> str:
    return f"`{plain(name)}` is not a field of {kind.title}"


def _area(kind: Kind) -> str:
    """The name under which hints are kept: the parameters of all locations share theirs."""
    for family in ("Parameter", "Scheme"):
        if kind.name.endswith(family):
            return family
    return kind.name


def _missing(error: Error) -> Fault:
    name = error.data.property
    hint = MISSING.get((_area(error.kind), name)) or MISSING.get(("", name), "")
    rule = "path-parameter-optional" if _area(error.kind) == "Parameter" and name == "required" else "field-missing"
    return Fault(rule, error.kind, f"{error.kind.title} needs `{name}`", hint=hint, subject=name, missing=(name,))


def _least(error: Error) -> Fault:
    names = error.kind.least
    listed = " or ".join(f"`{name}`" for name in names)
    hint = MISSING.get((_area(error.kind), names[0]), "")
    return Fault("field-missing", error.kind, f"{error.kind.title} needs {listed}", hint=hint, subject=names[0], missing=names)


def _type(error: Error) -> Fault:
    allowed = " or ".join(_A_TYPE.get(name, name) for name in error.data.types)
    what = "the document"
    if error.path:
        what = f"`{plain(error.field)}`" if isinstance(error.path[-1], str) else f"an item of `{plain(error.field)}`"
    hint = WRONG_TYPES.get((error.field, type_of(error.value)), "") or WRONG_TYPES.get((error.field, ""), "")
    return Fault("field-type", error.kind, f"{what} is {_described(error.value)}, but must be {allowed}", hint=hint)


def _value(error: Error) -> Fault:
    """`enum` and `const`: a word that is not one of the allowed ones."""
    options = error.data.options if error.keyword == "enum" else [error.data.expected_value]
    field = error.field
    hint = _value_hint(error, options)
    if error.keyword == "const" and field == "required":
        return Fault("path-parameter-optional", error.kind, "a path parameter is always required", hint="write `required: true`")
    if isinstance(error.value, dict | list):
        return Fault("field-type", error.kind, f"`{plain(field)}` is {_described(error.value)}, but must be one of {one_of(options)}", hint=hint)
    return Fault("field-value", error.kind, f"`{plain(field)}` is {quoted(error.value)}, but must be one of {one_of(options)}", hint=hint)


def _value_hint(error: Error, options: list[Any]) -> str:
    known = VALUES.get((error.field, str(error.value) if isinstance(error.value, str) else type_of(error.value)))
    if known is not None and (not known.versions or error.version in known.versions):
        return known.hint
    near = nearest(error.value, [word for word in options if isinstance(word, str)]) if isinstance(error.value, str) else ""
    return f"did you mean `{near}`?" if near else ""


def _barred(error: Error) -> Fault:
    """A `false` schema: the field may not stand beside another one."""
    name = error.field
    partner = next((key for key, barred in error.kind.clashes if name in barred), "")
    if name == "bearerFormat":
        return Fault("field-conflict", error.kind, "`bearerFormat` goes with `scheme: bearer` only", hint="remove it, or set `scheme: bearer`")
    if not partner:
        return Fault("field-conflict", error.kind, f"`{plain(name)}` is not allowed here")
    hint = f"keep `{partner}` or `{name}`, not both"
    return Fault("field-conflict", error.kind, f"`{plain(name)}` and `{partner}` exclude each other in {error.kind.title}", hint=hint)


def _pattern(error: Error) -> Fault:
    hint = f"it must match {error.data.pattern}"
    return Fault("field-value", error.kind, f"`{plain(error.field)}` is {quoted(error.value)}, which has not the form it needs", hint=hint)


def _format(error: Error) -> Fault:
    names = {"email": "an e-mail address", "uri": "an absolute URL", "regex": "a regular expression"}
    return Fault("field-value", error.kind, f"`{plain(error.field)}` is {quoted(error.value)}, not {names.get(error.data.format, error.data.format)}")


def _names(error: Error) -> Fault:
    """`propertyNames`: a name in a map."""
    inner = error.data.error
    name = inner.instance if isinstance(inner.instance, str) else ""
    hint = "use letters, digits, `.`, `_` and `-`" if inner.kind.name == "pattern" else ""
    return Fault("field-value", error.kind, f"`{plain(name)}` is not a valid name under `{plain(error.field)}`", hint=hint, steps=(name,) if name else ())


def _size(error: Error) -> Fault:
    texts = {
        "minItems": "is an empty list",
        "minProperties": "is empty",
        "maxProperties": "has more than one entry" if error.field == "content" else "has no response",
        "uniqueItems": "has an item twice",
        "minimum": "is negative",
        "exclusiveMinimum": "must be greater than 0",
    }
    hint = MISSING.get(("", error.field), "") if error.keyword in ("minProperties", "minItems") else ""
    return Fault("field-value", error.kind, f"`{plain(error.field)}` {texts.get(error.keyword, 'has a wrong value')}", hint=hint)


def _other(error: Error) -> Fault:
    if error.field == "parameters":
        detail = "`parameters` may hold one `querystring` parameter, and none in `query` beside it"
        return Fault("field-conflict", error.kind, detail, hint="describe the whole query string in one parameter")
    return Fault("field-value", error.kind, f"`{plain(error.field)}` is not what {error.kind.title} allows there")


_A_TYPE: Final = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
}


def _described(value: Any) -> str:
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    if isinstance(value, bool) or value is None:
        return quoted(value)
    return f"the number {quoted(value)}" if isinstance(value, int | float) else quoted(value)


_FAULTS: Final[dict[str, Callable[[Error], Fault]]] = {
    "required": _missing,
    "dependentRequired": _missing,
    "anyOf": _least,
    "type": _type,
    "enum": _value,
    "const": _value,
    "falseSchema": _barred,
    "pattern": _pattern,
    "format": _format,
    "propertyNames": _names,
    "minItems": _size,
    "minProperties": _size,
    "maxProperties": _size,
    "uniqueItems": _size,
    "minimum": _size,
    "exclusiveMinimum": _size,
}
