"""The command in a process that has its imports behind it: a server forks a child for each call.

A child is a real process with its own memory, streams, exit status and death; only the seconds of importing,
which no test is about, are spent once and not at every call.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

ROOT = Path(__file__).parent.parent
_SIZE = 8
_LONGEST = 300


@cache
def address() -> Path:
    """The place of this process's server, started at the first call and ended with us."""
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
        status = _ask(address(), arguments, cwd, environment, [file.fileno() for file in (given, out, err)])
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read())
    return subprocess.CompletedProcess(["inshort", *arguments], status, *said)


def stand_in(place: str) -> None:
    """What a script `inshort` does in place of the command: the same streams, folder and environment; its status."""
    sys.exit(_ask(Path(place), sys.argv[1:], Path.cwd(), dict(os.environ), [0, 1, 2]))


def _ask(place: Path, arguments: list[str], cwd: Path, environment: dict[str, str], files: list[int]) -> int:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_LONGEST)
        line.connect(str(place))
        asked = json.dumps([arguments, str(cwd), environment]).encode()
        socket.send_fds(line, [len(asked).to_bytes(_SIZE, "big")], files)
        line.sendall(asked)
        return int(line.makefile().readline())


def serve(place: str) -> None:
    """The other side, until it is killed or its parent is gone: whatever connects is a test of our own."""
    _import_everything()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen(16)
        print("warm", flush=True)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        while True:
            line, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _wait_for_child(line)
            line.close()
            _reap()


def _import_everything() -> None:
    """All a command may import, and then out of the collector's sight: a child would look through it when it ends."""
    import openai  # noqa: F401

    import pipeline

    for module in walk_packages(pipeline.__path__, "pipeline."):
        if not module.name.startswith(("pipeline.__main__", "pipeline.storage.migrations.")):
            import_module(module.name)
    gc.collect()
    gc.freeze()


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever sent; not through sys.stdin, whose lock a child would inherit held
    os._exit(0)


def _reap() -> None:
    """Take the status of children that have ended, so that none stays behind."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _wait_for_child(line: socket.socket) -> None:
    """Fork the command, wait for it, tell its status. Only the command itself comes back, by SystemExit."""
    head, files, _, _ = socket.recv_fds(line, _SIZE, 3)
    with line.makefile("rb") as rest:
        arguments, cwd, environment = json.loads(rest.read(int.from_bytes(head, "big")))
    child = os.fork()
    if child == 0:
        line.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(environment)
        _run(arguments)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    line.sendall(f"{status}\n".encode())
    os._exit(0)


def _run(arguments: list[str]) -> None:
    """The command as its own script would run it."""
    from pipeline.cli import main

    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    sys.argv = ["inshort", *arguments]
    main()
    sys.exit()  # from here it goes up and out, as in any process that ends
