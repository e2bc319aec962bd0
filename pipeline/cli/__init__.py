"""The command `inshort`: a thin file a noun. Heavy packages are imported where they are used."""

from __future__ import annotations

import atexit
import gc
import os
import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end with its exit status: 0, 1, 2 or 130. Without arguments the process is the command's."""
    if arguments is not None:
        _run(arguments)
        return
    # Importing makes many objects and hardly a garbage one: with the usual bounds the collector takes a seventh of a
    # short command, and finds nothing. What goes on for long sets its own.
    gc.set_threshold(200_000, 20, 20)
    status: list[int] = []
    atexit.register(_leave, status)  # the first to be registered is the last to be called
    try:
        _run(sys.argv[1:])
    except SystemExit as end:
        if isinstance(end.code, int):
            status.append(end.code)
        raise


def _leave(status: list[int]) -> None:
    """End at once: all that ends by itself has ended, and taking the rest apart takes a tenth of a short command."""
    if status:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status[0])


def _run(arguments: list[str]) -> None:
    try:
        if _answered(arguments):
            sys.stdout.flush()
            sys.exit(0)
    except OSError as error:
        from pipeline.cli.app import end_unwritten

        end_unwritten(error)
    from pipeline.cli.app import main as run

    run(arguments)


def _answered(arguments: list[str]) -> bool:
    """Answer what a newcomer asks first, without the import of a whole command line; whether it was that."""
    match arguments:
        case ["--version"]:
            from pipeline import __version__

            sys.stdout.write(f"inshort {__version__}\n")
        case ["--help"]:
            from pipeline.cli.command_list import overview

            sys.stdout.write(overview() + "\n")
        case _:
            return False
    return True
