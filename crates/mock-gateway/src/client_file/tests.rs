use super::*;

const PUBLIC_KEY: &str = r"-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElPs09duU5L9dnW2yWPGB2OA+xMP1
Bi68/RwqINCpMFFwv+m7rSrJkZ5MiJoj0kuNnAJrUb4NaENR8eBAkXl2cA==
-----END PUBLIC KEY-----
";
const SET: &str = r#"{"keys": [{"kty": "EC", "crv": "P-256", "x": "lPs09duU5L9dnW2yWPGB2OA-xMP1Bi68_RwqINCpMFE", "y": "cL_pu60qyZGeTIiaI9JLjZwCa1G-DWhDUfHgQJF5dnA"}]}"#;
const TOML: &str = r#"
        [clients.app]
        jwks-url = "https://app.example/jwks.json"
        algorithm = "ES256"
        scopes = ["read", "write"]
        longest-age-seconds = 30
        bound-tokens = "dpop"

        [clients.old]
        public-key = "old.pem.pub"
        disabled = true
        grants = ["client_credentials"]
        authentication = "client_secret_jwt"
    "#;
const JSON: &str = r#"{"clients": {
        "app": {"jwks-url": "https://app.example/jwks.json", "algorithm": "ES256",
            "scopes": ["read", "write"], "longest-age-seconds": 30, "bound-tokens": "dpop"},
        "old": {"public-key": "old.pem.pub", "disabled": true,
            "grants": ["client_credentials"], "authentication": "client_secret_jwt"}}}"#;

/// The files that are there.
fn open(path: &Path) -> io::Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    match name.unwrap_or_default() {
        "old.pem.pub" => Ok(PUBLIC_KEY.to_owned()),
        "set.json" => Ok(SET.to_owned()),
        "key.pem" => Ok("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n".into()),
        "request.csr" => Ok("-----BEGIN CERTIFICATE REQUEST-----\nAA==\n".into()),
        "page.html" => Ok("<html>".into()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    }
}

#[test]
fn toml_and_json_say_the_same() {
    for text in [TOML, JSON] {
        let clients = read_with(Path::new("folder/clients"), text, &open).unwrap();
        let [app, old] = &clients[..] else {
            panic!("{clients:?}");
        };
        assert_eq!((app.id.as_str(), old.id.as_str()), ("app", "old"));
        assert!(matches!(&app.keys, JwkSource::Url(url) if url.ends_with("/jwks.json")));
        let wanted = ClientRegistration::new()
            .with_algorithm(Algorithm::Es256)
            .with_scopes(["read", "write"])
            .with_longest_age(Duration::from_secs(30))
            .with_bound_tokens(BoundTokens::Dpop);
        assert_eq!(app.registration, wanted);
        let file = Path::new("folder/old.pem.pub");
        assert!(matches!(&old.keys, JwkSource::File(path) if path == file));
        let wanted = ClientRegistration::new()
            .disabled()
            .with_grants(["client_credentials"])
            .with_authentication(AuthenticationMethod::ClientSecretJwt);
        assert_eq!(old.registration, wanted);
    }
}

/// Reads TOML, and JSON where the text begins as that does.
#[track_caller]
fn check(text: &str, wanted: &str) {
    let path = Path::new("folder/clients");
    let error = read_with(path, text, &open).unwrap_err();
    assert_eq!(error.to_string(), format!("folder/clients: {wanted}"));
}

/// What a member of a client is refused for.
#[track_caller]
fn check_member(members: &str, wanted: &str) {
    check(
        &format!("[clients.app]\n{members}"),
        &format!("clients.app: {wanted}"),
    );
}

const WANTED: &str =
    "wanted: a table `clients` with a table for each client ID, such as [clients.my-app]";

#[test]
fn what_is_no_file_of_clients() {
    check("", &format!("no table `clients`; {WANTED}"));
    check("{}", &format!("no table `clients`; {WANTED}"));
    check("[]", &format!("the file is a list; {WANTED}"));
    check("[1, 2]", &format!("the file is a list; {WANTED}"));
    check("clients = 1", &format!("`clients` is a number; {WANTED}"));
    check("clients = []", &format!("`clients` is a list; {WANTED}"));
    check("[clients]", &format!("`clients` has no client; {WANTED}"));
    check(
        "[client.app]",
        &format!("unknown table `client` (did you mean `clients`?); {WANTED}"),
    );
    check(
        "[clients.app]\n[other]",
        &format!("unknown table `other`; {WANTED}"),
    );
    check(
        "[clients.app]\n[clients.app]",
        "not TOML: duplicate key at line 2",
    );
    check(
        "{\"clients\": {\n\"a\": {}, \"a\": {}}}",
        "not JSON: the member \"a\" is there twice at line 2 column 17",
    );
    check(
        "{\"clients\": {\"a\": {\"jwks\": {\"keys\": [], \"keys\": []}}}}",
        "not JSON: the member \"keys\" is there twice at line 1 column 51",
    );
    check(
        "{",
        "not JSON: EOF while parsing an object at line 1 column 1",
    );
    check(
        "[clients",
        "not TOML: unclosed table, expected `]` at line 1",
    );
}

#[test]
fn members_that_are_wrong() {
    let known = MEMBERS.join(", ");
    check_member(
        "disable = true",
        &format!("unknown key `disable` (did you mean `disabled`?); wanted: one of {known}"),
    );
    check_member(
        "xyz = true",
        &format!("unknown key `xyz`; wanted: one of {known}"),
    );
    check(
        "clients.app = 1",
        "clients.app: is a number; wanted: a table with the client's keys",
    );
    check(
        "[clients.\"\"]",
        "clients.\"\": the client ID is empty; wanted: the ID that the client sends",
    );
    check_member(
        "disabled = \"yes\"",
        "disabled is a text; wanted: true or false",
    );
    check_member(
        "grants = \"a\"",
        "grants is a text; wanted: a list of texts",
    );
    check_member("scopes = [1]", "scopes[0] is 1; wanted: a text");
    check_member(
        "scopes = [\"a b\"]",
        "scopes[0] is \"a b\"; wanted: one scope, without spaces",
    );
    check_member(
        "scopes = [\"a\", \"a\"]",
        "scopes[1] \"a\" is there twice; wanted: each once",
    );
    let grants = GRANTS.join(", ");
    check_member(
        "grants = [\"client_credentials\", \"client-credentials\"]",
        &format!(
            "unknown grants[1] \"client-credentials\" (did you mean `client_credentials`?); wanted: one of {grants}"
        ),
    );
    check_member(
        "grants = [\"urn:ietf:params:oauth:grant-type:jwt-barer\"]",
        &format!(
            "unknown grants[0] \"urn:ietf:params:oauth:grant-type:jwt-barer\" (did you mean `urn:ietf:params:oauth:grant-type:jwt-bearer`?); wanted: one of {grants}"
        ),
    );
    check_member(
        "authentication = \"private-key-jwt\"",
        "unknown authentication \"private-key-jwt\" (did you mean `private_key_jwt`?); wanted: one of private_key_jwt, client_secret_jwt, client_secret_basic, client_secret_post, tls_client_auth, none",
    );
    check_member(
        "authentication = []",
        "authentication is a list; wanted: a method of client authentication",
    );
    check_member(
        "algorithm = 256",
        "algorithm is 256; wanted: an algorithm, such as \"ES256\"",
    );
    for seconds in ["0", "-5", "86401"] {
        check_member(
            &format!("longest-age-seconds = {seconds}"),
            &format!("longest-age-seconds is {seconds}; wanted: a whole number from 1 to 86400"),
        );
    }
    check_member(
        "longest-age-seconds = 1.5",
        "longest-age-seconds is a number; wanted: a whole number from 1 to 86400",
    );
    check_member(
        "bound-tokens = \"mtls\"",
        "unknown bound-tokens \"mtls\"; wanted: one of dpop, certificate, none",
    );
}

#[test]
fn keys_in_the_wrong_place() {
    check_member(
        "jwks = \"set.json\"\ncertificate = \"set.json\"",
        "both `jwks` and `certificate`; wanted: one of them",
    );
    let url = "https://app.example/jwks.json";
    let wanted = [
        ("jwks", "a JWK Set, or a file with one"),
        ("jwks-url", "the https URL of a JWK Set"),
        ("public-key", "a public key in PEM, or a file with one"),
        ("certificate", "a certificate in PEM, or a file with one"),
    ];
    for (member, wanted) in wanted {
        let refused = |value: &str, found: &str| {
            check_member(
                &format!("{member} = {value}"),
                &format!("{member} is {found}"),
            );
        };
        for (value, kind) in [
            ("1", "a number"),
            ("true", "true or false"),
            ("[]", "a list"),
        ] {
            refused(value, &format!("{kind}; wanted: {wanted}"));
        }
        refused("\"\"", &format!("an empty text; wanted: {wanted}"));
        refused(
            "{ kty = \"RSA\" }",
            &format!("a single JWK, which a set holds under `keys`; wanted: {wanted}"),
        );
        refused(
            "{ kty = \"RSA\", d = \"AA\" }",
            &format!("a private JWK; wanted: {wanted}"),
        );
        let texts = [
            ("jwks", "{ keys = [] }".to_owned(), "a JWK Set"),
            ("jwks-url", format!("\"{url}\""), "a URL"),
            (
                "public-key",
                format!("\"\"\"{PUBLIC_KEY}\"\"\""),
                "a public key",
            ),
        ];
        for (place, value, found) in texts {
            if place != member {
                refused(
                    &value,
                    &format!("{found}; wanted: {wanted}; {found} goes under `{place}`"),
                );
            }
        }
        if member == "jwks-url" {
            refused("\"set.json\"", &format!("another text; wanted: {wanted}"));
            continue;
        }
        for (file, found) in [
            ("key.pem", "a private key"),
            ("request.csr", "a certificate request"),
            ("page.html", "another text"),
        ] {
            refused(
                &format!("\"{file}\""),
                &format!("{found}; wanted: {wanted} (folder/{file})"),
            );
        }
        check_member(
            &format!("{member} = \"none.json\""),
            &format!("{member}: cannot read folder/none.json: entity not found; wanted: {wanted}"),
        );
    }
    check_member(
        "certificate = \"set.json\"",
        "certificate is a JWK Set; wanted: a certificate in PEM, or a file with one; a JWK Set goes under `jwks` (folder/set.json)",
    );
    check_member(
        "jwks = { keys = [] }",
        "jwks is a JWK Set without a key; wanted: a JWK Set, or a file with one",
    );
    check_member(
        "jwks-url = \"https://app.example\"",
        "jwks-url is a URL without a path; wanted: the https URL of a JWK Set",
    );
}

#[test]
fn the_name_says_the_language() {
    let error = read(Path::new("a.json"), "[clients.app]").unwrap_err();
    assert!(
        error.to_string().starts_with("a.json: not JSON: "),
        "{error}"
    );
    let error = read(Path::new("a.toml"), "{}").unwrap_err();
    assert!(
        error.to_string().starts_with("a.toml: not TOML: "),
        "{error}"
    );
    assert_eq!(
        read(Path::new("a"), "\u{feff}[clients.app]").unwrap().len(),
        1
    );
}
