"""One exchange validated over and over in this process: `check.py cvt|openapi-core DESCRIPTION BODY PATH COUNT`.

Prints the microseconds of one check (request and response, the best of five rounds) and the seconds from reading the file to the first verdict.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

# Started as a file, the folder of the file is on the path; the packages are beside it.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

ROUNDS = 5
Check = Callable[[], None]


def cvt(description: str, body: bytes, path: str) -> Check:
    from cvt_engine.facade import Contract, HttpRequest, HttpResponse, load_spec

    contract = Contract.compile(load_spec(lambda uri: Path(uri).read_bytes(), description))
    headers = {"Content-Type": "application/json; charset=utf-8"}

    def check() -> None:
        verdict = contract.check(HttpRequest.of("GET", path), HttpResponse.of(200, headers, body))
        if not verdict.valid:
            raise SystemExit(str(verdict.violations[0]))

    return check


def openapi_core(description: str, body: bytes, path: str) -> Check:
    """Without a check of the description itself, which would take seconds."""
    import msgspec
    from openapi_core import Config, OpenAPI
    from openapi_core.testing import MockRequest, MockResponse

    tree = msgspec.json.decode(Path(description).read_bytes())
    api = OpenAPI.from_dict(tree, config=Config(spec_validator_cls=None))
    host = tree["servers"][0]["url"]

    def check() -> None:
        request = MockRequest(host, "get", path)
        api.validate_request(request)
        api.validate_response(request, MockResponse(body, 200, content_type="application/json; charset=utf-8"))

    return check


def main(argv: list[str]) -> int:
    warnings.simplefilter("ignore")
    make = {"cvt": cvt, "openapi-core": openapi_core}[argv[0]]
    started = time.perf_counter()
    check = make(argv[1], Path(argv[2]).read_bytes(), argv[3])
    check()
    first = time.perf_counter() - started
    count, best = int(argv[4]), float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(count):
            check()
        best = min(best, time.perf_counter() - begun)
    sys.stdout.write(f"{best / count * 1e6:.3f} {first:.3f}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
