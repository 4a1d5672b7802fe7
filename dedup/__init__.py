"""Find the duplicates in a news dump: copies, syndicated copies, excerpts and rewrites."""

from dedup.article import Article
from dedup.detect import compare, find_duplicates
from dedup.errors import (
    DedupError,
    IdError,
    InputError,
    OptionError,
    OutputError,
    StorageError,
)
from dedup.index import Added, Index, Stored
from dedup.result import (
    AlignedSentence,
    Cluster,
    Duplicate,
    Evidence,
    Feature,
    Match,
    Missed,
    Result,
    Story,
    Version,
)
from dedup.sketch import (
    candidate_curve,
    candidate_probability,
    minhashes,
    print_candidate_curve,
    shingle_hash,
    shingles,
    signatures,
)

__all__ = [
    "Added",
    "AlignedSentence",
    "Article",
    "Cluster",
    "DedupError",
    "Duplicate",
    "Evidence",
    "Feature",
    "IdError",
    "Index",
    "InputError",
    "Match",
    "Missed",
    "OptionError",
    "OutputError",
    "Result",
    "StorageError",
    "Stored",
    "Story",
    "Version",
    "candidate_curve",
    "candidate_probability",
    "compare",
    "find_duplicates",
    "minhashes",
    "print_candidate_curve",
    "shingle_hash",
    "shingles",
    "signatures",
]
