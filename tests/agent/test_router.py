"""The session against a peer that sends exactly the bytes laid down for it."""

import asyncio
import hashlib
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme
from pydantic import SecretStr

from agent.errors import (
    LinkLostError,
    LinkTimeoutError,
    LoginError,
    RefusedError,
    UnreachableError,
)
from agent.router import Access, LibrouterosRouter, connect

# At the end of an answer: the peer hangs up behind it.
CUT = b"<cut>"


def sentence(*words: bytes) -> bytes:
    return b"".join(bytes([len(word)]) + word for word in words) + b"\0"


class Peer:
    """Answers each sentence it gets with the next of `answers`; None means it hangs up."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self.answers = answers
        self.got: list[list[bytes]] = []
        self.port = 0
        self.closed = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while self.answers:
                self.got.append(await self._sentence(reader))
                answer = self.answers.pop(0)
                if answer is None:
                    return
                writer.write(answer.removesuffix(CUT))
                await writer.drain()
                if answer.endswith(CUT):
                    return
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.closed.set()
            writer.close()

    async def _sentence(self, reader: asyncio.StreamReader) -> list[bytes]:
        words = []
        while (size := (await reader.readexactly(1))[0]) != 0:
            if size >= 0x80:
                size = (size & 0x3F) << 8 | (await reader.readexactly(1))[0]
            words.append(await reader.readexactly(size))
        return words


@asynccontextmanager
async def peer(*answers: bytes | None, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    answering = Peer(list(answers))
    server = await asyncio.start_server(answering.serve, "127.0.0.1", 0, ssl=tls)
    answering.port = server.sockets[0].getsockname()[1]
    async with server:
        yield answering


def access(port: int, password: str = "", **more: object) -> Access:
    return Access("127.0.0.1", port, "admin", SecretStr(password), **more)  # type: ignore[arg-type]


@asynccontextmanager
async def session(*answers: bytes | None) -> AsyncIterator[tuple[LibrouterosRouter, Peer]]:
    async with peer(sentence(b"!done"), *answers) as answering:
        router = await connect(access(answering.port), connect_seconds=5, command_seconds=5)
        try:
            yield router, answering
        finally:
            await router.close()


async def test_values_stay_the_routers_bytes() -> None:
    answer = sentence(b"!re", b"=serial=0012", b"=flag=yes", b"=comment=\xd1\x82\xff=x", b"=empty=")
    async with session(answer + sentence(b"!done", b"=ret=123")) as (router, answering):
        reply = await router.call("/x/print", {"a": "т", "b": b"\xff"}, where={"name": "n"})

        assert reply.rows == [
            {"serial": b"0012", "flag": b"yes", "comment": b"\xd1\x82\xff=x", "empty": b""}
        ]
        assert reply.ret == b"123"
        assert answering.got[-1] == [b"/x/print", b"=a=\xd1\x82", b"=b=\xff", b"?name=n"]


async def test_empty_list_and_wordless_rows_are_answers() -> None:
    async with session(
        sentence(b"!empty") + sentence(b"!done"), sentence(b"!re") + b"\0" + sentence(b"!done")
    ) as (router, _):
        assert (await router.call("/x/print")).rows == []
        assert (await router.call("/x/print")).rows == [{}]


async def test_all_traps_of_a_command_are_one_refusal_and_the_session_lives_on() -> None:
    traps = sentence(b"!trap", b"=category=0", b"=message=no such command or directory (adress)")
    traps += sentence(b"!trap", b"=message=no such command prefix")
    async with session(traps + sentence(b"!done"), sentence(b"!done")) as (router, _):
        with pytest.raises(RefusedError, match="no such command prefix") as refused:
            await router.call("/ip/adress/print")

        assert refused.value.category == 0
        assert refused.value.unknown
        assert (await router.call("/x/print")).rows == []


async def test_odd_words_in_a_trap_do_not_hide_its_message() -> None:
    trap = sentence(b"!trap", b"=oddword", b"=note=a\0b", b"plain", b".tag=5", b"=message=odd")
    wordless = sentence(b"!trap")
    async with session(trap + sentence(b"!done"), wordless + sentence(b"!done")) as (router, _):
        with pytest.raises(RefusedError) as refused:
            await router.call("/x/print")
        assert refused.value.message == b"odd"
        with pytest.raises(RefusedError, match="without a reason"):
            await router.call("/x/print")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        sentence(b"!fatal", b"session terminated on request"),
        sentence(b"!fatal"),
        b"\xf8\x00",
        sentence(b"!re", b"=a=b")[:-3] + CUT,
    ],
)
async def test_broken_stream_is_lost_and_never_used_again(answer: bytes | None) -> None:
    async with session(answer, None) as (router, answering):
        with pytest.raises(LinkLostError):
            await router.call("/x/print", seconds=5)

        sent = len(answering.got)
        with pytest.raises(LinkLostError, match="closed"):
            await router.call("/x/print")
        assert len(answering.got) == sent


async def test_deadline_covers_the_whole_answer_and_closes_the_session() -> None:
    async with session(sentence(b"!re", b"=a=b"), sentence(b"!done")) as (router, answering):
        with pytest.raises(LinkTimeoutError):
            await router.call("/x/print", seconds=0.05)

        await asyncio.wait_for(answering.closed.wait(), 5)
        with pytest.raises(LinkLostError):
            await router.call("/x/print")


async def test_cancelled_command_closes_the_session() -> None:
    async with session(b"", sentence(b"!done")) as (router, answering):
        task = asyncio.create_task(router.call("/x/print"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        await asyncio.wait_for(answering.closed.wait(), 5)


async def test_refused_login_closes_the_connection() -> None:
    trap = sentence(b"!trap", b"=message=invalid user name or password (6)") + sentence(b"!done")
    async with peer(trap) as answering:
        with pytest.raises(LoginError, match="invalid user name"):
            await connect(access(answering.port, "wrong"), connect_seconds=5, command_seconds=5)

        await asyncio.wait_for(answering.closed.wait(), 5)


async def test_old_router_is_met_with_its_challenge() -> None:
    challenge = sentence(b"!done", b"=ret=93b438ec9b80057c06dd9fe67d56aa9a")
    async with peer(challenge, sentence(b"!done")) as answering:
        router = await connect(access(answering.port), connect_seconds=5, command_seconds=5)
        await router.close()

        assert answering.got[-1] == [
            b"/login",
            b"=name=admin",
            b"=response=00e134102a9d330dd7b1849fedfea3cb57",
        ]


async def test_password_goes_out_as_utf8() -> None:
    async with peer(sentence(b"!done")) as answering:
        router = await connect(
            access(answering.port, "пароль"), connect_seconds=5, command_seconds=5
        )
        await router.close()

        assert answering.got[0][2] == "=password=пароль".encode()


async def test_nobody_there_is_unreachable() -> None:
    async with peer() as answering:
        port = answering.port
    with pytest.raises(UnreachableError, match=str(port)):
        await connect(access(port), connect_seconds=5, command_seconds=5)


async def test_silent_peer_is_unreachable_in_time() -> None:
    async with peer(b"") as answering:
        with pytest.raises(UnreachableError, match="no answer in"):
            await connect(access(answering.port), connect_seconds=0.1, command_seconds=5)


async def test_service_that_hangs_up_at_the_login_is_unreachable() -> None:
    async with peer(None) as answering:
        with pytest.raises(UnreachableError, match="closed before the login"):
            await connect(access(answering.port), connect_seconds=5, command_seconds=5)


async def test_no_word_reaches_a_log_whatever_its_level(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("librouteros")
    level, logger.propagate = logger.level, True
    logger.setLevel(logging.DEBUG)
    try:
        async with peer(sentence(b"!done")) as answering:
            router = await connect(
                access(answering.port, "secret-1"), connect_seconds=5, command_seconds=5
            )
            await router.close()
    finally:
        logger.setLevel(level)
        logger.propagate = False

    assert "secret-1" not in caplog.text
    assert caplog.records == []


# --- TLS --------------------------------------------------------------------


def certificates(name: str) -> tuple[trustme.CA, ssl.SSLContext, bytes]:
    authority = trustme.CA()
    certificate = authority.issue_cert(name)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(server)
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    return authority, server, hashlib.sha256(der).digest()


async def test_certificate_of_a_known_authority_and_the_right_host_is_accepted() -> None:
    authority, server, _ = certificates("127.0.0.1")
    client = ssl.create_default_context()
    authority.configure_trust(client)
    async with peer(sentence(b"!done"), tls=server) as answering:
        router = await connect(
            access(answering.port, tls=client), connect_seconds=5, command_seconds=5
        )
        await router.close()


async def test_certificate_of_another_host_is_refused_before_the_login() -> None:
    authority, server, _ = certificates("192.0.2.1")
    client = ssl.create_default_context()
    authority.configure_trust(client)
    async with peer(sentence(b"!done"), tls=server) as answering:
        with pytest.raises(UnreachableError, match="TLS failed"):
            await connect(access(answering.port, tls=client), connect_seconds=5, command_seconds=5)

        assert answering.got == []


async def test_pinned_certificate_is_held_before_the_login() -> None:
    _, server, fingerprint = certificates("192.0.2.1")
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    async with peer(sentence(b"!done"), tls=server) as answering:
        with pytest.raises(UnreachableError, match="another fingerprint"):
            await connect(
                access(answering.port, tls=client, tls_fingerprint=bytes(32)),
                connect_seconds=5,
                command_seconds=5,
            )
        assert answering.got == []

        router = await connect(
            access(answering.port, tls=client, tls_fingerprint=fingerprint),
            connect_seconds=5,
            command_seconds=5,
        )
        await router.close()
