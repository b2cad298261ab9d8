"""``python -m schemas`` writes what is derived and committed; ``--check`` exits 1 where it is out of date."""

import argparse
import sys
from pathlib import Path

from schemas.generated import generated

HERE = Path(__file__).parent


def main(arguments: list[str] | None = None, folder: Path = HERE) -> int:
    """Write the files, or only compare them; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m schemas", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is out of date")
    check = parser.parse_args(arguments).check
    stale = [name for name, data in generated().items() if not _is(folder / name, data)]
    for name in stale:
        if check:
            print(f"schemas/{name} is out of date: run `python -m schemas`", file=sys.stderr)
        else:
            (folder / name).write_bytes(generated()[name])
            print(f"schemas/{name} written")
    return 1 if check and stale else 0


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


if __name__ == "__main__":
    sys.exit(main())
