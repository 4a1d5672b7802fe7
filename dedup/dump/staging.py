"""The output folder: results are written aside and put in place together, or not at all."""

import json
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from dedup.dump.temporary import temporary_folder
from dedup.errors import OutputError

# In the order they are put in place: the summary last, as the sign that all others are there.
RESULTS = ("clean", "duplicates.jsonl", "matches.jsonl", "rejected.jsonl", "summary.json")

_PREFIX = ".dedup-"


class Staging:
    """A hidden folder inside the output folder, gone on leaving the `with` block.

    `new` takes the results, `spool` temporary files, in a folder of `temporary` if one is named;
    `replaces` says whether the output folder holds something worth keeping. Raises OutputError when
    it does and `force` is not set, or when it or `temporary` is no folder.
    """

    def __init__(self, output: Path, force: bool, temporary: Path | None = None) -> None:
        self.output = output
        self._temporary = temporary
        if temporary is not None and not temporary.is_dir():
            raise OutputError(f"the folder for temporary files, {temporary}, is not there")
        self._created = not output.exists()
        self.replaces = not self._created and _is_in_use(output)
        if self.replaces and not force:
            raise OutputError(
                f"the output folder {output} is not empty; name another, or give --force to"
                " replace the results in it"
            )

    def __enter__(self) -> "Staging":
        self.output.mkdir(parents=True, exist_ok=True)
        self._folders = ExitStack()
        # Inside the output folder, so on one file system with it: a rename is all it takes then.
        root = self._folders.enter_context(temporary_folder(self.output, _PREFIX))
        self.new, self.spool, self._old = (root / name for name in ("new", "spool", "old"))
        for folder in (self.new, self.spool, self._old):
            folder.mkdir()
        if self._temporary is not None:
            self.spool = self._folders.enter_context(temporary_folder(self._temporary, _PREFIX))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folders.close()
        if self._created and not os.listdir(self.output):
            self.output.rmdir()

    def place(self) -> None:
        """Put the new results in place of the old ones; undo it all if one cannot be moved."""
        moves = [(self.output / name, self._old / name) for name in reversed(RESULTS)]
        moves += [(self.new / name, self.output / name) for name in RESULTS]
        done: list[tuple[Path, Path]] = []
        try:
            for origin, target in moves:
                if os.path.lexists(origin):
                    os.replace(origin, target)
                    done.append((origin, target))
        except OSError:
            for origin, target in reversed(done):
                os.replace(target, origin)
            raise


def _is_in_use(output: Path) -> bool:
    """Whether a folder holds more than a pass leaves that was killed, or could read nothing."""
    if not output.is_dir():
        raise OutputError(f"the output {output} is not a folder")
    held = {name for name in os.listdir(output) if not name.startswith(_PREFIX)}
    return bool(held) and not (held <= set(RESULTS) and _kept_nothing(output / RESULTS[-1]))


def _kept_nothing(summary: Path) -> bool:
    try:
        counts = json.loads(summary.read_bytes())["counts"]
        return bool(counts["rejected"] == counts["read"])
    except (OSError, ValueError, LookupError, TypeError):
        return False
