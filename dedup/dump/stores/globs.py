"""Patterns of keys."""

import re


def pattern(glob: str) -> str:
    """A regular expression of a glob, in which `*` stays in its folder and `**/` is any folders."""
    known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^]]*\]|.", glob, re.DOTALL)
    return "".join(known.get(token) or _literal(token) for token in tokens)


def _literal(token: str) -> str:
    if len(token) == 1:
        return re.escape(token)
    negated = token[1] == "!"
    # What is special within brackets, but for the hyphen.
    inside = re.sub(r"([\\^\[\]&~|])", r"\\\1", token[1 + negated : -1])
    return f"[{'^/' if negated else ''}{inside}]"
