"""Settings of the test run: a data directory of its own, and only databases that were given."""

import os
import tempfile

from readiness import env

# Kept as a name: the directory goes when the process ends.
data_directory = tempfile.TemporaryDirectory(prefix="readiness-tests-")
os.environ["READINESS_DATA"] = data_directory.name
os.environ["SECRET_KEY"] = "tests-only-" + "0123456789abcdef" * 4
os.environ["DATABASE_URL"] = env.text("TEST_DATABASE_URL")
os.environ["REDIS_URL"] = env.text("TEST_REDIS_URL")
os.environ["SITE_URL"] = "http://testserver"

from readiness.settings import *  # noqa: E402, F403

# Hashing a password slowly protects people; here it would only cost time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {  # noqa: F405
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
