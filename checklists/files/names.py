"""Names of files, as people gave them and as they may be shown and sent. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
_SEPARATORS = re.compile(r"[/\\]")
_UNSAFE = re.compile(r'[<>:"|?*]')
# Control and format characters (which turn text round), halves of pairs, private and line ends.
_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(name: str) -> str:
    """The last part of a name, without what hides, misleads or means something to a system.

    Never empty, at most LONGEST characters; a short ending such as ``.png`` is kept.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in _NOT_SHOWN)
    plain = " ".join(_UNSAFE.sub("_", shown).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 12:
        return plain[:LONGEST].rstrip(". ") or "file"
    return f"{stem[: LONGEST - len(ending) - 1].rstrip('. ')}.{ending}"
