"""Calls to GitHub's REST API over PyGithub's transport (authentication, proxies, certificates, same-host redirects), with bounded retries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cvt_runner.net import SECONDARY_WAIT, Waits, asked_wait, backoff, one_line, scrub

if TYPE_CHECKING:
    from github.Requester import Requester

DEFAULT_URL: Final = "https://api.github.com"
ATTEMPTS: Final = 4
TIMEOUT_ATTEMPTS: Final = 2
PER_PAGE: Final = 100
MAX_PAGES: Final = 100
ACTIONS_BOT: Final = "github-actions[bot]"

_NEXT: Final = re.compile(r';\s*rel="?next\b')
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_RATE_WORDS: Final = ("rate limit", "abuse detection", "too many requests")


class HostError(Exception):
    """The host said no, or nothing. `status` is the HTTP status, 0 when there was no answer.

    `uncertain` is true when the host may have done what was asked all the same (no answer, 5xx).
    """

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None, timed_out: bool = False) -> None:
        super().__init__(f"HTTP {status}: {message}" if status else message)
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.timed_out = timed_out

    @property
    def uncertain(self) -> bool:
        """True when a repeated write could be a second one."""
        return self.status == 0 or self.status >= 500

    @property
    def limited(self) -> bool:
        """True for a primary or secondary rate limit: the request was not carried out."""
        if self.status == 429:
            return True
        words = any(word in self.message.lower() for word in _RATE_WORDS)
        return self.status == 403 and (words or "retry-after" in self.headers or self.headers.get("x-ratelimit-remaining") == "0")


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: lower-case header names, decoded JSON (None for an empty body)."""

    headers: Mapping[str, str]
    data: Any


class Client:
    """One repository's API. Every failure is a HostError without the token in it."""

    def __init__(self, requester: Requester, repository: str, *, waits: Waits, token: str) -> None:
        self.repository = repository
        self._requester = requester
        self._waits = waits
        self._token = token
        self._down = ""
        self._login = ""

    def call(self, verb: str, path: str, body: Mapping[str, Any] | None = None, *, again: bool = True) -> Answer:
        """One request, repeated while that makes sense. `again=False`: not after an uncertain failure, the caller looks first what happened."""
        if self._down:
            raise HostError(0, self._down)
        attempt = 0
        while True:
            try:
                return self._once(verb, path, body)
            except HostError as error:
                self._pause(error, attempt, again=again)
            attempt += 1

    def repo(self, verb: str, path: str, body: Mapping[str, Any] | None = None, *, again: bool = True) -> Any:
        """`call` below `/repos/<owner>/<name>/`; returns the decoded answer."""
        return self.call(verb, f"/repos/{self.repository}/{path}", body, again=again).data

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every object of a list below the repository, all pages. Ends as well on a page that repeats (a redirect can lose the page number)."""
        seen: set[int] = set()
        for page in range(1, MAX_PAGES + 1):
            answer = self.call("GET", f"/repos/{self.repository}/{path}?per_page={PER_PAGE}&page={page}")
            if not isinstance(answer.data, list):
                raise HostError(200, "expected a list")
            fresh = [entry for entry in answer.data if isinstance(entry, dict) and entry.get("id") not in seen]
            yield from fresh
            seen.update(entry["id"] for entry in fresh if isinstance(entry.get("id"), int))
            link = answer.headers.get("link")
            if not fresh or not (len(answer.data) >= PER_PAGE if link is None else _NEXT.search(link)):
                return

    def head_sha(self, pull_request: int) -> str:
        """The pull request's head commit as the host knows it now."""
        data = self.repo("GET", f"pulls/{pull_request}")
        sha = _text(data.get("head") if isinstance(data, dict) else None, "sha")
        if not sha:
            raise HostError(200, "the answer names no head commit")
        return sha

    def login(self) -> str:
        """Who the token writes as. App tokens (the job's own among them) may not ask /user, GraphQL's viewer tells them; a comment's author would, too."""
        if not self._login:
            try:
                self._login = _text(self.call("GET", "/user").data, "login")
            except HostError as error:
                if error.status not in (403, 404):
                    raise
                self._login = self._viewer()
        return self._login

    def writes_as(self, login: str) -> None:
        """Remember who the host says the author of something we wrote is."""
        self._login = login or self._login

    def _viewer(self) -> str:
        try:
            data = self.call("POST", self._requester.graphql_url, {"query": "query { viewer { login } }"}).data
        except HostError as error:
            if error.uncertain:
                raise
            return ACTIONS_BOT
        viewer = data.get("data") if isinstance(data, dict) else None
        name = _text(viewer.get("viewer") if isinstance(viewer, dict) else None, "login")
        return (name if name.endswith("[bot]") else f"{name}[bot]") if name else ACTIONS_BOT

    def _once(self, verb: str, path: str, body: Mapping[str, Any] | None) -> Answer:
        try:
            status, headers, text = self._requester.requestJson(verb, path, None, {}, _sendable(body))
        except OSError as error:  # every error of the transport is one
            timed_out = "Timeout" in type(error).__name__
            message = "no answer in time" if timed_out else f"no connection: {scrub(one_line(str(error)), self._token)}"
            raise HostError(0, message, timed_out=timed_out) from None
        if not 200 <= status < 300:
            raise HostError(status, scrub(one_line(_message(text)), self._token), headers=headers)
        return Answer(headers, _decoded(text) if text else None)

    def _pause(self, error: HostError, attempt: int, *, again: bool) -> None:
        """Wait before the next attempt, or raise the error when there is to be none."""
        if error.limited:
            asked = asked_wait(error.headers, now=self._waits.clock())
            wait = SECONDARY_WAIT * 2.0**attempt if asked is None else max(asked, backoff(attempt))
        elif error.uncertain and again:
            wait = max(asked_wait(error.headers, now=self._waits.clock()) or 0.0, backoff(attempt))
        else:
            raise error
        last = attempt + 1 >= (TIMEOUT_ATTEMPTS if error.timed_out else ATTEMPTS)
        if last or not self._waits.wait(wait):
            self._give_up(error, wait)

    def _give_up(self, error: HostError, wait: float) -> None:
        if error.limited:
            error = HostError(429, f"rate limited; the host asks to wait {wait:.0f} s: {error.message}", headers=error.headers)
        elif error.status == 0:
            self._down = f"not tried again: {error.message}"
        raise error


def client(api_url: str, *, token: str, repository: str, timeout: int, waits: Waits) -> Client:
    """A client for a repository on github.com or an enterprise server. Raises ValueError for values that cannot be sent."""
    from github import Auth, Github

    url = api_url.rstrip("/") or DEFAULT_URL
    if not url.startswith(("https://", "http://")):
        raise ValueError("the API address is not an http(s) URL")
    if not repository_ok(repository):
        raise ValueError("the repository is not owner/name")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("the token has characters that no token has: check the secret for stray spaces or line ends")
    host = Github(auth=Auth.Token(token), base_url=url, timeout=timeout, retry=None, seconds_between_requests=0, seconds_between_writes=0, user_agent="cvt")
    return Client(host.requester, repository, waits=waits, token=token)


def repository_ok(repository: str) -> bool:
    """True for `owner/name` without anything that could lead elsewhere in the URL.

    >>> repository_ok("shop/api"), repository_ok("../user")
    (True, False)
    """
    return bool(_REPOSITORY.fullmatch(repository)) and not any(part in {".", ".."} for part in repository.split("/"))


def sha_ok(sha: str) -> bool:
    """True for a full commit id."""
    return bool(_SHA.fullmatch(sha))


def _sendable(value: Any) -> Any:
    """A JSON value whose texts every server can read: no unpaired surrogates."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {name: _sendable(entry) for name, entry in value.items()}
    return [_sendable(entry) for entry in value] if isinstance(value, list) else value


def _decoded(text: str) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        raise HostError(200, "the answer is not JSON; is something between us and the host?") from None


def _message(text: str) -> str:
    import msgspec

    try:
        data = msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        return "no reason given"
    return " ".join([_text(data, "message"), *_reasons(data)]).strip() or "no reason given"


def _reasons(data: Any) -> list[str]:
    errors = data.get("errors") if isinstance(data, dict) else None
    return [entry if isinstance(entry, str) else _text(entry, "message") for entry in errors[:5]] if isinstance(errors, list) else []


def _text(data: Any, name: str) -> str:
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""
