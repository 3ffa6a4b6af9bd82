"""An authorization server of Authlib's on loopback, for the peer tests.

It takes a port as its argument and serves until it is killed. `POST /clients` registers a client,
`GET /version` says which Authlib runs. README.md next to this file describes both.
"""

import json
import os
import sys
import urllib.request
from importlib.metadata import version

# Plain http is for loopback, where nobody else listens.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, grants
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "EdDSA",
]
PORT = int(sys.argv[1])
ISSUER = f"http://127.0.0.1:{PORT}"
TOKEN_ENDPOINT = f"{ISSUER}/oauth2/token"

clients = {}
used_jwt_ids = set()


class Client(ClientMixin):
    def __init__(self, registration):
        self.registration = registration

    def get_client_id(self):
        return self.registration["client_id"]

    def get_allowed_scope(self, scope):
        known = self.registration.get("scope", "").split()
        return " ".join(name for name in (scope or "").split() if name in known)

    def check_endpoint_auth_method(self, method, endpoint):
        return endpoint == "token" and method == "private_key_jwt"

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"

    def key_set(self):
        url = self.registration.get("jwks_uri")
        if url is None:
            return KeySet.import_key_set(self.registration["jwks"])
        with urllib.request.urlopen(url, timeout=5) as answer:
            return KeySet.import_key_set(json.load(answer))


class PrivateKeyJwt(JWTBearerClientAssertion):
    CLIENT_AUTH_METHOD = "private_key_jwt"

    def get_audiences(self):
        return [TOKEN_ENDPOINT, ISSUER]

    def validate_jti(self, claims, jti):
        used = (claims["sub"], jti)
        if used in used_jwt_ids:
            return False
        used_jwt_ids.add(used)
        return True

    def resolve_client_public_key(self, client):
        return client.key_set()

    def process_assertion_claims(self, assertion, resolve_key):
        # As the method of Authlib's, which takes RS256 and ES256 alone unless it is told otherwise.
        try:
            decoded = jwt.decode(assertion, resolve_key, algorithms=ALGORITHMS)
        except JoseError as error:
            raise InvalidClientError(description=error.description) from error
        self.verify_claims(decoded.claims)
        return decoded.claims


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["private_key_jwt"]


app = Flask(__name__)
server = AuthorizationServer(
    app, query_client=clients.get, save_token=lambda token, request: None
)
server.register_client_auth_method("private_key_jwt", PrivateKeyJwt())
server.register_grant(ClientCredentials)


@app.post("/oauth2/token")
def token():
    return server.create_token_response()


@app.post("/clients")
def register():
    client = Client(request.get_json())
    clients[client.get_client_id()] = client
    return jsonify({}), 201


@app.get("/version")
def show_version():
    return jsonify({"version": version("authlib")})


app.run(host="127.0.0.1", port=PORT, threaded=True)
