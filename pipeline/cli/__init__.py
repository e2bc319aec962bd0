"""The command `inshort`: a thin file a noun. Heavy packages are imported where they are used."""

from __future__ import annotations

from pipeline.cli.app import main

__all__ = ["main"]
