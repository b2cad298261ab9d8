"""The customers: what they say, and the calls that bring it, as platforms call.

A call brings one event or several, comes once or up to four times at the same time, again after it was taken, and for
as long as nobody says 200. What was said 200 to is acknowledged, and must not be lost.
"""

import hmac
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import msgspec

API, TELEGRAM = "shop", "bot"
"""The accounts."""

SECRET = "a secret of the shop's"
TOKEN = "12345678:AAH-abcdefghijklmnopqrstuvwxyz0123"
HOOK = "hook-secret"

KINDS = ("plain", "plain", "plain", "plain", "wait", "wait", "ask", "bye")
"""What a message may be, as often as that: the flow answers each kind in a way of its own."""

DRIVERS = 6
MOST_EVENTS = 6
# Seconds.
PATIENCE = 12.0
AGAIN = 0.2


class Said(msgspec.Struct, frozen=True):
    """A message of a contact: its ``number`` among theirs, and the platform's id of it."""

    account: str
    contact: str
    number: int
    id: str
    text: str


class Contact(msgspec.Struct):
    """Someone who writes: says ``said`` so far, and has something to say from ``ready`` (monotonic seconds)."""

    account: str
    address: str
    said: int = 0
    ready: float = 0.0


class Load:
    """Customers that talk until told to stop. ``acknowledged`` holds what was said 200 to, in no order."""

    def __init__(self, urls: Callable[[], Sequence[str]], contacts: int, seed: str) -> None:
        self.acknowledged: list[Said] = []
        self.statuses: dict[int, int] = {}
        self.unheard: list[Said] = []
        self._urls = urls
        self._seed = seed
        self._contacts = [Contact(API, f"c{number}") for number in range(contacts)]
        self._contacts += [Contact(TELEGRAM, str(1000 + number)) for number in range(contacts)]
        self._ends = threading.Event()
        self._gives_up = threading.Event()
        self._lock = threading.Lock()
        self._copies = ThreadPoolExecutor(4 * DRIVERS, thread_name_prefix="copy")
        self._drivers = [threading.Thread(target=self._drive, args=(number,), daemon=True) for number in range(DRIVERS)]

    def start(self) -> None:
        """Begin to talk."""
        for driver in self._drivers:
            driver.start()

    def stop(self, patience: float) -> None:
        """Say no more, and wait until all that was said is acknowledged; what is not after a while is ``unheard``."""
        self._ends.set()
        deadline = time.monotonic() + patience
        for driver in self._drivers:
            driver.join(max(0.0, deadline - time.monotonic()))
        self._gives_up.set()
        for driver in self._drivers:
            driver.join()
        self._copies.shutdown()

    def _drive(self, number: int) -> None:
        rng = random.Random(f"{self._seed} driver {number}")
        again: list[tuple[float, list[Said]]] = []
        while not self._ends.is_set():
            if again and again[0][0] < time.monotonic():
                self._deliver(rng, again.pop(0)[1])
                continue
            contacts = self._take(rng)
            if not contacts:
                self._ends.wait(0.02)
                continue
            told = self._tell(rng, contacts)
            self._deliver(rng, told)
            if rng.random() < 0.2:
                again.append((time.monotonic() + rng.uniform(0, 3), told))
            self._leave(rng, contacts)

    def _take(self, rng: random.Random) -> list[Contact]:
        """Contacts of one account that have something to say; nobody else speaks for them until they are left."""
        now = time.monotonic()
        with self._lock:
            account = rng.choice((API, TELEGRAM))
            ready = [one for one in self._contacts if one.account == account and one.ready <= now]
            found = rng.sample(ready, min(len(ready), rng.randint(1, MOST_EVENTS) if account == API else 1))
            for one in found:
                one.ready = float("inf")
        return found

    def _leave(self, rng: random.Random, contacts: Sequence[Contact]) -> None:
        # Some go on at once, some let the flow's time limit of a second come close, some let it pass.
        for one in contacts:
            one.ready = time.monotonic() + rng.choice((0, rng.uniform(0.2, 0.8), rng.uniform(0.9, 1.1), 3.0))

    def _tell(self, rng: random.Random, contacts: Sequence[Contact]) -> list[Said]:
        """A call's events: each contact's in their order, all contacts' shuffled into one another, some twice."""
        lines = [self._lines(rng, one) for one in contacts]
        told: list[Said] = []
        while lines := [line for line in lines if line]:
            told.append(rng.choice(lines).pop(0))
        if contacts[0].account == API:
            with self._lock:
                known = rng.choice(self.acknowledged) if self.acknowledged else told[0]
            if rng.random() < 0.2 and known.account == API:
                told.insert(rng.randint(0, len(told)), known)
            if rng.random() < 0.1:
                told.append(told[0])
        return told

    def _lines(self, rng: random.Random, contact: Contact) -> list[Said]:
        count = rng.choice((1, 1, 1, 2, 3)) if contact.account == API else 1
        lines = []
        for _ in range(count):
            contact.said += 1
            kind = rng.choice(KINDS)
            text = f"{contact.address} m{contact.said} {kind}"
            # Telegram's ids are numbers.
            unique = (
                f"{contact.address}-{contact.said}" if contact.account == API else f"{contact.address}{contact.said:06}"
            )
            lines.append(Said(contact.account, contact.address, contact.said, unique, text))
        return lines

    def _deliver(self, rng: random.Random, told: Sequence[Said]) -> None:
        """Bring these events until somebody says 200."""
        while True:
            copies = rng.choice((1, 1, 1, 2, 3, 4))
            urls = [rng.choice(self._urls()) for _ in range(copies)]
            statuses = list(self._copies.map(lambda url: post(url, told), urls))
            with self._lock:
                for status in statuses:
                    self.statuses[status] = self.statuses.get(status, 0) + 1
                if 200 in statuses:
                    self.acknowledged += told
                    return
            if self._gives_up.wait(rng.uniform(0.5, 1.5) * AGAIN):
                self.unheard += told
                return


def post(url: str, told: Sequence[Said]) -> int:
    """Call the webhook with these events, all of one account; its status, 0 where no answer came."""
    account = told[0].account
    if account == API:
        events = [{"id": one.id, "contact": one.contact, "text": one.text} for one in told]
        body = json.dumps({"events": events}).encode()
        moment = str(int(time.time()))
        signed = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
        headers = {"x-parley-signature": f"t={moment},v1={signed}"}
    else:
        [one] = told
        message = {
            "message_id": one.number,
            "chat": {"id": int(one.contact)},
            "date": int(time.time()),
            "text": one.text,
        }
        body = json.dumps({"update_id": int(one.id), "message": message}).encode()
        headers = {"x-telegram-bot-api-secret-token": HOOK}
    connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request("POST", f"/webhooks/{account}", body, headers | {"content-type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
