"""Plain text as a chat shows it: from Markdown, and in sentences."""

import re

_JOINED = r"[\u0e00-\u0e7f\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"  # written without spaces between words
_ENDS = re.compile(r"(?<=[.!?…])[\"'”’»)]*\s+(?=\S)|(?<=[。！？])")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|z\.B|d\.h|p\.ej|No|Nr|ca|approx|St|Dr|Mr|Mrs|P\.O|bzw|usw|inkl)\.|\d\.)$")
# What only draws: a rule across the page, the line under a table's head.
_RULE = re.compile(r"(?:[-*_]\s*){3,}|\|?[\s:|-]*-[\s:|-]*\|?")
_ITEM = re.compile(r"[-*+•] |\d{1,3}[.)] ")


def one_line(text: str) -> str:
    """The text with every run of white space as one space, none at the ends."""
    return " ".join(text.split())


def from_markdown(text: str) -> str:
    """What a reader sees of a piece of Markdown: paragraphs and list items a line each, without marks.

    Links keep their address in brackets, images their description, table rows their cells with commas.
    """
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"^[ \t]*(?:```|~~~).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\[([^\]]+)\]\(<?([^)\s>]+)[^)]*\)", _link, text)
    text = re.sub(r"<(https?://[^>\s]+)>", r"\1", text)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", text)
    text = re.sub(r"(\*\*\*|\*\*|__|~~|`+)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\w*])", r"\1", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|<>~-])", r"\1", text)
    return "\n".join(_lines(text))


def sentences(text: str) -> list[str]:
    """The sentences of a plain text, list items whole; by punctuation, since a dictionary would need a language."""
    found: list[str] = []
    for line in text.split("\n"):
        line = line.strip()
        if not line:
            continue
        if _ITEM.match(line):
            found.append(line)
            continue
        start = len(found)
        for part in _ENDS.split(line):
            if len(found) > start and _ABBREVIATED.search(found[-1]):
                found[-1] += f" {part}"
            elif part.strip():
                found.append(part.strip())
    return found


def _lines(text: str) -> list[str]:
    """Lines that were only wrapped in the file become one again."""
    lines: list[str] = []
    open_line = False
    for raw in text.split("\n"):
        line = re.sub(r"^>+\s?", "", raw.strip())
        if not line or (_RULE.fullmatch(line) and not _ITEM.match(line)):
            open_line = False
        elif line.startswith("|"):
            cells = [one_line(cell) for cell in line.strip("|").split("|")]
            lines.append(", ".join(cell for cell in cells if cell))
            open_line = False
        elif _ITEM.match(line):
            lines.append(re.sub(r"^[-*+•] ", "- ", one_line(line)))
            open_line = True
        elif open_line:
            joined = re.search(f"{_JOINED}$", lines[-1]) and re.match(_JOINED, line)
            lines[-1] += one_line(line) if joined else f" {one_line(line)}"
        else:
            lines.append(one_line(line))
            open_line = True
    return lines


def _link(found: re.Match[str]) -> str:
    text, address = found[1], found[2]
    return text if address.startswith("#") or address == text else f"{text} ({address})"
