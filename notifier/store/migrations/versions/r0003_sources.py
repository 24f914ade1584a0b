"""What sources say, when each was read, and what people decided on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.BigInteger()


def upgrade() -> None:
    """Three tables that begin empty: sources are simply read again."""
    op.create_table(
        "witnesses",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("says", sa.Text, nullable=False),
        sa.Column("since", _Instant, nullable=False),
        sa.Column("gone_at", _Instant),
        sa.Column("believed", sa.Text),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("approved_at", _Instant),
        sa.Column("window_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_witnesses"),
    )
    op.create_table(
        "readings",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("read_at", _Instant, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_readings"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", _Id, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("claim", sa.Text),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", _Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
