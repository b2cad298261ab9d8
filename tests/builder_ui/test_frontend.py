"""Building the front-end: when, from what, and what becomes of Reflex's output."""

import gzip
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder_ui import frontend, policy
from builder_ui.frontend import FrontendError, ensure_built, sources_hash

# What stands in for Reflex where only our own part is tested: writes what a build would.
FAKE = """#!/bin/sh
echo built >> "$PWD/../count"
mkdir -p .web/build/client/assets .web/backend reflex.lock
echo '<html><head></head><body><script>go()</script></body></html>' > .web/build/client/index.html
echo 'x={EVENT:`ws://localhost:8000/_event`,PING:"http://localhost:8000/ping"}' > .web/build/client/assets/env-1.js
gzip -kf .web/build/client/assets/env-1.js
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "builder_ui"
    folder.mkdir()
    (folder / "rxconfig.py").write_text("config = None")
    (folder / "page.py").write_text("one")
    monkeypatch.setattr(frontend, "SOURCE", folder)
    return folder


def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = tmp_path / "tool"
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("sys.executable", str(path))


def builds(folder: Path) -> int:
    return len((folder / "count").read_text().splitlines())


def test_the_hash_follows_what_the_build_is_made_from(sources: Path) -> None:
    first = sources_hash()
    (sources / "__pycache__").mkdir()
    (sources / "__pycache__" / "page.pyc").write_text("compiled")
    assert sources_hash() == first
    (sources / "page.py").write_text("two")
    second = sources_hash()
    (sources / "page.py").rename(sources / "renamed.py")
    assert len({first, second, sources_hash()}) == 3


def test_it_is_built_once_for_each_state_of_the_sources(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, monkeypatch, FAKE)
    folder = tmp_path / "builds"
    with ThreadPoolExecutor(3) as pool:
        places = {done.result() for done in [pool.submit(ensure_built, folder) for _ in range(3)]}
    assert len(places) == 1
    assert builds(folder) == 1
    (sources / "page.py").write_text("two")
    assert ensure_built(folder) not in places
    assert builds(folder) == 2


def test_old_builds_go_the_last_few_stay(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tmp_path, monkeypatch, FAKE)
    places = []
    for n in range(frontend.KEPT + 2):
        (sources / "page.py").write_text(str(n))
        places.append(ensure_built(tmp_path / "builds"))
        # Made a second apart, as far as the file system knows.
        os.utime(places[-1], (n, n))
    assert [place.exists() for place in places] == [False, False, True, True, True]


def test_addresses_baked_in_become_the_page_s_own(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, monkeypatch, FAKE)
    chunk = ensure_built(tmp_path / "builds") / "build" / "client" / "assets" / "env-1.js"
    wanted = 'x={EVENT:location.origin.replace("http","ws")+"/_event",PING:location.origin+"/ping"}\n'
    assert chunk.read_text() == wanted
    assert gzip.decompress(chunk.with_name("env-1.js.gz").read_bytes()).decode() == wanted


def test_a_build_without_the_address_is_refused(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tmp_path, monkeypatch, FAKE.replace("localhost:8000", "localhost:3000"))
    with pytest.raises(FrontendError, match="address was not found"):
        ensure_built(tmp_path / "builds")


def test_a_failed_build_says_why_and_leaves_nothing_half_done(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, monkeypatch, "#!/bin/sh\nmkdir .web\necho 'no route to the registry'\nexit 1\n")
    with pytest.raises(FrontendError, match="no route to the registry"):
        ensure_built(tmp_path / "builds")
    tool(tmp_path, monkeypatch, FAKE)
    assert (ensure_built(tmp_path / "builds") / "rxconfig.py").exists()


def test_what_a_build_cut_short_has_left_is_no_obstacle(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = tmp_path / "builds" / "work" / "half"
    spoilt.mkdir(parents=True)
    tool(tmp_path, monkeypatch, FAKE.replace("#!/bin/sh", "#!/bin/sh\n[ ! -e half ] || exit 1"))
    assert (ensure_built(tmp_path / "builds") / "rxconfig.py").exists()


def test_the_lock_written_back_names_no_host(sources: Path, tmp_path: Path) -> None:
    made = tmp_path / "build" / "reflex.lock"
    made.mkdir(parents=True)
    (made / "package.json").write_text('{"dependencies": {"react": "19.3.1"}}')
    (made / "bun.lock").write_text('"react": ["react@19.3.1", "https://npm.example/react/-/react-19.3.1.tgz", {}]')
    frontend.write_lock(tmp_path / "build")
    assert (sources / "reflex.lock" / "bun.lock").read_text() == '"react": ["react@19.3.1", "", {}]'


def test_the_committed_lock_is_what_the_build_comes_out_with() -> None:
    folder = frontend.SOURCE / "reflex.lock"
    for name, text in frontend.resolved(ensure_built()).items():
        assert (folder / name).read_text() == text, "make frontend-lock brings it up to date"


@pytest.mark.parametrize("lock", ["builder_ui/reflex.lock/bun.lock", "requirements.lock", "tests/requirements.lock"])
def test_the_locks_in_the_repository_name_no_host(lock: str) -> None:
    assert "://" not in (Path(frontend.__file__).parent.parent / lock).read_text()


def test_every_inline_script_of_a_page_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        "<html><head><script src='/a.js'></script></head><body><script>one()</script>"
        "<script type='module'>two()</script></body></html>"
    )
    policy.seal(tmp_path)
    text = (tmp_path / "index.html").read_text()
    rules = text.partition('content="')[2].partition('"')[0]
    assert text.startswith('<html><head><meta http-equiv="Content-Security-Policy"')
    assert rules.count("'sha256-") == 2
    assert "'unsafe-inline'" not in next(rule for rule in rules.split("; ") if rule.startswith("script-src"))
