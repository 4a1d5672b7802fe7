"""The output folder: results are written aside and put in place together, or not at all."""

import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from dedup.errors import OutputError

# In the order they are put in place: the summary last, as the sign that all others are there.
RESULTS = ("clean", "duplicates.jsonl", "matches.jsonl", "rejected.jsonl", "summary.json")

_PREFIX = ".dedup-"


class Staging:
    """A hidden folder inside the output folder, gone on leaving the `with` block.

    `new` takes the results, `spool` temporary files. Raises OutputError when the output folder is
    no folder, or holds something and `force` is not set.
    """

    def __init__(self, output: Path, force: bool) -> None:
        self._output = output
        self._created = not output.exists()
        if not self._created:
            _check(output, force)

    def __enter__(self) -> "Staging":
        self._output.mkdir(parents=True, exist_ok=True)
        # Inside the output folder, so on one file system with it: a rename is all it takes then.
        self._root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._output))
        self.new, self.spool, self._old = (self._root / n for n in ("new", "spool", "old"))
        for folder in (self.new, self.spool, self._old):
            folder.mkdir()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._root, ignore_errors=True)
        if self._created and not os.listdir(self._output):
            self._output.rmdir()

    def place(self) -> None:
        """Put the new results in place of the old ones; undo it all if one cannot be moved."""
        moves = [(self._output / name, self._old / name) for name in reversed(RESULTS)]
        moves += [(self.new / name, self._output / name) for name in RESULTS]
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


def _check(output: Path, force: bool) -> None:
    if not output.is_dir():
        raise OutputError(f"the output {output} is not a folder")
    # What a killed pass left behind is no result anyone could lose.
    held = [name for name in os.listdir(output) if not name.startswith(_PREFIX)]
    if held and not force:
        raise OutputError(
            f"the output folder {output} is not empty; name another, or give --force to replace"
            " the results in it"
        )
