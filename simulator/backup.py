"""The `.backup` file: a router's whole configuration, sealed if a password is given.

The format is this simulator's own and says so in its first line; a device
would refuse it, and a device's file is refused here.

    ROUTEROS-SIMULATOR BACKUP 1 <newline>
    {"version": …, "identity": …, "encryption": …, "salt": …} <newline>
    payload: the state as JSON, zlib, and AES-256-GCM when there is a password

The header is authenticated with the payload. `rc4` is accepted as a name for
compatibility; the seal is the same.

Source: routeros-api.md, section 7.3, for what a user sees; the texts of
refusals were not captured and are assumed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from simulator.errors import RouterError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CIPHERS", "open_backup", "seal_backup"]

_MAGIC = b"ROUTEROS-SIMULATOR BACKUP 1\n"
CIPHERS = (b"aes-sha256", b"rc4")

# Enough to make guessing slow, little enough for a thousand simulated routers at once.
_ROUNDS = 20_000
_SALT_BYTES = 16
_NONCE = bytes(12)  # the key is new for each file, so the nonce need not be

_NO_BACKUP = b"failure: not a backup file"
_WRONG_PASSWORD = b"failure: wrong password or corrupted backup file"


def seal_backup(
    state: Mapping[str, Any],
    *,
    version: str,
    identity: bytes,
    now: int,
    password: bytes = b"",
    encryption: bytes = CIPHERS[0],
) -> bytes:
    """Return the bytes of a backup file.

    Args:
        state: The configuration, JSON values only.
        version: The release that saves it.
        identity: The router's name.
        now: Nanoseconds; with the contents it makes the salt, so files are reproducible.
        password: Empty leaves the file unencrypted, as RouterOS does from 6.43 on.
        encryption: `aes-sha256` or `rc4`, what the header will say.
    """
    payload = zlib.compress(json.dumps(state, separators=(",", ":")).encode())
    salt = hashlib.sha256(b"%d" % now + payload).digest()[:_SALT_BYTES] if password else b""
    header = _MAGIC + _line(
        {
            "version": version,
            "identity": identity.decode("latin-1"),
            "encryption": encryption.decode() if password else "none",
            "salt": salt.hex(),
        }
    )
    if password:
        payload = AESGCM(_key(password, salt)).encrypt(_NONCE, payload, header)
    else:
        payload = hashlib.sha256(header + payload).digest() + payload
    return header + payload


def open_backup(data: bytes, password: bytes = b"") -> dict[str, Any]:
    """Return the state that a backup file holds; a password that none needs is ignored.

    Raises:
        RouterError: It is no such file, the password is wrong or the file is damaged.
    """
    if not data.startswith(_MAGIC):
        raise RouterError(_NO_BACKUP)
    end = data.find(b"\n", len(_MAGIC)) + 1
    header, payload = data[:end], data[end:]
    try:
        fields = json.loads(header[len(_MAGIC) :])
        if fields["encryption"] == "none":
            payload = _checked(header, payload)
        else:
            key = _key(password, bytes.fromhex(fields["salt"]))
            payload = AESGCM(key).decrypt(_NONCE, payload, header)
        state = json.loads(zlib.decompress(payload))
    except (ValueError, KeyError, TypeError, zlib.error, InvalidTag) as error:
        raise RouterError(_WRONG_PASSWORD) from error
    if not isinstance(state, dict):
        raise RouterError(_WRONG_PASSWORD)
    return state


def _checked(header: bytes, payload: bytes) -> bytes:
    digest, payload = payload[:32], payload[32:]
    if hashlib.sha256(header + payload).digest() != digest:
        raise ValueError("the checksum does not match")
    return payload


def _key(password: bytes, salt: bytes) -> bytes:
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=_ROUNDS)
    return kdf.derive(password)


def _line(fields: Mapping[str, str]) -> bytes:
    return json.dumps(fields).encode() + b"\n"
