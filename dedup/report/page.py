"""One file that opens in any browser: what a pass found, to look at and to judge."""

import html
import json
import math
from base64 import b64encode
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from dedup._core import __version__
from dedup.article import Article
from dedup.config import RELATIONS
from dedup.dump.gauge import Tick
from dedup.dump.paths import replaced
from dedup.reasons import reasons
from dedup.report import aligned, outlets, plots
from dedup.report.choice import Chosen, choose, doubt
from dedup.report.corpus import Byline, Corpus
from dedup.report.furniture import furniture
from dedup.report.result import Found, Story, Version
from dedup.result import Missed, evidence_of

# How many stories a page shows, if it is not told, and what of a story and of a text.
LIMIT, VERSIONS, CHARACTERS = 2000, 12, 20_000
# Outlets and days that have a bar of their own.
_OUTLETS, _DAYS = 20, 370
_NAMES, _TITLE = 24, 110


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a page is made of, and how many stories it shows at most.

    `counts`, `seconds` and `options` are those of a summary.
    """

    title: str
    corpus: Corpus
    stories: Sequence[Story]
    counts: dict[str, int]
    options: dict[str, Any]
    seconds: dict[str, float] = field(default_factory=dict)
    limit: int = LIMIT


def report_of(found: Found, corpus: Corpus, title: str, limit: int = LIMIT) -> Report:
    """The report of a pass over a dump."""
    summary = found.summary
    return Report(
        title=title,
        corpus=corpus,
        stories=found.stories,
        counts=summary["counts"],
        options=summary["options"],
        seconds=summary["seconds"],
        limit=limit,
    )


@dataclass
class _Overview:
    """What all articles come to: by day and by outlet how many are kept, and how many go."""

    days: Counter[tuple[str, bool]] = field(default_factory=Counter)
    outlets: Counter[tuple[str, bool]] = field(default_factory=Counter)
    bylines: dict[str, Byline] = field(default_factory=dict)


def write(report: Report, path: Path, tick: Tick | None = None) -> None:
    """Write the page, and `outlets.csv` beside it. `tick` is called with (stage, done, total).

    Raises InputError for a story of which the corpus has no article, OSError where the files cannot
    be written.
    """
    overview = _overview(report)
    copies = outlets.who_copies_whom(report.stories, overview.bylines)
    chosen = choose(report.stories, report.limit, report.options)
    bodies = _bodies(report, chosen, overview.bylines, tick)
    page = _page(report, overview, copies, chosen, bodies)
    with replaced(path) as file:
        file.write(page.encode())
    with replaced(path.with_name("outlets.csv")) as file:
        file.write(outlets.as_csv(copies).encode())


def _overview(report: Report) -> _Overview:
    overview = _Overview()
    gone, wanted = set(), set()
    for story in report.stories:
        wanted.add(story.id)
        for version in story.versions:
            wanted.add(version.id)
            if version.dropped:
                gone.add(version.id)
    for byline in report.corpus.bylines():
        id, date, outlet = byline
        goes = id in gone
        overview.days[date[:10] if date else "no date", goes] += 1
        if outlet is not None:
            overview.outlets[outlet, goes] += 1
        if id in wanted:
            overview.bylines[id] = byline
    return overview


# ---- stories ----


def _bodies(
    report: Report, chosen: Sequence[Chosen], bylines: dict[str, Byline], tick: Tick | None
) -> list[dict[str, Any]]:
    """What the page shows of each story."""
    shown = [_shown_versions(it, report.options) for it in chosen]
    texts: dict[str, Article] = {}
    story_of: dict[str, int] = {}
    for number, (it, versions) in enumerate(zip(chosen, shown, strict=True)):
        for id in (it.story.id, *(version.id for version in versions)):
            if id not in texts:
                texts[id] = report.corpus.article(id)
                story_of[id] = number
    dim = furniture({id: it.text[:CHARACTERS] for id, it in texts.items()}, story_of)
    bodies = []
    with ThreadPoolExecutor() as pool:

        def body(it: Chosen, versions: list[Version]) -> dict[str, Any]:
            return _body(it, versions, texts, bylines, dim, report.options)

        for done, made in enumerate(pool.map(body, chosen, shown), 1):
            bodies.append(made)
            if tick is not None:
                tick("report", done, len(chosen))
    return bodies


def _shown_versions(it: Chosen, options: dict[str, Any]) -> list[Version]:
    """Those drawn first, then the most doubtful; in the order of the story."""
    ranked = sorted(
        it.story.versions,
        key=lambda version: (
            it.drawn.get(version.id, math.inf),
            doubt(Story(it.story.id, (version,)), options),
        ),
    )
    kept = {version.id for version in ranked[:VERSIONS]}
    return [version for version in it.story.versions if version.id in kept]


def _body(
    it: Chosen,
    versions: list[Version],
    texts: dict[str, Article],
    bylines: dict[str, Byline],
    dim: dict[str, list[tuple[int, int]]],
    options: dict[str, Any],
) -> dict[str, Any]:
    kept = texts[it.story.id]
    return {
        "versions": len(it.story.versions),
        "doubt": round(it.doubt, 4),
        "kept": _article(kept, bylines, dim),
        "others": [
            _article(texts[version.id], bylines, dim)
            | _pair(version, texts[version.id], kept, options)
            | {"drawn": it.drawn.get(version.id)}
            for version in versions
        ],
    }


def _head(body: dict[str, Any]) -> dict[str, Any]:
    """What the list of stories and its filters need of one, so that the rest is read when it is
    opened."""
    others = body["others"]
    every = [body["kept"], *others]
    dates = sorted(it["date"] for it in every if it["date"])
    opening = body["kept"]["text"][:400].split()
    return {
        "versions": body["versions"],
        "doubt": body["doubt"],
        "date": dates[0] if dates else "",
        "title": " ".join(opening)[:_TITLE] or body["kept"]["id"],
        "gone": sum(it["dropped"] for it in others),
        "relations": sorted({it["relation"] for it in others}),
        "outlets": sorted({it["outlet"] for it in every if it["outlet"]}),
        "days": sorted({date[:10] for date in dates}),
        "drawn": [
            min(
                (it["drawn"] for it in others if it["drawn"] is not None and it["dropped"] is gone),
                default=None,
            )
            for gone in (True, False)
        ],
    }


def _article(
    article: Article, bylines: dict[str, Byline], dim: dict[str, list[tuple[int, int]]]
) -> dict[str, Any]:
    id = str(article.id)
    _, date, outlet = bylines.get(id, (id, None, None))
    text, to_units = article.text[:CHARACTERS], _units(article.text[:CHARACTERS])
    return {
        "id": id,
        "date": date,
        "outlet": outlet,
        "text": text,
        "cut": len(article.text) - len(text),
        "furniture": [[to_units(at) for at in span] for span in dim.get(id, ())],
    }


def _pair(
    version: Version, article: Article, kept: Article, options: dict[str, Any]
) -> dict[str, Any]:
    """A version beside the kept article."""
    evidence = evidence_of(article, kept)
    in_version, in_kept = (_units(it.text[:CHARACTERS]) for it in (article, kept))
    rows = []
    for start, end, kept_start, kept_end, kind in aligned.rows(article.text, kept.text, evidence):
        if max(start, kept_start) < CHARACTERS:
            in_both = [in_version(start), in_version(end), in_kept(kept_start), in_kept(kept_end)]
            rows.append([*in_both, kind])
    goes = version.covered >= options["min_covered"]
    return {
        "relation": version.relation,
        "score": version.score,
        "covered": version.covered,
        "similarity": version.similarity,
        "dropped": version.dropped,
        "missed": _missed(evidence.missed_a),
        "extra": _missed(evidence.missed_b),
        "for": goes,
        "why": reasons("this version", "the one kept", evidence.features_a, goes),
        "rows": rows,
    }


def _missed(missed: Missed) -> dict[str, Any]:
    return {
        "sentences": [len(missed.sentences), missed.of_sentences],
        "names": list(missed.names[:_NAMES]),
        "figures": list(missed.figures[:_NAMES]),
    }


def _units(text: str) -> Any:
    """From a place in a text to the one in JavaScript's string of it, which counts in UTF-16."""
    wide = [at for at, it in enumerate(text) if it > "\uffff"]
    if not wide:
        return lambda at: min(at, len(text))
    return lambda at: min(at, len(text)) + bisect_left(wide, at) if at >= 0 else at


# ---- the page ----


def _page(
    report: Report,
    overview: _Overview,
    copies: list[tuple[str, str, int, int, float]],
    chosen: Sequence[Chosen],
    bodies: Sequence[dict[str, Any]],
) -> str:
    folder = files("dedup.report")
    style, script = ((folder / f"page.{it}").read_text("utf-8") for it in ("css", "js"))
    lines = [_json(body) for body in bodies]
    about = {
        "report": blake2b("\n".join(lines).encode(), digest_size=8).hexdigest(),
        "minCovered": report.options["min_covered"],
    }
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:;"
        f" style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'"
    )
    return (
        (folder / "page.html")
        .read_text("utf-8")
        .format(
            policy=policy,
            style=style,
            script=script,
            title=html.escape(report.title),
            version=__version__,
            glance=_glance(report, overview),
            copies=_copies(copies),
            shown=_shown(report, len(chosen)),
            about=_json(about),
            index=_json([_head(body) for body in bodies]),
            stories="\n".join(lines),
        )
    )


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _json(value: Any) -> str:
    """JSON that no HTML parser finds an end in, on one line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode()


def _shown(report: Report, shown: int) -> str:
    if shown == len(report.stories):
        return f"All {shown:,} stories of several versions."
    return (
        f"{shown:,} of {len(report.stories):,} stories of several versions: half are those of"
        " dropped articles drawn by chance, an eighth those of flagged ones drawn by chance, then"
        " come the largest and the most doubtful."
    )


def _glance(report: Report, overview: _Overview) -> str:
    counts = report.counts
    facts = [
        ("read", counts["read"]),
        ("kept", counts["kept"]),
        ("gone", counts["dropped"]),
        ("flagged only", counts.get("flagged", 0)),
        ("rejected", counts.get("rejected", 0)),
    ]
    told = "".join(f"<div><dt>{name}</dt><dd>{count:,}</dd></div>" for name, count in facts)
    parts = [f'<dl class="facts">{told}</dl>']
    relations = {name: counts.get(f"dropped_{name}", 0) for name in RELATIONS}
    parts.append(
        _figure(
            "Gone, by relation", plots.bars, list(relations), {"gone": list(relations.values())}
        )
    )
    days = sorted({day for day, _ in overview.days})
    if len(days) > 1:
        parts.append(_kept_and_gone("By day", plots.columns, days[-_DAYS:], overview.days))
    names = [name for name, _ in _total(overview.outlets).most_common(_OUTLETS)]
    if names:
        parts.append(_kept_and_gone("By outlet", plots.bars, names, overview.outlets))
    seconds = {name: value for name, value in report.seconds.items() if name != "total"}
    if seconds:
        parts.append(
            _figure("Seconds", plots.bars, list(seconds), {"seconds": list(seconds.values())})
        )
    return "\n".join(parts)


def _total(counted: Counter[tuple[str, bool]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for (name, _), count in counted.items():
        total[name] += count
    return total


def _kept_and_gone(
    title: str, plot: Any, names: list[str], counted: Counter[tuple[str, bool]]
) -> str:
    values = {
        label: [float(counted[name, gone]) for name in names]
        for label, gone in (("kept", False), ("gone", True))
    }
    return _figure(title, plot, names, values)


def _figure(title: str, plot: Any, names: list[str], values: dict[str, list[float]]) -> str:
    rows = [[name, *(series[at] for series in values.values())] for at, name in enumerate(names)]
    table = _table(("", *values), rows)
    drawn = plot(title, names, values)
    return (
        f"<figure><figcaption>{title}</figcaption>{drawn}"
        f"<details><summary>As a table<span> of {title}</span></summary>{table}</details></figure>"
    )


def _copies(rows: list[tuple[str, str, int, int, float]]) -> str:
    if not rows:
        return (
            "<p>No two outlets are known to have one story at two times. Outlets are read from"
            " fields such as <code>source</code>, and with <code>--source-field</code>.</p>"
        )
    heads = ("had it first", "had it later", "stories", "word for word", "hours later (median)")
    more = f"<p>and {len(rows) - 100:,} more in outlets.csv</p>" if len(rows) > 100 else ""
    return _table(heads, rows[:100]) + more


def _table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    top = "".join(
        f'<th scope="col">{html.escape(head)}</th>' if head else "<td></td>" for head in heads
    )
    lines = []
    for first, *rest in rows:
        cells = "".join(f"<td>{_cell(value)}</td>" for value in rest)
        lines.append(f'<tr><th scope="row" dir="auto">{html.escape(str(first))}</th>{cells}</tr>')
    return (
        '<div class="wide" tabindex="0" role="group" aria-label="table"><table>'
        f"<thead><tr>{top}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f'<span dir="auto">{html.escape(value)}</span>'
    return f"{value:,.10g}"
