"""A Chromium for the browser tests: the one that is there, else one is installed.

python tests/chromium.py prints its path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium: $CHROMIUM, one on the PATH, or playwright's own."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> str:
    """Install one: Debian's package where apt and root are there, playwright's own elsewhere, or where apt fails.

    Ends with a line that says what to do when neither can be had.
    """
    apt = shutil.which("apt-get") if os.geteuid() == 0 else None
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if apt and subprocess.run([apt, "update", "-qq"], check=False).returncode == 0:
        ways.insert(0, [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    for way in ways:
        if subprocess.run(way, check=False).returncode == 0 and (found := find()):
            return found
    raise SystemExit("no Chromium could be installed; install one and set CHROMIUM to its path")


if __name__ == "__main__":
    print(find() or install())
