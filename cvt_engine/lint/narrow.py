"""OpenAPI schemas as plain JSON Schema for the compiled validator: only what is reachable, only what is asserted."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.document import Document, Version
from cvt_engine.errors import EngineError
from cvt_engine.lint.grammar.kind import Mode
from cvt_engine.lint.grammar.versions import grammar_of
from cvt_engine.load.spec import Spec
from cvt_engine.schema.cost import Narrowed
from cvt_engine.schema.keywords import CHECKS, is_number
from cvt_engine.schema.loc import takes_null
from cvt_engine.schema.regex import is_checkable

_ANNOTATIONS: Final = frozenset(
    (
        *("title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "nullable", "discriminator", "xml"),
        *("externalDocs", "$comment", "$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary", "$defs", "definitions", "dependencies"),
        *("contentEncoding", "contentMediaType", "contentSchema", "collectionFormat", "name", "in", "allowEmptyValue", "style", "explode"),
    )
)
_FORMATS: Final = frozenset(("date", "date-time", "email", "ipv4", "ipv6", "uuid", "byte"))
_RANGES: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
MAX_DEPTH: Final = 100
"""Nesting of one schema that is followed; what lies deeper is not checked."""


_COMBINING: Final = frozenset(("allOf", "anyOf", "oneOf", "dependentSchemas", "if"))


class Narrower:
    """Translates schemas of one description. `definitions` grows by every schema that a reference reaches."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.old = spec.version in (Version.V2, Version.V30)
        self.definitions: dict[str, Narrowed] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._pending: list[tuple[str, Any, Document]] = []
        self._modes = {name: shape.mode for name, shape in grammar_of(spec.version)["Schema"].fields.items() if shape.mode is not Mode.LEAF}
        self._refs: list[str] = []
        self._branches = False

    def schema(self, node: Any, document: Document) -> Narrowed:
        """The plain schema of a node and, as a side effect, the definitions it needs."""
        narrowed = self._whole(node, document)
        while self._pending:
            name, target, where = self._pending.pop()
            self.definitions[name] = self._whole(target, where)
        return narrowed

    def _whole(self, node: Any, document: Document) -> Narrowed:
        self._refs, self._branches = [], False
        plain = self._schema(node, document, 0)
        return Narrowed(plain, tuple(self._refs), self._branches)

    def reference(self, ref: str, document: Document) -> Any:
        """A reference into `definitions`; everything is allowed where the reference leads nowhere."""
        try:
            target = self.spec.resolve(ref, document)
        except EngineError:
            return True if not self.old else {}
        key = (target.document.uri, target.pointer)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"s{len(self._names)}"
            self._pending.append((name, target.node, target.document))
        self._refs.append(name)
        return {"$ref": f"#/definitions/{name}"}

    def _schema(self, node: Any, document: Document, depth: int) -> Any:
        if type(node) is not dict or depth > MAX_DEPTH:
            return node if isinstance(node, bool) and not self.old else {}
        ref = node.get("$ref")
        if type(ref) is str and (self.old or len(node) == 1):
            return self.reference(ref, document)
        out: dict[str, Any] = {}
        for key, value in node.items():
            if key in _ANNOTATIONS:
                continue
            mode = self._modes.get(key)
            if mode is None:
                self._assertion(out, key, value, document)
            else:
                self._applicator(out, key, value, mode, document, depth)
        self._soften(node, out)
        return out

    def _applicator(self, out: dict[str, Any], key: str, value: Any, mode: Mode, document: Document, depth: int) -> None:
        if key in _COMBINING:
            self._branches = True
        if mode is Mode.MAP:
            if type(value) is dict:
                out[key] = {name: self._schema(child, document, depth + 1) for name, child in value.items() if key != "patternProperties" or is_checkable(name)}
        elif mode is Mode.LIST or type(value) is list:
            if type(value) is list and value:
                parts = [self._schema(child, document, depth + 1) for child in value]
                out[key] = [*out.get(key, ()), *parts]
        elif type(value) is dict:
            out[key] = self._schema(value, document, depth + 1)
        elif type(value) is bool and (not self.old or key == "additionalProperties"):
            out[key] = value

    def _assertion(self, out: dict[str, Any], key: str, value: Any, document: Document) -> None:
        """A keyword whose value holds no schema; malformed ones are left out, they are reported by the structure check."""
        check = CHECKS.get(key)
        if check is not None:
            if check(value):
                out[key] = value
            elif key == "enum" and value == []:
                _also(out, {"not": {}})
        elif key == "format":
            _format(out, value)
        elif key == "$ref":
            if type(value) is str:
                _also(out, self.reference(value, document))
        elif key in ("exclusiveMinimum", "exclusiveMaximum") and (isinstance(value, bool) if self.old else is_number(value)):
            out[key] = value

    def _soften(self, node: dict[str, Any], out: dict[str, Any]) -> None:
        """What OpenAPI allows beyond JSON Schema: null where nullable, and requests without what is read-only (responses without what is write-only)."""
        if takes_null(node, modern=not self.old):
            _allow_null(out)
        if self.old:
            for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
                if flag in out and bound not in out:
                    del out[flag]
        properties = node.get("properties")
        if "required" in out and type(properties) is dict:
            one_way = {name for name, child in properties.items() if type(child) is dict and (child.get("readOnly") is True or child.get("writeOnly") is True)}
            if one_way:
                rest = [name for name in out.pop("required") if name not in one_way]
                if rest:
                    out["required"] = rest


def _allow_null(out: dict[str, Any]) -> None:
    kinds = out.get("type")
    if isinstance(kinds, str):
        out["type"] = [kinds, "null"]
    elif isinstance(kinds, list) and "null" not in kinds:
        out["type"] = [*kinds, "null"]


def _also(out: dict[str, Any], schema: Any) -> None:
    out["allOf"] = [*out.get("allOf", ()), schema]


def _format(out: dict[str, Any], name: Any) -> None:
    if not isinstance(name, str):
        return
    if name in _RANGES:
        low, high = _RANGES[name]
        _also(out, {"minimum": low, "maximum": high})
    elif name in _FORMATS:
        out["format"] = name
