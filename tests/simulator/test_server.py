from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections import Counter
from typing import TYPE_CHECKING

import aiohttp
import pytest

from simulator.router import Router
from simulator.server import RealClock, RouterServer, running_router
from simulator.tls import self_made
from simulator.wire.codec import SentenceDecoder, encode_sentence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

Sentence = list[bytes]
DONE = [b"!done"]
LOGIN = (b"/login", b"=name=admin", b"=password=")


class Client:
    """A connection that speaks in sentences."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._decoder = SentenceDecoder(max_word=1 << 24, max_sentence=1 << 28)

    @classmethod
    async def connect(cls, port: int | None, context: ssl.SSLContext | None = None) -> Client:
        return cls(*await asyncio.open_connection("127.0.0.1", port, ssl=context))

    async def ask(self, *words: bytes) -> list[Sentence]:
        self.writer.write(encode_sentence(words))
        return await self.heard()

    async def heard(self) -> list[Sentence]:
        """Read up to a `!done`."""
        found: list[Sentence] = []
        while not found or found[-1][0] != b"!done":
            found.append(await self.sentence())
        return found

    async def sentence(self) -> Sentence:
        while (sentence := self._decoder.next_sentence()) is None:
            data = await self.reader.read(0x1_0000)
            if not data:
                raise EOFError
            self._decoder.receive_data(data)
        return sentence

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):  # the router may have hung up before
            await self.writer.wait_closed()


@pytest.fixture
async def server() -> AsyncIterator[RouterServer]:
    async with RouterServer(Router(clock=RealClock())) as running:
        yield running


@pytest.fixture
async def client(server: RouterServer) -> AsyncIterator[Client]:
    connected = await Client.connect(server.api_port)
    assert await connected.ask(*LOGIN) == [DONE]
    yield connected
    await connected.close()


async def refused(port: int | None) -> bool:
    try:
        client = await Client.connect(port)
    except ConnectionRefusedError:
        return True
    await client.close()
    return False


async def accepted(port: int | None) -> bool:
    return not await refused(port)


async def only_one(client: Client) -> bool:
    """Whether nobody else is logged in."""
    return len(await client.ask(b"/user/active/print")) == 2


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again, for what the router does is not told to us."""
    async with asyncio.timeout(5):
        while not await happened():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


async def test_command_goes_over_a_real_socket(client: Client) -> None:
    assert await client.ask(b"/system/identity/print") == [[b"!re", b"=name=MikroTik"], DONE]


async def test_request_may_come_byte_by_byte(client: Client) -> None:
    for byte in encode_sentence([b"/system/identity/print", b".tag=1"]):
        client.writer.write(bytes([byte]))
        await client.writer.drain()

    assert (await client.heard())[-1] == [b"!done", b".tag=1"]


async def test_port_is_of_the_one_address_only(server: RouterServer) -> None:
    (listener,) = server._listeners

    assert listener._socket.getsockname() == ("127.0.0.1", server.api_port)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.2", server.api_port)


async def test_port_that_is_taken_is_told_and_nothing_stays_open(server: RouterServer) -> None:
    other = RouterServer(Router(clock=RealClock()), api_port=server.api_port, rest_port=0)

    with pytest.raises(OSError, match="in use"):
        await other.start()
    assert other._listeners == []


async def test_two_connections_have_sessions_of_their_own(server: RouterServer) -> None:
    first, second = await Client.connect(server.api_port), await Client.connect(server.api_port)

    assert await first.ask(*LOGIN) == [DONE]
    second.writer.write(encode_sentence([b"/system/identity/print"]))
    assert await second.sentence() == [b"!fatal", b"not logged in"]

    with pytest.raises(EOFError):
        await second.sentence()
    assert (await first.ask(b"/system/identity/print"))[-1] == DONE
    await first.close()
    await second.close()


async def test_nothing_is_to_be_read_after_the_fifth_failed_login(server: RouterServer) -> None:
    client = await Client.connect(server.api_port)
    wrong = (b"/login", b"=name=admin", b"=password=wrong")
    for _ in range(4):
        assert (await client.ask(*wrong))[0][0] == b"!trap"

    client.writer.write(encode_sentence(wrong))

    assert await client.sentence() == [b"!fatal", b"too many commands before login"]
    with pytest.raises(EOFError):
        await client.sentence()
    await client.close()


async def test_connection_that_drops_is_logged_out(server: RouterServer, client: Client) -> None:
    other = await Client.connect(server.api_port)
    await other.ask(*LOGIN)
    other.writer.write(encode_sentence([b"/interface/listen"]))
    await other.writer.drain()
    assert len(await client.ask(b"/user/active/print")) == 3

    other.writer.transport.abort()

    await until(lambda: only_one(client))
    assert server.router.tables["/interface"].listeners == []


async def test_stop_ends_sessions_and_gives_the_port_back() -> None:
    server = RouterServer(Router(clock=RealClock()))
    await server.start()
    client = await Client.connect(server.api_port)
    await client.ask(*LOGIN)
    client.writer.write(encode_sentence([b"/interface/listen"]))
    await client.writer.drain()

    await server.stop()

    with pytest.raises((EOFError, ConnectionResetError)):
        await client.sentence()
    assert await refused(server.api_port)
    async with RouterServer(server.router, api_port=server.api_port):
        assert not await refused(server.api_port)
    await client.close()


async def test_peer_that_does_not_read_holds_up_only_itself(
    server: RouterServer, client: Client
) -> None:
    """Answers worth far more than any buffer are asked for and not read."""
    raw = socket.create_connection(("127.0.0.1", server.api_port or 0))
    raw.setblocking(False)
    request = encode_sentence(LOGIN) + encode_sentence([b"/interface/print"]) * 20_000
    sent = 0
    deadline = time.monotonic() + 20
    while sent < len(request) and time.monotonic() < deadline:
        try:
            sent += raw.send(request[sent:])
        except BlockingIOError:
            break  # the router has stopped reading
        await asyncio.sleep(0)
    await asyncio.sleep(0.2)

    (listener,) = server._listeners
    waiting = [each.transport.get_write_buffer_size() for each in listener.connections]  # type: ignore[attr-defined]
    assert max(waiting) > 0
    assert max(waiting) < 0x10_0000
    assert (await client.ask(b"/system/identity/print"))[-1] == DONE
    raw.close()


async def test_peer_that_reads_late_gets_everything(server: RouterServer, client: Client) -> None:
    """Large answers and many small ones, all asked for before the first is read."""
    table = server.router.tables["/ip/firewall/address-list"]
    for number in range(3000):
        table.insert({"list": b"many", "address": b"198.18.%d.%d" % divmod(number, 250)})
    large = [b"/ip/firewall/address-list/print", b"=.proplist=.id,address", b".tag=large"]
    small = [b"/system/identity/print", b".tag=small"]
    client.writer.transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(20):
        client.writer.write(encode_sentence(large) + encode_sentence(small) * 200)
    await asyncio.sleep(0.5)

    client.writer.transport.resume_reading()  # type: ignore[attr-defined]
    heard: Counter[tuple[bytes, bytes]] = Counter()
    async with asyncio.timeout(30):
        while heard[b"!done", b".tag=large"] < 20 or heard[b"!done", b".tag=small"] < 4000:
            word, tag, *_ = await client.sentence()
            heard[word, tag] += 1

    assert heard == {
        (b"!re", b".tag=large"): 60_000,
        (b"!done", b".tag=large"): 20,
        (b"!re", b".tag=small"): 4000,
        (b"!done", b".tag=small"): 4000,
    }


async def test_large_answer_arrives_whole(server: RouterServer, client: Client) -> None:
    table = server.router.tables["/ip/firewall/address-list"]
    for number in range(5000):
        table.insert({"list": b"many", "address": b"198.18.%d.%d" % divmod(number, 250)})

    answer = await client.ask(b"/ip/firewall/address-list/print", b"=.proplist=.id")

    assert len(answer) == 5001
    assert answer[-2] == [b"!re", b"=.id=*1388"]


async def test_reboot_answers_closes_refuses_and_comes_back(
    server: RouterServer, client: Client
) -> None:
    server.router.boot_seconds = 0.3
    client.writer.write(encode_sentence([b"/system/reboot"]))

    assert await client.sentence() == DONE
    with pytest.raises(EOFError):
        await client.sentence()
    assert await refused(server.api_port)

    await until(lambda: accepted(server.api_port))
    again = await Client.connect(server.api_port)
    assert await again.ask(*LOGIN) == [DONE]
    assert [line.message for line in server.router.log.lines] == [
        b"router rebooted by api:admin@127.0.0.1",
        b"user admin logged in from 127.0.0.1 via api",
    ]
    (row, _) = await again.ask(b"/system/resource/print", b"=.proplist=uptime")
    assert row[1] in {b"=uptime=0s", b"=uptime=1s"}
    await again.close()


async def test_reset_forgets_the_configuration_and_the_sessions(
    server: RouterServer, client: Client
) -> None:
    server.router.boot_seconds = 0.1
    await client.ask(b"/system/identity/set", b"=name=changed")
    await client.ask(b"/user/add", b"=name=kim", b"=group=full", b"=password=pw")
    client.writer.write(encode_sentence([b"/system/reset-configuration"]))
    assert await client.sentence() == DONE
    with pytest.raises(EOFError):
        await client.sentence()

    await until(lambda: accepted(server.api_port))
    again = await Client.connect(server.api_port)
    assert await again.ask(*LOGIN) == [DONE]
    assert (await again.ask(b"/system/identity/print"))[0] == [b"!re", b"=name=MikroTik"]
    assert (await again.ask(b"/user/print", b"=count-only="))[0] == [b"!done", b"=ret=1"]
    assert await only_one(again)
    await again.close()


async def test_stop_while_it_reboots_stays_stopped(server: RouterServer, client: Client) -> None:
    server.router.boot_seconds = 0.1
    client.writer.write(encode_sentence([b"/system/reboot"]))
    await client.sentence()

    await server.stop()
    await asyncio.sleep(0.3)

    assert await refused(server.api_port)


async def test_service_may_be_disabled_and_its_addresses_restricted(
    server: RouterServer, client: Client
) -> None:
    async def kept_out() -> bool:
        other = await Client.connect(server.api_port)
        try:
            await other.ask(*LOGIN)
        except (EOFError, ConnectionError):
            return True
        finally:
            await other.close()
        return False

    async def after(*words: bytes) -> bool:
        assert await client.ask(b"/ip/service/set", b"=.id=api", *words) == [DONE]
        return await kept_out()

    assert not await kept_out()
    assert await after(b"=disabled=yes")
    assert not await after(b"=disabled=no")
    assert await after(b"=address=198.51.100.0/24")
    assert not await after(b"=address=127.0.0.0/8")
    assert await after(b"=max-sessions=1")
    assert not await after(b"=max-sessions=2")


async def test_rest_and_tls_go_away_with_a_reboot_and_come_back() -> None:
    router = Router(clock=RealClock())
    router.boot_seconds = 0.2
    async with (
        RouterServer(router, tls_port=0, rest_port=0) as server,
        aiohttp.ClientSession(headers={"Authorization": "Basic YWRtaW46"}) as http,
    ):
        url = f"http://127.0.0.1:{server.rest_port}/rest/system"
        async with http.post(f"{url}/reboot", json={}) as answer:
            assert answer.status == 200

        await until(lambda: refused(server.rest_port))
        assert await refused(server.tls_port)
        await until(lambda: accepted(server.rest_port))
        assert await accepted(server.tls_port)
        async with http.get(f"{url}/identity") as answer:
            assert await answer.json() == {"name": "MikroTik"}


# TLS


async def test_tls_makes_its_own_certificate() -> None:
    context = ssl.create_default_context(cadata=self_made().certificate.decode())
    async with RouterServer(Router(clock=RealClock()), tls_port=0) as server:
        client = await Client.connect(server.tls_port, context)

        assert await client.ask(*LOGIN) == [DONE]
        assert (await client.ask(b"/system/identity/print"))[-1] == DONE
        await client.close()


async def test_tls_lets_anonymous_clients_in() -> None:
    """The cipher string that clients of routers without a certificate use."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ADH:@SECLEVEL=0")
    async with RouterServer(Router(clock=RealClock()), tls_port=0, api_port=None) as server:
        assert server.api_port is None
        client = await Client.connect(server.tls_port, context)

        assert client.writer.get_extra_info("cipher")[0].startswith("ADH-")
        assert await client.ask(*LOGIN) == [DONE]
        await client.close()


async def test_plain_bytes_at_the_tls_port_are_hung_up_on() -> None:
    async with RouterServer(Router(clock=RealClock()), tls_port=0) as server:
        client = await Client.connect(server.tls_port)

        with pytest.raises((EOFError, ConnectionError)):
            await client.ask(*LOGIN)
        await client.close()


# The clock


async def test_calls_asked_for_before_there_is_a_loop_are_made_later() -> None:
    clock = RealClock()
    made: list[str] = []
    clock.call_later(0, lambda: made.append("now"))
    clock.call_later(0.02, lambda: made.append("soon"))
    clock.call_later(0, lambda: made.append("never")).cancel()
    late = clock.call_later(0.01, lambda: made.append("never"))

    clock.attach(asyncio.get_running_loop())
    late.cancel()
    await asyncio.sleep(0.05)

    assert made == ["now", "soon"]


async def test_clock_goes_on(server: RouterServer) -> None:
    clock = server.router.clock
    before = clock.monotonic(), clock.now()
    await asyncio.sleep(0.01)

    assert clock.monotonic() - before[0] >= 9_000_000
    assert abs(clock.now() - time.time_ns()) < 10**9
    assert clock.now() > before[1]


# In a thread


def test_router_runs_in_a_thread_of_its_own() -> None:
    with running_router() as running:
        assert running.tls_port is None
        with socket.create_connection(("127.0.0.1", running.api_port or 0)) as raw:
            raw.sendall(encode_sentence(LOGIN))
            assert raw.recv(100) == b"\x05!done\x00"
            rows = running.call(lambda router: len(router.tables["/user/active"]))
            assert rows == 1

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.api_port or 0))


def test_thread_raises_what_kept_it_from_starting() -> None:
    with running_router() as running, pytest.raises(OSError, match="in use"):  # noqa: SIM117 - the inner one is what raises
        with running_router(api_port=running.api_port):
            pytest.fail("it started")


def test_error_of_a_look_inside_comes_back() -> None:
    with running_router() as running, pytest.raises(KeyError):
        running.call(lambda router: router.tables["/no/such/menu"])
