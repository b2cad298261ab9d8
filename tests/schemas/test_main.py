import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.__main__ import HERE, main
from schemas.generated import generated

ROOT = Path(__file__).parents[2]


def test_the_committed_files_are_in_sync() -> None:
    assert main(["--check"]) == 0


def test_writes_what_is_out_of_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], tmp_path) == 1
    assert "flow.schema.json is out of date: run `python -m schemas`" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    assert {path.name for path in tmp_path.iterdir()} == set(generated())
    for name in generated():
        assert (tmp_path / name).read_bytes() == (HERE / name).read_bytes()


def test_is_the_same_on_every_run() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    done = subprocess.run(
        [sys.executable, "-m", "schemas", "--check"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
