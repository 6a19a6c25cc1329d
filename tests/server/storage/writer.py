"""A process that registers versions for ever and tells each that was acknowledged; it is there to be killed. Arguments: kind, address."""

from __future__ import annotations

import itertools
import sys

from cvt_engine.facade import ValidateOptions
from cvt_server.model import Actor
from cvt_server.service.requests import Register
from cvt_server.service.schemas import Rules
from cvt_server.service.services import services_on
from tests.server.databases import Place


def main() -> None:
    services = services_on(Place(sys.argv[1], sys.argv[2]).storage(), rules=Rules(), options=ValidateOptions())
    for number in itertools.count():
        content = f"openapi: 3.1.0\ninfo: {{title: T, version: 1.{number}.0}}\npaths: {{}}\n"
        done = services.schemas.register(Register("orders", content), Actor())
        print(done.schema.version, done.schema.hash, flush=True)


if __name__ == "__main__":
    main()
