"""The output folder and the temporary ones: whole results whoever is killed when, and no state of
another pass, or of another user, mistaken for one's own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import pytest
import test_memory

from dedup.dump import resume
from dedup.dump.staging import Staging
from dedup.dump.temporary import TemporaryFolder, abandoned
from dedup.errors import OutputError

# --- processes that die at any step ---------------------------------------------------------------

MOVES = ("replace",)
STEPS = ("replace", "rename", "unlink", "rmdir", "mkdir", "open")
KILLED = 9


def survives(work: Callable[[], None], steps: int, kinds: tuple[str, ...]) -> bool:
    """Run `work` in a process that dies before the step after so many; False if it did."""
    child = os.fork()
    if child == 0:
        try:
            for kind in kinds:
                setattr(os, kind, counted(getattr(os, kind), steps))
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == 0


TAKEN = [0]


def counted(step: Callable[..., Any], steps: int) -> Callable[..., Any]:
    def run(*args: Any, **named: Any) -> Any:
        if TAKEN[0] == steps:
            os._exit(KILLED)
        TAKEN[0] += 1
        return step(*args, **named)

    return run


OLD = {
    "clean/sub/x.jsonl": b"old",
    "clean/y.csv": b"old",
    "matches.jsonl": b"old",
    "stories.jsonl": b"old",
    "summary.json": b"{}",
}
NEW = {
    "clean/x.jsonl": b"new",
    "duplicates.jsonl": b"new",
    "stories.jsonl": b"new",
    "rejected.jsonl": b"new",
    "summary.json": b"{}\n",
}
OTHERS = {"mine.md": b"mine"}


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def replace_results(out: Path) -> None:
    with Staging(out, force=True) as staging:
        fill(staging.new, NEW)
        staging.place()


def enter_and_leave(out: Path) -> None:
    with Staging(out, force=True):
        pass


def held(out: Path) -> dict[str, bytes]:
    """What an output folder holds after the next pass has begun in it, and ended."""
    enter_and_leave(out)
    assert not list(out.glob(".dedup-*"))
    # Of one who was killed before that was a folder of its own.
    unfinished = list(out.glob(".new-dedup-*"))
    assert len(unfinished) <= 1
    for path in unfinished:
        assert {*path.iterdir()} <= {path / "lock"}
        shutil.rmtree(path)
    return command.tree(out)


@pytest.mark.parametrize("old", [OLD, {}], ids=["replaced", "new"])
def test_killed_at_any_step(old: dict[str, bytes], tmp_path: Path) -> None:
    """All of the old results, or all of the new ones: and first the ones, then the others."""
    found = []
    for steps in range(200):
        out = tmp_path / str(steps)
        fill(out, {**old, **OTHERS})
        ended = survives(lambda out=out: replace_results(out), steps, STEPS)  # type: ignore[misc]
        found.append(held(out))
        if ended:
            break
    assert ended
    assert len(found) > 20
    whole = [{**old, **OTHERS}, {**NEW, **OTHERS}]
    assert [it for at, it in enumerate(found) if at == 0 or it != found[at - 1]] == whole


def test_killed_while_results_are_taken_back(tmp_path: Path) -> None:
    for steps in range(20):
        for again in range(40):
            out = tmp_path / f"{steps}-{again}"
            fill(out, OLD)
            placed = survives(lambda out=out: replace_results(out), steps, MOVES)  # type: ignore[misc]
            taken_back = survives(lambda out=out: enter_and_leave(out), again, MOVES)  # type: ignore[misc]
            assert held(out) == (NEW if placed else OLD)
            shutil.rmtree(out)
            if taken_back:
                break
        if placed:
            break
    assert placed
    assert steps > 8


def test_pass_after_one_killed_while_placing(tmp_path: Path) -> None:
    """By the command: what was half in place is whole again, and --force is still asked for."""
    command.write(tmp_path, {"x.jsonl": dumps.jsonl_bytes(dumps.story_dump())})
    command.scan("in", "-o", "out", "--matches", cwd=tmp_path)
    before = command.tree(tmp_path / "out")
    out = tmp_path / "out"
    assert not survives(lambda: replace_results(out), 8, MOVES)
    assert not (out / "summary.json").exists()
    assert command.dedup("scan", "in", "-o", "out", cwd=tmp_path).returncode == 1
    found = command.tree(out)
    assert {name: found[name] for name in found if not name.startswith(".")} == before
    command.scan("in", "-o", "out", "--force", cwd=tmp_path)
    assert command.summary(out)["counts"]["read"] == 5
    assert not list(out.glob(".*"))


def test_result_that_cannot_be_moved(tmp_path: Path) -> None:
    """The old results stand again when a rename fails: a folder is in the way of one."""
    out = tmp_path / "out"
    fill(out, OLD)
    with Staging(out, force=True) as staging:
        fill(staging.new, NEW)
        fill(staging.new.parent / "old" / "clean", {"in the way": b""})
        with pytest.raises(OSError, match="not empty"):
            staging.place()
        shutil.rmtree(staging.new.parent / "old" / "clean")
    assert held(out) == OLD


# --- locks ----------------------------------------------------------------------------------------


def make_and_clear(parent: Path) -> None:
    for _ in range(50):
        folder = TemporaryFolder.new(parent)
        (folder.path / "file").write_bytes(b"mine")
        for left in abandoned(parent):
            left.close()
        assert (folder.path / "file").read_bytes() == b"mine"
        folder.close()


def test_no_living_folder_is_taken_for_abandoned(tmp_path: Path) -> None:
    children = []
    for _ in range(6):
        if (child := os.fork()) == 0:
            try:
                make_and_clear(tmp_path)
            except BaseException as error:
                print(repr(error), file=sys.stderr)
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    assert not list(tmp_path.iterdir())


def test_folder_is_held_from_the_first_it_is_seen(tmp_path: Path) -> None:
    """Killed anywhere while it makes one, a process leaves none that others would stumble over."""
    for steps in range(20):
        parent = tmp_path / str(steps)
        parent.mkdir()
        ended = survives(lambda parent=parent: TemporaryFolder.new(parent) and None, steps, STEPS)  # type: ignore[misc]
        assert all((path / "lock").exists() for path in parent.glob(".dedup-*"))
        if ended:
            break
        for unfinished in parent.glob(".new-dedup-*"):
            os.utime(unfinished, (0, 0))
        for left in abandoned(parent):
            left.close()
        # Without its lock it is empty.
        assert all(not list(path.iterdir()) for path in parent.iterdir())
    assert ended
    assert steps > 2


@pytest.mark.parametrize("other", ["a link", "a file", "no lock", "a lock that is a link"])
def test_what_is_no_temporary_folder_stays(other: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    fill(mine, {"lock": b"", "file": b"mine"})
    path = tmp_path / "parent" / ".dedup-other"
    path.parent.mkdir()
    if other == "a link":
        path.symlink_to(mine)
    elif other == "a file":
        path.write_bytes(b"mine")
    else:
        fill(path, {"file": b"mine"})
        if other == "a lock that is a link":
            (path / "lock").symlink_to(mine / "file")
    before = command.tree(tmp_path)
    enter_and_leave(tmp_path / "parent")
    assert command.tree(tmp_path) == before


def start(*arguments: str | Path, **named: Any) -> "subprocess.Popen[bytes]":
    given = [command.DEDUP, "scan", *map(str, arguments)]
    return subprocess.Popen(given, stdin=subprocess.PIPE, stderr=subprocess.PIPE, **named)


def wait_for(pattern: str, folder: Path, process: "subprocess.Popen[bytes]") -> Path:
    until = time.monotonic() + 60
    while not (found := list(folder.glob(pattern))):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)
    return found[0]


def test_two_passes_into_one_folder(tmp_path: Path) -> None:
    command.write(tmp_path, {"x.jsonl": dumps.jsonl_bytes(dumps.story_dump())})
    first = start("-", "-o", "out", cwd=tmp_path)
    wait_for("out/.dedup-*/stdin.jsonl", tmp_path, first)
    (tmp_path / "link").symlink_to("out")
    for out in ("out", "link"):
        for more in ((), ("--force",)):
            error = command.error_of(tmp_path, "scan", "in", "-o", out, *more)
            assert "another pass is writing into" in error
    _, error = first.communicate(dumps.jsonl_bytes(dumps.story_dump()))
    assert first.returncode == 0, error
    assert command.summary(tmp_path / "out")["counts"]["read"] == 5


# --- states of interrupted passes -----------------------------------------------------------------

LITTLE = ("--memory", "16MB")


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dump, and an output folder in which a pass over it waits to be resumed."""
    folder = tmp_path_factory.mktemp("interrupted")
    # Of many versions, so that verifying them takes longer than the signal.
    (folder / "x.jsonl").write_bytes(dumps.jsonl_bytes(test_memory.corpus(1_100, "some")))
    process = start(folder / "x.jsonl", "-o", folder / "out", *LITTLE)
    wait_for("out/.dedup-*/candidates.checkpoint", folder, process)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert process.returncode == 130, error
    assert b"go on with --resume" in error
    return folder


@pytest.fixture
def state(interrupted: Path, tmp_path: Path) -> Path:
    shutil.copytree(interrupted / "out", tmp_path / "out")
    (state,) = (tmp_path / "out").glob(".dedup-*")
    return state


def changed(name: str, at: int) -> Callable[[Path], None]:
    def change(state: Path) -> None:
        data = bytearray((state / name).read_bytes())
        data[at] ^= 1
        (state / name).write_bytes(data)

    return change


def linked(name: str) -> Callable[[Path], None]:
    def change(state: Path) -> None:
        (state / name).rename(state.parent.parent / name)
        (state / name).symlink_to(state.parent.parent / name)

    return change


def rewritten(data: bytes) -> Callable[[Path], None]:
    return lambda state: (state / "pass.json").write_bytes(data) and None


def sealed(**changes: Any) -> Callable[[Path], None]:
    """Written by one who knows how, or by another version."""

    def change(state: Path) -> None:
        found = json.loads((state / "pass.json").read_bytes())
        found.pop("checksum")
        found.update(changes)
        left = {name: value for name, value in found.items() if value is not None}
        left["checksum"] = resume._checksum(left)
        (state / "pass.json").write_text(json.dumps(left))

    return change


def other_reads(state: Path) -> None:
    found = json.loads((state / "pass.json").read_bytes())
    found["reads"][0][0] = 7
    (state / "pass.json").write_text(json.dumps(found))


TAMPERED: dict[str, Callable[[Path], None]] = {
    "a byte of the state": changed("pass.json", 40),
    "its inputs": other_reads,
    "no state": rewritten(b""),
    "another object": rewritten(b"{}"),
    "a list": rewritten(b"[1]"),
    "no output": sealed(output=None),
    "more reads": sealed(reads=[[], []]),
    "a read of nothing": sealed(reads=[[]]),
    "reads of no list": sealed(reads=1),
    "a byte of what was read": changed("read.checkpoint", 1_000),
    "its last byte": changed("read.checkpoint", -1),
    "a byte of the candidates": changed("candidates.checkpoint", 10),
    "a link for the state": linked("pass.json"),
    "a link for what was read": linked("read.checkpoint"),
    "a link to anywhere": lambda state: (state / "other").symlink_to("/etc/passwd"),
    "a folder": lambda state: (state / "other").mkdir(),
    "others may write": lambda state: state.chmod(0o777),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_state_that_was_changed(name: str, state: Path, interrupted: Path) -> None:
    """It is refused with its name, and left."""
    TAMPERED[name](state)
    out = state.parent
    before = command.tree(out)
    error = command.error_of(out, "scan", interrupted / "x.jsonl", "-o", out, *LITTLE, "--resume")
    assert "cannot resume" in error
    assert state.name in error
    assert "run without --resume" in error
    assert before.items() <= command.tree(out).items()


def test_state_of_another_user(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described = json.loads((state / "pass.json").read_bytes())["pass"]
    assert resume.is_left_by(state, described)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    with pytest.raises(OutputError, match="belongs to another user"):
        resume.is_left_by(state, described)


def test_state_waits_until_it_is_resumed(state: Path, interrupted: Path, tmp_path: Path) -> None:
    """Other passes in the same place say that it is there, whichever way its own was stopped."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    state = state.rename(temporary / state.name)
    (tmp_path / "small.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    shared = ("--temp-dir", temporary)
    shown = command.scan("small.jsonl", "-o", "other", *shared, cwd=tmp_path)
    (warning,) = [line for line in shown.splitlines() if line.startswith("warning: ")]
    assert str(state) in warning
    assert "--resume" in warning
    # Of the same inputs, on the way elsewhere: not the results that were promised.
    command.scan(interrupted / "x.jsonl", "-o", "elsewhere", *LITTLE, *shared, cwd=tmp_path)
    assert state.exists()
    resumed = ("-o", "resumed", *LITTLE, *shared, "--resume")
    command.scan(interrupted / "x.jsonl", *resumed, cwd=tmp_path)
    assert not list(temporary.iterdir())
    results = [command.tree(tmp_path / name) for name in ("elsewhere", "resumed")]
    assert len({tree.pop("summary.json") for tree in results}) == 2
    assert results[0] == results[1]


def test_state_goes_once_its_results_are_there(interrupted: Path, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").symlink_to(interrupted / "x.jsonl")
    process = start("x.jsonl", "-o", "out", *LITTLE, cwd=tmp_path)
    wait_for("out/.dedup-*/candidates.checkpoint", tmp_path, process)
    process.kill()
    process.communicate()
    assert "warning" not in command.scan("x.jsonl", "-o", "out", *LITTLE, cwd=tmp_path)
    assert not list((tmp_path / "out").glob(".*"))


# --- inputs that change ---------------------------------------------------------------------------


def rewrite(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b"7", b"8"))


def put_another_there(path: Path) -> None:
    """Of the same bytes, size and time, but not the file that was read."""
    found = path.stat()
    other = path.with_suffix(".new")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(found.st_atime_ns, found.st_mtime_ns))
    other.rename(path)


def touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


@pytest.fixture
def stopped(interrupted: Path, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A pass with a text file beside the dump, that was stopped once all was read."""
    shutil.copyfile(interrupted / "x.jsonl", tmp_path / "x.jsonl")
    (tmp_path / "y.txt").write_text(articles.article(7_000, 90))
    fill(tmp_path / "out", OLD)
    process = start("x.jsonl", "y.txt", "-o", "out", "--force", *LITTLE, cwd=tmp_path)
    wait_for("out/.dedup-*/read.checkpoint", tmp_path, process)
    process.send_signal(signal.SIGSTOP)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("name", ["x.jsonl", "y.txt"])
@pytest.mark.parametrize("change", [rewrite, put_another_there, touch, grow])
def test_input_that_changes(
    change: Callable[[Path], None],
    name: str,
    stopped: "subprocess.Popen[bytes]",
    tmp_path: Path,
) -> None:
    change(tmp_path / name)
    stopped.send_signal(signal.SIGCONT)
    _, error = stopped.communicate()
    assert stopped.returncode == 1
    assert error.startswith(b"error: ")
    assert error.count(b"\n") == 1
    assert f"{name} changed while it was being read".encode() in error
    assert command.tree(tmp_path / "out") == OLD
