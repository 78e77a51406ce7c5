"""The transaction that an operation is: durable, and never half of something by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Set while `together` waits for its operation. Only the transaction in use is noted here.
_expected = ContextVar("operation_expected", default=False)


def operation(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Run the function in a durable transaction of its own, or in the one `together` opened.

    Inside any other transaction it raises RuntimeError: a caller that fails afterwards would
    undo what was reported as done.
    """

    @wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if not _expected.get():
            with transaction.atomic(durable=True):
                return function(*args, **kwargs)
        # One operation only: another, called by this one, is refused like anywhere else.
        before = _expected.set(False)
        try:
            # Without a savepoint a refusal spoils the whole transaction, even when it is caught.
            with transaction.atomic(savepoint=False):
                return function(*args, **kwargs)
        finally:
            _expected.reset(before)

    return run


@contextmanager
def together() -> Iterator[None]:
    """One durable transaction for an operation and a row that must be kept or lost with it."""
    with transaction.atomic(durable=True):
        before = _expected.set(True)
        try:
            yield
        finally:
            _expected.reset(before)
