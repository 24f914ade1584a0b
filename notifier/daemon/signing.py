"""The signer of outgoing mail, as configured."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

from notifier.config import Settings, read_secrets
from notifier.mail import MailProblem, Signer


def signer_of(settings: Settings, environ: Mapping[str, str]) -> Signer | None:
    """Signs as ``[mail] dkim_domain`` with the keys among the credentials; ``None`` where mail is not signed here.

    Raises :class:`MailProblem` for half a configuration: who believes that mail is signed shall not be wrong.
    """
    mail, pems = settings.mail, read_secrets(environ).dkim_keys
    if not (mail.dkim_domain or mail.dkim_selector or pems):
        return None
    if not (mail.dkim_domain and mail.dkim_selector):
        raise MailProblem("dkim_domain", "and dkim_selector go together, and with a key")
    if not pems:
        raise MailProblem("dkim_domain", "needs a key: the credential dkim-ed25519 or dkim-rsa")
    if find_spec("cryptography") is None:
        raise MailProblem("dkim_domain", "needs the package cryptography: install notifier[dkim]")
    # Loaded only here: it is an extra, and takes megabytes that an unsigned mail does not need.
    private_key = import_module("notifier.mail.keys").private_key
    return Signer(mail.dkim_domain, mail.dkim_selector, [private_key(pem) for pem in pems])
