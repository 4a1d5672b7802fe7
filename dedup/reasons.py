"""What weighed most in a verdict, in words."""

from collections.abc import Callable, Sequence

from dedup.result import Feature

# What is told of each sort.
_REASONS = 3


def reasons(text: str, other: str, features: Sequence[Feature], goes: bool) -> list[str]:
    """What weighed most for a text that may go for another, or against one that stays. `text` and
    `other` are what the two are called.
    """
    weighed = [it for it in features if it.contribution and (it.contribution > 0) == goes]
    told = [_IN_WORDS[it.name](it.value, text, other) for it in weighed if it.name in _IN_WORDS]
    # Where no furniture is known, what stands outside it is all, and said like all.
    return list(dict.fromkeys(told))[:_REASONS]


def _share_of(what: str) -> Callable[[float, str, str], str]:
    return lambda value, a, b: f"{value:.0%} {what.format(a=a, b=b)}"


def _count_of(one: str, many: str) -> Callable[[float, str, str], str]:
    def told(value: float, a: str, b: str) -> str:
        return (one if value == 1 else many).format(n=f"{value:,.0f}", a=a, b=b)

    return told


# What each figure of the model says of a text a against another, b. Those of furniture say nothing
# where none is known.
_IN_WORDS: dict[str, Callable[[float, str, str], str]] = {
    "words": _share_of("of {a}'s words stand in {b}"),
    "words_b": _share_of("of {b}'s words stand in {a}"),
    "own_words": _share_of("of {a}'s words stand in {b}"),
    "aligned": _share_of("of {a}'s words stand together in one sentence of {b}"),
    "aligned_b": _share_of("of {b}'s words stand together in one sentence of {a}"),
    "own_aligned": _share_of("of {a}'s words stand together in one sentence of {b}"),
    "new_sentences": _share_of("of {a} is in sentences told nowhere in {b}"),
    "half_new_sentences": _share_of("of {a} is in sentences of which {b} tells half at most"),
    "terms_of_new_sentences": _count_of(
        "{n} word of {a} is in sentences told nowhere in {b}",
        "{n} words of {a} are in sentences told nowhere in {b}",
    ),
    "own_terms_of_new_sentences": _count_of(
        "{n} word of {a} is in sentences told nowhere in {b}",
        "{n} words of {a} are in sentences told nowhere in {b}",
    ),
    "newest_sentence": _count_of(
        "a sentence of {a} has {n} word that {b} lacks",
        "a sentence of {a} has {n} words that {b} lacks",
    ),
    "first_sentence": _share_of("of {a}'s first sentence stands in one of {b}"),
    "leads": _share_of("of their openings is the same words"),
    "shingles": _share_of("of {a} stands word for word in {b}"),
    "shingles_b": _share_of("of {b} stands word for word in {a}"),
    "longest_passage": lambda value, a, b: (
        f"the longest passage they share has {value + 4:,.0f} words"
        if value
        else "they share no passage of five words"
    ),
    "new_figures": _count_of(
        "{n} figure of {a} is not in {b}", "{n} figures of {a} are not in {b}"
    ),
    "new_figures_b": _count_of(
        "{n} figure of {b} is not in {a}", "{n} figures of {b} are not in {a}"
    ),
    "figures": lambda value, a, b: (
        f"{b} has most of {a}'s figures" if value > 0.5 else f"{b} lacks most of {a}'s figures"
    ),
    "new_names_b": _count_of(
        "{n} word of names in {b} is not in {a}", "{n} words of names in {b} are not in {a}"
    ),
    "new_words": _count_of("{n} word of {a} is not in {b}", "{n} words of {a} are not in {b}"),
    "own_new_words": _count_of(
        "{n} word of {a} is not in {b}",
        "{n} words of {a} are not in {b}",
    ),
    "in_order": _share_of("of {a}'s words stand in {b} in the same order"),
    "in_order_b": _share_of("of {b}'s words stand in {a} in the same order"),
    "bigrams": _share_of("of {a}'s pairs of words stand in {b}"),
    "bigrams_b": _share_of("of {b}'s pairs of words stand in {a}"),
    "subjects": _share_of("of what {a} is mostly about is missing in {b}"),
    "subjects_b": _share_of("of what {b} is mostly about is missing in {a}"),
    "length": _count_of("{a} has {n} word", "{a} has {n} words"),
    "length_b": _count_of("{b} has {n} word", "{b} has {n} words"),
    "lengths": lambda value, a, b: (
        f"{a} is {value:.2g} times as long as {b}"
        if value >= 1 or value <= 0
        else f"{b} is {1 / value:.2g} times as long as {a}"
    ),
    "later": lambda value, a, b: (
        f"{a} came {'later' if value > 0 else 'earlier'} than {b}"
        if value
        else f"neither is known to have come first, {a} or {b}"
    ),
}
