"""Names of components. Since 3.1 they are part of the document's form; before, only this check looks at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cvt_engine.document import Version
from cvt_engine.lint.problem import Problem, plain
from cvt_engine.lint.survey import Survey

_NAME: Final = re.compile(r"[a-zA-Z0-9._-]+")


def check_components(survey: Survey) -> Iterator[Problem]:
    """Names of the components of a 3.0 document."""
    components = survey.spec.entry.tree.get("components")
    if survey.spec.version != Version.V30 or not isinstance(components, dict):
        return
    for section, entries in components.items():
        if not isinstance(entries, dict) or str(section).startswith("x-"):
            continue
        for name in entries:
            if not _NAME.fullmatch(str(name)):
                trail = (((None, "components"), section), name)
                yield Problem("component-name", survey.spec.entry, trail, f"`{plain(str(name))}` is not a valid component name")
