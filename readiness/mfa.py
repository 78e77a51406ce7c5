"""How allauth keeps the secrets of second factors: encrypted, with keys that can be rotated."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _derived(secret: str) -> Fernet:
    digest = hashlib.sha256(b"readiness-mfa-v1\n" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


@cache
def _keyring(given: tuple[str, ...], secrets: tuple[str, ...]) -> MultiFernet:
    """Encrypts with the first key, decrypts with any: put a new key first to rotate."""
    return MultiFernet([*map(Fernet, given), *map(_derived, secrets)])


class MFAAdapter(DefaultMFAAdapter):
    """Encrypts with MFA_KEYS (Fernet keys, newest first), without them by SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return self._keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._keys().decrypt(encrypted_text.encode()).decode()

    @staticmethod
    def _keys() -> MultiFernet:
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return _keyring(tuple(settings.MFA_KEYS), secrets)
