"""Webhooks in the daemon: lines as the settings have them, and the calling beside mail."""

from __future__ import annotations

from collections.abc import Mapping

from notifier.config import Settings, hook_secrets
from notifier.hooks import SecretProblem, Webhook, key_of


def webhooks_of(settings: Settings, environ: Mapping[str, str]) -> tuple[Webhook, ...]:
    """A line to each receiver, with the secret that is among the credentials.

    Raises :class:`SecretProblem` and :class:`InputProblems`: who believes that calls are signed shall not be wrong.
    """
    secrets = hook_secrets(environ, [hook.id for hook in settings.webhooks])
    for hook in settings.webhooks:
        if hook.id not in secrets:
            raise SecretProblem(
                hook.id, f"is missing: put the file webhook-{hook.id} into $CREDENTIALS_DIRECTORY"
            )
    return tuple(Webhook(hook.id, hook.url, key_of(hook.id, secrets[hook.id])) for hook in settings.webhooks)
