"""The patterns (RE2) that forms offer ready-made, by the names under which `locales/` says what they find."""

READY = {
    "order": r"\b[A-Z]{1,4}[- ]?\d{4,10}\b",
    "digits": r"\b\d{4,12}\b",
    "email": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "phone": r"\+?\d[\d ()/.-]{6,}\d",
    "link": r"https?://\S+|\bwww\.\S+",
}
