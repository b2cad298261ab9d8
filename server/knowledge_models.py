"""The tables of the knowledge base."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field, SQLModel

from server.tables import table


class KnowledgeDocument(SQLModel, table=True):
    """A file someone uploaded. ``status`` is "processing", "ready" or "failed", then ``reason`` says why.

    ``size`` is in bytes, ``passages`` a count; ``language`` (BCP 47) and ``market`` (ISO 3166-1 alpha-2) are what the
    passages have that do not say otherwise, empty for "each its own" and "everywhere". From ``learn_at`` on whoever
    comes may go on with learning it.
    """

    __tablename__ = "knowledge_document"
    id: str = Field(primary_key=True, max_length=28)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=16)
    language: str = Field(default="", max_length=35)
    market: str = Field(default="", max_length=2)
    size: int
    passages: int = 0
    status: str = Field(max_length=16)
    reason: str = Field(default="", max_length=500)
    created: datetime
    learn_at: datetime | None = Field(default=None, index=True)


class KnowledgePassage(SQLModel, table=True):
    """A part of a document that can be an answer.

    ``title`` is the path of headings above it, ``questions`` what it answers, one a line, ``text`` the answer.
    ``vectors`` holds rows of little-endian float16: ``heads`` of them for the questions or the heading, then ``lines``
    for the sentences.
    """

    __tablename__ = "knowledge_passage"
    id: str = Field(primary_key=True, max_length=36)
    document: str = Field(
        sa_column=Column(ForeignKey("knowledge_document.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    position: int
    title: str = Field(default="", sa_type=Text)
    questions: str = Field(default="", sa_type=Text)
    text: str = Field(sa_type=Text)
    language: str = Field(default="", max_length=35)
    market: str = Field(default="", max_length=2)
    heads: int
    lines: int
    vectors: bytes = Field(sa_type=LargeBinary)


class KnowledgePiece(SQLModel, table=True):
    """A part of a document that is still to be learnt: ``piece`` is a ``server.uploads.Piece`` as JSON."""

    __tablename__ = "knowledge_piece"
    document: str = Field(
        sa_column=Column(ForeignKey("knowledge_document.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    position: int = Field(primary_key=True)
    piece: str = Field(sa_type=Text)


class KnowledgeVersion(SQLModel, table=True):
    """One row, ``id`` 1: ``number`` grows with every change, so that each process sees when to read again."""

    __tablename__ = "knowledge_version"
    id: int = Field(primary_key=True)
    number: int


documents = table(KnowledgeDocument)
passages = table(KnowledgePassage)
pieces = table(KnowledgePiece)
versions = table(KnowledgeVersion)
