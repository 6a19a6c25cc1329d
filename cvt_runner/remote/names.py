"""Under which id the registry knows a description."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from cvt_runner.model.report import SpecReport

_OTHER: Final = re.compile(r"[^a-z0-9]+")
_MOST: Final = 200


def schema_ids(specs: Sequence[SpecReport]) -> dict[str, str]:
    """An id for each path: the API's configured id, else its title, else its path; two of one title go by their paths."""
    wanted = {spec.path: spec.api or slug(spec.title) or slug(spec.path) for spec in specs}
    used = Counter(wanted.values())
    return {path: name if used[name] == 1 else slug(path) or path for path, name in wanted.items()}


def slug(text: str) -> str:
    """Lower-case words joined by hyphens.

    >>> slug("Shop API (v2)")
    'shop-api-v2'
    """
    return _OTHER.sub("-", text.lower()).strip("-")[:_MOST]
