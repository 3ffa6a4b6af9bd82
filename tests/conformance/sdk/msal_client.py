"""Gets a token as a program with MSAL does. Prints one line of JSON."""

import json
import sys
from importlib.metadata import version

import msal

key_file, client_id, certificate_file = sys.argv[1:4]
with open(key_file) as file:
    private_key = file.read()
with open(certificate_file) as file:
    certificate = file.read()
found = {"version": version("msal")}
try:
    application = msal.ConfidentialClientApplication(
        client_id,
        authority="https://login.microsoftonline.com/contoso.onmicrosoft.com",
        client_credential={
            "private_key": private_key,
            "public_certificate": certificate,
        },
    )
    answer = application.acquire_token_for_client(
        scopes=["https://graph.microsoft.com/.default"]
    )
    if "access_token" in answer:
        found["token"] = answer["access_token"]
    else:
        found["error"] = f"{answer.get('error')}: {answer.get('error_description')}"
except Exception as error:
    found["error"] = f"{type(error).__name__}: {error}"
print(json.dumps(found))
