"""All tables, for SQLite and PostgreSQL alike.

Moments are wall clock seconds since the Unix epoch (float); ids are text. A change here needs a
migration in `migrations/versions` and its name in `HEAD`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

HEAD: Final = "0001"
"""The newest migration."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

events = Table(
    "events",
    metadata,
    Column("node", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("wall", Float(53), nullable=False),
    Column("mono", Float(53), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("call_id", String(64)),
    Column("case_id", String(64)),
    Column("agent", String(64)),
    Column("payload", JSON, nullable=False),
    Column("personal", JSON, nullable=False),
    PrimaryKeyConstraint("node", "seq"),
    Index(None, "kind", "wall"),
    Index(None, "wall"),
    Index(None, "call_id"),
    Index(None, "case_id"),
)

users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("display_name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", Float(53), nullable=False),
)

sip_accounts = Table(
    "sip_accounts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("realm", String(255), nullable=False),
    Column("md5", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created", Float(53), nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("created", Float(53), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_name", String(64), nullable=False),
    Column("created", Float(53), nullable=False),
    Column("expires", Float(53), nullable=False),
    Index(None, "expires"),
)

registrations = Table(
    "registrations",
    metadata,
    Column("account", String(64), nullable=False),
    Column("uri", String(512), nullable=False),
    Column("address", String(64), nullable=False),
    Column("port", Integer, nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Column("user_agent", String(255), nullable=False),
    PrimaryKeyConstraint("account", "uri"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("call_id", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("tenant", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("mailbox", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("path", String(512), nullable=False),
    Column("channels", Integer, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("seconds", Float(53), nullable=False),
    Column("started", Float(53), nullable=False),
    Column("keep_until", Float(53), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("legal_hold", Boolean, nullable=False),
    Index(None, "call_id"),
    Index(None, "state", "started"),
    Index(None, "started", "id"),
)

calls = Table(
    "calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("case_id", String(64)),
    Column("customer", String(128)),
    Column("queue", String(64)),
    Column("agent", String(64)),
    Column("outcome", String(32), nullable=False),
    Column("started", Float(53), nullable=False),
    Column("ended", Float(53)),
    Column("detail", JSON, nullable=False),
    Index(None, "started", "id"),
    Index(None, "customer", "started"),
    Index(None, "agent", "started"),
    Index(None, "queue", "started"),
    Index(None, "case_id"),
)

fold_marks = Table(
    "fold_marks",
    metadata,
    Column("fold", String(64), primary_key=True),
    Column("wall", Float(53), nullable=False),
)
