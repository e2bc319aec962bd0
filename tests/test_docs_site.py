"""The pages of `docs/` as a site: built strictly, every page in its list, nothing asked of anybody else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .newsroom import ROOT

PAGES = sorted(path.name for path in (ROOT / "docs").glob("*.md"))


class Addresses(HTMLParser):
    """What a page fetches by itself, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.names |= {said["id"]} if "id" in said else set()
        if tag == "a":
            self.links += [said["href"]] if "href" in said else []
        elif tag != "link" or said.get("rel", "") not in ("next", "prev", "canonical"):
            self.fetched += [said[name] for name in ("src", "href", "data", "poster") if name in said]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_every_page_is_built_and_in_the_list(site: Path) -> None:
    listed = [
        file for one in tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"] for file in one.values()
    ]
    assert sorted(listed) == PAGES
    assert [name for name in PAGES if not (site / name).with_suffix(".html").is_file()] == []


def test_no_link_of_the_site_is_dead_and_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = {path.name: Addresses(path.read_text("utf-8")) for path in site.glob("*.html") if path.name != "404.html"}
    assert len(pages) == len(PAGES)
    for name, page in pages.items():
        assert page.fetched, name
        for address in page.fetched:
            assert "//" not in address, f"{name} fetches {address}"
            assert (site / address.partition("#")[0].partition("?")[0]).exists(), f"{name}: {address}"
        for link in page.links:
            if "://" in link or link.startswith("mailto:"):
                continue
            file, _, anchor = link.partition("#")
            assert (site / (file or name)).exists(), f"{name}: {link}"
            if anchor and (file or name).endswith(".html"):
                assert anchor in pages[Path(file or name).name].names, f"{name}: {link}"
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text("utf-8")), sheet.name
