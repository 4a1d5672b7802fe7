"""What decides the answer is written once, in the core, whoever moves the rows.

The stages of a plan take their rules from the pass: they have no figures of their own but those
that rows are laid out by, or that say how much is done at once. Each figure of the pass stands in
one file.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# By file the whole numbers above 1: how wide rows are, the bits and bytes of a number, and sizes of
# work.
NUMBERS = {
    "rust/src/stages/choosing.rs": {2},
    "rust/src/stages/furniture.rs": {2, 3},
    "rust/src/stages/joining.rs": {2},
    "rust/src/stages/looking.rs": {2, 3},
    "rust/src/stages/meeting.rs": {2, 3, 4, 5},
    "rust/src/stages/mod.rs": {2, 32},
    "rust/src/stages/naming.rs": {32},
    "rust/src/stages/postings.rs": {2, 4, 5, 6, 32},
    "rust/src/stages/rare.rs": {2, 3, 4, 6},
    "rust/src/stages/sketching.rs": {6, 7, 32},
    "rust/src/stages/verifying.rs": {20, 64},
    "rust/src/python/stages.rs": {2, 3, 4, 5, 7, 16},
    "dedup/distributed/plan.py": {2, 20, 32, 2_000, 20_000, 100_000, 4_000_000},
    "dedup/distributed/tasks.py": {2, 3, 4, 5, 6, 8, 10, 16, 20, 29, 32, 33, 64, 512, 0xFFFF_FFFF},
}
# Engines move rows, and have sizes for that; they judge nothing.
ENGINES = (
    "dedup/spark/",
    *(f"dedup/distributed/{name}.py" for name in ("dump", "folder", "parts")),
)
# What these files call by a name: bits that travel with a row, and how much is done at once.
CONSTANTS = {
    *("OPEN", "UNREAD", "ORPHAN", "PREPARED_BYTES"),
    *("BUCKET_ARTICLES", "LEAST_BUCKET_ARTICLES", "SLICE", "JOINED_AT_ONCE", "SAMPLES_A_BUCKET"),
    *("MOST_ARTICLES", "ROUNDS", "SENT_BYTES", "PIECE_BYTES", "ROW_BITS"),
}
# The figures of the pass, each with the files that have one of this name: another of the same name
# is another rule, of what that file is about. An index meets articles in its own way.
RULES = {
    "AN_ARTICLE": ["candidate/budget.rs"],
    "BANDS": ["candidate/story/bands.rs"],
    "COMMON": ["candidate/story/vocabulary.rs"],
    "CROWD": ["candidate/bucket.rs"],
    "FITTED_SCORE": ["candidate/story/first_look.rs"],
    "HUBS": ["candidate/bucket.rs"],
    "HUBS_AN_ARTICLE": ["candidate/bucket.rs"],
    "LEAST_ADDED": ["verify/judge.rs"],
    "LEAST_NEW_WORDS": ["verify/judge.rs"],
    "LEAST_SHARED_OF_RELATED": ["candidate/story/first_look.rs"],
    "MANY": ["verify/furniture.rs"],
    "MAX_BETWEEN": ["verify/furniture.rs"],
    "MAX_OF_CORRECTION": ["verify/judge.rs"],
    "MAX_OF_OTHER_FACTS": ["verify/judge.rs"],
    "MAX_RECORD": ["corpus/source.rs"],
    "MAX_ROUNDS": ["pass/mod.rs"],
    "MIN_AGREEMENTS": ["candidate/bands.rs"],
    "MIN_AGREEMENTS_IN_CROWD": ["candidate/bands.rs"],
    "MIN_ALIGNED": ["verify/features.rs", "verify/judge.rs"],
    "MIN_CONTAINMENT": ["verify/judge.rs"],
    "MIN_CONTAINMENT_OF_EDITED": ["verify/judge.rs"],
    "MIN_CONTAINMENT_OF_FEW": ["verify/judge.rs"],
    "MIN_SHARED": ["candidate/story/rare_stems.rs", "verify/judge.rs"],
    "MIN_SHARED_SHARE": ["candidate/samples.rs"],
    "MIN_WORDS": ["text/mod.rs"],
    "MOSTLY_ALIGNED": ["verify/features.rs"],
    "MOST_MET": ["candidate/story/stories.rs"],
    "NEIGHBOURS": ["candidate/story/bands.rs", "candidate/story/stories.rs"],
    "NUM_BANDS": ["sketch/banding.rs"],
    "NUM_PERM": ["sketch/banding.rs"],
    "OF_FEW": ["candidate/budget.rs"],
    "PRIOR_ARTICLES": ["candidate/story/vocabulary.rs"],
    "PRIOR_COUNT": ["candidate/story/vocabulary.rs"],
    "RARE": ["candidate/story/vocabulary.rs"],
    "ROWS": ["candidate/story/bands.rs"],
    "ROWS_PER_BAND": ["sketch/banding.rs"],
    "SAME_TEXT": ["candidate/bands.rs"],
    "SAMPLE_BITS": ["text/shingle.rs"],
    "SEED": ["sketch/signature.rs"],
    "SHINGLE_WORDS": ["text/shingle.rs"],
    "TERMS_A_FIGURE": ["verify/judge.rs"],
    "WORDS_A_FIGURE": ["verify/judge.rs"],
}

Sources = dict[str, str]


def sources() -> Sources:
    """All files of the core, and those of plans, by their paths."""
    rust = sorted((ROOT / "rust" / "src").rglob("*.rs"))
    python = [it for name in ("distributed", "spark", "ray") for it in _python(name)]
    return {it.relative_to(ROOT).as_posix(): it.read_text() for it in (*rust, *python)}


def _python(name: str) -> list[Path]:
    return sorted((ROOT / "dedup" / name).rglob("*.py"))


def is_of_plan(path: str) -> bool:
    return path.startswith(("rust/src/stages/", "dedup/")) or path == "rust/src/python/stages.rs"


def faults(files: Sources) -> Iterator[str]:
    """Figures that a plan has for itself, and those of the pass that stand in other files, too."""
    found: dict[str, list[str]] = {name: [] for name in RULES}
    for path, text in files.items():
        code = _plain_rust(text) if path.endswith(".rs") else text
        if is_of_plan(path):
            of_file = _of_rust(code) if path.endswith(".rs") else _of_python(code)
            for what, value in of_file:
                if path.startswith(ENGINES) and what in ("number", "constant"):
                    if value not in RULES:
                        continue
                elif value in {"number": NUMBERS.get(path, ()), "constant": CONSTANTS}.get(
                    what, ()
                ):
                    continue
                yield f"{path}: {what} {value}"
        elif path.startswith(("rust/src/index/", "rust/src/synth/")):
            continue
        for name in re.findall(r"\b(?:const|static)\s+(\w+)\s*:", code):
            found.get(name, []).append(path.removeprefix("rust/src/"))
    for name, paths in found.items():
        if sorted(paths) != RULES[name]:
            yield f"{name} stands in {paths}, not in {RULES[name]}"


def _plain_rust(text: str) -> str:
    """Rust without its tests, comments and strings."""
    text = re.split(r"#\[cfg\(test\)\]\s*mod \w+ \{", text)[0]
    text = re.sub(r'//[^\n]*|"(\\.|[^"\\])*"', '""', text)
    return re.sub(r"'(\\.|[^'\\])'", "''", text)


Found = Iterator[tuple[str, object]]


def _of_rust(code: str) -> Found:
    for literal in re.findall(r"(?<![\w.])\d[\w]*(?:\.\d\w*|\.(?![\w.]))?", code):
        if re.search(r"\.|f(32|64)$", literal) and not literal.startswith("0x"):
            yield "figure", literal
            continue
        number = int(re.sub(r"_?[iu](8|16|32|64|128|size)$", "", literal), 0)
        if number > 1:
            yield "number", number
    # Rows are laid out by numbers, and compared with none; so are words and articles.
    for number in re.findall(r"(?: [<>]=? | [!=]= |\.min\(|\.max\()(\d[\d_]*)", code):
        if int(number) > 1:
            yield "comparison with", int(number)
    for name in re.findall(r"\b(?:const|static)\s+(\w+)\s*:", code):
        yield "constant", name


def _of_python(code: str) -> Found:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield "figure", node.value
        elif isinstance(node, ast.Constant) and type(node.value) is int and node.value > 1:
            yield "number", node.value
        elif isinstance(node, ast.Compare):
            for it in (node.left, *node.comparators):
                if isinstance(it, ast.Constant) and type(it.value) is int and it.value > 1:
                    yield "comparison with", it.value
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else ()
        value = getattr(node, "value", None)
        has_number = value is not None and any(
            isinstance(it, ast.Constant) and type(it.value) in (int, float)
            for it in ast.walk(value)
        )
        for target in targets:
            if has_number and isinstance(target, ast.Name):
                yield "constant", target.id


def test_a_rule_is_written_once() -> None:
    assert list(faults(sources())) == []


PLANTED = {
    "a crowd in a stage": ("rust/src/stages/meeting.rs", "const CROWD: usize = 64;"),
    "a crowd without a name": (
        "rust/src/stages/meeting.rs",
        "fn f(it: &[u32]) -> bool { it.len() > 64 }",
    ),
    "a width as a bar": ("rust/src/stages/rare.rs", "fn f(it: u32) -> bool { it >= 4 }"),
    "a width as the most": ("rust/src/stages/rare.rs", "fn f(it: u32) -> u32 { it.min(4) }"),
    "a share in a stage": ("rust/src/stages/looking.rs", "fn f(it: f64) -> f64 { it * 0.25 }"),
    "a whole share": ("rust/src/stages/looking.rs", "fn f() -> f64 { 2. }"),
    "a share as a whole number": ("rust/src/stages/looking.rs", "fn f() -> f64 { 2f64 }"),
    "a constant of another name": ("rust/src/stages/verifying.rs", "const LIMIT: usize = 20;"),
    "rounds in Python": ("dedup/distributed/plan.py", "ROUND_LIMIT = 2"),
    "words in Python": ("dedup/distributed/tasks.py", "def f(words): return words >= 20"),
    "a share in Python": ("dedup/distributed/tasks.py", "def f(it): return it > 0.5"),
    "words in an engine": ("dedup/spark/engine.py", "def f(words): return len(words) < 20"),
    "rounds in an engine": ("dedup/spark/engine.py", "MAX_ROUNDS = 4"),
    "rounds beside the pass": ("rust/src/pass/cluster.rs", "pub const MAX_ROUNDS: usize = 4;"),
    "agreements in another route": (
        "rust/src/candidate/samples.rs",
        "pub(crate) const MIN_AGREEMENTS: usize = 21;",
    ),
    "words in what Python sees": ("rust/src/python/stages.rs", "const MIN_WORDS: usize = 20;"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_rule_that_is_written_twice_is_found(case: str) -> None:
    path, code = PLANTED[case]
    files = sources()
    # Before the tests of the file, if it has any.
    files[path] = f"{code}\n{files[path]}" if path.endswith(".rs") else f"{files[path]}\n{code}\n"
    assert list(faults(files)) != []


def test_a_rule_that_is_gone_is_missed() -> None:
    files = sources()
    files["rust/src/candidate/bucket.rs"] = "const CROWDED: usize = 64;"
    assert any("CROWD " in it for it in faults(files))
