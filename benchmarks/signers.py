"""128 values of a sketch on one core: dedup, by its instruction sets, and its peers.

    python benchmarks/signers.py CORPUS.jsonl OUT.json

From texts, which are articles cut to 400 words; from their shingles, ready as lists of strings; and
from the hashes of these, 64-bit integers. The libraries take turns (A B C A B C …), so that
a busy moment of the machine hits all of them.
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
from libraries import quiet_daft, word_set, word_shingles, word_triples

NUM_PERM, SHINGLE_WORDS, TEXT_WORDS = 128, 5, 400
ROUNDS = 5
FAST, SLOW = 8_000, 1_000  # texts: a turn lasts about a tenth to one s

Sign = Callable[[Any], object]


def import_(module: str) -> Any:
    return importlib.import_module(module)


def load_gaoya() -> Sign:
    """It has no call for signatures alone: the inserting into its index is included."""
    index_class = import_("gaoya.minhash").MinHashStringIndex

    def sign(texts: list[str]) -> object:
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
    daft, functions = quiet_daft(), import_("daft.functions")
    values = functions.minhash(
        daft.col("text"), num_hashes=NUM_PERM, ngram_size=SHINGLE_WORDS, hash_function="xxhash"
    )
    return lambda texts: daft.from_pydict({"text": texts}).select(values).collect()


def load_datasketch() -> Sign:
    bulk, hashfunc = import_("datasketch").MinHash.bulk, import_("xxhash").xxh32_intdigest
    options = {"num_perm": NUM_PERM, "hashfunc": hashfunc, "scheme": "affine32"}
    return lambda texts: bulk((word_shingles(text, SHINGLE_WORDS) for text in texts), **options)


def load_dedup(instructions: str) -> Sign:
    signatures = import_("dedup._core").signatures
    return lambda texts: signatures(texts, NUM_PERM, 1, 1, instructions)


def load_r_minhash() -> Sign:
    digest = import_("rensa").RMinHash.digest_matrix_from_token_sets
    return lambda sets: digest(sets, NUM_PERM, 1)


def load_c_minhash() -> Sign:
    """It gives an object a text, or a list of integers: there is no matrix."""
    make = import_("rensa").CMinHash.from_token_sets
    return lambda sets: make(sets, NUM_PERM, 1)


def load_rho() -> Sign:
    digest = import_("rensa").RMinHash.digest_matrix_from_token_sets_rho
    return lambda sets: digest(sets, NUM_PERM, 1, probes=4)


def load_fastsketchlsh() -> Sign:
    batch = import_("FastSketchLSH").FastSimilaritySketch(size=NUM_PERM).batch
    return lambda sets: batch(sets, num_threads=1)


def hashes_by_r_minhash() -> Sign:
    digest = import_("rensa").RMinHash.digest_matrix_from_flat_token_hashes
    return lambda hashes: digest(*hashes, NUM_PERM, 1)


def hashes_by_c_minhash() -> Sign:
    numpy, digests = import_("numpy"), import_("rensa").CMinHash.digests64_from_token_hash_sets
    return lambda hashes: digests(numpy.split(hashes[0], hashes[1][1:-1]), NUM_PERM, 1)


def hashes_by_rho() -> Sign:
    digest = import_("rensa").RMinHash.digest_matrix_from_flat_token_hashes_rho
    return lambda hashes: digest(*hashes, NUM_PERM, 1, probes=4)


def hashes_by_fastsketchlsh() -> Sign:
    batch = import_("FastSketchLSH").FastSimilaritySketch(size=NUM_PERM).batch_csr
    return lambda hashes: batch(*hashes, prehashed=True, num_threads=1)


def from_texts(cut: Callable[[str], list[str]], load: Callable[[], Sign]) -> Sign:
    sign = load()
    return lambda texts: sign(list(map(cut, texts)))


def our_shingles(text: str) -> list[str]:
    return import_("dedup").shingles(text)


SKETCHES: dict[str, tuple[Callable[[], Sign], Callable[[], Sign], Callable[[str], list[str]]]] = {
    # from lists of strings, from hashes, and how its own documentation cuts a text
    "rensa, R-MinHash": (load_r_minhash, hashes_by_r_minhash, str.split),
    "rensa, C-MinHash": (load_c_minhash, hashes_by_c_minhash, str.split),
    "rensa, rho": (load_rho, hashes_by_rho, word_triples),
    "fastsketchlsh": (load_fastsketchlsh, hashes_by_fastsketchlsh, word_set),
}
# What each takes and how many texts at a time.
Contestants = dict[str, tuple[Sign, str, int]]


def contestants() -> tuple[Contestants, dict[str, str]]:
    """Those that can be had, and why others cannot."""
    ready: Contestants = {}
    missing: dict[str, str] = {}

    def add(name: str, load: Callable[[], Sign], takes: str = "text", most: int = SLOW) -> None:
        try:
            ready[name] = (load(), takes, most)
        except ImportError as error:
            missing[name] = str(error)

    for instructions in import_("dedup._core").instruction_sets():
        add(f"dedup, {instructions}", partial(load_dedup, instructions), most=FAST)
    add("gaoya", load_gaoya)
    add("daft", load_daft)
    add("datasketch", load_datasketch)
    for name, (load, _, usual) in SKETCHES.items():
        add(f"{name}, as documented", partial(from_texts, usual, load))
        add(f"{name}, our shingles", partial(from_texts, our_shingles, load))
    for name, (load, load_hashes, _) in SKETCHES.items():
        add(f"{name}, shingles", load, "shingles", FAST)
        add(f"{name}, hashes", load_hashes, "hashes", FAST)
    return ready, missing


def cut_texts(corpus: Path) -> list[str]:
    start = re.compile(rf"(?:\S+\s+){{{TEXT_WORDS}}}")
    cuts = [match[0] for record in read(corpus) if (match := start.match(record["text"]))]
    return cuts[:FAST]


def inputs(texts: list[str], most: int) -> dict[str, Any]:
    """Of so many texts, what the contestants take."""
    numpy, digest = import_("numpy"), import_("xxhash").xxh3_64_intdigest
    texts = texts[:most]
    shingles = [our_shingles(text) for text in texts]
    ends = numpy.cumsum([0, *map(len, shingles)], dtype=numpy.uint64)
    hashes = numpy.array(
        [digest(it.encode()) for of_one in shingles for it in of_one], numpy.uint64
    )
    return {"text": texts, "shingles": shingles, "hashes": (hashes, ends)}


def take_turns(ready: Contestants, texts: list[str]) -> dict[str, list[float]]:
    """Articles a second by name and round, after one round unmeasured."""
    shares = {most: inputs(texts, most) for most in (FAST, SLOW)}
    speeds: dict[str, list[float]] = {name: [] for name in ready}
    for round_number in range(ROUNDS + 1):
        for name, (sign, takes, most) in ready.items():
            share = shares[most][takes]
            started = time.perf_counter()
            sign(share)
            if round_number > 0:
                speeds[name].append(len(shares[most]["text"]) / (time.perf_counter() - started))
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
            "takes": ready[name][1],
            "articles_per_second": median(row),
            "bytes_per_article": sum(len(text.encode()) for text in texts) / len(texts),
            # The median over the rounds of each round's own ratio.
            "ours_is": median(ours / theirs for ours, theirs in zip(best, row, strict=True)),
        }
        for name, row in speeds.items()
    ]
    options.out.write_text(json.dumps({"rows": rows, "not_run": missing}))


if __name__ == "__main__":
    main()
