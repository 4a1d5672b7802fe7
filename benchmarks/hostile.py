"""Texts and corpora that are made to take long, against news of the same size.

    python benchmarks/hostile.py [pairs|corpora] [BYTES OF A TEXT | ARTICLES]

Pairs: processor seconds and megabytes of `compare`, `explain` and `shared_passages` together, each
pair in a process of its own. Corpora: processor seconds and memory of `dedup scan`, and the seconds
as a multiple of those of as many synthetic articles, and of as many bytes of them, in the same run.
"""

import json
import multiprocessing
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from corpora import DEDUP, corpus, read
from tables import significant, table

Pair = tuple[str, str]
LIMIT = 60  # seconds after which a pair is given up


def word(rng: random.Random, letters: int = 6, alphabet: str = ascii_lowercase) -> str:
    return "".join(rng.choices(alphabet, k=letters))


def words(rng: random.Random, size: int, different: int, sentence: int = 12) -> list[str]:
    """Words of so many bytes in all, with a full stop every so many (0: never)."""
    known = [word(rng) for _ in range(different)]
    found = rng.choices(known, k=size // 7)
    for place in range(0, len(found), sentence) if sentence else ():
        found[place] += "."
    return found


# ---- pairs ----


def drawn(different: int, sentence: int) -> Callable[[int], Pair]:
    def make(size: int) -> Pair:
        rng = random.Random(1)
        one = words(rng, size, different, sentence)
        return " ".join(one), " ".join(rng.sample(one, len(one)))

    return make


def edited(every: int, different: int) -> Callable[[int], Pair]:
    def make(size: int) -> Pair:
        rng = random.Random(2)
        a = words(rng, size, different)
        b = [word(rng) if place % every == 0 else it for place, it in enumerate(a)]
        return " ".join(a), " ".join(b)

    return make


def moved(
    length: int, order: Callable[[list[list[str]]], Any], different: int
) -> Callable[[int], Pair]:
    """Blocks of so many words in another order."""

    def make(size: int) -> Pair:
        a = words(random.Random(3), size, different)
        blocks = [a[it : it + length] for it in range(0, len(a), length)]
        order(blocks)
        return " ".join(a), " ".join(it for block in blocks for it in block)

    return make


def swap_neighbours(blocks: list[list[str]]) -> None:
    for it in range(0, len(blocks) - 1, 2):
        blocks[it], blocks[it + 1] = blocks[it + 1], blocks[it]


def long_words(
    alphabet: str, letters: int, around: str = "it was said that the"
) -> Callable[[int], Pair]:
    """Words that differ in one letter, of so many (0: one word)."""

    def make(size: int) -> Pair:
        rng = random.Random(4)
        size //= len(alphabet[0].encode())
        length = letters or size
        base = word(rng, length, alphabet)

        def text() -> str:
            found = []
            for _ in range(size // length):
                place = rng.randrange(length)
                found += [
                    base[:place] + rng.choice(alphabet) + base[place + 1 :],
                    rng.choice(around.split()),
                ]
            return f"{' '.join(found)} {' '.join(rng.choices(around.split(), k=200))}"

        return text(), text()

    return make


def repeated(unit: str) -> Callable[[int], Pair]:
    def make(size: int) -> Pair:
        text = unit * (size // len(unit.encode()))
        return f"{text} the end is near, it was said", f"{text} the end was near, it is said"

    return make


def made(unit: Callable[[random.Random], str]) -> Callable[[int], Pair]:
    def make(size: int) -> Pair:
        rng = random.Random(5)

        def text() -> str:
            one = unit(rng)
            return one + "".join(unit(rng) for _ in range(size // len(one.encode())))

        return text(), text()

    return make


def character(first: int, last: int) -> Callable[[random.Random], str]:
    return lambda rng: chr(rng.randint(first, last))


def palindrome(size: int) -> Pair:
    half = words(random.Random(6), size // 2, 5_000)
    return " ".join(half + half[::-1]), " ".join(half[::-1] + half)


def growing(size: int) -> Pair:
    """Ever longer blocks in common, with a word between two."""
    rng = random.Random(7)
    common, a, b = words(rng, size, 200_000), [], []
    length = 6
    while common:
        a += [*common[:length], word(rng)]
        b += [*common[:length], word(rng)]
        common, length = common[length:], length + 1
    return " ".join(a), " ".join(b)


def sentences_alike(size: int) -> Pair:
    a, b = (
        [f"Harbour Bridge closed to Lorries {it}{number}." for number in range(size // 42)]
        for it in "NM"
    )
    return " ".join(a), " ".join(b)


def news_pair(size: int) -> Pair:
    """A near copy of articles end to end."""
    texts = (str(it["text"]) for it in read(corpus(100_000)))
    a = " ".join(islice(texts, size // 1_500)).split(" ")
    b = ["zebra" if place % 60 == 0 else it for place, it in enumerate(a)]
    return " ".join(a), " ".join(b)


PAIRS: dict[str, Callable[[int], Pair]] = {
    "news": news_pair,
    "2 words, no stop": drawn(2, 0),
    "20 words, shuffled": drawn(20, 12),
    "20 words, no stop, shuffled": drawn(20, 0),
    "1,000 words, a stop after each": drawn(1_000, 1),
    "200,000 words, shuffled": drawn(200_000, 12),
    "each 6th of 100,000 words edited": edited(6, 100_000),
    "each 7th of 60 words edited": edited(7, 60),
    "each 7th of 100,000 words edited": edited(7, 100_000),
    "each 9th of 100,000 words edited": edited(9, 100_000),
    "each 2nd word edited": edited(2, 100_000),
    "blocks of 6 swapped": moved(6, swap_neighbours, 100_000),
    "blocks of 6 shuffled": moved(6, random.Random(8).shuffle, 100_000),
    "blocks of 6 of 40 words shuffled": moved(6, random.Random(8).shuffle, 40),
    "blocks of 100 reversed": moved(100, list.reverse, 100_000),
    "words sorted": moved(1, list.sort, 100_000),
    "ever longer blocks": growing,
    "palindrome": palindrome,
    "sentences alike, names not": sentences_alike,
    "one word": long_words(ascii_lowercase, 0),
    "one word of vowels": long_words("aeiouy", 0),
    "one French word": long_words("uayi", 0, "le la les des est dans pour que qui une sur avec"),
    "one German word": long_words("uayß", 0, "der die und das ist nicht mit ein von zu"),
    "one Turkish word": long_words("ıiüa", 0, "bir ve bu da de için ile çok daha gibi"),
    "words of 60 letters": long_words("ya", 60),
    "words of 2,000 letters": long_words("ya", 2_000),
    "capitals, words of 60,000": long_words("ABCDEFG", 60_000),
    "digits, figures of 1,000": long_words("0123456789", 1_000),
    "a letter and its accents": long_words("a\u0301\u0327", 0),
    "figures": made(lambda rng: f"{rng.randrange(10**6)} "),
    "dates": made(lambda rng: f"{rng.randint(1, 28)} May {rng.randint(1900, 2029)}, "),
    "names": made(lambda rng: f"the N{rng.randrange(10**6)} said "),
    "quotations": made(lambda rng: f"“{word(rng)} {word(rng)}” said {word(rng).title()}, "),
    "Chinese": made(character(0x4E00, 0x9FFF)),
    "Thai": made(character(0xE01, 0xE2E)),
    "any character": made(character(0x20, 0xD7FF)),
    "a character of 18 letters": repeated("\ufdfa"),
    "a character of 6 letters": repeated("\u3316"),
    "fractions": repeated("\u00bd "),
    "<": repeated("<"),
    "<!--": repeated("<!--"),
    "<script>": repeated("<script>"),
    '<a href="': repeated('<a href="'),
    "<div>": repeated("<div>"),
    "&amp without end": repeated("&amp"),
    "quotation marks": repeated('"'),
    "full stops": repeated(". "),
    "initials": repeated("J. R. Smith "),
    "one sentence again and again": repeated("Storm rages over the hills. "),
}


def measure(
    pair: str, size: int, answers: "multiprocessing.Queue[tuple[int, float, float]]"
) -> None:
    from dedup import _core

    a, b = PAIRS[pair](size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    start = time.process_time()
    _core.compare(a, b, None, None, 0.7, 0.85, True)
    _core.explain(a, b)
    _core.shared_passages(a, b)
    seconds = time.process_time() - start
    status = dict(it.split(":\t") for it in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0])
    answers.put((len((a + b).encode()), seconds, (max(peak, before) - before) / 1e3))


def pairs(size: int) -> Iterator[list[str]]:
    news = None
    for pair in PAIRS:
        answers: multiprocessing.Queue[tuple[int, float, float]] = multiprocessing.Queue()
        process = multiprocessing.Process(target=measure, args=(pair, size, answers))
        process.start()
        process.join(LIMIT)
        if process.is_alive():
            process.kill()
            yield [pair, "", f"> {LIMIT}", "", ""]
            continue
        length, seconds, megabytes = answers.get()
        a_byte = seconds / length
        news = news or a_byte
        cells = (length / 1e6, seconds, megabytes, a_byte / news)
        yield [pair, *map(significant, cells)]


# ---- corpora ----

Texts = Iterable[str]


def phrases(rng: random.Random, count: int, length: int = 8) -> list[str]:
    return [" ".join(word(rng) for _ in range(length)).capitalize() + "." for _ in range(count)]


def boilerplate(rng: random.Random, articles: int) -> Texts:
    footer = " ".join(phrases(rng, 30))
    return (f"{' '.join(phrases(rng, 6))} {footer}" for _ in range(articles))


def near_copies(rng: random.Random, articles: int) -> Texts:
    text = " ".join(phrases(rng, 40)).split(" ")
    for _ in range(articles):
        text[rng.randrange(len(text))] = word(rng)
        yield " ".join(text)


def edited_copies(rng: random.Random, articles: int) -> Texts:
    """Of stories each with a hundred copies, every seventh word another in each."""
    for _ in range(articles // 100):
        text = " ".join(phrases(rng, 40)).split(" ")
        for _ in range(100):
            first = rng.randrange(7)
            yield " ".join(word(rng) if it % 7 == first else old for it, old in enumerate(text))


def chain(rng: random.Random, articles: int) -> Texts:
    """Each has four fifths of the one before."""
    text = phrases(rng, 25)
    for _ in range(articles):
        text = text[5:] + phrases(rng, 5)
        yield " ".join(text)


def stars(rng: random.Random, articles: int) -> Texts:
    """Digests of ten stories, and each story alone."""
    for _ in range(articles // 11):
        stories = [" ".join(phrases(rng, 8)) for _ in range(10)]
        yield from (" ".join(stories), *stories)


def vocabulary_of_20(rng: random.Random, articles: int) -> Texts:
    known = [word(rng) for _ in range(20)]
    return (" ".join(rng.choices(known, k=250)) for _ in range(articles))


def junk(rng: random.Random, articles: int) -> Texts:
    return (" ".join(word(rng, 8) for _ in range(200)) for _ in range(articles))


def shuffled_phrases(rng: random.Random, articles: int) -> Texts:
    known = phrases(rng, 50, 6)
    return (" ".join(rng.sample(known, len(known))) for _ in range(articles))


def notices(rng: random.Random, articles: int) -> Texts:
    form = (
        "Shares of {} closed at {} on Friday, {} points below their high of {} in May. The index of"
        " {} stood at {}, and {} of its {} members rose. Traders in {} said that {} had sold {}"
        " million at {} each. Temperatures in {} reached {} degrees, with winds of {} knots and {}"
        " millimetres of rain in {} hours. United beat {} by {} to {} before {} people, their {}"
        " win in {} games. "
    )
    for _ in range(articles):
        blanks = (
            word(rng).title() if rng.random() < 0.3 else rng.randrange(1_000) for _ in range(23)
        )
        yield form.format(*blanks)


def tiny(rng: random.Random, articles: int) -> Texts:
    known = [word(rng) for _ in range(300)]
    return (" ".join(rng.choices(known, k=rng.randint(1, 25))) for _ in range(articles))


def few_huge(rng: random.Random, articles: int) -> Texts:
    """A text of 1 MB in each 2,000, near copies of one another."""
    known = [word(rng) for _ in range(50_000)]
    huge = rng.choices(known, k=150_000)
    for number in range(articles):
        if number % 2_000 == 0:
            yield " ".join(word(rng) if it % 7 == 0 else old for it, old in enumerate(huge))
        else:
            yield " ".join(rng.choices(known, k=60))


def copies(rng: random.Random, articles: int) -> Texts:
    text = " ".join(phrases(rng, 40))
    return (text for _ in range(articles))


CORPORA: dict[str, Callable[[random.Random, int], Texts]] = {
    "copies of one": copies,
    "near copies of one": near_copies,
    "copies with each 7th word edited": edited_copies,
    "one boilerplate on all": boilerplate,
    "chain": chain,
    "stars: digests": stars,
    "20 words": vocabulary_of_20,
    "junk, all different": junk,
    "50 phrases, shuffled": shuffled_phrases,
    "notices with other figures": notices,
    "tiny texts": tiny,
    "few huge among many small": few_huge,
}


def scan(path: Path, folder: Path) -> tuple[float, float]:
    """Processor seconds and megabytes of a scan."""
    script = f"ulimit -c 0; exec {DEDUP} scan {path} -o {folder / 'out'} --force --matches"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["bash", "-c", script], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    summary = json.loads((folder / "out" / "summary.json").read_text())
    return seconds, summary["peak_memory_bytes"] / 1e6


def corpora(articles: int) -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        news = corpus(articles)
        seconds_of_news, megabytes = scan(news, folder)
        bytes_of_news = news.stat().st_size
        cells = (bytes_of_news / 1e6, seconds_of_news, megabytes, 1, 1)
        yield ["news", *map(significant, cells)]
        for kind, texts in CORPORA.items():
            path = folder / "hostile.jsonl"
            with path.open("w") as file:
                for number, text in enumerate(texts(random.Random(9), articles)):
                    record = {"id": str(number), "date": "2024-05-01T12:00:00Z", "text": text}
                    file.write(json.dumps(record) + "\n")
            seconds, megabytes = scan(path, folder)
            size = path.stat().st_size
            times = seconds / seconds_of_news
            cells = (size / 1e6, seconds, megabytes, times, times * bytes_of_news / size)
            yield [kind, *map(significant, cells)]


def main(what: str, size: int) -> None:
    rows = pairs(size) if what == "pairs" else corpora(size)
    last = (
        ["times a byte of news"]
        if what == "pairs"
        else ["times as many articles", "times as many bytes"]
    )
    print(
        table(["", "MB", "s", "MB more" if what == "pairs" else "peak MB", *last], []), flush=True
    )
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "pairs"
    default = 2_000_000 if wanted == "pairs" else 100_000
    main(wanted, int(sys.argv[2]) if len(sys.argv) > 2 else default)
