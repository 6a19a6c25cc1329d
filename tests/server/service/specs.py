"""Small descriptions for the tests of the services."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def described(
    version: str = "1.0.0", *, fields: Sequence[str] = ("id", "name"), extra: Sequence[str] = (), paths: Sequence[str] = ("/users/{id}",), **more: Any
) -> str:
    """A description whose GET operations answer with an object of text fields, required ones and `extra`."""
    body = {"type": "object", "required": list(fields), "properties": {name: {"type": "string"} for name in (*fields, *extra)}}
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": body}}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    operations = {path: {"get": {"responses": answer} | ({"parameters": [parameter]} if "{id}" in path else {})} for path in paths}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Users", "version": version}, "paths": operations} | more)
