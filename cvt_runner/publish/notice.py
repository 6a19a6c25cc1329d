"""One notice for everything that was denied, with one block to add to the workflow."""

from __future__ import annotations

from collections.abc import Iterable

from cvt_runner.model.outcome import Outcome, PublishState


def permission_notice(outcomes: Iterable[Outcome]) -> str:
    """What could not be published, why, and the merged remedy; "" when nothing was denied."""
    denied = [outcome for outcome in outcomes if outcome.state is PublishState.DENIED]
    if not denied:
        return ""
    names = ", ".join(outcome.publisher for outcome in denied)
    head = f"Not published: {names} ({denied[0].detail}). The verdict does not depend on it."
    block = merged(outcome.remedy for outcome in denied)
    return f"{head}\nTo publish, add to the workflow:\n{block}" if block else head


def merged(remedies: Iterable[str]) -> str:
    """Several YAML snippets of two levels as one: each head once, its lines once.

    >>> print(merged(["permissions:\\n  a: read\\n  b: write", "permissions:\\n  a: read\\n  c: write"]))
    permissions:
      a: read
      b: write
      c: write
    """
    blocks: dict[str, dict[str, None]] = {}
    for remedy in remedies:
        head = ""
        for line in remedy.splitlines():
            head = head if line.startswith(" ") else line
            blocks.setdefault(head, {}).update({line: None} if line != head else {})
    return "\n".join(line for head, lines in blocks.items() for line in (head, *lines))
