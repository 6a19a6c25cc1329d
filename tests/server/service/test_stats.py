"""How much is registered."""

from __future__ import annotations

import json

from cvt_server.model import Actor, Consumer
from cvt_server.service.requests import Register
from cvt_server.service.services import Services
from cvt_server.service.stats import Sizes


def document(version: str) -> str:
    answers = {"responses": {"200": {"description": "All."}}}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Orders", "version": version}, "paths": {"/orders": {"get": answers}}})


def test_sizes_count_schemas_and_consumers_once(services: Services) -> None:
    assert services.stats.sizes() == Sizes(0, 0)
    for name in ("orders", "carts"):
        for version in ("1.0.0", "1.1.0"):
            services.schemas.register(Register(name, document(version)), Actor())
        for environment in ("dev", "prod"):
            services.consumers.register(Consumer("shop", name, environment), Actor())
    assert services.stats.sizes() == Sizes(2, 1)
    services.schemas.delete("carts", "", Actor())
    assert services.stats.sizes().schemas == 1
