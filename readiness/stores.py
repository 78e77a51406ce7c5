"""What the scheme of EVIDENCE_URL means: a folder of this host, or S3 and what speaks like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured

from readiness.schemes import entry_for


def evidence(url: str) -> dict[str, Any]:
    """One entry of STORAGES: where the bytes of evidence are kept, under their SHA-256."""
    build, parts = entry_for(url, STORES)
    settings: dict[str, Any] = build(parts)
    return settings


def _folder(url: SplitResult) -> dict[str, Any]:
    options = {"location": unquote(url.path)}
    return {"BACKEND": "checklists.files.folder.FolderStorage", "OPTIONS": options}


def _s3(url: SplitResult) -> dict[str, Any]:
    scheme = {"s3+http": "http"}.get(url.scheme, "https")
    host = f"{url.hostname}:{url.port}" if url.port else url.hostname
    bucket, _, prefix = unquote(url.path).strip("/").partition("/")
    if not (host and bucket and url.username and url.password):
        raise ImproperlyConfigured("Write S3 as s3://KEY:SECRET@endpoint/bucket?region=REGION.")
    options = {
        "access_key": unquote(url.username),
        "secret_key": unquote(url.password),
        "endpoint_url": f"{scheme}://{host}",
        "bucket_name": bucket,
        "location": prefix,
        "region_name": dict(parse_qsl(url.query)).get("region", "us-east-1"),
        "addressing_style": "path",
        "signature_version": "s3v4",
        "default_acl": None,
        # The name is the digest: writing again writes the same.
        "file_overwrite": True,
        # A file that is read is kept on disk beyond this, never whole in memory.
        "max_memory_size": 1024 * 1024,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORES: dict[str, Callable[[SplitResult], dict[str, Any]]] = {
    "files": _folder,
    "s3": _s3,
    "s3+http": _s3,
}
