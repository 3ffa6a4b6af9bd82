"""Gets a token as a program with okta does. Prints one line of JSON."""

import asyncio

import sdk_report
from okta.client import Client


async def ask(key, client_id):
    client = Client(
        {
            "orgUrl": "https://example.okta.com",
            "authorizationMode": "PrivateKey",
            "clientId": client_id,
            "scopes": ["okta.users.read"],
            "privateKey": key,
            "kid": "test-1",
        }
    )
    # The client tells its token to nobody but the requests that it makes.
    oauth = client.get_request_executor()._oauth
    token, _token_type, error = await oauth.get_oauth_token()
    if error:
        raise error
    return token


def get_token(key_file, client_id, _certificate):
    with open(key_file) as file:
        key = file.read()
    return asyncio.run(ask(key, client_id))


sdk_report.run("okta", get_token)
