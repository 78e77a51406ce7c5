"""Takes credentials out of whatever is shown or stored: evidence, facts, error texts."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

MASK: Final = "•••"
# Whoever is probed chooses what these are matched against: no part that repeats may be followed by
# another that could take the same characters, or the time grows with the square of the length.
_TELLING_NAME: Final = (
    r"(?:access[_-]?token|refresh[_-]?token|id[_-]?token|token|api[_-]?key|apikey|key|secret"
    r"|client[_-]?secret|password|passwd|pwd|pass|signature|sig|auth|authorization|credential"
    r"|session(?:id)?|sid|jwt|code|csrf\w{0,40}|x-amz-(?:signature|credential|security-token))"
)
_PATTERNS: Final = (
    # The whole of a private key, before anything cuts into it.
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*KEY-----|\Z)", re.S),
        MASK,
    ),
    # //user:password@host
    (re.compile(r"(?<=//)[^\s/?#@]+@"), f"{MASK}@"),
    # Set-Cookie keeps name and attributes: they are what is checked.
    (re.compile(r"(?im)^(set-cookie\s*:\s*[^=;\s]+=)[^;\r\n]*"), rf"\1{MASK}"),
    (
        re.compile(r"(?im)^((?:proxy-)?authorization|cookie|x-api[\w-]*)(\s*:\s*)[^\r\n]+"),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"(?i)\b(bearer|basic|digest|negotiate)\s+[\w+/=.~-]{8,}"), rf"\1 {MASK}"),
    # ?token=… and form fields
    (re.compile(rf"(?i)(?<=[?&;])({_TELLING_NAME}=)[^&#\s\"'<>]+"), rf"\1{MASK}"),
    # "password": "…" in JSON, also where the end was cut off
    (re.compile(rf'(?i)("{_TELLING_NAME}"\s*:\s*")(?:[^"\\]|\\.)+'), rf"\1{MASK}"),
    (
        re.compile(rf"(?im)^([ \t]*(?:export\s+)?\w{{0,40}}?{_TELLING_NAME}\s*=\s*)[^\s;,&]+"),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?:(?<![\w-])eyJ[\w-]{8,}|\beyJ[\w-]{8,2000})\.[\w-]{8,}\.[\w-]*"), MASK),
    (re.compile(r"\b(?:rdy|ghp|gho|ghs|github_pat|glpat|xox[abp]|sk|AKIA)[_-]?\w{16,}"), MASK),
)
_COOKIE_VALUE: Final = re.compile(r"(?:(?<=^)|(?<=, ))([\w!#$%&'*.^`|~+-]+=)[^;,]*")
_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Redactor:
    """Masks the secrets it is told of, in every spelling they travel in, and what looks like one.

    It is the second wall: what must not be seen should not be fetched in the first place.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {form for secret in secrets if secret for form in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def mask(self, text: str, limit: int | None = None) -> str:
        """`text` without credentials or characters a database cannot hold, cut to `limit`.

        It is cut after it was masked: a cut secret would no longer be recognised.
        """
        masked = _UNSTORABLE.sub("\ufffd", text)
        if self._known is not None:
            masked = self._known.sub(MASK, masked)
        for pattern, replacement in _PATTERNS:
            masked = pattern.sub(replacement, masked)
        return masked if limit is None else _cut(masked, limit)

    def mask_header(self, name: str, value: str, limit: int | None = None) -> str:
        """The value of a response header; cookies keep their names and attributes."""
        if name.lower() == "set-cookie":
            value = _COOKIE_VALUE.sub(rf"\1{MASK}", value)
        masked = self.mask(f"{name}: {value}").partition(": ")[2]
        return masked if limit is None else _cut(masked, limit)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _spellings(secret: str) -> set[str]:
    raw = secret.encode()
    return {
        secret,
        quote(secret, safe=""),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(raw).decode().rstrip("="),
    }
