"""What the site has beside the pages of docs/: README.md as its first page, and each file of the
repository that a page links to."""

import re
from pathlib import Path
from posixpath import normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {
    "home.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}
LINK = re.compile(r"(?<=\]\()([^):#]+)(?=[#)])")


def on_files(files: Files, config: MkDocsConfig) -> None:
    for page, path in PAGES.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / path)))
    # index.md is the page of the index.
    for page, place in (("index.md", "the-index/"), ("home.md", "")):
        file = files.get_file_from_path(page)
        assert file is not None
        file.url, file.dest_uri = place or "./", f"{place}index.html"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    here = page.file.src_uri
    folder = f"docs/{here}".rpartition("/")[0] if here not in PAGES else "."
    pages = {path: name for name, path in PAGES.items()}

    def place(link: re.Match[str]) -> str:
        path = normpath(f"{folder}/{link[1]}")
        if path.startswith("docs/"):
            target = path.removeprefix("docs/")
        elif path in pages:
            target = pages[path]
        elif (ROOT / path).is_file():
            target = f"source/{path}"
            if files.get_file_from_path(target) is None:
                files.append(File.generated(config, target, abs_src_path=str(ROOT / path)))
        else:  # of which mkdocs says that it is not there
            return link[1]
        return relpath(target, here.rpartition("/")[0] or ".")

    # What tells a block from the others of its page for a test is not shown.
    return re.sub(r"^(```\w+) .*", r"\1", LINK.sub(place, markdown), flags=re.MULTILINE)
