"""The demo shop's knowledge, as the tests feed it."""

from pathlib import Path

import flows
from server.knowledge import Knowledge

LUNA = Path(flows.__file__).parent / "library" / "luna"


def learn_luna(knowledge: Knowledge) -> Knowledge:
    """Add every file of the shop; a Markdown file's language is in its name, a table has a column for it."""
    for path in sorted(path for path in LUNA.iterdir() if path.is_file()):
        language = path.suffixes[0][1:] if path.suffix == ".md" else ""
        knowledge.add(path.name, path.read_bytes(), language)
    return knowledge
