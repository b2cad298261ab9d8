"""One run: a system, its load, its troubles, and the verdict."""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from server.database import engine
from tests.chaos.load import SECRET, TOKEN, Load
from tests.chaos.platforms import Idempotent, Plain
from tests.chaos.systems import Apart, Together
from tests.chaos.trouble import Trouble
from tests.chaos.verdict import Verdict, judge, waiting

SYSTEMS = {"sqlite": Together, "postgres": Apart}

# Seconds after the load's end until all must be done.
PATIENCE = 120.0
POLL = 0.2

# What a webhook may answer: done, or come again. 0 is a connection that broke.
ALLOWED = {200, 503, 0}


def run(
    database: str, seconds: float, seed: int, say: Callable[[str], None], contacts: int = 16, least: int = 0
) -> Verdict:
    """Let everything befall a system of this kind for so many seconds, and judge what came of it.

    The load goes on until ``least`` messages were acknowledged, on a slow machine after the last of what befalls.
    """
    name = f"{seed} {database}"
    api, telegram = Idempotent(random.Random(f"{name} api"), SECRET), Plain(random.Random(f"{name} telegram"), TOKEN)
    with tempfile.TemporaryDirectory(prefix="parley-chaos-") as folder:
        system = SYSTEMS[database](Path(folder) / "data", f"{api.url}/replies", telegram.url)
        try:
            system.start()
            say(f"{database}: all processes are there")
            load = Load(lambda: system.urls, contacts, name)
            trouble = Trouble(system, seconds, name, say)
            load.start()
            trouble.start()
            time.sleep(seconds)
            trouble.join()
            deadline = time.monotonic() + PATIENCE
            while len(set(load.acknowledged)) < least and time.monotonic() < deadline:
                time.sleep(POLL)
            load.stop(PATIENCE)
            say(f"{database}: {len(load.acknowledged)} acknowledged, answers {load.statuses}")
            api.calm = telegram.calm = True
            made = engine(system.settings)
            deadline = time.monotonic() + PATIENCE
            while (left := waiting(made)) and time.monotonic() < deadline:
                time.sleep(POLL)
            say(f"{database}: quiet" if not left else f"{database}: still {left}")
            verdict = judge(made, load.acknowledged, api, telegram)
            made.dispose()
            verdict.befell = trouble.befell
            verdict.lost += [f"{one.text}: never acknowledged" for one in load.unheard]
            verdict.wrong += [
                f"{count} calls were answered {status}"
                for status, count in load.statuses.items()
                if status not in ALLOWED
            ]
            if not verdict.good:
                say(system.log[-20_000:])
        finally:
            system.stop()
            api.close()
            telegram.close()
    return verdict
