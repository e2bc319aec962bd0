"""Every command with every odd argument, written down by the commands themselves: python benchmarks/odd_calls.py.

Each parameter of each command gets each odd value once, the others what is usual; each flag stands alone and twice;
and each call is made on a newsroom of its own. None may end in a traceback, in words about In Short's own inside, by a
signal, or with another status than 0, 1, 2 and 130. `--only feeds` takes the commands that begin so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import typer

from pipeline.cli.app import app
from pipeline.sample.server import SampleServer
from tests.newsroom import inshort, sample_feeds, start, started, write_config

PATIENCE = 120
COMPUTING, MEMORY = 60, 2 << 30
BOUNDED = f"""
import os, resource
said = os.open({{said!r}}, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
os.dup2(said, 1)
os.dup2(said, 2)
resource.setrlimit(resource.RLIMIT_CPU, ({COMPUTING}, {COMPUTING}))
resource.setrlimit(resource.RLIMIT_DATA, ({MEMORY}, {MEMORY}))
"""
SERVERS = ("daemon", "worker", "desk", "review")
"""Commands that may go on for ever where the call is right; these are ended after a while."""
NUMBERS = ("", "0", "-1", "1e400", "nan", "9" * 400, str(2**63), str(-(2**64)), "٣", "x")
WORDS = (
    *("", " ", "0", str(2**64), "x" * 300, "y" * 5000, "\udcff", "\x1b[2J\u202e\x9b", "\u2028", "a\nb", "=1+1"),
    *("%s{0}", "--", "-", "*", "'", "[", "{" * 3000, "2026-02-30", "https://10.0.0.1/", "javascript:x", "http://["),
)
FILES = (
    *("binary", "deep.json", "deep.yaml", "empty", "folder", "folder/none/x", "nul.csv", "/dev/null", "/dev/full"),
    *("", "x" * 300, "\udcff", "a\nb", "-"),
)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    context = typer.Context(command)
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*path, name))
    if path:
        yield path, command


def calls(path: tuple[str, ...], command: Any) -> Iterator[list[str]]:
    """The calls of one command."""
    needed = [p for p in command.params if p.param_type_name == "argument" and p.required]
    usual = [usually(p) for p in needed]
    yield [*path]
    yield [*path, *usual, "one", "too", "many"]
    yield [*path, *usual, "--no-such-option"]
    for param in command.params:
        if param.param_type_name == "argument":
            for value in odd(param):
                rest = [value if p is param else usually(p) for p in needed]
                yield [*path, *(rest if param in needed else [*usual, value])]
            continue
        name = param.opts[0]
        if getattr(param, "is_flag", False):
            yield [*path, *usual, name]
            yield [*path, *usual, name, name]
            continue
        yield [*path, *usual, name]
        for value in odd(param):
            yield [*path, *usual, name, *[value] * param.nargs]


def usually(param: Any) -> str:
    kind = param.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return str(next(iter(kind)).value)
    return "file" if "Path" in str(kind) else "1"


def odd(param: Any) -> tuple[str, ...]:
    kind = str(param.type_descriptor.annotation)
    if "int" in kind or "float" in kind:
        return NUMBERS
    return FILES if "Path" in kind else WORDS


def prepared(folder: Path, web: SampleServer) -> Path:
    """A newsroom to be copied, with files that are nothing of the kind."""
    write_config(folder, sample_feeds(web.base))
    for arguments in (("db", "upgrade"), ("run",)):
        assert inshort(*arguments, cwd=folder, USER="ada").returncode == 0
    (folder / "binary").write_bytes(bytes(range(256)) * 40)
    (folder / "deep.json").write_text("[" * 200_000)
    (folder / "deep.yaml").write_text("{a: " * 20_000)
    (folder / "empty").touch()
    (folder / "folder").mkdir()
    (folder / "nul.csv").write_bytes(b'a@b.example,"\0\xff\n' * 50)
    (folder / "file").write_text("Ada Lovelace wrote the first program in 1843. It computed numbers.\n")
    return folder


def made(arguments: list[str], folder: Path, seconds: int) -> tuple[int, str]:
    """Make a call in a process of its own, bounded in seconds, seconds of the processor and memory: how it ended,
    negative by a signal, and what it said."""
    said = folder.parent / f"{folder.name}.said"
    process = start(*arguments, cwd=folder, first=BOUNDED.format(said=str(said)))
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        status = -int(signal.SIGALRM)
    process.stdout.close()
    process.stderr.close()
    started.clear()
    return status, said.read_text(errors="replace")


def wrong(arguments: list[str], status: int, said: str) -> str:
    if "went wrong inside" in said or "Traceback (most recent" in said:
        return next(line for line in said.splitlines() if "went wrong inside" in line or "Traceback" in line)
    if status == -int(signal.SIGALRM):
        return "" if arguments[0] in SERVERS or "--watch" in arguments else "did not end"
    return "" if status in (0, 1, 2, 130) else f"ended with {status}: {said[-200:]}"


def run() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="commands that begin so")
    options.add_argument("--but", default="demo", help="commands that begin so are left out: they take long")
    options.add_argument("--share", type=int, default=1, help="each so-manieth call only")
    options.add_argument("--first", type=int, default=0, help="from this one on")
    given = options.parse_args()
    os.environ |= {"USER": "ada", "NO_COLOR": "1", "OPENAI_API_KEY": "test-key"}
    found = Counter[str]()
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as name, SampleServer() as web:
        like = prepared(Path(name) / "like", web)
        wanted = [
            call
            for path, command in commands(typer.main.get_command(app))
            if " ".join(path).startswith(given.only) and not (given.but and path[0] == given.but)
            for call in calls(path, command)
        ][given.first :: given.share]
        for number, arguments in enumerate(wanted):
            folder = Path(name) / "in" / f"n{number}"
            shutil.copytree(like, folder)
            status, said = made(arguments, folder, 3 if arguments[0] in SERVERS else PATIENCE)
            found[str(status)] += 1
            if why := wrong(arguments, status, said):
                failed.append(f"{' '.join(repr(a[:60]) for a in arguments)}: {why[:300]}")
                print(failed[-1].encode("utf-8", "backslashreplace").decode(), flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            if number % 100 == 99:
                print(f"{number + 1} of {len(wanted)} made, {len(failed)} ended as none may", flush=True)
    print(f"{len(wanted)} calls, by status {dict(found)}")
    print(f"verdict: {len(failed)} ended as none may")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run())
