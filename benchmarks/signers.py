"""128 MinHash values from texts, on one core, by dedup's instruction sets and by its peers.

    python benchmarks/signers.py CORPUS.jsonl OUT.json

The libraries take turns (A B C A B C …), so that a busy moment of the machine hits all of them.
Shingles of 5 words for all. The texts are articles cut to 400 words.
"""

import argparse
import importlib
import json
import os
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from corpora import read

NUM_PERM, SHINGLE_WORDS, TEXT_WORDS = 128, 5, 400
ROUNDS = 5
FAST, SLOW = 8_000, 1_000  # texts: a turn of dedup and one of its peers last about a tenth to one s

Texts = list[str]
Sign = Callable[[Texts], object]


def import_(module: str) -> Any:
    return importlib.import_module(module)


def load_gaoya() -> Sign:
    """It has no call for signatures alone: the inserting into its index is included."""
    index_class = import_("gaoya.minhash").MinHashStringIndex

    def sign(texts: Texts) -> object:
        index = index_class(
            hash_size=32,
            num_bands=16,
            band_size=NUM_PERM // 16,
            analyzer="word",
            ngram_range=(SHINGLE_WORDS, SHINGLE_WORDS),
        )
        index.par_bulk_insert_docs(list(range(len(texts))), texts)
        return index

    return sign


def load_daft() -> Sign:
    """By XXH3, the fastest of its hash functions and that of dedup."""
    os.environ.update(DAFT_PROGRESS_BAR="0", DAFT_ANALYTICS_ENABLED="0", DO_NOT_TRACK="true")
    daft, functions = import_("daft"), import_("daft.functions")
    values = functions.minhash(
        daft.col("text"), num_hashes=NUM_PERM, ngram_size=SHINGLE_WORDS, hash_function="xxhash"
    )
    return lambda texts: daft.from_pydict({"text": texts}).select(values).collect()


def shingles(text: str) -> set[str]:
    words = text.split()
    starts = range(max(1, len(words) - SHINGLE_WORDS + 1))
    return {" ".join(words[start : start + SHINGLE_WORDS]) for start in starts}


def load_datasketch() -> Sign:
    bulk, hashfunc = import_("datasketch").MinHash.bulk, import_("xxhash").xxh32_intdigest
    options = {"num_perm": NUM_PERM, "hashfunc": hashfunc, "scheme": "affine32"}
    return lambda texts: bulk(
        ([item.encode() for item in shingles(text)] for text in texts), **options
    )


def load_rensa() -> Sign:
    digest = import_("rensa").RMinHash.digest_matrix_from_token_sets
    return lambda texts: digest([list(shingles(text)) for text in texts], NUM_PERM, 1)


PEERS: dict[str, Callable[[], Sign]] = {
    "gaoya": load_gaoya,
    "daft": load_daft,
    "rensa": load_rensa,
    "datasketch": load_datasketch,
}


def contestants() -> tuple[dict[str, tuple[Sign, int]], dict[str, str]]:
    """(how to sign, number of texts) by name, and why others are not run."""
    core = import_("dedup._core")
    ready: dict[str, tuple[Sign, int]] = {
        f"dedup, {name}": (partial(sign_with_dedup, core, name), FAST)
        for name in core.instruction_sets()
    }
    missing = {}
    for name, load in PEERS.items():
        try:
            ready[name] = (load(), SLOW)
        except ImportError as error:
            missing[name] = str(error)
    return ready, missing


def sign_with_dedup(core: Any, instructions: str, texts: Texts) -> object:
    return core.signatures(texts, NUM_PERM, 1, 1, instructions)


def cut_texts(corpus: Path) -> Texts:
    start = re.compile(rf"(?:\S+\s+){{{TEXT_WORDS}}}")
    cuts = [match[0] for record in read(corpus) if (match := start.match(record["text"]))]
    return cuts[:FAST]


def take_turns(ready: dict[str, tuple[Sign, int]], texts: Texts) -> dict[str, list[float]]:
    """Articles a second by name and round, after one round unmeasured."""
    speeds: dict[str, list[float]] = {name: [] for name in ready}
    for round_number in range(ROUNDS + 1):
        for name, (sign, most) in ready.items():
            share = texts[:most]
            started = time.perf_counter()
            sign(share)
            if round_number > 0:
                speeds[name].append(len(share) / (time.perf_counter() - started))
    return speeds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    # Before the imports: thread pools then have one thread.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    texts = cut_texts(options.corpus)
    ready, missing = contestants()
    speeds = take_turns(ready, texts)
    best = speeds[next(iter(ready))]
    rows = [
        {
            "name": name,
            "articles_per_second": median(row),
            # The median over the rounds of each round's own ratio.
            "ours_is": median(ours / theirs for ours, theirs in zip(best, row, strict=True)),
        }
        for name, row in speeds.items()
    ]
    options.out.write_text(json.dumps({"rows": rows, "not_run": missing}))


if __name__ == "__main__":
    main()
