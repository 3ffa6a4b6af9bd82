"""Gets a token as a program with google-auth does. Prints one line of JSON."""

import json
import sys
from importlib.metadata import version

import google.auth.transport.requests
from google.oauth2 import service_account

key_file, client_id = sys.argv[1:3]
with open(key_file) as file:
    private_key = file.read()
found = {"version": version("google-auth")}
try:
    credentials = service_account.Credentials.from_service_account_info(
        {
            "client_email": client_id,
            "private_key": private_key,
            "private_key_id": "test-1",
            "token_uri": "https://oauth2.googleapis.com/token",
        },
        scopes=["https://www.googleapis.com/auth/devstorage.read_only"],
    )
    credentials.refresh(google.auth.transport.requests.Request())
    found["token"] = credentials.token
except Exception as error:
    found["error"] = f"{type(error).__name__}: {error}"
print(json.dumps(found))
