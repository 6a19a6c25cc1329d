"""Which registered consumers a set of findings breaks, and which findings break nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cvt_engine.finding import Finding
from cvt_engine.impact.model import Consumer, Impact, Unmet
from cvt_engine.impact.relevance import Relevance
from cvt_engine.impact.usages import CompiledUsages, UsageIndex
from cvt_engine.load.spec import Spec
from cvt_engine.schema.quote import plain

_SHOWN: Final = 3


def impacts(findings: Sequence[Finding], consumers: Sequence[Consumer], base: Spec) -> tuple[Impact, ...]:
    """What the findings do to each consumer, in the order of the consumers; `base` is the description that their usages are written for.

    A finding concerns a consumer that uses an operation it shows up in. Findings about a property of a response body concern it only where it reads
    that property, a part of it, or the whole that the property is part of. What is not known is never safe: a consumer without usages, and a usage
    without fields, are concerned by all; so is everybody by findings about the whole document (servers, security schemes) and about webhooks. A usage
    that no operation of `base` answers to may be any operation of its method, and is taken for all of them.
    """
    index = UsageIndex.of(base)
    return impacts_of(findings, ((consumer, index.compiled(consumer.usages)) for consumer in consumers))


def impacts_of(findings: Sequence[Finding] | Relevance, consumers: Iterable[tuple[Consumer, CompiledUsages]]) -> tuple[Impact, ...]:
    """The same for consumers whose usages were compiled before (`UsageIndex`), as a server keeps them."""
    relevance = findings if isinstance(findings, Relevance) else Relevance(findings)
    return tuple(Impact(consumer, relevance.met(usages)) for consumer, usages in consumers)


def unused(findings: Sequence[Finding], consumers: Sequence[Consumer], base: Spec) -> tuple[Unmet, ...]:
    """The findings that concern no registered consumer, with the sentence that says so. With no consumer registered, nothing is known: there are none."""
    if not consumers:
        return ()
    relevance = Relevance(findings)
    index = UsageIndex.of(base)
    met = {id(one.finding) for usages in {index.compiled(consumer.usages) for consumer in consumers} for one in relevance.met(usages)}
    nobody = _nobody(consumers)
    left = [number for number, finding in enumerate(relevance.findings) if id(finding) not in met]
    return tuple(Unmet(relevance.findings[number], f"{nobody} {_words(relevance.concerns(number))}") for number in left)


def _nobody(consumers: Sequence[Consumer]) -> str:
    places = sorted({consumer.environment for consumer in consumers if consumer.environment})
    where = f" in {plain(', '.join(places))}" if 0 < len(places) <= _SHOWN else ""
    if len(consumers) == 1:
        return f"the one registered consumer{where} does not use"
    return f"none of the {len(consumers)} registered consumers{where} uses"


def _words(concerned: list[str]) -> str:
    shown = [plain(text, limit=160) for text in concerned[:_SHOWN]]
    more = len(concerned) - len(shown)
    if more > 0:
        return f"{', '.join(shown)} or {more} other {'places' if more > 1 else 'place'}"
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
