"""Standing, wishes and proof of consent of subscribers; who left; bounces; what a mail is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.BigInteger()


def upgrade() -> None:
    """Bring people over: those who were active are, the others are gone."""
    for column in (
        sa.Column("standing", sa.Text, nullable=False, server_default="active"),
        sa.Column("wishes", sa.Text, nullable=False, server_default="{}"),
        sa.Column("asked_at", _Instant),
        sa.Column("asked_from", sa.Text),
        sa.Column("confirmed_at", _Instant),
        sa.Column("confirmed_from", sa.Text),
        sa.Column("wording", sa.Text),
        sa.Column("changed_at", _Instant),
        sa.Column("left_at", _Instant),
        sa.Column("left_why", sa.Text),
    ):
        op.add_column("subscribers", column)
    op.execute("UPDATE subscribers SET standing = 'gone' WHERE NOT active")
    op.drop_column("subscribers", "active")
    op.add_column("mails", sa.Column("kind", sa.Text, nullable=False, server_default="news"))
    op.create_index("ix_mails_subscriber_id", "mails", ["subscriber_id", "created_at"])
    op.create_index("ix_subscribers_changed", "subscribers", ["standing", "changed_at"])
    op.create_index("ix_subscribers_left", "subscribers", ["standing", "left_at"])
    for name, table, columns, which in (
        ("ix_mails_held", "mails", ["send_at"], "state = 'held'"),
        ("ix_mails_settled", "mails", ["state", "settled_at"], "settled_at IS NOT NULL"),
        (
            "ix_subscribers_wishing",
            "subscribers",
            ["standing", "wishes"],
            "standing = 'active' AND wishes <> '{}'",
        ),
    ):
        where = sa.text(which)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "departed",
        sa.Column("address_key", sa.Text, nullable=False),
        sa.Column("at", _Instant, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("address_key", name="pk_departed"),
    )
    op.create_table(
        "bounces",
        sa.Column("id", _Id, nullable=False),
        sa.Column("subscriber_id", _Id, nullable=False),
        sa.Column("at", _Instant, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bounces"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_bounces_subscriber_id"),
    )
    op.create_index("ix_bounces_subscriber_id", "bounces", ["subscriber_id", "at"])
