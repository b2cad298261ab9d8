"""Signing in, sessions, tokens, and who may do what."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from server import audit, passwords, people, staff, tables
from server.errors import RefusedError
from server.people import COOKIE, PARLEY, Person
from server.permissions import PERMISSIONS, ROLES, Role, outranks, permitted
from server.settings import Settings

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
PASSWORD = "a pass phrase of hers"


def cookie(token: str) -> str:
    return f"theme=dark; {COOKIE}={token}"


@pytest.fixture(autouse=True)
def _quick_argon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def ada(database: Engine) -> Person:
    return staff.add_person(database, PARLEY, "Ada@Luna.example", "Ada", "admin", PASSWORD)


def test_the_owner_is_made_once(database: Engine, settings: Settings) -> None:
    made = people.ensure_owner(database, settings)
    assert made is not None
    assert made.made
    assert people.sign_in(database, made.email, made.password).person.role == "owner"
    assert people.ensure_owner(database, settings) is None


def test_the_owner_has_the_password_of_the_settings(database: Engine, settings: Settings) -> None:
    chosen = msgspec.structs.replace(settings, owner_password="chosen by the shop")
    made = people.ensure_owner(database, chosen)
    assert made == people.FirstOwner(people.OWNER_EMAIL, "chosen by the shop", made=False)


def test_a_sign_in_is_known_by_its_cookie_until_it_is_ended(database: Engine, ada: Person) -> None:
    signed_in = people.sign_in(database, " ada@luna.example ", PASSWORD)
    assert people.person_of(database, cookie(signed_in.token)) == ada
    people.sign_out(database, cookie(signed_in.token))
    assert people.person_of(database, cookie(signed_in.token)) is None


@pytest.mark.parametrize(
    "header", ["", "nonsense", f"{COOKIE}=", f"{COOKIE}=null", f"{COOKIE}=" + "x" * 4000, f'{COOKIE}="\\', "a=b; c"]
)
def test_no_cookie_of_ours_is_nobody(database: Engine, ada: Person, header: str) -> None:
    people.sign_in(database, ada.email, PASSWORD)
    assert people.person_of(database, header) is None


def test_what_is_stored_of_a_sign_in_opens_nothing(database: Engine, ada: Person) -> None:
    token = people.sign_in(database, ada.email, PASSWORD).token
    with database.begin() as connection:
        stored = connection.execute(select(tables.sign_ins.c.token_hash)).scalar_one()
        password_hash = connection.execute(select(tables.persons.c.password_hash)).scalar_one()
    assert token not in stored
    assert password_hash.startswith("$argon2id$")
    assert people.person_of(database, cookie(stored)) is None


def test_use_keeps_a_sign_in_alive_and_idleness_ends_it(database: Engine, ada: Person) -> None:
    token = people.sign_in(database, ada.email, PASSWORD, now=NOW).token
    day = timedelta(days=1)
    assert people.person_of(database, cookie(token), now=NOW + 13 * day)
    assert people.person_of(database, cookie(token), now=NOW + 26 * day)
    assert people.person_of(database, cookie(token), now=NOW + 41 * day) is None


def test_no_sign_in_lives_longer_than_the_longest(database: Engine, ada: Person) -> None:
    token = people.sign_in(database, ada.email, PASSWORD, now=NOW).token
    alive = [people.person_of(database, cookie(token), now=NOW + timedelta(days=7 * week)) for week in range(1, 14)]
    assert [person is not None for person in alive] == [True] * 12 + [False]


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), "x" * 5000])
def test_a_wrong_password_is_refused_like_an_unknown_name(database: Engine, ada: Person, password: str) -> None:
    said = []
    for email in (ada.email, "nobody@luna.example"):
        with pytest.raises(RefusedError) as refused:
            people.sign_in(database, email, password)
        said.append((refused.value.code, str(refused.value)))
    assert said == [("wrong_sign_in", "The e-mail address or the password is wrong.")] * 2


def test_guessing_is_slowed_down_for_the_guesser_alone(database: Engine, ada: Person) -> None:
    for _ in range(people.TRIES_OF_PAIR):
        with pytest.raises(RefusedError, match="wrong"):
            people.sign_in(database, ada.email, "guess", "203.0.113.9", NOW)
    with pytest.raises(RefusedError) as refused:
        people.sign_in(database, ada.email, PASSWORD, "203.0.113.9", NOW)
    assert refused.value.code == "too_many_tries"
    assert refused.value.said("zh") == "尝试次数过多，请在 16 分钟后重试。"
    assert people.sign_in(database, ada.email, PASSWORD, "198.51.100.7", NOW).person == ada
    assert people.sign_in(database, ada.email, PASSWORD, "203.0.113.9", NOW + people.TRY_WINDOW).person == ada


def test_many_names_from_one_address_are_one_guesser(database: Engine, ada: Person) -> None:
    for number in range(people.TRIES_OF_ADDRESS):
        people._count_try(database, f"name{number}@luna.example", "203.0.113.9", NOW)
    with pytest.raises(RefusedError, match="Too many"):
        people.sign_in(database, ada.email, PASSWORD, "203.0.113.9", NOW)


def test_signing_in_often_is_no_guessing(database: Engine, ada: Person) -> None:
    for _ in range(people.TRIES_OF_PAIR + 2):
        people.sign_in(database, ada.email, PASSWORD, "203.0.113.9", NOW)
    assert people.sign_in(database, ada.email, PASSWORD, "203.0.113.9", NOW).person == ada


def test_an_outdated_hash_is_renewed_at_sign_in(database: Engine, ada: Person) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    with database.begin() as connection:
        connection.execute(tables.persons.update().values(password_hash=weak))
    people.sign_in(database, ada.email, PASSWORD)
    with database.begin() as connection:
        stored = connection.execute(select(tables.persons.c.password_hash)).scalar_one()
    assert not passwords.outdated(stored)
    assert people.sign_in(database, ada.email, PASSWORD).person == ada


def test_a_disabled_person_is_out_at_once_and_everywhere(database: Engine, ada: Person) -> None:
    token = people.sign_in(database, ada.email, PASSWORD).token
    key = staff.create_token(database, ada, "Orders", "builder").token
    staff.change_person(database, PARLEY, ada.id, active=False)
    assert people.person_of(database, cookie(token)) is None
    assert people.person_of(database, authorization=f"Bearer {key}") is None
    with pytest.raises(RefusedError, match="wrong"):
        people.sign_in(database, ada.email, PASSWORD)


def test_a_new_password_ends_the_other_sign_ins(database: Engine, ada: Person) -> None:
    token = people.sign_in(database, ada.email, PASSWORD).token
    with pytest.raises(RefusedError, match="wrong"):
        staff.change_self(database, ada, old_password="guess", password="another pass phrase")
    assert people.person_of(database, cookie(token)) == ada
    staff.change_self(database, ada, old_password=PASSWORD, password="another pass phrase")
    assert people.person_of(database, cookie(token)) is None
    assert people.sign_in(database, ada.email, "another pass phrase").person == ada


def test_a_lost_password_is_set_from_the_command_line(database: Engine, ada: Person) -> None:
    staff.set_password(database, ada.email, "a third pass phrase")
    assert people.sign_in(database, ada.email, "a third pass phrase").person == ada
    with pytest.raises(RefusedError, match="no person"):
        staff.set_password(database, "nobody@luna.example", "a third pass phrase")


def test_a_token_is_its_role_and_shown_once(database: Engine, ada: Person) -> None:
    made = staff.create_token(database, ada, " Order  system ", "viewer")
    assert made.token.startswith("parley_")
    found = people.person_of(database, authorization=f"Bearer {made.token}")
    assert found == Person(id=made.id, name="Order system", email="", role="viewer")
    with database.begin() as connection:
        assert made.token not in str(connection.execute(select(tables.api_tokens)).all())
    (listed,) = staff.tokens(database)
    assert listed.last_used is not None
    staff.revoke_token(database, ada, made.id)
    assert people.person_of(database, authorization=f"Bearer {made.token}") is None


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer parley_", "Basic abc", "parley_x", "Bearer null"])
def test_no_token_of_ours_is_nobody(database: Engine, ada: Person, header: str) -> None:
    staff.create_token(database, ada, "Orders", "viewer")
    assert people.person_of(database, authorization=header) is None


def test_a_token_falls_with_the_role_of_who_made_it(database: Engine, ada: Person) -> None:
    token = staff.create_token(database, ada, "Orders", "admin").token
    staff.change_person(database, PARLEY, ada.id, role="agent")
    found = people.person_of(database, authorization=f"Bearer {token}")
    assert found is not None
    assert found.role == "agent"


def test_a_tokens_token_is_still_its_persons(database: Engine, ada: Person) -> None:
    first = staff.create_token(database, ada, "First", "admin")
    program = people.person_of(database, authorization=f"Bearer {first.token}")
    assert program is not None
    second = staff.create_token(database, program, "Second", "admin")
    staff.change_person(database, PARLEY, ada.id, active=False)
    assert people.person_of(database, authorization=f"Bearer {second.token}") is None


def test_nobody_reaches_above_their_own_role(database: Engine) -> None:
    of_role: dict[Role, Person] = {
        role: staff.add_person(database, PARLEY, f"{role}@luna.example", role, role, PASSWORD) for role in ROLES
    }
    for by in of_role.values():
        for target, other in of_role.items():
            acts = [
                lambda by=by, target=target: staff.create_token(database, by, "Key", target),
                lambda by=by, other=other: staff.change_person(database, by, other.id, name=other.name),
                lambda by=by, target=target: staff.change_person(database, by, of_role["viewer"].id, role=target),
            ]
            for act in acts:
                if outranks(by.role, target):
                    act()
                    staff.change_person(database, PARLEY, of_role["viewer"].id, role="viewer")
                else:
                    with pytest.raises(RefusedError) as refused:
                        act()
                    assert refused.value.code == "above_yourself"


def test_the_last_owner_stays(database: Engine) -> None:
    owner = staff.add_person(database, PARLEY, "owner@luna.example", "Owner", "owner", PASSWORD)
    for change in ({"role": "admin"}, {"active": False}):
        with pytest.raises(RefusedError, match="last owner"):
            staff.change_person(database, owner, owner.id, **change)
    staff.add_person(database, owner, "second@luna.example", "Second", "owner", PASSWORD)
    assert staff.change_person(database, owner, owner.id, role="admin").role == "admin"


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        ("ada@luna.example", PASSWORD, "email_taken"),
        ("ADA@luna.example", PASSWORD, "email_taken"),
        ("ada", PASSWORD, "bad_email"),
        ("@luna.example", PASSWORD, "bad_email"),
        ("a b@luna.example", PASSWORD, "bad_email"),
        ("a@b,c@d", PASSWORD, "bad_email"),
        ("eve@luna.example", "short", "weak_password"),
    ],
)
def test_who_cannot_be_added(database: Engine, ada: Person, email: str, password: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        staff.add_person(database, ada, email, "Eve", "agent", password)
    assert refused.value.code == code
    assert staff.people(database) == [ada]


def test_the_audit_log_says_who_did_what_and_no_secret(database: Engine, ada: Person) -> None:
    token = staff.create_token(database, ada, "Orders", "viewer")
    staff.change_person(database, ada, ada.id, name="Ada L.", password="another pass phrase")
    staff.revoke_token(database, ada, token.id)
    log = audit.entries(database)
    assert [(entry.who, entry.action, entry.subject) for entry in log] == [
        ("Ada L.", "token.revoke", token.id),
        ("Ada L.", "person.change", ada.id),
        ("Ada L.", "token.create", token.id),
        ("", "person.add", ada.id),
    ]
    assert log[1].details == {"name": "Ada L.", "password": "changed"}
    assert "pass phrase" not in str(log)
    assert token.token not in str(log)
    assert [entry.id for entry in audit.entries(database, before=log[1].id)] == [log[2].id, log[3].id]


def test_every_permission_is_someones_and_the_owner_has_all() -> None:
    for permission, roles in PERMISSIONS.items():
        assert "owner" in roles, permission
        assert roles <= set(ROLES)
    assert not permitted("viewer", "see_conversations")
    assert not permitted("agent", "publish")
    assert not permitted("builder", "edit_channels")
