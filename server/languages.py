"""Which of the shop's languages a short message is written in."""

import threading
import unicodedata
from collections.abc import Sequence
from typing import Any

# Probability among the candidates from which a guess is taken. Measured on tests/server/shop_messages.py: of messages
# in 23 languages 98 % are recognized, of one to three words 76 %, and none is taken for another language.
SURE = 0.6
# From here on another language, one that is not a candidate, is believed instead and nothing is answered.
_FOREIGN = 0.8
# Longer texts say no more about their language.
_ENOUGH = 400

# Languages people write to shops in. The model knows rarer ones, which only steal from these in short texts.
_COMMON_CODES = (
    "ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km "
    "kn ko lo lt lv mk ml mn mr ms my ne nl no pa pl pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh"
)
_COMMON = frozenset(_COMMON_CODES.split())
_MODEL_CODES = {"fil": "tl", "nb": "no", "nn": "no", "iw": "he", "in": "id"}

# The script, as Unicode names begin, and the languages of _COMMON written in it. Latin is everything else.
_SCRIPTS = {
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh ja",
    "GREEK": "el",
    "HEBREW": "he",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "BENGALI": "bn",
    "DEVANAGARI": "hi mr ne",
    "ARABIC": "ar fa ur",
    "CYRILLIC": "ru uk be bg mk sr kk mn uz bs az",
}

# How chats begin and what is too short for any statistics.
_PHRASES = {
    "en": "hi|hello|hey|hi there|good morning|good afternoon|good evening|thanks|thank you|no thanks",
    "de": "hallo|guten tag|guten morgen|guten abend|moin|servus|grüezi|danke|vielen dank|ja bitte|nein danke",
    "fr": "bonjour|bonsoir|salut|coucou|merci|merci beaucoup|oui|non merci|s'il vous plaît",
    "es": "hola|buenas|buenos días|buenos dias|buenas tardes|buenas noches|gracias|muchas gracias|sí",
    "it": "ciao|buongiorno|buonasera|salve|grazie|grazie mille|per favore|sì",
    "pt": "olá|ola|oi|bom dia|boa tarde|boa noite|obrigado|obrigada|por favor|sim",
    "nl": "hallo|hoi|goedemorgen|goedemiddag|goedenavond|bedankt|dank je|dank u|ja graag|nee bedankt",
    "pl": "cześć|czesc|dzień dobry|dzien dobry|dobry wieczór|dziękuję|dzięki|proszę|tak",
    "sv": "hej|hejsan|god morgon|tack|tack så mycket",
    "da": "hej|goddag|god morgen|tak|mange tak",
    "no": "hei|god dag|god morgen|takk|tusen takk",
    "fi": "hei|moi|terve|hyvää päivää|kiitos",
    "cs": "ahoj|dobrý den|dobry den|děkuji|díky",
    "sk": "ahoj|dobrý deň|ďakujem",
    "hu": "szia|jó napot|köszönöm",
    "ro": "salut|bună|bună ziua|mulțumesc|multumesc",
    "tr": "merhaba|selam|iyi günler|günaydın|teşekkürler|teşekkür ederim",
    "id": "halo|hai|selamat pagi|selamat siang|selamat sore|selamat malam|terima kasih|makasih|kak",
    "ms": "hai|selamat pagi|selamat petang|terima kasih",
    "vi": "xin chào|xin chao|chào shop|chao shop|chào bạn|cảm ơn|cam on",
    "fil": "kumusta|kamusta|magandang umaga|magandang gabi|salamat|maraming salamat",
}
_BY_PHRASE: dict[str, frozenset[str]] = {}
for _language, _line in _PHRASES.items():
    for _phrase in _line.split("|"):
        _BY_PHRASE[_phrase] = _BY_PHRASE.get(_phrase, frozenset()) | {_language}

_loading = threading.Lock()
_model: Any = None


def detect(text: str, candidates: Sequence[str]) -> str:
    """The candidate (BCP 47, as given) the text is written in; "" when unsure or when it is another language.

    Script first (Thai is Thai), then everyday openers ("hola"), then py3langid (Lui and Baldwin's langid.py).
    Between simplified and traditional Chinese the characters decide. The first call loads the model (0.3 s).
    """
    text = text[:_ENOUGH].strip()
    script = _script(text)
    if not script:
        return ""
    by_language: dict[str, list[str]] = {}
    for tag in candidates:
        by_language.setdefault(tag.replace("_", "-").split("-")[0].lower(), []).append(tag)
    possible = _written_in(script)
    standing = [code for code in by_language if _MODEL_CODES.get(code, code) in possible]
    if script in _SCRIPTS and len(standing) <= 1:
        language = standing[0] if standing else ""
    elif script == "CJK":  # not one kana among the Han characters: Japanese of any length has some
        language = "zh" if "zh" in standing else "ja"
    else:
        language = _by_phrase(text, standing) or _by_model(text, standing)
    tags = by_language.get(language, [])
    if language == "zh" and len(tags) > 1:
        return _chinese(text, tags)
    return tags[0] if tags else ""


def _script(text: str) -> str:
    """The script the text is in, as in _SCRIPTS, or LATIN, or "" without letters.

    A third of the letters is enough for another script than Latin, in which names of goods are written
    everywhere; kana, however few, make Han characters Japanese.
    """
    counts: dict[str, int] = {}
    for sign in text:
        if sign.isalpha():
            name = unicodedata.name(sign, "").split(" ")[0].split("-")[0]
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        return ""
    if "CJK" in counts:
        kana = max(("HIRAGANA", "KATAKANA"), key=lambda name: counts.get(name, 0))
        counts[kana if kana in counts else "CJK"] = counts.pop("CJK") + counts.get(kana, 0)
    others = {name: count for name, count in counts.items() if name in _SCRIPTS}
    main = max(others, key=lambda name: others[name], default="")
    return main if main and 3 * others[main] >= sum(counts.values()) else "LATIN"


def _written_in(script: str) -> frozenset[str]:
    if script in _SCRIPTS:
        return frozenset(_SCRIPTS[script].split())
    elsewhere = {code for codes in _SCRIPTS.values() for code in codes.split()} - {"uz", "sr", "bs", "az"}
    return _COMMON - elsewhere


def _by_phrase(text: str, standing: Sequence[str]) -> str:
    words = "".join(sign for sign in text.lower() if sign.isalpha() or sign in " '").strip()
    claiming = [code for code in standing if code in _BY_PHRASE.get(" ".join(words.split()), ())]
    return claiming[0] if len(claiming) == 1 else ""


def _by_model(text: str, standing: Sequence[str]) -> str:
    asked = {_MODEL_CODES.get(code, code): code for code in standing}
    ranking: list[tuple[str, float]] = _loaded().rank(text)
    mass = sum(share for code, share in ranking if code in asked)
    best, share = next(((code, share) for code, share in ranking if code in asked), ("", 0.0))
    if not best or mass <= 0 or share / mass < SURE:
        return ""
    winner, lead = ranking[0]
    return "" if winner not in asked and lead >= _FOREIGN else asked[best]


def _chinese(text: str, tags: Sequence[str]) -> str:
    """Simplified characters are those GB 2312 has and Big5 has not, and the other way round."""
    simplified = sum(_in_charset(sign, "gb2312") and not _in_charset(sign, "big5") for sign in text)
    traditional = sum(_in_charset(sign, "big5") and not _in_charset(sign, "gb2312") for sign in text)
    if simplified == traditional:
        return ""
    for tag in tags:
        parts = tag.replace("_", "-").lower().split("-")[1:]
        is_traditional = any(part in ("hant", "tw", "hk", "mo") for part in parts)
        if is_traditional == (traditional > simplified):
            return tag
    return ""


def _in_charset(sign: str, charset: str) -> bool:
    try:
        sign.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _loaded() -> Any:
    """The one model of this process. Ranking changes nothing in it, so threads share it."""
    global _model
    if _model is None:
        with _loading:
            if _model is None:
                from py3langid.langid import MODEL_FILE, LanguageIdentifier  # late: 75 MB

                model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
                model.set_languages(_COMMON)
                _model = model
    return _model
