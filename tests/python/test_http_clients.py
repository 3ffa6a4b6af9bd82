"""Auth: tokens for requests and httpx, blocking and async."""

from __future__ import annotations

import asyncio
import io
import unittest

import anyio
import httpx
import requests

import tokenring_auth
from support import CLIENT_ID, Folder, api


class HttpClients(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.mock = self.prepare()
        self.client = tokenring_auth.Client(
            "nhs",
            environment="int",
            client_id=CLIENT_ID,
            key="keys/int-1.pem",
            no_store=True,
            **self.mock.options(),
        )
        self.auth = tokenring_auth.Auth(self.client)

    def test_requests(self) -> None:
        url = self.mock.url + "/api/bearer/x"
        with requests.Session() as session:
            session.auth = self.auth
            for _ in range(3):
                self.assertEqual(session.get(url).status_code, 200)
        self.assertEqual(self.mock.token_requests(), 1)

    def test_httpx(self) -> None:
        url = self.mock.url + "/api/bearer/x"
        with httpx.Client(auth=self.auth) as session:
            for _ in range(3):
                self.assertEqual(session.get(url).status_code, 200)
        self.assertEqual(self.mock.token_requests(), 1)

    def test_bound_tokens(self) -> None:
        self.make_key("okta", "okta")
        mock = self.start_mock("okta", folder="okta")
        client = tokenring_auth.Client(
            "okta",
            client_id=CLIENT_ID,
            key="okta/int-1.pem",
            variable={"domain": "dev.okta.com"},
            scope="okta.users.read",
            no_store=True,
            **mock.options(),
        )
        auth = tokenring_auth.Auth(client)
        url = mock.url + "/api/bearer/x?a=b"
        # The mock accepts each proof once.
        with requests.Session() as session:
            session.auth = auth
            statuses = [session.get(url).status_code for _ in range(3)]
        with httpx.Client(auth=auth) as blocking:
            statuses += [blocking.get(url).status_code for _ in range(3)]

        async def ask() -> int:
            async with httpx.AsyncClient(auth=auth) as session:
                return (await session.get(url)).status_code

        self.assertEqual([*statuses, asyncio.run(ask())], [200] * 7)
        token = client.access_token()
        bearer = {"Authorization": f"Bearer {token.secret}"}
        self.assertEqual(requests.get(url, headers=bearer).status_code, 401)

    def test_requests_renews_once(self) -> None:
        for body in (b"abc", "abc", io.BytesIO(b"abc")):
            with self.subTest(type(body)), api() as server:
                answer = requests.post(server.url, data=body, auth=self.auth)
                self.assertEqual((answer.status_code, answer.json()), (200, {"got": 3}))
                self.assertEqual([body for _, body in server.requests], [b"abc", b"abc"])
                self.assertEqual(len({token for token, _ in server.requests}), 2)
        with api(rejects_all=True) as server:
            self.assertEqual(requests.get(server.url, auth=self.auth).status_code, 401)
            self.assertEqual(len(server.requests), 2)

    def test_httpx_renews_once(self) -> None:
        with api() as server:
            answer = httpx.post(server.url, content=b"abc", auth=self.auth)
            self.assertEqual((answer.status_code, answer.json()), (200, {"got": 3}))
            self.assertEqual([body for _, body in server.requests], [b"abc", b"abc"])
        with api(rejects_all=True) as server:
            self.assertEqual(httpx.get(server.url, auth=self.auth).status_code, 401)
            self.assertEqual(len(server.requests), 2)

    def test_bodies_that_are_gone(self) -> None:
        with api() as server:
            answer = requests.post(server.url, data=iter([b"abc"]), auth=self.auth)
            self.assertEqual((answer.status_code, len(server.requests)), (401, 1))
            # The next call has the new token.
            self.assertEqual(requests.get(server.url, auth=self.auth).status_code, 200)
        with api() as server:
            answer = httpx.post(server.url, content=iter([b"abc"]), auth=self.auth)
            self.assertEqual((answer.status_code, len(server.requests)), (401, 1))
            self.assertEqual(httpx.get(server.url, auth=self.auth).status_code, 200)

    def test_other_hosts_get_no_token(self) -> None:
        before = self.client.token()
        with api(rejects_all=True) as other:
            elsewhere = other.url.replace("127.0.0.1", "localhost")
            with api(redirects_to=elsewhere) as server:
                answer = requests.get(server.url, auth=self.auth)
                self.assertEqual(answer.status_code, 401)
                httpx.get(server.url, auth=self.auth, follow_redirects=True)
            self.assertEqual([token for token, _ in other.requests], [None, None])
        self.assertEqual(self.client.token(), before)

    def test_no_token_in_clear(self) -> None:
        for get in (requests.get, httpx.get):
            with self.assertRaises(tokenring_auth.UsageError):
                get("http://api.example.com/", auth=self.auth)
        self.assertEqual(self.mock.token_requests(), 0)

    def test_async(self) -> None:
        async def main() -> list[int]:
            url = self.mock.url + "/api/bearer/x"
            async with httpx.AsyncClient(auth=self.auth) as session:
                answers = await asyncio.gather(*(session.get(url) for _ in range(20)))
            return [answer.status_code for answer in answers]

        self.assertEqual(asyncio.run(main()), [200] * 20)
        self.assertEqual(self.mock.token_requests(), 1)

    def test_async_renews_once(self) -> None:
        async def main(url: str) -> int:
            async with httpx.AsyncClient(auth=self.auth) as session:
                return (await session.post(url, content=b"abc")).status_code

        with api() as server:
            self.assertEqual(asyncio.run(main(server.url)), 200)
            self.assertEqual([body for _, body in server.requests], [b"abc", b"abc"])

    def test_another_event_loop(self) -> None:
        async def main() -> int:
            async with httpx.AsyncClient(auth=self.auth) as session:
                return (await session.get(self.mock.url + "/api/bearer/x")).status_code

        self.assertEqual(anyio.run(main, backend="trio"), 200)

    def test_a_thousand_tasks(self) -> None:
        self.mock.control("PUT", "/-/faults", {"faults": "slow=1"})
        twin = tokenring_auth.AsyncClient.from_client(self.client)

        async def main() -> list[str]:
            # One that gives up does not take the others with it.
            impatient = asyncio.ensure_future(twin.token())
            await asyncio.sleep(0.1)
            impatient.cancel()
            return await asyncio.gather(*(twin.token() for _ in range(1000)))

        tokens = asyncio.run(main())
        self.assertEqual((len(tokens), len(set(tokens))), (1000, 1))
        self.assertEqual(self.mock.token_requests(), 1)

    def test_async_client(self) -> None:
        async def main() -> tuple[str, str, int]:
            twin = tokenring_auth.AsyncClient(
                "nhs",
                environment="int",
                client_id=CLIENT_ID,
                key="keys/int-1.pem",
                no_store=True,
                **self.mock.options(),
            )
            old = await twin.access_token()
            new = await twin.replace(old)
            answer = await twin.call(self.mock.url + "/api/bearer/x", method="DELETE")
            return old.secret, new.secret, answer.status

        old, new, status = asyncio.run(main())
        self.assertNotEqual(old, new)
        self.assertEqual(status, 200)


if __name__ == "__main__":
    unittest.main()
