"""Counters of Ethernet chips, which `/interface/ethernet/print stats` shows.

A CHR has the four of its driver; the others belong to chips of boards, so
they are known by name and absent.

Source: the command tree of 7.22.3; which of them a CHR shows is assumed.
"""

from __future__ import annotations

from simulator.menus.shared import computed, counters
from simulator.menus.types import Number

__all__ = ["FIELDS"]

_SIZES = ("64", "65-127", "128-255", "256-511", "512-1023", "1024-1518", "1519-max", "1024-max")
_RX = (
    *("align-error", "broadcast", "bytes", "carrier-error", "code-error", "control", "drop"),
    *("error-events", "fcs-error", "fragment", "ip-header-checksum-error", "jabber"),
    *("length-error", "multicast", "overflow", "packet", "pause", "tcp-checksum-error"),
    *("too-long", "too-short", "udp-checksum-error", "unicast", "unknown-op"),
)
_TX = (
    *("broadcast", "bytes", "carrier-sense-error", "collision", "control", "deferred", "drop"),
    *("drop-byte", "drop-packet", "excessive-collision", "excessive-deferred", "fcs-error"),
    *("fragment", "jabber", "late-collision", "multicast", "multiple-collision", "packet"),
    *("pause", "pause-honored", "single-collision", "too-long", "too-short"),
    *("total-collision", "underrun", "unicast"),
)
_OTHER = (
    *("current-learned", "custom-drop-packet", "fc-fec-block-corrected"),
    *("fc-fec-block-uncorrected", "fc-fec-rx-block", "not-learned", "policy-drop-packet"),
    *("rs-fec-codewords", "rs-fec-corrected", "rs-fec-symbol-error", "rs-fec-uncorrected"),
)


def _names() -> tuple[str, ...]:
    units = ("byte", "packet")
    return (
        *(f"rx-{name}" for name in (*_RX, *_SIZES)),
        *(f"tx-{name}" for name in (*_TX, *_SIZES)),
        *(f"tx-rx-{size}" for size in _SIZES),
        *(f"tx-queue{queue}-{unit}" for queue in range(8) for unit in units),
        *(f"tx-drop-queue{queue}-{unit}" for queue in range(8) for unit in units),
        *(f"tx-queue-custom{queue}-drop-{unit}" for queue in range(2) for unit in units),
        *_OTHER,
    )


FIELDS = (
    *counters("driver-rx-byte", "driver-rx-packet", stats="stats"),
    *counters("driver-tx-byte", "driver-tx-packet", stats="stats"),
    *computed(*_names(), type=Number(), stats="stats"),
)
