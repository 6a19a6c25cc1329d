"""A small stateful stand-in for GitHub's REST API, as a real HTTP server: pages, permissions, authors, limits, faults.

In a test:

    with GitHubStub() as github:
        github.pulls[7] = "a" * 40
        run(api_url=github.url, token="actions-token")
        assert github.comments[0].body

From a shell, for workflow runners: `python -m tests.stubs.github_stub --port 4011 --pull 7=<sha>`; `GET /_stub/state` returns what was written.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

COMMENT_LIMIT: Final = 65_536
WRITE_ALL: Final = frozenset({"contents: read", "pull-requests: write", "checks: write", "statuses: write"})
READ_ONLY: Final = frozenset({"contents: read", "pull-requests: read"})
NO_ACCESS: Final = "Resource not accessible by integration"


@dataclass(frozen=True)
class Account:
    """Who a token belongs to. App tokens cannot ask /user; only they write check runs."""

    login: str
    type: str = "Bot"
    permissions: frozenset[str] = WRITE_ALL

    @property
    def app(self) -> bool:
        return self.type == "Bot"


@dataclass
class Comment:
    id: int
    issue: int
    body: str
    login: str
    type: str
    url: str = ""


@dataclass(frozen=True)
class Seen:
    """One request as the server got it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


@dataclass
class Fault:
    """What to do instead of answering, for requests whose `METHOD path` matches: `times` times, or for ever with -1.

    `drop` closes the connection; `hang` sleeps that many seconds first; `after` carries the request out and then loses or replaces the answer.
    """

    match: str
    status: int = 500
    message: str = "fault"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    drop: bool = False
    hang: float = 0.0
    after: bool = False
    raw: str | None = None


class RefusedError(Exception):
    """An error answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


Hook = Callable[[Seen], None]


class GitHubStub:
    """The server and its state. All attributes may be set before and read after; `hooks` run before a request is carried out, without the lock."""

    def __init__(self, port: int = 0, *, page_cap: int = 100) -> None:
        self.page_cap = page_cap
        self.accounts: dict[str, Account] = {"actions-token": Account("github-actions[bot]"), "person-token": Account("alice", "User")}
        self.pulls: dict[int, str] = {}
        self.comments: list[Comment] = []
        self.statuses: list[dict[str, Any]] = []
        self.check_runs: dict[int, dict[str, Any]] = {}
        self.seen: list[Seen] = []
        self.faults: list[Fault] = []
        self.hooks: list[Hook] = []
        self.graphql = True
        self.lock = threading.RLock()
        self.ids = itertools.count(1001)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("_Bound", (_Handler,), {"stub": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def say(self, issue: int, body: str, *, login: str, kind: str = "User") -> Comment:
        """Add a comment as someone."""
        with self.lock:
            comment = Comment(next(self.ids), issue, body, login, kind)
            comment.url = f"{self.url}/comment/{comment.id}"
            self.comments.append(comment)
            return comment

    def calls(self, match: str) -> list[Seen]:
        """The requests whose `METHOD path` matches the expression."""
        return [seen for seen in list(self.seen) if re.search(match, f"{seen.method} {seen.path}")]

    def state(self) -> dict[str, Any]:
        """Everything that was written, as JSON values."""
        with self.lock:
            return {
                "comments": [asdict(comment) for comment in self.comments],
                "statuses": list(self.statuses),
                "check_runs": list(self.check_runs.values()),
                "requests": [f"{seen.method} {seen.path}" for seen in self.seen],
            }

    def fault(self, seen: Seen) -> Fault | None:
        """The next fault for this request, counted down."""
        with self.lock:
            for fault in self.faults:
                if fault.times != 0 and re.search(fault.match, f"{seen.method} {seen.path}"):
                    fault.times -= 1
                    return fault
        return None

    def account(self, seen: Seen) -> Account:
        """Who asks; 401 for an unknown token."""
        token = seen.headers.get("authorization", "").rpartition(" ")[2]
        if token not in self.accounts:
            raise RefusedError(401, "Bad credentials")
        return self.accounts[token]

    def answer(self, seen: Seen) -> tuple[int, Any]:
        """Carry a request out: status and JSON value."""
        who = self.account(seen)
        for method, pattern, work in _ROUTES:
            found = re.fullmatch(pattern, seen.path)
            if found and method == seen.method:
                with self.lock:
                    return work(self, who, seen, *found.groups())
        raise RefusedError(404, "Not Found")


def _need(who: Account, permission: str) -> None:
    name = permission.partition(":")[0]
    if permission not in who.permissions and f"{name}: write" not in who.permissions:
        raise RefusedError(403, NO_ACCESS)


def _body_text(seen: Seen) -> str:
    body = seen.body.get("body") if isinstance(seen.body, dict) else None
    if not isinstance(body, str) or not body.strip():
        raise RefusedError(422, "Validation Failed: body is missing")
    if len(body) > COMMENT_LIMIT:
        raise RefusedError(422, "Validation Failed: body is too long (maximum is 65536 characters)")
    return body


def _shown(comment: Comment) -> dict[str, Any]:
    return {"id": comment.id, "body": comment.body, "html_url": comment.url, "user": {"login": comment.login, "type": comment.type, "id": 1}}


def _user(stub: GitHubStub, who: Account, seen: Seen) -> tuple[int, Any]:
    if who.app:
        raise RefusedError(403, NO_ACCESS)
    return 200, {"login": who.login, "type": who.type}


def _graphql(stub: GitHubStub, who: Account, seen: Seen) -> tuple[int, Any]:
    if not stub.graphql:
        raise RefusedError(404, "Not Found")
    return 200, {"data": {"viewer": {"login": who.login}}}


def _pull(stub: GitHubStub, who: Account, seen: Seen, repo: str, number: str) -> tuple[int, Any]:
    _need(who, "pull-requests: read")
    if int(number) not in stub.pulls:
        raise RefusedError(404, "Not Found")
    return 200, {"number": int(number), "head": {"sha": stub.pulls[int(number)]}}


def _list_comments(stub: GitHubStub, who: Account, seen: Seen, repo: str, number: str) -> tuple[int, Any]:
    _need(who, "pull-requests: read")
    return 200, [_shown(comment) for comment in stub.comments if comment.issue == int(number)]


def _add_comment(stub: GitHubStub, who: Account, seen: Seen, repo: str, number: str) -> tuple[int, Any]:
    _need(who, "pull-requests: write")
    return 201, _shown(stub.say(int(number), _body_text(seen), login=who.login, kind=who.type))


def _find(stub: GitHubStub, number: str) -> Comment:
    for comment in stub.comments:
        if comment.id == int(number):
            return comment
    raise RefusedError(404, "Not Found")


def _edit_comment(stub: GitHubStub, who: Account, seen: Seen, repo: str, number: str) -> tuple[int, Any]:
    # As on the real host, write access allows editing anybody's comment: not overwriting a person's is the caller's duty.
    _need(who, "pull-requests: write")
    comment = _find(stub, number)
    comment.body = _body_text(seen)
    return 200, _shown(comment)


def _get_comment(stub: GitHubStub, who: Account, seen: Seen, repo: str, number: str) -> tuple[int, Any]:
    _need(who, "pull-requests: read")
    return 200, _shown(_find(stub, number))


def _drop_comment(stub: GitHubStub, who: Account, seen: Seen, repo: str, number: str) -> tuple[int, Any]:
    _need(who, "pull-requests: write")
    stub.comments.remove(_find(stub, number))
    return 204, None


def _add_status(stub: GitHubStub, who: Account, seen: Seen, repo: str, sha: str) -> tuple[int, Any]:
    _need(who, "statuses: write")
    body = seen.body
    if body.get("state") not in {"success", "failure", "error", "pending"} or len(body.get("description", "")) > 140:
        raise RefusedError(422, "Validation Failed")
    stub.statuses.append({"sha": sha, **body})
    return 201, {"id": next(stub.ids), **body}


def _list_statuses(stub: GitHubStub, who: Account, seen: Seen, repo: str, sha: str) -> tuple[int, Any]:
    return 200, [status for status in reversed(stub.statuses) if status["sha"] == sha]


def _output(run: dict[str, Any], sent: dict[str, Any]) -> None:
    output = sent.get("output") or {}
    if len(output.get("annotations", [])) > 50 or len(output.get("summary", "")) > 65_535:
        raise RefusedError(422, "Validation Failed: output is too big")
    for annotation in output.get("annotations", []):
        level_ok = annotation.get("annotation_level") in {"notice", "warning", "failure"}
        if not level_ok or not annotation.get("message") or len(annotation.get("title", "")) > 255:
            raise RefusedError(422, "Validation Failed: annotation")
    kept = run.get("output", {}).get("annotations", [])
    run["output"] = {**run.get("output", {}), **output, "annotations": [*kept, *output.get("annotations", [])]}


def _add_check(stub: GitHubStub, who: Account, seen: Seen, repo: str) -> tuple[int, Any]:
    if not who.app:
        raise RefusedError(403, "You must authenticate via a GitHub App.")
    _need(who, "checks: write")
    sent = seen.body
    if not sent.get("name") or not sent.get("head_sha") or (sent.get("status") == "completed" and not sent.get("conclusion")):
        raise RefusedError(422, "Validation Failed")
    run = {name: value for name, value in sent.items() if name != "output"}
    _output(run, sent)
    run["id"] = next(stub.ids)
    run["html_url"] = f"{stub.url}/runs/{run['id']}"
    stub.check_runs[run["id"]] = run
    return 201, run


def _edit_check(stub: GitHubStub, who: Account, seen: Seen, repo: str, number: str) -> tuple[int, Any]:
    _need(who, "checks: write")
    if int(number) not in stub.check_runs:
        raise RefusedError(404, "Not Found")
    run = stub.check_runs[int(number)]
    _output(run, seen.body)
    return 200, run


def _list_checks(stub: GitHubStub, who: Account, seen: Seen, repo: str, sha: str) -> tuple[int, Any]:
    name = seen.query.get("check_name", [""])[0]
    runs = [run for run in stub.check_runs.values() if run["head_sha"] == sha and name in ("", run["name"])]
    return 200, {"total_count": len(runs), "check_runs": runs}


_R: Final = r"/repos/([^/]+/[^/]+)"
_ROUTES: Final[list[tuple[str, str, Callable[..., tuple[int, Any]]]]] = [
    ("GET", "/user", _user),
    ("POST", "/graphql", _graphql),
    ("GET", _R + r"/pulls/(\d+)", _pull),
    ("GET", _R + r"/issues/(\d+)/comments", _list_comments),
    ("POST", _R + r"/issues/(\d+)/comments", _add_comment),
    ("GET", _R + r"/issues/comments/(\d+)", _get_comment),
    ("PATCH", _R + r"/issues/comments/(\d+)", _edit_comment),
    ("DELETE", _R + r"/issues/comments/(\d+)", _drop_comment),
    ("POST", _R + r"/statuses/([0-9a-f]+)", _add_status),
    ("GET", _R + r"/commits/([0-9a-f]+)/statuses", _list_statuses),
    ("POST", _R + r"/check-runs", _add_check),
    ("PATCH", _R + r"/check-runs/(\d+)", _edit_check),
    ("GET", _R + r"/commits/([0-9a-f]+)/check-runs", _list_checks),
]


class _Handler(BaseHTTPRequestHandler):
    stub: GitHubStub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        seen = self._read()
        if seen.path == "/_stub/state":
            return self._send(200, self.stub.state(), {})
        with self.stub.lock:
            self.stub.seen.append(seen)
            hooks = list(self.stub.hooks)
        for hook in hooks:
            hook(seen)
        fault = self.stub.fault(seen)
        if fault is None or fault.after:
            status, value, headers = self._carry_out(seen)
        if fault is None:
            return self._send(status, value, headers)
        return self._fail(fault)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _read(self) -> Seen:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path = parts.path.replace("/api/v3/", "/", 1).replace("/api/graphql", "/graphql", 1)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Seen(self.command, path, parse_qs(parts.query), headers, json.loads(raw) if raw else None)

    def _carry_out(self, seen: Seen) -> tuple[int, Any, dict[str, str]]:
        try:
            status, value = self.stub.answer(seen)
        except RefusedError as error:
            return error.status, {"message": error.message, "documentation_url": "https://docs.github.com/rest"}, {}
        if isinstance(value, list):
            return self._paged(seen, value)
        return status, value, {}

    def _paged(self, seen: Seen, values: list[Any]) -> tuple[int, Any, dict[str, str]]:
        size = min(int(seen.query.get("per_page", ["30"])[0]), self.stub.page_cap)
        page = int(seen.query.get("page", ["1"])[0])
        rest = len(values) > page * size
        link = f'<{self.stub.url}{self.path.partition("?")[0]}?per_page={size}&page={page + 1}>; rel="next"'
        return 200, values[(page - 1) * size : page * size], {"Link": link} if rest else {}

    def _fail(self, fault: Fault) -> None:
        time.sleep(fault.hang)
        if fault.drop:
            self.close_connection = True
            self.connection.close()
            return
        self._send(fault.status, {"message": fault.message}, fault.headers, raw=fault.raw)

    def _send(self, status: int, value: Any, headers: dict[str, str], *, raw: str | None = None) -> None:
        payload = b"" if status == 204 else (raw if raw is not None else json.dumps(value)).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(payload)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(payload)

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (ConnectionError, ValueError):
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def _pairs(texts: list[str]) -> Iterator[tuple[int, str]]:
    for text in texts:
        number, _, sha = text.partition("=")
        yield int(number), sha


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="Stateful stand-in for GitHub's REST API")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pull", action="append", default=[], metavar="NUMBER=SHA")
    parser.add_argument("--read-only", action="store_true", help="the job token may only read, as for a fork")
    options = parser.parse_args()
    with GitHubStub(options.port) as stub:
        stub.pulls.update(_pairs(options.pull))
        if options.read_only:
            stub.accounts["actions-token"] = Account("github-actions[bot]", permissions=READ_ONLY)
        print(stub.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
