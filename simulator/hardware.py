"""What a router is made of: the numbers that `/system resource` and exports show.

Source: routeros-api.md, section 12 and 7.2.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.version import Version

__all__ = ["Hardware", "hardware_of"]

MIB = 1024 * 1024
# From here on a virtual router names the machine it runs on; 7.11 to 7.15 are assumed.
_LONG_BOARD_NAME = "7.11"


@dataclass(frozen=True, slots=True)
class Hardware:
    """One machine.

    Attributes:
        routerboard: MikroTik made it; virtual routers have no routerboard, model or serial.
        board_name: `CHR`, `L009UiGS`.
        memory, storage: In bytes.
        frequency: Of the processor, in MHz.
        system_id: What a virtual router is licensed by; software_id: what a board is.
    """

    routerboard: bool
    board_name: bytes
    architecture: bytes
    cpu: bytes
    cpu_count: int
    frequency: int
    memory: int
    storage: int
    model: bytes = b""
    serial_number: bytes = b""
    system_id: bytes = b""
    software_id: bytes = b""
    firmware_type: bytes = b""
    factory_software: bytes = b""


def hardware_of(board: str, version: Version, seed: int) -> Hardware:
    """Return the machine that `board` names; ids follow from the seed.

    Args:
        board: `CHR` for a virtual router, else the name of a board known here.
        version: Decides how a virtual router calls itself.
        seed: Two routers of one seed are the same machine.

    Raises:
        UsageError: No such board.
    """
    digest = hashlib.blake2b(b"%d" % seed, digest_size=16, key=b"hardware").hexdigest().upper()
    if board == "CHR":
        return _virtual(version, digest)
    if board in _BOARDS:
        return _board(board, digest)
    known = ", ".join(("CHR", *sorted(_BOARDS)))
    raise UsageError(f"no board is called {board!r}; there are {known}")


def _virtual(version: Version, digest: str) -> Hardware:
    name = b"CHR"
    if version.since(_LONG_BOARD_NAME):
        name = b"CHR QEMU Standard PC (i440FX + PIIX, 1996)"
    return Hardware(
        routerboard=False,
        board_name=name,
        architecture=b"x86_64",
        cpu=b"QEMU",
        cpu_count=1,
        frequency=2400,
        memory=256 * MIB,
        storage=89 * MIB,
        system_id=_system_id(digest),
    )


def _system_id(digest: str) -> bytes:
    """Eleven characters, as virtual routers have: `xXxXxxxXXxX`. Their alphabet is assumed."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    number = int(digest, 16)
    return "".join(letters[number // 62**place % 62] for place in range(11)).encode()


# Architecture, processor, cores, MHz, memory and storage in MiB, firmware type.
_BOARDS = {
    "L009UiGS": (b"arm", b"ARM", 2, 800, 512, 128, b"ipq4000L"),
    "hAP ax^3": (b"arm64", b"ARM64", 4, 864, 1024, 128, b"ipq6000"),
    "RB750GL": (b"mipsbe", b"MIPS 24Kc V7.4", 1, 400, 64, 64, b"ar7240"),
}


def _board(board: str, digest: str) -> Hardware:
    architecture, cpu, cores, frequency, memory, storage, firmware = _BOARDS[board]
    return Hardware(
        routerboard=True,
        board_name=board.encode(),
        architecture=architecture,
        cpu=cpu,
        cpu_count=cores,
        frequency=frequency,
        memory=memory * MIB,
        storage=storage * MIB,
        model=board.encode(),
        serial_number=digest[:11].encode(),
        software_id=f"{digest[12:16]}-{digest[16:20]}".encode(),
        firmware_type=firmware,
        factory_software=b"7.12",
    )
