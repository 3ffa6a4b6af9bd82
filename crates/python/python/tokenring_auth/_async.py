"""Tokens for tasks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

from ._native import AccessToken, Client, Response

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options

_T = TypeVar("_T")


class AsyncClient:
    """The twin of Client for tasks of asyncio; what may wait happens on other threads."""

    def __init__(self, gateway: str = "generic", /, **options: Unpack[Options]) -> None:
        self._begin(Client(gateway, **options))

    @classmethod
    def from_client(cls, client: Client) -> AsyncClient:
        """The twin of a client, with the same tokens in memory."""
        twin = cls.__new__(cls)
        twin._begin(client)
        return twin

    def _begin(self, client: Client) -> None:
        self._client = client
        self._request: Optional[asyncio.Task[AccessToken]] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    @property
    def blocking(self) -> Client:
        """The blocking twin, with the same tokens in memory."""
        return self._client

    async def token(self) -> str:
        """A token that is valid now: from memory, the store, or the gateway."""
        return (await self.access_token()).secret

    async def access_token(self) -> AccessToken:
        """As token(), with the type, scope and expiry of the token."""
        token = self._client.token_in_memory()
        if token is not None:
            return token
        # One thread waits, however many tasks do. A task that is cancelled leaves it to the rest.
        loop = asyncio.get_running_loop()
        request = self._request
        if request is None or request.done() or self._loop is not loop:
            request = loop.create_task(_on_a_thread(self._client.access_token))
            self._request, self._loop = request, loop
        return await asyncio.shield(request)

    async def replace(self, rejected: AccessToken, /) -> AccessToken:
        """A token in place of one that an API rejected."""
        return await _on_a_thread(self._client.replace, rejected)

    async def call(self, url: str, /, **options: Any) -> Response:
        """Calls an API with a token, as Client.call does."""
        return await _on_a_thread(self._client.call, url, **options)

    def __repr__(self) -> str:
        return f"<AsyncClient of {self._client!r}>"


async def _on_a_thread(work: Callable[..., _T], *arguments: Any, **options: Any) -> _T:
    return await asyncio.to_thread(work, *arguments, **options)
