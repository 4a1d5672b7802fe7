"""Servers of one's own: started in a temporary folder on a free port, and stopped again."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server, which does not wait for the disk."""
    with tempfile.TemporaryDirectory() as name:
        # It refuses to run as root, so that root starts it as the user of the package.
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(name, user, user)
        data, port = Path(name) / "data", free_port()

        def run(program: str, *arguments: str) -> None:
            # Its output goes to a file: the server would keep a pipe open.
            with (Path(name) / "output").open("a+") as output:
                subprocess.run(
                    [find(program), "-D", data, *arguments],
                    **{"cwd": name, "user": user, "group": user},
                    stdout=output,
                    stderr=output,
                    check=True,
                )

        run("initdb", "--auth=trust", "--username=dedup", "--encoding=UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        run("pg_ctl", "start", "--wait", "-o", options + " -c fsync=off")
        try:
            yield f"postgresql://dedup@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--mode=immediate")


def find(program: str) -> str:
    # Debian keeps the programs of a PostgreSQL server out of the path.
    debian = map(str, Path("/usr/lib/postgresql").glob("*/bin"))
    path = shutil.which(program, path=os.pathsep.join([os.environ["PATH"], *debian]))
    assert path is not None, f"{program} is not installed: apt-get install postgresql"
    return path


def free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])
