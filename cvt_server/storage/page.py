"""Page tokens: the key of the last row shown, so that a page stays right while rows come and go."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Row, Select, Table, func, select

from cvt_server.errors import Invalid
from cvt_server.model import Page
from cvt_server.storage.database import Database

DEFAULT_SIZE: Final = 100
MAX_SIZE: Final = 1000
_MAX_TOKEN: Final = 8000
_MAX_NUMBER: Final = 2**63 - 1
T = TypeVar("T")


def size_of(asked: int) -> int:
    """Rows of one page."""
    return DEFAULT_SIZE if asked <= 0 else min(asked, MAX_SIZE)


def token_of(*key: str | int) -> str:
    """The token that continues after a row with that key.

    >>> key_of(token_of("orders", 7), str, int)
    ['orders', 7]
    """
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":"), ensure_ascii=False).encode()).decode().rstrip("=")


def key_of(token: str, *types: type) -> list[Any]:
    """What `token_of` was given; an empty list for an empty token. Raises Invalid for a token that is not ours."""
    if not token:
        return []
    try:
        if len(token) > _MAX_TOKEN:
            raise ValueError
        key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or [type(part) for part in key] != list(types) or not all(map(_storable, key)):
        raise Invalid("the page token is not one that this server gave out", hint="take next_page_token of the page before, or none for the first page")
    return key


def _storable(part: str | int) -> bool:
    if isinstance(part, int):
        return 0 <= part <= _MAX_NUMBER
    return "\0" not in part and not any(0xD800 <= ord(char) <= 0xDFFF for char in part)


def page(rows: Sequence[T], size: int, total: int, token: str) -> Page[T]:
    """A page from the rows that were read, one more than `size` where there are more; `token` continues after row number `size`."""
    return Page(tuple(rows[:size]), token if len(rows) > size else "", total)


def newest(database: Database, table: Table, query: Select[Any], make: Callable[[Row[Any]], T], page_size: int, page_token: str) -> Page[T]:
    """A page of a table whose rows are numbered as they came, the last first. Raises Invalid for a wrong page token."""
    size, after = size_of(page_size), key_of(page_token, int)
    with database.read() as connection:
        total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        if after:
            query = query.where(table.c.id < after[0])
        rows: Sequence[Row[Any]] = connection.execute(query.order_by(table.c.id.desc()).limit(size + 1)).all()
    return page([make(row) for row in rows], size, total, token_of(rows[size - 1].id) if len(rows) > size else "")
