"""Gets a token as a program with simple-salesforce does. Prints one line of JSON."""

import sdk_report
from simple_salesforce import SalesforceLogin


def get_token(key_file, client_id, _certificate):
    session_id, _instance = SalesforceLogin(
        username="user@example.com", consumer_key=client_id, privatekey_file=key_file
    )
    return session_id


sdk_report.run("simple-salesforce", get_token)
