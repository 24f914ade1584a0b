"""``config/`` and ``templates/`` read and checked: every problem at once, with line, column and remedy.

From bytes to the catalogue: :mod:`inputfile` (bytes, text), :mod:`yamlfile` (text, tree with places),
:mod:`entryfile` (tree, entries of a shape from :mod:`entries`), :mod:`references` and :mod:`cycles`
(entries against each other), :mod:`assembly` (the model). :mod:`loading` goes through all of it.
"""

from notifier.config.addresses import is_mail_address
from notifier.config.instants import InstantError, parse_instant
from notifier.config.jsonschema import schemas, write_schemas
from notifier.config.known import Known
from notifier.config.loading import Config, check, load
from notifier.config.places import default_config, default_templates
from notifier.config.secrets import CHAT_FILE, HOOK_FILE, Secrets, read_secrets, receiver_secrets
from notifier.config.settings import Settings
from notifier.config.settingsfile import read_settings
from notifier.config.subscribers import Fault, SubscriberSpec, faults_of

__all__ = [
    "CHAT_FILE",
    "HOOK_FILE",
    "Config",
    "Fault",
    "InstantError",
    "Known",
    "Secrets",
    "Settings",
    "SubscriberSpec",
    "check",
    "default_config",
    "default_templates",
    "faults_of",
    "is_mail_address",
    "load",
    "parse_instant",
    "read_secrets",
    "read_settings",
    "receiver_secrets",
    "schemas",
    "write_schemas",
]
