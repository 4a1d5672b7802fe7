"""What an extra of the package brings, and need not be there."""

from importlib.util import find_spec

from dedup.errors import InputError

_MODULES = {
    "datasketch": ("datasketch",),
    "parquet": ("numpy", "pyarrow"),
    "spark": ("numpy", "pandas", "pyarrow", "pyspark"),
    "web": ("fastwarc", "resiliparse"),
}


def is_installed(extra: str) -> bool:
    return all(map(find_spec, _MODULES[extra]))


def install(extra: str) -> str:
    """The command that brings an extra."""
    return f"pip install 'dedup-news[{extra}]'"


def check(what: str, extra: str) -> None:
    """Raise InputError where an extra that `what` takes is not there."""
    if not is_installed(extra):
        raise InputError(f"{what} needs more packages: {install(extra)}")
