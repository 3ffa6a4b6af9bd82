"""Gets a token as a program with azure-identity does. Prints one line of JSON."""

import sdk_report
from azure.identity import CertificateCredential


def get_token(key_file, client_id, certificate_file):
    both = b""
    for path in (key_file, certificate_file):
        with open(path, "rb") as file:
            both += file.read()
    credential = CertificateCredential(
        "contoso.onmicrosoft.com", client_id, certificate_data=both
    )
    return credential.get_token("https://graph.microsoft.com/.default").token


sdk_report.run("azure-identity", get_token)
