"""A digest for the eye: groups of digits, and a picture to compare at a glance."""

from __future__ import annotations

SIDE = 16
"""Cells in a row of the picture: 16 by 16 draw every bit of a SHA-256 digest."""


def grouped(digest: str, size: int = 4) -> tuple[str, ...]:
    """The digits in groups that people can read out."""
    return tuple(digest[at : at + size] for at in range(0, len(digest), size))


def short(digest: str) -> str:
    """The beginning and the end: "0427 6cf0 … 9a98"."""
    return f"{digest[:4]} {digest[4:8]} … {digest[-4:]}"


def picture(digest: str) -> str:
    """The path of an SVG in a 16 by 16 view box: one square for each bit that is set.

    The first bit is at the top left. Raises ValueError unless the digest is 64 hex digits.
    """
    if len(digest) != SIDE * SIDE // 4:
        raise ValueError("The picture is of a SHA-256 digest: 64 hex digits.")
    bits = f"{int(digest, 16):0{SIDE * SIDE}b}"
    return "".join(
        f"M{at % SIDE} {at // SIDE}h1v1h-1z" for at, bit in enumerate(bits) if bit == "1"
    )
