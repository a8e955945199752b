from __future__ import annotations

import pytest

from simulator.router import Router
from tests.simulator.peers import DONE, Peer


@pytest.fixture
def router() -> Router:
    return Router()


@pytest.fixture
def peer(router: Router) -> Peer:
    return Peer(router)


def logged(router: Router) -> list[tuple[bytes, bytes]]:
    return [(b",".join(line.topics), line.message) for line in router.log.lines]


def test_log_tells_who_came_and_went(router: Router) -> None:
    peer = Peer(router, login=False)
    peer.ask(b"/login", b"=name=admin", b"=password=wrong")
    peer.ask(b"/login", b"=name=admin", b"=password=")
    peer.session.end()

    assert logged(router)[-3:] == [
        (b"system,error,critical", b"login failure for user admin from 192.0.2.9 via api"),
        (b"system,info,account", b"user admin logged in from 192.0.2.9 via api"),
        (b"system,info,account", b"user admin logged out from 192.0.2.9 via api"),
    ]


def test_session_is_among_the_active_users_while_it_lasts(peer: Peer, router: Router) -> None:
    row, _ = peer.ask(b"/user/active/print", b"=.proplist=name,address,via,group,radius")

    assert row == [
        b"!re",
        b"=name=admin",
        b"=address=192.0.2.9",
        b"=via=api",
        b"=group=full",
        b"=radius=false",
    ]
    other = Peer(router)
    assert len(other.ask(b"/user/active/print")) == 3
    peer.session.end()
    assert len(other.ask(b"/user/active/print")) == 2


def test_user_who_is_removed_from_the_active_ones_is_hung_up_on(peer: Peer, router: Router) -> None:
    other = Peer(router)
    other.ask(b"/interface/listen")
    (row, _) = peer.ask(b"/user/active/print", b"=.proplist=.id", b"?.id=*2")

    assert peer.ask(b"/user/active/remove", row[1]) == [DONE]

    assert other.session.closed
    assert not other.session.busy
    assert len(router.tables["/user/active"].listeners) == 1
    assert logged(router)[-1][1] == b"user admin logged out from 192.0.2.9 via api"
    assert not peer.session.closed


def test_user_may_hang_up_on_themselves(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    peer.ask(b"/interface/listen")
    peer.ask(b"/user/active/remove", b"=.id=*1")

    assert peer.session.closed
    assert not peer.session.busy
    assert caplog.text == ""


def test_journal_tells_who_came_and_went(router: Router) -> None:
    peer = Peer(router, login=False)
    peer.ask(b"/login", b"=name=admin", b"=password=wrong")
    peer.ask(b"/login", b"=name=admin", b"=password=")
    peer.session.end()

    kinds = [event.kind for event in router.journal if event.kind != "change"]
    assert kinds == ["login-failed", "login", "logout"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((b"=group=noapi",), b"access denied"),
        ((b"=group=full", b"=address=198.51.100.0/24"), b"access denied"),
        ((b"=group=full", b"=disabled=yes"), b"invalid user name or password (6)"),
    ],
)
def test_user_who_may_not_come_this_way_is_kept_out(
    peer: Peer, router: Router, words: tuple[bytes, ...], message: bytes
) -> None:
    peer.ask(b"/user/group/add", b"=name=noapi", b"=policy=read,write")
    assert peer.ask(b"/user/add", b"=name=kim", b"=password=pw", *words)[-1][0] == b"!done"
    kim = Peer(router, login=False)

    answer = kim.ask(b"/login", b"=name=kim", b"=password=pw")

    assert answer == [[b"!trap", b"=message=" + message], DONE]


def test_user_from_an_address_of_theirs_gets_in(peer: Peer, router: Router) -> None:
    peer.ask(b"/user/add", b"=name=kim", b"=group=read", b"=password=pw", b"=address=192.0.2.0/24")

    assert Peer(router, login=False).ask(b"/login", b"=name=kim", b"=password=pw") == [DONE]


def test_group_decides_what_a_user_may(peer: Peer, router: Router) -> None:
    peer.ask(b"/user/add", b"=name=kim", b"=group=read", b"=password=pw")
    kim = Peer(router, login=False)
    kim.ask(b"/login", b"=name=kim", b"=password=pw")

    assert kim.ask(b"/system/identity/set", b"=name=x") == [
        [b"!trap", b"=message=not enough permissions (9)"],
        DONE,
    ]
