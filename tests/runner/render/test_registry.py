from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings

from cvt_runner.errors import UsageError
from cvt_runner.model.report import Report
from cvt_runner.render.registry import RENDERERS, RenderOptions, render
from tests.runner.render import sample
from tests.runner.render.reports import REPORTS


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="text, json, markdown") as caught:
        render("yaml", sample.clean())
    assert caught.value.exit_code == 2


def test_slow_libraries_are_imported_only_by_the_format_that_needs_them() -> None:
    code = (
        "import sys\n"
        "from tests.runner.render import sample\n"
        "from cvt_runner.render.registry import render\n"
        "for name in ('text', 'markdown', 'summary', 'github'):\n"
        "    render(name, sample.full())\n"
        "print(sorted({'jinja2', 'click', 'jsonschema_rs', 'github', 'yaml'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(RENDERERS))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(report=REPORTS)
def test_any_report_at_all_can_be_rendered_and_written(name: str, report: Report) -> None:
    options = RenderOptions(repository_url="https://code.example/a/b")
    text = render(name, report, options)
    text.encode()
    assert text == render(name, report, options)


@pytest.mark.parametrize("name", sorted(set(RENDERERS) - {"json"}))
def test_limit_is_respected_and_said(name: str) -> None:
    text = render(name, sample.many(30), RenderOptions(limit=4, full_report="artifact cvt-report"))
    shown = [n for n in range(30) if f"finding {n} " in text or f"finding {n}" in text.split("\n")]
    assert 3 <= len(shown) <= 12
    assert "artifact cvt-report" in text.replace("\\", "")
