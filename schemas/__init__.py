"""All that is derived from declarations: JSON Schemas, forms, palette cards, words."""

from schemas.cards import Card, Field, Option, UiLanguage, card, palette

__all__ = ["Card", "Field", "Option", "UiLanguage", "card", "palette"]
