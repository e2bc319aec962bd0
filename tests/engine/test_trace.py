"""One trace from entry to edition in the log of a run and of the digest after it."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.sample.server import SampleServer
from tests.newsroom import inshort, sample_feeds, write_config


def test_one_trace_goes_from_entry_to_edition(tmp_path: Path) -> None:
    with SampleServer() as web:
        write_config(tmp_path, sample_feeds(web.base), log={"format": "json", "level": "info"})
        assert inshort("db", "upgrade", cwd=tmp_path).returncode == 0
        run = inshort("run", "--quiet", cwd=tmp_path)
    assert run.returncode == 0
    assert inshort("review", "approve", "1", "--reason", "read", cwd=tmp_path).returncode == 0
    digest = inshort("digest", "--quiet", cwd=tmp_path)
    lines = [json.loads(line) for line in (run.stderr + digest.stderr).splitlines() if line.startswith("{")]
    (published,) = [line for line in lines if line["event"] == "published"]
    done = [line for line in lines if line["event"] == "done" and "trace" in line]
    stages = [line["stage"] for line in done if line["trace"] == published["trace"]]
    assert stages == ["collect", "gather", "write", "check"]
    assert len({line["trace"] for line in lines if line.get("stage") == "write"}) == 6
