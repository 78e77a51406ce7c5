"""The script that a fresh clone runs first, with Pythons of every age."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "requirements" / "bootstrap.py"


@pytest.fixture
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_is_refused_with_the_way_out(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    with pytest.raises(SystemExit, match=r"needs Python 99\.0 or newer; .* make run PYTHON="):
        bootstrap.use_new_enough_python()


def test_only_a_python_that_starts_is_taken_for_one(bootstrap, tmp_path):
    shim = tmp_path / "python"
    assert not bootstrap.starts(str(shim))
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert not bootstrap.starts(str(shim))
    assert bootstrap.starts(sys.executable)


def test_nothing_is_installed_when_the_lock_file_is_the_same(tmp_path):
    """A clone with a ready environment: the second call does nothing and says nothing."""
    (tmp_path / "requirements").mkdir()
    shutil.copy(SCRIPT, tmp_path / "requirements")
    (tmp_path / "requirements" / "none.lock").write_text("# nothing\n")
    command = [sys.executable, str(tmp_path / "requirements" / "bootstrap.py"), "none"]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Making .venv" in first.stdout
    assert second.stdout == second.stderr == ""


@pytest.mark.parametrize("lock", sorted(SCRIPT.parent.glob("*.lock")), ids=lambda path: path.name)
def test_a_lock_file_pins_by_hash_and_names_no_registry(lock):
    lines = lock.read_text().splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert all("==" in line for line in pinned)
    assert lock.read_text().count("--hash=sha256:") >= len(pinned)
    assert not [line for line in lines if "://" in line or line.startswith("--")]
