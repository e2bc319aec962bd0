"""The daemon as a process: it polls, writes and ends cleanly on SIGTERM; two on one newsroom do not work."""

from __future__ import annotations

import signal
from pathlib import Path

from pipeline.sample.server import SampleServer
from tests.newsroom import inshort, sample_feeds, start, write_config


def test_the_daemon_works_and_ends_cleanly(tmp_path: Path) -> None:
    with SampleServer() as web:
        write_config(tmp_path, sample_feeds(web.base), daemon={"poll_seconds": 1, "stage_seconds": 1})
        assert inshort("db", "upgrade", cwd=tmp_path).returncode == 0
        daemon = start("daemon", cwd=tmp_path)
        assert daemon.stderr is not None
        said: list[str] = []
        for line in daemon.stderr:
            said.append(line)
            if line.startswith("drafted 6"):
                break
        second = inshort("run", cwd=tmp_path)
        other = inshort("daemon", cwd=tmp_path)
        daemon.send_signal(signal.SIGTERM)
        rest = daemon.communicate(timeout=60)[1]
    assert "daemon started; end it with SIGTERM or Ctrl-C\n" in said
    assert second.returncode == 0
    assert "another inshort is running" in second.stderr
    assert other.returncode == 1
    assert daemon.returncode == 0
    assert rest.endswith("ended\n")
    assert "6 in_review" in inshort("status", cwd=tmp_path).stdout
