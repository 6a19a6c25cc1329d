"""Rules about an API as a whole and about the exceptions made for it."""

from __future__ import annotations

from typing import Final

from cvt_engine.finding import Severity
from cvt_engine.rules.row import Area, Rule

ROWS: Final[tuple[Rule, ...]] = (
    Rule(
        id="api-removed",
        area=Area.POLICY,
        severity=Severity.ERROR,
        message="The whole API {name} was removed: {path} is gone",
        why="Every client of every operation in this document loses the contract it was built against.",
        hint=(
            "Keep the document until its last consumer is gone. If it only moved, move it with `git mv`, "
            "or give it the same `id` under `apis` in cvt.yaml on both sides."
        ),
    ),
    Rule(
        id="contract-test-failed",
        area=Area.POLICY,
        severity=Severity.ERROR,
        message="`{command}` {ended}",
        why="The contract tests of this repository ran against a server that holds the checked descriptions, and at least one of them failed.",
        hint="Run the same command beside `cvt serve`; its output stands in this job's log.",
    ),
    Rule(
        id="registration-refused",
        area=Area.POLICY,
        severity=Severity.ERROR,
        message="The registry refused {name}: {reason}",
        why="What is not registered is unknown to every consumer and to the deploy gate.",
        hint="Most often info.version has to be raised: a registered version never changes its content.",
    ),
    Rule(
        id="version-bump-missing",
        area=Area.POLICY,
        severity=Severity.WARNING,
        message="This is a {required} change, and info.version does not say so: it {went}",
        why="Consumers read from the version whether an update is safe: a break comes with a new major version (below 1.0.0, a new minor one), "
        "an addition or a deprecation with a new minor one. Checked where `version-policy` is `warn` or `enforce`.",
        hint="Raise info.version by a step of that kind.",
    ),
    Rule(
        id="waiver-expired",
        area=Area.POLICY,
        severity=Severity.WARNING,
        message="The waiver for {target} ran out on {until} (owner: {owner}); what it covered counts again",
        why="An exception was granted for a limited time, and that time is over.",
        hint="Fix what the waiver covers, or agree on a new date with its owner.",
    ),
    Rule(
        id="waiver-unused",
        area=Area.POLICY,
        severity=Severity.INFO,
        message="The waiver for {target} covers nothing (owner: {owner})",
        why="A waiver that nobody needs any more would silently cover the next finding of the same kind.",
        hint="Remove the entry; if it was meant for a finding of this run, compare its fingerprint or patterns with the report.",
    ),
)
