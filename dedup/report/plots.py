"""The plots of a page, as SVG without scripts or styles of its own: those are the page's."""

from collections.abc import Mapping, Sequence
from typing import Any

_HEIGHT, _WIDTH, _BAR = 260, 760, 22
_LABELS = 6


def bars(label: str, names: Sequence[str], values: Mapping[str, Sequence[float]]) -> str:
    """Bars that lie, one for each name, of the values of several series end to end."""
    from pygal import HorizontalStackedBar

    legend = 40 if len(values) > 1 else 0
    height = 60 + legend + _BAR * len(names)
    # pygal counts from below.
    return _drawn(HorizontalStackedBar, label, names[::-1], values, height, step=-1)


def columns(label: str, names: Sequence[str], values: Mapping[str, Sequence[float]]) -> str:
    """Bars that stand, one for each name, of which some are written below."""
    from pygal import StackedBar

    every = -(-len(names) // _LABELS) or 1
    major = {
        "x_labels_major": list(names[::every]),
        "show_minor_x_labels": False,
        "truncate_label": -1,
    }
    return _drawn(StackedBar, label, names, values, _HEIGHT, step=1, **major)


def _drawn(
    kind: Any,
    label: str,
    names: Sequence[str],
    values: Mapping[str, Sequence[float]],
    height: int,
    step: int,
    **options: Any,
) -> str:
    chart = kind(
        js=(),
        css=(),
        width=_WIDTH,
        height=height,
        disable_xml_declaration=True,
        show_legend=len(values) > 1,
        legend_at_bottom=True,
        margin=8,
        **options,
    )
    chart.x_labels = list(names)
    for name, series in values.items():
        chart.add(name, list(series)[::step])
    chart.add_xml_filter(lambda root: _plain(root, label))
    drawn: str = chart.render(is_unicode=True)
    return drawn


def _plain(root: Any, label: str) -> Any:
    """Take away what is for pygal's script, and ids, which two plots would share."""
    for parent in list(root.iter()):
        for child in list(parent):
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else "comment"
            of = child.get("class") or ""
            if name in ("script", "style", "comment", "title", "desc", "defs") or "overlay" in of:
                parent.remove(child)
    for element in root.iter():
        element.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", label)
    return root
