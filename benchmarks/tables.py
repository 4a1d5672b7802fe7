"""The tables of docs/benchmarks.md, from the results of pytest-benchmark and of run_peers.py."""

from collections.abc import Iterable, Sequence
from typing import Any

Row = dict[str, Any]

STAGES = ("read", "exact", "candidates", "verify", "cluster", "write")
RELATIONS = ("exact", "syndicated", "excerpt", "rewritten")
DEFAULT = "and rewrites"  # what a pass looks for unless told otherwise


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def significant(number: float) -> str:
    """Three significant digits, without an exponent, and all digits left of the point."""
    if number == 0:
        return "0"
    digits = 2
    while abs(number) >= 10 ** (3 - digits) and digits > 0:
        digits -= 1
    if abs(number) < 1:
        return f"{number:.3g}"
    if abs(number) < 1_000:
        return f"{number:.{digits}f}"
    return f"{float(f'{number:.3g}'):,.0f}"


def share(number: float | None) -> str:
    """`.978`; – where there is nothing to find. 1 and 0 are exact, never rounded to."""
    if number is None:
        return "–"
    if number in (0, 1):
        return f"{number:.0f}"
    return f"{min(max(number, 0.001), 0.999):.3f}"[1:]


def megabytes(number: float) -> str:
    return significant(number / 1e6)


def named(version: str) -> str:
    return version.replace("_", " ")


def of_group(results: Row, group: str) -> list[Row]:
    """The benchmarks of a group, `extra_info` and the median in seconds side by side."""
    return [
        benchmark["extra_info"] | {"seconds": benchmark["stats"]["median"]}
        for benchmark in results["benchmarks"]
        if benchmark["group"] == group
    ]


def machine(results: Row) -> str:
    info = results["machine_info"]
    cpu = info["cpu"]
    return (
        f"{cpu['brand_raw']}, {cpu['count']} cores, {info['system']},"
        f" Python {info['python_version']}, {results['datetime'][:10]}."
    )


def kernels(results: Row) -> str:
    rows = [row for row in of_group(results, "kernels") if row["items"]]
    each = {row["row"]: row.get("own_seconds", row["seconds"]) / row["items"] for row in rows}
    parse = each["orjson, a line"]
    return table(
        ["one core", "articles or pairs/s", "MB/s", "time, orjson = 1"],
        [
            [
                row["row"],
                significant(1 / each[row["row"]]),
                megabytes(row["bytes"] / row["items"] / each[row["row"]]),
                significant(each[row["row"]] / parse),
            ]
            for row in rows
        ],
    )


def scripts(results: Row) -> str:
    """Of a feed both its rows are one: to signatures, and the whole pass where `file_bytes` is."""
    rows = of_group(results, "scripts")
    passes = {
        row["row"]: row["file_bytes"] / row["own_seconds"] for row in rows if "file_bytes" in row
    }
    return table(
        ["text", "to signatures, one core, MB/s", "whole pass, all cores, MB/s"],
        [
            [
                row["row"],
                megabytes(row["bytes"] / row["seconds"]),
                megabytes(passes[row["row"]]) if row["row"] in passes else "–",
            ]
            for row in rows
            if "file_bytes" not in row
        ],
    )


def whole_pass(results: Row) -> str:
    return table(
        [
            "articles",
            "found",
            "s",
            "articles/s",
            "MB/s",
            "times orjson",
            "cores",
            "MB",
            "bytes an article",
        ],
        [
            [
                f"{row['items']:,}",
                row["row"],
                significant(row["seconds"]),
                significant(row["items"] / row["seconds"]),
                megabytes(row["bytes"] / row["seconds"]),
                f"**{significant(row['times_orjson'])}**",
                f"{row['cores']:.1f}",
                megabytes(row["peak_bytes"]),
                significant(row["peak_bytes"] / row["items"]),
            ]
            for row in of_group(results, "pass")
        ],
    )


def stages(results: Row) -> str:
    return table(
        ["articles", "found", *STAGES],
        [
            [
                f"{row['items']:,}",
                row["row"],
                *(significant(row["stages"][stage]) for stage in STAGES),
            ]
            for row in of_group(results, "pass")
        ],
    )


def relations(results: Row) -> str:
    rows = [row for row in of_group(results, "pass") if row["row"] == DEFAULT]
    return table(
        ["articles", "kept", *RELATIONS, "candidates"],
        [
            [
                f"{row['items']:,}",
                f"{row['counts']['kept']:,}",
                *(f"{row['counts'][f'dropped_{relation}']:,}" for relation in RELATIONS),
                f"{row['counts']['candidates']:,}",
            ]
            for row in rows
        ],
    )


def recall(results: Row) -> str:
    rows = of_group(results, "pass")
    return verdicts(
        ["articles", "found"],
        [([f"{row['items']:,}", row["row"]], row["verdict"]) for row in rows],
    )


def verdicts(header: Sequence[str], rows: Sequence[tuple[list[str], Row]]) -> str:
    """The share found of each kind of version, and what was joined wrongly."""
    repeats = list(dict.fromkeys(kind for _, verdict in rows for kind in verdict["recall"]))
    others = list(dict.fromkeys(kind for _, verdict in rows for kind in verdict["mistaken"]))
    return table(
        [*header, *map(named, repeats), *(f"*{named(kind)}*" for kind in others), "precision"],
        [
            [
                *cells,
                *(share(verdict["recall"].get(kind)) for kind in repeats),
                *(share(verdict["mistaken"].get(kind)) for kind in others),
                share(verdict["precision"]),
            ]
            for cells, verdict in rows
        ],
    )


def readers(results: Row) -> str:
    return table(
        ["format", "MB", "articles/s", "MB/s", "times orjson"],
        [
            [
                "folder of .txt" if row["row"] == ".txt" else row["row"],
                megabytes(row["bytes"]),
                significant(row["items"] / row["seconds"]),
                megabytes(row["bytes"] / row["seconds"]),
                significant(row["seconds"] / row["orjson_seconds"]),
            ]
            for row in of_group(results, "readers")
        ],
    )


def library(results: Row) -> str:
    rows = of_group(results, "library")
    calls = list(dict.fromkeys(row["row"] for row in rows))
    sizes = list(dict.fromkeys(row["items"] for row in rows))
    milliseconds = {(row["row"], row["items"]): row["seconds"] * 1e3 for row in rows}
    return table(
        ["articles", *(f"`{call}`, ms" for call in calls)],
        [
            [f"{size:,}", *(significant(milliseconds[call, size]) for call in calls)]
            for size in sizes
        ],
    )


def index(results: Row) -> str:
    rows = of_group(results, "index")

    def two(row: Row, name: str) -> str:
        return " ".join(map(significant, row[name]))

    def one(row: Row, name: str) -> str:
        return significant(row[name]) if name in row else "–"

    return table(
        [
            "",
            "articles",
            "sketched/s",
            "in bulk/s",
            "`check`, ms",
            "`add`, ms",
            "`remove`, ms",
            "`expire`, s",
            "open, ms",
            "bytes an article",
        ],
        [
            [
                row["row"],
                f"{row['items']:,}",
                one(row, "sketching"),
                one(row, "rate"),
                *(two(row, name) for name in ("check", "add", "remove")),
                one(row, "expire"),
                one(row, "open"),
                significant(row["bytes"] / row["items"]),
            ]
            for row in rows
            if "not_run" not in row
        ],
    ) + not_run({row["row"]: row["not_run"] for row in rows if "not_run" in row})


def index_threads(results: Row) -> str:
    rows = [row for row in of_group(results, "index") if "threads" in row]
    return table(
        ["", "threads", "articles/s", "by `asyncio.to_thread`"],
        [
            [row["row"], number, significant(rates["threads"]), significant(rates["asyncio"])]
            for row in rows
            for number, rates in row["threads"].items()
        ],
    )


def peers(results: Row) -> str:
    rows = results["rows"].values()
    return table(
        [
            "",
            "version",
            "set up",
            "articles",
            "processor s",
            "s",
            "articles/s",
            "times orjson",
            "MB",
        ],
        [
            [
                row["name"],
                row["version"],
                row["setup"],
                f"{row['articles']:,}",
                significant(row["cpu_seconds"]),
                significant(row["seconds"]),
                significant(row["articles"] / row["seconds"]),
                significant(row["seconds"] / row["orjson_seconds"]),
                megabytes(row["peak_bytes"]),
            ]
            for row in rows
            if "not_run" not in row
        ],
    ) + not_run({row["name"]: row["not_run"] for row in rows if "not_run" in row})


def peers_recall(results: Row) -> str:
    ran = [row for row in results["rows"].values() if "not_run" not in row]
    return verdicts([""], [([row["name"]], row) for row in ran])


def signatures(results: Row) -> str:
    def rates(row: Row) -> list[str]:
        speed = row["articles_per_second"]
        megabytes_a_second = megabytes(speed * row["bytes_per_article"])
        return [significant(speed), megabytes_a_second, f"{row['ours_is']:.2f} ×"]

    return table(
        ["one core, 128 values", "takes", "articles/s", "MB/s", "the first is"],
        [[row["name"], row["takes"], *rates(row)] for row in results["signatures"]["rows"]],
    ) + not_run(results["signatures"]["not_run"])


def not_run(reasons: dict[str, str]) -> str:
    if not reasons:
        return "\n\nNot run: none."
    return "".join(f"\n\nNot run: {name}, {reason}." for name, reason in reasons.items())


OF_BENCHMARKS = {
    "machine": machine,
    "pass": whole_pass,
    "stages": stages,
    "relations": relations,
    "recall": recall,
    "kernels": kernels,
    "scripts": scripts,
    "readers": readers,
    "library": library,
    "index": index,
    "index-threads": index_threads,
}
OF_PEERS = {"peers": peers, "peers-recall": peers_recall, "signatures": signatures}
