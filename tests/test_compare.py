"""`dedup compare` and the evidence of a match: what a reader of one text alone would miss."""

import json
import pickle
import re
from pathlib import Path
from typing import Any

import command
import dumps
import pytest
from hypothesis import given
from hypothesis import strategies as st
from languages import LANGUAGES

import dedup
from dedup import Article, Evidence, reasons
from dedup import _core as core
from dedup.cli import comparison as shown
from dedup.config import WINDOW
from dedup.detect import examine
from dedup.result import evidence_of

SEEDS = Path(__file__).parent.parent / "seeds"

STORY = (
    "The city council of Marlow voted on Tuesday to close the old swimming pool on Castle Street in"
    " October. Mayor Ellen Brandt said repairs would cost 4.2 million pounds, which the town does"
    " not have. A petition with 3,100 signatures had asked for the pool to stay open."
)
REWRITTEN = (
    "Marlow's old swimming pool on Castle Street will shut in October, the city council decided on"
    " Tuesday. Repairs would cost 4.2 million pounds that the town lacks, according to Mayor Ellen"
    " Brandt. Some 3,100 people had signed a petition to keep the pool open."
)
ADDED = (
    "Police now say that squatters had cooked over an open fire in the changing rooms. Two of them,"
    " aged 19 and 23, were taken to hospital in Leeds by Sergeant Olu Adeyemi."
)
UNRELATED = (
    "Heavy snow stopped all trains between Oslo and Bergen for 14 hours at the weekend. Passengers"
    " slept in the station halls while 60 soldiers cleared the line with shovels and ploughs."
)
STOP_WORDS = "It was that which they had, and so it was to be with all of them. " * 3


def seed_file(number: str) -> Path:
    (path,) = SEEDS.glob(f"{number}*")
    return path


def seed(number: str) -> str:
    return seed_file(number).read_text(encoding="utf-8")


def language(name: str, part: str) -> str:
    (found,) = (it for it in LANGUAGES if it.name == name)
    text: str = getattr(found, part)
    return text


def language_names() -> list[str]:
    return [it.name for it in LANGUAGES]


def printed(folder: Path, a: str, b: str, *options: str) -> str:
    for name, text in (("a.txt", a), ("b.txt", b)):
        (folder / name).write_text(text, encoding="utf-8")
    process = command.dedup("compare", "a.txt", "b.txt", *options, cwd=folder)
    assert process.returncode == 0, process.stderr
    assert process.stderr == ""
    return process.stdout


def section(output: str, head: str) -> str:
    """The lines below a headline, as one line."""
    _, _, rest = output.partition(head)
    assert rest, f"{head!r} is not in {output}"
    return " ".join(rest.split("\n\n")[0].split())


# --- evidence ------------------------------------------------------------------------------------


def quoted(text: str, spans: Any) -> list[str]:
    return [text[start:end] for start, end in spans]


# Two texts; sentences, names and figures of the first that a reader of the second misses, and how
# many there are.
MISSED: dict[str, tuple[str, str, list[str], list[str], list[str], tuple[int, int, int]]] = {
    "the same": (STORY, STORY, [], [], [], (3, 5, 2)),
    "other words": (STORY, REWRITTEN, [], [], [], (3, 5, 2)),
    "copy with more": (STORY, f"{STORY} {ADDED}", [], [], [], (3, 5, 2)),
    "copy with less": (
        f"{STORY}\n{ADDED}",
        STORY,
        [ADDED[: ADDED.index(" Two")], ADDED[ADDED.index("Two") :]],
        ["Leeds", "Sergeant Olu Adeyemi"],
        ["19", "23"],
        (5, 7, 4),
    ),
    "unrelated": (
        UNRELATED,
        STORY,
        UNRELATED.replace("weekend. ", "weekend.\n").split("\n"),
        ["Oslo", "Bergen"],
        ["14", "60"],
        (2, 2, 2),
    ),
    "printed twice": (
        f"Snow stops trains\nSnow stops trains\n{UNRELATED}",
        f"Rain\n{UNRELATED}",
        [],
        [],
        [],
        (3, 2, 2),
    ),
    "stop words": (STOP_WORDS, STORY, [], [], [], (0, 0, 0)),
    "empty": ("", STORY, [], [], [], (0, 0, 0)),
    "against empty": (
        "The U.S. lost in Rome.",
        "",
        ["The U.S. lost in Rome."],
        ["U.S.", "Rome"],
        [],
        (1, 2, 0),
    ),
}


@pytest.mark.parametrize("case", MISSED)
def test_missed(case: str) -> None:
    a, b, sentences, names, figures, counts = MISSED[case]
    for missed in (
        evidence_of(Article(a), Article(b)).missed_a,
        evidence_of(Article(b), Article(a)).missed_b,
    ):
        assert quoted(a, missed.sentences) == sentences
        assert list(missed.names) == names
        assert list(missed.figures) == figures
        assert (missed.of_sentences, missed.of_names, missed.of_figures) == counts


@pytest.mark.parametrize("name", language_names())
def test_every_language(name: str) -> None:
    """Of a copy nothing is missed; of another story nearly all."""
    story, unrelated = language(name, "story"), language(name, "unrelated")
    more = f"{story}\n{unrelated}"
    copy = evidence_of(Article(story), Article(more))
    assert not copy.missed_a.sentences
    assert not copy.missed_a.names
    assert not copy.missed_a.figures
    assert len(copy.sentences) == copy.missed_a.of_sentences > 1
    assert all(it.share == 1 for it in copy.sentences)
    # Two sentences of two stories may have one word in common, or two.
    assert len(copy.missed_b.sentences) > (copy.missed_b.of_sentences - len(copy.sentences)) / 2
    rewritten = evidence_of(Article(story), Article(language(name, "rewritten")))
    assert len(rewritten.missed_a.sentences) < rewritten.missed_a.of_sentences / 2
    other = evidence_of(Article(story), Article(unrelated))
    assert len(other.missed_a.sentences) > other.missed_a.of_sentences / 2


def check(evidence: Evidence, a: str, b: str) -> None:
    """What holds of any evidence."""
    for side in ("a", "b"):
        spans = [
            (getattr(it, f"start_{side}"), getattr(it, f"end_{side}")) for it in evidence.sentences
        ]
        assert len(set(spans)) == len(spans), "each sentence once"
        missed = evidence.missed_a if side == "a" else evidence.missed_b
        text = a if side == "a" else b
        assert not set(spans) & set(missed.sentences)
        for start, end in (*spans, *missed.sentences):
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
        assert list(missed.sentences) == sorted(missed.sentences)
        assert len(missed.sentences) <= missed.of_sentences
        assert len(missed.names) <= missed.of_names
        assert len(missed.figures) <= missed.of_figures
        assert all(word in text for word in (*missed.names, *missed.figures))
    assert [it.start_a for it in evidence.sentences] == sorted(
        it.start_a for it in evidence.sentences
    )
    assert all(0.3 <= it.share <= 1 for it in evidence.sentences)
    assert all(word in a for word in (*evidence.names, *evidence.figures, *evidence.words))
    for features in (evidence.features_a, evidence.features_b):
        weights = [abs(it.contribution) for it in features]
        assert weights == sorted(weights, reverse=True)
        assert {it.name for it in features} in (set(), set(core.feature_names()))


PIECES = st.sampled_from(
    [
        "Ann ",
        "Ann's ",
        "Smith ",
        "rain ",
        "gold ",
        "U.S. ",
        "Mr. ",
        "7 ",
        "3,100 ",
        "the ",
        ". ",
        ".\n",
        "\n",
        "“",
        "” ",
        "中文新闻。",
        "خبر ",
        "\u200b",
        "\u0301",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS, TEXTS)
def test_any_evidence(a: str, b: str) -> None:
    there, back = evidence_of(Article(a), Article(b)), evidence_of(Article(b), Article(a))
    check(there, a, b)
    assert (there.missed_a, there.missed_b) == (back.missed_b, back.missed_a)
    assert (there.features_a, there.features_b) == (back.features_b, back.features_a)
    assert not evidence_of(Article(a), Article(a)).missed_a.sentences


@pytest.mark.parametrize("pair", [("000", "001"), ("001", "000"), ("002", "004")])
def test_evidence_of_real_articles(pair: tuple[str, str]) -> None:
    a, b = map(seed, pair)
    evidence = evidence_of(Article(a), Article(b))
    check(evidence, a, b)
    assert evidence.sentences
    assert evidence.names
    assert evidence.missed_a.sentences
    assert evidence.missed_a.names


def test_match_keeps_its_evidence() -> None:
    """Of a pass and of a comparison, when the texts are gone; what is pickled takes them anew."""
    corpus = [{"id": "0", "text": STORY}, {"id": "1", "text": f"{STORY} {ADDED}"}]
    (match,) = dedup.find_duplicates(corpus).matches
    again = dedup.compare(*corpus)
    assert again == match
    assert match.evidence == again.evidence
    assert match.evidence.missed_b.names == ("Leeds", "Sergeant Olu Adeyemi")
    kept = pickle.loads(pickle.dumps(match))
    assert kept == match
    assert kept.evidence_of(*corpus) == match.evidence


# --- command -------------------------------------------------------------------------------------


def test_identical_texts(tmp_path: Path) -> None:
    output = printed(tmp_path, STORY, STORY.upper())
    assert output.startswith("The same words (exact): flagged, either may go for the other.\n")
    assert "A reader of B alone misses nothing of A." in output
    assert "A reader of A alone misses nothing of B." in output
    assert "Dates" not in output  # they make no difference to these


def test_copy_with_more(tmp_path: Path) -> None:
    output = printed(tmp_path, STORY, f"{STORY}\n\n{ADDED}")
    assert re.match(r"One .* \((syndicated|excerpt)\): flagged, ", output)
    assert section(output, "What a reader of B alone misses of A").startswith(
        "Nothing: all 3 sentences, all 5 names and all 2 figures of A are told in B, too."
    )
    missed = section(output, "What a reader of A alone misses of B")
    assert missed.startswith(
        "2 of 5 sentences of B are told nowhere in A; A has 5 of B's 7 names and 2 of B's 4"
        " figures."
        " names Leeds, Sergeant Olu Adeyemi figures 19, 23 sentences - Police now say"
    )
    both = section(output, "What both tell")
    assert "3 sentences, 3 of them word for word" in both
    assert "1 passage of five words or more, 100% of A" in both


def test_rewrite(tmp_path: Path) -> None:
    output = printed(tmp_path, STORY, REWRITTEN)
    assert output.startswith("One story told in other words (rewritten): flagged, ")
    both = section(output, "What both tell")
    assert both.count(" A: ") == both.count(" B: ") == 3
    assert "Ellen Brandt" in both


def test_unrelated_texts(tmp_path: Path) -> None:
    output = printed(tmp_path, STORY, UNRELATED)
    assert output.startswith("Two different stories: not flagged, neither may go for the other.\n")
    assert section(output, "misses of A").startswith(
        "No sentence of A is told in B; B has none of A's 5 names and none of A's 2 figures."
    )
    assert output.endswith("Both tell no sentence, and share no passage of five words.\n")


def test_related(tmp_path: Path) -> None:
    files = seed_file("000"), seed_file("001")
    strict = command.dedup("compare", *files, "--min-score", "1").stdout
    assert strict.startswith("Two reports on one event that each add facts (related): not flagged,")
    assert "100.0%  not flagged" in strict


NO_CONTENT = {
    "stop words": (STOP_WORDS, STORY, "One of them has no words that tell a story"),
    "both stop words": (STOP_WORDS, STOP_WORDS + "They had it. " * 4, "no words that tell a story"),
    "no words": ("...! ?", STORY, "A has 0 words. Texts of fewer than 20"),
    "empty": ("", "", "A has 0 words. Texts of fewer than 20"),
    "short": ("Rain fell in Rome today.", STORY, "A has 5 words. Texts of fewer than 20"),
    "one word": (STORY, "Rain.", "B has 1 word. Texts of fewer than 20"),
}


@pytest.mark.parametrize("case", NO_CONTENT)
def test_texts_without_content(case: str, tmp_path: Path) -> None:
    a, b, note = NO_CONTENT[case]
    output = printed(tmp_path, a, b)
    assert note in " ".join(output.split())
    assert "What a reader of B alone misses of A" in output


RIGHT_TO_LEFT = ("Arabic",)
UNSPACED = ("Chinese",)


@pytest.mark.parametrize(
    "name", [it for it in language_names() if it in (*RIGHT_TO_LEFT, *UNSPACED, "Russian")]
)
def test_other_scripts(name: str, tmp_path: Path) -> None:
    story, added = language(name, "story"), language(name, "unrelated")
    output = printed(tmp_path, story, f"{story}\n{added}")
    assert "misses of A\n  Nothing: all " in output
    lines = output.splitlines()
    assert all(shown._columns(line) <= 80 for line in lines), output
    if name in RIGHT_TO_LEFT:
        # What is quoted turns nothing of the line that it stands in.
        assert output.count("\u2068") == output.count("\u2069") > 2
    elif name in UNSPACED:
        assert "\u2068" not in output
        # It goes on in lines that are filled.
        assert any(
            shown._columns(line) > 70 for line in lines if re.search("[\u3040-\u9fff]", line)
        )


COUNTED = [
    (("A", "name", 0, 1), "not A's only name"),
    (("A", "name", 1, 1), "A's only name"),
    (("B", "figure", 0, 12), "none of B's 12 figures"),
    (("B", "figure", 1, 12), "1 of B's 12 figures"),
    (("B", "figure", 1200, 1200), "all of B's 1,200 figures"),
]


@pytest.mark.parametrize(("part", "expected"), COUNTED)
def test_counts_in_words(part: tuple[str, str, int, int], expected: str) -> None:
    assert shown._part(*part) == expected


SHORTENED = [
    ("short", 10, "short"),
    ("cut at a blank, then", 16, "cut at a blank…"),
    ("averyverylongwordwithoutany", 10, "averyvery…"),
    ("新闻新闻新闻新闻", 9, "新闻新闻…"),
    ("خبر عاجل من المدينة", 12, "خبر عاجل من…"),
    ("e\u0301te\u0301 e\u0301te\u0301", 7, "e\u0301te\u0301 e\u0301te\u0301"),
]


@pytest.mark.parametrize(("text", "columns", "expected"), SHORTENED)
def test_shortened(text: str, columns: int, expected: str) -> None:
    assert shown._shortened(text, columns) == expected
    assert shown._columns(expected) <= columns


def test_nothing_obeyed_by_a_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07 \u202ereversed\u202c Rome. Snow fell\x1b[2J."
    output = printed(tmp_path, f"{STORY} {evil}", f"{UNRELATED} {evil}", "--texts")
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u202c]", output.split("What both tell")[0]
    )
    assert "\x1b" not in output


@pytest.mark.parametrize("pair", [("000", "001"), ("002", "004"), ("000", "002")])
def test_long_comparison_fits(pair: tuple[str, str], tmp_path: Path) -> None:
    """On 80 columns, with no more of each sort than a person reads."""
    output = printed(tmp_path, *map(seed, pair))
    lines = output.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert len(lines) <= 120
    assert "(--json has all)" in output
    # A sentence is printed once on a side.
    for start in ("    A: ", "    B: "):
        own = [line for line in lines if line.startswith(start)]
        assert own
        assert len(set(own)) == len(own)


# --- bars and what a scan says -------------------------------------------------------------------


def table(output: str) -> list[list[str]]:
    return [re.split(r"  +", line.strip()) for line in output.splitlines() if "%  " in line][:3]


BARS = [
    (),
    ("--min-score", "1"),
    ("--min-score", "0", "--min-covered", "0"),
    ("--min-covered", "1"),
]


@pytest.mark.parametrize("bars", BARS, ids=" ".join)
@pytest.mark.parametrize("pair", [("000", "001"), ("000", "002")])
def test_the_table_says_what_is_decided(
    pair: tuple[str, str], bars: tuple[str, ...], tmp_path: Path
) -> None:
    output = printed(tmp_path, *map(seed, pair), *bars)
    found = json.loads(printed(tmp_path, *map(seed, pair), *bars, "--json"))
    flagged = found["relation"] not in (None, "related")
    score, a, b = table(output)
    assert score[-1] == ("flagged" if flagged else "not flagged")
    assert a[-1] == ("A may go" if found["may_go"] in ("a", "either") else "A stays")
    assert b[-1] == ("B may go" if found["may_go"] in ("b", "either") else "B stays")
    for row, value, bar in (
        (score, "score", "min_score"),
        (a, "covered_a", "min_covered"),
        (b, "covered_b", "min_covered"),
    ):
        likely, needed = (float(it.rstrip("%")) for it in row[1:3])
        assert abs(likely / 100 - found[value]) < 0.001
        assert (likely >= needed) == (found[value] >= found[bar])


PERCENTAGES = [
    (0.5, 0.85, ("50.0%", "85.0%")),
    (0.85, 0.85, ("85.0%", "85.0%")),
    (0.8499, 0.85, ("84.9%", "85.0%")),
    (0.69999, 0.7, ("69.9%", "70.0%")),
    (0.84551, 0.84559, ("84.551%", "84.559%")),
    (0.9999, 0.7, ("99.9%", "70.0%")),
    (1, 1, ("100.0%", "100.0%")),
]


@pytest.mark.parametrize(("value", "bar", "expected"), PERCENTAGES)
def test_percentages(value: float, bar: float, expected: tuple[str, str]) -> None:
    assert shown._percentages(value, bar) == expected


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_percentage_stays_on_its_side(value: float, bar: float) -> None:
    found, needed = (float(it.rstrip("%")) for it in shown._percentages(value, bar))
    if abs(value - bar) > 1e-9:
        assert (found >= needed) == (value >= bar)


def test_every_feature_has_words() -> None:
    """But those of furniture, of which two texts alone know nothing."""
    of_furniture = {"own_share", "own_shingles", "furniture", "holders"}
    assert set(reasons._IN_WORDS) == set(core.feature_names()) - of_furniture
    for told in reasons._IN_WORDS.values():
        for value in (0, 0.4, 1, 7, -1):
            words = told(value, "A", "B")
            assert "{" not in words
            assert not re.match(r"1 \w+s |0 \w+ of \w+ is ", words)


# --- dates ---------------------------------------------------------------------------------------

DATES: dict[tuple[str, ...], str] = {
    (): "Dates: both unknown. A scan that knows them may judge otherwise",
    ("--date-a", "2024-05-01"): "Dates: A 2024-05-01 and B unknown. A scan that knows them",
    ("--date-a", "2024-05-01", "--date-b", "2024-05-01T18:00"): "B 2024-05-01T18:00, at one time.",
    ("--date-a", "2024-05-01T18:00", "--date-b", "2024-05-01T18:01"): "18:01, 1 minute apart.",
    ("--date-a", "2024-05-01T18:00", "--date-b", "2024-05-02T20:59"): ", 26 hours apart.",
    ("--date-a", "2024-05-01T18:00", "--date-b", "2024-05-04T18:01"): (
        f", 72 hours apart. A scan looks for stories in other words within {WINDOW} only"
    ),
    ("--date-a", "2024-05-01T18:00", "--date-b", "2024-05-04T18:00"): ", 3 days apart.",
    ("--date-a", "2024-05-09T18:00", "--date-b", "2024-05-01T18:00"): (
        f", 8 days apart. A scan looks for stories in other words within {WINDOW} only"
    ),
}


@pytest.mark.parametrize("options", DATES, ids=" ".join)
def test_dates(options: tuple[str, ...], tmp_path: Path) -> None:
    output = printed(tmp_path, STORY, REWRITTEN, *options, "--min-score", "0")
    assert DATES[options] in " ".join(output.split())


def test_dates_count(tmp_path: Path) -> None:
    """As they do in a scan, given either way."""
    dates = ("2024-05-01", "2024-05-03T12:00")
    expected = examine(Article(STORY, date=dates[0]), Article(REWRITTEN, date=dates[1]))
    assert expected.score != examine(Article(STORY), Article(REWRITTEN)).score
    options = ("--date-a", dates[0], "--date-b", dates[1], "--json")
    found = json.loads(printed(tmp_path, STORY, REWRITTEN, *options))
    assert (found["date_a"], found["date_b"]) == dates
    assert (found["score"], found["covered_a"]) == (expected.score, expected.covered_a)
    rows = [
        dumps.record("x", STORY, date=dates[0]),
        dumps.record("y", REWRITTEN, date=dates[1]),
    ]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    in_dump = ("compare", "x", "y", "--dump", "x.jsonl")
    of_dump = json.loads(command.dedup(*in_dump, "--json", cwd=tmp_path).stdout)
    assert (of_dump["date_a"], of_dump["date_b"]) == (dates[0], f"{dates[1]}:00Z")
    assert (of_dump["score"], of_dump["covered_a"]) == (expected.score, expected.covered_a)
    command.scan("x.jsonl", "-o", "out", "--matches", cwd=tmp_path)
    for match in command.read_lines(tmp_path / "out" / "matches.jsonl"):
        assert match["score"] == pytest.approx(expected.score, abs=1e-4)
        assert match["may_go"] == of_dump["may_go"]
    output = command.dedup(*in_dump, cwd=tmp_path).stdout
    assert "A scan of the whole dump may judge otherwise" in output
    assert "days apart" in output or "hours apart" in output
    # One that is given goes before that of the dump.
    other = command.dedup(*in_dump, "--date-b", "2024-05-01", cwd=tmp_path).stdout
    assert "B 2024-05-01, at one time." in other


DUMPED = {
    "2024-05-01": "2024-05-01",
    "2024-05-01T02:00+02:00": "2024-05-01",
    "2024-05-01T18:00:05+02:00": "2024-05-01T16:00:05Z",
    "1899-12-31T12:00": "1899-12-31T12:00:00Z",
    "9999-12-31T23:59:59": "9999-12-31T23:59:59Z",
    "-000020-01-01": "-000020-01-01",  # a year that Python does not have
    "soon": None,
}


def test_dates_of_a_dump(tmp_path: Path) -> None:
    """As a person writes them, and what is none is unknown."""
    rows = [dumps.record(str(number), STORY, date=it) for number, it in enumerate(DUMPED)]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    for number, (date, expected) in enumerate(DUMPED.items()):
        process = command.dedup(
            "compare", str(number), "0", "--dump", "x.jsonl", "--json", cwd=tmp_path
        )
        found = json.loads(process.stdout)["date_a"]
        if expected is not None:
            assert found == expected
            assert core.parse_date(found) == core.parse_date(date)
        else:
            assert found is None


@pytest.mark.parametrize("option", ["--date-a", "--date-b"])
@pytest.mark.parametrize("date", ["", "soon", "2024-13-01", "32.5.2024"])
def test_no_date(option: str, date: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    process = command.dedup("compare", "a.txt", "a.txt", option, date, cwd=tmp_path)
    assert process.returncode == 2
    assert process.stdout == ""
    assert (
        f"Invalid value for '{option}': {date!r} is no date; give it as 2024-05-31"
        in process.stderr
    )


def test_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    for files in (("a.txt", "-"), ("-", "a.txt")):
        process = command.dedup("compare", *files, stdin=STORY.encode(), cwd=tmp_path)
        assert process.returncode == 0
        assert process.stdout.startswith("The same words (exact)")
    process = command.dedup("compare", "-", "-", stdin=STORY.encode(), cwd=tmp_path)
    assert process.returncode == 2
    assert "standard input holds one text" in process.stderr


def test_json(tmp_path: Path) -> None:
    """All that docs/library.md says of it."""
    a, b = seed("000"), seed("001")
    found = json.loads(printed(tmp_path, a, b, "--json"))
    match = dedup.compare(a, b, min_score=0)
    assert match is not None
    figures = ("score", "covered_a", "covered_b", "similarity", "containment")
    assert [found[it] for it in figures] == [getattr(match, it) for it in figures]
    assert set(found) == {
        *("a", "b", "date_a", "date_b", "min_score", "min_covered", "relation", "may_go"),
        *("passages", "evidence", *figures),
    }
    assert [(it["start_a"], it["end_b"]) for it in found["evidence"]["sentences"]] == [
        (it.start_a, it.end_b) for it in match.evidence.sentences
    ]
    assert found["evidence"]["missed_a"]["names"] == list(match.evidence.missed_a.names)
    for start_a, end_a, start_b, end_b in found["passages"]:
        assert core.words(a[start_a:end_a]) == core.words(b[start_b:end_b])


def test_texts_side_by_side(tmp_path: Path) -> None:
    output = printed(tmp_path, STORY, UNRELATED, "--texts")
    assert "a.txt" in output
    assert "Castle Street" in output
    assert all(len(line) <= 80 for line in output.splitlines())
