"""Who put an answer of the knowledge base, and why it was not the model, in words."""

from builder_ui.words import Language, say

_WHY = {
    "timeout": "put.timeout",
    "unreachable": "put.unreachable",
    "status": "put.status",
    "resting": "put.resting",
    "no_time": "put.no_time",
    "unsure": "put.unsure",
    "too_long": "put.too_long",
    "language": "put.language",
    "address": "put.address",
    "number": "put.number",
    "paying": "put.paying",
    "payment": "put.payment",
    "identity": "put.identity",
    "privacy": "put.privacy",
}


def how_put(phrased: bool, reason: str, answered: bool, language: Language) -> str:
    """A line for what ``engine.queries.Found`` says of itself; empty without a model service."""
    if phrased:
        return say("put.by_model", language)
    if not reason:
        return ""
    kind, _, number = reason.partition(":")[2].partition(" ")
    why = say(_WHY.get(kind, "put.unusable"), language, number=number)
    return say("put.as_it_stands" if answered else "put.for_a_person", language, why=why)
