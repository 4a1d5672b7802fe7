"""Write a synthetic news dump with labelled duplicates, the same bytes for the same seed.

    python benchmarks/corpus.py OUT.jsonl --articles 50000 --seed 1

The texts are nonsense with the shape of news, as measured on real English newspapers: word
frequencies by Zipf's law, sentences of 25 words, lognormal lengths, a word in ten a name, 22% of
the texts pure ASCII, 72% with only ’ “ ” — beyond it, a standing last paragraph at half the
outlets. Field `version` says what an article is (`original`, `exact`, `edited`, `excerpt`),
`version_of` of which original. 50,000 articles are 150 MB.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import numpy.typing as npt

VERSION_SHARES = {"exact": 0.10, "edited": 0.10, "excerpt": 0.05}  # the rest are originals
VOCABULARY_SIZE = 50_000
MEAN_WORDS = 414  # of the originals, before the standing paragraph
LENGTH_SIGMA = 0.5  # of the logarithm of the length, as in real newspapers
NUM_SOURCES = 40
ONSETS = np.array(
    [*"bcdfghlmnprstvwbcdfghlmnprstvw", "st", "tr", "ch", "pl", "br", "sh", "gr", "th"]
)
VOWELS = np.array([*"aeiouaeioaeio", "ea", "ou"])
CODAS = np.array([*[""] * 7, *"nrstlm", "nd", "ng"])
# What follows a word, white space after it included, so that a text is one join.
FORMS = [" ", ", ", "’s ", " — ", ". ", ".\n\n", ".” ", ".”\n\n"]
PLAIN, COMMA, GENITIVE, DASH, STOP, BREAK, QUOTE_STOP, QUOTE_BREAK = range(len(FORMS))
ASCII_MARKS = (("’", "'"), ("“", '"'), ("”", '"'), ("—", "-"))

Words = list[str]  # words with their punctuation and white space: a text is their concatenation


@dataclass(frozen=True)
class Article:
    version: str
    origin: int  # number of the original
    words: Words
    source: int
    style: float  # in [0, 1): which of the character sets of `close`
    hour: float  # of publication, from the first day of the dump on


def make_vocabulary(rng: np.random.Generator) -> Words:
    """Distinct pseudo-words in order of frequency, the frequent ones short."""
    seen: dict[str, None] = {}
    for syllables, size in ((1, 250), (2, 12_000), (3, VOCABULARY_SIZE)):
        while len(seen) < size:
            parts = [rng.choice(sounds, (size, syllables)) for sounds in (ONSETS, VOWELS, CODAS)]
            rows = np.stack(parts, axis=2).reshape(size, -1).tolist()
            seen.update(dict.fromkeys("".join(row) for row in rows))
            seen = dict.fromkeys(list(seen)[:size])
    words = list(seen)
    for rank, chance in enumerate(rng.random(len(words)).tolist()):
        if rank >= 60 and chance < 0.17:  # a name
            words[rank] = words[rank].capitalize()
        elif rank >= 60 and chance < 0.20:  # a figure
            words[rank] = f"{rank:,}" if rank % 2 else f"{rank / 10}"
    return words


def make_tokens(vocabulary: Words) -> npt.NDArray[np.object_]:
    """Every word in every form: word i in form f, at the start (s = 1) of a sentence or quotation
    (s = 2) or not, is item `(s * len(FORMS) + f) * len(vocabulary) + i`.
    """
    upper = [word[0].upper() + word[1:] for word in vocabulary]
    starts = (vocabulary, upper, ["“" + word for word in upper])
    tokens = [word + form for words in starts for form in FORMS for word in words]
    return np.array(tokens, dtype=object)


def draw_tokens(rng: np.random.Generator, total: int) -> npt.NDArray[np.int64]:
    """Numbers of `total` tokens: words by Zipf's law, in sentences and quotations."""
    # The inverse of the distribution with density 1 / (rank + 1): the first word is 6% of a text.
    ranks = ((VOCABULARY_SIZE + 1) ** rng.random(total) - 1).astype(np.int64)
    ends = rng.random(total) < 1 / 25
    starts = np.roll(ends, 1)
    sentence = np.cumsum(starts)
    quoted = (rng.random(sentence[-1] + 1) < 0.2)[sentence]
    inner = rng.choice([PLAIN, COMMA, GENITIVE, DASH], total, p=[0.925, 0.055, 0.014, 0.006])
    closing = rng.choice([STOP, BREAK], total, p=[0.6, 0.4])
    form = np.where(ends, closing + np.where(quoted, QUOTE_STOP - STOP, 0), inner)
    start = np.where(starts, np.where(quoted, 2, 1), 0)
    return (start * len(FORMS) + form) * VOCABULARY_SIZE + ranks


def draw_texts(
    rng: np.random.Generator, tokens: npt.NDArray[np.object_], count: int
) -> Iterator[Words]:
    mu = np.log(MEAN_WORDS) - LENGTH_SIGMA**2 / 2
    lengths = np.clip(rng.lognormal(mu, LENGTH_SIGMA, count), 60, 4_000).astype(int)
    for part in np.array_split(lengths, max(1, count // 2_000)):  # to bound the memory
        words: Words = tokens[draw_tokens(rng, int(part.sum()))].tolist()
        for end, length in zip(np.cumsum(part).tolist(), part.tolist(), strict=True):
            yield words[end - length : end]


def edit(rng: np.random.Generator, words: Words, vocabulary: Words) -> Words:
    """A syndicated copy: a word in a hundred replaced, in a third of the copies the end cut."""
    edited = words[: len(words) - len(words) // 8] if rng.random() < 0.33 else words.copy()
    for place in rng.integers(0, len(edited), max(1, len(edited) // 100)).tolist():
        edited[place] = vocabulary[int(rng.integers(len(vocabulary)))] + " "
    return edited


def excerpt(rng: np.random.Generator, words: Words) -> Words:
    """The first 35 to 65% of an article, and 60 words at least: news is cut from the bottom."""
    return words[: max(60, int(len(words) * rng.uniform(0.35, 0.65)))]


def close(words: Words, standing: str, style: float) -> str:
    """The text, ended by its outlet's standing paragraph, in one of the three character sets."""
    text = "".join(words).rstrip(" \n,—.”")
    text = text[0].upper() + text[1:] + "." + (f"\n\n{standing}" if standing else "")
    if style < 0.22:
        for mark, ascii_mark in ASCII_MARKS:
            text = text.replace(mark, ascii_mark)
    elif style > 0.94:
        text = text.replace("che", "ché").replace(" — ", " … ")
    return text


def make_originals(
    rng: np.random.Generator, tokens: npt.NDArray[np.object_], count: int
) -> list[Article]:
    drawn = zip(
        draw_texts(rng, tokens, count),
        rng.integers(0, NUM_SOURCES, count).tolist(),
        rng.random(count).tolist(),
        rng.uniform(0, 24 * 90, count).tolist(),
        strict=True,
    )
    return [Article("original", number, *fields) for number, fields in enumerate(drawn)]


def make_versions(
    rng: np.random.Generator, originals: list[Article], version: str, count: int, vocabulary: Words
) -> Iterator[Article]:
    # Squared, so that a few stories are copied tens of times and most once or never.
    picks = (rng.random(count) ** 2 * len(originals)).astype(int).tolist()
    for pick, source in zip(picks, rng.integers(0, NUM_SOURCES, count).tolist(), strict=True):
        origin = originals[pick]
        hour = origin.hour + rng.exponential(6.0)
        if version == "exact":  # the standing paragraph comes along
            yield replace(origin, version=version, hour=hour)
        elif version == "edited":
            words = edit(rng, origin.words, vocabulary)
            yield replace(origin, version=version, hour=hour, words=words, source=source)
        else:
            words = excerpt(rng, origin.words)
            yield replace(origin, version=version, hour=hour, words=words, source=source)


def make_records(count: int, seed: int) -> Iterator[dict[str, str]]:
    rng = np.random.default_rng(seed)
    vocabulary = make_vocabulary(rng)
    tokens = make_tokens(vocabulary)
    counts = {version: int(count * share) for version, share in VERSION_SHARES.items()}
    originals = make_originals(rng, tokens, count - sum(counts.values()))
    articles = originals.copy()
    for version, size in counts.items():
        articles += make_versions(rng, originals, version, size, vocabulary)
    standing = ["".join(words[:22]).strip() for words in draw_texts(rng, tokens, NUM_SOURCES // 2)]
    standing += [""] * (NUM_SOURCES - len(standing))
    for number in rng.permutation(count).tolist():
        article = articles[number]
        yield describe(rng, tokens, number, article) | {
            "text": close(article.words, standing[article.source], article.style),
            "version": article.version,
            "version_of": f"a{article.origin:07d}",
        }


def describe(
    rng: np.random.Generator, tokens: npt.NDArray[np.object_], number: int, article: Article
) -> dict[str, str]:
    """The fields beside the text that crawlers write."""
    drawn: Words = tokens[rng.integers(60, VOCABULARY_SIZE // 2, 34)].tolist()
    title = "".join(drawn[:9]).strip().capitalize()
    slug = title.lower().replace(" ", "-").replace(",", "")
    date = datetime(2020, 2, 1, tzinfo=timezone.utc) + timedelta(hours=article.hour)
    site = f"www.outlet{article.source:02d}.example.com"
    return {
        "id": f"a{number:07d}",
        "url": f"https://{site}/{date:%Y/%m/%d}/{slug}-{number}.html",
        "source": site,
        "date": date.isoformat(timespec="seconds"),
        "title": title,
        "description": "".join(drawn[9:]).strip().capitalize() + ".",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    encode = json.JSONEncoder(ensure_ascii=False).encode
    with options.out.open("w", encoding="utf-8", newline="\n") as file:
        for record in make_records(options.articles, options.seed):
            file.write(encode(record) + "\n")


if __name__ == "__main__":
    main()
