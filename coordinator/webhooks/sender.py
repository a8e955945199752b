"""Makes one call, to an address that was checked and to no other.

The name is looked up here, every address it has is checked, and the connection is made to one
of those: a name that changes its address between check and call changes nothing. Redirects are
answers like any other, and no proxy of the environment is used.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from coordinator.webhooks.address import UnusableUrlError, check, literal, may_call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from coordinator.webhooks.address import Network

__all__ = ["Attempt", "Sender"]

_LONGEST_ERROR = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a call went: the status of the answer, or what kept it from coming."""

    status: int | None = None
    error: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class _Checked(AbstractResolver):
    """Looks names up and refuses those that have an address that must not be called."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        results = []
        for kind, _, proto, _, where in found:
            address = literal(str(where[0]))
            if address is None or not may_call(address, self._allowed):
                raise PermissionError(errno.EACCES, "it has an address that must not be called")
            results.append(
                ResolveResult(
                    hostname=host,
                    host=str(where[0]),
                    port=port,
                    family=kind,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        return results

    async def close(self) -> None: ...


class Sender:
    """Posts to callers' servers; used as an async context manager.

    Args:
        allow_http: URLs may begin with http://.
        allowed: Addresses that may be called although they are not public.
        timeout: Seconds for one call, all of it.
    """

    def __init__(self, *, allow_http: bool, allowed: Sequence[Network], timeout: float) -> None:
        self._allow_http = allow_http
        self._allowed = allowed
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Checked(self._allowed), use_dns_cache=False, force_close=True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Attempt:
        """Post a body; whatever goes wrong is in the result."""
        try:
            # Again: the settings may have changed since it was asked for.
            check(url, allow_http=self._allow_http, allowed=self._allowed)
            address = literal(URL(url).host or "")
            if address is not None and not may_call(address, self._allowed):
                return Attempt(error="the address must not be called")
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return Attempt(answer.status)
        except UnusableUrlError as error:
            return Attempt(error=f"the URL {error}")
        except TimeoutError:
            return Attempt(error=f"no answer within {self._timeout:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Attempt(error=(str(error) or type(error).__name__)[:_LONGEST_ERROR])
