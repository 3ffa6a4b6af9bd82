"""Tokens for the HTTP clients requests and httpx."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, AsyncGenerator, Callable, Generator, Optional, Union

from ._async import AsyncClient
from ._native import AccessToken, Client, check_url

if TYPE_CHECKING:
    import httpx
    import requests

    _Base = httpx.Auth
else:
    _Base = object

_HEADER = "Authorization"
_PROOF = "DPoP"
_REJECTED = 401


class Auth(_Base):
    """Adds a token to each request of requests or httpx: `auth=Auth(client)`.

    A 401 renews the token and repeats the request once, if its body can be sent again. A token that
    is bound by DPoP goes with a proof, and one more with the nonce that the API wants. A token is
    not sent in clear, nor to another host that the API redirects to.
    """

    # httpx buffers neither body for it.
    requires_request_body = False
    requires_response_body = False

    def __init__(self, client: Union[Client, AsyncClient]) -> None:
        if isinstance(client, AsyncClient):
            self._client, self._async = client.blocking, client
        else:
            self._client, self._async = client, AsyncClient.from_client(client)

    if not TYPE_CHECKING:

        @property
        def __class__(self):
            # httpx takes what is an instance of its class, and that is not imported for requests.
            httpx = sys.modules.get("httpx")
            return Auth if httpx is None else httpx.Auth

    # For requests.

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        check_url(request.url or "")
        token = self._client.access_token()
        self._add(request, token)
        rewind = _rewinder(request.body)

        def renew(response: requests.Response, **options: Any) -> requests.Response:
            return self._renew(response, token, rewind, options)

        request.register_hook("response", renew)  # type: ignore[no-untyped-call]
        return request

    def _renew(
        self,
        response: requests.Response,
        token: AccessToken,
        rewind: Optional[Callable[[], object]],
        options: dict[str, Any],
    ) -> requests.Response:
        sent = response.request.headers.get(_HEADER)
        # Behind a redirect to another host there is none.
        if response.status_code != _REJECTED or sent != token.secret_authorization:
            return response
        nonce = _wanted_nonce(response, token)
        new = token if nonce else self._client.replace(token)
        if rewind is None:
            return response
        # The connection is free for the next request when the body was read.
        _ = response.content
        response.close()
        rewind()
        again = response.request.copy()
        self._add(again, new, nonce)
        connection: Any = getattr(response, "connection")
        repeated: requests.Response = connection.send(again, **options)
        repeated.history.append(response)
        repeated.request = again
        return repeated

    # For httpx.

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        check_url(str(request.url))
        token = self._client.access_token()
        self._add(request, token)
        response = yield request
        if _is_rejected(response, token):
            nonce = _wanted_nonce(response, token)
            new = token if nonce else self._client.replace(token)
            if _is_repeatable(request):
                response.read()
                self._add(request, new, nonce)
                yield request

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        check_url(str(request.url))
        token = await self._token()
        self._add(request, token)
        response = yield request
        if _is_rejected(response, token):
            nonce = _wanted_nonce(response, token)
            new = token if nonce else await self._replacement(token)
            if _is_repeatable(request):
                await response.aread()
                self._add(request, new, nonce)
                yield request

    def _add(
        self,
        request: Union[requests.PreparedRequest, httpx.Request],
        token: AccessToken,
        nonce: Optional[str] = None,
    ) -> None:
        request.headers[_HEADER] = token.secret_authorization
        if token.is_bound:
            method, url = str(request.method), str(request.url)
            request.headers[_PROOF] = self._client.dpop_proof(method, url, token, nonce=nonce)

    async def _token(self) -> AccessToken:
        if _runs_asyncio():
            return await self._async.access_token()
        return await _on_a_thread_of_anyio(self._client.access_token)

    async def _replacement(self, token: AccessToken) -> AccessToken:
        if _runs_asyncio():
            return await self._async.replace(token)
        return await _on_a_thread_of_anyio(self._client.replace, token)


def _rewinder(body: Any) -> Optional[Callable[[], object]]:
    """What makes a body ready to be sent again; None for one that is gone."""
    if body is None or isinstance(body, (bytes, str)):
        return lambda: None
    try:
        position = body.tell()
    except (AttributeError, OSError):
        return None
    return lambda: body.seek(position)


def _wanted_nonce(
    response: Union[requests.Response, httpx.Response], token: AccessToken
) -> Optional[str]:
    """The nonce that the API wants in the proof, where that is why it rejected the request."""
    if not token.is_bound or "use_dpop_nonce" not in response.headers.get("WWW-Authenticate", ""):
        return None
    nonce: Optional[str] = response.headers.get("DPoP-Nonce")
    return nonce


def _is_rejected(response: httpx.Response, token: AccessToken) -> bool:
    sent = response.request.headers.get(_HEADER)
    return response.status_code == _REJECTED and sent == token.secret_authorization


def _is_repeatable(request: httpx.Request) -> bool:
    import httpx

    try:
        _ = request.content
    except httpx.RequestNotRead:
        return False
    return True


def _runs_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _on_a_thread_of_anyio(work: Any, *arguments: Any) -> AccessToken:
    # httpx brings it, for other loops than asyncio's.
    import anyio.to_thread

    token: AccessToken = await anyio.to_thread.run_sync(work, *arguments)
    return token
