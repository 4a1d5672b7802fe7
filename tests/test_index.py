"""The ingestion index: the answers of a pass, one article at a time, from a file that outlives its
process."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import articles
import pytest
from conftest import Place

import dedup
from dedup import _core
from dedup.config import MIN_COVERED

WRITER = """
import sys, dedup
with dedup.Index.open(sys.argv[1]) as index:
    for line in sys.stdin:
        name, text = line.rstrip("\\n").split("\\t")
        index.add(dedup.Article(text, name))
        print(name, flush=True)
"""

READER = """
import sys, dedup
with dedup.Index.open(sys.argv[1], read_only=True) as index:
    for line in sys.stdin:
        print(*[match.id_b for match in index.check(line)], flush=True)
"""


def seeds() -> list[dedup.Article]:
    folder = Path(__file__).parent.parent / "seeds"
    return [dedup.Article(path.read_text(), path.stem[:3]) for path in sorted(folder.glob("*.txt"))]


def synthetic(count: int) -> list[dedup.Article]:
    """Stories with their versions, in the order of their dates."""
    lines = _core.Synthesis(count)
    records = sorted(map(json.loads, b"".join(lines).splitlines()), key=lambda it: it["date"])
    return [dedup.Article(it["text"], it["id"], None, it["date"]) for it in records]


def distinct(count: int, start: int = 0) -> list[dedup.Article]:
    return [dedup.Article(articles.article(i), f"n{i}") for i in range(start, start + count)]


def drops(match: dedup.Match | None) -> bool:
    """Whether `add` made a duplicate of what it was given."""
    return match is not None and match.may_go in ("a", "either")


def answers(index: dedup.Index, given: list[dedup.Article]) -> list[list[dedup.Match]]:
    return [index.check(article) for article in given]


def test_seeds(place: Place) -> None:
    with dedup.Index.open(place("seeds")) as index:
        flagged, dropped = [], {}
        for it in seeds():
            flagged += index.check(it)
            dropped[it.id] = index.add(it)
        (found,) = flagged
        assert (found.id_a, found.id_b, found.relation) == ("001", "000", "rewritten")
        assert found.evidence.names
        # What goes is what the one stored covers.
        goes = found.covered_a >= MIN_COVERED
        assert {name: it for name, it in dropped.items() if it} == {"001": found}
        assert drops(dropped["001"]) == goes
        stored = index.get("001")
        assert stored is not None
        assert stored.duplicate_of == ("000" if goes else None)
        assert stored.text == seeds()[1].text


def test_answers_are_those_of_comparing_with_all(place: Place) -> None:
    given = synthetic(600)
    expected, found = {}, {}
    with dedup.Index.open(place("news"), window=None) as index:
        for number, article in enumerate(given):
            found |= {(article.id, it.id_b): (it.relation, it.score) for it in index.check(article)}
            index.add(article)
            for other in given[:number]:
                match = dedup.compare(article, other)
                if match is not None:
                    expected[article.id, other.id] = (match.relation, match.score)
    assert found.keys() <= expected.keys()
    assert len(expected.keys() - found.keys()) <= 0.01 * len(expected)
    # Unlike two texts alone an index knows what three stories hold.
    other_figures = [pair for pair, figures in found.items() if expected[pair] != figures]
    assert len(other_figures) <= 0.1 * len(expected)
    assert {relation for relation, _ in found.values()} == {
        *("exact", "syndicated", "excerpt", "rewritten")
    }


def test_bulk_and_single_give_the_same_answers(place: Place) -> None:
    given, asked = synthetic(3_000)[:2_600], synthetic(3_000)[2_600:]
    with (
        dedup.Index.open(place("bulk")) as bulk,
        dedup.Index.open(place("single")) as single,
    ):
        assert bulk.add_many(given) == len(given)
        for article in given:
            single.add(article)
        pairs = [*zip(answers(bulk, asked), answers(single, asked), strict=True)]
        differ = sum(bare(one) != bare(other) for one, other in pairs)
        # They learned which words are common at different times.
        assert differ <= 0.01 * len(asked)
        # Where none was looked at, none is a duplicate: there are others to go for, yet one goes
        # or stays as ever.
        differ = sum(goes(one) != goes(other) for one, other in pairs)
        assert differ <= 0.01 * len(asked)


def bare(found: list[dedup.Match]) -> list[dedup.Match]:
    return [replace(match, may_go=None) for match in found]


def goes(found: list[dedup.Match]) -> bool:
    return any(match.may_go in ("a", "either") for match in found)


def test_all_is_there_when_opened_again(place: Place) -> None:
    given, asked = synthetic(5_000)[:4_700], synthetic(5_000)[4_700:]
    with dedup.Index.open(place("news")) as index:
        index.add_many(given[:4_000])
        for article in given[4_000:]:
            index.add(article)
        before = answers(index, asked)
        assert any(before)
    with dedup.Index.open(place("news"), read_only=True) as index:
        assert len(index) == len(given)
        assert answers(index, asked) == before
        with pytest.raises(dedup.StorageError, match="read-only"):
            index.add(asked[0])


def test_removed_articles_are_as_if_they_had_never_come(tmp_path: Path) -> None:
    given, asked = synthetic(3_000)[:2_800], synthetic(3_000)[2_800:]
    gone, kept = given[::2], given[1::2]
    with (
        dedup.Index.open(tmp_path / "news.idx") as index,
        dedup.Index.open(tmp_path / "kept.idx") as expected,
    ):
        index.add_many(given)
        expected.add_many(kept)
        for article in gone:
            assert article.id is not None
            assert index.remove(article.id)
            assert index.get(article.id) is None
        assert not index.remove("no such article")
        matches = {it.id_b for found in answers(index, asked) for it in found}
        assert not matches & {it.id for it in gone}
        index.compact()
        expected.compact()
        assert answers(index, asked) == answers(expected, asked)
        assert abs(index.stats()["bytes"] / expected.stats()["bytes"] - 1) < 0.05
        index.add(gone[0])  # its id is free again


def test_expiry(place: Place) -> None:
    text = articles.article(1)
    with dedup.Index.open(place("news")) as index:
        index.add(dedup.Article(text, "old", date="2024-01-01"))
        index.add(dedup.Article(text, "undated"))
        index.add(dedup.Article(text, "new", date="2024-03-01T12:00:00Z"))
        assert index.expire("2024-03-01") == 1
        assert {it.id_b for it in index.check(text)} == {"undated", "new"}
        with pytest.raises(dedup.OptionError, match="no date"):
            index.expire("yesterday")


@pytest.mark.parametrize(
    ("keep", "first", "then", "goes"),
    [
        ("earliest", "2024-05-01", "2024-05-02", True),
        ("earliest", "2024-05-02", "2024-05-01", False),
        ("earliest", "2024-05-01", "2024-05-01", True),
        ("earliest", None, "2024-05-01", False),
        ("latest", "2024-05-01", "2024-05-02", False),
        ("latest", "2024-05-02", "2024-05-01", True),
        ("first", "2024-05-02", "2024-05-01", True),
    ],
)
def test_keep_rule(place: Place, keep: str, first: str | None, then: str, goes: bool) -> None:
    text = articles.article(2)
    with dedup.Index.open(place("news"), keep=keep) as index:
        index.add(dedup.Article(text, "first", date=first))
        given = dedup.Article(text, "then", date=then)
        (match,) = index.check(given)
        assert (match.covered_a, match.covered_b) == (1, 1)
        assert match.may_go == ("either" if goes else "b")
        assert match.late is not goes
        assert index.add(given) == match, "an exact copy is never simply new"
        stored = index.get("then")
        assert stored is not None
        assert stored.duplicate_of == ("first" if goes else None)
        assert len(index.check(text)) == 2


def test_only_the_excerpt_is_a_duplicate(place: Place) -> None:
    words = articles.word_list(random.Random(3), 300)
    whole, part = articles.prose(words), articles.prose(words[50:150])
    with dedup.Index.open(place("news")) as index:
        assert index.add(dedup.Article(part, "part", date="2024-05-01")) is None
        (of_part,) = index.check(dedup.Article(whole, "whole", date="2024-05-02"))
        assert of_part.covered_a < of_part.covered_b
        assert of_part.may_go == "b", "the part may go, and is stored"
        assert index.add(dedup.Article(whole, "whole", date="2024-05-02")) == of_part
        (of_whole,) = (it for it in index.check(part) if it.id_b == "whole")
        assert of_whole.covered_a > of_whole.covered_b
        assert of_whole.may_go == "a"
        assert drops(index.add(dedup.Article(part + " So it ends.", "again", date="2024-05-03")))


def test_check_says_what_add_does(place: Place) -> None:
    """An article goes for the first match that lets it, and stays if none does."""
    goes: dict[str, int] = {}
    with dedup.Index.open(place("news"), min_covered=0.9) as index:
        for article in synthetic(300):
            matches = index.check(article)
            found = [it for it in matches if drops(it)]
            late = [it for it in matches if it.late]
            assert index.add(article) == next(iter([*found, *late, *matches]), None)
            for match in found:
                goes[str(match.may_go)] = goes.get(str(match.may_go), 0) + 1
                assert match.covered_a >= 0.9
                stored = index.get(match.id_b)
                assert stored is not None
                assert stored.duplicate_of is None
    assert set(goes) == {"a", "either"}


def test_a_duplicate_is_of_an_article_that_is_none(place: Place) -> None:
    text = articles.article(4)
    with dedup.Index.open(place("news")) as index:
        found = [index.add(dedup.Article(text, name)) for name in "abc"]
        assert [it and it.id_b for it in found] == [None, "a", "a"]
        may_go = {it.id_b: it.may_go for it in index.check(text)}
        assert may_go == {"a": "either", "b": "b", "c": "b"}


def test_adding_again_changes_nothing(place: Place) -> None:
    given = synthetic(300)
    with dedup.Index.open(place("news")) as index:
        found = [index.add(article) for article in given]
        assert any(found)
        assert [index.add(article) for article in given] == found
        index.add_many(given)
        assert len(index) == len(given)


def test_options_are_fixed(place: Place) -> None:
    path = place("news")
    with dedup.Index.open(path, rewrites=False, window="7d"):
        pass
    with dedup.Index.open(path):
        pass
    with pytest.raises(dedup.StorageError, match=r"window 604800, not 86400"):
        dedup.Index.open(path, window="1d")
    with pytest.raises(dedup.StorageError, match=r"made with min_covered 0\.85, not 0\.9"):
        dedup.Index.open(path, min_covered=0.9)
    with pytest.raises(dedup.OptionError, match="keep is 'best'"):
        dedup.Index.open(path, keep="best")
    with pytest.raises(dedup.OptionError, match="min_covered is 2"):
        dedup.Index.open(path, min_covered=2)


def test_what_is_no_index_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    with pytest.raises(dedup.StorageError, match="there is no index"):
        dedup.Index.open(path, read_only=True)
    path.write_text("some text that is no index, and longer than the header of one" * 20)
    with pytest.raises(dedup.StorageError, match="no index of dedup"):
        dedup.Index.open(path)


def test_an_empty_file_becomes_an_index(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    path.touch()  # as a process that is killed at once leaves it
    with dedup.Index.open(path) as index:
        assert index.add({"text": "Some text.", "id": "a"}) is None


def test_articles_are_checked(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        with pytest.raises(dedup.InputError, match="no id"):
            index.add({"text": "A text."})
        with pytest.raises(dedup.InputError, match="no text"):
            index.check({"id": "a"})
        index.add({"text": "A text.", "id": "a"})
        with pytest.raises(dedup.StorageError, match='"a" is in the index with another text'):
            index.add({"text": "Another.", "id": "a"})
        with pytest.raises(dedup.IdError, match=r"'a' is in the index .* the other 1 articles"):
            index.add_many([{"text": "Another.", "id": "a"}, {"text": "Another.", "id": "b"}])
        assert "b" in index
        with pytest.raises(dedup.InputError, match="article 1 has no id; the 1 before"):
            index.add_many([{"text": "A fourth.", "id": "c"}, "A third."])
        assert "c" in index
    with pytest.raises(dedup.StorageError, match="closed"):
        index.check("A text.")


def test_to_add_again_changes_nothing(tmp_path: Path) -> None:
    given = synthetic(600)
    with dedup.Index.open(tmp_path / "news.idx") as index:
        first = [index.add(article) for article in given]
        assert any(first)
        assert [index.add(article) for article in given] == first
        assert index.add_many(given) == len(given)
        assert len(index) == len(given)


def test_an_index_without_texts_gives_the_same_answers(tmp_path: Path) -> None:
    given, asked = synthetic(3_000)[:2_500] + seeds(), synthetic(3_000)[2_500:] + seeds()
    with (
        dedup.Index.open(tmp_path / "texts.idx") as whole,
        dedup.Index.open(tmp_path / "words.idx", texts=False) as bare,
    ):
        for index in (whole, bare):
            index.add_many(given[:2_000])
        for article in given[2_000:]:
            assert whole.add(article) == bare.add(article)
        assert answers(whole, asked) == answers(bare, asked)
        for index in (whole, bare):
            index.remove(given[0].id or "")
            index.compact()
        assert answers(whole, asked) == answers(bare, asked)
        stored = bare.get("000")
        assert stored is not None
        assert stored.text is None
        with pytest.raises(dedup.StorageError, match="keeps no texts"):
            bare.check(seeds()[0])[0].evidence  # noqa: B018 - found out when it is asked for
    with pytest.raises(dedup.StorageError, match="made with texts True, not False"):
        dedup.Index.open(tmp_path / "texts.idx", texts=False)


def test_all_may_be_removed(tmp_path: Path) -> None:
    given = distinct(50)
    with dedup.Index.open(tmp_path / "news.idx") as index:
        for _ in range(3):
            index.add_many(given[:25])
            for article in given[25:]:
                index.add(article)
            assert all(index.check(article.text) for article in given)
            for article in given:
                assert index.remove(article.id or "")
            index.compact()
            assert not any(index.check(article.text) for article in given)


def test_a_bulk_load_ends_in_one_run(tmp_path: Path) -> None:
    with dedup.Index.open(tmp_path / "news.idx") as index:
        index.add_many(dedup.Article(f"Text {number}.", str(number)) for number in range(70_000))
        assert index.stats()["runs"] == 1


def test_to_add_again_when_others_have_crowded_in(tmp_path: Path) -> None:
    """A key keeps its first and last articles; what an article duplicates may be neither."""
    first, second = seeds()[:2]
    words = (first.text + second.text).split()
    rng = random.Random(12)
    crowd = [
        dedup.Article(" ".join(rng.sample(words, len(words) // 8)), f"crowd{number}")
        for number in range(200)
    ]
    with dedup.Index.open(tmp_path / "news.idx", min_covered=0.3) as index:
        index.add_many(crowd[:100])
        index.add(first)
        answer = index.add(second)
        assert answer is not None
        assert answer.id_b == first.id
        index.add_many(crowd[100:])
        assert index.stats()["runs"] == 1
        assert first.id not in {it.id_b for it in index.check(second.text)}
        assert index.add(second) == answer


def test_of_many_copies_a_few_are_looked_at(tmp_path: Path) -> None:
    text = articles.article(9)
    with dedup.Index.open(tmp_path / "news.idx") as index:
        for number in range(300):
            index.add(dedup.Article(text, str(number)))
        found = index.check(text)
        assert found[0].id_b == "0"
        assert len(found) == 72


def test_without_its_original_a_copy_stands_for_itself(place: Place) -> None:
    text = articles.article(10)
    with dedup.Index.open(place("news")) as index:
        for name in "abc":
            index.add(dedup.Article(text, name))
        index.remove("a")
        found = index.add(dedup.Article(text, "d"))
        assert found is not None
        assert found.id_b == "b"


def test_an_index_cut_to_nothing_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    with dedup.Index.open(path) as index:
        index.add(seeds()[0])
    path.write_bytes(b"")
    with pytest.raises(dedup.StorageError, match="lacks the last changes"):
        dedup.Index.open(path)


# ---- several processes ----


@contextlib.contextmanager
def process(program: str, path: Path) -> "Iterator[subprocess.Popen[str]]":
    # Elsewhere, or it would import the folder here, which may have no extension in it.
    command = [sys.executable, "-c", program, path.name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=path.parent, stdin=pipe, stdout=pipe, text=True) as child:
        yield child
        child.kill()


def ask(child: "subprocess.Popen[str]", line: str) -> str:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(line + "\n")
    child.stdin.flush()
    return child.stdout.readline().strip()


def test_others_read_what_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    with dedup.Index.open(path) as index, process(READER, path) as reader:
        for article in distinct(300):
            assert ask(reader, article.text) == ""
            index.add(article)
            assert ask(reader, article.text) == article.id
        index.add_many(distinct(100, 1_000))
        assert ask(reader, distinct(1, 1_050)[0].text) == "n1050"
        index.remove("n7")
        assert ask(reader, distinct(1, 7)[0].text) == ""
        index.compact()
        assert ask(reader, distinct(1, 8)[0].text) == "n8"


FORKING = """
import os, sys, dedup
index = dedup.Index.open(sys.argv[1])
index.add({"id": "a", "text": "Some text."})
index.add_many([{"id": "c", "text": "A third text."}])
child = os.fork()
if child == 0:
    try:
        index.check("Some text.")
    except dedup.StorageError as error:
        print(error, flush=True)
    try:
        index.add_many([{"id": "b", "text": "Other text."}] * 2)
    except dedup.StorageError as error:
        print(error, flush=True)
    with dedup.Index.open(sys.argv[1], read_only=True) as own:
        print(len(own.check("Some text.")), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(len(index.check("Some text.")))
"""


def test_a_child_opens_its_own(tmp_path: Path) -> None:
    with process(FORKING, tmp_path / "news.idx") as child:
        assert child.stdout is not None
        refusal, again, own, parents = child.stdout.read().splitlines()
    assert "before a fork" in refusal
    assert again == refusal
    assert (own, parents) == ("1", "1")


def test_a_path_is_opened_by_its_name(tmp_path: Path) -> None:
    for path in (tmp_path / "x.idx", str(tmp_path / "x.idx")):
        with pytest.raises(TypeError, match=r"opened by Index\.open\(path\)"):
            dedup.Index(path)  # type: ignore[arg-type]
    assert not (tmp_path / "x.idx").exists()


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    with process(WRITER, path) as writer:
        assert ask(writer, "a\tSome text.") == "a"
        with pytest.raises(
            dedup.StorageError, match=f"open for writing by process {writer.pid} on "
        ):
            dedup.Index.open(path)
    with dedup.Index.open(path) as index:
        assert len(index) == 1


def test_what_was_acknowledged_outlives_the_writer(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    rng = random.Random(5)
    acknowledged: list[str] = []
    given = iter(distinct(1_000_000))
    for _ in range(200):
        with process(WRITER, path) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            lines = [next(given) for _ in range(20)]
            writer.stdin.writelines(f"{it.id}\t{it.text}\n" for it in lines)
            writer.stdin.flush()
            acknowledged.append(writer.stdout.readline().strip())
            time.sleep(rng.uniform(0, 0.01))
            os.kill(writer.pid, signal.SIGKILL)
            acknowledged += writer.stdout.read().split()
    with dedup.Index.open(path) as index:
        texts = {it.id: it.text for it in distinct(200 * 20)}
        for name in acknowledged:
            stored = index.get(name)
            assert stored is not None
            assert stored.text == texts[name]
            assert name in {it.id_b for it in index.check(stored.text)}
        there = sum(index.get(name or "") is not None for name in texts)
        assert len(acknowledged) <= there == len(index)


FILLING = """
import os, sys, dedup
sys.path.insert(0, sys.argv[2])
import articles
path = sys.argv[1]
ballast = path + ".ballast"
open(ballast, "wb").write(bytes(1 << 20))
given = (dedup.Article(articles.article(number), str(number)) for number in range(100_000))
with dedup.Index.open(path) as index:
    added = []
    try:
        for article in given:
            index.add(article)
            added.append(article)
    except dedup.StorageError as error:
        print(error)
    try:
        index.add_many(given)
    except dedup.StorageError as error:
        print(error)
    print(len(index) == len(added) > 100)
    os.remove(ballast)
    print(index.add(article) is None)
with dedup.Index.open(path) as index:
    texts = {it.id: it.text for it in [*added, article]}
    print(len(index) == len(texts))
    print(all(index.get(it).text == text for it, text in texts.items()))
    print(all(it in [match.id_b for match in index.check(text)] for it, text in texts.items()))
"""


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    # In a space of its own, so that nothing stays mounted.
    mount = 'mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"'
    python = [sys.executable, "-c", FILLING, str(disk / "news.idx"), str(Path(__file__).parent)]
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(disk), *python]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, second, *rest = done.stdout.splitlines()
    for message in (first, second):
        assert message == f"no room is left on the disk of {disk}/news.idx; nothing was stored"
    assert rest == ["True"] * 5


def test_a_damaged_log_gives_an_error_or_the_right_answer(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    given = distinct(60)
    with process(WRITER, path) as writer:
        for article in given:
            assert ask(writer, f"{article.id}\t{article.text}") == article.id
        os.kill(writer.pid, signal.SIGKILL)
    files = {it.name: it.read_bytes() for it in tmp_path.iterdir()}
    assert set(files) == {"news.idx", "news.idx-wal", "news.idx-shm", "news.idx-writer"}
    rng = random.Random(8)
    refused = 0
    for number in range(120):
        folder = tmp_path / str(number)
        folder.mkdir()
        damaged = rng.choice([*files])
        for name, content in files.items():
            data = bytearray(content)
            if name == damaged:
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            (folder / name).write_bytes(data)
        try:
            with dedup.Index.open(folder / path.name, read_only=True) as index:
                for article in given:
                    assert [it.id_b for it in index.check(article.text)] == [article.id]
        except dedup.StorageError:
            refused += 1
    assert refused > 0


def flipped(data: bytes, rng: random.Random, count: int) -> bytes:
    """The same but for a bit in each of so many bytes."""
    damaged = bytearray(data)
    for place in rng.sample(range(len(damaged)), count):
        damaged[place] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def test_a_damaged_file_gives_an_error_or_the_right_answer(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    given, asked = synthetic(3_000)[:2_900], synthetic(3_000)[2_900:]
    with dedup.Index.open(path) as index:
        index.add_many(given)
        index.compact()
        right = answers(index, asked)
    whole = path.read_bytes()
    rng = random.Random(6)
    refused = 0
    for number in range(60):
        damaged = tmp_path / f"{number}.idx"
        damaged.write_bytes(flipped(whole, rng, 30))
        for article, expected in zip(asked, right, strict=True):
            try:
                with dedup.Index.open(damaged, read_only=True) as index:
                    assert index.check(article) == expected
            except dedup.StorageError:
                refused += 1
    assert refused > 0
