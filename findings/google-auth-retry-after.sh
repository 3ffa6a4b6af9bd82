#!/usr/bin/env bash
# A token endpoint that asks for three seconds of patience, and Google's library for Python.
#
# What: google-auth 2.63.0 with requests 2.34.2, a service account whose token_uri is on loopback.
# One would guess: a 503 with "Retry-After: 3" is repeated after three seconds, as azure-identity 1.27.0 does, and
#   each try has an assertion of its own, so that a server that takes an assertion once can take the second one.
# What it does: it never reads Retry-After. The first repetition comes after about one second and the next after
#   two more, whatever the server asked for, and all three carry the very same signed assertion. The same goes for a 429.
# Output seen:
#   429: 3 requests, earlier than asked: yes, the same assertion: yes
#   503: 3 requests, earlier than asked: yes, the same assertion: yes
# Date: 2026-11-30
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv installed
installed/bin/pip install --quiet --disable-pip-version-check google-auth==2.63.0 requests==2.34.2 cryptography
cat > seen.py <<'PY'
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import google.auth.transport.requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.oauth2 import service_account

ASKED = 3
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        requests.append((time.monotonic(), parse_qs(body.decode())["assertion"][0]))
        self.send_response(status)
        self.send_header("Retry-After", str(ASKED))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for status in (429, 503):
    requests = []
    credentials = service_account.Credentials.from_service_account_info(
        {
            "client_email": "me@example.com",
            "private_key": pem,
            "token_uri": f"http://127.0.0.1:{server.server_port}/token",
        },
        scopes=["https://example.com/scope"],
    )
    try:
        credentials.refresh(google.auth.transport.requests.Request())
    except google.auth.exceptions.RefreshError:
        pass
    times = [when for when, _ in requests]
    # Google's own pauses are 1 s and 2 s, give or take a part of them.
    early = any(later - sooner < ASKED - 0.2 for sooner, later in zip(times, times[1:]))
    same = len({assertion for _, assertion in requests}) == 1
    words = ["yes" if fact else "no" for fact in (early, same)]
    print(f"{status}: {len(requests)} requests, earlier than asked: {words[0]}, the same assertion: {words[1]}")
PY
installed/bin/python seen.py | tee seen

cat > expected <<'TEXT'
429: 3 requests, earlier than asked: yes, the same assertion: yes
503: 3 requests, earlier than asked: yes, the same assertion: yes
TEXT
diff expected seen
