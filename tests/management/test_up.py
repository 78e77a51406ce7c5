"""The whole, started with one command and stopped with Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _processes_of(data: Path) -> list[str]:
    """Command lines of the processes that run on this data directory."""
    wanted = f"READINESS_DATA={data}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in environ.read_bytes().split(b"\0"):
                found.append((environ.parent / "cmdline").read_bytes().replace(b"\0", b" "))
        except OSError:
            continue
    return [line.decode() for line in found if line]


@pytest.fixture
def up(tmp_path):
    """Start `manage.py up` on data of its own; whatever is left of it is killed afterwards."""
    started = []

    def start(port: int) -> subprocess.Popen:
        environ = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE"}
        }
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "up", "--without-demo", "--port", str(port)],
            env={**environ, "READINESS_DATA": str(tmp_path), "ROLE": "owner"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def _wait_for(url: str, process: subprocess.Popen) -> int:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stdout.read()
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no answer")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_one_command_starts_all_and_ctrl_c_ends_all(up, tmp_path):
    port = _free_port()
    running = up(port)
    assert _wait_for(f"http://127.0.0.1:{port}/accounts/login/", running) == 200

    second = up(_free_port())
    assert second.wait(60) == 1
    assert "already running" in second.stdout.read()

    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0
    said = running.stdout.read()
    assert f"http://127.0.0.1:{port}/" in said
    assert "create_owner" in said
    assert _processes_of(tmp_path) == []
