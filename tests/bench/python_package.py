"""Gets access tokens by the Python package tokenring-auth.

`python_package.py first TOKEN_URL CLIENT_ID KEY_ID PRIVATE_KEY_FILE` prints one token, as get_token.py
does. `cached` with the same arguments prints the seconds of a token from memory.
"""

import sys
from time import perf_counter

from tokenring_auth import Client

COUNT = 1000
ROUNDS = 20


def main():
    what, token_url, client_id, key_id, private_key_file = sys.argv[1:]
    client = Client(
        "nhs",
        environment="int",
        token_url=token_url,
        client_id=client_id,
        key_id=key_id,
        key=private_key_file,
        no_store=True,
    )
    if what == "first":
        print(client.token())
        return
    client.token()
    rounds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for _ in range(COUNT):
            client.token()
        rounds.append((perf_counter() - start) / COUNT)
    rounds.sort()
    print(rounds[ROUNDS // 2])


main()
