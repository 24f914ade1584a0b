"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Instants are whole microseconds since 1970, in UTC.
_Instant = sa.BigInteger()


def upgrade() -> None:
    """Make all tables in an empty database."""
    _facts()
    _people()
    _mail()
    op.create_table(
        "marks",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_marks"),
    )
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.execute(counters.insert().values(name="mails", value=0))


def _facts() -> None:
    op.create_table(
        "editions",
        sa.Column("id", _Id, nullable=False),
        sa.Column("window_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("starts_at", _Instant, nullable=False),
        sa.Column("ends_at", _Instant),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("known_at", _Instant, nullable=False),
        sa.Column("recorded_at", _Instant, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("window_id", "number", name="uq_editions_window_id"),
    )
    op.create_index("ix_editions_recorded_at", "editions", ["recorded_at"])
    op.create_table(
        "notices",
        sa.Column("id", _Id, nullable=False),
        sa.Column("window_id", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("due", _Instant, nullable=False),
        sa.Column("useful_until", _Instant, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("channels", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("told", sa.JSON),
        sa.Column("planned_at", _Instant, nullable=False),
        sa.Column("published_at", _Instant),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("window_id", "audience", "occasion", "detail", name="uq_notices_window_id"),
    )


def _people() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", _Id, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("audiences", sa.Text, nullable=False),
        sa.Column("have", sa.Text, nullable=False),
        sa.Column("systems", sa.Text, nullable=False),
        sa.Column("occasions", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("email", name="uq_subscribers_email"),
    )


def _mail() -> None:
    op.create_table(
        "bodies",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("headers", sa.LargeBinary),
        sa.Column("content", sa.LargeBinary),
        sa.Column("created_at", _Instant, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_bodies"),
    )
    op.create_table(
        "mails",
        sa.Column("id", _Id, nullable=False, autoincrement=False),
        sa.Column("subscriber_id", _Id, nullable=False),
        sa.Column("body_digest", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("send_at", _Instant, nullable=False),
        sa.Column("expires_at", _Instant, nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_failed_at", _Instant),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", _Instant),
        sa.Column("last_code", sa.Integer),
        sa.Column("last_reply", sa.Text),
        sa.Column("settled_at", _Instant),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("message_id", name="uq_mails_message_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_mails_subscriber_id"),
        sa.ForeignKeyConstraint(["body_digest"], ["bodies.digest"], name="fk_mails_body_digest"),
        sa.CheckConstraint("(state = 'claimed') = (lease_until IS NOT NULL)", name="ck_mails_lease"),
        sa.CheckConstraint(
            "(state = 'waiting' OR state = 'claimed' OR state = 'held') = (settled_at IS NULL)",
            name="ck_mails_settled",
        ),
    )
    for name, which in (("fresh", "attempts = 0"), ("again", "attempts > 0")):
        where = sa.text(f"state IN ('waiting', 'claimed') AND {which}")
        op.create_index(
            f"ix_mails_{name}", "mails", ["send_at", "id"], sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "deliveries",
        sa.Column("notice_id", _Id, nullable=False),
        sa.Column("subscriber_id", _Id, nullable=False),
        sa.Column("mail_id", _Id, nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "subscriber_id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_deliveries_notice_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_deliveries_subscriber_id"),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_deliveries_mail_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deliveries_mail_id", "deliveries", ["mail_id"])
