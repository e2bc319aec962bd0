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
    """Install one: Debian's package where apt and root are there, playwright's own elsewhere."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    found = find()
    if found is None:
        raise SystemExit("no Chromium could be installed; install one and set CHROMIUM to its path")
    return found


if __name__ == "__main__":
    print(find() or install())
