"""The order of the stages: which table each makes of which, by whatever engine."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa

from dedup import _core
from dedup.config import RELATIONS, Fields, Options
from dedup.distributed import tasks
from dedup.distributed.engine import Engine
from dedup.distributed.tasks import BLOBS, Settings
from dedup.errors import DedupError, OptionError

T = TypeVar("T")

# Articles to a bucket: with their texts and sketches some 100 MB, two or three times in a task.
BUCKET_ARTICLES = 20_000
# With fewer a bucket costs more than what is done in it.
LEAST_BUCKET_ARTICLES = 2_000
# Places in time to a slice, in which a task counts the rare stems that articles share.
SLICE = 100_000
# Pairs that one task joins; where there are more they are joined in rounds.
JOINED_AT_ONCE = 4_000_000
# Sort keys taken for each bucket, by which the ranges of the buckets are found.
SAMPLES_A_BUCKET = 20
# Articles are numbered in 32 bits.
MOST_ARTICLES = 2**32 - 1
# Rounds of comparing an article with what its dropped match was dropped for.
ROUNDS = _core.MAX_ROUNDS


@dataclass(frozen=True)
class Found(Generic[T]):
    """What a pass found, as tables of the engine that ran it.

    `lines` are those of the three results, told apart by `kind`: `duplicate`, with the `place` in
    the input of what is dropped, `match` and `story`; others are of no result. `rejected` has the
    `place`, the `reason` and the text of each record that is no article. `counts` are those of
    `summary.json`.
    """

    lines: T
    rejected: T
    counts: dict[str, int]
    keep: str


def find_duplicates(
    engine: Engine[T],
    records: T,
    fields: Fields,
    options: Options,
    *,
    tasks_at_once: int = 1,
    bucket_articles: int = BUCKET_ARTICLES,
) -> Found[T]:
    """Find the duplicates among records, as a pass on one machine does.

    `records` have the column `place`, an int64 that puts them into the order of the input: the
    number of the task that read a record in the upper bits, from the 33rd on, and that of its row
    there. What goes into one bucket, about so many articles, is held by one task.
    """
    if options.prefer_source:
        raise OptionError("prefer_source is a rule of a pass on one machine alone")
    options = replace(options, drop=tuple(options.drop_in_order))
    settings = Settings(options, 1)
    sketched = engine.keep(
        "sketch",
        engine.map("sketch", partial(tasks.sketch, settings, fields), records, tasks.SKETCHED),
    )
    read, rejected = _records(
        engine.collect(
            engine.map(
                "count records", tasks.count_records, sketched, tasks.RECORDS, ["place", "reason"]
            )
        )
    )
    articles = sum(read.values()) - rejected
    if articles > MOST_ARTICLES:
        raise DedupError(f"{articles} articles are too many for one pass; cut them by their dates")
    least = min(tasks_at_once, -(-articles // LEAST_BUCKET_ARTICLES))
    settings = Settings(options, max(1, least, -(-articles // bucket_articles)))
    counts = {"read": sum(read.values()), "rejected": rejected}
    run = _Run(engine, settings, records, fields, counts)
    firsts = dict(zip(read, _starts(list(read.values())), strict=True))
    named, repeated = run.name(sketched, firsts)
    standing, keep = run.stand(named)
    compared = run.compare(run.join(standing, sketched))
    lines = run.finish(standing, compared)
    without_text = engine.map(
        "rejected",
        partial(tasks.rejected, firsts),
        sketched,
        tasks.REJECTED,
        ["place", "reason", "raw"],
    )
    run.count(lines)
    return Found(lines, engine.union([without_text, repeated]), run.counts, keep)


def _records(counted: pa.Table) -> tuple[dict[int, int], int]:
    """The rows of each task, in the order of the input, and how many are no articles."""
    rows: dict[int, int] = {}
    for task, count in zip(counted["task"].to_pylist(), counted["rows"].to_pylist(), strict=True):
        rows[task] = max(rows.get(task, 0), count)
    return dict(sorted(rows.items())), _sum(counted["rejected"])


def _sum(column: pa.ChunkedArray) -> int:
    return int(np.sum(tasks.numbers(column, "<i8")))


@dataclass
class _Compared(Generic[T]):
    """The matches, and the pairs compared, by the place of their second article."""

    matches: T
    candidates: T
    members: T
    furniture: T


class _Run(Generic[T]):
    """One pass: an engine, and what all its tasks know."""

    def __init__(
        self,
        engine: Engine[T],
        settings: Settings,
        records: T,
        fields: Fields,
        counts: dict[str, int],
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.records = records
        self.fields = fields
        self.counts = counts
        self.members = 0

    def _group(
        self, stage: str, task: Callable[..., pa.Table], *tables: T, schema: pa.Schema = BLOBS
    ) -> T:
        """Run a task that knows the settings over the buckets of one table or two."""
        return self._group_by(stage, partial(task, self.settings), *tables, schema=schema)

    def _group_by(
        self, stage: str, task: Callable[..., pa.Table], *tables: T, schema: pa.Schema = BLOBS
    ) -> T:
        of_bucket = partial(tasks.of_bucket, task, schema)
        return self.engine.group(stage, of_bucket, list(tables), schema)

    def _count(self, stage: str, table: T) -> int:
        counted = self.engine.map(f"count {stage}", tasks.count_rows, table, tasks.COUNTS)
        return _sum(self.engine.collect(counted)["count"])

    def _sum(self, table: T, kind: str) -> "np.ndarray[Any, Any]":
        """What the rows of a kind add up to, each two numbers of 64 bits or one."""
        rows = self.engine.collect(self.engine.only(table, kind))["rows"].to_pylist()
        if not rows:
            return np.zeros(2, "<u8")
        return np.asarray(np.sum([np.frombuffer(row, "<u8") for row in rows], axis=0))

    # Which article stands where

    def name(self, sketched: T, firsts: dict[int, int]) -> tuple[T, T]:
        """What the articles are called, each otherwise; and what was rejected for its id."""
        to_names = partial(tasks.to_names, self.settings, firsts)
        read = ["reason", *(name for name in tasks.UNNAMED.names if name in tasks.SKETCHED.names)]
        unnamed = self.engine.map("to names", to_names, sketched, tasks.UNNAMED, read)
        named = self._group("names", tasks.name, unnamed, schema=tasks.NAMED)
        named = self.engine.keep("names", named)
        repeated = self.engine.map(
            "rejected ids", partial(tasks.repeated, firsts), named, tasks.REJECTED
        )
        if self.settings.options.unique_ids == "reject":
            self.counts["rejected"] += self._count("rejected", repeated)
        return named, repeated

    def settle(self, named: T) -> tuple[str | None, str]:
        """The order of day and month, and the keep rule; what lacks a name has no say."""
        counted = self.engine.collect(
            self.engine.map("count dates", tasks.count_dates, named, tasks.DATES)
        )
        total = {name: _sum(counted[name]) for name in counted.column_names}
        proved = int(np.bitwise_or.reduce(tasks.numbers(counted["proved"], "<i8"), initial=0))
        options = self.settings.options
        order = _core.settled_order(proved, options.date_order)
        read_so = {"dmy": total["day_first"], "mdy": total["month_first"], None: 0}[order]
        self.counts["dated"] = total["dated"] + read_so
        self.counts["unread_dates"] = total["unread"] + total["open"] - read_so
        self.counts["without_words"] = total["without_words"]
        return order, options.keep or _core.Stages.usual_keep(self.counts["dated"] > 0)

    def stand(self, named: T) -> tuple[T, str]:
        """Numbers, places in time and exact copies of the articles; and the keep rule."""
        order, keep = self.settle(named)
        to_keys = partial(tasks.to_keys, order, keep)
        ranked = self.engine.map("keys", to_keys, named, tasks.KEYED)
        # Of the keys of each kind those that part the articles into as many ranges as buckets.
        every = max(1, self.counts["read"] // (SAMPLES_A_BUCKET * self.settings.buckets))
        sample: dict[str, list[bytes]] = {"sort_key": [], "time_key": []}
        if self.settings.buckets > 1:
            keys = self.engine.map(
                "sample", partial(tasks.sample_keys, every), ranked, tasks.SAMPLE
            )
            found = self.engine.collect(keys)
            sample = {name: _bounds(found[name], self.settings.buckets) for name in sample}
        schema = tasks.KEYED
        starts_of: dict[str, list[int]] = {}
        for stage, key in (("number", "sort_key"), ("time", "time_key")):
            to_range = partial(tasks.to_range, key, sample[key])
            bucketed = schema.append(pa.field("bucket", pa.int32()))
            ranged = self.engine.map(f"to {stage}", to_range, ranked, bucketed)
            schema = schema.append(pa.field("range", pa.int64()))
            schema = schema.append(pa.field("rank", pa.int64()))
            rank = partial(tasks.rank, key)
            ranked = self.engine.keep(stage, self._group_by(stage, rank, ranged, schema=schema))
            counts = self.engine.collect(
                self.engine.map(f"count {stage}", tasks.count_ranges, ranked, tasks.COUNTS)
            )
            starts_of[stage] = _range_starts(counts, self.settings.buckets)
            if stage == "number":
                schema = tasks.KEYED.append(pa.field("number", pa.int64()))
                number = partial(tasks.number, starts_of[stage])
                ranked = self.engine.map("number", number, ranked, schema)
        to_digests = partial(tasks.to_digests, self.settings, starts_of["time"])
        digests = self.engine.map("to exact copies", to_digests, ranked, tasks.TO_DIGESTS)
        standing = self.engine.keep(
            "exact copies", self._group("exact copies", tasks.stand, digests, schema=tasks.STANDING)
        )
        count = partial(tasks.count_members, int(time.time()))
        found = self.engine.collect(
            self.engine.map("count members", count, standing, tasks.MEMBERS)
        )
        self.members = _sum(found["count"])
        self.counts["repeated_ids"] = _sum(found["renamed"])
        self.counts["doubtful_dates"] = _sum(found["doubtful"])
        return standing, keep

    def join(self, standing: T, sketched: T) -> T:
        """The articles that may match otherwise than exactly, with all that is made of them."""
        columns = [name for name in tasks.ARTICLES.names if name in tasks.STANDING.names]
        sketches = ["place", "signature", "samples", "stems"]
        sides = [
            self.engine.map(
                "to members",
                partial(tasks.to_places, self.settings, wanted, names),
                table,
                pa.schema([*(schema.field(name) for name in names), ("bucket", pa.int32())]),
                None if wanted else ["reason", *names],
            )
            for wanted, names, table, schema in (
                (True, columns, standing, tasks.STANDING),
                (False, sketches, sketched, tasks.SKETCHED),
            )
        ]
        joined = self._group_by("members", tasks.join_sketches, *sides, schema=tasks.ARTICLES)
        return self.engine.keep("members", joined)

    # Which pairs are compared

    def compare(self, members: T) -> _Compared[T]:
        met = self.meet(members)
        pairs = self._group("pairs", tasks.add_up, self.meetings(met))
        looked = self.look("first look", pairs, members)
        firsts = self.join_pairs("same text", self.engine.only(looked, "same text"))
        furniture = self.furniture(met, firsts, members)
        within = self.within_budget(looked)
        candidates = self.engine.only(within, "candidate")
        matches = self.verify("verify", candidates, furniture)
        compared = self.engine.only(within, "candidate", ["a", "b", "bucket"])
        return _Compared(matches, compared, members, furniture)

    def meet(self, members: T) -> T:
        """What met, and where, as BLOBS of several kinds."""
        frequent: dict[int, bool] = {}
        if self.settings.options.rewrites:
            count = partial(tasks.count_stems, self.settings)
            counts = self.engine.map("count stems", count, members, BLOBS, ["stems"])
            found = self.engine.collect(
                self._group_by(
                    "frequent stems",
                    partial(tasks.frequent, self.members),
                    counts,
                    schema=tasks.FREQUENT,
                )
            )
            frequent = dict(
                zip(found["stem"].to_pylist(), found["common"].to_pylist(), strict=True)
            )
        to_postings = partial(tasks.to_postings, self.settings, frequent)
        postings = self.engine.map("postings", to_postings, members, BLOBS)
        return self.engine.keep("buckets", self._group("buckets", tasks.meet, postings))

    def meetings(self, met: T) -> T:
        counts = self._sum(met, "bounded")
        meetings = [self.engine.only(met, "meetings")]
        if self.settings.options.rewrites:
            counted = self.engine.only(met, "counted")
            chosen = self._group("rare stems", tasks.choose_stems, counted)
            cut_lists = partial(tasks.cut_lists, self.settings, SLICE)
            cut = self._group_by("lists of stems", cut_lists, chosen)
            cut = self.engine.keep("lists of stems", cut)
            counts = counts + self._sum(cut, "bounded")
            lists = self.engine.only(cut, "lists")
            meetings.append(self._group("shared stems", tasks.tally, lists))
        self.counts["bounded_buckets"], self.counts["bounded_pairs"] = map(int, counts)
        return self.engine.union(meetings)

    def look(self, stage: str, pairs: T, members: T, articles: T | None = None) -> T:
        """Candidates and pairs of the same text. `articles` are the numbers of all in the pairs."""
        columns = [name for name in tasks.GLANCES.names if name in tasks.ARTICLES.names]
        to_numbers = partial(tasks.to_numbers, self.settings, columns)
        glances = self.engine.map("to first look", to_numbers, members, tasks.GLANCES, columns)
        if articles is not None:
            glances = self.engine.among(glances, "number", articles)
        half = self._group(
            f"{stage}, half", tasks.look_at_second, pairs, glances, schema=tasks.HALF_SEEN
        )
        looked = self._group(stage, tasks.look, half, glances, schema=tasks.LOOKED)
        return self.engine.keep(stage, looked)

    def within_budget(self, looked: T) -> T:
        """What was looked at, but of too many candidates those to compare."""
        budget = _core.Stages.budget(self.members)
        if self._count("candidates", self.engine.only(looked, "candidate", ["a"])) <= budget:
            return looked
        candidates = self.engine.only(looked, "candidate")
        to_firsts = partial(tasks.to_firsts_of_candidates, self.settings)
        candidates = self.engine.keep(
            "candidates", self.engine.map("to candidates", to_firsts, candidates, tasks.LOOKED)
        )
        counts = self.engine.collect(
            self._group(
                "candidates of articles", tasks.count_candidates, candidates, schema=tasks.COUNTS
            )
        )
        of_each, articles = (tasks.numbers(counts[it], "<i8") for it in ("range", "count"))
        most = _core.Stages.most_of_one(of_each.tobytes(), articles.tobytes(), budget)
        choose = partial(tasks.within_budget, self.settings, most)
        within = self.engine.keep(
            "within budget",
            self._group_by("within budget", choose, candidates, schema=tasks.LOOKED),
        )
        left_out = int(of_each @ articles) - self._count("within budget", within)
        self.counts["bounded_pairs"] += left_out
        return within

    def furniture(self, met: T, firsts: T, members: T) -> T:
        """What of each article many stories hold, as rows of TEXTS."""
        held = self._group(
            "stories of shingles", tasks.held_by_shingle, self.engine.only(met, "held"), firsts
        )
        counted = self._group("holders", tasks.count_holders, held)
        columns = ["number", "place"]
        to_numbers = partial(tasks.to_numbers, self.settings, columns)
        places = self.engine.map("to furniture", to_numbers, members, tasks.NUMBERED, columns)
        found = self._group("furniture", tasks.gather_holders, counted, places, schema=tasks.TEXTS)
        return self.engine.keep("furniture", found)

    def verify(self, stage: str, candidates: T, furniture: T) -> T:
        places = self.engine.map("places", tasks.places_of_candidates, candidates, tasks.PLACES)
        records = self.engine.among(self.records, "place", places)
        to_texts = partial(tasks.to_texts, self.settings, self.fields)
        texts = self.engine.map("to verify", to_texts, records, tasks.TEXTS)
        texts = self.engine.union([texts, furniture])
        half = self._group(
            f"{stage}, half", tasks.read_second, candidates, texts, schema=tasks.HALF_READ
        )
        verified = self._group(stage, tasks.verify, half, texts, schema=tasks.MATCHES)
        verified = self.engine.keep(stage, verified)
        counts = self.engine.collect(self.engine.only(verified, "compared"))
        self.counts["candidates"] = self.counts.get("candidates", 0) + _sum(counts["a"])
        return self.engine.only(verified, "match")

    # What hangs together

    def join_pairs(self, stage: str, pairs: T) -> T:
        """(article, first that it hangs together with), by the article."""
        sizes = self.engine.collect(
            self.engine.map(f"count {stage}", tasks.count_pairs, pairs, tasks.COUNTS)
        )
        buckets = -(-_sum(sizes["count"]) // JOINED_AT_ONCE) or 1
        spread = partial(tasks.to_buckets, "pairs", buckets)
        pairs = self.engine.map(f"to {stage}", spread, pairs, BLOBS)
        stars = self._group_by(stage, partial(tasks.contract, buckets), pairs)
        while buckets > 1:
            new = 0
            for large in (True, False):
                if large:
                    ways = partial(tasks.both_ways, buckets)
                    stars = self.engine.map(f"{stage}, both ways", ways, stars, BLOBS)
                join = partial(tasks.stars, buckets, large)
                joined = self._group_by(f"{stage}, stars", join, stars)
                joined = self.engine.keep(f"{stage}, stars", joined)
                new += int(self._sum(joined, "new")[0])
                stars = self.engine.only(joined, "pairs")
            if not new:
                break
        spread = partial(tasks.to_buckets, "firsts", self.settings.buckets)
        return self.engine.keep(stage, self.engine.map(f"{stage}, firsts", spread, stars, BLOBS))

    # What goes

    def finish(self, standing: T, compared: _Compared[T]) -> T:
        to_pairs = partial(tasks.pairs_of_matches, self.settings)
        pairs = self.engine.map("pairs of matches", to_pairs, compared.matches, BLOBS)
        firsts = self.join_pairs("stories", pairs)
        copies = self.engine.map(
            "copies", partial(tasks.to_firsts, self.settings), standing, tasks.MATCHES
        )

        def together(kin: T) -> T:
            return self._group("by stories", tasks.hang_together, kin, firsts, schema=tasks.MATCHES)

        matches = self.engine.keep("by stories", together(compared.matches))
        candidates = compared.candidates
        for round_ in range(1, ROUNDS):
            orphans = self._group(f"choose, round {round_}", tasks.orphans, matches)
            stage = f"compare more, round {round_}"
            new = self.engine.keep(
                stage, self._group(stage, tasks.new_orphans, orphans, candidates)
            )
            if not self.engine.collect(
                self.engine.map(f"count {stage}", tasks.count_pairs, new, tasks.COUNTS)
            ).num_rows:
                break
            articles = self.engine.map("articles", tasks.numbers_of_pairs, new, tasks.NUMBERS)
            looked = self.look(f"look, round {round_}", new, compared.members, articles)
            more = self.engine.only(looked, "candidate")
            found = self.verify(f"verify, round {round_}", more, compared.furniture)
            matches = self.engine.union([matches, together(found)])
            pairs = self.engine.only(looked, "candidate", ["a", "b", "bucket"])
            candidates = self.engine.union([candidates, pairs])
        kin = self.engine.union([matches, together(copies)])
        return self.engine.keep(
            "choose", self._group("choose", tasks.finish, kin, schema=tasks.LINES)
        )

    def count(self, lines: T) -> None:
        """The counts of the summary."""
        counted = self.engine.collect(
            self.engine.map("count lines", tasks.count_lines, lines, tasks.LINE_COUNTS)
        )
        relations = (*RELATIONS, "related")
        counts = {f"{what}_{it}": 0 for what in ("dropped", "matched") for it in relations}
        # There is no index that articles could be known to or dropped for.
        others = ("stories", *tasks.COUNTED, "dropped_for_index", "known", "replaced")
        counts |= dict.fromkeys(others, 0)
        names, values = counted["name"].to_pylist(), counted["count"].to_pylist()
        for name, value in zip(names, values, strict=True):
            counts[name] += value
        counts["dropped"] = sum(counts[f"dropped_{it}"] for it in RELATIONS)
        self.counts |= counts
        self.counts["kept"] = self.counts["read"] - self.counts["rejected"] - self.counts["dropped"]


def _starts(counts: list[int]) -> list[int]:
    return np.r_[0, np.cumsum(counts)[:-1]].astype(int).tolist() if counts else []


def _range_starts(counts: pa.Table, buckets: int) -> list[int]:
    """The number of articles before each range."""
    sizes = np.zeros(buckets, "<i8")
    np.add.at(sizes, tasks.numbers(counts["range"], "<i8"), tasks.numbers(counts["count"], "<i8"))
    return _starts(sizes.tolist())


def _bounds(keys: pa.ChunkedArray, buckets: int) -> list[bytes]:
    found = sorted(keys.to_pylist())
    return [found[len(found) * at // buckets] for at in range(1, buckets)] if found else []
