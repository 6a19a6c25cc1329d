"""`rules:` of the configuration file and `RULE=LEVEL` of the command line."""

from __future__ import annotations

from typing import Any, Final

from cvt_engine.document import Document
from cvt_engine.errors import UnknownRule
from cvt_engine.facade import RULES, rule
from cvt_runner.config.document import nearest, where
from cvt_runner.console import printable
from cvt_runner.errors import UsageError
from cvt_runner.model.globs import is_glob, matches
from cvt_runner.model.levels import Level, Setting

_LEVELS: Final = tuple(level.value for level in Level)


def rules_of(node: Any, document: Document) -> tuple[Setting, ...]:
    """The settings under `rules`, those that count more last: a rule's own id wins over a pattern. Raises UsageError naming file:line."""
    if node is None:
        return ()
    if not isinstance(node, dict):
        raise UsageError(f"{where(document, 'rules')}: rules has to be a mapping of rule ids to {', '.join(_LEVELS)}")
    return _ordered(_setting(str(key), value, where(document, "rules", str(key))) for key, value in node.items())


def rules_from(texts: tuple[str, ...], place: str) -> tuple[Setting, ...]:
    """The settings of `RULE=LEVEL` texts, in the same order. Raises UsageError naming `place`."""
    return _ordered(_parsed(text, place) for text in texts)


def _parsed(text: str, place: str) -> Setting:
    name, sign, level = text.partition("=")
    if not sign:
        raise UsageError(f"{place}: {printable(text)!r} is not RULE=LEVEL", hint=f"LEVEL is one of {', '.join(_LEVELS)}")
    return _setting(name.strip(), level.strip(), place)


def _setting(pattern: str, level: Any, place: str) -> Setting:
    if level not in _LEVELS:
        raise UsageError(f"{place}: {printable(str(level))!r} is not a level of a rule", hint=nearest(str(level), _LEVELS))
    if is_glob(pattern):
        if not any(matches(row.id, pattern) for row in RULES):
            raise UsageError(f"{place}: no rule matches {printable(pattern)!r}", hint="`*` stands for any characters; `cvt explain` lists all rules")
        return Setting(pattern, Level(level), place)
    try:
        return Setting(rule(pattern).id, Level(level), place)
    except UnknownRule as error:
        raise UsageError(f"{place}: {printable(error.message)}", hint=error.hint) from None


def _ordered(settings: Any) -> tuple[Setting, ...]:
    return tuple(sorted(settings, key=lambda setting: not is_glob(setting.pattern)))
