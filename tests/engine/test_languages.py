import pytest

from engine.languages import matching


@pytest.mark.parametrize(
    ("wanted", "offered", "found"),
    [
        (["de"], ["en", "de"], "de"),
        (["de-AT"], ["en", "de"], "de"),
        (["de"], ["en", "de-AT"], "de-AT"),
        (["pt-BR"], ["pt", "pt-BR"], "pt-BR"),
        (["pt-BR"], ["en", "pt-PT"], "pt-PT"),
        (["zh-TW"], ["zh", "zh-Hant"], "zh-Hant"),
        (["zh-HK"], ["zh-CN", "zh-TW"], "zh-TW"),
        (["zh-Hant-CN"], ["zh", "zh-TW"], "zh-TW"),
        (["zh"], ["zh-Hant", "zh-Hans"], "zh-Hans"),
        (["zh-CN"], ["zh-Hant", "zh"], "zh"),
        (["zh-TW"], ["en", "zh"], "zh"),
        (["zh-TW", "en"], ["en", "zh"], "en"),
        (["EN_us"], ["en"], "en"),
        (["nb"], ["no"], "no"),
        (["iw"], ["he"], "he"),
        (["rm", "fr", "de"], ["en", "de"], "de"),
        (["fr"], ["en", "de"], ""),
        (["", " "], ["en"], ""),
        ([], ["en"], ""),
        (["en"], [], ""),
    ],
)
def test_finds_the_offer_that_serves_the_reader(wanted: list[str], offered: list[str], found: str) -> None:
    assert matching(wanted, offered) == found
