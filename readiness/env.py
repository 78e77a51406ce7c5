"""The only reader of the environment.

Turns variables into plain values for settings.py; what a URL's scheme stands for is in
schemes.py. A value nobody can use stops the start with one sentence that names the variable.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The variable, stripped; `default` when it is absent or empty."""
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def flag(name: str, default: bool = False) -> bool:
    value = text(name, str(default)).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in TRUE


def words(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A list separated by commas or blanks."""
    return tuple(text(name).replace(",", " ").split()) or default


def words_of(path: Path) -> tuple[str, ...]:
    """The words of a file in the data directory; none when it is not there."""
    return tuple(path.read_text().split()) if path.exists() else ()


def file_if_there(path: Path) -> str:
    """The path of a file in the data directory, or nothing."""
    return str(path) if path.exists() else ""


def integers(name: str, default: frozenset[int]) -> frozenset[int]:
    """A set of whole numbers separated by commas or blanks."""
    found = words(name)
    if not all(word.isdecimal() for word in found):
        raise ImproperlyConfigured(f"{name} must be whole numbers separated by commas.")
    return frozenset(map(int, found)) or default


def directory(name: str, default: Path) -> Path:
    """An absolute directory, made for its owner alone (0700) if it is not there."""
    path = Path(text(name, str(default))).expanduser().absolute()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def secret(name: str, *, kept_in: Path) -> str:
    """The variable, or a random secret made once and kept in a file that only its owner reads."""
    return text(name) or _kept_secret(kept_in)


def _kept_secret(path: Path) -> str:
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        # A link, unlike a rename, loses to a process that came first: all share one secret.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text().strip()


def database_url(name: str, *, default: Path, role: str) -> str:
    """The database's URL. The role `owner`, which may change tables, prefers MIGRATE_<name>."""
    preferred = {"owner": f"MIGRATE_{name}"}.get(role, name)
    return text(preferred) or text(name) or f"sqlite://{default}"
