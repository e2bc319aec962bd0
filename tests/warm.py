"""The command, and the processes work is done in apart, with their imports behind them: a server forks each.

A child is a real process with its own memory, streams, exit status and death; only the seconds of importing, and of
reading word lists, which no test is about, are spent once and not by every process. A child ends with who asked for it.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import io
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Self

import pytest

ROOT = Path(__file__).parent.parent
_SIZE = 8
_LONGEST = 300
_NEWSROOM = "newsroom"
_SHARED = "INSHORT_WARM_SERVER"


def share(*, at_once: bool) -> None:
    """One server for all processes that are started from here; `at_once` it gets warm before anybody asks."""
    os.environ[_SHARED] = str(address())
    if at_once:
        _connected(address()).close()


@cache
def address() -> Path:
    """The place of the server: that of all who test at once, or our own, which is started here and ends with us."""
    if given := os.environ.get(_SHARED):
        return Path(given)
    folder = Path(tempfile.mkdtemp(prefix="inshort"))
    command = [sys.executable, "-c", f"from tests.warm import serve; serve({str(folder / 's')!r})"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == b"warm\n"

    def end() -> None:
        process.kill()
        process.wait()
        shutil.rmtree(folder)

    atexit.register(end)
    return folder / "s"


def newsroom() -> Path:
    """The sample newsroom after its round, as it was run to get warm: a folder to copy, not to use."""
    assert call(["--version"], ROOT, dict(os.environ), None).returncode == 0
    return address().parent / _NEWSROOM


def call(
    arguments: list[str], cwd: Path, environment: dict[str, str], input: str | None
) -> subprocess.CompletedProcess[str]:
    """Run the command and wait for it. As with `subprocess`, a signal it died of is a negative status."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        given.write(input or "")
        given.seek(0)
        status = _told(_ask(address(), arguments, cwd, environment, [file.fileno() for file in (given, out, err)]))
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read())
    return subprocess.CompletedProcess(["inshort", *arguments], status, *said)


def stand_in(place: str) -> None:
    """What a script `inshort` does in place of the command: the same streams, folder and environment; its status."""
    sys.exit(_told(_ask(Path(place), sys.argv[1:], Path.cwd(), dict(os.environ), [0, 1, 2])))


class Started:
    """A command that was started and goes on: as `subprocess.Popen`, as far as that is used."""

    def __init__(self, arguments: list[str], cwd: Path, environment: dict[str, str], first: str = "") -> None:
        """`first` is what its process does before it is the command."""
        self.args = ["inshort", *arguments]
        self.returncode: int | None = None
        out, out_there = os.pipe()
        err, err_there = os.pipe()
        with Path(os.devnull).open() as nothing:
            files = [nothing.fileno(), out_there, err_there]
            self._line = _ask(address(), arguments, cwd, environment, files, first)
        os.close(out_there)
        os.close(err_there)
        self.stdout, self.stderr = os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8")
        self._said = self._line.makefile()
        self.pid = int(self._said.readline())

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = int(self._said.readline() or -signal.SIGKILL)
            self._said.close()
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it says from here on, and its end. Raises TimeoutExpired."""
        with ThreadPoolExecutor(2) as readers:
            said = [readers.submit(stream.read) for stream in (self.stdout, self.stderr)]
            try:
                self.wait(timeout)
            except BaseException:
                self.kill()
                raise
        out, err = (one.result() for one in said)
        return out, err

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()
        self.stdout.close()
        self.stderr.close()


class Forked:
    """A process of `pipeline.processes` that was forked: as asyncio's own, as far as that is used."""

    def __init__(self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        self._said, self._line = line
        self.returncode: int | None = None

    async def connect(self, streams: socket.socket) -> Self:
        self.stdout, self.stdin = await asyncio.open_connection(sock=streams)
        return self

    async def wait(self) -> int:
        """The status it ended with; its streams are closed then."""
        if self.returncode is None:
            await self._said.readline()  # its id
            said = await self._said.readline()
            self.returncode = int(said) if said else -signal.SIGKILL  # the server itself is gone, and all with it
            self.stdin.close()
            self._line.close()
        return self.returncode

    def kill(self) -> None:
        """Whoever waits for it hears that nobody asks any more, and kills it."""
        if self.returncode is None and not self._line.is_closing():
            self._line.write_eof()


async def start_apart(place: Path) -> Forked:
    """What stands in for `Processes._start`."""
    mine, its = socket.socketpair()
    with its:
        line = _ask(place, None, Path.cwd(), dict(os.environ), [its.fileno(), its.fileno(), 2])
    line.settimeout(None)
    return await Forked(await asyncio.open_connection(sock=line)).connect(mine)


def _ask(
    place: Path, arguments: list[str] | None, cwd: Path, environment: dict[str, str], files: list[int], first: str = ""
) -> socket.socket:
    """Ask for a child: of the command with its arguments, or one to work apart. Its id and status are told on this
    line."""
    line = _connected(place)
    asked = json.dumps([arguments, str(cwd), environment, first]).encode()
    socket.send_fds(line, [len(asked).to_bytes(_SIZE, "big")], files)
    line.sendall(asked)
    return line


def _connected(place: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(_LONGEST)
    line.connect(str(place))
    return line


def _told(line: socket.socket) -> int:
    with line:
        _, status = line.makefile()
        return int(status)


def serve(place: str) -> None:
    """The other side, until it is killed or its parent is gone: whatever connects is a test of our own.

    What it costs to be warm is spent when somebody first asks.
    """
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen(64)
        print("warm", flush=True)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        warm = False
        while True:
            line, _ = listener.accept()
            if not warm:
                _get_warm(Path(place).parent / _NEWSROOM)
                warm = True
            _fork(line, listener, Path(place))


def _get_warm(folder: Path) -> None:
    """Import all a command may, and run the sample newsroom in a folder, with all that reads and compiles; then out of
    the collector's sight: a child would look through it when it ends.
    """
    import openai

    import pipeline
    from tests import compiled, waits

    for module in walk_packages(pipeline.__path__, "pipeline."):
        if not module.name.startswith(("pipeline.__main__", "pipeline.storage.migrations.")):
            import_module(module.name)
    from pipeline.engine.demo import run_demo
    from pipeline.processes import Processes

    async def here(
        _: Processes, __: float, work: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        return work(*given, **named)

    openai.AsyncOpenAI(api_key="none").chat.completions  # noqa: B018 - imports the rest
    compiled.share()
    waits.shorten()
    with redirect_stdout(io.StringIO()), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Processes, "_do", here)
        run_demo(folder, lambda _line: None).engine.database.close()
    gc.collect()
    gc.freeze()


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever sent; not through sys.stdin, whose lock a child would inherit held
    os._exit(0)


def _fork(line: socket.socket, listener: socket.socket, place: Path) -> None:
    """Fork the child that is asked for; its status is told when it ends. Only the child itself ends in here."""
    head, files, _, _ = socket.recv_fds(line, _SIZE, 3)
    if not head:  # whoever connected only wanted the server warm
        line.close()
        return
    with line.makefile("rb") as rest:
        arguments, cwd, environment, first = json.loads(rest.read(int.from_bytes(head, "big")))
    child = os.fork()
    if child == 0:
        listener.close()
        line.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(environment)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
        _work_apart() if arguments is None else _run(arguments, place, first)
    with suppress(OSError):
        line.sendall(f"{child}\n".encode())
    for file in files:
        os.close(file)
    threading.Thread(target=_tell, args=(line, child), daemon=True).start()


def _tell(line: socket.socket, child: int) -> None:
    ended = threading.Event()
    asker = threading.Thread(target=_end_with_asker, args=(line, child, ended), daemon=True)
    asker.start()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended.set()
    with line, suppress(OSError):
        line.sendall(f"{status}\n".encode())
        line.shutdown(socket.SHUT_RDWR)
        asker.join()


def _end_with_asker(line: socket.socket, child: int, ended: threading.Event) -> None:
    """Where nobody is on the other end of the line any more, the child is killed, if it still lives."""
    with suppress(OSError):
        line.recv(1)
        if not ended.is_set():
            os.kill(child, signal.SIGKILL)


def _run(arguments: list[str], place: Path, first: str) -> None:
    """The command as its own script would run it.

    When it is done it ends as any process does, but for taking apart what was imported: that would copy all of it.
    """
    from pipeline.cli import main
    from pipeline.processes import Processes

    Processes._start = lambda _: start_apart(place)  # type: ignore[method-assign, assignment, return-value]
    sys.argv = ["inshort", *arguments]
    try:
        exec(first)
        main(arguments)
        status = 0
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        status = end.code or 0
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(status)


def _work_apart() -> None:
    from pipeline.processes import serve

    serve(os.getppid())
    os._exit(0)
