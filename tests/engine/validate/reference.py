"""openapi-core's verdict on an exchange, and the reasons for which it may differ from ours."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import ImmutableMultiDict

from tests.engine.validate.exchanges import Exchange, Pairs

HOST: Final = "https://api.example.com"


class Reference:
    """The reference for one description, whose server is `HOST`."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._api = OpenAPI.from_dict(tree, config=Config(spec_validator_cls=None))

    def errors(self, exchange: Exchange) -> tuple[str, str]:
        """What it says about the request and about the response; "" where they fit."""
        cookies = dict(part.split("=", 1) for name, value in exchange.asked if name.lower() == "cookie" for part in value.split("; "))
        request = MockRequest(
            HOST,
            exchange.method.lower(),
            exchange.path,
            args=ImmutableMultiDict(exchange.query),
            headers=dict(exchange.asked),
            cookies=cookies,
            data=exchange.sent,
            content_type=_content_type(exchange.asked),
        )
        response = MockResponse(exchange.got or b"", exchange.status, headers=dict(exchange.answered), content_type=_content_type(exchange.answered))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _told(self._api.iter_request_errors(request)), _told(self._api.iter_response_errors(request, response))


def _content_type(headers: Pairs) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _told(errors: Any) -> str:
    return "; ".join(" <- ".join(_causes(error)) for error in errors)


def _causes(error: BaseException | None) -> list[str]:
    found = []
    while error is not None:
        inner = "; ".join(str(part.message) for part in getattr(error, "schema_errors", ()))
        found.append(f"{type(error).__name__}: {inner or error}")
        error = error.__cause__
    return found


class Reason(NamedTuple):
    """Why the verdicts differ: who refuses (`cvt` or `openapi-core`), what the refusal looks like, and why the other is right to accept."""

    refuses: str
    looks: str
    why: str


REASONS: Final[tuple[Reason, ...]] = (
    Reason("openapi-core", r"EmptyQueryParameterValue", "an empty text is a text; whether it fits is for the schema to say"),
    Reason(
        "openapi-core",
        r"None is not valid under any|None for not nullable",
        "GitHub and many others write `nullable` beside `anyOf`, and mean it; and `null` is no body where none is required",
    ),
    Reason("openapi-core", r"mimetype not found: \. .*\(sent b'null'\)", "`null` is no body where none is required, and what is not there needs no type"),
    Reason("openapi-core", r"Tried to write read-only property", "readOnly is about properties; a path parameter that is called so must be sent nevertheless"),
    Reason("openapi-core", r"Value b'", "a text body is a text for us, and bytes for openapi-core"),
)


@dataclass(frozen=True)
class Difference:
    """An exchange on which the two do not agree; `reason` is None where nobody has explained it."""

    operation: str
    what: str
    refuses: str
    text: str
    reason: Reason | None

    def __str__(self) -> str:
        return f"{self.operation}, {self.what}: {self.refuses} refuses: {self.text[:300]}"


def difference(operation: str, exchange: Exchange, *, ours: str, theirs: str) -> Difference | None:
    """How two verdicts differ, if they do."""
    if bool(ours) == bool(theirs):
        return None
    refuses, text = ("cvt", ours) if ours else ("openapi-core", theirs)
    reason = next((row for row in REASONS if row.refuses == refuses and re.search(row.looks, f"{text} (sent {exchange.sent!r})")), None)
    return Difference(operation, exchange.what, refuses, text, reason)
