"""Clients: tokens, keys of each kind, calls of APIs."""

from __future__ import annotations

import datetime
import os
import threading
import time
import unittest
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

import tokenring_auth
from support import CLIENT_ID, GATEWAYS, Folder, Mock, api


def client(mock: Mock, gateway: str = "nhs", **options: object) -> tokenring_auth.Client:
    environment, variables = GATEWAYS[gateway]
    defaults = {
        "environment": environment,
        "variable": variables,
        "client_id": CLIENT_ID,
        "key": "keys/int-1.pem",
        "no_store": True,
    }
    return tokenring_auth.Client(gateway, **{**defaults, **mock.options(), **options})


class Tokens(Folder):
    def test_every_gateway(self) -> None:
        granted = {"keycloak": "profile email", "okta": "okta.users.read"}
        for gateway in GATEWAYS:
            with self.subTest(gateway):
                self.make_key(gateway, gateway)
                mock = self.start_mock(gateway, folder=gateway)
                scope = "okta.users.read" if gateway == "okta" else None
                made = client(mock, gateway, key=f"{gateway}/int-1.pem", scope=scope)
                before = datetime.datetime.now(datetime.timezone.utc)
                token = made.access_token()
                self.assertEqual(token.secret, made.token())
                # Okta's clients have bound tokens unless somebody turned that off.
                scheme = "DPoP" if gateway == "okta" else "Bearer"
                self.assertEqual((token.type, token.is_bound), (scheme, scheme == "DPoP"))
                self.assertEqual(token.secret_authorization, f"{scheme} {token.secret}")
                self.assertEqual(token.scope, granted.get(gateway))
                assert token.expires_at is not None
                self.assertGreater(token.expires_at, before)
                # The first answer to a proof has the nonce that the server wants.
                self.assertEqual(mock.token_requests(), 2 if token.is_bound else 1)
                for text in (repr(token), str(token), repr(made)):
                    self.assertNotIn(token.secret, text)

    def test_kinds_of_keys(self) -> None:
        mock = self.prepare()
        pem = Path("keys/int-1.pem").read_bytes()
        private = serialization.load_pem_private_key(pem, None)

        def sign(message: bytes) -> bytes:
            return private.sign(message, padding.PKCS1v15(), hashes.SHA512())

        public = "keys/int-1.pem.pub"
        public_bytes = Path(public).read_bytes()
        for options in (
            {"key": Path("keys/int-1.pem")},
            {"key": pem, "key_id": "int-1"},
            {"key": sign, "public_key": public, "key_id": "int-1"},
            {"key": sign, "public_key": public_bytes, "key_id": "int-1", "algorithm": "RS512"},
        ):
            with self.subTest(options.keys()):
                self.assertTrue(client(mock, **options).token())

    def test_function_that_signs_in_der(self) -> None:
        private = ec.generate_private_key(ec.SECP256R1())
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        public = private.public_key().public_bytes(serialization.Encoding.PEM, spki)

        def sign(message: bytes) -> bytes:
            return private.sign(message, ec.ECDSA(hashes.SHA256()))

        made = tokenring_auth.Client(
            client_id=CLIENT_ID,
            key=sign,
            public_key=public,
            key_id="a",
            token_url="https://example.com/token",
            audience="https://example.com",
        )
        header, claims, signature = made.secret_assertion().split(".")
        # The fixed length of RFC 7518 section 3.4.
        self.assertEqual(len(signature), 86)

    def test_store_is_shared(self) -> None:
        mock = self.prepare()
        tokens = {client(mock, no_store=False).token() for _ in range(3)}
        self.assertEqual((len(tokens), mock.token_requests()), (1, 1))
        new = client(mock, no_store=False, force_refresh=True).token()
        self.assertNotIn(new, tokens)

    def test_replace(self) -> None:
        mock = self.prepare()
        made = client(mock)
        self.assertIsNone(made.token_in_memory())
        old = made.access_token()
        new = made.replace(old)
        self.assertNotEqual(new.secret, old.secret)
        # Whoever comes later with the same old token gets the new one.
        self.assertEqual(made.replace(old).secret, new.secret)
        memory = made.token_in_memory()
        assert memory is not None
        self.assertEqual(memory.secret, new.secret)
        self.assertEqual(mock.token_requests(), 2)

    def test_call(self) -> None:
        mock = self.prepare()
        made = client(mock)
        echo = made.call(
            mock.url + "/api/bearer/x", method="POST", json={"a": "b"}, headers={"X-Mark": "m"}
        )
        self.assertEqual((echo.status, echo.ok), (200, True))
        self.assertEqual(echo.json()["method"], "POST")
        self.assertEqual(echo.json()["headers"]["x-mark"], "m")
        self.assertIn('{\\"a\\": \\"b\\"}', echo.text)
        self.assertEqual(echo.headers["content-type"].split(";")[0], "application/json")
        with self.assertRaises(tokenring_auth.UnreachableError) as raised:
            made.call(mock.url + "/api/bearer", largest_body=10)
        self.assertIn("largest_body", str(raised.exception.hint))
        with api() as server:
            made.token()
            answer = made.call(server.url, body=b"abc")
            self.assertEqual(answer.json(), {"got": 3})
            self.assertEqual([body for _, body in server.requests], [b"abc", b"abc"])

    def test_events(self) -> None:
        mock = self.prepare()
        events: list[tuple[str, str]] = []
        client(mock, on_event=lambda *event: events.append(event)).token()
        self.assertIn("detail", {importance for importance, _ in events})
        self.assertTrue(any(mock.token_url in text for _, text in events))


class Sharing(Folder):
    def test_a_thousand_threads(self) -> None:
        mock = self.prepare()
        mock.control("PUT", "/-/faults", {"faults": "slow=1"})
        made = client(mock)
        tokens: list[str] = []
        threads = [
            threading.Thread(target=lambda: tokens.append(made.token())) for _ in range(1000)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(tokens), len(set(tokens))), (1000, 1))
        self.assertEqual(mock.token_requests(), 1)

    def test_other_threads_go_on(self) -> None:
        mock = self.prepare()
        mock.control("PUT", "/-/faults", {"faults": "slow=2"})
        made = client(mock)
        thread = threading.Thread(target=made.token)
        start = time.monotonic()
        thread.start()
        count = 0
        while thread.is_alive():
            time.sleep(0.01)
            count += 1
        self.assertGreater(time.monotonic() - start, 1.5)
        self.assertGreater(count, 20)

    def test_forked_child(self) -> None:
        mock = self.prepare()
        mock.control("PUT", "/-/faults", {"faults": "slow=1"})
        made = client(mock)
        # The child is forked off while another thread is in the middle of a request.
        thread = threading.Thread(target=made.token)
        thread.start()
        while mock.control("GET", "/-/requests").get("next", 0) == 0 and thread.is_alive():
            time.sleep(0.01)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            # Nothing of the test's own may run here.
            status = 1
            try:
                os.write(writer, made.token().encode())
                status = 0
            finally:
                os._exit(status)
        os.close(writer)
        thread.join()
        with os.fdopen(reader, "rb") as pipe:
            theirs = pipe.read().decode()
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertTrue(theirs)
        self.assertNotEqual(theirs, made.token())
        self.assertEqual(mock.token_requests(), 2)


if __name__ == "__main__":
    unittest.main()
