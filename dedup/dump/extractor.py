"""Reading web pages in processes of their own: on all processors at once, and so that a page that
the parser dies of, or never ends with, costs that page alone.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Any, NamedTuple

from dedup.errors import DedupError

# Seconds of processor time for a page; the largest that are read take half a one.
MAX_SECONDS = 5
# What is sent to be read.
PAGE, RECORD = b"p", b"r"
# Windows has none, and no pages are read there.
_DIED_OF_TIME = -getattr(signal, "SIGPROF", 0)

_CODE = "import sys; sys.path[:] = {path!r}; from dedup.dump.extractor import serve; serve()"


class Extracted(NamedTuple):
    """What was read of a page, or why it could not be."""

    text: str
    date: str | None
    url: str | None
    failure: str | None = None


class Extractors:
    """Processes that read pages, as many as `threads`; 0 is all processors."""

    def __init__(self, threads: int = 0) -> None:
        # multiprocessing would fork a process that has threads, or run its main module once more.
        self._lock = threading.Lock()
        self._closed = False
        self._workers: list[_Worker] = []
        self._mine = threading.local()
        processors = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(min(threads or processors, processors), "dedup-page")

    def submit(self, kind: bytes, data: bytes) -> "Future[Extracted]":
        """Read a PAGE, or the page in a RECORD of a WARC file."""
        return self._threads.submit(self._extract, kind, data)

    def _extract(self, kind: bytes, data: bytes) -> Extracted:
        worker: _Worker | None = getattr(self._mine, "worker", None)
        if worker is None or not worker.alive:
            worker = self._mine.worker = self._start()
        return worker.extract(kind, data)

    def _start(self) -> "_Worker":
        with self._lock:
            if self._closed:
                raise KeyboardInterrupt
            worker = _Worker()
            self._workers = [w for w in self._workers if w.alive] + [worker]
        worker.wait_for()
        return worker

    def close(self) -> None:
        """End the processes, whatever they are at."""
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()


class _Worker:
    def __init__(self) -> None:
        self.alive = True
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _CODE.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is for us alone, who then end it.
            start_new_session=True,
        )

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def wait_for(self) -> None:
        if _receive(self._pipes[1]) is None:
            self.alive = False
            raise DedupError(
                f"the process that reads web pages does not start ({self._end()}): try"
                f" `{sys.executable} -c 'import dedup.dump.page'`"
            )

    def extract(self, kind: bytes, data: bytes) -> Extracted:
        into, out = self._pipes
        try:
            _send(into, kind + data)
            answer = _receive(out)
        except OSError:
            answer = None
        if answer is not None:
            return Extracted(*json.loads(answer))
        self.alive = False
        return Extracted("", None, None, self._end())

    def _end(self) -> str:
        self.close()
        status = self._process.returncode
        if status == _DIED_OF_TIME:
            return f"reading the page takes more than {MAX_SECONDS} seconds"
        return f"reading the page ended the process with status {status}"

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        for pipe in self._pipes:
            try:
                pipe.close()
            except OSError:  # what is not written yet goes nowhere
                continue
        self._process.wait()


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8, "big"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    size = pipe.read(8)
    if len(size) < 8:
        return None
    length = int.from_bytes(size, "big")
    data = pipe.read(length)
    return data if len(data) == length else None


def serve() -> None:
    """Read pages from standard input until it ends: the process of a worker."""
    from dedup.dump.page import of_html, of_record

    readers: dict[bytes, Callable[[bytes], Any]] = {PAGE: of_html, RECORD: of_record}
    out = sys.stdout.buffer
    _send(out, b"")
    while (data := _receive(sys.stdin.buffer)) is not None:
        # The time of the processor, so that neither a busy machine nor a stopped one counts; the
        # signal ends the process wherever it is.
        signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
        try:
            answer: tuple[Any, ...] = readers[data[:1]](data[1:])
        except BaseException as error:  # a panic of the parser derives from BaseException
            answer = ("", None, None, f"the page cannot be read: {type(error).__name__}: {error}")
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(out, json.dumps(answer).encode())
