"""What all processes of a session have used, as Linux's /proc tells it.

A peer's workers need not be its children: a fork server's are not, and it is never waited for.
"""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def _processes(session: int) -> list[tuple[Path, list[str]]]:
    """The folder of each process and its fields of `stat` after the name; see proc(5)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == session:
            found.append((folder, fields))
    return found


def cpu_seconds(session: int) -> float:
    """Of the processes there are and of those that they have waited for."""
    return sum(sum(map(int, fields[11:15])) for _, fields in _processes(session)) / _TICK


def memory(session: int) -> int:
    """Bytes now; a page that several processes share is counted once."""
    total = 0
    for folder, _ in _processes(session):
        try:
            rollup = (folder / "smaps_rollup").read_text()
        except OSError:
            continue
        lines = (line.split() for line in rollup.splitlines())
        total += sum(int(fields[1]) for fields in lines if fields[0] == "Pss:")
    return total * 1024
