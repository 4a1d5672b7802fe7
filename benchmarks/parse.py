"""The yardstick: orjson parsing the lines of a file on one core."""

import subprocess
import sys
from pathlib import Path

_PARSE_LINES = """
import sys, time, orjson
started = time.perf_counter()
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        orjson.loads(line)
print(time.perf_counter() - started)
"""


def seconds_of_orjson(path: Path) -> float:
    """Seconds to parse every line, in a process of its own, whose start is not counted."""
    command = [sys.executable, "-c", _PARSE_LINES, str(path)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
