"""Private keys for signing, from PEM. The one module that loads ``cryptography``, which is an extra."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from notifier.mail.errors import MailProblem

_SHORTEST_RSA = 1024  # RFC 8301, 3.2: verifiers take nothing shorter


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key in memory, never shown. ``suffix`` tells its selector from the other key's."""

    algorithm: str
    suffix: str
    sign: Callable[[bytes], bytes] = field(repr=False)


def private_key(pem: str) -> PrivateKey:
    """The Ed25519 or RSA key in a PEM file. Raises :class:`MailProblem`, which shows nothing of it."""
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise MailProblem("dkim key", "is not a private key in PEM without a password") from None
    if isinstance(key, Ed25519PrivateKey):
        ed25519 = key
        # RFC 8463, 3: what is signed is the hash, not the text.
        return PrivateKey(
            "ed25519-sha256", "ed25519", lambda data: ed25519.sign(hashlib.sha256(data).digest())
        )
    if not isinstance(key, RSAPrivateKey):
        raise MailProblem("dkim key", "is neither an Ed25519 nor an RSA key")
    if key.key_size < _SHORTEST_RSA:
        raise MailProblem("dkim key", f"is an RSA key of less than {_SHORTEST_RSA} bits; 2048 are usual")
    rsa = key
    return PrivateKey("rsa-sha256", "rsa", lambda data: rsa.sign(data, PKCS1v15(), SHA256()))
