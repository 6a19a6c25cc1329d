"""What a proof says and how its value is shown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cvt_engine.finding import Witness
from cvt_runner.model.report import Base, Check, Item, Report, Run, SpecReport, SpecStatus
from cvt_runner.render import wording
from cvt_runner.render.registry import render
from tests.runner.render import sample

REQUEST = Witness("request", "51", "base", "revision", "51 is greater than the maximum of 50")
LONG = '{"a":{"b":[1,2,3],"c":"' + "x" * 50 + '"}}'


def _report(witness: Witness) -> Report:
    spec = SpecReport("a.yaml", SpecStatus.CHANGED, (Item(replace(sample.LIMIT, witness=witness), Check.DIFF),))
    return Report(sample.RUN, sample.FOUND_BASE, (spec,))


@pytest.mark.parametrize(
    ("kind", "accepts", "refuses", "said"),
    [
        ("request", "base", "revision", "this request was valid, and is now refused (the revision says: no)"),
        ("response", "revision", "base", "this response was excluded, and may now be sent (the base says: no)"),
        ("value", "base", "revision", "this value was valid, and is now refused (the revision says: no)"),
        ("value", "revision", "base", "this value was excluded, and may now be sent (the base says: no)"),
        ("request", "revision", "base", "this request is accepted by the revision, and refused (the base says: no)"),
    ],
)
@pytest.mark.parametrize("form", ["text", "html"])
def test_sentence(kind: str, accepts: str, refuses: str, said: str, form: str) -> None:
    found = Witness(kind, "51", accepts, refuses, "no")
    assert wording.proof(found) == said
    assert said in render(form, _report(found))


def test_who_refuses_is_said_without_a_reason() -> None:
    assert wording.proof(replace(REQUEST, reason="")) == "this request was valid, and is now refused (by the revision)"


def test_long_json_is_indented_in_a_block() -> None:
    text = render("markdown", _report(replace(REQUEST, value=LONG)))
    assert '```json\n{\n  "a": {\n    "b": [\n      1,\n' in text
    assert wording.example(replace(REQUEST, value=LONG))[-1] == "}"
    assert "\n          {\n" in render("text", _report(replace(REQUEST, value=LONG)))
    assert "<pre><code>{\n" in render("html", _report(replace(REQUEST, value=LONG)))


def test_short_value_stays_in_its_sentence() -> None:
    assert "\\(the revision says: 51 is greater than the maximum of 50\\): `51`" in render("markdown", _report(REQUEST))


@pytest.mark.parametrize("value", ["[" + "1," * 5_000 + "1]", "x" * 100_000, "[" * 100_000, "\ud800" * 500, "\n" * 500, '{"a": "\\u202e' + "b" * 100 + '"}'])
def test_any_value_is_cut_at_a_sane_length(value: str) -> None:
    lines = wording.example(replace(REQUEST, value=value))
    assert len(lines) <= 31
    assert all(len(line) <= 160 and "\n" not in line and "\u202e" not in line for line in lines)
    for form in ("text", "markdown", "html"):
        assert len(render(form, _report(replace(REQUEST, value=value))).encode()) < 25_000


def test_documents_on_their_own_are_not_called_a_new_api() -> None:
    spec = SpecReport("a.yaml", SpecStatus.NEW)
    lint = Report(Run(event="lint"), Base(), (spec,))
    for form in ("text", "markdown", "html", "junit"):
        text = render(form, lint)
        assert "new API" not in text
        assert "no problems found" in text or form == "junit"
    assert "new API, nothing to compare with yet" in render("text", Report(sample.RUN, sample.FOUND_BASE, (spec,)))
    warned = replace(lint, specs=(replace(spec, items=(Item(sample.STALE, Check.LINT),)),))
    assert wording.headline(warned) == "no errors, 1 warning"
