"""Dumps and results that are not on this machine: a pass over them gives what it gives of files.

The object store is SeaweedFS, a server of its own; what breaks connections stands between it and
the command.
"""

import gzip
import http.server
import json
import os
import re
import shlex
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import obstore
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import servers
import test_memory
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.dump import objects, remote, stores
from dedup.dump.inputs import expand
from dedup.dump.stores import failures
from dedup.errors import InputError

ROWS = dumps.story_dump()
# More than one block of a download.
LARGE = dumps.jsonl_bytes(
    dumps.record(str(number), articles.article(number), pad="x" * 30_000) for number in range(300)
)
LOGIN = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with servers.seaweedfs() as url:
        yield url


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The endpoint, which the environment names with a login. Nothing of a user's own counts."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_", "HF_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    mine = {"HOME": str(tmp_path), "DEDUP_RETRY_SECONDS": "2", "AWS_EC2_METADATA_DISABLED": "true"}
    for name, value in {**LOGIN, "AWS_ENDPOINT_URL": endpoint, **mine}.items():
        monkeypatch.setenv(name, value)
    stores._bucket.cache_clear()
    yield endpoint
    stores._bucket.cache_clear()


def bucket(endpoint: str, name: str) -> Any:
    login = {"access_key_id": "key", "secret_access_key": "secret"}
    return obstore.store.S3Store(
        name, endpoint=endpoint, client_options={"allow_http": True}, **login
    )


def put(endpoint: str, place: str, files: dict[str, bytes]) -> None:
    name, _, prefix = place.partition("/")
    for key, data in files.items():
        obstore.put(bucket(endpoint, name), f"{prefix}/{key}", data)


def held(endpoint: str, place: str) -> dict[str, bytes]:
    """Every object below a prefix, by its name there."""
    name, _, prefix = place.partition("/")
    store = bucket(endpoint, name)
    paths = [meta["path"] for meta in store.list(prefix).collect()]
    return {path[len(prefix) + 1 :]: bytes(obstore.get(store, path).bytes()) for path in paths}


def results(tree: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in tree.items() if name != "summary.json"}


def dump_of_all_formats(folder: Path) -> Path:
    files = {
        f"jsonl/part.jsonl{ending}": pack(dumps.jsonl_bytes([row]))
        for (ending, (pack, _)), row in zip(dumps.PACKERS.items(), ROWS, strict=True)
    }
    files["news.csv"] = dumps.csv_bytes([{"id": "g", "text": dumps.OWN["g"]}])
    files["é ü/100% #1+a=b.tsv"] = dumps.csv_bytes([{"id": "h", "text": dumps.OWN["h"]}], "\t")
    files["one.txt"] = dumps.OWN["f"].encode()
    files["README.md"] = b"# no article"
    files[".hidden/x.jsonl"] = b"not read"
    source = command.write(folder, files)
    table = pa.Table.from_pylist([{"id": "p", "text": dumps.OWN["b"]}])
    pq.write_table(table, source / "table.parquet")
    return source


# --- object stores --------------------------------------------------------------------------------


def test_formats_and_output(s3: str, tmp_path: Path) -> None:
    local = dump_of_all_formats(tmp_path)
    put(s3, "news/all/in", command.tree(local))
    command.scan(local, "-o", tmp_path / "here", "--matches")
    told = command.scan("s3://news/all/in", "-o", "s3://news/all/out/1", "--matches")
    assert re.search(r"written to +s3://news/all/out/1", told)
    expected, there = command.tree(tmp_path / "here"), held(s3, "news/all/out/1")
    assert results(there) == results(expected)
    summary, here = json.loads(there["summary.json"]), json.loads(expected["summary.json"])
    assert summary["counts"] == here["counts"]
    assert summary["inputs"] == {**here["inputs"], "given": ["s3://news/all/in"]}
    # Nothing stays on this machine, in the folder for temporary files or beside it.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "in"]


def test_commands_of_the_docs(s3: str, tmp_path: Path) -> None:
    page = Path(__file__).parents[1] / "docs" / "remote.md"
    lines = page.read_text().partition("```sh\n")[2].partition("```")[0].splitlines()
    packed = gzip.compress(dumps.jsonl_bytes(ROWS[2:]))
    put(s3, "news/2024", {"a.jsonl": dumps.jsonl_bytes(ROWS[:2]), "05/b.jsonl.gz": packed})
    for line in lines:
        assert line.startswith("dedup scan ")
        command.scan(*shlex.split(line)[2:], cwd=tmp_path)
    assert {"clean/a.jsonl", "clean/05/b.jsonl.gz"} < held(s3, "news/clean").keys()
    assert command.tree(tmp_path / "clean" / "clean").keys() == {"05/b.jsonl.gz"}


def test_output_in_use(s3: str, tmp_path: Path) -> None:
    put(
        s3,
        "news/use/in",
        {"a.jsonl": dumps.jsonl_bytes(ROWS), "b.jsonl": dumps.jsonl_bytes(ROWS[:0])},
    )
    one = "s3://news/use/in/a.jsonl"
    command.scan("s3://news/use/in", "-o", "s3://news/use/out", "--matches")
    put(s3, "news/use/out", {"mine.txt": b"kept"})
    before = held(s3, "news/use/out")
    assert {"clean/a.jsonl", "clean/b.jsonl", "matches.jsonl"} < before.keys()
    command.fails(tmp_path, "not empty.*--force", "scan", one, "-o", "s3://news/use/out")
    assert held(s3, "news/use/out") == before
    command.scan(one, "-o", "s3://news/use/out/", "--force")
    after = held(s3, "news/use/out")
    assert {"clean/b.jsonl", "matches.jsonl"} == before.keys() - after.keys()
    assert after["mine.txt"] == b"kept"
    assert json.loads(after["summary.json"])["inputs"]["given"] == [one]
    for inside in ("s3://news/use/out", "s3://news/use/out/clean/a.jsonl"):
        error = command.error_of(tmp_path, "scan", inside, "-o", "s3://news/use/out", "--force")
        assert "is in the output folder" in error
    assert held(s3, "news/use/out") == after
    # What all was rejected of is told, and is not worth keeping.
    put(s3, "news/use/bad", {"a.jsonl": b"{}\n"})
    bad = ("scan", "s3://news/use/bad", "-o")
    assert "(see s3://news/use/none/rejected.jsonl)" in command.error_of(
        tmp_path, *bad, "s3://news/use/none"
    )
    assert "rejected.jsonl" in held(s3, "news/use/none")
    assert "(see" not in command.error_of(tmp_path, *bad, "s3://news/use/out", "--force")
    assert held(s3, "news/use/out") == after
    command.scan(one, "-o", "s3://news/use/none")


def test_other_commands(s3: str, tmp_path: Path) -> None:
    put(s3, "news/other/in", {"a.jsonl": dumps.jsonl_bytes(ROWS)})
    index = tmp_path / "news.idx"
    added = command.dedup("index", "add", index, "s3://news/other/in/*.jsonl", "--json")
    assert json.loads(added.stdout)["counts"]["read"] == len(ROWS)
    checked = command.dedup("index", "check", index, "s3://news/other/in/a.jsonl")
    assert checked.returncode == 0, checked.stderr
    compared = command.dedup("compare", "m", "k", "--dump", "s3://news/other/in/a.jsonl", "--json")
    assert json.loads(compared.stdout)["relation"]
    for arguments in (
        ("index", "add", "s3://news/other/x.idx", "a.jsonl"),
        ("index", "add", index, "a.jsonl", "-o", "s3://news/other/out"),
        ("scan", "a.jsonl", "-o", "out", "--temp-dir", "s3://news/other/tmp"),
    ):
        process = command.dedup(*arguments, cwd=tmp_path)
        assert process.returncode == 2
        assert "not on this machine" in process.stderr


def listed(tmp_path: Path, *given: str) -> list[str]:
    return [source.name for source in expand(given, tmp_path).sources]


def test_what_a_url_names(s3: str, tmp_path: Path) -> None:
    files = ["a.jsonl", "a.md", "2024/b.jsonl.GZ", "2024/x/c.jsonl", ".d.jsonl", "2024/.e/f.jsonl"]
    put(s3, "names/in", dict.fromkeys([*files, "2024[1].jsonl"], b"{}"))
    cases = {
        "s3://names": ["in/2024/b.jsonl.GZ", "in/2024/x/c.jsonl", "in/2024[1].jsonl", "in/a.jsonl"],
        "s3://names/in/": ["2024/b.jsonl.GZ", "2024/x/c.jsonl", "2024[1].jsonl", "a.jsonl"],
        "S3://names/in/2024": ["b.jsonl.GZ", "x/c.jsonl"],
        "s3://names/in/a.jsonl": ["a.jsonl"],
        "s3://names/in/2024[1].jsonl": ["2024[1].jsonl"],
        "s3://names/in/*.jsonl": ["2024[1].jsonl", "a.jsonl"],
        "s3://names/in/**/?.jsonl": ["2024/x/c.jsonl", "a.jsonl"],
        "s3://names/in/20[!3]4/**": ["2024/b.jsonl.GZ", "2024/x/c.jsonl"],
        "s3a://names/in/a.jsonl": ["a.jsonl"],
    }
    for url, names in cases.items():
        assert listed(tmp_path, url) == names, url
    twice = expand(["s3://names/in/a.jsonl", "s3://names/in", "s3://names/in"], tmp_path)
    assert len(twice.sources) == 4
    put(s3, "names2/in", {"a.jsonl": b"{}"})
    both = listed(tmp_path, "s3://names/in/a.jsonl", "s3://names2/in/a.jsonl")
    assert both == ["names/in/a.jsonl", "names2/in/a.jsonl"]


def test_public_bucket_and_google(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, "public/in", {"a.jsonl": b"{}"})
    put(s3, "news/private/in", {"a.jsonl": b"{}"})
    for name in LOGIN:
        monkeypatch.delenv(name)
    assert listed(tmp_path, "s3://public/in") == ["a.jsonl"]
    with pytest.raises(InputError, match=r"^access denied to s3://news/\S+ without cred.*AWS_P"):
        expand(["s3://news/private/in"], tmp_path)
    # The listing and reading of Google's XML API are those of S3.
    account = {"gcs_base_url": s3, "disable_oauth": True, "client_email": "", "private_key": ""}
    (tmp_path / "account.json").write_text(json.dumps({**account, "private_key_id": ""}))
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(tmp_path / "account.json"))
    for scheme in ("gs", "gcs"):
        (source,) = expand([f"{scheme}://public/in"], tmp_path).sources
        assert (source.name, source.size) == ("a.jsonl", 2)
        assert source.remote is not None
        assert b"".join(data for _, data in source.remote.store.chunks(source.remote, 1)) == b"}"


def test_profile(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login and an endpoint that stand in Amazon's own files."""
    put(s3, "news/private/in", {"a.jsonl": b"{}"})
    for name in (*LOGIN, "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name)
    (tmp_path / ".aws").mkdir()
    profile = f"endpoint_url = {s3}\naws_access_key_id = key\naws_secret_access_key = secret\n"
    (tmp_path / ".aws" / "config").write_text(f"[profile mine]\nregion = eu-west-1\n{profile}")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert listed(tmp_path, "s3://news/private/in") == ["a.jsonl"]


# What the environment is given, the URL, and what is said.
WRONG: list[tuple[dict[str, str | None], str, str]] = [
    ({}, "s3://nobucket/a.jsonl", "^no such bucket: s3://nobucket$"),
    ({}, "s3://news/wrong/b.jsonl", "^no such file or folder: s3://news/wrong/b.jsonl$"),
    ({}, "s3://news/wrong/notes.md", r"^s3://news/wrong/notes.md is not read: read are"),
    ({}, "s3://", "^no bucket is named"),
    ({}, "s3://who:hush@news/a.jsonl", r"^credentials in s3://\*\*\*@news are not taken; set AW"),
    ({}, "ftp://wrong/a.jsonl", "^ftp:// is not read; a URL is one of s3://"),
    ({}, "hf://models/a/b", "^hf://models/a/b is no data set"),
    ({}, "az://wrong/a.jsonl", "^no account for az://wrong: set AZURE_STORAGE_ACCOUNT_NAME"),
    (
        {"AWS_SECRET_ACCESS_KEY": "hush"},
        "s3://news/wrong",
        "^access denied to s3://news/wrong .*set AWS_ACC",
    ),
    ({"AWS_PROFILE": "nobody"}, "s3://news/wrong", "^no credentials for s3://news: .*nobody"),
    ({"AWS_ACCESS_KEY_ID": None}, "s3://news/wrong", "^half of a login for s3://news"),
    ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "s3://news/wrong", "^cannot reach .*refused$"),
    (
        {"AWS_ENDPOINT_URL": "http://no.host.invalid"},
        "s3://news/wrong",
        "^cannot reach .*unknown host$",
    ),
    ({"AWS_ENDPOINT_URL": "TLS"}, "s3://news/wrong", "^cannot reach .*does not speak TLS$"),
    ({"DEDUP_RETRY_SECONDS": "hush"}, "s3://news/wrong", "^DEDUP_RETRY_SECONDS is no number"),
    ({}, "http://127.0.0.1:1/a.jsonl?sig=hush", r"^cannot reach http://127.0.0.1:1/a.jsonl\?\*\*"),
    ({}, "http://who:hush@no.host.invalid/a.jsonl", r"http://\*\*\*@no.host.invalid.*unknown host"),
    ({}, "http://[::1/a.jsonl", "is no URL"),
    ({}, "https://127.0.0.1:port/a.jsonl", "is no URL"),
]


@pytest.mark.parametrize(("environment", "url", "said"), WRONG)
def test_errors(
    environment: dict[str, str | None],
    url: str,
    said: str,
    s3: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(s3, "news/wrong", {"notes.md": b"x"})
    monkeypatch.setattr(failures, "FIRST_PATIENCE", 0.2)
    for name, value in environment.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            value = s3.replace("http:", "https:") if value == "TLS" else value
            monkeypatch.setenv(name, value)
    with pytest.raises(InputError) as caught:
        expand([url], tmp_path)
    assert re.search(said, str(caught.value)), str(caught.value)
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "modules", "extra"),
    [
        ("s3://a/b", "obstore", "remote"),
        ("s3://a/b", "botocore", "remote"),
        ("hf://datasets/a/b", "huggingface_hub", "hf"),
    ],
)
def test_missing_extra(url: str, modules: str, extra: str, tmp_path: Path) -> None:
    program = f"import sys; sys.modules[{modules!r}] = None; from dedup.cli import main; main()"
    arguments = [sys.executable, "-c", program, "scan", url, "-o", "out"]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=tmp_path, check=False)
    scheme = url.partition(":")[0]
    wanted = f"error: {scheme}:// needs more packages: pip install 'dedup-news[{extra}]'\n"
    assert (done.returncode, done.stderr) == (1, wanted)


@settings(max_examples=50)
@given(
    st.sampled_from(["s3", "gs", "az", "https", "http", "hf", "HTTPS"]),
    st.text("ab@:/?#&=% é", max_size=12),
    st.text("ab@/?#&=% é", max_size=12),
)
def test_secrets_are_masked(scheme: str, before: str, after: str) -> None:
    shown = objects.masked(f"{scheme}://who:hush@{after}")
    assert "hush" not in shown
    if scheme.lower().startswith("http"):
        assert "hush" not in objects.masked(f"{scheme}://host/{before}?{after}=hush")
        assert "hush" not in objects.masked(f"{scheme}://host?sig=hush")


# --- what breaks ----------------------------------------------------------------------------------


class Proxy:
    """Passes bytes on to a server, and does `after` once `limit` bytes of a connection came back:
    cut the connection, or whatever it is told to. Of connections after the first `cuts`, none."""

    def __init__(self, target: str, limit: int, cuts: int, upwards: bool = False) -> None:
        self.target = target.rpartition("/")[2].split(":")
        self.limit, self.cuts, self.upwards = limit, cuts, upwards
        self.after: Callable[[], None] | None = None
        self.dead = False
        self.large = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.dead:
                client.close()
                continue
            server = socket.create_connection((self.target[0], int(self.target[1])))
            for source, sink, watched in ((client, server, self.upwards), (server, client, True)):
                watched = watched if self.upwards is (source is client) else False
                both = (client, server)
                threading.Thread(
                    target=self._pump, args=(source, sink, watched, both), daemon=True
                ).start()

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        watched: bool,
        both: tuple[socket.socket, socket.socket],
    ) -> None:
        passed = 0
        try:
            while data := source.recv(1 << 16):
                if watched and passed <= self.limit < passed + len(data) and self._counts():
                    if self.after is None:
                        return
                    self.after()
                if self.dead:
                    return
                passed += len(data)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in both:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _counts(self) -> bool:
        with self._lock:
            self.large += 1
            return self.large <= self.cuts

    def die(self) -> None:
        self.dead = True

    def close(self) -> None:
        self._listener.close()


@contextmanager
def between(target: str, limit: int, cuts: int, upwards: bool = False) -> Iterator[Proxy]:
    proxy = Proxy(target, limit, cuts, upwards)
    try:
        yield proxy
    finally:
        proxy.close()


def test_cut_connections_are_mended(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, "news/cut/in", {"a.jsonl": LARGE})
    with between(s3, 1_000_000, cuts=3) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        command.scan("s3://news/cut/in", "-o", "out", "--drop", "none", cwd=tmp_path)
        assert proxy.large > 3
    assert (tmp_path / "out" / "clean" / "a.jsonl").read_bytes() == LARGE


def test_server_dies(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, "news/dies/in", {"a.jsonl": LARGE})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text("old")
    with between(s3, 3_000_000, cuts=1) as proxy:
        proxy.after = proxy.die
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        said = "cannot reach s3://news/dies/in/a.jsonl.*nothing was written"
        command.fails(tmp_path, said, "scan", "s3://news/dies/in", "-o", "out", "--force")


def test_object_changes(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object that is another by the time it is read is rejected, not joined from two."""
    put(s3, "news/moves/in", {"a.jsonl": LARGE, "b.jsonl": dumps.jsonl_bytes(ROWS)})
    with between(s3, 1_000_000, cuts=1) as proxy:
        proxy.after = lambda: put(s3, "news/moves/in", {"a.jsonl": LARGE.replace(b"x", b"y")})
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        command.scan("s3://news/moves/in", "-o", "out", cwd=tmp_path)
    (rejected,) = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert rejected["file"] == "a.jsonl"
    assert rejected["reason"].startswith(
        "s3://news/moves/in/a.jsonl changed while it was being read"
    )
    assert command.tree(tmp_path / "out" / "clean").keys() == {"b.jsonl"}


def test_upload_fails(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(LARGE)
    command.scan("a.jsonl", "-o", "s3://news/up/out", cwd=tmp_path)
    assert held(s3, "news/up/out")["clean/a.jsonl"] == LARGE
    with between(s3, 2_000_000, cuts=1, upwards=True) as proxy:
        proxy.after = proxy.die
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        again = ("scan", "a.jsonl", "-o", "s3://news/up/out", "--force", "--temp-dir", ".")
        error = command.error_of(tmp_path, *again)
    assert "the upload failed, and s3://news/up/out has no summary.json" in error
    assert "summary.json" not in held(s3, "news/up/out")
    kept = error.rpartition(" ")[2]
    assert (tmp_path / kept / "clean" / "a.jsonl").read_bytes() == LARGE
    assert (tmp_path / kept / "summary.json").exists()


def test_resumed(s3: str, tmp_path: Path) -> None:
    """What was downloaded is not downloaded again, and the results go where they were to go."""
    data = dumps.jsonl_bytes(test_memory.corpus(1_100, "some"))
    put(s3, "news/resume/in", {"a.jsonl": data})
    little = (*test_memory.LITTLE, "--temp-dir", tmp_path)
    given = ("s3://news/resume/in", "-o", "s3://news/resume/out", *little)
    process = test_memory.start(*given)
    test_memory.wait_for(".dedup-*/candidates.checkpoint", tmp_path, process)
    process.kill()
    process.communicate()
    # Another object of that name is another dump.
    put(s3, "news/resume/in", {"a.jsonl": data.replace(b"a", b"e")})
    error = command.error_of(tmp_path, "scan", *given, "--resume")
    assert "there is nothing to resume" in error
    put(s3, "news/resume/in", {"a.jsonl": data})
    command.scan(*given, "--resume")
    there = held(s3, "news/resume/out")
    assert "candidates" not in json.loads(there["summary.json"])["seconds"]
    assert not list(tmp_path.glob(".dedup-*"))
    (tmp_path / "a.jsonl").write_bytes(data)
    command.scan("a.jsonl", "-o", "out", *little, cwd=tmp_path)
    assert results(there) == results(command.tree(tmp_path / "out"))


# --- the web and the hub --------------------------------------------------------------------------


class Pages(http.server.BaseHTTPRequestHandler):
    """Files over HTTP, each with the headers and the faults that its path asks for."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, dict[str, str]]]
    left_to_cut = 2

    def log_message(self, *_: Any) -> None:
        pass

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.seen.append((self.path, dict(self.headers)))
        path, _, query = self.path.partition("?")
        data = dumps.jsonl_bytes(ROWS)
        if path == "/login.jsonl" and self.headers.get("Authorization") != "Basic d2hvOmh1c2g=":
            self._send(401)
        elif path in ("/login.jsonl", "/news.jsonl", "/d/news.jsonl"):
            self._send(200, data)
        elif path in ("/news.jsonl.gz", "/packed.jsonl"):
            self._send(200, gzip.compress(data), Content_Encoding="gzip")
        elif path == "/brotli.jsonl":
            self._send(200, data, Content_Encoding="br")
        elif path == "/from":
            self._send(302, Location=f"/d/news.jsonl?{query}")
        elif path == "/export":
            self._send(200, data, Content_Disposition='attachment; filename="../x/today.jsonl"')
        elif path == "/chunks.jsonl":
            self._send(200, Content_Length="", Transfer_Encoding="chunked")
            for part in (data[:1000], data[1000:], b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        elif path == "/busy.jsonl" and len([1 for seen, _ in self.seen if seen == path]) < 3:
            self._send(503)
        elif path == "/busy.jsonl":
            self._send(200, data)
        elif path in ("/cut.jsonl", "/cut-without-ranges.jsonl"):
            self._cut(path == "/cut.jsonl")
        elif path.startswith(("/api/", "/datasets/")):
            self._hub(path, data)
        else:
            self._send(404)

    def _cut(self, ranges: bool) -> None:
        """The first half of what is asked for, twice; then all."""
        asked = self.headers.get("Range") if ranges else None
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.send_response(206 if asked else 200)
        if asked:
            assert self.headers["If-Range"] == '"1"'
            self.send_header("Content-Range", f"bytes {start}-{len(LARGE) - 1}/{len(LARGE)}")
        if ranges:
            self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(LARGE) - start))
        self.end_headers()
        half = LARGE[start:]
        # The first time it is only looked at.
        if 1 < len(self.seen) < 4:
            half = half[: len(half) // 2]
        self.close_connection = True
        self.wfile.write(half)

    def _hub(self, path: str, data: bytes) -> None:
        if path.startswith("/datasets/"):
            assert path == "/datasets/org/news/resolve/c0ffee/data/a.jsonl"
            if self.headers.get("Authorization") != "Bearer hf_hush":
                self._send(401)
            else:
                self._send(302, Location=f"http://localhost:{self.server.server_port}/news.jsonl")
        elif path.endswith(("/tree/c0ffee/data", "/tree/c0ffee/")):
            files = ["data/a.jsonl", "data/.b.jsonl", "data/c.md"]
            tree = [{"type": "directory", "oid": "0", "size": 0, "path": "data/x"}] + [
                {"type": "file", "oid": "0", "size": len(data), "path": name} for name in files
            ]
            self._send(200, json.dumps(tree).encode(), Content_Type="application/json")
        elif path.startswith("/api/datasets/org/news"):
            answer = json.dumps({"id": "org/news", "sha": "c0ffee", "siblings": []})
            self._send(200, answer.encode(), Content_Type="application/json")
        else:
            answer = json.dumps({"error": "Repository not found"}).encode()
            self._send(404, answer, X_Error_Code="RepoNotFound")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps([{"type": "directory", "oid": "0", "path": "data"}])
        self._send(200, answer.encode(), Content_Type="application/json")


@contextmanager
def pages(context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[Any]]]:
    """A web server: its URL and what it was asked."""
    seen: list[tuple[str, dict[str, str]]] = []
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (Pages,), {"seen": seen})
    )
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def web(s3: str) -> Iterator[tuple[str, list[Any]]]:
    with pages() as it:
        yield it


def fetched(tmp_path: Path, url: str) -> tuple[str, bytes]:
    """The name of the file of a URL, and its bytes."""
    (source,) = expand([url], tmp_path).sources
    with remote.Downloads([source]) as downloads:
        reason = downloads.wait(source, lambda _: None)
        assert reason is None, reason
    return source.name, source.path.read_bytes()


def test_web(web: tuple[str, list[Any]], tmp_path: Path) -> None:
    url, seen = web
    data = dumps.jsonl_bytes(ROWS)
    for path, name in {
        "/news.jsonl?sig=hush#x": "news.jsonl",
        "/from?sig=hush": "news.jsonl",
        "/export?of=today.jsonl": "today.jsonl",
        "/chunks.jsonl": "chunks.jsonl",
        "/packed.jsonl": "packed.jsonl",
        "/busy.jsonl": "busy.jsonl",
    }.items():
        assert fetched(tmp_path, url + path) == (name, data), path
    assert seen[0][0] == "/news.jsonl?sig=hush"
    assert fetched(tmp_path, url.replace("//", "//who:hush@") + "/login.jsonl")[1] == data
    assert gzip.decompress(fetched(tmp_path, f"{url}/news.jsonl.gz")[1]) == data
    for path, said in {
        "/none.jsonl?sig=hush": r"^no such file: .*/none.jsonl\?\*\*\* \(404\)$",
        "/login.jsonl": r"^access denied to .*/login.jsonl \(401\)",
    }.items():
        with pytest.raises(InputError, match=said):
            expand([url + path], tmp_path)
    (source,) = expand([f"{url}/brotli.jsonl"], tmp_path).sources
    with remote.Downloads([source]) as downloads:
        assert "packed as br" in str(downloads.wait(source, lambda _: None))
    assert listed(tmp_path, f"{url}/news.jsonl", f"{url}/d/news.jsonl") == [
        "127.0.0.1/news.jsonl",
        "d/news.jsonl",
    ]


@pytest.mark.parametrize("path", ["/cut.jsonl", "/cut-without-ranges.jsonl"])
def test_web_cut(path: str, web: tuple[str, list[Any]], tmp_path: Path) -> None:
    url, seen = web
    assert fetched(tmp_path, url + path)[1] == LARGE
    ranges = [headers.get("Range") for _, headers in seen]
    assert len(ranges) == 4
    assert (ranges[2] is not None) == (path == "/cut.jsonl")


def test_tls(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with pages(context) as (url, _):
        given = f"{url}/from?sig=hush"
        with pytest.raises(InputError, match=r"certificate is not trusted.*SSL_CERT_FILE"):
            expand([given], tmp_path)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        command.scan(given, "-o", "out", cwd=tmp_path)
    assert "hush" not in (tmp_path / "out" / "summary.json").read_text()
    given = command.summary(tmp_path / "out")["inputs"]["given"]
    assert given == [f"{url}/from?***"]
    assert list(command.tree(tmp_path / "out" / "clean")) == ["news.jsonl"]


def test_hub(web: tuple[str, list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the hub's own library, of a server that speaks as much of the hub as is asked of it."""
    url, seen = web
    monkeypatch.setenv("HF_ENDPOINT", url)
    monkeypatch.setenv("HF_TOKEN", "hf_hush")
    command.scan("hf://datasets/org/news@main/data", "-o", "out", cwd=tmp_path)
    clean = tmp_path / "out" / "clean"
    assert list(command.tree(clean)) == ["a.jsonl"]
    assert command.summary(tmp_path / "out")["inputs"]["ignored_files"] == {".md": 1}
    # A token is for the hub, and not for where it sends one.
    (last,) = [headers for path, headers in seen if path == "/news.jsonl"]
    assert "Authorization" not in last
    error = command.error_of(tmp_path, "scan", "hf://datasets/org/none", "-o", "none")
    assert "no such data set or file, or no access: hf://datasets/org/none; set HF_TOKEN" in error
    assert "hush" not in error
