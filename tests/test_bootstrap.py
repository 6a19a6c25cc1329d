"""The `./cvt` script, run for real on a small checkout of its own: environments, isolation, parallel starts and every refusal."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.rig import ENV, ROOT, require_tool

SCRIPT = ROOT / "cvt"
DEV_BIN = Path(sys.executable).parent
PROBE = """
import importlib.metadata, json, os, sys

def run():
    import demo
    if sys.argv[1:2] == ["exit"]:
        sys.exit(int(sys.argv[2]))
    if sys.argv[1:2] == ["echo"]:
        sys.stdout.write(sys.stdin.read())
        return
    about = {"argv": sys.argv, "path": sys.path, "cwd": os.getcwd(), "prefix": sys.prefix}
    print(json.dumps({**about, "demo": demo.__file__, "json": json.__file__, "utf8": sys.flags.utf8_mode}))
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout with the real script, a lock of one small package, and that package's wheel in a folder."""

    root: Path
    wheels: Path
    envs: Path

    @property
    def script(self) -> Path:
        return self.root / "cvt"

    def environ(self, **changes: str | None) -> dict[str, str]:
        """A plain environment; None removes a name."""
        kept = {name: value for name, value in ENV.items() if not name.startswith(("CVT_", "GITHUB_", "RUNNER_", "PIP_", "UV_", "PYTHON"))}
        names = {"CVT_VENV_DIR": str(self.envs), "CVT_WHEELS": str(self.wheels), "PATH": f"{DEV_BIN}{os.pathsep}{ENV['PATH']}", **changes}
        return {name: value for name, value in {**kept, **names}.items() if value is not None}

    def start(
        self, *arguments: str, script: Path | None = None, cwd: Path | None = None, text: str = "", **changes: str | None
    ) -> subprocess.CompletedProcess[str]:
        command = [str(script or self.script), *arguments]
        return subprocess.run(command, cwd=cwd or self.root, env=self.environ(**changes), input=text, capture_output=True, text=True, timeout=120, check=False)

    def environments(self) -> list[Path]:
        return sorted(self.envs.glob("base-*")) if self.envs.exists() else []


def make_wheel(folder: Path) -> str:
    """Write demo-1.0 as a wheel; returns its SHA-256."""
    folder.mkdir(parents=True)
    path = folder / "demo-1.0-py3-none-any.whl"
    files = {
        "demo.py": "def main():\n    print('the locked package')\n",
        "demo-1.0.dist-info/entry_points.txt": "[console_scripts]\ndemo = demo:main\n",
        "demo-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
        "demo-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("demo-1.0.dist-info/RECORD", "".join(f"{name},,\n" for name in [*files, "demo-1.0.dist-info/RECORD"]))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make_checkout(place: Path) -> Checkout:
    root = place / "a checkout"
    (root / "requirements").mkdir(parents=True)
    (root / "cvt_runner").mkdir()
    shutil.copy2(SCRIPT, root / "cvt")
    (root / "cvt_runner" / "__init__.py").touch()
    (root / "cvt_runner" / "__main__.py").write_text(PROBE)
    digest = make_wheel(place / "some wheels")
    (root / "requirements" / "base.txt").write_text(f"demo==1.0 --hash=sha256:{digest}\n")
    return Checkout(root, place / "some wheels", place / "some envs")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose environment is there already."""
    made = make_checkout(tmp_path_factory.mktemp("started"))
    assert made.start().returncode == 0
    return made


def about(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def test_first_start_installs_and_the_second_reuses(checkout: Checkout) -> None:
    first, second = checkout.start("ci", "--x", "a b", "*"), checkout.start()
    assert "first start" in first.stderr
    assert about(first)["argv"] == ["cvt", "ci", "--x", "a b", "*"]
    assert second.stderr == ""
    assert about(second)["prefix"] == about(first)["prefix"] == str(checkout.environments()[0])
    assert os.listdir(checkout.envs) == [checkout.environments()[0].name]


def test_a_changed_lock_gets_its_own_environment(checkout: Checkout) -> None:
    checkout.start()
    with (checkout.root / "requirements" / "base.txt").open("a") as lock:
        lock.write("# newer\n")
    assert "first start" in checkout.start().stderr
    assert len(checkout.environments()) == 2


def no_uv(folder: Path) -> str:
    """A PATH with everything but uv and the development environment."""
    folder.mkdir()
    for name in ("python3", "sha256sum", "uname", "find", "mktemp", "rm", "mkdir", "tail", "sed", "id", "readlink"):
        (folder / name).symlink_to(sys.executable if name == "python3" else str(shutil.which(name, path=ENV["PATH"])))
    (folder / "python3").unlink()
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{os.path.realpath(sys.executable)}" "$@"\n')
    (folder / "python3").chmod(0o755)
    return str(folder)


def test_pip_installs_where_there_is_no_uv(checkout: Checkout, tmp_path: Path) -> None:
    assert about(checkout.start(PATH=no_uv(tmp_path / "bin")))["demo"].startswith(str(checkout.envs))


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_scripts_of_the_environment_start(checkout: Checkout, tmp_path: Path, installer: str) -> None:
    checkout.start(PATH=f"{DEV_BIN}{os.pathsep}{ENV['PATH']}" if installer == "uv" else no_uv(tmp_path / "bin"))
    assert subprocess.check_output([str(checkout.environments()[0] / "bin" / "demo")], text=True) == "the locked package\n"


@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "relative"])
def test_through_symbolic_links_from_anywhere(started: Checkout, tmp_path: Path, absolute: bool) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "second").symlink_to(started.script if absolute else os.path.relpath(started.script, tmp_path / "bin"))
    (tmp_path / "bin" / "cvt").symlink_to("second")
    by_path = started.start(script=tmp_path / "bin" / "cvt", cwd=tmp_path)
    by_name = started.start(script=Path("cvt"), cwd=tmp_path, PATH=f"{tmp_path / 'bin'}{os.pathsep}{ENV['PATH']}")
    assert about(by_path)["path"][0] == about(by_name)["path"][0] == str(started.root)
    assert about(by_path)["cwd"] == str(tmp_path)


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_in_every_shell(started: Checkout, shell: str) -> None:
    done = subprocess.run([require_tool(shell), "cvt", "x"], cwd=started.root, env=started.environ(), capture_output=True, text=True, check=False)
    assert about(done)["argv"] == ["cvt", "x"]


def test_nothing_is_imported_from_the_current_folder(started: Checkout, tmp_path: Path) -> None:
    for name in ("demo.py", "json.py", "site.py", "sitecustomize.py", "usercustomize.py", "encodings.py"):
        (tmp_path / name).write_text("raise SystemExit('hostile module was imported')\n")
    for name in ("cvt_runner", "pip", "venv"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('hostile package was imported')\n")
    shown = about(started.start(cwd=tmp_path, PYTHONPATH=str(tmp_path), PYTHONSTARTUP=str(tmp_path / "demo.py"), PYTHONHOME=str(tmp_path)))
    assert str(tmp_path) not in shown["path"]
    assert "" not in shown["path"]
    assert shown["demo"].startswith(str(started.envs))


def test_first_start_in_a_hostile_folder(checkout: Checkout, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    for name in ("pip.py", "venv.py", "ensurepip.py", "glob.py", "json.py"):
        (hostile / name).write_text("raise SystemExit('hostile module was imported')\n")
    (hostile / "uv.toml").write_text("offline = true\nno-such-key = 1\n")
    (hostile / "pyproject.toml").write_text("[tool.uv]\nno-such-key = 1\n")
    assert about(checkout.start(cwd=hostile, PATH=no_uv(tmp_path / "bin")))["cwd"] == str(hostile)
    assert about(checkout.start(cwd=hostile, CVT_VENV_DIR=str(tmp_path / "other")))["prefix"].startswith(str(tmp_path / "other"))


def test_text_mode_is_utf8_in_the_c_locale(started: Checkout) -> None:
    assert about(started.start(LC_ALL="C", LANG="C"))["utf8"] == 1


def test_standard_input_and_exit_codes_pass_through(checkout: Checkout) -> None:
    assert checkout.start("echo", text="from standard input\n").stdout == "from standard input\n"
    assert checkout.start("exit", "3").returncode == 3


def test_prints_the_interpreter(started: Checkout) -> None:
    done = started.start("ci", CVT_PRINT_PYTHON="1")
    assert done.stdout == f"{started.environments()[0]}/bin/python\n"


def test_parallel_first_starts_meet_in_one_environment(checkout: Checkout) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: checkout.start(), range(4)))
    assert {about(done)["prefix"] for done in runs} == {str(checkout.environments()[0])}
    assert os.listdir(checkout.envs) == [checkout.environments()[0].name]


def damage_marker(environment: Path) -> None:
    (environment / "cvt-ready").unlink()


def damage_interpreter(environment: Path) -> None:
    (environment / "bin" / "python").unlink()
    (environment / "bin" / "python").symlink_to("/no/longer/there")


@pytest.mark.parametrize("damage", [damage_marker, damage_interpreter])
def test_a_damaged_environment_is_replaced(checkout: Checkout, damage: Callable[[Path], None]) -> None:
    checkout.start()
    damage(checkout.environments()[0])
    again = checkout.start()
    assert "first start" in again.stderr
    assert about(again)["prefix"] == str(checkout.environments()[0])
    assert os.listdir(checkout.envs) == [checkout.environments()[0].name]


def test_a_wheel_with_another_hash_is_refused(checkout: Checkout) -> None:
    (checkout.root / "requirements" / "base.txt").write_text(f"demo==1.0 --hash=sha256:{'0' * 64}\n")
    done = checkout.start()
    assert done.returncode == 3
    assert "could not be installed" in done.stderr
    assert os.listdir(checkout.envs) == []


def test_a_missing_wheel_folder_is_a_usage_error(checkout: Checkout) -> None:
    done = checkout.start(CVT_WHEELS="no/such folder")
    assert (done.returncode, "CVT_WHEELS is 'no/such folder'" in done.stderr) == (2, True)


def test_an_unknown_lock_is_a_usage_error(started: Checkout) -> None:
    done = started.start(CVT_EXTRAS="gitlab")
    assert (done.returncode, done.stderr) == (2, "cvt: CVT_EXTRAS is 'gitlab', but must be one of: base, github, server, image, dev\n")


def test_github_actions_gets_the_lock_with_its_client(started: Checkout) -> None:
    done = started.start(GITHUB_ACTIONS="true")
    assert done.returncode == 2
    assert "requirements/github.txt is missing" in done.stderr


def test_postgresql_gets_the_lock_with_its_driver(started: Checkout) -> None:
    done = started.start("serve", CVT_STORAGE_TYPE="postgres")
    assert (done.returncode, "image.txt is missing" in done.stderr) == (2, True)


def old_python(folder: Path, *, version: str) -> str:
    """A PATH whose only Python says that it is an old one."""
    path = no_uv(folder)
    (folder / "python3").write_text(f"#!/bin/sh\necho '{version} 0 /usr/bin/python'\n")
    return path


def test_an_old_python_is_named(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.start(PATH=old_python(tmp_path / "bin", version="3.9"), AGENT_TOOLSDIRECTORY=str(tmp_path))
    assert done.returncode == 2
    assert f"Python 3.11 or newer is needed; found: {tmp_path}/bin/python3 (3.9)\n" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_no_python_at_all(checkout: Checkout, tmp_path: Path) -> None:
    path = no_uv(tmp_path / "bin")
    (tmp_path / "bin" / "python3").unlink()
    done = checkout.start(PATH=path, AGENT_TOOLSDIRECTORY=str(tmp_path))
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed; found: none\n" in done.stderr


def test_a_named_python_is_not_replaced_by_another(checkout: Checkout, tmp_path: Path) -> None:
    old_python(tmp_path / "bin", version="2.7")
    done = checkout.start(CVT_PYTHON=str(tmp_path / "bin" / "python3"))
    assert done.returncode == 2
    assert f"(found: {tmp_path}/bin/python3 (2.7))" in done.stderr


def test_python_from_the_tool_cache_of_a_runner(checkout: Checkout, tmp_path: Path) -> None:
    path = old_python(tmp_path / "bin", version="3.10")
    place = tmp_path / "tools" / "Python" / "3.12.1" / "x64" / "bin"
    place.mkdir(parents=True)
    (place / "python3").write_text(f'#!/bin/sh\nexec "{os.path.realpath(sys.executable)}" "$@"\n')
    (place / "python3").chmod(0o755)
    done = checkout.start(PATH=path, RUNNER_TOOL_CACHE=str(tmp_path / "tools"), CVT_VENV_DIR=None)
    assert about(done)["prefix"].startswith(str(tmp_path / "tools" / "cvt"))


def test_the_users_cache_without_a_tool_cache(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.start(CVT_VENV_DIR=None, XDG_CACHE_HOME=None, HOME=str(tmp_path / "me"))
    assert about(done)["prefix"].startswith(str(tmp_path / "me" / ".cache" / "cvt"))


def test_without_a_home_a_private_temporary_folder(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.start(CVT_VENV_DIR=None, XDG_CACHE_HOME=None, HOME=None, TMPDIR=str(tmp_path))
    place = tmp_path / f"cvt-{os.getuid()}"
    assert about(done)["prefix"].startswith(str(place))
    assert place.stat().st_mode & 0o777 == 0o700


def test_a_temporary_folder_that_others_may_write_to_is_refused(checkout: Checkout, tmp_path: Path) -> None:
    place = tmp_path / f"cvt-{os.getuid()}"
    place.mkdir()
    place.chmod(0o777)
    done = checkout.start(CVT_VENV_DIR=None, XDG_CACHE_HOME=None, HOME=None, TMPDIR=str(tmp_path))
    assert (done.returncode, "no writable folder" in done.stderr) == (2, True)
    assert os.listdir(place) == []


@pytest.fixture
def shared_place() -> Iterator[Path]:
    """A folder that another user may enter, which pytest's own is not."""
    place = Path(tempfile.mkdtemp(prefix="cvt-test-"))
    place.chmod(0o755)
    yield place
    subprocess.run(["chmod", "-R", "u+w", str(place)], check=True)
    shutil.rmtree(place)


def test_a_read_only_checkout_keeps_no_files(shared_place: Path) -> None:
    made = make_checkout(shared_place)
    made.envs.mkdir()
    made.envs.chmod(0o777)
    subprocess.run(["chmod", "-R", "a-w", str(made.root)], check=True)
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    python = next((name for name in ("/usr/bin/python3", "/usr/local/bin/python3") if Path(name).exists()), sys.executable)
    environ = made.environ(PATH="/usr/local/bin:/usr/bin:/bin", HOME=None, CVT_PYTHON=python)
    done = subprocess.run([str(made.script)], cwd="/", env=environ, capture_output=True, text=True, check=False, **nobody)  # type: ignore[call-overload]
    assert about(done)["path"][0] == str(made.root)
    assert not list(made.root.rglob("__pycache__"))
    assert list(made.environments()[0].glob("pycache/**/*.pyc"))


def test_an_interrupted_first_start_leaves_nothing(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text(f"#!/bin/sh\ntouch '{tmp_path}/installing'\nexec sleep 60\n")
    (tmp_path / "bin" / "uv").chmod(0o755)
    environ = checkout.environ(PATH=f"{tmp_path / 'bin'}{os.pathsep}{ENV['PATH']}")
    process = subprocess.Popen([str(checkout.script)], cwd=checkout.root, env=environ, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "installing").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGTERM)
    assert process.wait(60) == 143
    assert os.listdir(checkout.envs) == []
