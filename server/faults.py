"""What can go wrong with a message on its way out: each kind with what is done about it, and how people are told."""

import random
from datetime import timedelta
from typing import Literal

import msgspec

from server.errors import ScreenLanguage

FaultKind = Literal[
    "network", "timeout", "server", "busy", "credentials", "trouble", "died", "refused", "blocked", "off"
]

LONGEST_PAUSE = 600.0
"""Seconds between two tries at most, whatever the platform asks for."""

LONGEST_WAIT = timedelta(hours=24)
"""A message older than that fails at its next fault: what is a day late is better looked at by a person."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """What follows a fault: pauses (seconds) that double from ``first`` to ``longest``, with jitter, and after so many
    ``tries`` of the same kind in a row the message has failed.

    ``whole``: the fault is the account's, not the message's, so all that the account sends waits. ``unsure``: the
    message may have arrived all the same.
    """

    tries: int = 1
    first: float = 0.0
    longest: float = 0.0
    whole: bool = False
    unsure: bool = False


SCHEDULES: dict[FaultKind, Schedule] = {
    # No connection: the message has certainly not left, and no other of the account would.
    "network": Schedule(tries=720, first=1, longest=120, whole=True),
    "timeout": Schedule(tries=12, first=2, longest=600, unsure=True),
    "server": Schedule(tries=16, first=1, longest=600),
    # The platform asks for a pause, and mostly says how long.
    "busy": Schedule(tries=100, first=1, longest=600, whole=True),
    "credentials": Schedule(tries=30, first=30, longest=600, whole=True),
    # Our own fault, or that of another package's channel.
    "trouble": Schedule(tries=6, first=30, longest=600),
    # The sender was killed over it; it goes again at once, but not for ever.
    "died": Schedule(tries=12, unsure=True),
    "refused": Schedule(),
    "blocked": Schedule(),
    "off": Schedule(),
}

SENTENCES: dict[FaultKind, dict[ScreenLanguage, str]] = {
    "network": {"en": "The platform cannot be reached.", "zh": "无法连接到渠道平台。"},
    "timeout": {"en": "The platform did not answer in time.", "zh": "渠道平台未在规定时间内响应。"},
    "server": {"en": "The platform has trouble of its own.", "zh": "渠道平台自身出现故障。"},
    "busy": {"en": "The platform asks to slow down.", "zh": "发送过于频繁，渠道平台要求放慢速度。"},
    "credentials": {
        "en": "The platform does not accept the account's credentials. Check the channel's settings.",
        "zh": "渠道平台不接受该账号的凭据，请检查渠道设置。",
    },
    "trouble": {"en": "Parley could not prepare the message; the log says why.", "zh": "消息处理出错，原因见日志。"},
    "died": {"en": "Sending it was cut off again and again.", "zh": "发送过程多次中断。"},
    "refused": {"en": "The platform refused the message.", "zh": "渠道平台拒收此消息。"},
    "blocked": {"en": "The contact has blocked this account.", "zh": "访客已屏蔽此账号。"},
    "off": {"en": "The channel account is switched off or gone.", "zh": "渠道账号已停用或不存在。"},
}
"""How a kind of fault is told; the stored ``fault`` adds the platform's own words."""


def told(kind: str, language: ScreenLanguage = "en") -> str:
    """The sentence for a kind of fault, empty for none."""
    for known, sentences in SENTENCES.items():
        if known == kind:
            return sentences[language]
    return ""


def pause(kind: FaultKind, tries: int, asked: float = 0.0) -> timedelta:
    """How long to wait after so many tries: doubling, with jitter, and as long as the platform asks for (seconds)."""
    schedule = SCHEDULES[kind]
    backoff = min(schedule.first * 2.0 ** min(tries - 1, 40), schedule.longest)
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 no secret
    return timedelta(seconds=max(backoff * jitter, min(asked, LONGEST_PAUSE)))
