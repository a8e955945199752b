from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console.request import Context, Reply, Request
from simulator.errors import Interrupted
from simulator.router import Router
from simulator.session import Session
from simulator.version import Version
from simulator.wire.codec import encode_sentence
from simulator.wire.login import response_to
from tests.simulator.peers import ADDRESS, DONE, LOGIN_FAILED, Peer, Sentence

V717, V7, V6, V642 = map(Version, ("7.17.2", "7.22.3", "6.49.18", "6.42.12"))


@pytest.fixture
def router() -> Router:
    return Router(V7)


@pytest.fixture
def peer(router: Router) -> Peer:
    return Peer(router)


# Getting in


@pytest.mark.parametrize("version", [V7, V717, V6])
def test_plain_login_is_answered_with_a_bare_done(version: Version) -> None:
    peer = Peer(Router(version), login=False)

    assert peer.ask(b"/login", b"=name=admin", b"=password=") == [DONE]


def test_wrong_password_gets_a_trap_and_another_try(router: Router) -> None:
    peer = Peer(router, login=False)

    assert peer.ask(b"/login", b"=name=admin", b"=password=x") == [LOGIN_FAILED, DONE]
    assert peer.ask(b"/login", b"=name=nobody", b"=password=") == [LOGIN_FAILED, DONE]
    assert peer.ask(b"/login", b"=name=admin", b"=password=") == [DONE]


def test_fifth_failure_ends_the_connection(router: Router) -> None:
    peer = Peer(router, login=False)
    wrong = (b"/login", b"=name=admin", b"=password=x")

    for _ in range(4):
        assert peer.ask(*wrong) == [LOGIN_FAILED, DONE]

    assert peer.ask(*wrong) == [[b"!fatal", b"too many commands before login"]]
    assert peer.session.closed
    assert peer.ask(*wrong) == []


def test_command_before_login_is_fatal(router: Router) -> None:
    peer = Peer(router, login=False)

    assert peer.ask(b"/system/identity/print") == [[b"!fatal", b"not logged in"]]
    assert peer.session.closed


@pytest.mark.parametrize("version", [V642, Version("6.44"), V6, V7])
def test_login_without_words_gives_a_challenge(version: Version) -> None:
    peer = Peer(Router(version), login=False)

    assert peer.ask(b"/login") == [[b"!done", b"=ret=" + b"5a" * 16]]


@pytest.mark.parametrize(("version", "works"), [(V642, True), (Version("6.44"), True), (V7, False)])
def test_challenge_lets_in_until_it_was_given_up(version: Version, works: bool) -> None:
    peer = Peer(Router(version, users={b"admin": b"s3cret"}), login=False)
    peer.ask(b"/login")
    response = response_to(b"\x5a" * 16, b"s3cret")

    answer = peer.ask(b"/login", b"=name=admin", b"=response=" + response)

    assert answer == ([DONE] if works else [LOGIN_FAILED, DONE])


def test_challenge_is_good_for_one_try() -> None:
    peer = Peer(Router(V642), login=False)
    peer.ask(b"/login")
    response = b"=response=" + response_to(b"\x5a" * 16, b"")
    wrong = [[b"!trap", b"=message=cannot log in"], DONE]

    assert peer.ask(b"/login", b"=name=nobody", response) == wrong
    assert peer.ask(b"/login", b"=name=admin", response) == wrong


def test_old_router_answers_a_password_with_a_challenge() -> None:
    peer = Peer(Router(V642), login=False)

    answer = peer.ask(b"/login", b"=name=admin", b"=password=")

    assert answer == [[b"!done", b"=ret=" + b"5a" * 16]]


def test_name_without_password_does_not_log_in(router: Router) -> None:
    peer = Peer(router, login=False)

    assert peer.ask(b"/login", b"=name=admin") == [[b"!done", b"=ret=" + b"5a" * 16]]
    assert peer.ask(b"/system/identity/print") == [[b"!fatal", b"not logged in"]]


def test_login_carries_its_tag(router: Router) -> None:
    peer = Peer(router, login=False)

    assert peer.ask(b"/login", b"=name=admin", b"=password=", b".tag=1") == [[b"!done", b".tag=1"]]


# Getting out


def test_quit_says_goodbye_and_nothing_after_it(peer: Peer) -> None:
    data = encode_sentence([b"/quit"]) + encode_sentence([b"/system/identity/print"])

    assert peer.send(data) == [[b"!fatal", b"session terminated on request"]]
    assert peer.session.closed


def test_quit_over_tls_only_closes(router: Router) -> None:
    peer = Peer(router, secure=True)

    assert peer.ask(b"/quit") == []
    assert peer.session.closed


@pytest.mark.parametrize("data", [b"\xf8", b"\xf1\x00", b"\xc1\x00\x00", b"\xf0\xff\xff\xff\xff"])
def test_length_that_cannot_be_closes_without_a_word(peer: Peer, data: bytes) -> None:
    assert peer.send(data) == []
    assert peer.session.closed


def test_answers_before_a_broken_length_still_go_out(peer: Peer) -> None:
    data = encode_sentence([b"/system/identity/print"]) + b"\xff"

    assert peer.send(data) == [[b"!re", b"=name=MikroTik"], DONE]
    assert peer.session.closed


def test_end_cancels_what_runs(peer: Peer, router: Router) -> None:
    peer.ask(b"/interface/listen")
    assert peer.session.busy

    peer.session.end()

    assert not peer.session.busy
    assert peer.heard() == []
    assert Peer(router).ask(b"/interface/set", b"=.id=ether1", b"=comment=x") == [DONE]


# Commands


def test_cut_at_any_byte_leaves_nothing_behind(router: Router) -> None:
    data = encode_sentence([b"/system/identity/set", b"=name=changed"])

    for cut in range(len(data)):
        peer = Peer(router)
        assert peer.send(data[:cut]) == []
        peer.session.end()

    assert Peer(router).ask(b"/system/identity/print") == [[b"!re", b"=name=MikroTik"], DONE]
    assert len(router.tables["/user/active"]) == 1


def test_empty_sentences_are_ignored(peer: Peer) -> None:
    assert peer.send(b"\x00\x00\x00") == []
    assert peer.ask(b"/system/identity/print")[-1] == DONE


def test_add_returns_the_id_and_print_the_row(peer: Peer) -> None:
    added = peer.ask(
        b"/ip/firewall/address-list/add",
        b"=list=guests",
        b"=address=192.0.2.77",
        b"=comment=f\xfcr",
    )
    assert added == [[b"!done", b"=ret=*1"]]

    answer = peer.ask(
        b"/ip/firewall/address-list/print",
        b"?list=guests",
        b"=.proplist=.id,address,comment,disabled",
    )
    assert answer == [
        [b"!re", b"=.id=*1", b"=address=192.0.2.77", b"=comment=f\xfcr", b"=disabled=false"],
        DONE,
    ]


def test_set_clears_what_is_negated(peer: Peer) -> None:
    peer.ask(b"/interface/set", b"=.id=ether1", b"=comment=uplink")

    assert peer.ask(b"/interface/set", b"=.id=ether1", b"=!comment=") == [DONE]
    assert peer.ask(b"/interface/print", b"?comment", b"=count-only=") == [[b"!done", b"=ret=0"]]


@pytest.mark.parametrize("name", [b"=.id=", b"=numbers="])
def test_items_are_named_by_id_or_name_one_or_several(peer: Peer, name: bytes) -> None:
    peer.ask(b"/interface/disable", name + b"ether1,*2")

    names = peer.ask(b"/interface/print", b"?disabled=yes", b"=.proplist=name")

    assert names == [[b"!re", b"=name=ether1"], [b"!re", b"=name=ether2"], DONE]


def test_getall_is_print(peer: Peer) -> None:
    assert peer.ask(b"/system/identity/getall") == [[b"!re", b"=name=MikroTik"], DONE]


def test_proplist_without_a_match_gives_rows_without_words(peer: Peer) -> None:
    answer = peer.ask(b"/interface/print", b"=.proplist=comment", b"?name=ether1")

    assert answer == [[b"!re"], DONE]


@pytest.mark.parametrize(
    ("version", "answer"), [(V7, [[b"!empty"], DONE]), (V717, [DONE]), (V6, [DONE])]
)
def test_empty_list_says_so_since_7_18(version: Version, answer: list[Sentence]) -> None:
    assert Peer(Router(version)).ask(b"/ip/firewall/filter/print") == answer


def test_empty_comes_with_the_tag_and_only_for_lists(peer: Peer) -> None:
    assert peer.ask(b"/interface/print", b"?name=no", b".tag=x") == [
        [b"!empty", b".tag=x"],
        [b"!done", b".tag=x"],
    ]
    assert peer.ask(b"/interface/set", b"=.id=ether1", b"=comment=") == [DONE]


def test_unknown_menu_gives_two_traps_one_with_a_category(peer: Peer) -> None:
    assert peer.ask(b"/ip/adress/print", b".tag=9") == [
        [b"!trap", b".tag=9", b"=category=0", b"=message=no such command or directory (adress)"],
        [b"!trap", b".tag=9", b"=message=no such command prefix"],
        [b"!done", b".tag=9"],
    ]


@pytest.mark.parametrize("path", [b"/system/identity/frobnicate", b"/ip address print", b"#", b"x"])
def test_what_is_no_command_gets_one_trap(peer: Peer, path: bytes) -> None:
    assert peer.ask(path) == [[b"!trap", b"=message=no such command"], DONE]


@pytest.mark.parametrize(
    ("version", "text"), [(V7, b"unknown parameter bogus"), (V6, b"unknown parameter")]
)
def test_unknown_argument_is_refused(version: Version, text: bytes) -> None:
    answer = Peer(Router(version)).ask(b"/system/identity/print", b"=bogus=1")

    assert answer == [[b"!trap", b"=message=" + text], DONE]


def test_tag_that_is_empty_is_none(peer: Peer) -> None:
    assert peer.ask(b"/system/identity/print", b".tag=")[-1] == DONE


def test_several_sentences_in_one_piece_are_answered_in_order(peer: Peer) -> None:
    data = b"".join(
        encode_sentence([b"/system/identity/print", b".tag=%d" % number]) for number in range(20)
    )

    done = [words[1] for words in peer.send(data) if words[0] == b"!done"]

    assert done == [b".tag=%d" % number for number in range(20)]


commands = st.lists(
    st.sampled_from([b"/interface/print", b"/user/print", b"/cancel", b"/ip/x/print", b"#", b"/"])
    | st.binary(min_size=1, max_size=12),
    min_size=1,
)
more_words = st.lists(
    st.sampled_from([b"=.id=ether1", b"=.proplist=name", b"?name=ether1", b"?#!", b".tag=\xff"])
    | st.binary(min_size=1, max_size=12),
    max_size=4,
)


@given(st.lists(st.tuples(commands.map(b"/".join), more_words), max_size=5))
def test_any_sentence_is_answered_up_to_its_done(
    sentences: list[tuple[bytes, list[bytes]]],
) -> None:
    peer = Peer(Router(V7))

    for path, rest in sentences:
        answer = peer.ask(path, *rest)

        assert answer[-1][0] == b"!done"
        assert [b"!trap", b"=message=std failure: simulator error"] not in answer


# Streams and cancel


def test_listen_has_no_first_rows_and_tells_of_changes(peer: Peer, router: Router) -> None:
    assert peer.ask(b"/ip/firewall/address-list/listen", b".tag=l") == []
    other = Peer(router)

    other.ask(b"/ip/firewall/address-list/add", b"=list=a", b"=address=192.0.2.1")
    (row,) = peer.advance(0)
    assert row[:3] == [b"!re", b".tag=l", b"=.id=*1"]
    assert b"=list=a" in row

    other.ask(b"/ip/firewall/address-list/remove", b"=.id=*1")
    assert peer.advance(0) == [[b"!re", b".tag=l", b"=.id=*1", b"=.dead=true"]]


def test_follow_gives_first_rows_and_then_changes(peer: Peer) -> None:
    words = (b"/interface/print", b"=follow=", b"?name=ether1", b"=.proplist=name,comment")

    assert peer.ask(*words, b".tag=f") == [[b"!re", b".tag=f", b"=name=ether1"]]
    peer.ask(b"/interface/set", b"=.id=ether1", b"=comment=new")

    assert peer.advance(0) == [[b"!re", b".tag=f", b"=name=ether1", b"=comment=new"]]


@pytest.mark.parametrize("menu", [b"/system/resource", b"/system/identity"])
def test_singleton_cannot_be_listened_to(peer: Peer, menu: bytes) -> None:
    answer = peer.ask(menu + b"/listen")

    assert answer == [[b"!trap", b"=message=unknown parameter follow-only"], DONE]


def test_cancel_answers_in_the_order_of_captures(peer: Peer) -> None:
    peer.ask(b"/interface/listen", b".tag=10")

    assert peer.ask(b"/cancel", b"=tag=10", b".tag=20") == [
        [b"!trap", b".tag=10", b"=category=2", b"=message=interrupted"],
        [b"!done", b".tag=20"],
        [b"!done", b".tag=10"],
    ]
    assert not peer.session.busy


def test_cancel_without_a_tag_takes_all(peer: Peer) -> None:
    peer.ask(b"/interface/listen", b".tag=1")
    peer.ask(b"/interface/listen")

    assert peer.ask(b"/cancel") == [
        [b"!trap", b".tag=1", b"=category=2", b"=message=interrupted"],
        [b"!trap", b"=category=2", b"=message=interrupted"],
        DONE,
        [b"!done", b".tag=1"],
        DONE,
    ]


def test_cancel_of_an_unknown_tag_is_done(peer: Peer) -> None:
    peer.ask(b"/interface/listen", b".tag=1")

    assert peer.ask(b"/cancel", b"=tag=2", b".tag=3") == [[b"!done", b".tag=3"]]
    assert peer.session.busy


def test_command_that_takes_its_time_to_end_is_done_when_it_has(
    peer: Peer, router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stubborn(_: Request, context: Context) -> Reply:
        try:
            context.process.wait(60)
        except Interrupted:
            context.process.wait(5)
        return Reply(ret=b"never seen")

    monkeypatch.setattr(router.console, "execute", stubborn)
    peer.ask(b"/x/y", b".tag=1")

    assert peer.ask(b"/cancel", b"=tag=1", b".tag=2") == [
        [b"!trap", b".tag=1", b"=category=2", b"=message=interrupted"],
        [b"!done", b".tag=2"],
    ]
    assert peer.advance(5) == [[b"!done", b".tag=1"]]


def test_command_that_others_interrupt_says_so(
    peer: Peer, router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Reply:
        raise Interrupted("the job was removed")

    monkeypatch.setattr(router.console, "execute", interrupted)

    assert peer.ask(b"/x/y") == [[b"!trap", b"=category=2", b"=message=interrupted"], DONE]


def test_waiting_command_does_not_hold_up_others(peer: Peer) -> None:
    assert peer.ask(b"/interface/print", b"=interval=5s", b".tag=slow", b"?name=ether1")[0][1] == (
        b".tag=slow"
    )
    assert peer.ask(b"/system/identity/print", b".tag=quick")[-1] == [b"!done", b".tag=quick"]

    again = peer.advance(5)

    assert [words[:2] for words in again] == [[b"!re", b".tag=slow"]]


# Peers that do not read


def test_nothing_is_started_for_a_peer_that_does_not_read(peer: Peer) -> None:
    peer.session.pause()
    assert peer.ask(b"/system/identity/print") == []

    peer.session.resume()
    peer._take()

    assert peer.heard() == [[b"!re", b"=name=MikroTik"], DONE]


def test_stream_waits_for_a_peer_that_does_not_read(peer: Peer, router: Router) -> None:
    peer.ask(b"/interface/listen")
    other = Peer(router)
    peer.session.pause()

    for number in range(3):
        other.ask(b"/interface/set", b"=.id=ether1", b"=comment=%d" % number)
    held = peer.advance(1)
    peer.session.resume()

    comments = [word for words in held + peer.heard() for word in words if b"comment" in word]
    assert len(held) <= 1
    assert comments == [b"=comment=0", b"=comment=1", b"=comment=2"]


def test_cancelled_stream_of_a_peer_that_does_not_read_is_gone(peer: Peer, router: Router) -> None:
    peer.ask(b"/interface/listen")
    peer.session.pause()
    Peer(router).ask(b"/interface/set", b"=.id=ether1", b"=comment=x")
    peer.advance(1)

    peer.session.end()

    assert not peer.session.busy
    peer.session.resume()
    assert peer.heard() == []


def test_answers_that_pile_up_stop_further_commands(router: Router) -> None:
    """The server passes on what there is before the session goes on."""
    session = Session(router, ADDRESS)
    session.receive_data(encode_sentence([b"/login", b"=name=admin", b"=password="]))
    session.data_to_send()
    request = encode_sentence([b"/interface/print"])

    session.receive_data(request * 4000)
    pieces: list[bytes] = []
    while data := session.data_to_send():
        pieces.append(data)
        session.proceed()

    assert len(pieces) > 1
    assert max(map(len, pieces)) < 0x8_0000
    assert b"".join(pieces).count(b"\x05!done\x00") == 4000


def test_fault_of_the_simulator_itself_is_a_trap_and_logged(
    peer: Peer, router: Router, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(router.console, "execute", broken)

    assert peer.ask(b"/x/print")[0][0] == b"!trap"
    assert "ZeroDivisionError" in caplog.text
