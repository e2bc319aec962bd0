"""The README's pictures, made anew: `docs/demo.svg` of the demo, `docs/story.png` and `docs/queue.png` of its desk.

python tests/pictures.py
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console
from rich.text import Text

from tests.desk.browser import chromium
from tests.newsroom import COMMAND, ROOT, command_environment, start

DOCS = ROOT / "docs"
_WIDTH = 112
_BRIGHT = re.compile(r"^(?:(?:feeds|entries|articles|drafts|checks|cost)\b|In short:|Sources?:)")
_PLANTED = "Latchkey closes a hole"
"""How the story begins in which the demo plants a mistake: the desk is shown at it."""


def demo(folder: Path) -> tuple[list[str], list[str]]:
    """What the demo prints, in two parts: beside its work, and as its result."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "demo", str(folder)],
        env=command_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.splitlines(), done.stdout.splitlines()


def shown(told: list[str], printed: list[str]) -> list[str]:
    """The lines of the picture: the run, the story it prints, and what waits for the reader."""
    waits = next(at for at, line in enumerate(printed) if " for you to review" in line)
    return [*(line for line in told if line.strip()), *printed[: waits + 1]]


def draw(lines: list[str], file: Path) -> None:
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ make demo", style="bold green"))
    for line in lines:
        row = Text(line)
        if found := _BRIGHT.match(line):
            row.stylize("bold", 0, found.end())
        console.print(row, overflow="fold")
    svg = console.export_svg(title="In Short", unique_id="demo")
    # No font of somebody else's is fetched by a picture.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "ui-monospace, Menlo, Consolas")
    file.write_text(re.sub(r"[ \t]+\n", "\n", svg), "utf-8")


def photograph(newsroom: Path) -> None:
    """The desk of the demo's newsroom: its queue, and the story with the planted mistake."""
    desk = start("--config", newsroom / "config.yaml", "desk", "--port", "0", cwd=newsroom)
    try:
        assert desk.stdout is not None
        link = desk.stdout.readline().strip()
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1200, "height": 767})
            page.goto(link)
            page.get_by_role("link", name=_PLANTED).wait_for()
            page.screenshot(path=DOCS / "queue.png")
            page.get_by_role("link", name=_PLANTED).click()
            found = page.get_by_text("number", exact=True).first
            found.wait_for()
            found.evaluate("spot => spot.scrollIntoView({block: 'center'})")
            page.screenshot(path=DOCS / "story.png", animations="disabled")
    finally:
        desk.terminate()
        desk.communicate(timeout=60)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        newsroom = Path(folder) / "demo"
        draw(shown(*demo(newsroom)), DOCS / "demo.svg")
        photograph(newsroom)


if __name__ == "__main__":
    main()
