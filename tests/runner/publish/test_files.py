from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cvt_runner.errors import UsageError
from cvt_runner.publish.files import append_text, write_atomic


def test_makes_directories_and_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    path = write_atomic(tmp_path / "a" / "b" / "result.json", "ä\n")
    assert path.read_bytes() == "ä\n".encode()
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path, sizes = tmp_path / "result.json", set[int]()
    write_atomic(path, "a" * 1_000_000)
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            sizes.add(len(path.read_bytes()))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        write_atomic(path, "b" * 2_000_000)
        write_atomic(path, "a" * 1_000_000)
    stop.set()
    reader.join()
    assert sizes <= {1_000_000, 2_000_000}


def test_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    repository, outside = tmp_path / "repository", tmp_path / "outside"
    repository.mkdir()
    outside.mkdir()
    (repository / ".cvt").symlink_to(outside)
    with pytest.raises(UsageError, match="leads out of"):
        write_atomic(repository / ".cvt" / "result.json", "x", inside=repository)
    assert list(outside.iterdir()) == []


def test_a_link_at_the_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("keep")
    (tmp_path / "result.json").symlink_to(precious)
    write_atomic(tmp_path / "result.json", "new", inside=tmp_path)
    assert precious.read_text() == "keep"
    assert (tmp_path / "result.json").read_text() == "new"


def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        write_atomic(tmp_path / "file" / "result.json", "x")


def test_lone_surrogates_do_not_stop_a_report(tmp_path: Path) -> None:
    assert write_atomic(tmp_path / "x", "a\ud800b").read_text() == "a?b"


def test_appends_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("left open")
    append_text(path, "a=b")
    append_text(path, "c=d\n")
    assert path.read_text() == "left open\na=b\nc=d\n"


def test_a_loop_of_links_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UsageError):
        write_atomic(tmp_path / "a" / "x", "x", inside=tmp_path)
