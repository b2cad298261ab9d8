"""The tables as SQLAlchemy Core has them: what explicit statements are written on."""

from typing import Any, cast

from sqlalchemy import ColumnElement, Table, literal_column
from sqlmodel import SQLModel

from server import models


def table(model: type[SQLModel]) -> Table:
    """The table of a model."""
    made: Any = model
    return cast(Table, made.__table__)


accounts = table(models.Account)
contacts = table(models.Contact)
identities = table(models.Identity)
conversations = table(models.Conversation)
events = table(models.Event)
messages = table(models.Message)
turns = table(models.TurnRecord)
outbox = table(models.Outbox)
timers = table(models.Timer)
faults = table(models.Fault)
flows = table(models.Flow)
revisions = table(models.Revision)
hours = table(models.Hours)
services = table(models.Service)
persons = table(models.Person)
sign_ins = table(models.SignIn)
sign_in_tries = table(models.SignInTry)
api_tokens = table(models.ApiToken)
audit_entries = table(models.AuditEntry)

# Written out, not bound: only then is a planner sure that the partial indexes hold all it looks for.
PENDING: ColumnElement[bool] = events.c.state == literal_column("'pending'")
UNRESOLVED: ColumnElement[bool] = conversations.c.status != literal_column("'resolved'")
