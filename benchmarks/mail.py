"""An edition to many readers by a local mail server, its sender killed three times on the way: who got how many mails.

python benchmarks/mail.py [READERS]        10000 is the size the aim is for: each exactly one
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from pipeline.config import Config
from pipeline.publishing.issue import issue
from pipeline.publishing.sending import enlist, send_edition
from pipeline.publishing.sign_up import import_readers
from pipeline.storage.database import Database
from pipeline.storage.publishing import readers
from tests.publishing.approved import ADA, approve

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KILLS = 3


class Inbox:
    """Counts what it takes, and says when so many are there."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.goal, self.reached = 0, threading.Event()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.got[envelope.rcpt_tos[0]] += 1
        if len(self.got) >= self.goal:
            self.reached.set()
        return "250 OK"


def send(url: str, config: str, number: str) -> None:
    database = Database(url)
    done = send_edition(database, Config.model_validate_json(config), int(number), NOW)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  the last sender: {done.line()}; memory at most {peak:.0f} MB")


def main() -> None:
    if sys.argv[1:2] == ["--send"]:
        send(*sys.argv[2:])
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    folder, inbox = Path(tempfile.mkdtemp()), Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        measure(folder, inbox, port, count)
    finally:
        controller.stop()
        shutil.rmtree(folder)


def measure(folder: Path, inbox: Inbox, port: int, count: int) -> None:
    database = Database(f"sqlite:///{folder}/n.db")
    database.upgrade()
    approve(database, range(1, 11), NOW, model="m")
    mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "desk@example.org"}
    config = Config.model_validate({"mail": mail, "readers": {"address": "https://desk.example"}})
    import_readers(database, [f"r{n}@example.org" for n in range(count)], now=NOW, consent="a benchmark")
    edition = issue(database, config, NOW, by=ADA)
    enlist(database, edition, NOW)
    call = [sys.executable, __file__, "--send", database.url, config.model_dump_json(), str(edition.number)]
    began = time.perf_counter()
    for kill in range(1, KILLS + 1):
        inbox.goal, inbox.reached = count * kill // (KILLS + 1), threading.Event()
        process = subprocess.Popen(call, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        inbox.reached.wait()
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(call, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=True)
    took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with database.reading() as session:
        states = readers.sendings_of(session, edition.number or 0)
    times = Counter(inbox.got.values())
    print(f"{count} readers, {KILLS} kills: {took:.0f} s, {used.ru_utime + used.ru_stime:.1f} s of CPU of the senders")
    print(f"  mails a reader: {dict(sorted(times.items()))}, none: {count - len(inbox.got)}; in the ledger: {states}")
    database.close()


if __name__ == "__main__":
    main()
