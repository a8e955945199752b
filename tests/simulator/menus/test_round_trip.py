"""Whole configurations: what was exported, applied to a fresh router, is exported again."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.export import export_body
from simulator.router import Router
from simulator.terminal import run_terminal
from simulator.version import Version

EXPORTS = Path(__file__).parent / "exports"
NAMES = sorted(path.name for path in EXPORTS.glob("*.rsc"))


def applied(source: bytes, version: str) -> list[bytes]:
    """Return what a fresh router exports after it ran `source`, which has no fault."""
    return export_body(configured(source, version))


def configured(source: bytes, version: str) -> Router:
    router = Router(Version(version))
    output, failure, _ = run_terminal(router, source)
    assert (output, failure) == (b"", None)
    return router


@pytest.mark.parametrize("version", ["7.16.2", "7.18.2"])
@pytest.mark.parametrize("name", NAMES)
def test_an_export_comes_back_as_it_was(name: str, version: str) -> None:
    source = (EXPORTS / name).read_bytes()
    assert applied(source, version) == source.splitlines()


def test_everything_an_office_has_is_modelled() -> None:
    router = configured((EXPORTS / "office.rsc").read_bytes(), "7.22.3")
    assert [event.detail for event in router.journal if event.kind == "not-modelled"] == []


@pytest.mark.parametrize("version", ["6.49.18", "7.12.2", "7.22.3", "7.24.1"])
def test_an_export_of_another_release_settles(version: str) -> None:
    """Each writes what the others leave out: types of records, names of clients."""
    source = b"\n".join(
        (
            b"/interface bridge add name=bridge",
            b"/interface bridge port add bridge=bridge interface=ether2",
            b"/ip pool add name=dhcp ranges=192.0.2.10-192.0.2.254",
            b"/ip address add address=192.0.2.1/24 interface=bridge",
            b"/ip dhcp-server add address-pool=dhcp interface=bridge name=lan lease-time=12h",
            b"/ip dhcp-server network add address=192.0.2.0/24 gateway=192.0.2.1",
            b"/ip dhcp-client add interface=ether1",
            b"/ip dns static add address=192.0.2.1 name=router.example.com",
            b"/ip firewall filter add chain=input action=reject",
            b"/ip firewall nat add chain=srcnat action=masquerade out-interface=ether1",
            b"/ip route add gateway=192.0.2.254 distance=2",
            b"/snmp set enabled=yes",
            b"/tool netwatch add host=192.0.2.7",
        )
    )
    first = applied(source, version)
    assert len(first) > 24
    assert applied(b"\n".join(first), version) == first
