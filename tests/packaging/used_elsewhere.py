"""Names that no line of ours uses, with who does; vulture reads this, nothing imports it."""

# SQLAlchemy
_.impl
_.cache_ok
_.process_bind_param
_.process_result_value
_.isolation_level

# Alembic
_.revision
_.down_revision

# pydantic
_.model_config

# uvicorn
_.capture_signals
_.should_exit

# mypy: the one method of a protocol
_.__call__

# the reader of the catalogue, which walks over all fields: notifier/config/sheets.py, wordforms.py
_.references
_.for_

# members of enums that only files say
_.HIGH
_.MEDIUM
_.LOW

# asyncio, on its protocols
_.data_received

# Jinja, on its extensions
_.preprocess
_.filter_stream

# typer, by the table of commands: notifier/cli/__init__.py
_.show_timeline
_.move_store
_.preview
_.send_test

# what the daemon will ask a poller, and a reader of statements: notifier/sources
_.poll_due
_.seen_at

# templates: test_rooms.py holds that they do
_.alternates
_.felt
_.wordy
_.x
_.few
_.weekdays
_.google
_.webcal
_.full
