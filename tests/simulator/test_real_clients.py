"""What people use, over TCP: librouteros, routeros_api, and Ansible's modules."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import librouteros  # type: ignore[import-untyped]
import pytest
import routeros_api  # type: ignore[import-untyped]
import routeros_api.exceptions  # type: ignore[import-untyped]
from librouteros.exceptions import MultiTrapError, TrapError  # type: ignore[import-untyped]
from librouteros.query import And, Key, Or  # type: ignore[import-untyped]

from simulator.router import Router
from simulator.server import RealClock, RunningRouter, running_router
from simulator.tls import self_made
from simulator.version import Version
from simulator.wire.codec import encode_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = "/ip/firewall/address-list"
LATIN = "B\xfcro \xff\x80"
WRONG_LOGIN = "invalid user name or password (6)"


@pytest.fixture(scope="module")
def running() -> Iterator[RunningRouter]:
    with running_router(tls_port=0) as started:
        yield started


@pytest.fixture(autouse=True)
def fresh(running: RunningRouter) -> None:
    """Forget what the test before has configured; sessions stay as they are."""

    def forget(router: Router) -> None:
        for path in ("/ip/address", LIST, "/interface", "/system/identity"):
            router.tables[path].clear()

    running.call(forget)


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=self_made().certificate.decode())


def anonymous() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ADH:@SECLEVEL=0")  # the string that is passed around for this
    return context


# librouteros


@pytest.fixture(params=["plain", "certificate", "anonymous"])
def api(request: pytest.FixtureRequest, running: RunningRouter) -> Iterator[Any]:
    connect = partial(librouteros.connect, "127.0.0.1", "admin", "", encoding="latin-1")
    if request.param == "plain":
        connected = connect(port=running.api_port)
    else:
        context = trusting() if request.param == "certificate" else anonymous()
        wrap = partial(context.wrap_socket, server_hostname="127.0.0.1")
        connected = connect(port=running.tls_port, ssl_wrapper=wrap)
    yield connected
    connected.close()


def test_librouteros_adds_sets_and_removes(api: Any) -> None:
    addresses = api.path("ip", "firewall", "address-list")

    added = addresses.add(list="guests", address="192.0.2.1", comment="first", disabled=True)
    assert added == "*1"
    (row,) = addresses
    assert row[".id"] == "*1"
    assert (row["list"], row["address"], row["comment"]) == ("guests", "192.0.2.1", "first")
    assert row["disabled"] is True

    addresses.update(**{".id": added, "comment": "second", "disabled": False})
    (row,) = addresses.select("comment", "disabled")
    assert row == {"comment": "second", "disabled": False}

    other = addresses.add(list="guests", address="192.0.2.2")
    addresses.remove(added, other)
    assert tuple(addresses) == ()


def test_librouteros_asks_with_queries(api: Any) -> None:
    name, running, mtu = Key("name"), Key("running"), Key("mtu")
    interfaces = api.path("interface")

    def names(*conditions: Any) -> list[str]:
        return [row["name"] for row in interfaces.select(name).where(*conditions)]

    assert names(name == "ether2") == ["ether2"]
    assert names(Or(name == "ether1", name == "ether3")) == ["ether1", "ether3"]
    assert names(And(running == True, name != "lo", name != "ether1"))[0] == "ether2"  # noqa: E712
    assert names(name.In("ether4", "ether5"), mtu > 1000) == ["ether4", "ether5"]
    assert names(name == "nothing") == []


def test_librouteros_counts(api: Any) -> None:
    assert tuple(api.rawCmd("/interface/print", "=count-only=", "?name=ether1")) == ({"ret": 1},)


def test_librouteros_passes_every_byte_untouched(api: Any, running: RunningRouter) -> None:
    everything = "".join(map(chr, range(256)))
    for comment in (LATIN, everything):
        api.path("interface").update(**{".id": "ether1", "comment": comment})

        (row,) = api.path("interface").select("comment").where(Key("name") == "ether1")
        assert row["comment"] == comment

    def stored(router: Router) -> object:
        item = router.tables["/interface"].get(b"ether1")
        assert item is not None
        return item.values["comment"]

    assert running.call(stored) == bytes(range(256))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"address": "192.0.2.1/24", "interface": "ether9"},
            "input does not match any value of interface",
        ),
        ({"address": "192.0.2.1/24"}, "missing value(s) of argument(s) interface"),
        (
            {"address": "192.0.2.1/24", "interface": "ether1", "bogus": "1"},
            "unknown parameter bogus",
        ),
    ],
)
def test_librouteros_is_told_why_an_add_fails(
    api: Any, words: dict[str, str], message: str
) -> None:
    with pytest.raises(TrapError) as refusal:
        api.path("ip", "address").add(**words)

    assert refusal.value.message == message
    assert tuple(api.path("ip", "address")) == ()


def test_librouteros_is_told_of_a_duplicate_and_goes_on(api: Any) -> None:
    addresses = api.path("ip", "address")
    addresses.add(address="192.0.2.1/24", interface="ether1")

    with pytest.raises(TrapError) as refusal:
        addresses.add(address="192.0.2.1/24", interface="ether1")

    assert refusal.value.message == "failure: already have such address"
    assert len(tuple(addresses)) == 1


def test_librouteros_gets_both_traps_of_an_unknown_menu(api: Any) -> None:
    with pytest.raises(MultiTrapError) as refusal:
        tuple(api.path("ip", "adress"))

    assert str(refusal.value) == ("no such command or directory (adress), no such command prefix")


def test_librouteros_with_a_wrong_password(running: RunningRouter) -> None:
    with pytest.raises(TrapError) as refusal:
        librouteros.connect("127.0.0.1", "admin", "wrong", port=running.api_port)

    assert refusal.value.message == WRONG_LOGIN


def test_librouteros_by_challenge_on_an_old_router() -> None:
    router = Router(Version("6.42.12"), clock=RealClock(), users={b"old": b"pass"})
    with running_router(router) as running:
        api = librouteros.connect(
            "127.0.0.1", "old", "pass", port=running.api_port, login_method=librouteros.token
        )

        assert tuple(api.path("system", "identity")) == ({"name": "MikroTik"},)
        api.close()


@pytest.mark.parametrize("secure", [False, True])
async def test_librouteros_asynchronously(running: RunningRouter, secure: bool) -> None:
    api = await librouteros.async_connect(
        "localhost",
        "admin",
        "",
        port=running.tls_port if secure else running.api_port,
        ssl_wrapper=trusting() if secure else None,
        encoding="latin-1",
    )
    addresses = api.path("ip", "firewall", "address-list")

    added = await addresses.add(list="guests", address="192.0.2.1", comment=LATIN)
    found = [
        row
        async for row in addresses.select("list", "comment").where(Key("address") == "192.0.2.1")
    ]
    assert found == [{"list": "guests", "comment": LATIN}]
    with pytest.raises(TrapError) as refusal:
        await api.path("ip", "address").add(address="192.0.2.1/24", interface="ether9")
    assert refusal.value.message == "input does not match any value of interface"
    await addresses.remove(added)
    assert [row async for row in addresses] == []
    await api.close()


# routeros_api


@contextlib.contextmanager
def pool(port: int | None, **options: Any) -> Iterator[Any]:
    options = {"username": "admin", "password": "", "plaintext_login": True} | options
    opened = routeros_api.RouterOsApiPool("127.0.0.1", port=port, **options)
    try:
        yield opened.get_api()
    finally:
        opened.disconnect()


@pytest.mark.parametrize("secure", [False, True])
def test_routeros_api_adds_sets_and_removes(running: RunningRouter, secure: bool) -> None:
    port, options = running.api_port, {}
    if secure:
        port, options = running.tls_port, {"ssl_context": trusting()}
    with pool(port, **options) as api:
        addresses = api.get_resource(LIST)

        reply = addresses.add(list="guests", address="192.0.2.1", comment="Büro")
        assert reply.done_message == {"ret": "*1"}
        (row,) = addresses.get(list="guests", disabled="false")
        assert (row["id"], row["comment"]) == ("*1", "Büro")

        addresses.set(id="*1", comment="")
        assert "comment" not in addresses.get()[0]
        addresses.remove(id="*1")
        assert addresses.get() == []


def test_routeros_api_runs_commands_at_once(running: RunningRouter) -> None:
    with pool(running.api_port) as api:
        names = [api.get_resource("/system/identity").get_async() for _ in range(5)]
        interfaces = api.get_resource("/interface").get_async(name="ether3")

        assert interfaces.get()[0]["name"] == "ether3"
        assert [each.get()[0]["name"] for each in names] == ["MikroTik"] * 5


def test_routeros_api_is_told_why_an_add_fails(running: RunningRouter) -> None:
    with pool(running.api_port) as api:
        with pytest.raises(
            routeros_api.exceptions.RouterOsApiCommunicationError,
            match="input does not match any value of interface",
        ):
            api.get_resource("/ip/address").add(address="192.0.2.1/24", interface="ether9")
        assert api.get_resource("/system/identity").get()[0]["name"] == "MikroTik"


def test_routeros_api_by_challenge(running: RunningRouter) -> None:
    """What it does unless told otherwise; new routers take it for a wrong password."""
    old = Router(Version("6.42.12"), clock=RealClock(), users={b"old": b"pass"})
    with (
        running_router(old) as other,
        pool(other.api_port, username="old", password="pass", plaintext_login=False) as api,
    ):
        assert api.get_resource("/system/identity").get()[0]["name"] == "MikroTik"

    with (
        pytest.raises(routeros_api.exceptions.RouterOsApiCommunicationError, match="invalid user"),
        pool(running.api_port, plaintext_login=False),
    ):
        pytest.fail("it got in")


# Ansible

PLAY = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/community.routeros.api: {connection}
  tasks:
    - community.routeros.api: {{path: ip firewall address-list}}
      register: before
    - community.routeros.api:
        path: ip firewall address-list
        add: list=guests address=192.0.2.1 comment="B\u00fcro 1"
      register: added
    - community.routeros.api:
        path: interface
        extended_query:
          attributes: [name, mtu]
          where:
            - {{attribute: name, is: in, value: [ether1, ether2]}}
            - {{attribute: mtu, is: ">", value: 1000}}
      register: asked
    - community.routeros.api: {{path: ip address, add: address=192.0.2.1/24 interface=ether9}}
      register: failed
      ignore_errors: true
    - community.routeros.api_modify:
        path: ip firewall address-list
        data: [{{list: staff, address: 192.0.2.2, comment: new}}]
        handle_absent_entries: remove
        handle_entries_content: remove
        ensure_order: false
      register: modified
    - community.routeros.api_info: {{path: ip firewall address-list}}
      register: info
    - community.routeros.api:
        path: ip firewall address-list
        remove: "{{{{ info.result[0]['.id'] }}}}"
      register: removed
    - community.routeros.api: {{path: ip firewall address-list}}
      register: after
    - ansible.builtin.copy:
        dest: {results}
        content: >-
          {{{{ dict(before=before, added=added, asked=asked, failed=failed, modified=modified,
          info=info, removed=removed, after=after) | to_json }}}}
"""


def run_play(folder: Path, connection: dict[str, Any]) -> dict[str, Any]:
    """Run the play with everything that Ansible writes under `folder`; return what it found."""
    results = folder / "results.json"
    play = folder / "play.yml"
    login = {"hostname": "127.0.0.1", "username": "admin", "password": "", "encoding": "UTF-8"}
    text = PLAY.format(connection=json.dumps(login | connection), results=results)
    play.write_text(text, encoding="utf-8")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    ended = subprocess.run(
        [program, "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}", play],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("way", ["plain", "certificate", "anonymous"])
def test_ansible_modules(running: RunningRouter, tmp_path: Path, way: str) -> None:
    connection: dict[str, Any] = {"port": running.api_port}
    if way == "certificate":
        ca = tmp_path / "ca.pem"
        ca.write_bytes(self_made().certificate)
        connection = {"port": running.tls_port, "tls": True, "ca_path": str(ca)}
        connection["validate_cert_hostname"] = True
    elif way == "anonymous":
        connection = {"port": running.tls_port, "tls": True, "force_no_cert": True}

    found = run_play(tmp_path, connection)

    assert found["before"]["msg"] == []
    assert found["added"]["changed"]
    assert found["asked"]["msg"] == [
        {"name": "ether1", "mtu": 1500},
        {"name": "ether2", "mtu": 1500},
    ]
    assert found["failed"]["failed"]
    assert "input does not match any value of interface" in str(found["failed"]["msg"])
    assert [row["comment"] for row in found["modified"]["old_data"]] == ["Büro 1"]
    assert [row["comment"] for row in found["info"]["result"]] == ["new"]
    assert found["removed"]["changed"]
    assert found["after"]["msg"] == []


# A client that dies


def test_connection_cut_at_any_byte_leaves_nothing_behind(running: RunningRouter) -> None:
    login = encode_sentence([b"/login", b"=name=admin", b"=password="])
    request = encode_sentence([b"/system/identity/set", b"=name=changed"])

    for cut in range(len(request)):
        with socket.create_connection(("127.0.0.1", running.api_port or 0)) as raw:
            raw.sendall(login)
            assert raw.recv(100) == b"\x05!done\x00"
            raw.sendall(request[:cut])

    api = librouteros.connect("127.0.0.1", "admin", "", port=running.api_port)
    assert tuple(api.path("system", "identity")) == ({"name": "MikroTik"},)
    deadline = time.monotonic() + 5
    while len(tuple(api.path("user", "active"))) > 1:
        assert time.monotonic() < deadline, "a session outlived its connection"
    api.close()
