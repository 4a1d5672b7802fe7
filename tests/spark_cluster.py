"""A standalone cluster of Spark on loopback: a master and workers, real processes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

SPARK_HOME = Path(pyspark.__file__).parent
START_SECONDS = 60


@dataclass
class Cluster:
    master: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_executor(self) -> None:
        """Kill an executor at once."""
        workers = {process.pid for process in self.processes}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if parent in workers and b"CoarseGrainedExecutorBackend" in command:
                os.kill(int(folder.name), signal.SIGKILL)
                return
        raise ProcessLookupError("no executor runs")


@contextmanager
def cluster(folder: Path, workers: int = 2, memory: str = "1500m") -> Iterator[Cluster]:
    """A master and workers of one core each, which end with the block."""
    started = Cluster("")
    try:
        log = _start(started, folder / "master", "master.Master", "--port", "0")
        started.master = _wait(log, r"Starting Spark master at (spark://\S+)")
        logs = [
            _start(
                started,
                folder / f"worker{number}",
                *("worker.Worker", "--cores", "1", "--memory", memory, "--port", "0"),
                started.master,
            )
            for number in range(workers)
        ]
        for log in logs:
            _wait(log, "(Successfully registered)")
        yield started
    finally:
        for process in started.processes:
            process.terminate()
        for process in started.processes:
            process.wait()


def _start(cluster: Cluster, folder: Path, name: str, *options: str) -> Path:
    folder.mkdir(parents=True)
    log = folder / "log"
    local = ("--host", "127.0.0.1", "--webui-port", "0")
    command = [
        SPARK_HOME / "bin/spark-class",
        f"org.apache.spark.deploy.{name}",
        *local,
        *(("--work-dir", folder / "work") if "Worker" in name else ()),
        *options,
    ]
    environment = {
        **os.environ,
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_HOME": str(SPARK_HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
    }
    with log.open("wb") as out:
        cluster.processes.append(subprocess.Popen(command, stdout=out, stderr=out, env=environment))
    return log


def _wait(log: Path, line: str) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if found := re.search(line, log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(log.read_text())
