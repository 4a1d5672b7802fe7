"""The output folder: results are written aside and put in place together, or not at all."""

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dedup.dump import resume
from dedup.dump.temporary import PREFIX, TemporaryFolder, abandoned, is_temporary
from dedup.errors import OutputError

# In the order they are put in place: the summary last, as the sign that all others are there.
RESULTS = (
    "clean",
    "duplicates.jsonl",
    "stories.jsonl",
    "matches.jsonl",
    "report.html",
    "outlets.csv",
    "rejected.jsonl",
    "summary.json",
)

# Of one name in every output folder: who holds it writes into that folder, and nobody else.
_ROOT = f"{PREFIX}results"
# In it while results are put in place: the names of those that are.
_JOURNAL = "placing.json"


class Staging:
    """A hidden folder inside the output folder, gone on leaving the `with` block.

    `new` takes the results, `spool` temporary files: a folder of its own inside `temporary`, or
    the output folder if none is named. `replaces` says whether the output folder holds something
    worth keeping. `described` is the pass (`resume.describe`); with `resumes`, the spool of one
    that was interrupted is taken over. `warnings` has a line for each other pass that waits in the
    same place to be resumed.

    Results that a pass was putting in place when it was killed are taken back on entering: old
    results stand again, as its user, who got no summary, expects. Raises OutputError when there is
    something worth keeping and `force` is not set, when another pass writes into the output, when
    the output or `temporary` is no folder, or when there is nothing to resume.
    """

    def __init__(
        self,
        output: Path,
        force: bool,
        temporary: Path | None = None,
        described: dict[str, Any] | None = None,
        resumes: bool = False,
    ) -> None:
        self.output = output
        self.warnings: list[str] = []
        self._force = force
        self._temporary = temporary or output
        self._described = described
        self._resumes = resumes
        self._root: TemporaryFolder | None = None
        self._spool: TemporaryFolder | None = None
        self._superseded: list[TemporaryFolder] = []
        if temporary is not None and not temporary.is_dir():
            raise OutputError(f"the folder for temporary files, {temporary}, is not there")
        self._created = not output.exists()
        self.replaces = False
        if not (output / _ROOT).exists():  # else what is there may not be what will be
            self._check_use()

    def __enter__(self) -> "Staging":
        try:
            self._make_folders()
        except BaseException:
            # An interrupt may come as soon as there is a folder.
            self.__exit__()
            raise
        return self

    def _make_folders(self) -> None:
        if self._resumes:
            self._spool = self._take_over()
        self.output.mkdir(parents=True, exist_ok=True)
        # Inside the output folder, so on one file system with it: a rename is all it takes then.
        self._root = self._hold()
        _take_back(self.output, self._root.path)
        self._root.empty()
        self._check_use()
        self.new, self._old = self._root.path / "new", self._root.path / "old"
        for folder in (self.new, self._old):
            folder.mkdir()
        if self._spool is None:
            self._clear_away()
            self._spool = _made_in(self._temporary)
        self.spool = self._spool.path

    def _check_use(self) -> None:
        self.replaces = self.output.exists() and _is_in_use(self.output)
        if self.replaces and not self._force:
            raise OutputError(
                f"the output folder {self.output} is not empty; name another, or give --force to"
                " replace the results in it"
            )

    def _hold(self) -> TemporaryFolder:
        try:
            return _made_in(self.output, _ROOT)
        except BlockingIOError:
            raise OutputError(
                f"another pass is writing into {self.output}; wait for it, or name another folder"
            ) from None

    def _take_over(self) -> TemporaryFolder:
        found, refused = None, None
        for folder in abandoned(self._temporary):
            # Whatever comes, what is not resumed stays; so does this one, until it is `done`.
            folder.keep = True
            try:
                if found is None and resume.is_left_by(folder.path, self._described):
                    found = folder
                    continue
            except OutputError as error:
                refused = refused or error
            folder.close()
        if found is None:
            raise refused or OutputError(
                f"there is nothing to resume in {self._temporary}: no pass over these inputs with"
                " these options was interrupted after it had read all; run without --resume"
            )
        return found

    def _clear_away(self) -> None:
        """Remove what other passes left that cannot be resumed."""
        for folder in abandoned(self._temporary):
            folder.keep = resume.is_left(folder.path)
            if folder.keep and self._is_superseded(folder.path):
                self._superseded.append(folder)
                continue
            if folder.keep:
                self.warnings.append(
                    f"an interrupted pass waits in {folder.path}: go on with it by --resume, or"
                    " remove the folder"
                )
            folder.close()

    def _is_superseded(self, left: Path) -> bool:
        """Whether this pass gives the very results that another was interrupted at."""
        if self._described is None:
            return False
        try:
            return resume.is_left_by(left, self._described, self.output)
        except OutputError:
            return False

    def keep_spool(self) -> None:
        """Leave the temporary files for a pass that resumes this one."""
        assert self._spool is not None
        self._spool.keep = True

    def done(self) -> None:
        """Results are in place: nobody will resume this pass, or one that was to give the same."""
        assert self._spool is not None
        for folder in (self._spool, *self._superseded):
            folder.keep = False

    def __exit__(self, *_: object) -> None:
        try:
            self._leave()
        except KeyboardInterrupt:
            self._leave()
            raise

    def _leave(self) -> None:
        for folder in (self._root, self._spool, *self._superseded):
            if folder is not None:
                folder.close()
        if self._created:
            with contextlib.suppress(OSError):  # unless something is in it
                self.output.rmdir()

    def place(self) -> None:
        """Put the new results in place of the old ones; undo it all if one cannot be moved."""
        assert self._root is not None
        root = self._root.path
        names = [name for name in RESULTS if os.path.lexists(self.new / name)]
        # From here to its end the folder must not be removed: it holds the old results.
        self._root.keep = True
        _write_journal(root, names)
        try:
            for name in reversed(RESULTS):
                _move(self.output / name, self._old / name)
            for name in names:
                _move(self.new / name, self.output / name)
            for folder in (self.output, self._old):
                _sync(folder)
        except BaseException:
            _take_back(self.output, root)
            self._root.keep = False
            raise
        (root / _JOURNAL).unlink()
        self._root.keep = False


def _made_in(parent: Path, name: str | None = None) -> TemporaryFolder:
    try:
        return TemporaryFolder.new(parent, name)
    except BlockingIOError:
        raise
    except OSError as error:  # not with the name of a folder that nobody knows
        raise OutputError(f"cannot write into {parent}: {error.strerror or error}") from None


def _move(origin: Path, target: Path) -> None:
    if os.path.lexists(origin):
        os.replace(origin, target)


def _write_journal(root: Path, names: Sequence[str]) -> None:
    unfinished = root / f"{_JOURNAL}.part"
    with unfinished.open("w") as file:
        file.write(json.dumps(names))
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, root / _JOURNAL)
    _sync(root)


def _sync(folder: Path) -> None:
    """Have the disk know what was moved, before anything relies on it."""
    with contextlib.suppress(OSError):  # no file system needs it that cannot
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _take_back(output: Path, root: Path) -> None:
    """Undo a `place` that was killed at any point, or this that was; one that had ended stands.

    A new result is in place once it is no longer where it was written.
    """
    journal = root / _JOURNAL
    if not journal.exists():
        return
    names = [name for name in json.loads(journal.read_bytes()) if name in RESULTS]
    new, old = root / "new", root / "old"
    placed = [name for name in names if not os.path.lexists(new / name)]
    if placed != names:
        for name in reversed(placed):
            _move(output / name, new / name)
        for name in RESULTS:
            _move(old / name, output / name)
        _sync(output)
    journal.unlink()


def _is_in_use(output: Path) -> bool:
    """Whether a folder holds more than a pass leaves that was killed, or could read nothing."""
    if not output.is_dir():
        raise OutputError(f"the output {output} is not a folder")
    held = {name for name in os.listdir(output) if not is_temporary(name)}
    return bool(held) and not (held <= set(RESULTS) and _kept_nothing(output / RESULTS[-1]))


def _kept_nothing(summary: Path) -> bool:
    try:
        counts = json.loads(summary.read_bytes())["counts"]
        return bool(counts["rejected"] == counts["read"])
    except (OSError, ValueError, LookupError, TypeError):
        return False
