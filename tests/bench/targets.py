"""Targets for probes: one HTTP and two HTTPS servers, of which one takes its time.

    python -m tests.bench.targets DIRECTORY

writes the authority of the certificates to DIRECTORY/ca.pem, prints the three ports as JSON and
serves until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

SLOW_S = 0.2
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine"


@contextmanager
def targets() -> Iterator[tuple[list[int], str]]:
    """The ports of the three, and the authority's file, as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="readiness-targets-") as directory:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.targets", directory],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), f"{directory}/ca.pem"
        finally:
            process.communicate(timeout=10)


async def serve(directory: Path) -> None:
    """Serve until the input ends."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    plain = await asyncio.start_server(_answering(0), "127.0.0.1", 0)
    secure = await asyncio.start_server(_answering(0), "127.0.0.1", 0, ssl=context)
    slow = await asyncio.start_server(_answering(SLOW_S), "127.0.0.1", 0, ssl=context)
    print(json.dumps([s.sockets[0].getsockname()[1] for s in (plain, secure, slow)]), flush=True)
    await asyncio.to_thread(sys.stdin.read)


def _answering(seconds: float):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(seconds)
            writer.write(ANSWER)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return answer


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
