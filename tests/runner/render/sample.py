"""Fixed Reports for golden files, hostile texts, and large Reports for the budget tests."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec.structs import replace

from cvt_engine.finding import Excerpt, Finding, Place, Position, Severity, Witness, fingerprint
from cvt_runner.model.levels import Adjustment, Level
from cvt_runner.model.report import Base, Check, Item, Report, Run, SpecReport, SpecStatus, State
from cvt_runner.model.version import Bump, Step, VersionAdvice, advise
from cvt_runner.model.waiver import Waiver, WaiverUse

BASE_SHA: Final = "4f1c2d3e5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d"
HEAD_SHA: Final = "9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b"
HOSTILE: Final = (
    "100% `tick` ```` | pipe, a:b <script>alert(1)</script> &amp; @octocat #1 GH-1 octo/repo#2 http://evil.example www.evil.example me@evil.example\n"
    "::error::x\r\n~~~\n```\n</details></table>--><!-- $x$ **b** _i_ ![p](http://evil.example/p.png)"
    " [l](javascript:x) :+1: 1234567\u202eexe\u2066\x00\x1b[31m\x07\ud800 ]]>"
)


def excerpt(path: str, line: int, column: int, *lines: str, pointer: str = "", exact: bool = True) -> Excerpt:
    """An excerpt that starts at its own position."""
    last = line + max(len(lines), 1) - 1
    end = len(lines[-1]) + 1 if lines else column
    return Excerpt(Position(path, line, column, last, end), pointer, lines, line if lines else 0, exact)


PRICE: Final = Finding(
    rule="response-property-removed",
    severity=Severity.ERROR,
    message='response property "price" was removed',
    hint='Keep "price" until every consumer has stopped reading it, or publish a new API version.',
    operation="GET /orders/{id}",
    pointer="/components/schemas/Order/properties/price",
    subject="price",
    before="number",
    base=excerpt("api/openapi.yaml", 41, 9, "        price:", "          type: number", "          example: 9.99"),
    revision=excerpt("api/openapi.yaml", 34, 7, "      properties:", "        id:", "          type: string", exact=False),
    places=(
        Place("GET /orders/{id}", "response 200 > price"),
        Place("GET /orders", "response 200 > items[].price"),
        Place("POST /orders", "response 201 > price"),
        *(Place(f"GET /reports/{n}", "response 200 > orders[].price") for n in range(300)),
    ),
    witness=Witness("response", '{"id":"o-1"}', "revision", "base", '"price" is a required property'),
    wire_type="REQUIRED_FIELD_ADDED",
    fingerprint=fingerprint("response-property-removed", "GET /orders/{id}", "/components/schemas/Order/properties/price", "price"),
)
LIMIT: Final = Finding(
    rule="request-parameter-max-decreased",
    severity=Severity.ERROR,
    message='query parameter "limit": maximum was lowered from 100 to 50',
    hint="Keep the old maximum, or answer larger values with the first 50.",
    operation="GET /orders",
    pointer="/paths/~1orders/get/parameters/0/schema/maximum",
    subject="limit",
    before="100",
    after="50",
    base=excerpt("api/openapi.yaml", 17, 13, "            maximum: 100"),
    revision=excerpt("api/openapi.yaml", 17, 13, "            maximum: 50"),
    places=(Place("GET /orders", "query parameter limit"),),
    witness=Witness("request", "GET /orders?limit=51", "base", "revision", "51 is greater than the maximum of 50"),
    fingerprint=fingerprint("request-parameter-max-decreased", "GET /orders", "/paths/~1orders/get/parameters/0/schema/maximum", "limit"),
)
OPTIONAL: Final = Finding(
    rule="response-optional-property-removed",
    severity=Severity.WARNING,
    message='optional response property "note" was removed',
    hint="Tell consumers first.",
    operation="GET /orders/{id}",
    pointer="/components/schemas/Order/properties/note",
    subject="note",
    before="string",
    base=excerpt("api/openapi.yaml", 44, 9, "        note:", "          type: string"),
    revision=excerpt("api/openapi.yaml", 34, 7, "      properties:", exact=False),
    places=(Place("GET /orders/{id}", "response 200 > note"),),
    fingerprint=fingerprint("response-optional-property-removed", "GET /orders/{id}", "/components/schemas/Order/properties/note", "note"),
)
ADDED: Final = Finding(
    rule="operation-added",
    severity=Severity.INFO,
    message="operation was added",
    operation="DELETE /orders/{id}",
    pointer="/paths/~1orders~1{id}/delete",
    revision=excerpt("api/openapi.yaml", 25, 5, "    delete:", "      responses: {}"),
    places=(Place("DELETE /orders/{id}"),),
    fingerprint=fingerprint("operation-added", "DELETE /orders/{id}", "/paths/~1orders~1{id}/delete", ""),
)
UNRESOLVED: Final = Finding(
    rule="ref-unresolved",
    severity=Severity.ERROR,
    message='"#/components/schemas/Ordr" does not exist',
    hint='Did you mean "#/components/schemas/Order"?',
    pointer="/paths/~1orders/post/requestBody/content/application~1json/schema/$ref",
    revision=excerpt("api/openapi.yaml", 22, 15, "              $ref: '#/components/schemas/Ordr'"),
    fingerprint=fingerprint("ref-unresolved", "", "/paths/~1orders/post/requestBody", "Ordr"),
)
DELETED: Final = Finding(
    rule="api-removed",
    severity=Severity.ERROR,
    message="the specification was deleted",
    hint="Keep the file until no consumer uses this API.",
    base=excerpt("legacy/billing.json", 1, 1, "{", '  "openapi": "3.0.3",'),
    fingerprint=fingerprint("api-removed", "", "", "legacy/billing.json"),
)
WAIVER: Final = Waiver(
    reason="checkout-web has not shipped yet | see #12", owner="@shop/orders", until=date(2031, 1, 31), fingerprint=OPTIONAL.fingerprint, line=7
)
STALE: Final = Finding(
    rule="waiver-unused",
    severity=Severity.WARNING,
    message="waiver matches no finding",
    hint="Remove the entry.",
    revision=excerpt(".cvt-waivers.yaml", 12, 3, "  - rule: operation-removed"),
    fingerprint=fingerprint("waiver-unused", "", "", "12"),
)
OLD: Final = replace(UNRESOLVED, message='"#/components/schemas/Old" does not exist', fingerprint="00000000000000aa")
RUN: Final = Run(
    tool_version="1.0.0",
    platform="github",
    event="pull_request",
    repository="shop/api",
    head_sha=HEAD_SHA,
    pull_request=42,
    run_url="https://ci.example/shop/api/runs/1",
    started="2030-05-06T07:08:09Z",
    duration_ms=123,
)
FOUND_BASE: Final = Base(
    BASE_SHA, "the checkout is a merge commit and this is its first parent", ("merge ref: HEAD has two parents: holds", "merge base: not needed")
)


def full() -> Report:
    """Every status, state, severity and kind of note at once."""
    shop = SpecReport(
        path="api/openapi.yaml",
        status=SpecStatus.CHANGED,
        api="shop",
        title="Shop API",
        version="1.5.0",
        base_version="1.4.0",
        items=(
            Item(PRICE, Check.DIFF),
            Item(LIMIT, Check.DIFF),
            Item(UNRESOLVED, Check.LINT),
            Item(STALE, Check.WAIVERS),
            Item(ADDED, Check.DIFF),
            Item(OPTIONAL, Check.DIFF, State.WAIVED, WaiverUse(WAIVER, added_here=True)),
            Item(OLD, Check.LINT, State.EXISTING),
        ),
        adjusted=(
            Adjustment("response-header-removed", Severity.WARNING, Level.OFF, "cvt.yaml:4", 2),
            Adjustment("response-property-removed", Severity.WARNING, Level.INFO, "--severity"),
            Adjustment("operation-removed", Severity.ERROR, Level.WARNING, "cvt.yaml:5", 1, added_here=True),
        ),
        version_advice=advise("1.4.0", "1.5.0", Bump.MAJOR),
    )
    return Report(
        run=RUN,
        base=FOUND_BASE,
        specs=(
            shop,
            SpecReport(path="legacy/billing.json", status=SpecStatus.DELETED, items=(Item(DELETED, Check.DIFF),), base_version="0.9"),
            SpecReport(path="api/stock.yaml", base_path="stock.yaml", status=SpecStatus.RENAMED, title="Stock", version="2.0"),
            SpecReport(path="api/new.yaml", status=SpecStatus.NEW, title="New", version="0.1", notes=("new API: only linted",)),
            SpecReport(path="api/odd.yaml", status=SpecStatus.CHANGED, inconclusive="the base document cannot be read: line 3: found a tab"),
        ),
        discovered="5 OpenAPI documents found by content",
        reproduce=f"cvt ci --base {BASE_SHA} --schema api/openapi.yaml",
        notes=("the token cannot write comments: add `permissions: pull-requests: write`",),
    )


def release() -> Report:
    """What `cvt compare --changelog` is made from: findings and compatible changes of one description."""
    spec = full().specs[0]
    items = tuple(item for item in spec.items if item.check is Check.DIFF)
    deprecated = replace(ADDED, rule="operation-deprecated", message="GET /orders is now deprecated", operation="GET /orders", places=(Place("GET /orders"),))
    added = replace(ADDED, message="DELETE /orders/{id} was added")
    gone = replace(ADDED, rule="request-enum-value-removed", severity=Severity.INFO, message='query parameter sort no longer takes "size"')
    server = replace(ADDED, rule="server-added", operation="", message="server https://two.example was added", places=())
    wider = replace(ADDED, rule="request-maximum-widened", operation="GET /orders", message="query parameter page has no maximum any more")
    return Report(Run("1.0.0", event="compare"), Base(), (replace(spec, items=items, changes=(deprecated, added, gone, server, wider)),))


def clean() -> Report:
    """A changed specification without a finding."""
    spec = SpecReport(path="api/openapi.yaml", status=SpecStatus.CHANGED, title="Shop API", version="1.5.0", base_version="1.4.0")
    return Report(run=RUN, base=FOUND_BASE, specs=(spec,), discovered="named by the input schema")


def inconclusive() -> Report:
    """No base could be found."""
    spec = SpecReport(path="api/openapi.yaml", status=SpecStatus.CHANGED, inconclusive="no base to compare with")
    base = Base("", "no merge base: the histories are unrelated", ("merge base: none",))
    return Report(run=RUN, base=base, specs=(spec,), inconclusive="no base to compare with", reproduce="cvt ci --base main")


def nothing() -> Report:
    """A repository without a specification."""
    return Report(run=RUN, base=FOUND_BASE, discovered="no OpenAPI document among 120 tracked files")


def hostile(text: str = HOSTILE) -> Report:
    """Every text that can come from a pull request is `text`."""
    where = Excerpt(Position(text, 3, 2, 4, 9), text, (text, text, "  " + text), 3)
    finding = Finding(
        rule=text,
        severity=Severity.ERROR,
        message=text,
        hint=text,
        operation=text,
        pointer=text,
        subject=text,
        before=text,
        after=text,
        base=where,
        revision=replace(where, exact=False),
        places=(Place(text, text), Place(text + "2", text)),
        witness=Witness(text, text, text, text, text),
        wire_type=text,
        fingerprint=text,
    )
    waiver = Waiver(text, text, date(2031, 1, 31), fingerprint=text, file=text)
    items = (
        Item(finding, Check.DIFF),
        Item(replace(finding, severity=Severity.WARNING), Check.LINT),
        Item(replace(finding, severity=Severity.INFO), Check.WAIVERS),
        Item(finding, Check.DIFF, State.WAIVED, WaiverUse(waiver)),
        Item(finding, Check.LINT, State.EXISTING),
    )
    spec = SpecReport(
        text,
        SpecStatus.RENAMED,
        items,
        text + "b",
        text,
        text,
        text,
        text,
        text,
        (text,),
        changes=(finding, replace(finding, severity=Severity.INFO)),
        adjusted=(Adjustment(text, Severity.ERROR, Level.OFF, text),),
        version_advice=VersionAdvice(Bump.MAJOR, Step.BACK, text, text, False, text),
    )
    run = Run(text, text, text, text, text, 1, text, text, 1, text)
    return Report(run, Base(text, text, (text,)), (spec,), inconclusive=text, discovered=text, reproduce=text, notes=(text,))


def many(count: int, *, text: str = "") -> Report:
    """`count` findings of every severity, each with long texts, spread over four specifications."""
    severities = tuple(Severity)

    def item(n: int) -> Item:
        path = f"api/{n % 4}.yaml"
        found = replace(
            PRICE,
            severity=severities[n % 3],
            message=f"finding {n} {text}",
            operation=f"GET /things/{n}",
            pointer=f"/paths/~1things~1{n}",
            places=PRICE.places[: n % 7],
            base=excerpt(path, n + 1, 3, f"  a{n}: {text}", text),
            revision=excerpt(path, n + 1, 3, f"  b{n}: {text}", text),
            fingerprint=f"{n:016x}",
        )
        return Item(found, Check.DIFF)

    items = tuple(item(n) for n in range(count))
    specs = tuple(SpecReport(path=f"api/{k}.yaml", status=SpecStatus.CHANGED, items=items[k::4]) for k in range(4))
    return Report(run=RUN, base=FOUND_BASE, specs=specs, reproduce="cvt ci --base main")


def waived(count: int, *, text: str = "") -> Report:
    """`count` waived findings and one that is new."""
    use = WaiverUse(replace(WAIVER, reason=text, owner=text), added_here=True)
    items = tuple(Item(replace(item.finding, message=text), item.check, State.WAIVED, use) for item in many(count).items)
    spec = SpecReport(path="api/openapi.yaml", status=SpecStatus.CHANGED, items=(Item(LIMIT, Check.DIFF), *items))
    return Report(run=RUN, base=FOUND_BASE, specs=(spec,))


def crowded(count: int, *, text: str = "") -> Report:
    """`count` specifications, each with a note and a finding, and as many notes of the run."""
    specs = tuple(
        SpecReport(f"{n}/{text}", SpecStatus.RENAMED, (Item(LIMIT, Check.DIFF),), text, title=text, inconclusive=text, notes=(text,)) for n in range(count)
    )
    return Report(run=RUN, base=FOUND_BASE, specs=specs, notes=(text,) * count)
