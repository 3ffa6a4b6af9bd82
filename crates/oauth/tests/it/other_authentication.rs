//! Answers that name how a server wants to be authenticated to.

use tokenring_oauth::{ErrorResponse, HttpResponse};

/// How a server wants to be authenticated to, where it says nothing else.
#[test]
fn other_authentication() {
    #[track_caller]
    fn check_schemes(fields: &[&str], body: &str, shown: &str, is_other: bool) {
        let headers = fields.iter();
        let headers = headers.map(|field| ("WWW-Authenticate".to_owned(), (*field).to_owned()));
        let response = HttpResponse::new(401, headers.collect(), body.into());
        let response = ErrorResponse::parse(&response);
        assert_eq!(response.to_string(), shown);
        assert_eq!(response.wants_other_authentication(), is_other, "{shown}");
    }
    let basic = r#"Basic realm="Digest, NTLM", charset="UTF-8""#;
    check_schemes(
        &[basic],
        "",
        "status 401 with an empty body (the server asks for Basic authentication)",
        true,
    );
    check_schemes(
        &["Negotiate", "NTLM", "negotiate YII=="],
        "<html><title>Unauthorized</title></html>",
        "status 401 with an HTML page (the server asks for Negotiate or NTLM authentication)",
        true,
    );
    check_schemes(
        &[r#"Digest qop="auth, auth-int", nonce="a", Basic realm=x"#],
        "Authentication is needed here",
        "status 401: Authentication is needed here (the server asks for Digest or Basic authentication)",
        true,
    );
    check_schemes(
        &[basic],
        "{}",
        "status 401 without an error code (the server asks for Basic authentication)",
        true,
    );
    // Servers name it with every refusal of a client: RFC 6749 section 5.2.
    check_schemes(
        &[basic],
        r#"{"error":"invalid_client"}"#,
        "status 401, invalid_client",
        false,
    );
    let silent = "status 401 with an empty body: the server does not say why";
    check_schemes(&[r#"Bearer realm="x""#], "", silent, false);
    check_schemes(&[basic, "DPoP algs=\"ES256\""], "", silent, false);
    check_schemes(&[], "", silent, false);
    check_schemes(&[r#"="x", "Basic""#], "", silent, false);
}
