"""Webhooks and chats in the daemon: lines as the settings have them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from notifier.config import CHAT_FILE, HOOK_FILE, Settings, receiver_secrets
from notifier.hooks import AT_ONCE, Chat, ChatProblem, Line, SecretProblem, Webhook, check, key_of

_WHERE = "into $CREDENTIALS_DIRECTORY"


def lines_of(settings: Settings, environ: Mapping[str, str]) -> tuple[Line, ...]:
    """A line to each receiver, with the secret that is among the credentials.

    Raises :class:`SecretProblem`, :class:`ChatProblem` and :class:`InputProblems`: who believes that calls are
    signed, or that a channel hears of everything, shall not be wrong.
    """
    return (*_webhooks(settings, environ), *_chats(settings, environ))


def check_chats(settings: Settings, environ: Mapping[str, str]) -> Mapping[str, str]:
    """The addresses that are among the credentials, each one that a message can be sent to.

    Raises :class:`ChatProblem` and :class:`InputProblems`.
    """
    addresses = receiver_secrets(environ, CHAT_FILE, [chat.id for chat in settings.chats])
    check(addresses)
    return addresses


def _webhooks(settings: Settings, environ: Mapping[str, str]) -> tuple[Webhook, ...]:
    secrets = receiver_secrets(environ, HOOK_FILE, [hook.id for hook in settings.webhooks])
    for hook in settings.webhooks:
        if hook.id not in secrets:
            raise SecretProblem(hook.id, f"is missing: put the file {HOOK_FILE}{hook.id} {_WHERE}")
    return tuple(Webhook(hook.id, hook.url, key_of(hook.id, secrets[hook.id])) for hook in settings.webhooks)


def _chats(settings: Settings, environ: Mapping[str, str]) -> tuple[Chat, ...]:
    addresses = check_chats(settings, environ)
    for chat in settings.chats:
        if chat.id not in addresses:
            raise ChatProblem(chat.id, f"is missing: put the file {CHAT_FILE}{chat.id} {_WHERE}")
    site, turns = settings.site, asyncio.Semaphore(AT_ONCE)
    return tuple(
        Chat(chat.id, addresses[chat.id], site.name, site.base_url, turns) for chat in settings.chats
    )
