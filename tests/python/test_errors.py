"""Errors: exceptions with a hint and an exit code, and no secret."""

from __future__ import annotations

import pickle
import subprocess
import sys
import traceback
import unittest
from pathlib import Path
from typing import Any, Optional

import tokenring_auth
from support import CLIENT_ID, COMMAND, Folder, Mock

SECRET = "hunter2-secret"


class Errors(Folder):
    mock: Mock

    def setUp(self) -> None:
        super().setUp()
        self.mock = self.prepare()

    def options(self, **more: Any) -> dict[str, Any]:
        given = {
            "environment": "int",
            "client_id": CLIENT_ID,
            "key": "keys/int-1.pem",
            "no_store": True,
            **self.mock.options(),
            **more,
        }
        return {name: value for name, value in given.items() if value is not None}

    def check(
        self, kind: type, exit_code: int, hint: Optional[str], gateway: str = "nhs", **more: Any
    ) -> tokenring_auth.Error:
        with self.assertRaises(kind) as raised:
            tokenring_auth.Client(gateway, **self.options(**more)).token()
        error = raised.exception
        assert isinstance(error, tokenring_auth.Error)
        self.assertEqual(error.exit_code, exit_code)
        if hint is None:
            self.assertIsNone(error.hint)
        else:
            self.assertIn(hint, str(error.hint))
        text = "".join(traceback.format_exception(type(error), error, None)) + repr(error)
        self.assertNotIn(SECRET, text)
        return error

    def test_values(self) -> None:
        usage = tokenring_auth.UsageError
        self.check(usage, 2, 'did you mean "int"?', environment="itn")
        self.check(usage, 2, 'did you mean "nhs"?', gateway="nsh")
        self.check(usage, 2, "client_id=", client_id=None)
        self.check(usage, 2, "key=", key=None)
        self.check(usage, 2, "timeout=", timeout=10**9)
        self.check(usage, 2, "token_url=", gateway="generic", environment=None, token_url=None)
        self.check(usage, 2, "proxy=", proxy=f"socks5://u:{SECRET}@host:1")

    def test_keys(self) -> None:
        configuration = tokenring_auth.ConfigurationError
        self.check(configuration, 3, None, key="keys/no.pem")
        self.check(configuration, 3, "key=", key=SECRET.encode())
        self.check(configuration, 3, "public_key=", key=lambda message: message)
        Path("other.pem").write_text(SECRET)
        self.check(configuration, 3, "key=", key="other.pem")

    def test_function_that_raises(self) -> None:
        def sign(message: bytes) -> bytes:
            raise OSError("the key service is away")

        error = self.check(
            tokenring_auth.SigningError, 4, None, key=sign, public_key="keys/int-1.pem.pub"
        )
        self.assertIsInstance(error.__cause__, OSError)

    def test_function_with_another_key(self) -> None:
        more = {"public_key": "keys/int-1.pem.pub", "key_id": "int-1"}
        signing = tokenring_auth.SigningError
        self.check(signing, 4, None, key=lambda message: b"\0" * 512, **more)
        self.check(signing, 4, None, key=lambda message: "text", **more)

    def test_gateway(self) -> None:
        error = self.check(tokenring_auth.RejectedError, 6, "client_id=", client_id=SECRET)
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(again), again.hint, again.exit_code), (str(error), error.hint, 6))
        nowhere = {"token_url": "http://127.0.0.1:1/", "audience": None}
        self.check(tokenring_auth.UnreachableError, 5, None, retry=1, **nowhere)
        audience = "https://example.com"
        self.check(tokenring_auth.CheckError, 9, "lint=False", audience=audience)
        self.mock.control("PUT", "/-/faults", {"faults": "429=9"})
        error = self.check(tokenring_auth.RejectedError, 6, "", retry=1)
        self.assertIsNotNone(error.retry_after)

    def test_same_exit_codes_as_the_command(self) -> None:
        for more, arguments in (
            ({"environment": "itn"}, ["--env", "itn"]),
            ({"key": "keys/no.pem"}, ["--private-key", "keys/no.pem"]),
            ({"client_id": "another"}, ["--client-id", "another"]),
            ({"lifetime": 3600}, ["--lifetime", "3600"]),
            ({"audience": "https://a.example"}, ["--audience", "https://a.example"]),
        ):
            with self.subTest(more):
                with self.assertRaises(tokenring_auth.Error) as raised:
                    tokenring_auth.Client("nhs", **self.options(**more)).token()
                options = {
                    "--gateway": "nhs",
                    "--env": "int",
                    "--client-id": CLIENT_ID,
                    "--private-key": "keys/int-1.pem",
                    "--token-url": self.mock.token_url,
                    **dict([arguments]),
                }
                words = [word for option in options.items() for word in option]
                command = [COMMAND, "get-token", "--no-cache", *words]
                code = subprocess.run(command, capture_output=True).returncode
                self.assertEqual(raised.exception.exit_code, code)

    def test_keywords(self) -> None:
        for wrong, hint in {
            "enviroment": "environment=",
            "env": "environment=",
            "kid": "key_id=",
            "private_key": "key=",
            "api_key": "client_id=",
            "tokenurl": "token_url=",
            "alg": "algorithm=",
            "zzz": "help(",
        }.items():
            with self.subTest(wrong):
                with self.assertRaises(TypeError) as raised:
                    tokenring_auth.Client("nhs", **self.options(**{wrong: SECRET}))
                error = raised.exception
                assert isinstance(error, tokenring_auth.UsageError)
                self.assertIn(hint, str(error.hint))
                self.assertIn(repr(wrong).strip("'"), str(error))
                self.assertNotIn(SECRET, str(error))
        for wrong_type in ({"timeout": "a"}, {"lint": 1}, {"variable": []}, {"key": 1}):
            with self.assertRaises(TypeError):
                tokenring_auth.Client("nhs", **self.options(**wrong_type))
        for wrong_value in ({"timeout": 0.5}, {"timeout": -1}):
            with self.assertRaises(ValueError):
                tokenring_auth.Client("nhs", **self.options(**wrong_value))

    def test_positional_values(self) -> None:
        with self.assertRaises(TypeError):
            tokenring_auth.Client("nhs", "int")  # type: ignore[misc]


class Import(Folder):
    def test_beside_the_other_tokenring(self) -> None:
        # PyPI's package of that name is somebody else's.
        package = self.folder / "site" / "tokenring"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise ImportError('not this one')\n")
        code = "import sys; sys.path.insert(0, 'site'); import tokenring_auth; print('in')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual((done.stdout.strip(), done.returncode), ("in", 0), done.stderr)

    def test_without_http_clients(self) -> None:
        code = (
            "import sys, tokenring_auth; "
            "print([name for name in ('httpx', 'requests') if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual(done.stdout.strip(), "[]", done.stderr)


if __name__ == "__main__":
    unittest.main()
