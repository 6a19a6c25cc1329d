from __future__ import annotations

import pytest

from cvt_runner.render.registry import RENDERERS
from tests.runner.render import golden_files

_TEXTS = golden_files.texts()


@pytest.mark.parametrize("name", sorted(_TEXTS))
def test_output_is_as_recorded(name: str) -> None:
    assert _TEXTS[name].encode() == (golden_files.FOLDER / name).read_bytes(), "if the change is meant: python -m tests.runner.render.golden_files"


def test_every_format_has_golden_files_and_none_is_left_over() -> None:
    assert golden_files.formats() == set(RENDERERS)
    assert {path.name for path in golden_files.FOLDER.iterdir()} == set(_TEXTS)
