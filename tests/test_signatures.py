"""Signatures: the bits that datasketch gives, on every path that computes them."""

import articles
import numpy as np
import oracle
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup import _core as core

TEXTS = [
    "",
    " \n",
    "one",
    "one two three four",
    "one two three four five",
    "a a a a a a a a a a",
    "\u4e2d\u56fd\u7ecf\u6d4e\u65b0\u95fb\u793e\u62a5\u9053\u8bf4",
    "caf\u00e9 na\u00efve " * 9,
    *(articles.article(seed, length) for seed, length in enumerate((6, 19, 120, 121, 500, 3_000))),
]


def of_core(texts: list[str], num_perm: int = 128, seed: int = 1, **options: object) -> np.ndarray:
    data = core.signatures(texts, num_perm, seed, **options)  # type: ignore[arg-type]
    return np.frombuffer(data, dtype="<u4").reshape(len(texts), num_perm)


# 16 and 8 are the vector widths of AVX-512 and AVX2: sizes on, below and above a whole vector.
@pytest.mark.parametrize("num_perm", [1, 7, 8, 9, 15, 16, 17, 31, 64, 128, 200, 256, 300])
def test_bits_equal_datasketch(num_perm: int) -> None:
    signatures = dedup.signatures(TEXTS, num_perm=num_perm)
    assert signatures.dtype == np.uint32
    assert signatures.shape == (len(TEXTS), num_perm)
    np.testing.assert_array_equal(signatures, oracle.signatures(TEXTS, num_perm))


@pytest.mark.parametrize("seed", [0, 1, 2, 42, 2**31, 2**32 - 1])
def test_seeds_equal_datasketch(seed: int) -> None:
    signatures = dedup.signatures(TEXTS, seed=seed)
    np.testing.assert_array_equal(signatures, oracle.signatures(TEXTS, seed=seed))


@pytest.mark.parametrize("instructions", core.instruction_sets())
@pytest.mark.parametrize("num_perm", [1, 7, 15, 16, 17, 33, 64, 128, 300])
def test_every_instruction_set_gives_equal_bits(instructions: str, num_perm: int) -> None:
    signatures = of_core(TEXTS, num_perm, instructions=instructions)
    np.testing.assert_array_equal(signatures, oracle.signatures(TEXTS, num_perm))


def test_plain_code_runs_everywhere() -> None:
    assert core.instruction_sets()[-1] == "plain"


def test_unknown_instruction_set_is_an_error() -> None:
    with pytest.raises(ValueError, match="instruction"):
        core.signatures(["a"], 128, 1, 0, "abacus")


@given(st.lists(st.text(max_size=60), max_size=6), st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_generated_texts_equal_datasketch(texts: list[str], num_perm: int, seed: int) -> None:
    """Shingles from the core here: which words generated text has is the matter of test_words."""
    expected = []
    for text in texts:
        minhash = MinHash(
            num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=oracle.shingle_hash
        )
        minhash.update_batch([shingle.encode() for shingle in core.shingles(text)])
        expected.append(minhash.hashvalues)
    signatures = of_core(texts, num_perm, seed)
    np.testing.assert_array_equal(signatures, np.array(expected).reshape(len(texts), num_perm))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_give_equal_bits(threads: int) -> None:
    texts = [articles.article(seed, 5 + seed) for seed in range(300)]
    np.testing.assert_array_equal(of_core(texts, threads=threads), of_core(texts))


def test_no_texts() -> None:
    assert dedup.signatures([]).shape == (0, 128)
    assert dedup.signatures([]).dtype == np.uint32


@pytest.mark.parametrize("num_perm", [0, -1])
def test_no_permutations_is_an_error(num_perm: int) -> None:
    with pytest.raises((ValueError, OverflowError)):
        dedup.signatures(["a"], num_perm=num_perm)


def test_empty_text_gives_the_empty_minhash() -> None:
    (minhash,) = dedup.minhashes([""])
    assert minhash.is_empty()
    assert minhash == MinHash(num_perm=128, seed=1, scheme="affine32")


def test_shingle_hash_is_the_low_half_of_xxh3() -> None:
    for shingle in oracle.shingles(TEXTS[-1]):
        assert dedup.shingle_hash(shingle.encode()) == oracle.shingle_hash(shingle.encode())


def test_minhashes_go_into_an_index_of_datasketch() -> None:
    texts = [articles.article(seed) for seed in range(20)]
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, minhash in enumerate(dedup.minhashes(texts)):
        index.insert(str(number), minhash)
    (copy,) = dedup.minhashes([texts[7].upper()])
    assert index.query(copy) == ["7"]


def test_minhashes_take_more_shingles_as_datasketch_would() -> None:
    """They carry permutations, scheme and hash function, not only the values."""
    (minhash,) = dedup.minhashes(["one two three four five"], num_perm=64, seed=3)
    expected = oracle.minhash("one two three four five", 64, 3)
    for sketched in (minhash, expected):
        sketched.update(b"two three four five six")
    assert minhash == expected
    assert minhash.jaccard(expected) == 1.0
