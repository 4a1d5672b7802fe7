"""The jobs of docs/desk.md, as they stand there: run by a shell, and by Python beside a broker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import command
import dumps
import pytest
import servers
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from test_docs import ROOT, snippets
from test_index_command import synthetic

import dedup

PAGE = ROOT / "docs" / "desk.md"
TOPICS = ("articles", "new", "seen", "unread")


# --- cron -----------------------------------------------------------------------------------------


def test_cron_job(tmp_path: Path) -> None:
    (code,) = snippets(PAGE, "sh")
    for name in ("inbox", "done"):
        (tmp_path / name).mkdir()
    scripts = os.pathsep.join([str(Path(command.DEDUP).parent), os.environ["PATH"]])

    def land(name: str, data: bytes) -> None:
        path = tmp_path / "inbox" / name
        path.write_bytes(data)
        if name != "late.jsonl":
            os.utime(path, (1.7e9, 1.7e9))

    def run() -> None:
        environment = {**os.environ, "PATH": scripts}
        subprocess.run(["sh", "-uc", code], cwd=tmp_path, env=environment, check=False)

    old = dumps.jsonl_bytes([dumps.record("old", dumps.STORY)])
    new = [dumps.record("copy", dumps.COPY), dumps.record("a", dumps.OWN["a"])]
    land("1 é.jsonl", old)
    land("2.jsonl", dumps.jsonl_bytes(new))
    land("bad.jsonl", b"{\n")
    land("late.jsonl", old)
    run()
    assert command.tree(tmp_path / "inbox").keys() == {"bad.jsonl", "late.jsonl"}
    assert command.tree(tmp_path / "done").keys() == {"1 é.jsonl", "2.jsonl"}
    assert (tmp_path / "new" / "1 é.jsonl" / "clean" / "1 é.jsonl").read_bytes() == old
    results = command.tree(tmp_path / "new" / "2.jsonl")
    assert results["clean/2.jsonl"] == dumps.jsonl_bytes(new[1:])
    # As when it was killed between the results and the move.
    (tmp_path / "done" / "2.jsonl").rename(tmp_path / "inbox" / "2.jsonl")
    run()
    again = command.tree(tmp_path / "new" / "2.jsonl")
    assert {**again, "summary.json": b""} == {**results, "summary.json": b""}
    assert (tmp_path / "done" / "2.jsonl").exists()


# --- Kafka ----------------------------------------------------------------------------------------


@pytest.fixture
def broker() -> Iterator[str]:
    with servers.kafka() as address:
        admin = AdminClient({"bootstrap.servers": address})
        for made in admin.create_topics([NewTopic(name, 1, 1) for name in TOPICS]).values():
            made.result()
        yield address


def send(broker: str, values: list[bytes]) -> None:
    producer = Producer({"bootstrap.servers": broker})
    for value in values:
        producer.produce("articles", value)
    assert producer.flush(60) == 0


def received(broker: str, topic: str) -> list[bytes]:
    reader = Consumer({"bootstrap.servers": broker, "group.id": "reader"})
    try:
        place = TopicPartition(topic, 0, OFFSET_BEGINNING)
        _, end = reader.get_watermark_offsets(place, timeout=60)
        reader.assign([place])
        values: list[bytes] = []
        while len(values) < end:
            for message in reader.consume(end - len(values), timeout=1):
                assert message.error() is None
                values.append(message.value())
        return values
    finally:
        reader.close()


def committed(broker: str) -> int:
    reader = Consumer({"bootstrap.servers": broker, "group.id": "dedup"})
    try:
        (place,) = reader.committed([TopicPartition("articles", 0)], timeout=60)
        return int(place.offset)
    finally:
        reader.close()


def worker(broker: str, folder: Path) -> "subprocess.Popen[bytes]":
    """The program of the page, but for the address of the broker; and this one lets a group wait in
    proportion to the time after which it gives a worker up."""
    (code,) = snippets(PAGE, "python kafka")
    assert len([line for line in code.splitlines() if line]) <= 20
    for there, here in (
        ("kafka.example:9092", broker),
        ('"group.id": "dedup"', '"group.id": "dedup", "session.timeout.ms": 6000'),
    ):
        assert code.count(there) == 1
        code = code.replace(there, here)
    return subprocess.Popen([sys.executable, "-c", code], cwd=folder)


def until(process: "subprocess.Popen[bytes]", condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_kafka(broker: str, tmp_path: Path) -> None:
    """What is new, what is not, and what is no article, of which none stops it."""
    words = [dumps.STORY, dumps.OWN["a"], dumps.COPY, dumps.EXCERPT, dumps.OWN["b"]]
    rows = [json.dumps(dumps.record("one id", it)).encode() for it in words]
    bad = [b"{", b"[]", b'{"text": 1}', b"\xff", b"null"]
    send(broker, [*rows[:2], *bad, *rows[2:]])
    process = worker(broker, tmp_path)
    try:
        until(process, lambda: committed(broker) == len(rows) + len(bad))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    assert received(broker, "new") == [rows[0], rows[1], rows[4]]
    assert received(broker, "seen") == rows[2:4]
    assert received(broker, "unread") == bad


def test_kafka_worker_that_is_killed(broker: str, tmp_path: Path) -> None:
    """At any point: another goes on, and what is new is told of, if some of it twice."""
    rows = synthetic(400)
    values = [json.dumps(row).encode() for row in rows]
    send(broker, values)
    for share in (0.3, 0.6, 1):
        process = worker(broker, tmp_path)
        until(process, lambda share=share: committed(broker) >= share * len(rows))
        process.kill()
        process.wait()
    expected: dict[bool, list[bytes]] = {True: [], False: []}
    with dedup.Index.open(tmp_path / "other.idx") as index:
        for number, row in enumerate(rows):
            is_new = index.add({**row, "id": f"0-{number}"}) is None
            expected[is_new].append(values[number])
    told = {True: received(broker, "new"), False: received(broker, "seen")}
    assert {it: list(dict.fromkeys(found)) for it, found in told.items()} == expected
    assert sum(map(len, told.values())) <= len(rows) + 3
    with dedup.Index.open(tmp_path / "stories.idx", read_only=True) as index:
        assert len(index) == len(rows)
