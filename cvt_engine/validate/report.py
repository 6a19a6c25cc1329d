"""Collects the violations of one side of one exchange."""

from __future__ import annotations

from typing import Any

from cvt_engine.document import Document, escape
from cvt_engine.schema.checker import UNCHECKED, Checker, Problem, Unusable, pointer_of
from cvt_engine.schema.loc import Loc
from cvt_engine.schema.quote import plain
from cvt_engine.validate.violation import MAX_MESSAGE, Violation, hint_of


class Report:
    """`entry` is the description's first file, whose pointers need no file name."""

    __slots__ = ("_entry", "_most", "_operation", "found", "side")

    def __init__(self, side: str, operation: str, entry: Document, most: int) -> None:
        self.side = side
        self._operation = operation
        self._entry = entry
        self._most = most
        self.found: list[Violation] = []

    def turn(self) -> None:
        """From the request to the response, which may have as many violations of its own."""
        self.side = "response"
        self._most += len(self.found)

    def add(self, rule: str, location: str, message: str, loc: Loc, *, pointer: str = "", tokens: tuple[str, ...] = (), hint: str = "") -> None:
        """Tell one violation; `tokens` lead from the place to the element that says so."""
        if len(self.found) >= self._most:
            return
        below = "".join(f"/{escape(token)}" for token in tokens)
        where = f"{loc.pointer}{below}"
        if loc.document is not self._entry:
            where = f"{loc.document.uri}#{where}"
        text = plain(message, limit=MAX_MESSAGE)
        self.found.append(Violation(rule, self.side, text, location, pointer, self._operation, where, hint or hint_of(rule), loc.document))

    def fits(self, checker: Checker | Unusable, value: Any) -> bool:
        """Whether a value fits; values that the validator cannot take do not."""
        try:
            return bool(checker.is_valid(value))
        except (ValueError, RecursionError):
            return False

    def schema(self, rule: str, location: str, checker: Checker | Unusable, value: Any, *, hint: str = "", inside: tuple[int, ...] = ()) -> None:
        """Tell why a value does not fit."""
        try:
            for problem in checker.problems(value, most=self._most):
                self._one(rule, location, problem._replace(path=(*inside, *problem.path)) if inside else problem, hint)
        except (ValueError, RecursionError) as error:
            self.add(rule, location, f"holds a value that cannot be checked: {str(error).partition(chr(10))[0]}", checker.home)

    def _one(self, rule: str, location: str, problem: Problem, hint: str) -> None:
        if problem.keyword == UNCHECKED:
            rule = f"{self.side}-schema-unusable"
        elif problem.keyword == "falseSchema" and rule.endswith("body-schema") and one_way(problem):
            rule = f"{self.side}-body-one-way"
        self.add(rule, location, problem.text, problem.home, pointer=pointer_of(problem.path), tokens=problem.tokens, hint=hint)


def one_way(problem: Problem) -> bool:
    """Whether the property is refused only because it travels in the other direction."""
    node = problem.home.node
    try:
        for token in problem.tokens:
            node = node[token] if isinstance(node, dict) else node[int(token)]
    except (KeyError, ValueError, IndexError, TypeError):
        return False
    return node is not False
