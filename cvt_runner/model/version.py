"""What a version number has to say about a change, and whether it does (Semantic Versioning 2.0.0)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple, Self

from msgspec import Struct

_SHOWN: Final = 60
_DIGITS: Final = r"(?:0|[1-9][0-9]{0,8})"
_SEMANTIC: Final = re.compile(
    rf"(?P<prefix>[vV]?)(?P<core>{_DIGITS}(?:\.{_DIGITS}){{0,2}})(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+(?P<build>[0-9A-Za-z.-]+))?"
)
# 2024.1.0 and 2024-01-15 count days, not changes.
_CALENDAR: Final = re.compile(r"[vV]?(?:19|20|21)[0-9]{2}(?:$|[-./0-9])")


class VersionPolicy(StrEnum):
    """What a version that does not announce its change leads to: nothing, a warning, or an error."""

    OFF = "off"
    WARN = "warn"
    ENFORCE = "enforce"


class Bump(StrEnum):
    """What a change calls for: `major` when it breaks clients, `minor` when it adds something, `patch` when something else differs."""

    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"

    @property
    def rank(self) -> int:
        """0 is the smallest."""
        return tuple(Bump).index(self)


class Step(StrEnum):
    """From one version to the other. `other` joins texts that are not both semantic versions, `missing` says that one is not there."""

    SAME = "same"
    BUILD = "build"
    PRERELEASE = "prerelease"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"
    BACK = "back"
    OTHER = "other"
    MISSING = "missing"


class Semantic(NamedTuple):
    """A semantic version. `numbers` holds one to three of them, as written."""

    prefix: str
    numbers: tuple[int, ...]
    pre: tuple[str, ...]
    build: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `1.4.0`, `v1.4`, `2.0.0-rc.1+7`; None for dates and for anything else.

        >>> Semantic.parse("v1.4"), Semantic.parse("2024-01-15"), Semantic.parse("1.2.3.4")
        (Semantic(prefix='v', numbers=(1, 4), pre=(), build=''), None, None)
        """
        found = _SEMANTIC.fullmatch(text.strip()[:200])
        if found is None or _CALENDAR.match(text.strip()):
            return None
        pre = tuple(found["pre"].split(".")) if found["pre"] else ()
        return cls(found["prefix"], tuple(int(part) for part in found["core"].split(".")), pre, found["build"] or "")

    @property
    def core(self) -> tuple[int, int, int]:
        """Major, minor, patch; what is not written is 0."""
        major, minor, patch = (*self.numbers, 0, 0)[:3]
        return (major, minor, patch)

    @property
    def order(self) -> tuple[tuple[int, int, int], int, tuple[tuple[int, int, str], ...]]:
        """Sort key: precedence as the specification defines it; a pre-release comes before its release."""
        marks = tuple((0, int(part), "") if part.isdigit() and len(part) < 19 else (1, 0, part) for part in self.pre)
        return (self.core, 0 if self.pre else 1, marks)

    def raised(self, bump: Bump) -> str:
        """The lowest later version that makes this step, written in the same way.

        >>> Semantic.parse("v1.4").raised(Bump.MAJOR), Semantic.parse("1.4.0").raised(Bump.MINOR)
        ('v2.0', '1.5.0')
        """
        major, minor, patch = self.core
        later = {Bump.MAJOR: (major + 1, 0, 0), Bump.MINOR: (major, minor + 1, 0), Bump.PATCH: (major, minor, patch + 1)}.get(bump, self.core)
        needed = {Bump.MAJOR: 1, Bump.MINOR: 2, Bump.PATCH: 3}.get(bump, 1)
        shown = self.core if self.pre else later
        return self.prefix + ".".join(map(str, shown[: max(needed, len(self.numbers))]))


class VersionAdvice(Struct, frozen=True):
    """`required` is what the change calls for, `step` what info.version did from `base` to `revision` (cut when they are very long).

    `announced` says whether that is enough, None where nobody can tell. `suggested` is the lowest version that would be, "" where it is enough
    or unknown. `early` is true below 1.0.0, where each step announces one kind of change more.
    """

    required: Bump
    step: Step
    base: str = ""
    revision: str = ""
    announced: bool | None = None
    suggested: str = ""
    early: bool = False

    @property
    def went(self) -> str:
        """What info.version did, as the end of a sentence: `went 1.4.0 -> 1.5.0 (minor)`."""
        match self.step:
            case Step.SAME:
                return f"stayed {self.base}"
            case Step.MISSING:
                return "cannot be compared: it is not a text in both documents"
            case _:
                kind = _STEPS.get(self.step, self.step.value)
                return f"went {self.base} -> {self.revision} ({kind})"

    @property
    def sentence(self) -> str:
        """The advice in one line."""
        if self.required is Bump.NONE:
            return f"nothing changed that a version has to announce; info.version {self.went}"
        tail = ", which says it" if self.announced else f": {self.suggested} would say it" if self.suggested else ""
        early = f" ({_EARLY[self.required]})" if self.early and self.required in _EARLY else ""
        return f"this is a {self.required.value} change; info.version {self.went}{tail}{early}"


_STEPS: Final = {Step.BUILD: "only the build metadata", Step.BACK: "backwards", Step.OTHER: "not a semantic version", Step.PRERELEASE: "pre-release"}
_EARLY: Final = {Bump.MAJOR: "before 1.0.0, a minor step announces a break", Bump.MINOR: "before 1.0.0, a patch step announces an addition"}
_EARLIER: Final = {Bump.MAJOR: Bump.MINOR, Bump.MINOR: Bump.PATCH}


def advise(base: str, revision: str, required: Bump) -> VersionAdvice:
    """Judge the step from one info.version to the other. Both may be any text at all, "" when missing."""
    old, new = Semantic.parse(base), Semantic.parse(revision)
    step = _step(base, revision, old, new)
    early = old is not None and old.core[0] == 0
    needed = _EARLIER.get(required, required) if early else required
    announced = required is Bump.NONE or _announced(step, needed, both=(old is None) == (new is None), unstable=old is not None and bool(old.pre))
    suggested = old.raised(needed) if old and announced is False else ""
    return VersionAdvice(required, step, _short(base), _short(revision), announced, _short(suggested), early)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _step(base: str, revision: str, old: Semantic | None, new: Semantic | None) -> Step:
    if not base.strip() or not revision.strip():
        return Step.MISSING
    if base == revision:
        return Step.SAME
    return Step.OTHER if old is None or new is None else _between(old, new)


def _between(old: Semantic, new: Semantic) -> Step:
    if new.order == old.order:
        return Step.SAME if new.build == old.build else Step.BUILD
    if new.order < old.order:
        return Step.BACK
    names = (Step.MAJOR, Step.MINOR, Step.PATCH)
    return next((name for name, a, b in zip(names, old.core, new.core, strict=True) if a != b), Step.PRERELEASE)


def _announced(step: Step, needed: Bump, *, both: bool, unstable: bool) -> bool | None:
    """Whether a step is enough. `both`: the two versions are of one kind. `unstable`: the old one is a pre-release, which promises nothing."""
    match step:
        case Step.MISSING:
            return None
        case Step.OTHER:
            return True if both else None
        case Step.MAJOR | Step.MINOR | Step.PATCH:
            return unstable or Bump(step.value).rank >= needed.rank
        case _:
            return step is Step.PRERELEASE
