"""Calls: what is told to programs, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.BigInteger()


def upgrade() -> None:
    """Make room for them; nothing is told of what was recorded before."""
    op.create_table(
        "calls",
        sa.Column("id", _Id, nullable=False),
        sa.Column("notice_id", _Id, nullable=False),
        sa.Column("hook", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("message_id", name="uq_calls_message_id"),
        sa.UniqueConstraint("notice_id", "hook", name="uq_calls_notice_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_calls_notice_id"),
        sa.CheckConstraint("(state = 'claimed') = (lease_until IS NOT NULL)", name="ck_calls_lease"),
        sa.CheckConstraint(
            "(state = 'waiting' OR state = 'claimed') = (settled_at IS NULL)", name="ck_calls_settled"
        ),
    )
    op.create_index("ix_calls_hook", "calls", ["hook", "state", "send_at"])
