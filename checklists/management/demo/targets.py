"""What the demo's probes look at: a small web server and a TLS endpoint on the loopback.

    python -m checklists.management.demo.targets DIRECTORY

Needs no Django, so that it starts at once and stays small. The certificate is made anew at each
start and ends in nine days, which the demo's TLS probe finds too soon.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from zlib import crc32

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
PORTS = range(20_000, 30_000)
PATIENCE_S = 2.0
DAYS_LEFT = 9
SLOW_S = 0.25

ANSWERS = {
    "/": (200, b"payments\n"),
    "/readyz": (200, b'{"status": "ready"}\n'),
    "/admin": (401, b"who are you\n"),
    "/status": (503, b"the status page is not set up yet\n"),
    "/docs": (200, b"how to deploy payments\n"),
    "/slow": (200, b"at last\n"),
}


class Target(BaseHTTPRequestHandler):
    """Answers from the table above, and 404 for the rest."""

    server_version = "demo"
    sys_version = ""

    def do_GET(self) -> None:
        """One fixed answer per path."""
        if self.path == "/slow":
            time.sleep(SLOW_S)
        status, body = ANSWERS.get(self.path, (404, b"not here\n"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Probes knock every few seconds; nobody reads that."""


def prepare(directory: Path) -> dict[str, int]:
    """Choose two free ports and make a certificate authority, once; returns the ports."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    chosen = directory / "ports.json"
    if not chosen.exists():
        http, tls = _free_ports(2, directory)
        _make_authority(directory)
        chosen.write_text(json.dumps({"http": http, "tls": tls}))
    ports: dict[str, int] = json.loads(chosen.read_text())
    return ports


def serve(directory: Path) -> None:
    """Answer on both ports until the process is told to end."""
    ports = prepare(directory)
    plain, secure = (_listening(ports[name]) for name in ("http", "tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_make_certificate(directory))
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    for server in (plain, secure):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


def _listening(port: int) -> ThreadingHTTPServer:
    """A server on the port, as soon as whoever has it now leaves it."""
    said = False
    while True:
        try:
            return ThreadingHTTPServer((HOST, port), Target)
        except OSError as taken:
            if not said:
                print(f"The demo's probe targets wait for port {port}: {taken.strerror}.")
            said = True
            if signal.sigtimedwait({signal.SIGTERM, signal.SIGINT}, PATIENCE_S):
                sys.exit(0)


def _free_ports(count: int, directory: Path) -> list[int]:
    """Free ports, looked for from a place of the directory's own, so that two demos differ."""
    found: list[int] = []
    start = crc32(str(directory.resolve()).encode()) % len(PORTS)
    for port in (*PORTS[start:], *PORTS[:start]):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"no free port from {PORTS.start} to {PORTS.stop}")


def _make_authority(directory: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Readiness demo authority")])
    now = datetime.now(UTC)
    certificate = (
        _builder(name, name, key.public_key(), now, now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(directory / "ca.pem", certificate.public_bytes(serialization.Encoding.PEM))
    _write(directory / "ca.key", _pem(key))


def _make_certificate(directory: Path) -> Path:
    authority = x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes())
    signer = serialization.load_pem_private_key((directory / "ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101 (we wrote it)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "payments.demo")])
    now = datetime.now(UTC)
    ends = now + timedelta(days=DAYS_LEFT, minutes=1)
    certificate = (
        _builder(name, authority.subject, key.public_key(), now, ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .sign(signer, hashes.SHA256())
    )
    path = directory / "server.pem"
    _write(path, _pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    begins: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - timedelta(hours=1))
        .not_valid_after(ends)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


if __name__ == "__main__":
    # Before any thread starts, so that no thread takes the signal away from sigwait().
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    serve(Path(sys.argv[1]))
