from typing import Any

from engine.effects import SetCountry, SetLanguage
from engine.events import Contact
from engine.queries import AnyQuery, Detected, DetectLanguage, Failed, Locate, Place
from engine.turn import Ask, Go, Turn
from nodes.language_by_ip import LanguageByIp
from tests.nodes.rows import Row, answered, check, turn

FIVE = ("en", "de", "es", "zh", "th")
NODE = LanguageByIp()
TAIPEI = Contact(locale="zh-TW")
IN_THAILAND = Contact(ip="203.0.113.7")


def asks(query: AnyQuery, asked: str, heard: dict[str, str] | None = None, country: str = "") -> Ask:
    return Ask(query, memory={"asked": asked, "heard": heard or {}, "country": country})


def decided(source: str, language: str, heard: dict[str, str], *effects: Any, was: str = "") -> Go:
    said = () if language == was else (SetLanguage(language=language, why=source),)
    return Go("next", (*effects, *said), why={"decided": source, "language": language, "heard": heard})


def having(asked: str, answer: Any, heard: dict[str, str] | None = None, country: str = "", **more: Any) -> Turn:
    memory = {"asked": asked, "heard": heard or {}, "country": country}
    return turn(answered(answer), memory=memory, languages=FIVE, **more)


TABLE = [
    Row(
        "leaves a language alone that is known",
        NODE,
        turn(text="Hola", language="de", contact=TAIPEI, languages=FIVE),
        Go("next", why={"decided": "known", "language": "de"}),
    ),
    Row(
        "takes the profile's language",
        NODE,
        turn(text="Hola", contact=Contact(locale="de-AT"), languages=FIVE),
        decided("locale", "de", {"locale": "de"}),
    ),
    Row(
        "tells traditional Chinese from simplified",
        NODE,
        turn(contact=TAIPEI, languages=("en", "zh", "zh-Hant")),
        decided("locale", "zh-Hant", {"locale": "zh-Hant"}),
    ),
    Row(
        "makes do with simplified where there is no other",
        NODE,
        turn(contact=TAIPEI, languages=("en", "zh")),
        decided("locale", "zh", {"locale": "zh"}),
    ),
    Row(
        "then looks at what was written",
        NODE,
        turn(text="¿Qué tal?", contact=Contact(locale="fr-FR"), languages=FIVE),
        asks(DetectLanguage(text="¿Qué tal?", candidates=FIVE), "text", {"locale": ""}),
    ),
    Row(
        "takes the language written in",
        NODE,
        having("text", Detected(language="es"), {"locale": ""}, text="¿Qué tal?"),
        decided("text", "es", {"locale": "", "text": "es"}),
    ),
    Row(
        "asks for the country first of all, for rules",
        NODE,
        turn(text="Hi", contact=Contact(ip="203.0.113.7", locale="de"), languages=FIVE),
        asks(Locate(ip="203.0.113.7"), "ip"),
    ),
    Row(
        "keeps the country, though the profile decides",
        NODE,
        having("ip", Place(country="TH", languages=("th", "en")), contact=Contact(ip="203.0.113.7", locale="de")),
        decided("locale", "de", {"ip": "th", "locale": "de"}, SetCountry(country="TH")),
    ),
    Row(
        "takes the language of the address where nothing else tells",
        NODE,
        having("ip", Place(country="TH", languages=("th", "en")), contact=IN_THAILAND),
        decided("ip", "th", {"ip": "th", "locale": "", "text": ""}, SetCountry(country="TH")),
    ),
    Row(
        "takes the first language of a country that the flow speaks",
        NODE,
        having("ip", Place(country="CH", languages=("rm", "fr", "de")), contact=IN_THAILAND),
        decided("ip", "de", {"ip": "de", "locale": "", "text": ""}, SetCountry(country="CH")),
    ),
    Row(
        "asks what is spoken where the channel knows the country",
        NODE,
        turn(contact=Contact(country="TH"), languages=FIVE),
        asks(Locate(country="TH"), "ip", {"locale": "", "text": ""}),
    ),
    Row(
        "then looks at the phone number",
        NODE,
        turn(contact=Contact(phone_country="DE"), languages=FIVE),
        asks(Locate(country="DE"), "phone", {"locale": "", "text": "", "ip": ""}),
    ),
    Row(
        "takes the phone number's",
        NODE,
        having("phone", Place(country="DE", languages=("de",)), {"locale": "", "text": "", "ip": ""}),
        decided("phone", "de", {"locale": "", "text": "", "ip": "", "phone": "de"}, SetCountry(country="DE")),
    ),
    Row(
        "falls back on the flow's own",
        NODE,
        turn(languages=FIVE),
        decided("default", "en", {"locale": "", "text": "", "ip": "", "phone": ""}),
    ),
    Row(
        "asks on when something cannot be found out",
        NODE,
        having("ip", Failed(reason="no data"), contact=IN_THAILAND),
        decided("default", "en", {"ip": "", "locale": "", "text": "", "phone": ""}),
    ),
    Row(
        "keeps the order it is given",
        LanguageByIp(order=("ip", "locale")),
        having("ip", Place(country="TH", languages=("th",)), contact=Contact(ip="203.0.113.7", locale="de")),
        decided("ip", "th", {"ip": "th"}, SetCountry(country="TH")),
    ),
    Row(
        "takes only the languages it may",
        LanguageByIp(languages=("de", "es"), order=("text",)),
        turn(text="สวัสดี", languages=FIVE),
        asks(DetectLanguage(text="สวัสดี", candidates=("de", "es")), "text"),
    ),
    Row(
        "decides again if it is to",
        LanguageByIp(order=("text",), again=True),
        having("text", Detected(language="es"), language="de", text="Hola"),
        decided("text", "es", {"text": "es"}),
    ),
    Row(
        "keeps what is known when nothing new tells",
        LanguageByIp(order=("text",), again=True),
        having("text", Detected(), language="de", text="OK"),
        decided("known", "de", {"text": ""}, was="de"),
    ),
]


def test_table() -> None:
    check(TABLE)
