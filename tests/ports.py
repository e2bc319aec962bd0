"""A port for a server that cannot be given one already bound."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from itertools import count

_FIRST, _MANY = 20_000, 12_000
_tried = count(os.getpid())


def free_port() -> int:
    """A port nobody listens on, outside the range the kernel gives out itself.

    One of the kernel's own would be free again when it is told, and may be somebody else's before it is used.
    """
    for number in _tried:
        port = _FIRST + number * 7 % _MANY
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError
