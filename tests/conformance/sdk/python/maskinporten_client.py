"""Gets a token as a program with pymaskinporten does. Prints one line of JSON."""

import sdk_report
from pymaskinporten import MaskinportenSecrets, request_maskinporten_token


def get_token(key_file, client_id, _certificate):
    with open(key_file) as file:
        key = file.read()
    secrets = MaskinportenSecrets(
        MASKINPORTEN_CLIENT_ID=client_id,
        KID="test-1",
        SCOPE="entur:foo.1",
        PRIVATE_KEY=key,
    )
    token, _expires_in = request_maskinporten_token("test", config=secrets)
    return token


sdk_report.run("pymaskinporten", get_token)
