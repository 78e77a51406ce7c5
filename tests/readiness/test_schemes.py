import pytest
from django.core.exceptions import ImproperlyConfigured

from readiness import schemes


def test_a_sqlite_url_is_our_backend_with_immediate_transactions():
    database = schemes.database("sqlite:///data/with%20blank.sqlite3", role="web")
    assert database["ENGINE"] == "readiness.sqlite"
    assert database["NAME"] == "/data/with blank.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]


def test_a_postgres_url_is_taken_apart():
    database = schemes.database("postgres://me:p%40ss@db:5433/name?sslmode=require", role="beat")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "name", "me", "p@ss", "db", "5433",
    ]  # fmt: skip
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(("role", "pooled"), [("web", True), ("worker", False), ("owner", False)])
def test_only_the_web_process_has_a_pool(role, pooled):
    options = schemes.database("postgresql://db/name?pool_size=9", role=role)["OPTIONS"]
    assert ("pool" in options) is pooled
    assert "pool_size" not in options


def test_the_pool_is_as_large_as_the_url_says():
    options = schemes.database("postgresql://db/name?pool_size=9", role="web")["OPTIONS"]
    assert options["pool"]["max_size"] == 9


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("files:///data", "readiness.cache.SharedFileCache"),
        ("redis://cache:6379/1", "django.core.cache.backends.redis.RedisCache"),
        ("rediss://cache:6379/1", "django.core.cache.backends.redis.RedisCache"),
    ],
)
def test_the_cache_is_always_a_shared_one(url, backend):
    assert schemes.cache(url)["BACKEND"] == backend


def test_the_broker_is_files_or_redis():
    assert schemes.broker("files:///data").transport_options["folder"] == "/data/broker"
    assert schemes.broker("redis://r/0").url == "redis://r/0"


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail", 25, False, False),
        ("smtp+tls://mail", 587, True, False),
        ("smtps://u:p@mail", 465, False, True),
        ("smtp://mail:2525", 2525, False, False),
    ],
)
def test_a_mail_url_says_port_and_encryption(url, port, tls, ssl):
    mail = schemes.mail(url)
    assert (mail.host, mail.port, mail.use_tls, mail.use_ssl) == ("mail", port, tls, ssl)


def test_https_makes_cookies_secure_and_bound_to_the_host():
    https = schemes.transport("https://readiness.example.com")
    assert (https.secure, https.cookie_prefix) == (True, "__Host-")
    http = schemes.transport("http://127.0.0.1:8000")
    assert (http.secure, http.cookie_prefix, http.hsts_seconds) == (False, "", 0)


@pytest.mark.parametrize(
    "refused",
    [
        lambda url: schemes.database(url, role="web"),
        schemes.cache,
        schemes.broker,
        schemes.mail,
        schemes.transport,
    ],
)
def test_an_unknown_scheme_is_named_but_not_the_password_in_the_url(refused):
    with pytest.raises(ImproperlyConfigured, match="Unknown scheme 'gopher'") as error:
        refused("gopher://me:hunter2@host/")
    assert "hunter2" not in str(error.value)
