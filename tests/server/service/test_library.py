"""Compiled descriptions: read once, bounded in number and in memory."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from cvt_engine.facade import ValidateOptions
from cvt_server.errors import DocumentInvalid, NotFound, Unavailable
from cvt_server.service.library import OWN_ROOM, WEIGHT, Library
from tests.server.service.specs import described


class Shelf:
    """Texts by hash, counting how often each is fetched."""

    def __init__(self) -> None:
        self.fetched: Counter[str] = Counter()
        self.down = False

    def __call__(self, digest: str) -> str | None:
        self.fetched[digest] += 1
        time.sleep(0.01)
        if self.down:
            raise Unavailable("down")
        return None if digest == "none" else "{" if digest == "broken" else described(digest)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def library(shelf: Shelf, *, most: int = 100, room: int = 10**9) -> Library:
    return Library(shelf, ValidateOptions(), most=most, room=room)


def test_a_description_is_read_once_however_many_ask(shelf: Shelf) -> None:
    books = library(shelf)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(books.get, ["1", "2"] * 40))
    assert shelf.fetched == Counter({"1": 1, "2": 1})
    assert len({id(one) for one in found}) == 2


def test_the_least_used_leaves_first(shelf: Shelf) -> None:
    books = library(shelf, most=3)
    for digest in ("1", "2", "3", "1", "4"):
        books.get(digest)
    assert [books.peek(digest) is not None for digest in "1234"] == [True, False, True, True]
    assert len(books) == 3


def test_memory_is_bounded(shelf: Shelf) -> None:
    one = len(described("1")) * WEIGHT
    books = library(shelf, room=one * 5)
    for digest in "123456789":
        books.get(digest)
    assert len(books) == 5
    assert books.size == one * 5
    tight = library(shelf, room=1)
    for digest in "12345":
        tight.get(digest)
    assert len(tight) == OWN_ROOM


def test_keeping_one_twice_counts_it_once(shelf: Shelf) -> None:
    books = library(shelf)
    for _ in range(3):
        books.keep("1", books.read(described("1")))
    assert (len(books), books.size) == (1, len(described("1")) * WEIGHT)


def test_failures_are_told_and_not_kept(shelf: Shelf) -> None:
    books = library(shelf)
    with pytest.raises(NotFound):
        books.get("none")
    with pytest.raises(DocumentInvalid):
        books.get("broken")
    shelf.down = True
    with pytest.raises(Unavailable):
        books.get("1")
    shelf.down = False
    assert books.get("1").contract.info_version == "1"
    assert len(books) == 1
