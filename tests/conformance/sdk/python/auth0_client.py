"""Gets a token as a program with auth0-python does. Prints one line of JSON."""

import sdk_report
from auth0.authentication import GetToken


def get_token(key_file, client_id, _certificate):
    with open(key_file) as file:
        key = file.read()
    client = GetToken(
        "example.eu.auth0.com", client_id, client_assertion_signing_key=key
    )
    answer = client.client_credentials("https://example.eu.auth0.com/api/v2/")
    return answer["access_token"]


sdk_report.run("auth0-python", get_token)
