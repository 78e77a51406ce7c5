"""A server for tests of the stream that need a real one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import CommittedDatabase
from tests.stream.serving import Server, serving


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected static files: pages name them by content."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture
def environ(committed_db: CommittedDatabase, static_root: Path) -> dict[str, str]:
    """What a server on the committed database needs."""
    environ = {**committed_db.environ, "STATIC_ROOT": str(static_root)}
    if not (static_root / "staticfiles.json").exists():
        command = committed_db.manage("collectstatic", "--no-input", "--verbosity", "0")
        subprocess.run(command, env=environ, check=True)
    return environ


@pytest.fixture
def serve(
    committed_db: CommittedDatabase, environ: dict[str, str]
) -> Iterator[Callable[..., Server]]:
    """Start a server on the committed database; keywords are added to its environment."""
    with ExitStack() as running:

        def start(**more: str) -> Server:
            command = committed_db.manage("serve")
            return running.enter_context(serving(command, {**environ, **more}))

        yield start
