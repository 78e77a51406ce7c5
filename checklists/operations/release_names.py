"""What a release may be called: its version, environment, commit and artifact."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from checklists.errors import Invalid

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/@:-]{0,63}")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_ARTIFACT = re.compile(r"sha256:[0-9a-f]{64}")


def require_names(version: str, environment: str, commit: str, artifact_digest: str) -> None:
    """Raise Invalid for a name that no page, address or log line could hold."""
    for field, called, value, shape, example in (
        ("version", _("version"), version, _NAME, "2.4.0"),
        ("environment", _("environment"), environment, _NAME, "production"),
        ("commit", _("commit"), commit or "0000000", _COMMIT, "41be07c2"),
        (
            "artifact_digest",
            _("artifact digest"),
            artifact_digest or f"sha256:{'0' * 64}",
            _ARTIFACT,
            "sha256:9f2c…",
        ),
    ):
        if not shape.fullmatch(value):
            raise Invalid(
                _("“%(value)s” is no %(called)s; write something like %(example)s.")
                % {"value": value, "called": called, "example": example},
                code=f"bad_{field}",
                field=field,
            )
