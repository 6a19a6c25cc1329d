"""Do defaults and examples satisfy their schemas? All of them are checked by one compiled validator."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from cvt_engine.lint.dialects import is_opaque
from cvt_engine.lint.narrow import Narrower
from cvt_engine.lint.problem import Problem, plain, trail_of
from cvt_engine.lint.samples import Sample, samples
from cvt_engine.lint.survey import Survey
from cvt_engine.schema.cost import Costs, Narrowed
from cvt_engine.schema.explain import explained, found_at, unchecked

_PLAIN: Final = frozenset(
    ("type", "description", "title", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "nullable", "x-nullable", "externalDocs")
)
_UNBOUND: Final = frozenset(
    ("uri", "url", "uri-reference", "timestamp", "password", "binary", "float", "double", "decimal", "hostname", "uri-template", "repo.nwo", "iri", "regex")
)
_PYTHON: Final = {"string": str, "boolean": bool, "array": list, "object": dict}
_MAX_ERRORS: Final = 20_000
_MAX_COMPILED: Final = 64
"""Validators compiled for one description: one, unless some schema cannot be compiled."""
BACKTRACK_LIMIT: Final = 50_000
"""Steps of one pattern that needs backtracking; others run in linear time."""


def check_values(survey: Survey) -> Iterator[Problem]:
    """Invalid defaults and examples, one problem per value."""
    if is_opaque(survey.spec):
        return
    narrower = Narrower(survey.spec)
    chosen: list[tuple[Sample, Narrowed]] = []
    seen: set[tuple[int, int]] = set()
    for sample in samples(survey):
        if _evident(sample) or (key := (id(sample.schema), id(sample.value))) in seen:
            continue
        if isinstance(sample.value, dict | list):
            seen.add(key)
        chosen.append((sample, narrower.schema(sample.schema, sample.schema_document)))
    costs = Costs(narrower.definitions)
    checked: list[tuple[Sample, Narrowed]] = []
    for sample, narrowed in chosen:
        if costs.affordable(narrowed, sample.value):
            checked.append((sample, narrowed))
        else:
            yield Problem("value-unchecked", sample.document, sample.trail, "the schema branches into itself too often to check this value")
    if checked:
        yield from _check(checked, narrower.definitions, old=narrower.old)


def _evident(sample: Sample) -> bool:
    """Whether the value satisfies its schema at first sight: a plain type without further demands."""
    schema, value = sample.schema, sample.value
    wanted = schema.get("type")
    if type(wanted) is not str or not (schema.keys() <= _PLAIN or _harmless(schema, value)):
        return False
    python = _PYTHON.get(wanted)
    if python is not None:
        return type(value) is python
    return type(value) is int or (wanted == "number" and type(value) is float)


def _harmless(schema: dict[str, Any], value: Any) -> bool:
    for key in schema.keys() - _PLAIN:
        if key == "format":
            if schema[key] not in _UNBOUND:
                return False
        elif key == "enum":
            members = schema[key]
            if type(members) is not list or type(value) is not str or value not in members:
                return False
        elif not key.startswith("x-"):
            return False
    return True


def _check(chosen: list[tuple[Sample, Narrowed]], definitions: dict[str, Narrowed], *, old: bool) -> Iterator[Problem]:
    """Check all values at once. Where a schema cannot be compiled, halve until only its own values are left out."""
    pending = [chosen]
    for _ in range(_MAX_COMPILED):
        if not pending:
            return
        part = pending.pop()
        try:
            first = _first_errors(part, _reachable(part, definitions) if part is not chosen else definitions, old=old)
        except (ValueError, RecursionError):
            if len(part) > 1:
                middle = len(part) // 2
                pending += [part[middle:], part[:middle]]
            continue
        for index, (error, count) in first.items():
            yield from _problem(part[index][0], error, count)


def _first_errors(part: list[tuple[Sample, Narrowed]], definitions: Mapping[str, Narrowed], *, old: bool) -> dict[int, tuple[Any, int]]:
    """The clearest error of each invalid value, by its index, and how many errors it has."""
    validator = _compile([narrowed.schema for _, narrowed in part], {name: narrowed.schema for name, narrowed in definitions.items()}, old=old)
    first: dict[int, tuple[Any, int]] = {}
    for error in islice(validator.iter_errors([sample.value for sample, _ in part]), _MAX_ERRORS):
        index = error.instance_path[0]
        known = first.get(index)
        first[index] = (error, 1) if known is None else (_clearer(known[0], error), known[1] + 1)
    return first


def _reachable(part: list[tuple[Sample, Narrowed]], definitions: dict[str, Narrowed]) -> dict[str, Narrowed]:
    found: dict[str, Narrowed] = {}
    stack = [name for _, narrowed in part for name in narrowed.refs]
    while stack:
        name = stack.pop()
        if name not in found:
            found[name] = definitions[name]
            stack.extend(definitions[name].refs)
    return found


def _compile(schemas: list[Any], definitions: dict[str, Any], *, old: bool) -> Any:
    import jsonschema_rs

    options: dict[str, Any] = {
        "validate_formats": True,
        "formats": {"byte": _is_base64, "email": _is_email},
        "offline": True,
        "mask": "it",
        "pattern_options": jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACK_LIMIT),
    }
    if old:
        schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "array", "items": schemas, "definitions": definitions}
        return jsonschema_rs.Draft4Validator(schema, **options)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "array", "prefixItems": schemas, "definitions": definitions}
    return jsonschema_rs.Draft202012Validator(schema, **options)


def _is_base64(text: str) -> bool:
    try:
        binascii.a2b_base64(text.encode("ascii"), strict_mode=False)
    except (ValueError, UnicodeEncodeError):
        return False
    return True


def _is_email(text: str) -> bool:
    return "@" in text


def _clearer(one: Any, other: Any) -> Any:
    """The error to show: a wrong value says more than a missing one, a deep place more than a shallow one."""
    return max(one, other, key=lambda error: (error.kind.name not in ("required", "anyOf", "oneOf"), len(error.instance_path)))


def _problem(sample: Sample, error: Any, count: int) -> Iterator[Problem]:
    if sample.textual and isinstance(sample.value, str):
        return
    if unchecked(error):
        return
    path, value = found_at(sample.value, error.instance_path[1:])
    word = "default" if sample.rule == "default-invalid" else "example"
    subject = f"`{plain(_shown_path(path))}` of the {word}" if path else f"the {word}"
    more = f", and {count - 1} more" if count > 1 else ""
    hint = "allow null in the schema, or leave the value out" if value is None else f"correct the {word} or the schema"
    yield Problem(sample.rule, sample.document, trail_of(list(path), start=sample.trail), f"{subject} {explained(error, value)}{more}", hint=hint)


def _shown_path(path: Iterable[Any]) -> str:
    """A path into a value as a person writes it.

    >>> _shown_path(["a", 0, "b"])
    'a[0].b'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
