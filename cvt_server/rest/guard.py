"""What holds for every answer: headers that keep browsers from doing more than reading."""

from __future__ import annotations

from typing import Any, Final

HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
"""No Access-Control-Allow-Origin: pages of other sites may not read what this server says."""


class Guard:
    """Adds the headers that an answer does not have itself."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                present = {name for name, _ in headers}
                headers.extend(line for line in HEADERS if line[0] not in present)
            await send(message)

        await self._application(scope, receive, guarded)
