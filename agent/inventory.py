"""Routers as the operator lists them, and as they are reached.

An entry stands in the agent's configuration or in an inventory file, both as
`[[router]]`. `ros-simulator fleet --inventory` writes the latter.
"""

from __future__ import annotations

import functools
import ssl
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - pydantic evaluates the annotations
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from agent.router import Access

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RouterEntry", "Target", "private_fault", "read_inventory", "resolve"]

_PORT, _TLS_PORT = 8728, 8729  # Source: routeros-api.md, 2.1
_FINGERPRINT = r"^(?:[0-9A-Fa-f]{2}:?){32}$"


class RouterEntry(BaseModel):
    """One `[[router]]`.

    Attributes:
        name: For people; the router's identity, say.
        site: The coordinator's site, by id or by name.
        host: Name or address, IPv4 or IPv6.
        port: 8728, or 8729 with TLS, unless given.
        tls: Whether to use the API over TLS. The certificate is then checked against the
            machine's authorities and the host's name, unless one of the next says otherwise.
        ca_file: Check it against these authorities (PEM) instead.
        tls_fingerprint: SHA-256 of the certificate, hex: check for exactly this one instead.
        tls_insecure: Check nothing: anybody in between can read the password.
        password: Accepted only in a file of mode 0600, if it is not empty.
        password_env: Name of the environment variable that holds it.
        password_file: File of mode 0600 that holds it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[str, Field(min_length=1, max_length=100)]
    site: Annotated[str, Field(min_length=1, max_length=100)]
    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    user: Annotated[str, Field(min_length=1, max_length=255)] = "admin"
    tls: bool = False
    ca_file: Path | None = None
    tls_fingerprint: Annotated[str, Field(pattern=_FINGERPRINT)] | None = None
    tls_insecure: bool = False
    password: SecretStr | None = None
    password_env: str | None = None
    password_file: Path | None = None


class Inventory(BaseModel):
    """An inventory file: routers and nothing else."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    router: list[RouterEntry] = []


@dataclass(frozen=True)
class Target:
    """A router that jobs may be run on.

    Attributes:
        name: For people.
        site: As the operator wrote it, id or name.
        access: How to reach it, password included (it does not show).
    """

    name: str
    site: str
    access: Access


def private_fault(path: Path) -> str | None:
    """Return what is wrong with a file that holds a secret, or None."""
    try:
        found = path.stat()
    except OSError as error:
        return f"{path}: {error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return f"{path}: not a file"
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        return f"{path}: others can read it (mode {mode:04o}); run: chmod 600 {path}"
    return None


def read_inventory(path: Path) -> tuple[list[tuple[Path, int, RouterEntry]], list[str]]:
    """Read an inventory file; return (file, number in it, entry) of each router, and faults."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        return [], [f"{path}: {error.strerror}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [], [f"{path}: {error}"]
    try:
        inventory = Inventory(**data)
    except ValidationError as error:
        return [], [
            f"{path}: {'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        ]
    return [(path, number, entry) for number, entry in enumerate(inventory.router, 1)], []


def resolve(
    entries: list[tuple[Path, int, RouterEntry]], environ: Mapping[str, str]
) -> tuple[list[Target], list[str]]:
    """Make targets of entries; return them and every fault."""
    targets, faults = [], []
    for path, number, entry in entries:
        wrong: list[str] = []
        password = _password(path, entry, environ, wrong)
        tls = _tls(path, entry, wrong)
        if wrong:
            faults += [f"{path}: router {number} ({entry.name}): {fault}" for fault in wrong]
            continue
        pin = entry.tls_fingerprint
        access = Access(
            host=entry.host,
            port=entry.port or (_TLS_PORT if entry.tls else _PORT),
            user=entry.user,
            password=password,
            tls=tls,
            tls_fingerprint=bytes.fromhex(pin.replace(":", "")) if pin else None,
        )
        targets.append(Target(entry.name, entry.site, access))
    return targets, faults


def _password(
    path: Path, entry: RouterEntry, environ: Mapping[str, str], faults: list[str]
) -> SecretStr:
    ways = [entry.password, entry.password_env, entry.password_file]
    if sum(way is not None for way in ways) != 1:
        faults.append("give exactly one of password_env, password_file and password")
    elif entry.password is not None:
        # An empty one, as a fresh router has, is no secret.
        if entry.password.get_secret_value() and (fault := private_fault(path)) is not None:
            faults.append(f"a password may not stand here: {fault}")
        return entry.password
    elif entry.password_env is not None:
        if entry.password_env in environ:
            return SecretStr(environ[entry.password_env])
        faults.append(f"the environment has no {entry.password_env}")
    elif entry.password_file is not None:
        file = path.parent / entry.password_file
        if (fault := private_fault(file)) is None:
            # One line end belongs to the file, anything more to the password.
            return SecretStr(file.read_text("utf-8").removesuffix("\n").removesuffix("\r"))
        faults.append(fault)
    return SecretStr("")


def _tls(path: Path, entry: RouterEntry, faults: list[str]) -> ssl.SSLContext | None:
    checks = [entry.ca_file is not None, entry.tls_fingerprint is not None, entry.tls_insecure]
    if not entry.tls:
        if any(checks):
            faults.append("ca_file, tls_fingerprint and tls_insecure need tls = true")
        return None
    if sum(checks) > 1:
        faults.append("give one of ca_file, tls_fingerprint and tls_insecure")
        return None
    ca_file = path.parent / entry.ca_file if entry.ca_file else None
    try:
        return _context(ca_file, checked=entry.tls_fingerprint is None and not entry.tls_insecure)
    except OSError as error:
        faults.append(f"{ca_file}: {error.strerror or error}")
        return None


@functools.cache
def _context(ca_file: Path | None, *, checked: bool) -> ssl.SSLContext:
    # Reading the machine's authorities takes longer than a handshake: once for all routers.
    context = ssl.create_default_context(cafile=ca_file)
    if not checked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
