"""Temporary folders that go with their process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cvt_server.app.scratch import scratch

HOLD = "import sys; from cvt_server.app.scratch import scratch\nwith scratch('cvt-test-') as folder: print(folder, flush=True); sys.stdin.read()"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def aged(folder: Path) -> Path:
    os.utime(folder, (time.time() - 600,) * 2, follow_symlinks=False)
    return folder


def made(folder: Path) -> Path:
    folder.mkdir()
    (folder / "file").touch()
    return aged(folder)


def test_a_folder_ends_with_its_user(tmp_path: Path) -> None:
    with scratch("cvt-test-") as folder:
        (folder / "file").touch()
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    theirs = aged(Path(process.stdout.readline().strip()))
    with scratch("cvt-test-"):
        assert theirs.exists()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with scratch("cvt-test-"):
        assert not theirs.exists()
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    kept = [made(tmp_path / "other"), made(tmp_path / "cvt-test"), tmp_path / "cvt-test-young", tmp_path / "cvt-test-file", tmp_path / "cvt-test-link"]
    kept[2].mkdir()
    kept[3].touch()
    kept[4].symlink_to(kept[0])
    aged(kept[3])
    aged(kept[4])
    with scratch("cvt-test-"):
        pass
    assert sorted(tmp_path.iterdir()) == sorted(kept)
    assert (kept[0] / "file").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folders_of_others_stay(tmp_path: Path) -> None:
    theirs = made(tmp_path / "cvt-test-theirs")
    os.chown(theirs, 65534, 65534)
    with scratch("cvt-test-"):
        assert theirs.exists()
