"""The native core: reading JSONL, normalising, shingling, signatures, candidates, verification."""

from collections.abc import Sequence
from typing import Any, NoReturn, Protocol, TypeAlias, final

__all__ = [
    "Found",
    "Index",
    "Judge",
    "Pass",
    "Postings",
    "Sketched",
    "Stages",
    "StemCounts",
    "Synthesis",
    "Vocabulary",
    "BUILD",
    "MAX_RECORD",
    "MAX_ROUNDS",
    "MIN_WORDS",
    "ORPHAN",
    "__version__",
    "best_first",
    "buckets_of",
    "compare",
    "explain",
    "feature_names",
    "hash_of",
    "head",
    "host_of",
    "instruction_sets",
    "is_encoding",
    "looks_like_date",
    "parse_date",
    "read_text",
    "root_of",
    "seconds_between",
    "settled_order",
    "shared_passages",
    "shingles",
    "signatures",
    "telling",
    "threads",
    "stars",
    "words",
]

__version__: str
BUILD: str
"""The processor, the system and the profile that this is built for."""
MAX_RECORD: int
"""Bytes that a record or a text has at most; a longer one is rejected."""
MAX_ROUNDS: int
"""Rounds of choosing who goes, between which more pairs are compared."""
ORPHAN: int
"""The route of a pair that is compared since an article that one of it matches is dropped."""
MIN_WORDS: int
"""Words that a text has at least to match one that is no exact copy."""

_Span: TypeAlias = tuple[int, int]
_Missed: TypeAlias = tuple[list[_Span], list[str], list[str], int, int, int]
_Explanation: TypeAlias = tuple[
    list[tuple[_Span, _Span, float]],
    list[str],
    list[str],
    list[str],
    _Missed,
    _Missed,
    list[tuple[str, float, float]],
    list[tuple[str, float, float]],
]

@final
class Pass:
    """One pass over a corpus: add the inputs, `find`, then read or write the results.

    Every method that works long releases the GIL and may be cancelled with `cancel` from another
    thread; it then raises `KeyboardInterrupt`.
    """

    def __new__(
        cls,
        *,
        drop: Sequence[str],
        keep: str | None = None,
        rewrites: bool = True,
        related: bool = False,
        window: int | None = None,
        min_score: float = 0.7,
        min_covered: float = 0.85,
        date_order: str | None = None,
        threads: int = 0,
        memory: int | None = None,
        unique_ids: bool = False,
        prefer_source: Sequence[str] | None = None,
        spool_dir: str | None = None,
    ) -> Pass:
        """`drop` names the relations whose duplicates are dropped. `keep` is `earliest`,
        `longest`, `first` or `latest`; None is `earliest` when any article has a date, else
        `longest`. `rewrites` looks for stories told in other words, `related` for articles on one
        event too; `window` is the seconds between two such articles where their dates are known,
        `min_score` the least score of two that are flagged, `min_covered` the least coverage of one
        that may go. `date_order` says whether 01/03/2020 is 1 March, `dmy`, or January 3, `mdy`;
        None is what other dates of its file prove. `threads` 0 is all processors. An article whose
        id was seen before is known as `id#2`, or is rejected where they are `unique_ids`.
        `prefer_source` names the sources whose articles are kept before others, in this order and
        in any case.
        `spool_dir` takes the temporary files: texts of compressed inputs and of tables, and what is
        beyond `memory`
        bytes; None keeps the texts of tables in memory.
        """

    def resume(self, paths: Sequence[str]) -> bool:
        """Take over what an interrupted pass in the same `spool_dir` had read; False if it had
        not read all. `paths` are those of its sources, by their numbers: no path is taken from what
        was saved. Nothing else may be read then. Raises DedupError for a state that is damaged.
        """

    def add_records(
        self,
        path: str,
        name: str,
        format: str,
        *,
        text_fields: Sequence[str],
        id_fields: Sequence[str],
        date_fields: Sequence[str],
        source_fields: Sequence[str] | None = None,
        link_fields: Sequence[str] | None = None,
        joins_texts: bool = False,
        delimiter: str | None = None,
        encoding: str | None = None,
        date: str | None = None,
    ) -> int:
        """Read a file of JSON objects ("json") or of rows ("csv", "tsv"), decompressed by its ending
        (.gz .zst .bz2 .xz), and return its source number. `name` is what ids without an id field and
        `rejected.jsonl` call the file. Records that cannot be read become rejections. The fields are
        candidates: of each record the first counts that it has, of text fields all, joined by a blank
        line, with `joins_texts`. The source is the value of a source field, or else the host of the
        URL in a link field. `date` is that of records without one.
        """

    def layout(
        self, source: int
    ) -> tuple[list[list[tuple[str, int]]], str | None, str] | None:
        """How a file of records was read: for text, id, date and source the fields and of how many
        records each was used; the delimiter of rows; the encoding. None where there was nothing to
        read.
        """

    def add_text_file(self, path: str, name: str, date: str | None = None) -> int:
        """Read one article from a text file, whole; its id is `name`. Returns its source number."""

    def add_table(
        self, name: str, date: str | None = None, date_field: str | None = None
    ) -> int:
        """Open a source whose rows come by `add_rows`. Returns its source number. `date` is that of
        rows without one. Sources whose dates are of one field are read in one order, where some
        prove it.
        """

    def add_rows(
        self,
        source: int,
        texts: Sequence[str | bytes | None],
        ids: Sequence[str | None] | None = None,
        dates: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> None:
        """Append rows to a table source; row numbers count on from 1. `sources` are outlets; of one
        that is an http(s) URL the host counts. A text of None or of bytes
        that are no UTF-8 becomes a rejection, and so does an id seen before where they are unique.
        """

    def reject(self, source: int, row: int, reason: str, raw: str | bytes) -> None:
        """Record a row that the reader of a table source could not make out; row 0 is the whole
        file. It counts as a row: the row numbers of later `add_rows` go on from there.
        """

    def find(self, index: Index | Any | None = None) -> None:
        """Find, verify and cluster the duplicates of all that was added. Called once. Articles
        that are duplicates of some in `index`, whose options should be those of the pass, are
        dropped for these before the others are compared. Those that are in it themselves stay, but
        for those that are duplicates there.
        """

    def add_to(self, index: Index | Any, keep: str, *, replace: bool = False) -> None:
        """Store all that was added in an index that keeps by a rule, each compared with those
        before it. Called in place of `find`. Articles whose id is there with other words take their
        place with `replace`; or they are numbered, or become rejections where ids are unique.
        """

    def check_in(
        self, index: Index | Any, first: int, count: int
    ) -> list[tuple[_MatchLine, bool]]:
        """What `matches` tells, of each match that `count` articles from `first` on, a, have in an
        index, b: in their order, the best first. may_go, and late behind it, are those of
        `Index.check`.
        """

    def __len__(self) -> int:
        """The number of articles, without those rejected."""

    def cancel(self) -> None: ...
    def progress(self) -> tuple[str, int, int]:
        """(stage, done, total): stage is `read`, `exact`, `index`, `candidates`, `verify`,
        `cluster`, `add` or `write`; bytes of the file at work for `read` and `write`, articles or pairs for the others.
        """

    def kept_rows(self, source: int) -> bytes:
        """One byte for each row number of a table source: 1 kept, 0 dropped or rejected."""

    def rejections(self) -> list[tuple[str, int, str]]:
        """(file, line, reason) of each record that could not be read, in the order of the input,
        also before `find`.
        """

    def article(self, id: str) -> tuple[str, str | None] | None:
        """(text, date) of the article of this id, the date in ISO 8601, also before `find`; None
        when there is no such article.
        """

    def ids(self, first: int, count: int) -> list[str]:
        """The ids of so many articles from `first` on, in the order they were added."""

    def bylines(
        self, first: int, count: int
    ) -> list[tuple[str, str | None, str | None]]:
        """(id, date in ISO 8601, source) of so many articles from `first` on, in the order they were
        added, also before `find`.
        """

    def source_counts(self) -> dict[str, int]:
        """How many articles each source has."""

    def kept_ids(self) -> list[str]:
        """The ids of the kept articles, in the order they were added."""

    def features(
        self, pairs: list[tuple[str, str]]
    ) -> list[list[list[float]] | None]:
        """For each pair of ids the features of the first article against the second and the other
        way round, in the order of `feature_names`, as the models see them in this corpus; None where
        one has no content words. For fitting. Raises ValueError for an id that is not there.
        """

    def duplicates(self) -> list[tuple[str, str, str, float, float, float, float]]:
        """(id, duplicate_of, relation, score, covered, similarity, containment) of each dropped
        article, by id.
        """

    def matches(self) -> list[_MatchLine]:
        """(id_a, id_b, relation, score, covered_a, covered_b, may_go, similarity, containment) of
        each flagged pair and the related ones, by ids. covered_a is that of a by b; may_go is
        `a`, `b`, `either` or None.
        """

    def stories(self) -> list[tuple[str, list[tuple[str, str, float, float, float, float, bool]]]]:
        """The id of what is kept of each story, and (id, relation, score, covered, similarity,
        containment, dropped) of each other version of it, by ids.
        """

    def write_clean(self, source: int, path: str) -> int:
        """Write the kept records of a JSONL or text source to `path`, in the compression of the
        input, and return how many there were. A text file that is not kept is not written.
        """

    def write_duplicates(self, path: str) -> None: ...
    def write_stories(self, path: str) -> None: ...
    def write_matches(self, path: str) -> None: ...
    def write_rejected(self, path: str) -> None: ...
    def counts(self) -> dict[str, int]:
        """`read`, `kept`, `dropped`, `rejected`; `dropped_` and `matched_` with each relation;
        `flagged`, the articles kept that are flagged with another one kept or stored, and
        `flagged_pairs`; `stories`; `dropped_for_index`; `repeated_ids`, the articles whose id
        another had; `without_words`; `dated`, `unread_dates`, `doubtful_dates`; `candidates`,
        `bounded_buckets`, `bounded_pairs` (the pairs that oversized
        buckets left uncompared), `bounded_alignments` (the pairs named without being aligned whole).
        """

    def dates(self) -> dict[str, Any]:
        """What became of the dates, once all is read: how many were not read (`unread`), how many of
        these for want of an order (`unordered`), how many of those read are before 1600 or more
        than a year ahead (`doubtful`), and the first of each, `unread_example`: (value, file, row)
        or None. `read_day_first` and `read_month_first` of those that have several readings were
        read so, as other dates prove or `date_order` says.
        """

    def seconds(self) -> dict[str, float]:
        """Wall-clock seconds spent in each stage named by `progress`."""

    def keep_rule(self) -> str:
        """The keep rule in force, after `find`."""

_MatchLine: TypeAlias = tuple[str, str, str, float, float, float, str | None, float, float]
_Line: TypeAlias = tuple[str, str, float, float, float, str | None, float, float, bool]
_Row: TypeAlias = tuple[str, int | None, str | None, str | None, int]

@final
class Index:
    """The ingestion index in a file. Every method releases the GIL, and may be called from several
    threads; all raise StorageError.
    """

    def __new__(
        cls,
        path: str,
        *,
        keep: str,
        drop: Sequence[str],
        rewrites: bool,
        related: bool,
        window: int | None,
        min_score: float,
        min_covered: float,
        texts: bool,
        threads: int,
        read_only: bool,
    ) -> Index:
        """Open the index in `path`, or make one with these options, which are those of `Pass`.

        `texts` says whether texts are kept. `threads` work on many articles at once; 0 is all
        processors.
        """

    def options(self) -> tuple[str, list[str], bool, bool, int | None, float, float, bool]:
        """The options that the index was made with, in the order of the arguments."""

    def check(self, id: str, text: str, date: int | None = None) -> list[_Line]:
        """(id, relation, score, covered_a, covered_b, may_go, similarity, containment, late) of each
        match of the article given, a, with one stored, b: the best first. may_go says of a whether
        it is dropped for b, if it is for any, and of b whether it may go; late whether a would go
        but for the keep rule. An article that is stored itself is not matched with itself. Dates
        are in seconds since 1970.
        """

    def add(
        self, id: str, text: str, date: int | None = None, *, replace: bool = False
    ) -> tuple[str, _Line | None]:
        """Store an article. What became of it, "added", "replaced" or "known"; and the match that it
        is a duplicate for, or else that says most of it. Raises IdError.
        """

    def add_if_new(
        self, id: str, text: str, date: int | None = None
    ) -> tuple[str, _Line | None]:
        """The same, but what is a version of an article stored is not stored: "seen"."""

    def add_many(
        self,
        ids: Sequence[str],
        texts: Sequence[str],
        dates: Sequence[int | None],
    ) -> tuple[int, int, list[int]]:
        """Store articles without comparing them: how many were stored, how many were there with the
        same words, and the places of those whose ids have other words, which are not stored.
        """

    def settle(self) -> None:
        """Make look-ups fast after the last `add_many`."""

    def get(self, id: str) -> _Row | None:
        """The id, the date in seconds, the text if it is kept, the id of the article that it
        duplicates, and the time in seconds at which it was stored."""

    def articles(self, first: int, most: int) -> list[tuple[int, _Row]]:
        """So many articles from a number on, each behind its own, in the order in which they were
        stored."""

    def versions(self, id: str) -> list[str]:
        """The ids of a story: the original and its duplicates, whichever is given."""

    def remove(self, id: str) -> bool: ...
    def expire(self, before: int, undated: bool) -> int: ...
    def compact(self) -> None: ...
    def stats(self) -> list[tuple[str, int]]: ...
    def generation(self) -> int:
        """Counts all changes that were ever made."""

    def close(self) -> None:
        """Let go of the file, and of the right to write to it."""

class _Shelf(Protocol):
    """Where stored articles are looked up by their numbers, those that are there."""

    def lists(self, keys: list[int], first: int, last: int) -> Sequence[tuple[int, int]]:
        """(index of the key, number) of the first and the last articles that have each key, in any
        order, with or without repeats.
        """

    def glances(self, numbers: list[int]) -> Sequence[tuple[int, bytes]]:
        """(number, `Sketched.glance`), in the order of the numbers."""

    def records(self, numbers: list[int]) -> Sequence[tuple[int, bytes]]:
        """(number, `Sketched.data`), in the order of the numbers."""

@final
class Judge:
    """What decides which matches an article has, for an index whose articles stand elsewhere. The
    options are those of `Index`. Every method releases the GIL, and may be called from several
    threads; all raise StorageError for what is damaged.
    """

    def __new__(
        cls,
        *,
        keep: str,
        drop: Sequence[str],
        rewrites: bool,
        related: bool,
        window: int | None,
        min_score: float,
        min_covered: float,
        texts: bool,
        threads: int,
    ) -> Judge: ...
    def sketch(self, id: str, text: str, date: int | None = None) -> Sketched: ...
    def sketch_many(
        self, ids: Sequence[str], texts: Sequence[str], dates: Sequence[int | None]
    ) -> list[Sketched]: ...
    def open(self, records: Sequence[tuple[int, bytes]]) -> list[Sketched]:
        """Read (number, `Sketched.data`) of articles stored."""

    def matches(
        self, shelf: _Shelf, vocabulary: Vocabulary, articles: int, article: Sketched, place: int
    ) -> list[Found]:
        """The matches of an article, which stands in some place, with those on a shelf of so many,
        the best first. Raises what the shelf raises.
        """

    def stand(
        self, shelf: _Shelf, vocabulary: Vocabulary, articles: int, number: int, article: Sketched
    ) -> list[Found]:
        """The matches of an article that is stored by a number, by what became of it when it was.
        """

    def rank(self, article: Sketched) -> tuple[int, int]:
        """What articles are kept by, the least first."""

    def postings(self, articles: Sequence[Sketched], vocabulary: Vocabulary, first: int) -> bytes:
        """(key, number) of articles numbered from `first` on, as PostgreSQL's binary COPY takes
        them into an int8 and an int4.
        """

@final
class Sketched:
    """An article and all that is made of it. What is stored is sealed with its number."""

    @property
    def id(self) -> str: ...
    @property
    def date(self) -> int | None: ...
    @property
    def stored(self) -> int:
        """When it was stored, in seconds."""

    @property
    def place(self) -> int:
        """The number of its first version."""

    @property
    def original(self) -> int | None:
        """The number of the article that it is a duplicate of."""

    @property
    def words(self) -> bytes:
        """The digest of its words."""

    @property
    def text(self) -> str | None: ...
    def keys(self, vocabulary: Vocabulary) -> list[int]:
        """What it is found by."""

    def glance(self, number: int) -> bytes: ...
    def data(self, number: int, place: int, original: int | None = None) -> bytes: ...
    def has_words_of(self, other: Sketched) -> bool: ...
    def refuse(self) -> NoReturn:
        """Raise IdError: its id is that of other words."""

@final
class Found:
    """A stored article that a given one is a version of."""

    @property
    def number(self) -> int: ...
    @property
    def drops(self) -> bool:
        """Whether the given article is dropped for it, if it is for any."""

    @property
    def is_version(self) -> bool:
        """False for one that is related alone."""

    @property
    def line(self) -> _Line: ...

def best_first(found: Sequence[Found]) -> list[Found]:
    """Matches of several shelves, the best first."""

def telling(found: Sequence[Found]) -> _Line | None:
    """What is most worth saying of an article by its matches, the best first: what it is dropped for,
    or what came before it and is later by its date, or another version of it.
    """

@final
class Vocabulary:
    """How common stems are; `data` is what it is read from again, and without that no stem is."""

    MOST: int
    def __new__(cls, data: bytes | None = None) -> Vocabulary: ...
    @staticmethod
    def of(articles: Sequence[Sketched]) -> Vocabulary | None:
        """That of some articles, the last `MOST`; None when they are too few to tell."""

    @staticmethod
    def is_due(counted_of: int, articles: int) -> bool:
        """Whether to count anew: there are twice as many as the last time."""

    def data(self) -> bytes: ...

@final
class Synthesis:
    """The records of a synthetic corpus, in chunks of whole lines of JSON: an iterator of `bytes`,
    made as they are asked for. The corpus depends on `seed` alone, `articles` is where it ends.
    `threads` 0 is all processors.
    """

    def __new__(cls, articles: int, seed: int = 1, threads: int = 0) -> Synthesis: ...
    def __iter__(self) -> Synthesis: ...
    def __next__(self) -> bytes: ...

def compare(
    text_a: str,
    text_b: str,
    date_a: str | None,
    date_b: str | None,
    min_score: float,
    min_covered: float,
    related: bool = False,
) -> tuple[str | None, float, float, float, str | None, float, float]:
    """(relation, score, covered_a, covered_b, may_go, similarity, containment) of two texts;
    relation None when they are not flagged, nor related where that is asked for.
    """

def stars(
    articles: int, pairs: Sequence[tuple[int, int, str | None, float]]
) -> list[int | None]:
    """For each of so many articles, named by their places in the order of a keep rule, the one that
    it is dropped for, as a pass decides with matches (a, b, may_go, score).
    """

def explain(
    text_a: str, text_b: str, date_a: str | None = None, date_b: str | None = None
) -> _Explanation:
    """What two texts have in common as stories: aligned sentences, the shared names, figures and
    other content words in the order of the first text; of the first text and of the second what
    the other does not tell (sentences, names, figures, how many of each there are in all); and of
    the first against the second and the other way round (name, value, contribution to the log
    odds) of each feature.
    """

def shared_passages(text_a: str, text_b: str) -> list[tuple[int, int, int, int]]:
    """(start_a, end_a, start_b, end_b), in characters, of each passage of at least 5 words that
    stands in both texts, in the order of the first; `text_x[start_x:end_x]` is the passage.
    """

def head(path: str, length: int, encoding: str | None = None) -> tuple[str, str]:
    """The first bytes of a file, decompressed, as text, and the encoding of it: the one named, or the
    one that `Pass.add_records` would take. What is no text in it is U+FFFD. Raises OSError.
    """

def read_text(path: str) -> str:
    """The text of a file, decompressed by its ending. Raises InputError and OSError."""

def is_encoding(name: str) -> bool:
    """Whether files can be read in the encoding of a name."""

def host_of(value: str) -> str | None:
    """The host of an http(s) URL in small letters, without `www.`; None of anything else."""

def words(text: str) -> list[str]:
    """The normalised words of a text."""

def shingles(text: str) -> list[str]:
    """The distinct 5-word shingles of a text, words joined by one space, in order of first
    appearance; all words as one shingle when there are fewer than five; none for an empty text.
    """

def signatures(
    texts: Sequence[str], num_perm: int = 128, seed: int = 1, threads: int = 0, instructions: str | None = None
) -> bytearray:
    """MinHash signatures, little-endian uint32, row-major (len(texts), num_perm). `instructions`
    is one of `instruction_sets()`; None is the fastest.
    """

def instruction_sets() -> list[str]:
    """The instruction sets this processor can run, fastest first: of `avx512`, `avx2`, and `plain`,
    which is SSE2 on x86-64 and NEON on ARM.
    """

def threads() -> int:
    """How many threads work where 0 are asked for: one for each processor."""

def feature_names() -> list[str]:
    """The names of the features that `explain` gives, in the order of the core."""

def parse_date(text: str) -> int | None:
    """Seconds since 1970 of a date; None for what is none, or has several readings."""

def looks_like_date(text: str) -> bool:
    """Whether a text may be a date, in any order of day and month, or a number of 8 digits or more
    may be one."""

def seconds_between(date_a: str, date_b: str) -> int | None:
    """Seconds from the second date to the first, of a day without a time its nearer end; None
    unless both can be read."""

_Sent: TypeAlias = list[tuple[int, bytes]]
_Figures: TypeAlias = tuple[str, str, str, float, float, float, float]

@final
class Stages:
    """The stages of a pass over many machines, each a function of what one task holds.

    A column of numbers is bytes, little-endian, of uint32 unless said otherwise; rows of several
    numbers stand end to end. An article is its number, its place in the order in which articles are
    kept. What is sent are (bucket, rows). rust/src/stages says what the rows are.
    """

    OPEN: int
    UNREAD: int
    def __new__(
        cls,
        *,
        drop: Sequence[str],
        rewrites: bool,
        related: bool,
        window: int | None,
        min_score: float,
        min_covered: float,
    ) -> Stages: ...
    def sketch(
        self, texts: Sequence[str | bytes | None], dates: Sequence[str | None]
    ) -> tuple[list[str | None], list[bytes], list[list[bytes]]]:
        """Of each row why it is no article. Then of each article: its date with the day first and
        with the month first (int64), what is known of it (uint8), words, digest (16 bytes), proof
        (32 bytes), signature (128 numbers); samples and stems.
        """

    @staticmethod
    def name(ids: Sequence[str], places: bytes, unique_ids: bool) -> list[str | None]:
        """Names of articles at some places (uint64), all of whose ids may be mistaken for one
        another; None for one that another has where ids are to be unique."""

    @staticmethod
    def keys(
        ids: Sequence[str], places: bytes, dates: bytes, words: bytes, digest: bytes, keep: str
    ) -> tuple[bytes, list[bytes], list[bytes]]:
        """What articles are kept by (int64), and what puts them into the order in which they are
        kept, and into that of time. Dates are int64. Raises ValueError."""

    @staticmethod
    def usual_keep(dated: bool) -> str:
        """The keep rule where none is given."""

    @staticmethod
    def count_doubtful(dates: bytes, now: int) -> int:
        """How many dates (int64) no article has. `now` is in seconds since 1970."""

    def representatives(
        self, numbers: bytes, words: bytes, digest: bytes, proofs: bytes
    ) -> bytes:
        """For each article the one that stands for its words; all of a digest are there."""

    @staticmethod
    def frequent_stems(counts: Sequence[bytes], articles: int) -> list[tuple[int, bool]]:
        """The stems of a bucket that are not rare among so many articles, and whether common."""

    def meet(
        self, kind: str, rows: Sequence[bytes], buckets: int
    ) -> tuple[bytes, _Sent, tuple[int, int]]:
        """What met in a bucket of postings (five numbers a pair), what goes on, what was left out."""

    @staticmethod
    def choose_stems(rows: Sequence[bytes], buckets: int) -> _Sent:
        """Of the postings of articles those that are looked at, by stem."""

    def cut_lists(self, rows: Sequence[bytes], slice: int) -> tuple[_Sent, tuple[int, int]]:
        """Where stems stand, by slices of so many places in time, and what was left out."""

    @staticmethod
    def tally(lists: Sequence[bytes]) -> bytes:
        """Pairs of a slice that share enough stems, five numbers each."""

    @staticmethod
    def add_up(meetings: bytes) -> bytes:
        """The pairs that are looked at: two articles, routes, shared."""

    def look(
        self,
        pairs: bytes,
        places: bytes,
        dates: bytes,
        signatures: Sequence[bytes],
        stems: Sequence[bytes],
    ) -> tuple[bytes, bytes]:
        """Candidates (two articles, whether alike, whether versions, the stems they share) and pairs
        of the same text. `places` says of each pair where the dates (int64) and sketches of both
        stand."""

    @staticmethod
    def budget(articles: int) -> int:
        """The most candidates that are compared of so many articles."""

    @staticmethod
    def most_of_one(candidates: bytes, articles: bytes, budget: int) -> int:
        """The most of one article, where so many articles have so many candidates (uint64)."""

    @staticmethod
    def within_budget(candidates: bytes, most: int) -> bytes:
        """The places of those to compare among candidates (two articles, the stems they share),
        sorted."""

    @staticmethod
    def contract(pairs: bytes) -> bytes:
        """(article, the first that it hangs together with)."""

    @staticmethod
    def stars(pairs: bytes, large: bool) -> tuple[bytes, int]:
        """Stars of pairs, and how many of these are new."""

    @staticmethod
    def held_by_shingle(rows: Sequence[bytes], firsts: bytes, buckets: int) -> _Sent:
        """Where shingles stand, by shingle, with the article that stands for each text."""

    @staticmethod
    def count_holders(rows: Sequence[bytes], buckets: int) -> _Sent:
        """How many stories hold each shingle that many do, by article."""

    @staticmethod
    def gather_holders(rows: Sequence[bytes]) -> _Sent:
        """The furniture of each article: (article, its shingles with their counts)."""

    def verify(
        self,
        candidates: bytes,
        numbers: bytes,
        names: Sequence[str],
        texts: Sequence[str],
        dates: bytes,
        holders: Sequence[bytes],
    ) -> bytes:
        """The matches among candidates, 64 bytes each."""

    def orphans(
        self, matches: bytes, numbers: bytes, keys: bytes, names: Sequence[str]
    ) -> bytes:
        """Pairs that are still to be compared, unless they were."""

    def finish(
        self,
        matches: bytes,
        copies: bytes,
        numbers: bytes,
        keys: bytes,
        names: Sequence[str],
    ) -> tuple[
        list[tuple[int, _Figures]],
        list[tuple[str, str, str, float, float, float, str | None, float, float]],
        list[tuple[str, str, str, float, float, float, float, bool]],
        tuple[int, int, int],
    ]:
        """What comes out of matches and exact copies: what is dropped, the flagged pairs, the
        versions behind what is kept of each story, how many articles and pairs are flagged, and how
        many pairs were named without being aligned whole."""

@final
class StemCounts:
    """Counts the articles that each stem is in."""

    def __new__(cls) -> StemCounts: ...
    def add(self, stems: Sequence[bytes]) -> None: ...
    def take(self, buckets: int) -> _Sent: ...

@final
class Postings:
    """What articles are looked up by, on their way to the buckets."""

    def __new__(cls, stages: Stages, frequent: dict[int, bool], buckets: int) -> Postings: ...
    def add(
        self,
        numbers: bytes,
        places: bytes,
        dates: bytes,
        words: bytes,
        signatures: Sequence[bytes],
        samples: Sequence[bytes],
        stems: Sequence[bytes],
    ) -> None: ...
    def waiting(self) -> int:
        """Bytes that wait to be taken."""

    def take(self) -> list[tuple[str, int, bytes]]:
        """(kind, bucket, rows)."""

def settled_order(proved: int, given: str | None = None) -> str | None:
    """How dates of several readings are read: as given, or as others prove, as bits, if one way."""

def buckets_of(numbers: bytes, buckets: int) -> bytes:
    """The bucket of each number (uint64)."""

def hash_of(text: str) -> int:
    """A number for a text, the same on any machine."""

def root_of(id: str) -> str:
    """What all ids that may be mistaken for one another have in common."""
