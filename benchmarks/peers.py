"""Signatures from text, by dedup and by its peers, each set up as its documentation advises.

128 permutations over shingles of 5 words for all. `prepare` puts the texts in the form the library
reads fastest, outside the measurement, and returns what is measured.
"""

import importlib
import os
from collections.abc import Callable
from typing import Any

NUM_PERM, SHINGLE_WORDS = 128, 5
DAFT_BATCH = 1_000  # daft spreads batches over the processors; one batch would run on one

Run = Callable[[], object]


def load(module: str) -> Any:
    return importlib.import_module(module)


def prepare_dedup(texts: list[str]) -> Run:
    signatures = load("dedup").signatures
    return lambda: signatures(texts)


def prepare_daft(texts: list[str]) -> Run:
    os.environ.update(DAFT_PROGRESS_BAR="0", DAFT_ANALYTICS_ENABLED="0", DO_NOT_TRACK="true")
    daft, functions = load("daft"), load("daft.functions")
    frame = daft.from_pydict({"text": texts}).into_batches(DAFT_BATCH).collect()
    # The fastest of its hash functions, XXH3, which is also that of dedup.
    signature = functions.minhash(
        daft.col("text"), num_hashes=NUM_PERM, ngram_size=SHINGLE_WORDS, hash_function="xxhash"
    )
    return lambda: frame.select(signature).collect()


def prepare_gaoya(texts: list[str]) -> Run:
    """gaoya has no call for signatures alone: inserting into its index is included."""
    index_class = load("gaoya.minhash").MinHashStringIndex
    ids = list(range(len(texts)))

    def run() -> object:
        index = index_class(
            hash_size=32,
            num_bands=16,
            band_size=8,
            analyzer="word",
            ngram_range=(SHINGLE_WORDS, SHINGLE_WORDS),
        )
        index.par_bulk_insert_docs(ids, texts)
        return index

    return run


def split_shingles(text: str) -> set[str]:
    words = text.split()
    starts = range(max(1, len(words) - SHINGLE_WORDS + 1))
    return {" ".join(words[start : start + SHINGLE_WORDS]) for start in starts}


def prepare_datasketch(texts: list[str]) -> Run:
    minhash, hashfunc = load("datasketch").MinHash, load("xxhash").xxh32_intdigest

    def run() -> object:
        shingles = ([shingle.encode() for shingle in split_shingles(text)] for text in texts)
        options = {"num_perm": NUM_PERM, "hashfunc": hashfunc, "scheme": "affine32"}
        return minhash.bulk(shingles, **options)

    return run


def prepare_rensa(texts: list[str]) -> Run:
    digest_matrix = load("rensa").RMinHash.digest_matrix_from_token_sets
    return lambda: digest_matrix([list(split_shingles(text)) for text in texts], NUM_PERM, 1)


SIGNATURES: dict[str, tuple[Callable[[list[str]], Run], str]] = {
    "dedup": (prepare_dedup, "all"),
    "daft": (prepare_daft, "all"),
    "gaoya": (prepare_gaoya, "all"),
    "datasketch": (prepare_datasketch, "one"),
    "rensa": (prepare_rensa, "one"),
}
