"""How long the page of a result takes to open and to filter, in Chromium.

python benchmarks/page.py report.html ...
"""

import os
import shutil
import sys
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

RUNS = 5


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in map(Path, sys.argv[1:]):
            opened, filtered = [], []
            for _ in range(RUNS):
                page = browser.new_page()
                page.goto(path.absolute().as_uri())
                page.wait_for_selector("#list button")
                timing = "performance.getEntriesByType('navigation')[0].loadEventEnd"
                opened.append(page.evaluate(timing))
                for words in ("the", "the a"):  # the first reads all stories
                    started = time.perf_counter()
                    page.fill("#words", words)
                    page.evaluate("new Promise(requestAnimationFrame)")
                    filtered.append((time.perf_counter() - started) * 1000)
                stories = page.inner_text("#stories > p:first-of-type")
                page.close()
            print(
                f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, opens in {median(opened):.0f}"
                f" ms, filters in {median(filtered[::2]):.0f} ms, then in"
                f" {median(filtered[1::2]):.0f} ms; {stories}"
            )
        browser.close()


if __name__ == "__main__":
    main()
