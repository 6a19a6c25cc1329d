"""The sticky comment as a value: one comment per workflow and group, one section per job and matrix leg, found again by hidden markers.

Markers are HTML comments made of hashes, numbers and percent-encoded names only. A section body cannot contain one: its own are disarmed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote

COMMENT_LIMIT: Final = 65_000
"""UTF-16 units of a whole comment; GitHub refuses more than 65,536 characters."""
HEADLINE_LIMIT: Final = 500

_SECTION: Final = re.compile(
    r"<!-- cvt:section v1 key=(?P<key>[0-9a-f]{16}) run=(?P<run>[0-9]{1,20}) attempt=(?P<attempt>[0-9]{1,9}) "
    r"head=(?P<head>[0-9a-f]{0,64}) job=(?P<job>[A-Za-z0-9_.~%]*) -->\n"
    r"(?P<body>.*?)\n<!-- cvt:end (?P=key) -->",
    re.DOTALL,
)
_OURS: Final = re.compile(r"<!--(?=\s*cvt:)", re.IGNORECASE)
_UNSAFE_HEADLINES: Final = ("```", "~~~", "<", ">", "|", "    ", "\t")


@dataclass(frozen=True, slots=True)
class Section:
    """One job's part. `job` is the visible name (untrusted), `run` and `attempt` order the writers, `head` is the commit it speaks of."""

    key: str
    run: int
    attempt: int
    head: str
    job: str
    body: str

    @property
    def age(self) -> tuple[int, int]:
        """Sort key: a later run, or a later attempt of it, is newer."""
        return (self.run, self.attempt)


def comment_key(workflow: str, group: str) -> str:
    """The first line of the comment: what it is found by."""
    return f"<!-- cvt:comment v1 {_digest(workflow, group)[:24]} -->"


def section_key(job: str) -> str:
    """Key of a job's section."""
    return _digest(job)[:16]


def section(job: str, *, run_id: str, attempt: int, head: str, body: str) -> Section:
    """This run's section, its body made harmless for the markers."""
    run = int(run_id) if run_id.isascii() and run_id.isdigit() and len(run_id) <= 20 else 0
    return Section(section_key(job), run, max(attempt, 0), head, job[:200], _OURS.sub("&lt;!--", _sendable(body)).strip("\n"))


def _sendable(text: str) -> str:
    """Text as the host will give it back: one kind of line end, no NUL, no unpaired surrogates."""
    plain = text.encode("utf-8", "replace").decode().replace("\0", "")
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str) -> tuple[Section, ...]:
    """The sections of a comment; whatever is not a well-formed section is ignored."""
    found = _SECTION.finditer(text.replace("\r\n", "\n"))
    return tuple(Section(m["key"], int(m["run"]), int(m["attempt"]), m["head"], unquote(m["job"], errors="replace"), m["body"]) for m in found)


def fold(*sources: Iterable[Section]) -> tuple[Section, ...]:
    """All sections, the newest of each key (the later source wins a tie), in a stable order by job name."""
    newest: dict[str, Section] = {}
    for each in (one for source in sources for one in source):
        if each.key not in newest or each.age >= newest[each.key].age:
            newest[each.key] = each
    return tuple(sorted(newest.values(), key=lambda each: (each.job, each.key)))


def compose(key: str, sections: Iterable[Section], *, head: str, limit: int = COMMENT_LIMIT) -> str:
    """The comment's text. Sections that speak of another commit than `head` say so; the longest are shortened, whole, until all fit."""
    parts = list(sections)
    text = _joined(key, parts, head)
    for index in sorted(range(len(parts)), key=lambda position: -len(parts[position].body)):
        if units(text) <= limit:
            break
        parts[index] = shortened(parts[index])
        text = _joined(key, parts, head)
    return text


def shortened(source: Section) -> Section:
    """The section reduced to its headline and a pointer to where the rest is."""
    lines = [line for line in source.body.split("\n") if line.strip()]
    first = lines[0] if lines else ""
    safe = len(first) <= HEADLINE_LIMIT and not first.startswith(_UNSAFE_HEADLINES)
    pointer = "The rest does not fit into one comment: it is in the summary of this job's run."
    return replace(source, body=f"{first}\n\n{pointer}" if safe and first else pointer)


def units(text: str) -> int:
    """Length in UTF-16 code units, the stricter way of counting characters.

    >>> units("a😀")
    3
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _joined(key: str, sections: list[Section], head: str) -> str:
    several = len(sections) > 1
    return "\n".join([key, *(part for each in sections for part in (*_lead(each, head, several=several), _marked(each)))]) + "\n"


def _lead(source: Section, head: str, *, several: bool) -> list[str]:
    """Visible lines outside the section, made anew each time the comment is written."""
    lines = [f"**Job** `{_plain(source.job)}`"] if several else []
    if source.head and source.head != head:
        lines.append(f"_Result for {source.head[:7]}; this job has not reported on {head[:7]} yet._")
    return ["", *lines, ""] if lines else []


def _marked(source: Section) -> str:
    job = quote(source.job, safe="", errors="replace").replace("-", "%2D")
    start = f"<!-- cvt:section v1 key={source.key} run={source.run} attempt={source.attempt} head={source.head} job={job} -->"
    return f"{start}\n{source.body}\n<!-- cvt:end {source.key} -->"


def _plain(name: str) -> str:
    """A job name for a code span, where nothing is live but a backtick."""
    return "".join(char if char.isprintable() else " " for char in name).replace("`", "'").strip()[:100] or "job"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(("cvt", *parts)).encode("utf-8", "replace")).hexdigest()
