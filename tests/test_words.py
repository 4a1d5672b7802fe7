"""Words: a table of writing systems and oddities, then the oracle on generated text."""

import re
import unicodedata

import articles
import oracle
import passages
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dedup
from dedup import _core as core

CASES = {
    "empty": ("", []),
    "spaces only": (" \t\r\n\u00a0\u2003\u3000", []),
    "punctuation only": ("... - !? \u2014 \u2026 *** ___", []),
    "ascii": ("The cat, the CAT; (the) Cat!", ["the", "cat", "the", "cat", "the", "cat"]),
    "line ends": ("one\r\ntwo\nthree\rfour", ["one", "two", "three", "four"]),
    "typewriter apostrophe": ("Don't can't rock'n'roll", ["don't", "can't", "rock'n'roll"]),
    "typographic apostrophe": (
        "Don\u2019t O\u2018Neill Hawai\u02bci",
        ["don't", "o'neill", "hawai'i"],
    ),
    "full-width apostrophe": ("don\uff07t", ["don't"]),
    "quoted": ("'the' \u2018end\u2019 dogs' 'tis", ["the", "end", "dogs", "tis"]),
    "double quotes": (
        'He said "no" \u201cnever\u201d \u00abjamais\u00bb',
        ["he", "said", "no", "never", "jamais"],
    ),
    "decimal": ("3.5 .5 5. 3,5", ["3.5", "5", "5", "3,5"]),
    "thousands": ("1,000 1,000,000.25", ["1,000", "1,000,000.25"]),
    "unit": ("3.5m 10km/h 50% $20 \u20ac3bn", ["3.5m", "10km", "h", "50", "20", "3bn"]),
    "time": ("at 10:30, 9.15pm", ["at", "10", "30", "9.15pm"]),
    "hyphen": ("state-of-the-art 1990-95", ["state", "of", "the", "art", "1990", "95"]),
    "dashes": ("war\u2014peace\u2013now", ["war", "peace", "now"]),
    "initials": ("U.S. e.g. J.R.R. Tolkien", ["u.s", "e.g", "j.r.r", "tolkien"]),
    "missing space": ("the end.The start", ["the", "end.the", "start"]),
    "underscore": ("snake_case __init__", ["snake_case", "__init__"]),
    "url": (
        "see https://www.example.com/a_b?c=1&d=2#e",
        ["see", "https", "www.example.com", "a_b", "c", "1", "d", "2", "e"],
    ),
    "e-mail": ("desk@example.org", ["desk", "example.org"]),
    "composed accent": ("caf\u00e9 \u00c9lys\u00e9e", ["caf\u00e9", "\u00e9lys\u00e9e"]),
    "decomposed accent": ("cafe\u0301 E\u0301lyse\u0301e", ["caf\u00e9", "\u00e9lys\u00e9e"]),
    "sharp s": ("Stra\u00dfe STRASSE \u1e9e", ["strasse", "strasse", "ss"]),
    "dotted capital i": ("\u0130stanbul", ["i\u0307stanbul"]),
    "dotless i": ("Diyarbak\u0131r", ["diyarbak\u0131r"]),
    "final sigma": (
        "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03cc\u03c2",
        ["\u03bf\u03b4\u03bf\u03c3", "\u03bf\u03b4\u03cc\u03c3"],
    ),
    "cyrillic": (
        "\u041f\u0440\u0435\u0437\u0438\u0434\u0435\u043d\u0442 \u0401\u043b\u043a\u0438\u043d",
        [
            "\u043f\u0440\u0435\u0437\u0438\u0434\u0435\u043d\u0442",
            "\u0451\u043b\u043a\u0438\u043d",
        ],
    ),
    "arabic with diacritics": (
        "\u0643\u064e\u062a\u064e\u0628\u064e\u060c \u0627\u0644\u0643\u062a\u0627\u0628\u061f",
        ["\u0643\u064e\u062a\u064e\u0628\u064e", "\u0627\u0644\u0643\u062a\u0627\u0628"],
    ),
    "arabic presentation forms": ("\ufefb", ["\u0644\u0627"]),
    "hebrew": (
        "\u05e6\u05d4\u05f4\u05dc \u05e9\u05dc\u05d5\u05dd",
        ["\u05e6\u05d4\u05f4\u05dc", "\u05e9\u05dc\u05d5\u05dd"],
    ),
    "hindi with matras": (
        "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902\u0964",
        ["\u0939\u093f\u0928\u094d\u0926\u0940", "\u092e\u0947\u0902"],
    ),
    "korean": ("\ud55c\uad6d\uc5b4 \uae30\uc0ac", ["\ud55c\uad6d\uc5b4", "\uae30\uc0ac"]),
    "chinese": ("\u4e2d\u56fd\u7ecf\u6d4e\u3002", ["\u4e2d\u56fd\u7ecf", "\u56fd\u7ecf\u6d4e"]),
    "chinese, two characters": ("\u4e2d\u56fd\uff0c\u4eba", ["\u4e2d\u56fd", "\u4eba"]),
    "chinese with figures": ("2024\u5e743\u6708", ["2024", "\u5e74", "3", "\u6708"]),
    "chinese and latin": ("\u5728iPhone\u4e0a", ["\u5728", "iphone", "\u4e0a"]),
    "japanese mixed": (
        "\u6771\u4eac\u3067AI\u3092\u4f7f\u3046",
        ["\u6771\u4eac\u3067", "ai", "\u3092\u4f7f\u3046"],
    ),
    "katakana with long vowel": (
        "\u30b3\u30fc\u30d2\u30fc\u3092",
        ["\u30b3\u30fc\u30d2", "\u30fc\u30d2\u30fc", "\u30d2\u30fc\u3092"],
    ),
    "half-width katakana": ("\uff76\uff9e\uff97\uff7d", ["\u30ac\u30e9\u30b9"]),
    "thai": (
        "\u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28",
        ["\u0e1b\u0e23\u0e30\u0e40\u0e17", "\u0e23\u0e30\u0e40\u0e17\u0e28"],
    ),
    "thai, four characters": ("\u0e02\u0e48\u0e32\u0e27", ["\u0e02\u0e48\u0e32\u0e27"]),
    "emoji": ("win \U0001f600\U0001f3c6 now \u2764\ufe0f", ["win", "now"]),
    "emoji family": ("\U0001f468\u200d\U0001f469\u200d\U0001f467 home", ["home"]),
    "flag": ("\U0001f1eb\U0001f1f7 France", ["france"]),
    "nul": ("a\0b \0", ["a", "b"]),
    "keycap": ("1\ufe0f\u20e3 first", ["1\u20e3", "first"]),
    "no-break space": ("10\u00a0000", ["10", "000"]),
    "ligature": ("\ufb01nance o\ufb03ce", ["finance", "office"]),
    "full-width digits": ("\uff11\uff12\uff0e\uff15 \uff21\uff22", ["12.5", "ab"]),
    "superscript": ("m\u00b2 x\u00b3", ["m2", "x3"]),
    "fraction": ("\u00bd", ["1\u20442"]),
    "roman numeral": ("\u216b", ["xii"]),
    "trade mark": ("Acme\u2122", ["acmetm"]),
    "mathematical letters": ("\U0001d400\U0001d41b", ["ab"]),
}

# Characters that are not seen, and texts with and without them that have the same words.
INVISIBLE = {
    "delete": "\x7f",
    "soft hyphen": "\u00ad",
    "combining grapheme joiner": "\u034f",
    "arabic letter mark": "\u061c",
    "tatweel": "\u0640",
    "hangul fillers": "\u115f\u1160\u3164\uffa0",
    "khmer inherent vowels": "\u17b4\u17b5",
    "mongolian selectors": "\u180b\u180c\u180d\u180e\u180f",
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "direction marks": "\u200e\u200f",
    "embeddings and overrides": "\u202a\u202b\u202c\u202d\u202e",
    "word joiner": "\u2060",
    "invisible operators": "\u2061\u2062\u2063\u2064",
    "isolates": "\u2065\u2066\u2067\u2068\u2069",
    "deprecated controls": "\u206a\u206b\u206c\u206d\u206e\u206f",
    "variation selectors": "\ufe00\ufe0e\ufe0f\U000e0100\U000e01ef",
    "byte order mark": "\ufeff",
    "interlinear annotation": "\ufff9\ufffa\ufffb",
    "shorthand controls": "\U0001bca0\U0001bca3",
    "musical controls": "\U0001d173\U0001d17a",
    "tags": "\U000e0001\U000e0041\U000e007f",
}
ALL_INVISIBLE = "".join(INVISIBLE.values())
SEEN_AND_NOT = {
    "english, hyphenated": ("news\u00adpaper \u00adpress\u00ad", "newspaper press"),
    "english, between blanks": ("one \u200b \u2060two\ufeff", "one two"),
    "english, beside punctuation": (
        "\ufeff\u201cDon\u200b\u2019t\u200b\u201d, \u200ehe\u200e.",
        "\u201cDon\u2019t\u201d, he.",
    ),
    "english, beside a joint": ("3\u2060.\u20605 e\u200b.g\u00ad.", "3.5 e.g."),
    "german": ("Bundes\u00adtags\u00adwahl Stra\u00ad\u00dfe", "Bundestagswahl Stra\u00dfe"),
    "french, accent behind": ("cafe\u00ad\u0301 e\u034f\u0301te\u0301", "caf\u00e9 \u00e9t\u00e9"),
    "two marks in another order": ("q\u0307\u034f\u0323", "q\u0323\u0307"),
    "spanish": ("\u00bfQu\u00e9\u200b pasa\u200c?", "\u00bfQu\u00e9 pasa?"),
    "russian": (
        "\u043f\u0440\u0430\u00ad\u0432\u0438\u00ad\u0442\u0435\u043b\u044c\u00ad\u0441\u0442\u0432\u043e",
        "\u043f\u0440\u0430\u0432\u0438\u0442\u0435\u043b\u044c\u0441\u0442\u0432\u043e",
    ),
    "greek": ("\u03bb\u03cc\u00ad\u03b3\u03bf\u03c2", "\u03bb\u03cc\u03b3\u03bf\u03c2"),
    "arabic, marks and tatweel": (
        "\u200f\u0645\u0640\u0640\u0640\u062d\u0645\u062f\u200f \u061c\u0642\u0627\u0644\u200e",
        "\u0645\u062d\u0645\u062f \u0642\u0627\u0644",
    ),
    "arabic, tatweel under a vowel sign": (
        "\u0643\ufe77\u062a\ufe77\u0628",
        "\u0643\u064e\u062a\u064e\u0628",
    ),
    "arabic, a letter that composes": ("\u0627\ufe77\u0654", "\u0623\u064e"),
    "persian": (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0645\u06cc\u200c\u0631\u0648\u062f",
        "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645 \u0645\u06cc\u0631\u0648\u062f",
    ),
    "hebrew": (
        "\u200f\u05e9\u05dc\u05d5\u05dd\u200f, \u2067abc\u2069",
        "\u05e9\u05dc\u05d5\u05dd, abc",
    ),
    "hebrew, gershayim": ('\u05e6\u05d4\u200f"\u200f\u05dc', '\u05e6\u05d4"\u05dc'),
    "hindi": (
        "\u0915\u094d\u200d\u0937 \u0936\u094d\u200c\u0930\u0940",
        "\u0915\u094d\u0937 \u0936\u094d\u0930\u0940",
    ),
    "bengali": ("\u09b0\u200d\u09cd\u09af\u09be\u09ac", "\u09b0\u09cd\u09af\u09be\u09ac"),
    "sinhala": ("\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u0dbb\u0dd3"),
    "malayalam": ("\u0d28\u0d4d\u200d", "\u0d28\u0d4d"),
    "thai": (
        "\u0e1b\u0e23\u0e30\u200b\u0e40\u0e17\u0e28\u200b\u0e44\u0e17\u0e22",
        "\u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28\u0e44\u0e17\u0e22",
    ),
    "lao": ("\u0e9b\u0eb0\u200b\u0ec0\u0e97\u0e94", "\u0e9b\u0eb0\u0ec0\u0e97\u0e94"),
    "khmer": (
        "\u1780\u17b5\u1798\u17d2\u200b\u1796\u17bb\u1787\u17b6",
        "\u1780\u1798\u17d2\u1796\u17bb\u1787\u17b6",
    ),
    "myanmar": (
        "\u1019\u103c\u1014\u103a\u200b\u1019\u102c",
        "\u1019\u103c\u1014\u103a\u1019\u102c",
    ),
    "chinese": ("\u4e2d\u200b\u56fd\u2060\u7ecf\ufeff\u6d4e", "\u4e2d\u56fd\u7ecf\u6d4e"),
    "japanese, ideographic variation": (
        "\u845b\U000e0100\u98fe\u533a\ufe00",
        "\u845b\u98fe\u533a",
    ),
    "korean": ("\ud55c\u3164\uad6d\u200b\uc5b4", "\ud55c\uad6d\uc5b4"),
    "korean, a syllable that composes": ("\u1112\u1160\u1161\u11ab", "\ud55c"),
    "mongolian": ("\u182e\u180b\u1823\u180e\u1829", "\u182e\u1823\u1829"),
    "emoji": ("\u2764\ufe0f \U0001f468\u200d\U0001f469 now", "\u2764 \U0001f468\U0001f469 now"),
    "flag of tags": ("\U0001f3f4\U000e0067\U000e0062\U000e007f England", "\U0001f3f4 England"),
    "nothing else": (ALL_INVISIBLE, ""),
}


@pytest.mark.parametrize("case", SEEN_AND_NOT)
def test_what_is_not_seen_is_not_there(case: str) -> None:
    text, seen = SEEN_AND_NOT[case]
    assert core.words(text) == core.words(seen) == list(oracle.words(text))
    assert oracle.words(text) == oracle.words(seen)


@pytest.mark.parametrize("name", INVISIBLE)
def test_each_is_not_there(name: str) -> None:
    for character in INVISIBLE[name]:
        for a, b in (("news", "paper"), ("\u4e2d\u56fd", "\u7ecf\u6d4e"), ("\u0628", "\u062a")):
            text = f"{character}{a}{character}{b}{character} {character} x{character}{character}"
            assert core.words(text) == core.words(f"{a}{b} x")


# Numbers are written over or beside them, and they are seen.
@pytest.mark.parametrize("sign", ["\u0600", "\u0605", "\u06dd", "\u070f", "\u08e2", "\U000110bd"])
def test_signs_that_are_seen_stay(sign: str) -> None:
    assert core.words(f"a{sign}1") != core.words("a1")


# Texts with HTML left in, and texts with the same words.
MARKUP = {
    "paragraphs": ("<p>One</p><p>two</p>", "One two"),
    "inside words": (
        "foot<b>ball</b>er, H<sub>2</sub>O, <SPAN>mo</SPAN>re",
        "footballer, H2O, more",
    ),
    "line breaks": ("a<br>b<br/>c<BR />d", "a b c d"),
    "boxes": ("x<img src=a.png>y<amp-img width=1></amp-img>z<o:p></o:p>w", "x y z w"),
    "attributes": (
        "<div class=\"article__body js-body\" data-x='a > b' hidden id=c>x</div>y",
        "x y",
    ),
    "attributes over lines": ("x<a\nhref = 'y'\n>z</a >w", "xzw"),
    "quotes in quotes": ('<img alt="He said "hi" to" src="b">x', "x"),
    "comments": ("item<!-- a > b <p> -->s <!---->5", "items 5"),
    "declarations": ('<!DOCTYPE html "-//W3C//DTD"><?xml version="1"?>x<![endif]>y', "x y"),
    "script": ("one <script async>var a = '<p>' < 3;</SCRIPT > two", "one two"),
    "style": ("<style>p { color: red }</style>x", "x"),
    "svg": ("x<svg viewBox='0 0'><title>t</title></svg>y<template>z</template>", "x y"),
    "script left open": ("one <script> two", "one two"),
    "cdata": ("<![CDATA[<p>one</p> two]]> three", "one two three"),
    "chinese": ("\u4e2d<b>\u56fd</b>\u7ecf<p>\u6d4e", "\u4e2d\u56fd\u7ecf \u6d4e"),
    "chinese, attributes": ('<img alt="\u4e2d\u56fd">\u7ecf\u6d4e', "\u7ecf\u6d4e"),
    "arabic": (
        '<p dir="rtl" title="\u0645">\u0645\u062d<b>\u0645</b>\u062f</p>\u0642\u0627\u0644',
        "\u0645\u062d\u0645\u062f \u0642\u0627\u0644",
    ),
    "cut off": ('one <div class="a', "one"),
    "cut off, clearly no tag": ("one <div class", "one div class"),
    "quote left open": ('one <a href="x>two</a> three', "one a href x two three"),
    "mathematics": ("x < y <3 a<b b>a a<b and c>d", "x y 3 a b b a a b and c d"),
    "addresses": ("<me@x.org> <https://x.org> <name>", "me@x.org https://x.org name"),
    "named references": (
        "AT&amp;T caf&eacute; don&rsquo;t war&mdash;peace a&nbsp;b &lt;p&gt;",
        "AT&T caf\u00e9 don't war peace a b p",
    ),
    "numbers": (
        "don&#39;t don&#x2019;t don&#146;t &#20013;&#x56FD;",
        "don't don't don't \u4e2d\u56fd",
    ),
    "references to marks": ("e&#x301; news&shy;paper", "\u00e9 newspaper"),
    "references to references": ("&amp;eacute;", "eacute"),
    "no references": ("R&D &eacute &bogus; &; &#; &#xg;", "R D eacute bogus xg"),
}


@pytest.mark.parametrize("case", MARKUP)
def test_markup_is_no_word(case: str) -> None:
    text, shown = MARKUP[case]
    assert core.words(text) == core.words(shown) == list(oracle.words(text))
    assert oracle.words(text) == oracle.words(shown)


TAGS = """<p <b <DIV <x-y <script <foo </p </b </script < > > = = <br> <i> <!-- --> <![CDATA[ ]]>
    <!doctype & &amp; &lt; &eacute; &rsquo; &nbsp; &#39; &#x3c; &#x301; &#0; &b;"""
PIECES = st.sampled_from([*TAGS.split(), " class", *"ab1. \n'\"=/;\u00e9\u4e2d\x7f"])


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=1_000)
def test_words_equal_oracle_in_html(text: str) -> None:
    assert core.words(text) == list(oracle.words(text))


def test_a_story_with_its_tags_left_in_is_an_exact_copy() -> None:
    story = articles.article(1, 60)
    words = story.split()
    tagged = " ".join([*words[:20], f"<b>{words[20]}</b>", *words[21:40]])
    rest = " ".join(words[40:])
    page = (
        f'<div class="article__body js-body"><p>{tagged}</p><script>var a = 1 < 2;</script>'
        f"<!-- ad --><figure><img src='a.jpg' alt=\"x > y\"></figure>\n<p>{rest}&nbsp;</p></div>"
    )
    matches = dedup.find_duplicates([story, page]).matches
    assert [match.relation for match in matches] == ["exact"]


def test_a_quotation_mark_may_be_of_a_word() -> None:
    """Of a Hebrew one that is shortened; no sentence is cut there, nor what is quoted."""
    sentences = (
        'דובר צה"ל אמר: "הגשר ייסגר לשני לילות".',
        'ראש עיריית ת"א ביקש מחברי הוועדה לשוב בשבוע הבא.',
        "התושבים יוכלו לעבור במנהרה, שתישאר פתוחה עד הבוקר.",
    )
    text = " ".join(sentences)
    for edited in (text + " סוף.", text.replace('צה"ל', 'צה\u200d"\u200dל') + " סוף."):
        (match,) = dedup.find_duplicates([text, edited]).matches
        assert match.relation == "syndicated"


def test_what_is_shown_of_a_page_are_ranges_of_its_source() -> None:
    words = articles.article(2, 40).split()
    story = " ".join(words)
    page = f"<p title='\u4e2d'>{' '.join(words[:10])} <b>{' '.join(words[10:])}</b></p>"
    ((start_a, end_a, start_b, end_b),) = core.shared_passages(page, story)
    assert (start_b, end_b) == (0, len(story.rstrip(".")))
    assert page[start_a:end_a].replace("<b>", "") == story[start_b:end_b]


@pytest.mark.parametrize("case", CASES)
def test_words_of_table(case: str) -> None:
    text, expected = CASES[case]
    assert core.words(text) == expected


@pytest.mark.parametrize("case", CASES)
def test_oracle_knows_the_table(case: str) -> None:
    """Else an agreement of the two below would say nothing."""
    text, expected = CASES[case]
    assert list(oracle.words(text)) == expected


# --- generated text ------------------------------------------------------------------------------


def settled(*ranges: tuple[int, int]) -> list[str]:
    """The characters that have been in Unicode so long (3.2) that every library agrees on them."""
    characters = [chr(c) for first, last in ranges for c in range(first, last + 1)]
    return [c for c in characters if unicodedata.ucd_3_2_0.category(c) not in ("Cn", "Cs")]


LATIN = settled((0x20, 0x7E), (0xA0, 0x24F), (0x1E00, 0x1EFF))
POOLS = {
    "ascii": settled((0x00, 0x7F)),
    "latin": LATIN,
    "punctuation": settled((0x2000, 0x206F), (0x20A0, 0x20AF), (0x2100, 0x214F)) + list(" a1.,'"),
    "joints": list(
        "aB0 .,:;'\"_-\u00ad\u00b7\u2018\u2019\u02bc\u200b\u200c\u200d\u2024\u2027"
        "\u05f3\u05f4\u05d0\u0301\r\n"
    ),
    "greek and cyrillic": settled((0x370, 0x3FF), (0x400, 0x4FF)) + list(" .'"),
    "hebrew and arabic": settled((0x590, 0x6FF), (0xFB50, 0xFDFF)) + list(" .'"),
    "devanagari and tamil": settled((0x900, 0x97F), (0xB80, 0xBFF)) + list(" .\u200c\u200d"),
    "hangul": settled((0x1100, 0x11FF), (0xAC00, 0xAD00)) + list(" ."),
    "chinese and japanese": settled((0x3000, 0x30FF), (0x4E00, 0x4E80), (0xFF00, 0xFF9F))
    + list(" a1."),
    "thai and lao": settled((0xE00, 0xEFF)) + list(" a1."),
    # Which symbols a joiner joins still changes from one version of Unicode to the next; not these.
    "not seen": list(ALL_INVISIBLE)
    + list(" a\u0301.'1\"\u05d0\u0628\ufe77\u0654\u0e01\u4e2d\u1112\u1161\n"),
    "emoji": settled((0x2776, 0x2793))
    + list("\u2600\u260e\u2615\u2665\u2708\u2764\U0001f600\U0001f468\u200d\ufe0f a"),
}


@st.composite
def mixed_texts(draw: st.DrawFn) -> str:
    """Runs of one pool each, so that words form, and meet other scripts at their ends."""
    pools = st.sampled_from(list(POOLS.values()))
    run = pools.flatmap(lambda pool: st.text(st.sampled_from(pool), max_size=12))
    return "".join(draw(st.lists(run, max_size=5)))


@pytest.mark.parametrize("pool", POOLS)
def test_words_equal_oracle_in_one_script(pool: str) -> None:
    @given(st.text(st.sampled_from(POOLS[pool]), max_size=30))
    def check(text: str) -> None:
        assert core.words(text) == list(oracle.words(text))

    check()


@given(mixed_texts())
@example("a\u0301\u2019b")
@example("1\u2019000,5'6")
def test_words_equal_oracle_in_mixed_text(text: str) -> None:
    assert core.words(text) == list(oracle.words(text))


@given(
    st.text(st.sampled_from(POOLS["ascii"]), max_size=200), st.sampled_from("\u00e9\u4e2d\u2019")
)
def test_ascii_fast_path_changes_nothing(text: str, foreign: str) -> None:
    """One character beyond ASCII takes the whole text off the fast path."""
    assert core.words(text) == core.words(f"{text}\n{foreign}")[: len(core.words(text))]


# As a text may come: composed or not, in capitals, marked up, with what is not seen, run together.
SHAPES = {
    "as written": str,
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "of compatible characters": lambda text: unicodedata.normalize("NFKD", text),
    "capitals": str.upper,
    "a line a word": lambda text: "\n".join(text.split()),
    "without blanks": lambda text: "".join(text.split()),
    "without signs": lambda text: re.sub(r"[^\w\s]", "", text),
    "backwards": lambda text: text[::-1],
    "with soft hyphens": "\u00ad".join,
    "in tags": lambda text: f"<p>{'</p><b>'.join(text.split(' '))}</b>",
    "quoted": lambda text: f"\u201c{text}\u201d \u00ab{text}\u00bb \u2018{text}\u2019",
    "in English": lambda text: f"The text says: {text} That is all it says, in 1948 and since.",
    "with figures": lambda text: "".join(f"{n}{c}" for n, c in enumerate(text)),
}


@pytest.mark.parametrize("language", passages.PASSAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_words_equal_oracle_in_real_text(language: str, shape: str) -> None:
    text = SHAPES[shape](passages.PASSAGES[language])
    assert core.words(text) == list(oracle.words(text))


@given(st.lists(st.sampled_from(sorted(passages.PASSAGES)), min_size=1, max_size=3), st.data())
def test_words_equal_oracle_in_pieces_of_real_text(
    languages: list[str], data: st.DataObject
) -> None:
    """Cut anywhere, and put together in any way."""
    pieces = []
    for language in languages:
        passage = passages.PASSAGES[language]
        start = data.draw(st.integers(0, len(passage)))
        pieces.append(passage[start : data.draw(st.integers(start, len(passage)))])
    text = data.draw(st.sampled_from(["", " ", "'", ".", "\u0301", "\u200d", "_"])).join(pieces)
    assert core.words(text) == list(oracle.words(text))


@given(mixed_texts(), st.data())
def test_what_is_not_seen_may_stand_anywhere(text: str, data: st.DataObject) -> None:
    hidden = st.text(st.sampled_from(ALL_INVISIBLE), max_size=2)
    marked = "".join(character + data.draw(hidden) for character in text)
    assert core.words(marked) == core.words(text)


@given(mixed_texts())
def test_shingles_equal_oracle(text: str) -> None:
    assert core.shingles(text) == oracle.shingles(text)


def test_shingles_of_few_words() -> None:
    assert core.shingles("") == []
    assert core.shingles("One, two.") == ["one two"]
    assert core.shingles("a b c d e") == ["a b c d e"]
    assert core.shingles("a a a a a a a") == ["a a a a a"]
    assert core.shingles("a b c d e f") == ["a b c d e", "b c d e f"]
