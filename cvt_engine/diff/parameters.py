"""Parameters and headers: text on the wire, whatever the type is called."""

from __future__ import annotations

from cvt_engine.change import Act, Direction, Ref
from cvt_engine.diff import lifecycle, spread
from cvt_engine.diff.collect import Collector, Scope
from cvt_engine.operations.model import FORM, XML, Key, Operation, Parameter
from cvt_engine.operations.read import IGNORED_HEADERS, lost, raw_lists
from cvt_engine.operations.security import keys_of
from cvt_engine.schema.canon import text_canon
from cvt_engine.schema.loc import Conj
from cvt_engine.schema.node import Mode
from cvt_engine.schema.read import shape_of
from cvt_engine.schema.scalars import holds
from cvt_engine.wire.media import is_json
from cvt_engine.wire.styles import DELIMITERS
from cvt_engine.wire.text import free_text, kinds_of

RESERVED = frozenset(":/?#[]@!$&'()*+,;=")
"""What `allowReserved` lets through as it is (RFC 3986, 2.2)."""
WORDS = frozenset({"number", "boolean"})
"""Types whose values JSON writes as plain text does."""
MARKED = ("content", "matrix", "label")
"""Wire forms that show even where the value is a single one."""


def compare(collector: Collector, scope: Scope, old: Operation, new: Operation) -> None:
    """Compare all parameters of an operation."""
    before, after = spread.parted(*(side.parameters if old.dialect is new.dialect else _known_to_both(side.parameters) for side in (old, new)))
    for key, parameter in before.items():
        if (other := after.get(key)) is not None:
            value(collector, _place(scope, parameter), parameter, other, aspect="parameter")
    if gone := _only_in(before, after, scope, new):
        missing, names = lost(*raw_lists(new)), {name for _, name in after}
        for parameter in gone:
            _gone(collector, _place(scope, parameter), parameter, _home(new), missing=missing, moved=parameter.name in names)
    if come := _only_in(after, before, scope, old, taken=True):
        missing = lost(*raw_lists(old))
        for parameter in come:
            _come(collector, _place(scope, parameter), parameter, _home(old), missing=missing)


def _known_to_both(parameters: spread.Parameters) -> spread.Parameters:
    """Without those that one of two versions of OpenAPI ignores."""
    return {key: parameter for key, parameter in parameters.items() if key[0] != "header" or key[1] not in IGNORED_HEADERS}


def _only_in(mine: spread.Parameters, theirs: spread.Parameters, scope: Scope, other: Operation, *, taken: bool = False) -> list[Parameter]:
    """The parameters of one side that are not on the other, not as the API key that every client sends either; what is `taken` must take any key then.

    Of a path only the declaration can be missing: the templates are equal.
    """
    found = [parameter for key, parameter in mine.items() if key not in theirs and parameter.place != "path"]
    keys = keys_of(other) if found and scope.side is Direction.REQUEST else frozenset()
    return [parameter for parameter in found if _key(parameter) not in keys or (taken and not free_text(parameter.schema))]


def _key(parameter: Parameter) -> Key:
    return (parameter.place, parameter.name.lower() if parameter.place == "header" else parameter.name)


def _place(scope: Scope, parameter: Parameter) -> Scope:
    return scope.inside(f"{parameter.place} parameter {parameter.name}")


def _gone(collector: Collector, place: Scope, parameter: Parameter, home: Ref, *, missing: str, moved: bool) -> None:
    if missing:
        collector.unreadable(place, (parameter.loc, home), missing)
        return
    traits = {parameter.place, "moved" if moved else "gone", "required" if parameter.required else "optional"}
    if parameter.deprecated:
        traits.add("deprecated")
    collector.add(place, "parameter", Act.REMOVED, (parameter.loc, home), subject=parameter.name, traits=traits)


def _come(collector: Collector, place: Scope, parameter: Parameter, home: Ref, *, missing: str) -> None:
    if missing:
        collector.unreadable(place, (home, parameter.loc), missing)
        return
    traits = {parameter.place, "required" if parameter.required else "optional"}
    if parameter.required and parameter.schema and shape_of(parameter.schema).default is not None:
        traits.add("has-default")
    collector.add(place, "parameter", Act.ADDED, (home, parameter.loc), subject=parameter.name, traits=traits)


def _home(operation: Operation) -> Ref:
    return operation.loc.where("parameters") if "parameters" in operation.loc.node else operation.loc.ref


def value(collector: Collector, scope: Scope, old: Parameter, new: Parameter, *, aspect: str) -> None:
    """Compare what one parameter or header may carry, and how."""
    if collector.same(old.loc, new.loc):
        return
    if old.required != new.required:
        act = Act.ADDED if new.required else Act.REMOVED
        sites = (old.loc.where("required"), new.loc.where("required"))
        traits = {"has-default"} if new.required and new.schema and shape_of(new.schema).default is not None else set()
        collector.add(scope, f"{aspect}-required", act, sites, subject=new.name, traits=traits)
    if old.deprecated != new.deprecated and aspect == "parameter":
        act = Act.ADDED if new.deprecated else Act.REMOVED
        collector.add(scope, "deprecated", act, (old.loc.where("deprecated"), new.loc.where("deprecated")))
    if aspect == "parameter":
        lifecycle.compare(collector, scope, old.loc, new.loc)
    _wire(collector, scope, old, new, aspect)
    if _any_text(*((old, new) if scope.side is Direction.REQUEST else (new, old))):
        return
    near = (old.loc.where("schema"), new.loc.where("schema"))
    content = bool(old.media) and old.media == new.media
    mode = Mode(scope.side, text=not content, form=content and old.media.startswith(FORM), xml=content and old.media.endswith(XML))
    before, after = _sent(old, new)
    collector.schemas(scope, before, after, near, mode)


def _sent(old: Parameter, new: Parameter) -> tuple[Conj, Conj]:
    """What may be sent: some values cannot be sent empty, so that it makes no difference whether they may be."""
    for keyword, never_empty in (("minItems", _one_by_one), ("minLength", _segment)):
        if never_empty(old) and never_empty(new) and max(_least(side, keyword) for side in (old, new)) <= 1:
            before, after = ((*side.schema, side.loc.source.made(side.loc, "sent", {keyword: 1})) for side in (old, new))
            return before, after
    return old.schema, new.schema


def _least(parameter: Parameter, keyword: str) -> int:
    shape = shape_of(parameter.schema)
    return shape.min_items if keyword == "minItems" else shape.min_length


def _any_text(given: Parameter, taken: Parameter) -> bool:
    """Is a list, or what may be one, written as one text and sent where any text is taken?"""
    kinds = kinds_of(given.schema) - {"null"}
    joined = "array" in kinds if given.style == "simple" else kinds == {"array"} and not given.explode
    return joined and not (given.media or taken.media or shape_of(given.schema).broken) and kinds_of(taken.schema) == {"string"} and free_text(taken.schema)


def _one_by_one(parameter: Parameter) -> bool:
    """Is it a list of which each item is sent by itself?"""
    kinds = kinds_of(parameter.schema) - {"null"}
    return kinds == {"array"} and parameter.explode and parameter.style == "form" and not parameter.media


def _segment(parameter: Parameter) -> bool:
    """Is it a text that a path is made of? A path with nothing there is another one."""
    return parameter.place == "path" and parameter.style == "simple" and not parameter.media and kinds_of(parameter.schema) == {"string"}


def _wire(collector: Collector, scope: Scope, old: Parameter, new: Parameter, aspect: str) -> None:
    before, after = wire_form(old), wire_form(new)
    if before != after and ("plain" not in (before, after) or any(form.startswith(MARKED) for form in (before, after))):
        texts = _shown(old, before), _shown(new, after)
        collector.add(scope, f"{aspect}-serialization", Act.CHANGED, (old.loc, new.loc), subject=new.name, before=texts[0], after=texts[1])
    for attribute, keyword in (("reserved", "allowReserved"), ("empty", "allowEmptyValue")):
        first, second = getattr(old, attribute), getattr(new, attribute)
        if first != second and not _UNHEARD[attribute](new if first else old):
            act = Act.NARROWED if first else Act.WIDENED
            collector.add(scope, f"{aspect}-{attribute}", act, (old.loc.where(keyword), new.loc.where(keyword)), subject=new.name)


def _takes_empty(parameter: Parameter) -> bool:
    """Is nothing behind the name taken anyway: as the text that the schema takes, or where `allowEmptyValue` is ignored?"""
    if parameter.place != "query":
        return True
    texts = text_canon(parameter.schema).get("string", []) if not parameter.media else []
    nothing = ("string", "")
    return any(not shape.formats and holds(shape, nothing) and (shape.enum is None or nothing in shape.enum) for shape in texts)


def _unreserved(parameter: Parameter) -> bool:
    """Is no character reserved in any text that the schema takes?"""
    texts = text_canon(parameter.schema) if not parameter.media else {"": []}
    if texts.keys() - {"number", "string"} or not all(shape.integer for shape in texts.get("number", [])):
        return False
    listed = [shape.enum for shape in texts.get("string", [])]
    return all(values is not None and RESERVED.isdisjoint("".join(str(content) for _, content in values)) for values in listed)


_UNHEARD = {"empty": _takes_empty, "reserved": _unreserved}
"""By attribute: where does it make no difference to a parameter?"""


def wire_form(parameter: Parameter) -> str:
    """How the value is written, as far as it makes a difference for the types the parameter takes."""
    return f"{_outer_form(parameter)}, lists within {parameter.inner}" if parameter.inner else _outer_form(parameter)


def _outer_form(parameter: Parameter) -> str:
    texts = text_canon(parameter.schema)
    kinds = texts.keys()
    single = not kinds & {"array", "object"}
    if parameter.media and not (single and parameter.media == "text/plain") and not (is_json(parameter.media) and kinds_of(parameter.schema) <= WORDS):
        return f"content {parameter.media}"
    style, explode = parameter.style, parameter.explode
    if single:
        return f"matrix {parameter.name}" if style == "matrix" else style if style == "label" else "plain"
    if style in ("simple", "label") and "object" not in kinds and style == "simple":
        return "simple"
    if style == "deepObject":
        return "deepObject"
    if style in DELIMITERS and explode and "object" not in kinds:
        style = "form"  # a list of which each item is sent by itself needs no delimiter
    named = f"matrix {parameter.name}" if style == "matrix" else style
    several = "object" in kinds or any(shape.max_items is None or shape.max_items > 1 for shape in texts["array"])
    return f"{named}{', exploded' if explode and several else ''}"


SHAPES = {
    ("deepObject", "object"): "{0}[k]=v",
    ("form", "array"): "{0}=a,b",
    ("form", "object"): "{0}=k,v",
    ("form, exploded", "array"): "{0}=a&{0}=b",
    ("form, exploded", "object"): "k=v",
    ("pipeDelimited", "array"): "{0}=a|b",
    ("simple", "object"): "k,v",
    ("simple, exploded", "object"): "k=v",
    ("spaceDelimited", "array"): "{0}=a%20b",
}
"""What a list or an object looks like on the wire."""


def _shown(parameter: Parameter, form: str) -> str:
    return shown(form, "object" if "object" in text_canon(parameter.schema) else "array", parameter.name)


def shown(form: str, kind: str, name: str) -> str:
    """A form of an object or array with what it looks like."""
    shape = SHAPES.get((form, kind))
    return f"{form} ({shape.format(name)})" if shape else form


def compare_headers(collector: Collector, scope: Scope, old: dict[str, Parameter], new: dict[str, Parameter], home: tuple[Ref, Ref]) -> None:
    """Compare the headers of a response."""
    for name, header in old.items():
        place = scope.inside(f"header {header.name}")
        if name in new:
            value(collector, place, header, new[name], aspect="header")
        else:
            traits = {"required" if header.required else "optional"}
            collector.add(place, "header", Act.REMOVED, (header.loc, home[1]), subject=header.name, traits=traits)
    for name, header in new.items():
        if name not in old:
            traits = {"required" if header.required else "optional"}
            collector.add(scope.inside(f"header {header.name}"), "header", Act.ADDED, (home[0], header.loc), subject=header.name, traits=traits)
