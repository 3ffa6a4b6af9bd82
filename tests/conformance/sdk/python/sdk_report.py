"""Prints what an SDK came to, as one line of JSON."""

import json
import sys
from importlib.metadata import version


def run(package, get_token):
    """Calls get_token with key, client ID and certificate, the paths and name of the command line."""
    key_file, client_id, certificate_file = sys.argv[1:4]
    found = {"version": version(package)}
    try:
        found["token"] = get_token(key_file, client_id, certificate_file)
    except Exception as error:
        found["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(found))
