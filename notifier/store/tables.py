"""The tables as the code sees them; ``migrations/`` makes them, and a test holds the two together."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from notifier.model import CallState, Farewell, MailKind, MailState, Occasion, Severity, Standing, Status
from notifier.store.types import Facts, Hopes, Instant, Names, Word

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
_Id = BigInteger().with_variant(Integer, "sqlite")

editions = Table(
    "editions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("window_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("status", Word(Status), nullable=False),
    Column("facts", Facts, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("origin", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("window_id", "number"),
    Index(None, "recorded_at"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("window_id", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("occasion", Word(Occasion), nullable=False),
    Column("detail", Text, nullable=False),
    Column("due", Instant, nullable=False),
    Column("useful_until", Instant, nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("severity", Word(Severity), nullable=False),
    Column("digest", Text, nullable=False),
    Column("channels", Names, nullable=False),
    Column("changes", Names, nullable=False),
    Column("told", Facts),
    Column("planned_at", Instant, nullable=False),
    Column("published_at", Instant),
    UniqueConstraint("window_id", "audience", "occasion", "detail"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", _Id, primary_key=True),
    # NULL once the person is gone: the row stays for its deliveries, and NULLs do not collide.
    Column("email", Text, unique=True),
    Column("language", Text, nullable=False),
    Column("audiences", Names, nullable=False),
    Column("have", Names, nullable=False),
    Column("systems", Names, nullable=False),
    Column("occasions", Names, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("origin", Text, nullable=False),
    Column("standing", Word(Standing), nullable=False, server_default="active"),
    Column("wishes", Hopes, nullable=False, server_default="{}"),
    # The proof of consent: when and from where it was asked for and confirmed, and the words agreed to.
    Column("asked_at", Instant),
    Column("asked_from", Text),
    Column("confirmed_at", Instant),
    Column("confirmed_from", Text),
    Column("wording", Text),
    Column("changed_at", Instant),
    Column("left_at", Instant),
    Column("left_why", Word(Farewell)),
    Index("ix_subscribers_changed", "standing", "changed_at"),
    Index("ix_subscribers_left", "standing", "left_at"),
)

departed = Table(
    "departed",
    metadata,
    # A salted digest, enough to keep an old list from bringing somebody back, and no address.
    Column("address_key", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("why", Word(Farewell), nullable=False),
)

bounces = Table(
    "bounces",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("subscriber_id", _Id, ForeignKey("subscribers.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("said", Text, nullable=False),
    Index(None, "subscriber_id", "at"),
)

bodies = Table(
    "bodies",
    metadata,
    Column("digest", Text, primary_key=True),
    # Both NULL once pruned: the row stays, so that old mails still point at something.
    Column("headers", LargeBinary),
    Column("content", LargeBinary),
    Column("created_at", Instant, nullable=False),
)

mails = Table(
    "mails",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("subscriber_id", _Id, ForeignKey("subscribers.id"), nullable=False),
    Column("body_digest", Text, ForeignKey("bodies.digest"), nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("state", Word(MailState), nullable=False),
    Column("send_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_failed_at", Instant),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    Column("last_code", Integer),
    Column("last_reply", Text),
    Column("settled_at", Instant),
    Column("kind", Word(MailKind), nullable=False, server_default="news"),
    Index(None, "subscriber_id", "created_at"),
    CheckConstraint("(state = 'claimed') = (lease_until IS NOT NULL)", name="lease"),
    # Three ORs and not an IN, for which SQLite would build a table in memory at each row.
    CheckConstraint(
        "(state = 'waiting' OR state = 'claimed' OR state = 'held') = (settled_at IS NULL)", name="settled"
    ),
)

# The two queues that mails are claimed from. A settled mail is in neither, so they stay small however
# many rows there are. The conditions are text without parameters: SQLite and PostgreSQL use a partial
# index only where the query repeats its condition to the letter. They stand in the migration as well and
# not on the indexes here, because naming PostgreSQL's option would load its dialect into every process.
FRESH = "state IN ('waiting', 'claimed') AND attempts = 0"
AGAIN = "state IN ('waiting', 'claimed') AND attempts > 0"
Index("ix_mails_fresh", mails.c.send_at, mails.c.id)
Index("ix_mails_again", mails.c.send_at, mails.c.id)

# For counting: hardly any mail is held, and of what is settled only the states are read.
HELD = "state = 'held'"
SETTLED = "settled_at IS NOT NULL"
Index("ix_mails_held", mails.c.send_at)
Index("ix_mails_settled", mails.c.state, mails.c.settled_at)

# Who wants anything out of the ordinary, which few do.
WISHING = "standing = 'active' AND wishes <> '{}'"
Index("ix_subscribers_wishing", subscribers.c.standing, subscribers.c.wishes)

deliveries = Table(
    "deliveries",
    metadata,
    Column("notice_id", _Id, ForeignKey("notices.id"), primary_key=True),
    Column("subscriber_id", _Id, ForeignKey("subscribers.id"), primary_key=True),
    Column("mail_id", _Id, ForeignKey("mails.id"), nullable=False, index=True),
    # The key is the table: one tree less to write for each delivery.
    sqlite_with_rowid=False,
)

calls = Table(
    "calls",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("notice_id", _Id, ForeignKey("notices.id"), nullable=False),
    Column("hook", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("state", Word(CallState), nullable=False),
    Column("send_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_failed_at", Instant),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    Column("last_code", Integer),
    Column("last_reply", Text),
    Column("settled_at", Instant),
    UniqueConstraint("notice_id", "hook"),
    Index(None, "hook", "state", "send_at"),
    CheckConstraint("(state = 'claimed') = (lease_until IS NOT NULL)", name="lease"),
    CheckConstraint("(state = 'waiting' OR state = 'claimed') = (settled_at IS NULL)", name="settled"),
)

marks = Table(
    "marks",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# What sources say, as `notifier.cycle.witnesses` has it; claims are JSON that nobody here looks into.
witnesses = Table(
    "witnesses",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("says", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("gone_at", Instant),
    Column("believed", Text),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", Instant),
    Column("window_id", Text, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("read_at", Instant, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("claim", Text),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
