"""People, their signing in, and programs' tokens: who is asking, and may they?"""

from datetime import UTC, datetime, timedelta
from http.cookies import CookieError, SimpleCookie

import msgspec
from sqlalchemy import Connection, Engine, case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from server import passwords, tables
from server.database import reading
from server.errors import RefusedError
from server.ids import new_id
from server.permissions import Permission, Role, outranks, permitted
from server.settings import Settings

_people, _sign_ins, _tries, _tokens = tables.persons, tables.sign_ins, tables.sign_in_tries, tables.api_tokens


COOKIE = "parley_session"
TOKEN_PREFIX = "parley_"  # noqa: S105 what tokens begin with is no secret
OWNER_EMAIL = "owner@localhost"

IDLE = timedelta(days=14)
"""A sign-in ends when it was not used for so long."""
LONGEST = timedelta(days=90)
"""And after this in any case."""
_RENEW_EVERY = timedelta(hours=1)

TRY_WINDOW = timedelta(minutes=15)
TRIES_OF_PAIR, TRIES_OF_ADDRESS, TRIES_OF_EMAIL = 10, 60, 100
"""Failed sign-ins within the window: for an e-mail from one address, from one address, and for an e-mail in all."""


class Person(msgspec.Struct, frozen=True):
    """Who is asking: a person, or a program by its token (then without an e-mail)."""

    id: str
    name: str
    email: str
    role: Role
    language: str = ""
    active: bool = True


PARLEY = Person(id="", name="Parley", email="", role="owner")
"""Parley itself: the command line and the first start."""


class SignedIn(msgspec.Struct, frozen=True):
    """A new sign-in; `token` belongs into the cookie and is never shown again."""

    person: Person
    token: str


class FirstOwner(msgspec.Struct, frozen=True):
    """The owner made at the first start; `password` is to be shown once if it was `made` up."""

    email: str
    password: str
    made: bool


def may(person: Person, permission: Permission) -> bool:
    """Whether the person's role includes the permission."""
    return person.active and permitted(person.role, permission)


def demand(person: Person, permission: Permission) -> None:
    """Raise RefusedError `not_allowed` unless the person may."""
    if not may(person, permission):
        raise RefusedError("not_allowed", where=permission, role=person.role, permission=permission)


def ensure_owner(engine: Engine, settings: Settings) -> FirstOwner | None:
    """Make the owner when there is nobody at all; None when somebody is there. Safe from several processes."""
    with reading(engine).begin() as connection:
        if connection.execute(select(_people.c.id).limit(1)).first():
            return None
    password = settings.owner_password or passwords.new_token()[:16]
    try:
        with engine.begin() as connection:
            if connection.execute(select(_people.c.id).limit(1)).first():
                return None
            connection.execute(
                insert(_people).values(
                    id=new_id(),
                    email=OWNER_EMAIL,
                    name="Owner",
                    role="owner",
                    password_hash=passwords.hashed(password),
                    language="",
                    active=True,
                    created=datetime.now(UTC),
                )
            )
    except IntegrityError:
        return None
    return FirstOwner(OWNER_EMAIL, password, made=settings.owner_password is None)


def sign_in(engine: Engine, email: str, password: str, ip: str = "", now: datetime | None = None) -> SignedIn:
    """Check the password and begin a sign-in. Raises RefusedError `wrong_sign_in` or `too_many_tries`."""
    now = now or datetime.now(UTC)
    email = email.strip().lower()
    keys = _count_try(engine, email, ip, now)
    with reading(engine).begin() as connection:
        row = connection.execute(select(_people).where(_people.c.email == email)).first()
    # The time goes into the hash, so outside any transaction.
    if not passwords.matches(row.password_hash if row and row.active else None, password) or row is None:
        raise RefusedError("wrong_sign_in")
    token = passwords.new_token()
    with engine.begin() as connection:
        connection.execute(delete(_tries).where((_tries.c.key == keys[0]) | (_tries.c.since < now - TRY_WINDOW)))
        connection.execute(update(_tries).where(_tries.c.key.in_(keys[1:])).values(count=_tries.c.count - 1))
        connection.execute(delete(_sign_ins).where(_sign_ins.c.expires < now))
        if passwords.outdated(row.password_hash):
            changed = update(_people).where(_people.c.id == row.id)
            connection.execute(changed.values(password_hash=passwords.hashed(password)))
        connection.execute(
            insert(_sign_ins).values(
                token_hash=passwords.token_hash(token), person=row.id, created=now, expires=now + IDLE
            )
        )
    return SignedIn(_person(row), token)


def sign_out(engine: Engine, cookie: str) -> None:
    """End the sign-in of a Cookie header; the token is void from now on."""
    if token := session_token(cookie):
        with engine.begin() as connection:
            connection.execute(delete(_sign_ins).where(_sign_ins.c.token_hash == passwords.token_hash(token)))


def person_of(engine: Engine, cookie: str = "", authorization: str = "", now: datetime | None = None) -> Person | None:
    """Whom the headers Cookie or Authorization (as sent) belong to, None if to nobody. A token goes before."""
    if authorization:
        scheme, _, token = authorization.partition(" ")
        return _of_token(engine, token.strip(), now) if scheme.lower() == "bearer" else None
    token = session_token(cookie)
    return _of_session(engine, token, now or datetime.now(UTC)) if token else None


def session_token(cookie: str) -> str:
    """Our token in a Cookie header, or an empty text."""
    if COOKIE not in cookie:
        return ""
    try:
        found = SimpleCookie(cookie).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _of_session(engine: Engine, token: str, now: datetime) -> Person | None:
    key = passwords.token_hash(token)
    with reading(engine).begin() as connection:
        row = connection.execute(
            select(_people, _sign_ins.c.created.label("since"), _sign_ins.c.expires)
            .join(_sign_ins, _sign_ins.c.person == _people.c.id)
            .where(_sign_ins.c.token_hash == key, _sign_ins.c.expires > now, _people.c.active)
        ).first()
    if row is None or row.since + LONGEST <= now:
        return None
    renewed = min(now + IDLE, row.since + LONGEST)
    if renewed - row.expires > _RENEW_EVERY:
        with engine.begin() as connection:
            connection.execute(update(_sign_ins).where(_sign_ins.c.token_hash == key).values(expires=renewed))
    return _person(row)


def _of_token(engine: Engine, token: str, now: datetime | None) -> Person | None:
    if not token.startswith(TOKEN_PREFIX):
        return None
    now = now or datetime.now(UTC)
    with reading(engine).begin() as connection:
        row = connection.execute(
            select(_tokens, _people.c.role.label("maker_role"), _people.c.active)
            .outerjoin(_people, _people.c.id == _tokens.c.person)
            .where(_tokens.c.token_hash == passwords.token_hash(token))
        ).first()
    if row is None or (row.person and not row.active):
        return None
    # A token never does more than the person who made it may by now.
    role = row.role if row.maker_role is None or outranks(row.maker_role, row.role) else row.maker_role
    if row.last_used is None or now - row.last_used > _RENEW_EVERY:
        with engine.begin() as connection:
            connection.execute(update(_tokens).where(_tokens.c.id == row.id).values(last_used=now))
    return Person(id=row.id, name=row.name, email="", role=role)


def _count_try(engine: Engine, email: str, ip: str, now: datetime) -> list[str]:
    """Count an attempt before it is made, so that many at once count as many."""
    limits = {passwords.token_hash(f"pair {email} {ip}"): TRIES_OF_PAIR}
    if ip:
        limits[passwords.token_hash(f"address {ip}")] = TRIES_OF_ADDRESS
    limits[passwords.token_hash(f"email {email}")] = TRIES_OF_EMAIL
    longest = timedelta()
    with engine.begin() as connection:
        for key, limit in limits.items():
            count, since = _one_more(connection, key, now)
            if count > limit:
                longest = max(longest, since + TRY_WINDOW - now)
    if longest:
        raise RefusedError("too_many_tries", minutes=int(longest.total_seconds() // 60) + 1)
    return list(limits)


def _one_more(connection: Connection, key: str, now: datetime) -> tuple[int, datetime]:
    made = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(_tries)
    over = _tries.c.since <= now - TRY_WINDOW
    counted = made.values(key=key, count=1, since=now).on_conflict_do_update(
        index_elements=[_tries.c.key],
        set_={
            "count": case((over, 1), else_=_tries.c.count + 1),
            "since": case((over, now), else_=_tries.c.since),
        },
    )
    row = connection.execute(counted.returning(_tries.c.count, _tries.c.since)).one()
    return row[0], row[1]


def _person(row: object) -> Person:
    return msgspec.convert(row, Person, from_attributes=True)
