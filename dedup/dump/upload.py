"""Results that do not stay on this machine: they are made on it, and sent when they are whole."""

import json
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from dedup.dump.objects import BLOCK, masked
from dedup.dump.remote import AT_ONCE
from dedup.dump.staging import RESULTS
from dedup.dump.stores import Bucket, open_store
from dedup.dump.temporary import TemporaryFolder
from dedup.errors import InputError, OutputError

_PREFIX = ".dedup-"


class Upload:
    """A folder for the results of a pass, and their place in an object store.

    `folder` is made by the pass and gone on leaving the `with` block, `temporary` takes its
    temporary files, `replaces` says whether the place holds results worth keeping. Raises
    OutputError when it holds something and `force` is not set, or cannot be written to.
    """

    def __init__(self, url: str, force: bool, temporary: Path | None) -> None:
        self.url = url.rstrip("/")
        self.temporary = temporary or Path(tempfile.gettempdir())
        self._force = force
        self._done = self._total = 0
        self._cancelled = False

    def __enter__(self) -> "Upload":
        try:
            store, key = open_store(self.url)
            if not isinstance(store, Bucket):
                raise OutputError(
                    f"results cannot be written to {masked(self.url)}: -o is a folder, or a place"
                    " at s3://, gs:// or az://"
                )
            self._store, self._prefix = store, key.strip("/")
            held = {name for name in store.top(self._prefix) if not name.startswith(_PREFIX)}
            self.replaces = bool(held) and not (held <= set(RESULTS) and self._kept_nothing())
            if self.replaces and not self._force:
                raise OutputError(
                    f"the output {self.url} is not empty; name another, or give --force to replace"
                    " the results in it"
                )
            # Whether it may be written to is better known before the pass than after it.
            store.write(self._key(f"{_PREFIX}writable"), b"")
            with suppress(InputError):
                store.remove([self._key(f"{_PREFIX}writable")])
        except InputError as error:
            raise OutputError(str(error)) from None
        if not self.temporary.is_dir():
            raise OutputError(f"the folder for temporary files, {self.temporary}, is not there")
        self._root = TemporaryFolder.new(self.temporary, f"{_PREFIX}upload-")
        self.folder = self._root.path / "results"
        return self

    def __exit__(self, *_: object) -> None:
        self._root.close()

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name

    def _kept_nothing(self) -> bool:
        try:
            counts = json.loads(self._store.read(self._key("summary.json")))["counts"]
            return bool(counts["rejected"] == counts["read"])
        except (InputError, ValueError, LookupError, TypeError):
            return False

    def named(self, message: str) -> str:
        """A message of the pass with the place that its folder stands for."""
        if self.replaces:  # nothing was sent that one could see
            message = message.replace(f" (see {self.folder / 'rejected.jsonl'})", "")
        return message.replace(str(self.folder), self.url)

    def cancel(self) -> None:
        self._cancelled = True

    def progress(self) -> tuple[str, int, int]:
        return "upload", self._done, self._total

    def send(self) -> None:
        """Put the results in the place of the old ones, the summary last, as the sign that all
        others are there. Raises OutputError; the results are then kept on this machine.
        """
        files = {
            path.relative_to(self.folder).as_posix(): path
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
        summary = files.pop(RESULTS[-1])
        self._total = sum(path.stat().st_size for path in files.values())
        try:
            self._store.remove([self._key(RESULTS[-1])])
            self._send_all(files)
            self._check(files)
            self._store.write(self._key(RESULTS[-1]), summary.read_bytes())
        except InputError as error:
            kept = Path(tempfile.mkdtemp(prefix="dedup-results-", dir=self.temporary))
            os.replace(self.folder, kept)
            raise OutputError(
                f"the upload failed, and {self.url} has no summary.json: {error}; the results are"
                f" whole in {kept}"
            ) from None
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"interrupted; {self.url} has no summary.json, what else it holds is not whole"
            ) from None

    def _send_all(self, files: dict[str, Path]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = [pool.submit(self._send, name, path) for name, path in files.items()]
            try:
                for future in sent:
                    future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _send(self, name: str, path: Path) -> None:
        size = path.stat().st_size
        # Parts of one size, of which there are 10,000 at most.
        block = max(2 * BLOCK, -(-size // 9000))
        if size > block:
            self._store.write(self._key(name), self._blocks(path), block)
        else:
            self._store.write(self._key(name), b"".join(self._blocks(path)))

    def _blocks(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            while data := file.read(BLOCK):
                if self._cancelled:
                    raise KeyboardInterrupt
                yield data
                self._done += len(data)

    def _check(self, files: dict[str, Path]) -> None:
        """Check that all is there, and remove what is left of older results."""
        start = len(self._key(""))
        there = {meta["path"][start:]: meta["size"] for meta in self._store.below(self._prefix)}
        for name, path in files.items():
            if there.get(name) != path.stat().st_size:
                raise InputError(f"{name} did not arrive whole")
        stale = [
            self._key(name)
            for name in there
            if name.partition("/")[0] in RESULTS and name not in files
        ]
        if stale:
            self._store.remove(stale)
