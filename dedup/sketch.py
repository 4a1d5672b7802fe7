"""MinHash signatures, bit for bit those of datasketch 2, and the curve of banding."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dedup import _core, extras
from dedup.errors import InputError, OptionError

# numpy, xxhash and datasketch are imported where they are used: numpy and datasketch come with an
# extra, and the start-up time of the command is part of its benchmark.
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from datasketch import MinHash


def shingles(text: str) -> list[str]:
    """Return the distinct shingles of a text, in order of first appearance.

    A shingle is 5 consecutive normalised words joined by one space; a text of fewer words is one
    shingle, a text without words has none.
    """
    return _core.shingles(_texts([text])[0])


def shingle_hash(shingle: bytes) -> int:
    """Return the low 32 bits of the XXH3 64-bit hash of a shingle's UTF-8 bytes.

    It is the `hashfunc` that makes a datasketch MinHash agree with `signatures`.
    """
    import xxhash

    return xxhash.xxh3_64_intdigest(shingle) & 0xFFFFFFFF


def signatures(
    texts: Iterable[str], num_perm: int = 128, seed: int = 1
) -> "npt.NDArray[np.uint32]":
    """Return the MinHash signatures of texts, a uint32 array of shape (len(texts), num_perm).

    Row i holds the minima over the shingles of text i of `num_perm` random permutations (Broder
    1997), computed as datasketch 2's scheme `affine32` does, bit for bit: the share of equal
    columns in two rows estimates the similarity of the two texts. A text without words has
    0xFFFFFFFF in every column.

    Raises InputError for an item that is no string and where the extra `datasketch` is not
    installed, OptionError for a num_perm or seed that datasketch would not take.
    """
    extras.check("signatures", "datasketch")
    import numpy as np

    if num_perm < 1:
        raise OptionError(f"num_perm is {num_perm}; choose 1 or more")
    if not 0 <= seed < 2**32:
        raise OptionError(f"seed is {seed}; choose 0 to {2**32 - 1}")
    checked = _texts(texts)
    data = _core.signatures(checked, num_perm, seed)
    return np.frombuffer(data, dtype="<u4").reshape(len(checked), num_perm)


def minhashes(texts: Iterable[str], num_perm: int = 128, seed: int = 1) -> list["MinHash"]:
    """Return a datasketch MinHash for each text, for use in any datasketch index.

    They equal `MinHash(num_perm, seed, scheme="affine32", hashfunc=shingle_hash)` updated with
    the UTF-8 bytes of each of `shingles(text)`. Raises as `signatures` does.
    """
    rows = signatures(texts, num_perm, seed)
    from datasketch import MinHash

    # The permutations are drawn once: drawing them takes longer than a signature.
    permutations = MinHash(num_perm, seed, scheme="affine32").permutations
    return [
        MinHash(
            seed=seed,
            hashfunc=shingle_hash,
            hashvalues=row,
            permutations=permutations,
            scheme="affine32",
        )
        for row in rows
    ]


def candidate_probability(similarity: float, num_bands: int = 64, rows_per_band: int = 2) -> float:
    """Return the probability that two articles of this similarity share a bucket of some band.

    1 - (1 - s^r)^b for similarity s, r rows in each of b bands: Leskovec, Rajaraman, Ullman,
    "Mining of Massive Datasets", chapter 3.4.2. Raises OptionError.
    """
    if not 0 <= similarity <= 1:
        raise OptionError(f"similarity is {similarity}; choose 0 to 1")
    if num_bands < 1 or rows_per_band < 1:
        raise OptionError("num_bands and rows_per_band must be 1 or more")
    return float(1 - (1 - similarity**rows_per_band) ** num_bands)


def candidate_curve(num_bands: int = 64, rows_per_band: int = 2) -> list[tuple[float, float]]:
    """Return (similarity, `candidate_probability`) for similarities 0, 0.05, ... 1."""
    return [
        (step / 20, candidate_probability(step / 20, num_bands, rows_per_band))
        for step in range(21)
    ]


def print_candidate_curve(num_bands: int = 64, rows_per_band: int = 2) -> None:
    """Print `candidate_curve` as a table on standard output."""
    print(f"{num_bands} bands x {rows_per_band} rows\nsimilarity  candidate")
    for similarity, probability in candidate_curve(num_bands, rows_per_band):
        print(f"{similarity:10.2f}  {probability:9.6f}")


def _texts(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise InputError("texts is one string; give an iterable of strings")
    checked = list(texts)
    for position, text in enumerate(checked):
        if not isinstance(text, str):
            raise InputError(f"text {position} is {type(text).__name__}, not str")
    return checked
