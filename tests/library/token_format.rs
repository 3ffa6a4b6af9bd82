//! A token in the forms that other programs read, from a Rust program.

use tokenring::{ExecInfoFault, ExecVersion, Shell, Token, TokenFormat};
use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, HttpResponse, TokenResponse};

const NOW: NumericDate = NumericDate::from_seconds(1_700_000_000);

/// A token with every character that a reader takes for something else.
const SECRET: &str = r#"a'b"c\d!e"#;

fn token() -> Token {
    Token::new(AccessToken::new(SECRET).unwrap(), NOW)
}

#[track_caller]
fn check(format: &TokenFormat, wanted: &str) {
    assert_eq!(*format.write(&token(), NOW), wanted);
}

#[test]
fn what_is_special_to_a_reader_is_escaped() {
    check(&TokenFormat::Token, "a'b\"c\\d!e\n");
    check(&TokenFormat::Header, "Authorization: Bearer a'b\"c\\d!e\n");
    check(
        &TokenFormat::Curl,
        "header = \"Authorization: Bearer a'b\\\"c\\\\d!e\"\n",
    );
    for (shell, wanted) in [
        (
            Shell::Posix,
            r#"export TOKENRING_ACCESS_TOKEN='a'\''b"c\d!e'"#,
        ),
        (
            Shell::Csh,
            r#"setenv TOKENRING_ACCESS_TOKEN 'a'\''b"c\d\!e';"#,
        ),
        (
            Shell::Fish,
            r#"set -gx TOKENRING_ACCESS_TOKEN 'a\'b"c\\d!e';"#,
        ),
        (
            Shell::PowerShell,
            r#"$env:TOKENRING_ACCESS_TOKEN = 'a''b"c\d!e'"#,
        ),
    ] {
        assert!(wanted.contains(TokenFormat::VARIABLE));
        check(&TokenFormat::Env(shell), &format!("{wanted}\n"));
    }
    let netrc = TokenFormat::Netrc {
        machine: "api.example.com".to_owned(),
    };
    check(
        &netrc,
        "machine api.example.com\nlogin oauth2\npassword \"a'b\\\"c\\\\d!e\"\n",
    );
    check(&TokenFormat::Bearer, "Bearer a'b\"c\\d!e\n");
    check(
        &TokenFormat::GitPassword,
        "username=oauth2\npassword=a'b\"c\\d!e\n",
    );
    check(
        &TokenFormat::GitCredential,
        "capability[]=authtype\nauthtype=Bearer\ncredential=a'b\"c\\d!e\nephemeral=1\n",
    );
}

/// The documents say when the token expires, and hand on what else the server sent.
#[test]
fn documents() {
    let body = r#"{"access_token":"t","token_type":"Bearer","expires_in":60,"patient":"p-1",
        "expires_at":"soon"}"#;
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let response = HttpResponse::new(200, headers, body.into());
    let token = Token::from_response(&TokenResponse::parse(&response).unwrap(), NOW);
    let document = |format: TokenFormat| -> serde_json::Value {
        serde_json::from_str(&format.write(&token, NOW)).unwrap()
    };
    let json = document(TokenFormat::Json);
    assert_eq!(json["patient"], "p-1");
    assert_eq!(json["expires_in"], 60);
    assert_eq!(json["expires_at"], 1_700_000_060);
    assert_eq!(json["expires_at_rfc3339"], "2023-11-14T22:14:20Z");
    let credential = document(TokenFormat::ExecCredential(ExecVersion::V1Beta1));
    assert_eq!(credential["apiVersion"], ExecVersion::V1Beta1.name());
    assert_eq!(
        credential["status"]["expirationTimestamp"],
        // A tenth of a minute earlier than the token.
        "2023-11-14T22:14:14Z"
    );
    let helper = document(TokenFormat::CredentialHelper);
    assert_eq!(helper["headers"]["Authorization"][0], "Bearer t");
}

#[test]
fn version_that_kubernetes_asks_for() {
    let read = ExecVersion::from_exec_info;
    let info = |version: &str| format!(r#"{{"kind":"ExecCredential","apiVersion":"{version}"}}"#);
    for version in [ExecVersion::V1, ExecVersion::V1Beta1] {
        assert_eq!(read(&info(version.name())), Ok(version));
    }
    let old = "client.authentication.k8s.io/v1alpha1";
    let fault = read(&info(old)).unwrap_err();
    assert_eq!(fault, ExecInfoFault::UnsupportedVersion(old.to_owned()));
    assert!(fault.to_string().contains(old));
    for text in ["", "{}", "[]", r#"{"apiVersion":1}"#] {
        assert_eq!(read(text), Err(ExecInfoFault::Malformed), "{text}");
    }
}
