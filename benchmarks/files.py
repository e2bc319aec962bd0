"""The pages and feeds a benchmark reads: a folder of files, gzipped or not."""

from __future__ import annotations

import gzip
from pathlib import Path


def bodies(folder: Path, ending: str) -> dict[str, bytes]:
    """The files of a folder by name, those packed as `ENDING.gz` unpacked."""
    files = sorted([*folder.glob(f"*.{ending}"), *folder.glob(f"*.{ending}.gz")])
    return {f.name: gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files}
