"""The file broker under races and kills."""

import json
import multiprocessing
import os
import signal
import stat
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport.virtual import BrokerState

import readiness.celery  # noqa: F401  (names the transport)
from readiness.broker import Transport

# What a worker with two processes and a prefetch multiplier of 4 holds.
IN_HAND = 8
fork = multiprocessing.get_context("fork")


class Journal:
    """What was received, written down at once: a process that is killed forgets nothing of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def note(self, number: int) -> None:
        with open(self.path, "ab", buffering=0) as file:
            file.write(b"%d\n" % number)

    def numbers(self) -> list[int]:
        return [int(line) for line in self.path.read_text().split()]

    def wait_for(self, count: int) -> list[int]:
        deadline = time.monotonic() + 30
        while len(self.numbers()) < count and time.monotonic() < deadline:
            time.sleep(0.002)
        return self.numbers()


@pytest.fixture(autouse=True)
def _nothing_declared(monkeypatch):
    """kombu remembers what a process declared, whatever the directory."""
    monkeypatch.setattr(Transport, "global_state", BrokerState())


def _connect(folder: Path) -> Connection:
    options = {"folder": str(folder), "polling_interval": 0.01}
    return Connection("files://", transport_options=options)


def _publish(folder: Path, first: int, count: int) -> None:
    with _connect(folder) as connection:
        queue = connection.SimpleQueue("numbers")
        for number in range(first, first + count):
            queue.put({"number": number, "padding": "x" * 2000})


def _consume(folder: Path, journal: Journal, patience: float = 1.0) -> None:
    with _connect(folder) as connection:
        queue = connection.SimpleQueue("numbers")
        queue.consumer.qos(prefetch_count=IN_HAND)
        while True:
            try:
                message = queue.get(timeout=patience)
            except Empty:
                return
            journal.note(message.payload["number"])
            message.ack()


@pytest.fixture
def journal(tmp_path) -> Journal:
    return Journal(tmp_path / "journal")


def test_messages_come_in_order(tmp_path, journal):
    _publish(tmp_path, 0, 20)
    _consume(tmp_path, journal, patience=0.1)
    assert journal.numbers() == list(range(20))


def test_readers_and_writers_at_once_lose_and_double_nothing(tmp_path, journal):
    processes = [
        *(fork.Process(target=_publish, args=(tmp_path, n * 100, 100)) for n in range(3)),
        *(fork.Process(target=_consume, args=(tmp_path, journal, 3.0)) for _ in range(3)),
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    assert sorted(journal.numbers()) == list(range(300))


def test_a_killed_reader_loses_at_most_what_it_had_in_hand(tmp_path, journal):
    _publish(tmp_path, 0, 300)
    victim = fork.Process(target=_consume, args=(tmp_path, journal))
    victim.start()
    journal.wait_for(20)
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(10)
    _consume(tmp_path, journal, patience=0.2)
    received = journal.numbers()
    assert len(received) == len(set(received))
    assert 300 - len(received) <= IN_HAND + 1


def test_a_killed_writer_leaves_no_half_message(tmp_path):
    writer = fork.Process(target=_publish, args=(tmp_path, 0, 100_000))
    writer.start()
    waiting = tmp_path / "queues" / "numbers"
    deadline = time.monotonic() + 10
    while not list(waiting.glob("*.message")) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join(10)
    messages = list(waiting.glob("*.message"))
    assert messages
    for message in messages:
        json.loads(message.read_text())


def test_bindings_made_at_once_are_all_kept(tmp_path):
    def bind(number: int) -> None:
        with _connect(tmp_path) as connection:
            channel = connection.default_channel
            for each in range(10):
                channel._queue_bind("letters", "", "", f"queue-{number}-{each}")

    processes = [fork.Process(target=bind, args=(number,)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    with _connect(tmp_path) as connection:
        assert len(connection.default_channel.get_table("letters")) == 40


def test_a_deleted_queue_is_bound_and_filled_no_more(tmp_path):
    with _connect(tmp_path) as connection:
        channel = connection.default_channel
        channel._queue_bind("letters", "", "", "mine")
        channel._put("mine", {"a": 1})
        channel._delete("mine", "letters", "", "")
        assert channel.get_table("letters") == []
        assert channel._size("mine") == 0


def test_messages_are_private(tmp_path):
    folder = tmp_path / "broker"
    _publish(folder, 0, 1)
    assert stat.S_IMODE((folder / "queues" / "numbers").stat().st_mode) == 0o700


def test_a_queue_name_cannot_leave_the_directory(tmp_path):
    with _connect(tmp_path / "broker") as connection:
        connection.default_channel._put("../../outside", {"a": 1})
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["../x", "a/b"])
def test_an_exchange_name_cannot_leave_the_directory(tmp_path, name):
    with _connect(tmp_path) as connection, pytest.raises(Exception, match="Invalid exchange"):
        connection.default_channel._queue_bind(name, "", "", "q")
