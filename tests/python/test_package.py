"""The package as a whole: its types, its README, the command that it brings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import tokenring_auth
from support import COMMAND, GATEWAYS, Folder, Mock, readme_examples


class Types(Folder):
    def mypy(self, *arguments: str) -> str:
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        self.code = done.returncode
        return done.stdout + done.stderr

    def test_stubs_are_what_runs(self) -> None:
        # httpx is a base for type checkers only, so that it need not be there.
        Path("allowed").write_text(r"tokenring_auth\._auth\._Base\..*" + "\n")
        options = ["--ignore-disjoint-bases", "--allowlist", "allowed"]
        output = self.mypy("mypy.stubtest", "tokenring_auth", *options)
        self.assertEqual(self.code, 0, output)

    def test_programs_are_checked(self) -> None:
        Path("right.py").write_text(RIGHT)
        Path("wrong.py").write_text(WRONG)
        output = self.mypy("mypy", "--strict", "right.py")
        self.assertEqual(self.code, 0, output)
        output = self.mypy("mypy", "--strict", "wrong.py")
        lines = re.findall(r"^wrong\.py:(\d+): error", output, re.MULTILINE)
        expected = [
            str(number) for number, line in enumerate(WRONG.split("\n"), 1) if "# wrong" in line
        ]
        self.assertEqual(sorted(set(lines), key=int), expected, output)

    def test_package_itself(self) -> None:
        output = self.mypy("mypy", "--strict", "--package", "tokenring_auth")
        self.assertEqual(self.code, 0, output)


RIGHT = """\
from pathlib import Path

import httpx
import requests

from tokenring_auth import AccessToken, AsyncClient, Auth, Client, Error

client = Client("okta", key=Path("a.pem"), client_id="a", variable={"domain": "example.okta.com"})
text: str = client.token()
token: AccessToken = client.access_token(timeout=5)
requests.get("https://example.com", auth=Auth(client))
httpx.get("https://example.com", auth=Auth(client))


async def main() -> None:
    twin = AsyncClient("nhs", environment="int", key=lambda message: message)
    async with httpx.AsyncClient(auth=Auth(twin)) as session:
        await session.get("https://example.com")
    try:
        status: int = (await twin.call("https://example.com")).status
    except Error as error:
        print(error.hint, error.exit_code, status)
"""

WRONG = """\
from tokenring_auth import AsyncClient, Client

Client("nhs", enviroment="int")  # wrong
Client("nhs", "int")  # wrong
Client("nhs", key=1)  # wrong
AsyncClient("nhs", ca_store="none")  # wrong
token: int = Client("nhs").token()  # wrong
"""


class Readme(Folder):
    """Every example runs as it is, where a mock stands in for the gateway's real hosts."""

    def test_examples(self) -> None:
        examples = readme_examples()
        self.assertGreater(len(examples), 6)
        mocks: dict[str, tuple[Mock, Path]] = {}
        for gateway in GATEWAYS:
            self.make_key(gateway, gateway)
            certificate = self.folder / f"{gateway}.crt"
            more = ["--tls-proxy", "--ca-out", str(certificate)]
            mocks[gateway] = self.start_mock(gateway, *more, folder=gateway), certificate
        seen = set()
        for example in examples:
            name = re.search(r'Client\(\s*"([a-z]+)"', example)
            gateway = name.group(1) if name else "nhs"
            seen.add(gateway)
            with self.subTest(example):
                self.run_example(example, gateway, *mocks[gateway])
        self.assertEqual(seen, set(GATEWAYS))

    def run_example(self, example: str, gateway: str, mock: Mock, certificate: Path) -> None:
        Path("keys").unlink(missing_ok=True)
        Path("keys").symlink_to(gateway)
        before = mock.token_requests()
        environment = {
            **os.environ,
            "HTTPS_PROXY": mock.facts["Proxy"],
            "REQUESTS_CA_BUNDLE": str(certificate),
            "SSL_CERT_FILE": str(certificate),
            "XDG_CACHE_HOME": str(self.folder / f"cache-{before}-{gateway}-{len(example)}"),
            "KEY": Path("keys/int-1.pem").read_text(),
        }
        command = [sys.executable, "-W", "error", "-c", example]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(mock.token_requests(), before)

    def test_old_script_takes_six_lines(self) -> None:
        lines = [line for line in readme_examples()[0].splitlines() if line.strip()]
        self.assertLessEqual(len(lines), 6)

    def test_the_other_package_is_never_named(self) -> None:
        readme = Path(os.environ["TOKENRING_PYTHON_README"]).read_text(encoding="utf-8")
        package = Path(tokenring_auth.__file__).parent
        texts = [readme, *(path.read_text() for path in package.glob("*.py*") if path.is_file())]
        for text in texts:
            self.assertIsNone(re.search(r"pip install tokenring(?!-auth)", text))


class Command(Folder):
    def test_runs(self) -> None:
        for command in ([COMMAND], [sys.executable, "-m", "tokenring_auth"]):
            done = subprocess.run([*command, "--version"], capture_output=True, text=True)
            expected = f"tokenring {tokenring_auth.__version__}\n"
            self.assertEqual((done.stdout, done.stderr, done.returncode), (expected, "", 0))

    def test_exit_code_and_words(self) -> None:
        done = subprocess.run([COMMAND, "get-token", "--api-kye"], capture_output=True, text=True)
        self.assertEqual((done.stdout, done.returncode), ("", 2))
        self.assertIn("--api-key", done.stderr)

    def test_token_for_a_program(self) -> None:
        mock = self.prepare()
        arguments = ["--gateway", "nhs", "--env", "int", "--client-id", "my-api-key"]
        arguments += ["--private-key", "keys/int-1.pem", "--token-url", mock.token_url]
        token = subprocess.run(
            [COMMAND, "get-token", *arguments], capture_output=True, text=True, check=True
        ).stdout.strip()
        # The package finds it in the store.
        client = tokenring_auth.Client(
            "nhs",
            environment="int",
            client_id="my-api-key",
            key="keys/int-1.pem",
            token_url=mock.token_url,
        )
        self.assertEqual(client.token(), token)
        program = [COMMAND, "run", *arguments, "--", "sh", "-c", "exit 7"]
        self.assertEqual(subprocess.run(program, capture_output=True).returncode, 7)

    def test_interrupt_ends_it(self) -> None:
        import signal

        self.make_key("nhs")
        mock = self.start_mock("nhs")
        mock.process.send_signal(signal.SIGINT)
        self.assertIsNotNone(mock.process.wait(timeout=20))


if __name__ == "__main__":
    unittest.main()
