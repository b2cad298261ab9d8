"""The example documents that come with starter flows, for the knowledge base."""

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from server.knowledge import Knowledge

_LIBRARY = resources.files("flows") / "library"
_KINDS = (".md", ".csv")


def has_documents(starter: str) -> bool:
    """Whether a starter flow comes with documents."""
    return bool(_documents(starter))


def add_documents(knowledge: "Knowledge", starter: str) -> int:
    """Learn a starter's documents, but for those that are known; how many were new. Takes seconds.

    A Markdown file's language is in its name (``care.de.md``), a table has a column for it.
    """
    known = {document.name for document in knowledge.documents() if document.status == "ready"}
    wanted = [file for file in _documents(starter) if file.name not in known]
    for file in wanted:
        language = file.name.split(".")[-2] if file.name.endswith(".md") else ""
        knowledge.add(file.name, file.read_bytes(), language)
    return len(wanted)


def _documents(starter: str) -> "list[Traversable]":
    folder = _LIBRARY / starter
    files = folder.iterdir() if folder.is_dir() else ()
    return sorted((file for file in files if file.name.endswith(_KINDS)), key=lambda file: file.name)
