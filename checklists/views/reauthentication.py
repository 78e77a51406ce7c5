"""When the person last proved who they are, and the way to prove it again.

allauth keeps a record of each proof in the session. A password and a one-time code count; a
recovery code, a password reset or another provider's word do not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse


def authenticated_at(request: HttpRequest) -> datetime | None:
    """The newest password or code of the person in this session; None if there was none."""
    moments = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if _counts(record)
    ]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def reauthenticate(back: str) -> HttpResponseRedirect:
    """To the page that asks for the password or code, and then by GET to `back`.

    What was posted is not kept and not sent again: the state may have changed meanwhile.
    """
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def _counts(record: dict[str, Any]) -> bool:
    method = record.get("method")
    return method == "password" or (method == "mfa" and record.get("type") == "totp")
