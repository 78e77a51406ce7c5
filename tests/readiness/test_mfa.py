import pytest
from cryptography.fernet import Fernet, InvalidToken

from readiness.mfa import MFAAdapter


def test_a_second_factor_is_not_stored_in_the_clear():
    kept = MFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept
    assert MFAAdapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"


def test_a_new_key_first_still_reads_what_the_old_one_wrote(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.MFA_KEYS = (old,)
    kept = MFAAdapter().encrypt("secret")
    settings.MFA_KEYS = (new, old)
    assert MFAAdapter().decrypt(kept) == "secret"
    settings.MFA_KEYS = (new,)
    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(kept)


def test_the_secret_key_can_be_rotated(settings):
    kept = MFAAdapter().encrypt("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert MFAAdapter().decrypt(kept) == "secret"
