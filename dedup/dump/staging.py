"""The output folder: results are written aside and put in place together, or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from dedup.dump.temporary import TemporaryFolder
from dedup.errors import OutputError

# In the order they are put in place: the summary last, as the sign that all others are there.
RESULTS = (
    "clean",
    "duplicates.jsonl",
    "stories.jsonl",
    "matches.jsonl",
    "rejected.jsonl",
    "summary.json",
)

_PREFIX = ".dedup-"


class Staging:
    """A hidden folder inside the output folder, gone on leaving the `with` block.

    `new` takes the results, `spool` temporary files: a folder of its own inside `temporary`, or
    the output folder if none is named. `replaces` says whether the output folder holds something
    worth keeping. With `resumes`, the `spool` of an interrupted pass for which it is True is taken
    over. Raises OutputError when there is something worth keeping and `force` is not set, when the
    output or `temporary` is no folder, or when there is nothing to resume.
    """

    def __init__(
        self,
        output: Path,
        force: bool,
        temporary: Path | None = None,
        resumes: Callable[[Path], bool] | None = None,
    ) -> None:
        self.output = output
        self._temporary = temporary or output
        self._resumes = resumes
        self._folders: list[TemporaryFolder] = []
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
        try:
            self._make_folders()
        except BaseException:
            # An interrupt may come as soon as there is a folder.
            self.__exit__()
            raise
        return self

    def _make_folders(self) -> None:
        taken_over = self._take_over() if self._resumes else None
        self.output.mkdir(parents=True, exist_ok=True)
        self._spool = taken_over or self._new(self._temporary)
        self.spool = self._spool.path
        # Inside the output folder, so on one file system with it: a rename is all it takes then.
        self._root = self._new(self.output)
        self.new, self._old = self._root.path / "new", self._root.path / "old"
        for folder in (self.new, self._old):
            folder.mkdir()
        if taken_over is not None:
            # From here on it goes with the others.
            self._folders.append(taken_over)

    def _new(self, parent: Path) -> TemporaryFolder:
        folder = TemporaryFolder.new(parent, _PREFIX)
        self._folders.append(folder)
        return folder

    def _take_over(self) -> TemporaryFolder:
        assert self._resumes is not None
        found = TemporaryFolder.take_over(self._temporary, _PREFIX, self._resumes)
        if found is None:
            raise OutputError(
                f"there is nothing to resume in {self._temporary}: no pass over these inputs with"
                " these options was interrupted after it had read all; run without --resume"
            )
        return found

    def keep_spool(self) -> None:
        """Leave the temporary files for a pass that resumes this one."""
        self._spool.keep = True

    def __exit__(self, *_: object) -> None:
        for folder in self._folders:
            folder.close()
        if self._created and self.output.exists() and not os.listdir(self.output):
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
