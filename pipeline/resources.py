"""Files that travel with the program: prompts, the configuration template, the sample newsroom.

They lie at the top of a checkout and inside the package in a wheel; this finds both.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """Path of a bundled file or folder (`prompts`, `config.yaml`, `sample`).

    Raises FileNotFoundError when the installation is incomplete.
    """
    for place in (_PACKAGE / name, _PACKAGE.parent / name):
        if place.exists():
            return place
    raise FileNotFoundError(f"{name} is missing from this installation of In Short; install it again")
