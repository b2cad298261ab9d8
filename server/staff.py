"""Managing people and tokens: add, change role, disable, set passwords. Nobody reaches above their own role."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from server import audit, passwords, tables
from server.database import reading
from server.errors import RefusedError, not_found
from server.ids import new_id
from server.people import TOKEN_PREFIX, Person
from server.permissions import ROLES, Role, outranks

_people, _sign_ins, _tokens = tables.persons, tables.sign_ins, tables.api_tokens


class Token(msgspec.Struct, frozen=True):
    """What is known of a token after it was made: never the token itself."""

    id: str
    name: str
    role: Role
    person: str
    created: datetime
    last_used: datetime | None = None


class NewToken(msgspec.Struct, frozen=True):
    """A token just made; `token` is shown this once."""

    id: str
    name: str
    role: Role
    token: str


def people(engine: Engine) -> list[Person]:
    """Everyone, by name; the disabled too."""
    with reading(engine).begin() as connection:
        rows = connection.execute(select(_people).order_by(func.lower(_people.c.name), _people.c.id))
        return [msgspec.convert(row, Person, from_attributes=True) for row in rows]


def add_person(engine: Engine, by: Person, email: str, name: str, role: Role, password: str) -> Person:
    """Let someone sign in. Raises RefusedError `bad_email`, `email_taken`, `weak_password` or `above_yourself`."""
    _reach(by, role)
    email = _email(email)
    person = Person(id=new_id(), name=_name(name) or email, email=email, role=role)
    hashed = passwords.hashed(password)
    try:
        with engine.begin() as connection:
            connection.execute(
                insert(_people).values(
                    **msgspec.structs.asdict(person), password_hash=hashed, created=datetime.now(UTC)
                )
            )
            audit.record(connection, by.id, "person.add", person.id, email=email, role=role)
    except IntegrityError:
        raise RefusedError("email_taken", where="email", email=email) from None
    return person


def change_person(
    engine: Engine,
    by: Person,
    which: str,
    *,
    name: str | None = None,
    role: Role | None = None,
    active: bool | None = None,
    password: str | None = None,
) -> Person:
    """Change what is given. Whoever is disabled or gets a new password is signed out everywhere.

    Raises RefusedError `not_found`, `above_yourself`, `last_owner` or `weak_password`.
    """
    changes: dict[str, Any] = {}
    if name is not None and _name(name):
        changes["name"] = _name(name)
    if role is not None:
        changes["role"] = role
    if active is not None:
        changes["active"] = active
    told = dict(changes)
    if password is not None:
        changes["password_hash"] = passwords.hashed(password)
        told["password"] = "changed"  # noqa: S105 that it was, not what it is
    with engine.begin() as connection:
        person = _locked(connection, which)
        _reach(by, person.role)
        _reach(by, role or person.role)
        if person.role == "owner" and (role not in (None, "owner") or active is False):
            _another_owner(connection, which)
        if changes:
            connection.execute(update(_people).where(_people.c.id == which).values(**changes))
            audit.record(connection, by.id, "person.change", which, **told)
        if active is False or password is not None:
            connection.execute(delete(_sign_ins).where(_sign_ins.c.person == which))
        changes.pop("password_hash", None)
        return msgspec.structs.replace(person, **changes)


def change_self(
    engine: Engine,
    person: Person,
    *,
    name: str | None = None,
    language: str | None = None,
    old_password: str = "",
    password: str | None = None,
) -> Person:
    """What everyone may change of themselves; a new password needs the old one and ends all sign-ins."""
    changes: dict[str, Any] = {}
    if name is not None and _name(name):
        changes["name"] = _name(name)
    if language is not None:
        changes["language"] = language[:8]
    hashed = passwords.hashed(password) if password is not None else ""
    with reading(engine).begin() as connection:
        stored = connection.execute(select(_people.c.password_hash).where(_people.c.id == person.id)).scalar()
    if stored is None:
        raise not_found("person", person.id)
    if hashed and not passwords.matches(stored, old_password):
        raise RefusedError("wrong_sign_in", where="old_password")
    with engine.begin() as connection:
        if hashed:
            connection.execute(delete(_sign_ins).where(_sign_ins.c.person == person.id))
            connection.execute(update(_people).where(_people.c.id == person.id).values(password_hash=hashed))
            audit.record(connection, person.id, "person.change", person.id, password="changed")  # noqa: S106
        if changes:
            connection.execute(update(_people).where(_people.c.id == person.id).values(**changes))
    return msgspec.structs.replace(person, **changes)


def set_password(engine: Engine, email: str, password: str) -> None:
    """From the command line, for whoever has lost theirs. Raises RefusedError `not_found` or `weak_password`."""
    hashed = passwords.hashed(password)
    with engine.begin() as connection:
        row = connection.execute(select(_people.c.id).where(_people.c.email == email.strip().lower())).first()
        if row is None:
            raise not_found("person", email)
        connection.execute(update(_people).where(_people.c.id == row.id).values(password_hash=hashed, active=True))
        connection.execute(delete(_sign_ins).where(_sign_ins.c.person == row.id))
        audit.record(connection, "", "person.change", row.id, password="changed")  # noqa: S106


def tokens(engine: Engine) -> list[Token]:
    """Every token, the newest first."""
    with reading(engine).begin() as connection:
        rows = connection.execute(select(_tokens).order_by(_tokens.c.id.desc()))
        return [msgspec.convert(row, Token, from_attributes=True) for row in rows]


def create_token(engine: Engine, by: Person, name: str, role: Role) -> NewToken:
    """Make a token for a program. Raises RefusedError `above_yourself`."""
    _reach(by, role)
    token = passwords.new_token(TOKEN_PREFIX)
    made = NewToken(id=new_id(), name=_name(name) or "API", role=role, token=token)
    with engine.begin() as connection:
        # A token made by means of a token is still that person's.
        maker = connection.execute(select(_tokens.c.person).where(_tokens.c.id == by.id)).scalar()
        connection.execute(
            insert(_tokens).values(
                id=made.id,
                token_hash=passwords.token_hash(token),
                name=made.name,
                role=role,
                person=by.id if maker is None else maker,
                created=datetime.now(UTC),
            )
        )
        audit.record(connection, by.id, "token.create", made.id, name=made.name, role=role)
    return made


def revoke_token(engine: Engine, by: Person, which: str) -> None:
    """The token is void from now on. Raises RefusedError `not_found` or `above_yourself`."""
    with engine.begin() as connection:
        row = connection.execute(select(_tokens).where(_tokens.c.id == which)).first()
        if row is None:
            raise not_found("token", which)
        _reach(by, row.role)
        connection.execute(delete(_tokens).where(_tokens.c.id == which))
        audit.record(connection, by.id, "token.revoke", which, name=row.name)


def _locked(connection: Connection, which: str) -> Person:
    row = connection.execute(select(_people).where(_people.c.id == which).with_for_update()).first()
    if row is None:
        raise not_found("person", which)
    return msgspec.convert(row, Person, from_attributes=True)


def _another_owner(connection: Connection, which: str) -> None:
    owners = select(_people.c.id).where(_people.c.role == "owner", _people.c.active).with_for_update()
    if not {row.id for row in connection.execute(owners)} - {which}:
        raise RefusedError("last_owner", where="role")


def _reach(by: Person, role: Role) -> None:
    if role not in ROLES:
        raise RefusedError("bad_value", where="role", reason=f"A role is one of {', '.join(ROLES)}.")
    if not outranks(by.role, role):
        raise RefusedError("above_yourself", where="role", role=role)


def _email(text: str) -> str:
    email = text.strip().lower()
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or len(email) > 254 or any(sign.isspace() or sign in "<>," for sign in email):
        raise RefusedError("bad_email", where="email", email=text.strip()[:80])
    return email


def _name(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:120]
