"""What the tests share: keys, mock gateways and an API, each on loopback."""

from __future__ import annotations

import atexit
import contextlib
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path
from typing import Any, Iterator, Optional

#: The command that the wheel put next to the interpreter.
COMMAND = str(Path(sys.executable).parent / "tokenring")
CLIENT_ID = "my-api-key"
#: What each gateway leaves open, and the environment that is for tests.
GATEWAYS: dict[str, tuple[str, dict[str, str]]] = {
    "nhs": ("int", {}),
    "keycloak": ("default", {"server": "https://sso.example.com", "realm": "example"}),
    "pca": ("vendor-test", {}),
    "okta": ("org", {"domain": "example.okta.com"}),
}


class Folder(unittest.TestCase):
    """A test in a folder of its own, where tokens are kept as well."""

    folder: Path

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        self.set_variable("XDG_CACHE_HOME", str(self.folder / "cache"))

    def set_variable(self, name: str, value: str) -> None:
        before = os.environ.get(name)
        os.environ[name] = value
        if before is None:
            self.addCleanup(os.environ.pop, name, None)
        else:
            self.addCleanup(os.environ.__setitem__, name, before)

    def make_key(self, gateway: str, folder: str = "keys") -> None:
        shutil.copytree(key_of(gateway), folder)

    def start_mock(self, gateway: str, *more: str, folder: str = "keys") -> Mock:
        mock = Mock(gateway, f"{CLIENT_ID}={folder}/int-1.json", *more)
        self.addCleanup(mock.stop)
        return mock

    def prepare(self, gateway: str = "nhs") -> Mock:
        self.make_key(gateway)
        return self.start_mock(gateway)


@functools.lru_cache(maxsize=None)
def key_of(gateway: str) -> Path:
    """A folder with a key that the gateway accepts, made once."""
    folder = tempfile.mkdtemp(prefix="tokenring-test-keys-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    arguments = ["--gateway", gateway, "--kid", "int-1", "--output-dir", folder]
    command = [COMMAND, "generate-keys", *arguments]
    subprocess.run(command, check=True, capture_output=True)
    return Path(folder)


class Mock:
    """A mock gateway of the command `tokenring`, with its control over HTTP."""

    def __init__(self, gateway: str, client: str, *more: str) -> None:
        environment, variables = GATEWAYS[gateway]
        arguments = ["--gateway", gateway, "--env", environment, "--client", client, "--control"]
        for name, value in variables.items():
            arguments += ["--var", f"{name}={value}"]
        self.process = subprocess.Popen(
            [COMMAND, "mock-gateway", *arguments, *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout and self.process.stderr
        self.url = self.process.stdout.readline().strip()
        self.facts: dict[str, str] = {}
        for line in self.process.stderr:
            name, _, value = line.partition(":")
            self.facts.setdefault(name, value.strip())
            if line.strip().endswith("/api/open"):
                break
        # Its log is read, or it would wait for room in the pipe.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    @property
    def token_url(self) -> str:
        return self.facts["Token endpoint"]

    def options(self) -> dict[str, Any]:
        """The keywords that lead to this mock instead of the real gateway."""
        keywords: dict[str, Any] = {"token_url": self.token_url, "audience": self.facts["Audience"]}
        if "Issuer" in self.facts:
            keywords["issuer"] = self.facts["Issuer"]
        return keywords

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def token_requests(self) -> int:
        return int(self.control("GET", "/-/requests")["tokenRequests"])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            with contextlib.suppress(Exception):
                stream.close()  # type: ignore[union-attr]


class Api(http.server.ThreadingHTTPServer):
    """An API that rejects the first token that it sees, or every one."""

    daemon_threads = True

    def __init__(self, rejects_all: bool = False, redirects_to: Optional[str] = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.rejects_all = rejects_all
        self.redirects_to = redirects_to
        self.rejected: Optional[str] = None
        #: The header Authorization and the body of each request.
        self.requests: list[tuple[Optional[str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        api = self.server
        assert isinstance(api, Api)
        authorization = self.headers.get("Authorization")
        body = self._body()
        api.requests.append((authorization, body))
        if api.redirects_to is not None:
            self._answer(302, b"", ("Location", api.redirects_to))
            return
        if api.rejected is None:
            api.rejected = authorization
        rejects = api.rejects_all or authorization == api.rejected
        self._answer(401 if rejects else 200, b'{"got": %d}' % len(body))

    do_POST = do_GET

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while length := int(self.rfile.readline(), 16):
            body += self.rfile.read(length)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def api(**options: Any) -> Iterator[Api]:
    server = Api(**options)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def readme_examples() -> list[str]:
    """The examples of the README, in their order."""
    readme = Path(os.environ["TOKENRING_PYTHON_README"]).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
