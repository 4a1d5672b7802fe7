"""Dumps for the command: one story with its versions, and the wrappings that files come in."""

import bz2
import gzip
import json
import lzma
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import articles
import pyarrow as pa

RNG = random.Random(51)
STORY = articles.word_list(RNG, 220)


def record(name: str, words: list[str] | str, **more: Any) -> dict[str, Any]:
    return {"id": name, "text": words if isinstance(words, str) else " ".join(words), **more}


OWN = {name: articles.article(seed) for seed, name in enumerate("abcdefghijk", 60)}
COPY = articles.retyped(STORY)
EDITED = " ".join(articles.substitute(RNG, STORY, 3))
EXCERPT = " ".join(STORY[30:110])


def zst(data: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(data, asbytes=True))


def unzst(data: bytes) -> bytes:
    return bytes(pa.CompressedInputStream(pa.BufferReader(data), "zstd").read())


PACKERS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "": (bytes, bytes),
    ".gz": (gzip.compress, gzip.decompress),
    ".zst": (zst, unzst),
    ".bz2": (bz2.compress, bz2.decompress),
    ".xz": (lzma.compress, lzma.decompress),
}


def csv_bytes(rows: list[dict[str, Any]], delimiter: str = ",") -> bytes:
    def cell(value: Any) -> str:
        return '"' + str(value).replace('"', '""') + '"'

    lines = [delimiter.join(rows[0])] + [delimiter.join(map(cell, row.values())) for row in rows]
    return "\n".join(lines).encode() + b"\n"


def jsonl_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def story_dump() -> list[dict[str, Any]]:
    return [
        record("m", COPY, date="2024-05-02"),
        record("a", OWN["a"], date="2024-05-01"),
        record("z", EXCERPT, date="2024-05-01"),
        record("k", [*STORY, "the", "end"], date="2024-05-02T12:00:00Z"),
        record("c", EDITED, date="2024-05-03"),
    ]
