"""A pass cut into tasks finds what a pass on one machine does, line for line.

Each case goes through plans of few and of many parts and buckets, on a plain engine and on an
unruly one. What a pass says is what the core says of the same rows; that is held against the
library and `dedup scan` here, too.
"""

import decimal
import json
import random
import struct
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import articles
import briefs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import reports
from hypothesis import given, settings
from hypothesis import strategies as st
from in_process import InProcess, Unruly

import dedup
from dedup import _core as core
from dedup.config import KEEP_RULES, RELATIONS, Fields, Options
from dedup.detect import new_pass
from dedup.distributed import find_duplicates, plan, tasks
from dedup.dump.scan import Request, scan
from dedup.table import choose_columns, table_batch

ROW_BITS = 33
VERSION = ("id", "relation", "score", "covered", "similarity", "containment", "dropped")
MATCH = (
    *("id_a", "id_b", "relation", "score", "covered_a", "covered_b", "may_go"),
    *("similarity", "containment"),
)


# --- what a pass says, and what a plan says ------------------------------------------------------


@dataclass
class Said:
    """The lines of a pass, sorted; the rows that are not kept; what was rejected; the counts."""

    duplicates: list[Any]
    matches: list[Any]
    stories: list[Any]
    gone: list[int] = field(default_factory=list)
    rejected: list[Any] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    keep: str = ""

    def __post_init__(self) -> None:
        for lines in (self.duplicates, self.matches, self.stories, self.gone, self.rejected):
            lines.sort(key=repr)


def as_passed(rows: pa.Table, fields: Fields, options: Options) -> Said:
    """What the pass on one machine says of rows; one without an id has its position."""
    native = new_pass(options)
    source = native.add_table("rows")
    columns = choose_columns(rows.schema, fields)
    first = 0
    for batch in rows.to_batches():
        texts, ids, dates, _ = table_batch(batch, columns)
        native.add_rows(source, texts, [it or str(first + i) for i, it in enumerate(ids)], dates)
        first += batch.num_rows
    native.find()
    return Said(
        list(native.duplicates()),
        list(native.matches()),
        list(native.stories()),
        [row for row, kept in enumerate(native.kept_rows(source)) if not kept],
        [(row, reason_of(reason)) for _, row, reason in native.rejections()],
        native.counts(),
        native.keep_rule(),
    )


def reason_of(reason: str) -> str:
    # Where an id was seen is said of files alone.
    return "the id was seen before" if reason.startswith("the id ") else reason


@dataclass(frozen=True)
class Plan:
    """How a pass is cut; an engine with a seed is an unruly one."""

    parts: int = 3
    bucket_articles: int = 50
    seed: int | None = None
    slice: int = plan.SLICE
    joined_at_once: int = plan.JOINED_AT_ONCE
    piece_bytes: int = tasks.PIECE_BYTES


def parts_of(rows: pa.Table, parts: int) -> Iterator[pa.Table]:
    """Rows with their places, cut anywhere; of many parts some are empty.

    The numbers of tasks are large, and not those of all tasks need be there.
    """
    rng = random.Random(parts)
    ends = sorted(rng.randint(0, rows.num_rows) for _ in range(parts - 1))
    numbers = sorted(rng.sample(range(2**30), parts))
    for task, start, end in zip(numbers, [0, *ends], [*ends, rows.num_rows], strict=True):
        places = [task << ROW_BITS | row for row in range(end - start)]
        yield rows.slice(start, end - start).append_column("place", pa.array(places, pa.int64()))


def as_planned(
    rows: pa.Table, fields: Fields, options: Options, how: Plan
) -> tuple[Said, list[str]]:
    """What a plan says, and the stages that it went through."""
    records = list(parts_of(rows, how.parts))
    with (
        patch.object(plan, "SLICE", how.slice),
        patch.object(plan, "JOINED_AT_ONCE", how.joined_at_once),
        patch.object(tasks, "PIECE_BYTES", how.piece_bytes),
    ):
        found: Any
        if how.seed is None:
            engine: Any = InProcess()
            given: Any = records
        else:
            engine = Unruly(how.seed)
            given = lambda: pa.concat_tables(records)  # noqa: E731
        found = find_duplicates(
            engine, given, fields, options, bucket_articles=how.bucket_articles, tasks_at_once=2
        )
        lines = engine.collect(found.lines).to_pylist()
        rejected = engine.collect(found.rejected).to_pylist()
    position = {
        place: row
        for row, place in enumerate(it for part in records for it in part["place"].to_pylist())
    }

    def of_kind(kind: str) -> list[dict[str, Any]]:
        return [line for line in lines if line["kind"] == kind]

    # The id dropped, the one kept for it, and how far the first is covered.
    duplicate = (*MATCH[:5], *MATCH[7:])
    out = [*of_kind("duplicate"), *rejected]
    said = Said(
        [tuple(line[name] for name in duplicate) for line in of_kind("duplicate")],
        [tuple(line[name] for name in MATCH) for line in of_kind("match")],
        [
            (line["id_a"], [tuple(it[name] for name in VERSION) for it in line["versions"]])
            for line in of_kind("story")
        ],
        [position[line["place"]] for line in out],
        [(position[line["place"]] + 1, reason_of(line["reason"])) for line in rejected],
        found.counts,
        found.keep,
    )
    return said, engine.stages


def by_library(rows: pa.Table, fields: Fields, options: Options) -> Said:
    """What the library says of the same rows as mappings."""
    result = dedup.find_duplicates(
        rows.to_pylist() if rows.num_rows else rows,
        keep=options.keep,
        drop=options.drop,
        rewrites=options.rewrites,
        related=options.related,
        window=options.window,
        min_score=options.min_score,
        min_covered=options.min_covered,
        date_order=options.date_order,
        unique_ids=options.unique_ids,
        text_field=fields.text or None,
        id_field=False if fields.numbered else fields.id[0] if fields.id else None,
        date_field=fields.date[0] if fields.date else None,
    )
    figures = ("relation", "score", "covered", "similarity", "containment")
    return Said(
        [
            (str(it.id), str(it.duplicate_of), *(getattr(it, name) for name in figures))
            for it in result.duplicates
        ],
        [
            (str(it.id_a), str(it.id_b), *(getattr(it, name) for name in MATCH[2:]))
            for it in result.matches
        ],
        [
            (
                str(story.id),
                [
                    (str(it.id), *(getattr(it, name) for name in VERSION[1:]))
                    for it in story.versions
                ],
            )
            for story in result.stories
        ],
    )


def check(rows: pa.Table, fields: Fields, options: Options, how: Plan) -> list[str]:
    """A plan says what a pass says. Returns the stages of the plan."""
    said, stages = as_planned(rows, fields, options, how)
    assert said == as_passed(rows, fields, options)
    return stages


# --- cases ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """Rows, how they are read, and the options.

    `shows` names counts that are above 0, since the case is there for them. `in_library` says
    whether the library reads such rows alike.
    """

    rows: pa.Table
    fields: Fields = field(default_factory=Fields)
    options: Options = field(default_factory=Options)
    shows: tuple[str, ...] = ()
    in_library: bool = True


def table(texts: Sequence[Any], ids: Any = None, dates: Any = None, **more: Any) -> pa.Table:
    columns = {"id": ids, "text": texts, "date": dates, **more}
    return pa.table({name: it for name, it in columns.items() if it is not None})


def strings(values: Sequence[Any]) -> pa.Array:
    return pa.array(values, pa.string())


def turns(values: Sequence[Any], count: int) -> list[Any]:
    return [values[index % len(values)] for index in range(count)]


TEXTS = [*reports.OFTEN.values(), *reports.ONCE.values()]
COUNT = len(TEXTS)
IDS = [f"r{(index * 7) % COUNT}" for index in range(COUNT)]
TIMES = turns(reports.DATES, COUNT)
DAYS = turns(["2026-03-01", "2026-03-02", "2026-03-02T12:00:00Z", "2026-03-09", None], COUNT)
REPORTS = table(TEXTS, IDS, strings(DAYS))

OPTIONS: dict[str, Options] = {
    **{f"keep {rule}": Options(keep=rule) for rule in (None, *KEEP_RULES)},
    **{
        f"drop {' and '.join(drop) or 'nothing'}": Options(drop=drop)
        for drop in ((), *((it,) for it in RELATIONS), ("exact", "excerpt"), RELATIONS[1:])
    },
    "copies alone": Options(rewrites=False),
    "copies alone, low bars": Options(rewrites=False, min_score=0.1, min_covered=0.1),
    "related too": Options(related=True),
    "related too, few flagged": Options(related=True, min_score=0.99),
    **{f"window {window}": Options(window=window) for window in (None, "0h", "12h", "1w")},
    **{f"score {score}": Options(min_score=score) for score in (0, 0.3, 0.95, 1)},
    **{f"covered {covered}": Options(min_covered=covered) for covered in (0, 0.5, 0.95, 1)},
    "no bars at all": Options(min_score=0, min_covered=0, related=True, window=None),
}

OPEN = turns(["01/03/2026", "02/03/2026", "03/01/2026", "2026-03-02", "05/05/2026"], COUNT)
DATES: dict[str, tuple[list[Any], str | None, tuple[str, ...]]] = {
    "none": ([None] * COUNT, None, ()),
    "blanks": (turns(["", "  ", None], COUNT), None, ()),
    "in no order": (OPEN, None, ("unread_dates",)),
    "day first, as is said": (OPEN, "dmy", ("dated",)),
    "month first, as is said": (OPEN, "mdy", ("dated",)),
    "day first, as the last proves": ([*OPEN[:-1], "25/03/2026"], None, ("dated",)),
    "month first, as the last proves": ([*OPEN[:-1], "03/25/2026"], None, ("dated",)),
    "proved otherwise than is said": ([*OPEN[:-1], "25/03/2026"], "mdy", ("dated",)),
    "contradicted": (["03/25/2026", *OPEN[1:-1], "25/03/2026"], None, ("unread_dates",)),
    "year first": (turns(["26/01/02", "99/01/02", "01/02/03"], COUNT), None, ("unread_dates",)),
    "a day alone in one order": (turns(["13/02/2026", "29/02/2025"], COUNT), None, ("dated",)),
    "none that can be read": (turns(["soon", "32/13/2026"], COUNT), None, ("unread_dates",)),
    "doubtful": (turns(["1500-01-01", "2150-01-01", "2026-03-01"], COUNT), None, ("dated",)),
    "doubtful in an order": (turns(["01/02/2150", "2026-03-01"], COUNT), "dmy", ("dated",)),
    "zones": (turns(["2026-03-02T01:00+05:00", "2026-03-01T20:00:00Z"], COUNT), None, ("dated",)),
}

NUMBERED = [
    "a",
    "a",
    "a#2",
    "a#2#2",
    "a#2",
    "a#3",
    "a",
    "b#2",
    "b",
    "b",
    "#2",
    "#2",
    "#",
    "a#",
    "a#02",
]
NAMES: dict[str, tuple[list[Any], tuple[str, ...]]] = {
    "none": ([None] * COUNT, ()),
    "all one": (["a"] * COUNT, ("repeated_ids",)),
    "numbers behind": (turns(NUMBERED, COUNT), ("repeated_ids",)),
    "numbers behind, the other way": (turns(NUMBERED[::-1], COUNT), ("repeated_ids",)),
    "blank": (turns(["", " ", None, "x"], COUNT), ("repeated_ids",)),
    "like positions": (turns([None, "0", "3", None, "2#2", "2"], COUNT), ("repeated_ids",)),
    "of any letters": (turns(["é", "\ue000", "\U0001f600", "a\0", "a", "a\0\0", "Z"], COUNT), ()),
}

# The dates of those that are rejected prove nothing, and make no default.
REJECTED = {
    "a date that would prove an order": (
        ["a", "b", "c", "b"],
        ["01/03/2026", "02/03/2026", "03/03/2026", "25/03/2026"],
    ),
    "a date that would contradict": (
        ["a", "b", "c", "b"],
        ["01/03/2026", "02/03/2026", "25/03/2026", "03/25/2026"],
    ),
    "the only date": (["a", "b", "c", "b"], [None, None, None, "2026-03-01"]),
    "dates of no kind": (["a", "a", "a", "a"], ["2026-03-01", "soon", "2150-01-01", "01/02/2026"]),
    "ids with numbers": (["a", "a#2", "a", "a#2"], [None, None, None, None]),
    "an id like a position": (["2", "b", None, "3"], [None, None, None, None]),
}


def other_texts(*texts: Any) -> pa.Table:
    return table(strings([*TEXTS[:6], *texts]))


def in_bytes(texts: Sequence[str]) -> pa.Array:
    return pa.array(
        [it.encode() + b"\xff" * (index % 4 == 1) for index, it in enumerate(texts)], pa.binary()
    )


FEW = articles.WORDS[: core.MIN_WORDS + 1]


def nested(**columns: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


READ: dict[str, Case] = {
    "nothing": Case(table(strings([]), strings([]))),
    "one article": Case(table(TEXTS[:1]), shows=("kept",)),
    "one that is none": Case(table(strings([None])), shows=("rejected",), in_library=False),
    "all rejected": Case(table(pa.nulls(9), IDS[:9]), shows=("rejected",), in_library=False),
    "some rejected": Case(
        other_texts(None, TEXTS[0], None), shows=("rejected", "dropped"), in_library=False
    ),
    "without words": Case(other_texts("", " ", "\n\t", "..."), shows=("without_words",)),
    "few words": Case(
        other_texts(
            *(" ".join(FEW[start:end]) for start in (0, 1) for end in (-2, -1, None)),
            *(articles.retyped(FEW[:end]) for end in (-2, -1)),
        ),
        shows=("dropped_exact",),
    ),
    "no UTF-8": Case(table(in_bytes(TEXTS), IDS), shows=("rejected", "dropped"), in_library=False),
    "no UTF-8 in one of two": Case(
        table(in_bytes(TEXTS), IDS, lead=strings(turns(["A lead.", None, None], COUNT))),
        Fields.named(["lead", "text"]),
        shows=("rejected", "dropped"),
        in_library=False,
    ),
    "several texts": Case(
        table(strings(turns([None, *TEXTS[:4]], COUNT)), IDS, content=TEXTS, description=TEXTS)
    ),
    "named texts": Case(
        pa.table({"Head": turns(["One.", "Two."], COUNT), "Main": TEXTS, "key": IDS, "day": DAYS}),
        Fields.named(["head", "main"], "KEY", date="Day"),
        shows=("dropped", "dated"),
    ),
    "inside others": Case(
        pa.table({"_source": nested(body=TEXTS, id=IDS, date=DAYS)}), shows=("dropped", "dated")
    ),
    "named inside others": Case(
        pa.table({"a": nested(b=nested(c=TEXTS)), "m": nested(n=range(COUNT))}),
        Fields.named("a.b.c", "m.n"),
        shows=("dropped",),
    ),
    "numbers in place of ids": Case(table(TEXTS, IDS), Fields.named(id=False)),
    "numbers as ids": Case(
        table(TEXTS, pa.array(turns(range(9), COUNT), pa.int32())), shows=("repeated_ids",)
    ),
    "numbers of parts as ids": Case(
        table(TEXTS, [index / 2 if index % 5 else None for index in range(COUNT)]), in_library=False
    ),
    "decimals as ids": Case(
        table(TEXTS, [decimal.Decimal(index) / 4 for index in range(COUNT)]), in_library=False
    ),
    "uuids as ids": Case(
        table(
            TEXTS, pa.array([uuid.UUID(int=it * 7919).bytes for it in range(COUNT)], pa.binary(16))
        ),
        in_library=False,
    ),
    "bytes as ids": Case(
        table(TEXTS, pa.array(turns([b"abc", b"\xff", b"\xfe"], COUNT), pa.binary())),
        shows=("repeated_ids",),
        in_library=False,
    ),
    "times with a zone": Case(
        table(TEXTS, IDS, pa.array(TIMES, pa.timestamp("ms", "Asia/Tokyo"))), shows=("dated",)
    ),
    "times without a zone": Case(
        table(
            TEXTS,
            IDS,
            pa.array([it and it.replace(tzinfo=None) for it in TIMES], pa.timestamp("us")),
        ),
        shows=("dated",),
    ),
    "days": Case(
        table(TEXTS, IDS, pa.array([it and it.date() for it in TIMES], pa.date32())),
        shows=("dated",),
    ),
    "seconds and milliseconds": Case(
        table(
            TEXTS,
            IDS,
            timestamp=[
                it and int(it.timestamp()) * (1_000 if row % 2 else 1)
                for row, it in enumerate(TIMES)
            ],
        ),
        shows=("dated",),
    ),
    "other types of strings": Case(
        table(
            pa.array(TEXTS, pa.large_string()),
            strings(turns(["a", "b", "c"], COUNT)).dictionary_encode(),
            strings(OPEN).dictionary_encode(),
        ),
        shows=("repeated_ids", "unread_dates"),
    ),
}

CASES: dict[str, Case] = {
    **{f"options, {name}": Case(REPORTS, options=it) for name, it in OPTIONS.items()},
    **{
        f"dates, {name}": Case(
            table(TEXTS, IDS, strings(dates)), options=Options(date_order=order), shows=shows
        )
        for name, (dates, order, shows) in DATES.items()
    },
    **{
        f"ids, {name}": Case(table(TEXTS, strings(ids), strings(DAYS)), shows=shows)
        for name, (ids, shows) in NAMES.items()
    },
    **{
        f"rejected ids, {name}": Case(
            table([*TEXTS[:3], ""], strings(ids), strings(dates)),
            options=Options(unique_ids="reject"),
            shows=("rejected",),
            in_library=False,
        )
        for name, (ids, dates) in REJECTED.items()
    },
    "rejected ids, many": Case(
        table(
            strings([*TEXTS[:-4], None, None, "", ""]),
            strings(NAMES["numbers behind"][0]),
            strings(OPEN),
        ),
        options=Options(unique_ids="reject"),
        shows=("rejected",),
        in_library=False,
    ),
    **{f"read, {name}": case for name, case in READ.items()},
}

# Few parts and buckets, some, and more of both than there are articles in most.
PLANS = [
    Plan(1, 20_000),
    Plan(3, 50, slice=3, joined_at_once=9),
    Plan(7, 5, seed=1, joined_at_once=1),
]


@pytest.mark.parametrize("case", CASES)
def test_a_plan_says_what_a_pass_says(case: str) -> None:
    rows, fields, options, shows, in_library = (
        getattr(CASES[case], it) for it in ("rows", "fields", "options", "shows", "in_library")
    )
    passed = as_passed(rows, fields, options)
    assert all(passed.counts[name] > 0 for name in shows), passed.counts
    if in_library:
        lines = by_library(rows, fields, options)
        assert (lines.duplicates, lines.matches, lines.stories) == (
            passed.duplicates,
            passed.matches,
            passed.stories,
        )
    for how in PLANS:
        assert as_planned(rows, fields, options, how)[0] == passed, how


def test_a_text_over_the_limit_is_rejected() -> None:
    most = core.MAX_RECORD
    texts = ["x" * most, "x" * (most + 1), "é" * (most // 2) + "y", *TEXTS[:3]]
    stages = check(table(texts), Fields(), Options(), Plan(3, 5))
    assert "rejected" in stages


# --- crowds, chains and circles ------------------------------------------------------------------

FOOTER = briefs.FURNITURE["footer"]["English"]
SPREAD = [f"2026-03-{1 + row * 7 % 28:02}" for row in range(200)]


def near_copies(seed: int, count: int, length: int, edits: int, drift: bool = False) -> list[str]:
    """Copies of one text with a few edits; each of the one before it, if they `drift`."""
    rng = random.Random(seed)
    words, found = articles.word_list(rng, length), []
    for _ in range(count):
        edited = articles.substitute(rng, words, edits)
        words = edited if drift else words
        found.append(articles.prose(edited))
    return found


def exact_copies(count: int) -> list[str]:
    words = articles.word_list(random.Random(8), 60)
    return turns([articles.prose(words), articles.retyped(words), " ".join(words)], count)


def with_footer() -> list[str]:
    """Near copies of one story, and stories that have the footer alone in common."""
    own = [articles.article(seed, 30) for seed in range(70)]
    return [f"{text}\n\n{FOOTER}" for text in (*near_copies(2, 70, 90, 1), *own)]


def going_round() -> list[str]:
    """Versions of one report of which each lacks other sentences; some have theirs in any order."""
    rng = random.Random(65)
    found = []
    for _ in range(8):
        if rng.random() < 0.6:
            sentences = rng.sample(reports.MILL, len(reports.MILL) - rng.randint(1, 4))
        else:
            sentences = [it for it in reports.MILL if rng.random() < 0.85]
        edited = rng.randrange(len(sentences))
        edits = rng.choice([0, 0, 1, 3, 5])
        words = articles.substitute(rng, sentences[edited].split(), edits)
        sentences[edited] = " ".join(words)
        found.append(" ".join(sentences))
    return found


def short_rewrites() -> list[str]:
    """Stories, and of each a few words in another order, which have rare ones alone in common."""
    rng = random.Random(4)
    found = []
    for _ in range(12):
        words = articles.word_list(rng, 300)
        found += [articles.prose(words), articles.prose(rng.sample(words, 24))]
    return found


def of_many_rare_words() -> list[str]:
    """Stories in groups, with more words that only a group has than are looked at."""
    rng, rare, found = random.Random(4), iter(articles.WORDS), []
    for _ in range(4):
        own = [next(rare) for _ in range(400)]
        found += [articles.prose(rng.sample(own, 300)) for _ in range(6)]
    return found


def with_a_passage() -> list[str]:
    """Long articles with one passage in common, and short ones that are little else."""
    rng = random.Random(5)
    passage = articles.word_list(rng, 26)
    lengths = [*(rng.randint(300, 500) for _ in range(80)), *(rng.randint(8, 16) for _ in range(9))]
    own = [articles.word_list(rng, length) for length in lengths]
    return [articles.prose([*words[:7], *passage, *words[7:]]) for words in own]


def ever_farther(articles_in_all: int) -> list[str]:
    """Near copies, each with one word of the one before edited: few in each bucket, many in all."""
    rng = random.Random(8)
    words, found = articles.word_list(rng, 60), []
    for number in range(articles_in_all):
        words[rng.randrange(60)] = f"edit{number}"
        found.append(articles.prose(words))
    return found


CROWDS: dict[str, Case] = {
    "exact copies": Case(
        table([*exact_copies(80), *near_copies(1, 10, 60, 2)]), shows=("dropped_exact", "flagged")
    ),
    "exact copies, dated": Case(
        table([*exact_copies(80), *near_copies(1, 10, 60, 2)], dates=SPREAD[:90]),
        options=Options(keep="latest", drop=["syndicated"]),
        shows=("matched_exact", "flagged"),
    ),
    "near copies": Case(table(near_copies(3, 80, 90, 1)), shows=("bounded_buckets", "dropped")),
    "near copies of the same day": Case(
        table(near_copies(3, 80, 90, 1), dates=["2026-03-01"] * 80),
        options=Options(rewrites=False, keep="first"),
        shows=("bounded_buckets", "dropped"),
    ),
    "a footer": Case(table(with_footer()), shows=("bounded_pairs", "dropped")),
    "a footer, dated": Case(
        table(with_footer(), dates=SPREAD[:140]), shows=("bounded_pairs", "dropped", "dated")
    ),
    "a footer, low bars": Case(
        table(with_footer(), dates=SPREAD[:140]),
        options=Options(min_score=0.3, min_covered=0.5, window="0h", related=True),
        shows=("bounded_pairs", "dropped"),
    ),
    "a passage": Case(
        table(with_a_passage()), options=Options(min_score=0.05), shows=("matched_excerpt",)
    ),
    "a passage, the first kept": Case(
        table(with_a_passage()[::-1], dates=SPREAD[:89]),
        options=Options(min_score=0, keep="first", window="12h"),
        shows=("matched_excerpt",),
    ),
    "more alike than are compared": Case(
        table(ever_farther(700)), shows=("bounded_pairs", "dropped", "flagged")
    ),
    "more alike than are compared, of the same day, no rewrites": Case(
        table(ever_farther(700), dates=["2026-03-01"] * 700),
        options=Options(rewrites=False),
        shows=("bounded_pairs", "dropped"),
    ),
    "rare words": Case(table(short_rewrites()), shows=("matched_rewritten",)),
    "rare words, dated": Case(
        table(short_rewrites(), dates=[f"2026-03-{1 + row // 2:02}" for row in range(24)]),
        options=Options(window="12h"),
        shows=("matched_rewritten",),
    ),
    "many rare words": Case(table(of_many_rare_words()), shows=("matched_rewritten",)),
}
MANY_CUTS = Plan(7, 5, seed=2, slice=3, joined_at_once=7, piece_bytes=3_000)


@pytest.mark.parametrize("case", CROWDS)
def test_a_crowd_is_bounded_alike(case: str) -> None:
    rows, options = CROWDS[case].rows, CROWDS[case].options
    passed = as_passed(rows, Fields(), options)
    assert all(passed.counts[name] > 0 for name in CROWDS[case].shows), passed.counts
    for how in (Plan(3, 50), MANY_CUTS):
        assert as_planned(rows, Fields(), options, how)[0] == passed, how


def test_words_that_are_rare_among_many_are_bounded_alike() -> None:
    """A word may be rare and still stand in more articles than follow one that are looked at."""
    rng = random.Random(9)
    usual, rare = articles.WORDS[:300], iter(articles.WORDS[300:])
    texts = []
    for _ in range(12_000 // 65):
        shared = [next(rare) for _ in range(4)]
        texts += [" ".join([*rng.choices(usual, k=16), *shared]) for _ in range(66)]
    rows = table(texts, dates=[f"2026-03-01T{rng.randrange(24):02}:00" for _ in texts])
    options = Options(keep="longest", window="6h")
    passed = as_passed(rows, Fields(), options)
    assert passed.counts["bounded_buckets"] > 1_000
    assert as_planned(rows, Fields(), options, Plan(2, 4_000, slice=2_500))[0] == passed


def test_articles_of_one_digest_are_copies_where_their_words_are() -> None:
    stages = core.Stages(**{k: v for k, v in Options().for_index.items() if k != "keep"})
    # The last two have no words, and the second others than its digest says.
    numbers, words = struct.pack("<5I", 4, 3, 2, 1, 0), struct.pack("<5I", 9, 9, 9, 0, 0)
    proofs = b"".join(bytes([it]) * 32 for it in (1, 2, 1, 3, 3))
    found = stages.representatives(numbers, words, bytes(16 * 5), proofs)
    assert struct.unpack("<5I", found) == (2, 3, 2, 1, 0)


class Losing(InProcess):
    """An engine that leaves fewer rows than were asked for."""

    def among(self, table: list[pa.Table], column: str, others: list[pa.Table]) -> list[pa.Table]:
        return [part.slice(1) for part in super().among(table, column, others)]


def test_an_article_that_is_lost_is_missed() -> None:
    records = list(parts_of(REPORTS, 3))
    with pytest.raises(dedup.DedupError, match="rows were lost"):
        find_duplicates(Losing(), records, Fields(), Options(), bucket_articles=5)


def rounds(stages: list[str]) -> int:
    return sum(stage.startswith("verify, round") and "half" not in stage for stage in stages)


@pytest.mark.parametrize(("seed", "least"), [(1, 3), (3, 2)])
def test_what_lost_its_match_is_compared_in_as_many_rounds(seed: int, least: int) -> None:
    rows = table(near_copies(seed, 130, 40, 1, drift=True))
    for how in (Plan(3, 50), MANY_CUTS):
        stages = check(rows, Fields(), Options(min_covered=0.5), how)
        assert least <= rounds(stages) < core.MAX_ROUNDS
        assert any("stars" in stage for stage in stages) == (how.joined_at_once < 100)


def in_circles(matches: list[Any]) -> bool:
    """Whether of three articles each may go for the next alone."""
    goes = {(it[0], it[1]) for it in matches if it[6] == "a"}
    goes |= {(it[1], it[0]) for it in matches if it[6] == "b"}
    return any((c, a) in goes for a, b in goes for b_, c in goes if b == b_)


def test_articles_that_go_for_one_another_in_a_circle() -> None:
    rows = table(going_round(), turns(["b", "d", "a", "c"], 8))
    for rule in KEEP_RULES:
        options = Options(min_covered=0.45, window=None, keep=rule)
        passed = as_passed(rows, Fields(), options)
        assert in_circles(passed.matches)
        for how in (Plan(3, 50), MANY_CUTS):
            assert as_planned(rows, Fields(), options, how)[0] == passed


# Of four relations the third, and which of two may go, as rows of matches have them.
REWRITTEN, MAY_GO = 3, [None, "a", "b", "either"]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[tuple[int, int, str | None, float]]]:
    """Names of articles, and which of each two may go, in circles too, and how close they are."""
    count = draw(st.integers(2, 8))
    names = draw(st.permutations([f"n{number}" for number in range(count)]))
    kinds = st.sampled_from(draw(st.sampled_from([MAY_GO, MAY_GO[1:3], MAY_GO[1:]])))
    scores = st.sampled_from([0.8, 0.9, 1.0])
    both = [(a, b) for b in range(count) for a in range(b)]
    chosen = sorted(draw(st.sets(st.sampled_from(both))))
    return names, [(a, b, draw(kinds), draw(scores)) for a, b in chosen]


@given(graphs(), st.randoms(use_true_random=False))
def test_what_goes_of_any_matches(
    graph: tuple[list[str], list[tuple[int, int, str | None, float]]], rng: random.Random
) -> None:
    """What a task chooses is what the core decides, in whatever order the matches come."""
    names, pairs = graph
    numbers = list(range(10, 10 + len(names)))
    turned = {"a": "b", "b": "a"}
    rows = []
    for a, b, may_go, score in pairs:
        if names[a] > names[b]:
            a, b, may_go = b, a, turned.get(str(may_go), may_go)
        kinds = REWRITTEN << 32 | MAY_GO.index(may_go) << 16
        pair = numbers[a] << 32 | numbers[b]
        rows.append(struct.pack("<3Q5d", 0, pair, kinds, score, 1, 1, 1, 1))
    rng.shuffle(rows)
    stages = core.Stages(**{k: v for k, v in Options().for_index.items() if k != "keep"})
    gone, matches, _, _ = stages.finish(
        b"".join(rows),
        b"",
        struct.pack(f"<{len(numbers)}I", *numbers),
        struct.pack(f"<{len(numbers)}q", *numbers),
        list(names),
    )
    assert len(matches) == len(pairs)
    expected = enumerate(core.stars(len(names), pairs))
    assert {line[0]: line[1] for _, line in gone} == {
        names[it]: names[other] for it, other in expected if other is not None
    }


def test_a_synthetic_corpus() -> None:
    lines = b"".join(core.Synthesis(1_500)).splitlines()
    rows = pa.Table.from_pylist([json.loads(line) for line in lines]).select(["id", "text", "date"])
    stages = check(rows, Fields(), Options(), Plan(5, 400, slice=100, joined_at_once=30))
    assert any("stars" in stage for stage in stages)


# --- the command ---------------------------------------------------------------------------------

SCANS: dict[str, tuple[pa.Table, Fields, Options]] = {
    "reports": (REPORTS, Fields(), Options(related=True)),
    "repeated ids": (table(TEXTS, turns(NUMBERED, COUNT), strings(OPEN)), Fields(), Options()),
    "ids to be unique": (
        table(
            strings([*TEXTS[:-2], None, None]),
            turns(["a", "b", "c", "d", "a"], COUNT),
            strings(OPEN),
        ),
        Fields(),
        Options(unique_ids="reject", date_order="dmy", keep="latest"),
    ),
    "no UTF-8": (CASES["read, no UTF-8"].rows, Fields(), Options(drop=("exact",))),
    "uuids": (CASES["read, uuids as ids"].rows, Fields(), Options(rewrites=False)),
    "decimals": (CASES["read, decimals as ids"].rows, Fields(), Options()),
    "named texts": (
        CASES["read, named texts"].rows,
        CASES["read, named texts"].fields,
        Options(min_covered=0.5),
    ),
    "inside others": (CASES["read, inside others"].rows, Fields(), Options()),
    "times": (CASES["read, times with a zone"].rows, Fields(), Options(window=None)),
    "a crowd": (
        table(with_footer(), [f"{row % 100:02}" for row in range(140)]),
        Fields(),
        Options(min_score=0.3),
    ),
}


@pytest.mark.parametrize("case", SCANS)
def test_a_scan_says_the_same(case: str, tmp_path: Path) -> None:
    rows, fields, options = SCANS[case]
    pq.write_table(rows, tmp_path / "rows.parquet")
    out = tmp_path / "out"
    summary = scan(
        Request(
            inputs=[str(tmp_path / "rows.parquet")],
            output=out,
            fields=fields,
            options=options,
            matches=True,
        )
    )

    def lines(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (out / f"{name}.jsonl").read_bytes().splitlines()]

    duplicate = ("id", "duplicate_of", "relation", "score", "covered", "similarity", "containment")
    told = Said(
        [tuple(line[name] for name in duplicate) for line in lines("duplicates")],
        [tuple(line[name] for name in MATCH) for line in lines("matches")],
        [
            (line["id"], [tuple(it[name] for name in VERSION) for it in line["versions"]])
            for line in lines("stories")
        ],
        rejected=[(line["line"], reason_of(line["reason"])) for line in lines("rejected")],
        counts=summary["counts"],
        keep=summary["options"]["keep"],
    )
    said, _ = as_planned(rows, fields, options, Plan(3, 5))
    assert replace(said, gone=[]) == told
    kept = pq.read_table(out / "clean" / "rows.parquet")
    assert kept.equals(rows.take([row for row in range(rows.num_rows) if row not in said.gone]))


# --- any rows, any options, any cuts -------------------------------------------------------------

Step = Callable[[random.Random, list[str]], "str | None"]


def _words(rng: random.Random, texts: list[str]) -> list[str]:
    return rng.choice(texts).split() or ["none"]


STEPS: dict[str, Step] = {
    "new": lambda rng, _: articles.prose(articles.word_list(rng, rng.choice([25, 60, 150]))),
    "copy": lambda rng, texts: rng.choice(texts),
    "retyped": lambda rng, texts: articles.retyped(_words(rng, texts)),
    "edited": lambda rng, texts: " ".join(
        articles.substitute(rng, _words(rng, texts), rng.choice([1, 2, 6]))
    ),
    "longer": lambda rng, texts: " ".join(
        [*_words(rng, texts), *articles.word_list(rng, rng.choice([1, 10, 60]))]
    ),
    "cut": lambda rng, texts: " ".join(
        articles.cut(rng, words := _words(rng, texts), 1 + len(words) * rng.randint(3, 9) // 10)
    ),
    "with a footer": lambda rng, texts: f"{rng.choice(texts)}\n\n{FOOTER}",
    "report": lambda rng, _: rng.choice(TEXTS),
    "brief": lambda rng, _: rng.choice(rng.choice(list(briefs.BRIEFS.values()))),
    "few words": lambda rng, _: " ".join(FEW[: rng.randint(0, len(FEW))]),
    "blank": lambda rng, _: rng.choice(["", " ", "\n"]),
    "none": lambda rng, _: None,
}
ID_POOLS: list[list[Any] | None] = [
    None,
    [f"x{number}" for number in range(500)],
    NUMBERED,
    [None, "0", "1", "2", "3", "1#2", "2#2"],
    ["", " ", None, "é", "\U0001f600", "\ue000"],
]
DATE_POOLS: list[list[Any] | None] = [
    None,
    ["2026-03-01", "2026-03-02", "2026-03-02T12:00:00Z", "2026-03-09", None],
    ["01/03/2026", "03/01/2026", "05/05/2026", "2026-03-01"],
    ["01/03/2026", "03/01/2026", "02/01/2026", "25/03/2026"],
    ["01/03/2026", "25/03/2026", "03/25/2026", "26/01/02", "soon", "", "1500-01-01", "01/01/2150"],
]


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Articles each made from those before it, under any ids, of any dates."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    steps = draw(st.lists(st.sampled_from(list(STEPS)), max_size=24))
    texts = [articles.article(rng.randrange(3), 80)]
    rows: list[str | None] = []
    for step in steps:
        rows.append(STEPS[step](rng, texts))
        texts += [text for text in rows[-1:] if text is not None]
    id_pool, date_pool = draw(st.sampled_from(ID_POOLS)), draw(st.sampled_from(DATE_POOLS))
    return table(
        strings(rows),
        None if id_pool is None else strings([rng.choice(id_pool) for _ in rows]),
        None if date_pool is None else strings([rng.choice(date_pool) for _ in rows]),
    )


@st.composite
def all_options(draw: st.DrawFn) -> Options:
    rewrites = draw(st.booleans() | st.just(True))
    return Options(
        keep=draw(st.sampled_from([None, *KEEP_RULES])),
        drop=draw(st.sets(st.sampled_from(RELATIONS)) | st.just(RELATIONS)),
        rewrites=rewrites,
        related=rewrites and draw(st.booleans()),
        window=draw(st.sampled_from(["3d", None, "0h", "12h"])),
        min_score=draw(st.sampled_from([0.7, 0.7, 0, 0.3, 0.95, 1])),
        min_covered=draw(st.sampled_from([0.85, 0.85, 0, 0.5, 0.95, 1])),
        date_order=draw(st.sampled_from([None, None, "dmy", "mdy"])),
        unique_ids=draw(st.sampled_from(["number", "number", "reject"])),
    )


plans = st.builds(
    Plan,
    parts=st.sampled_from([1, 3, 7]),
    bucket_articles=st.sampled_from([1, 5, 50, 20_000]),
    seed=st.none() | st.integers(0, 2**32),
    slice=st.sampled_from([1, 3, plan.SLICE]),
    joined_at_once=st.sampled_from([1, 5, plan.JOINED_AT_ONCE]),
    piece_bytes=st.sampled_from([1, 1_000, tasks.PIECE_BYTES]),
)


@settings(max_examples=200)
@given(tables(), all_options(), plans)
def test_any_plan_says_what_a_pass_says(rows: pa.Table, options: Options, how: Plan) -> None:
    check(rows, Fields(), options, how)
