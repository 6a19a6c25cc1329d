"""Proofs: a concrete value that one side accepts and the other refuses, judged by compiled validators of both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, NamedTuple

from cvt_engine.change import Change, Direction
from cvt_engine.schema.candidates import candidates
from cvt_engine.schema.inherited import CHOSEN
from cvt_engine.schema.loc import Conj, Source
from cvt_engine.schema.node import Node
from cvt_engine.schema.refusal import Reasons, about, reason
from cvt_engine.schema.sample import NOTHING, Place, Sampler, surround
from cvt_engine.schema.told import READABLE, Told, checkable
from cvt_engine.schema.translate import LIMIT, TooLarge, Translator

TRIES: Final = 400
TRIES_OF: Final = {"pattern": 3_000, "condition": 1_500, "not": 1_500, "dependent-schemas": 1_500}
"""Values tried for one fact."""
MORE: Final = 40
"""Further values tried for one that is refused for what the fact speaks of."""
PROOFS: Final = 5_000
"""Facts that are certain and get a value all the same, in one comparison."""
FACTS: Final = 60
"""Facts of one pair of schemas that a proof is searched for."""
WHOLES: Final = 100
"""Proofs of one body or parameter that are shown as a whole one."""
SHARE: Final = 4_000
"""Schemas looked at for the values of one proof."""
SAMPLES: Final = 400_000
"""Schemas looked at for all proofs together."""
WHOLE: Final = 60
"""Places that a whole body may reach to be worth a proof of its own."""

UNSEEN: Final = frozenset({"xml"})
"""Aspects that validators know nothing of: a value that is refused is refused for something else."""

TOLD: Final = frozenset({"discriminator", "discriminator-value", "content-encoding", "content-media-type"})
"""Aspects that plain validation passes over: a value proves them that plain validation of the other side accepts."""
WANTED: Final = {"overlap": "OneOfMultipleValid"}
"""What a validator has to say of a value, where the fact speaks of nothing else."""

SPOKEN_OF: Final[dict[str, frozenset[str]]] = {
    "additional-properties": frozenset({"additionalProperties", "unevaluatedProperties"}),
    "condition": frozenset({"if", "then", "else"}),
    "contains": frozenset({"contains", "minContains", "maxContains"}),
    "dependent-required": frozenset({"dependentRequired"}),
    "dependent-schemas": frozenset({"dependentSchemas"}),
    "enum": frozenset({"enum", "const"}),
    "enum-value": frozenset({"enum", "const"}),
    "format": frozenset({"format"}),
    "max-items": frozenset({"maxItems"}),
    "max-length": frozenset({"maxLength"}),
    "max-properties": frozenset({"maxProperties"}),
    "maximum": frozenset({"maximum", "exclusiveMaximum"}),
    "min-items": frozenset({"minItems"}),
    "min-length": frozenset({"minLength"}),
    "min-properties": frozenset({"minProperties"}),
    "minimum": frozenset({"minimum", "exclusiveMinimum"}),
    "multiple-of": frozenset({"multipleOf"}),
    "not": frozenset({"not"}),
    "nullable": frozenset({"type"}),
    "pattern": frozenset({"pattern"}),
    "property": frozenset({"required", "additionalProperties", "unevaluatedProperties"}),
    "property-names": frozenset({"propertyNames"}),
    "required": frozenset({"required"}),
    "type": frozenset({"type"}),
    "unique-items": frozenset({"uniqueItems"}),
}
"""The keywords by which a value is best refused that proves a fact."""


class Proof(NamedTuple):
    """A checked value: `accepted` accepts it, `refused` refuses it (`base` or `revision`), for `reason`."""

    value: Any
    accepted: str
    refused: str
    reason: str


class Judge:
    """Compiled validators of one side and direction, one per conjunction."""

    def __init__(self, source: Source, side: Direction, *, told: bool = False) -> None:
        self._translator = Told(source, side, formats=True, one_way=False) if told else Translator(source, side)
        self._formats = READABLE if told else {}
        self._options: Any = None
        self._known: dict[tuple[Conj, int], Any] = {}

    def validator(self, schema: Conj, *, limit: int = LIMIT) -> Any:
        """The compiled validator, or None where the schema reaches more than `limit` places or cannot be compiled."""
        if (schema, limit) not in self._known:
            self._known[schema, limit] = self._compile(schema, limit)
        return self._known[schema, limit]

    def _compile(self, schema: Conj, limit: int) -> Any:
        import jsonschema_rs

        if self._options is None:
            self._options = jsonschema_rs.RegexOptions(size_limit=1 << 20, dfa_size_limit=1 << 22)
        try:
            document = self._translator.document(schema, limit)
            return jsonschema_rs.Draft202012Validator(document, validate_formats=True, formats=self._formats, pattern_options=self._options)
        except (TooLarge, ValueError, RecursionError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
            return None


class Prover:
    """Searches proofs for facts of schema pairs, both sides of one comparison."""

    def __init__(self, base: Source, revision: Source) -> None:
        self._sources = (base, revision)
        self._judges: dict[tuple[Direction, bool], tuple[Judge, Judge]] = {}
        self._samplers: dict[Direction, Sampler] = {}
        self._asked: Counter[tuple[str, int]] = Counter()
        self._left = SAMPLES
        self._proofs = PROOFS
        self._reasons = Reasons()

    def prove(self, change: Change, node: Node) -> Proof | None:
        """A checked proof that the fact breaks the contract in its direction, or None."""
        if change.aspect in UNSEEN or not self._may_prove(change, node):
            return None
        told = change.aspect in TOLD
        court, plain = self._court(node, LIMIT, told=told), self._court(node, LIMIT) if told else None
        if court is None or (told and not checkable(change)):
            return None
        with self._sampler(node.mode.side) as sampler:
            values = islice(candidates(change, *_order(node), sampler), TRIES_OF.get(change.aspect, TRIES))
            return self._best(change, node, _tried(values, court, plain, WANTED.get(change.aspect, "")))

    def _may_prove(self, change: Change, node: Node) -> bool:
        if "unproved" not in change.traits:
            self._proofs -= 1
        return self._proofs >= 0 and self._may_ask("fact", node, FACTS)

    def _best(self, change: Change, node: Node, tried: Iterator[tuple[Any, Any]]) -> Proof | None:
        """The first value that is refused for what the fact speaks of, else the first of all."""
        found, left = None, MORE
        keywords, subject = SPOKEN_OF.get(change.aspect), change.subject if change.aspect in ("required", "property") else ""
        for value, error in tried:
            if error is not None:
                proof = Proof(value, *_names(node), reason(error))
                if keywords is None or about(error, keywords, subject):
                    return proof
                found = found or proof
            left -= found is not None
            if left < 0:
                break
        return found

    def _may_ask(self, what: str, node: Node, limit: int) -> bool:
        self._asked[what, id(node)] += 1
        return self._asked[what, id(node)] <= limit

    @contextmanager
    def _sampler(self, side: Direction) -> Iterator[Sampler]:
        """The sampler of a direction, with a share of the work that may still be spent."""
        sampler = self._samplers[side]
        share = sampler.left = min(SHARE, self._left)
        try:
            yield sampler
        finally:
            self._left -= share - max(sampler.left, 0)

    def lift(self, proof: Proof, root: Node, way: tuple[str, ...], aspect: str) -> Proof | None:
        """The same proof as a whole body (or parameter) around the value, checked to be refused for what stands there.

        None where it cannot be built, is too large, or is refused for something else.
        """
        if not way:
            return proof
        court = self._court(root, WHOLE, told=aspect in TOLD or any(map(_is_chosen, way)))
        if court is None or not self._may_ask("whole", root, WHOLES):
            return None
        with self._sampler(root.mode.side) as sampler:
            value, place = _whole(root, way, proof.value, sampler)
        error = court.error_at(value, place) if value is not NOTHING and court.fits(value) else None
        return None if error is None else Proof(value, proof.accepted, proof.refused, reason(error))

    def _court(self, node: Node, limit: int, *, told: bool = False) -> _Court | None:
        side = node.mode.side
        judges = self._judges.get((side, told))
        if judges is None:
            judges = self._judges[side, told] = (Judge(self._sources[0], side, told=told), Judge(self._sources[1], side, told=told))
        self._samplers.setdefault(side, Sampler(side))
        base, revision = judges[0].validator(node.base, limit=limit), judges[1].validator(node.revision, limit=limit)
        if base is None or revision is None:
            return None
        accepts, refuses = (base, revision) if side is Direction.REQUEST else (revision, base)
        return _Court(accepts, refuses, self._reasons, node.mode.text)


def _order(node: Node) -> tuple[Conj, Conj]:
    """(the side whose values are given, the side that must take them)."""
    return (node.base, node.revision) if node.mode.side is Direction.REQUEST else (node.revision, node.base)


def _names(node: Node) -> tuple[str, str]:
    return ("base", "revision") if node.mode.side is Direction.REQUEST else ("revision", "base")


class _Court(NamedTuple):
    """The validators of both sides of one pair. On the wire a value may be text: it fits when any reading of that text fits."""

    accepts: Any
    refuses: Any
    reasons: Reasons
    text: bool

    def fits(self, value: Any) -> bool:
        """Does the giving side accept it?"""
        return self._fits(self.accepts, value)

    def error(self, value: Any, wanted: str = "") -> Any:
        """Why the taking side refuses it, with an error of the kind that is wanted if one is; None where it does not."""
        if self.text and self._fits(self.refuses, value):
            return None
        return self.reasons.of_kind(self.refuses, value, wanted) if wanted else self.reasons.first(self.refuses, value)

    def error_at(self, value: Any, place: Place) -> Any:
        """Why the taking side refuses it for what stands at a place; None where it does not."""
        if self.text and self._fits(self.refuses, value):
            return None
        return self.reasons.at(self.refuses, value, place)

    def _fits(self, validator: Any, value: Any) -> bool:
        return any(map(validator.is_valid, readings(value))) if self.text else validator.is_valid(value)


def _tried(values: Iterator[Any], court: _Court, plain: _Court | None, wanted: str) -> Iterator[tuple[Any, Any]]:
    """Each value with the reason why one side refuses what the other accepts, else with None. `plain`: judges that have to accept it."""
    for value in values:
        error = court.error(value, wanted) if value is not NOTHING and court.fits(value) else None
        yield value, None if error is not None and plain is not None and plain.error(value) is not None else error


def _is_chosen(segment: str) -> bool:
    return segment.startswith(CHOSEN)


def _whole(root: Node, way: tuple[str, ...], value: Any, sampler: Sampler) -> tuple[Any, Place]:
    """The smallest value of the root that holds the value at the end of the way, and the place of it; an heir is told by its own schema."""
    nodes, place = [root], Place()
    for segment in way if any(map(_is_chosen, way)) else ():
        below = next((child for name, child in nodes[-1].children if name == segment), None)
        if below is None:
            return NOTHING, ()
        nodes.append(below)
    ends = [len(way), *(index for index in range(len(way) - 1, -1, -1) if _is_chosen(way[index]))]
    for end, start in zip(ends, [*(index + 1 for index in ends[1:]), 0], strict=True):
        value, inner = surround(_order(nodes[start])[0], way[start:end], value, sampler)
        place = (*inner, *place)
    return value, place


def readings(value: Any) -> Iterator[Any]:
    """All JSON values that the wire text of a value can be read as."""
    yield value
    match value:
        case bool():
            yield str(value).lower()
        case int() | float():
            yield str(value)
        case str():
            if value in ("true", "false"):
                yield value == "true"
            try:
                number = float(value)
            except (ValueError, OverflowError):
                return
            if number == number and abs(number) < 1e15:
                yield int(number) if number.is_integer() else number
        case [single]:
            yield from (reading for reading in readings(single) if not isinstance(reading, list))
        case list():
            yield [str(item) if isinstance(item, int | float) and not isinstance(item, bool) else item for item in value]
