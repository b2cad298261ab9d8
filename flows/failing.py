"""An answer that did not come, as a transcript has it: ``failed, no connection``."""

from engine.queries import AnyAnswer, Failed


def failed_text(answer: AnyAnswer) -> str:
    """That it failed, and why, as far as the answer says."""
    return f"failed, {answer.reason}" if isinstance(answer, Failed) and answer.reason else "failed"


def failed_answer(text: str) -> Failed:
    """What ``failed_text`` wrote."""
    return Failed(reason=text.removeprefix("failed").lstrip(", ") or "failed")
