import pytest

from readiness.proxies import believed


def _scope(**headers):
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": ("10.0.0.9", 4711), "scheme": "http", "headers": pairs}


@pytest.mark.parametrize(
    ("count", "hops", "client"),
    [
        (0, "198.51.100.1", "10.0.0.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.66, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.66, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.9"),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(count, hops, client):
    assert believed(_scope(x_forwarded_for=hops), count=count)["client"][0] == client


@pytest.mark.parametrize(
    ("count", "said", "scheme"),
    [
        (0, "https", "http"),
        (1, "https", "https"),
        (1, "gopher", "http"),
        (1, "http, https", "https"),
    ],
)
def test_the_scheme_is_believed_of_a_proxy_only(count, said, scheme):
    assert believed(_scope(x_forwarded_proto=said), count=count)["scheme"] == scheme


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_behind_sees_forwarded_headers(count):
    scope = believed(
        _scope(x_forwarded_for="1.2.3.4", forwarded="for=1.2.3.4", x_real_ip="1.2.3.4", accept="x"),
        count=count,
    )
    assert scope["headers"] == [(b"accept", b"x")]


def test_a_request_without_such_headers_is_left_alone():
    scope = _scope(accept="x")
    assert believed(scope, count=1) is scope
