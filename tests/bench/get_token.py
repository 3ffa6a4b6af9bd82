"""Gets an access token the way a small script does: PyJWT and requests.

Usage: get_token.py TOKEN_URL CLIENT_ID KEY_ID PRIVATE_KEY_FILE
"""

import sys
import time
import uuid

import jwt
import requests


def main():
    token_url, client_id, key_id, private_key_file = sys.argv[1:]
    with open(private_key_file, encoding="ascii") as file:
        private_key = file.read()
    claims = {
        "sub": client_id,
        "iss": client_id,
        "jti": str(uuid.uuid4()),
        "aud": token_url,
        "exp": int(time.time()) + 240,
    }
    assertion = jwt.encode(
        claims, private_key, algorithm="RS512", headers={"kid": key_id}
    )
    response = requests.post(
        token_url,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        data={
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        },
        timeout=30,
    )
    response.raise_for_status()
    print(response.json()["access_token"])


main()
