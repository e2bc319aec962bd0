"""The command `inshort`: a thin file a noun. Heavy packages are imported where they are used."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit status: 0, 1, 2 or 130."""
    # What a newcomer asks first is answered without the import of a whole command line.
    match sys.argv[1:] if arguments is None else arguments:
        case ["--version"]:
            from pipeline import __version__

            sys.stdout.write(f"inshort {__version__}\n")
            sys.exit(0)
        case ["--help"]:
            from pipeline.cli.command_list import overview

            sys.stdout.write(overview() + "\n")
            sys.exit(0)
    from pipeline.cli.app import main as run

    run(arguments)
