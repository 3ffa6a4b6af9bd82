//! Vendors' key files: the key, and what stands beside it.

use std::path::Path;

use tokenring_jwk::{KeySpec, Passphrase, ring};
use tokenring_keystore::{KeyFileCredentials, KeyFileReader};

use crate::scratch::Scratch;

/// A JSON text in which `@plain` stands for a private key, and `@encrypted` for the same, encrypted.
fn file(scratch: &Scratch, name: &str, text: &str) -> std::path::PathBuf {
    let key = ring::generate(KeySpec::P256).unwrap();
    let escaped = |pem: &str| pem.replace('\n', "\\n");
    let passphrase = Passphrase::new(b"of the file".to_vec());
    let encrypted = ring::encrypt(&key, &passphrase).unwrap();
    let text = text
        .replace("@encrypted", &escaped(encrypted.secret()))
        .replace("@plain", &escaped(key.to_pkcs8_pem().secret()));
    let path = scratch.path(name);
    std::fs::write(&path, text).unwrap();
    path
}

type Stated<'s> = (Option<&'s str>, Option<&'s str>, Option<&'s str>);

/// The file has a key with this key ID, and says this of client ID and token URL.
#[track_caller]
fn check(path: &Path, (key_id, client_id, token_url): Stated<'_>) {
    let reader = KeyFileReader::new();
    let contents = reader.read_contents(path).unwrap();
    let loaded = reader.open(&contents).unwrap();
    let stated = loaded.private_key().stated_key_id();
    assert_eq!(stated.map(|key_id| key_id.as_str()), key_id);
    let credentials = KeyFileCredentials::read(&contents).unwrap();
    assert_eq!(credentials.client_id.as_deref(), client_id);
    assert_eq!(credentials.token_url.as_deref(), token_url);
    assert!(!format!("{credentials:?}").contains("PRIVATE"));
}

#[test]
fn what_vendors_files_say() {
    let scratch = Scratch::new();
    let google = r#"{"type": "service_account", "private_key_id": "abc123", "private_key": "@plain",
        "client_email": "r@p.example", "client_id": "1", "token_uri": "https://as.example/token"}"#;
    let stated = (
        Some("abc123"),
        Some("r@p.example"),
        Some("https://as.example/token"),
    );
    check(&file(&scratch, "google.json", google), stated);
    let zitadel = r#"{"type":"serviceaccount","keyId":"100","key":"@plain","userId":"200"}"#;
    let stated = (Some("100"), Some("200"), None);
    check(&file(&scratch, "zitadel.json", zitadel), stated);
    let application =
        r#"{"type":"application","keyId":"100","key":"@plain","appId":"1","clientId":"2@p"}"#;
    check(
        &file(&scratch, "application.json", application),
        (Some("100"), Some("2@p"), None),
    );
    for key in ["@plain", "@encrypted"] {
        let text = r#"{"boxAppSettings": {"clientID": "abc", "clientSecret": "x", "appAuth":
            {"publicKeyID": "k1", "privateKey": "PEM", "passphrase": "of the file"}}}"#;
        let path = file(&scratch, "box.json", &text.replace("PEM", key));
        check(&path, (Some("k1"), Some("abc"), None));
    }
    let bare = r#"{"type":"serviceaccount","keyId":"","key":"@plain","userId":7}"#;
    check(&file(&scratch, "bare.json", bare), (None, None, None));
}

/// What the file says of subject and issuer.
#[track_caller]
fn check_further(path: &Path, subject: Option<&str>, issuer: Option<&str>) {
    let contents = KeyFileReader::new().read_contents(path).unwrap();
    let credentials = KeyFileCredentials::read(&contents).unwrap();
    assert_eq!(credentials.subject.as_deref(), subject);
    assert_eq!(credentials.issuer.as_deref(), issuer);
}

#[test]
fn for_whom_the_client_acts() {
    let scratch = Scratch::new();
    let text = r#"{"boxAppSettings": {"clientID": "abc", "appAuth": {"publicKeyID": "k1",
        "privateKey": "@plain"}}, "enterpriseID": "12345"}"#;
    let path = file(&scratch, "box.json", text);
    check(&path, (Some("k1"), Some("abc"), None));
    check_further(&path, Some("12345"), None);
    let google =
        r#"{"type":"service_account","private_key":"@plain","client_email":"r@p.example"}"#;
    check_further(&file(&scratch, "google.json", google), None, None);
}

/// The passphrase in the file goes first; where it is wrong, the one that is given does.
#[test]
fn passphrases() {
    let scratch = Scratch::new();
    let text = r#"{"boxAppSettings": {"clientID": "abc", "appAuth": {"publicKeyID": "k1",
        "privateKey": "@encrypted", "passphrase": "PASS"}}}"#;
    for (own, given, is_read) in [
        ("of the file", None, true),
        ("of the file", Some("wrong"), true),
        ("old", Some("of the file"), true),
        ("old", Some("wrong"), false),
        ("old", None, false),
    ] {
        let path = file(&scratch, "box.json", &text.replace("PASS", own));
        let reader = match given {
            Some(passphrase) => KeyFileReader::new()
                .with_passphrase(Passphrase::new(passphrase.as_bytes().to_vec())),
            None => KeyFileReader::new(),
        };
        assert_eq!(reader.read(&path).is_ok(), is_read, "{own} {given:?}");
    }
}

#[test]
fn client_secrets() {
    let scratch = Scratch::new();
    let text = r#"{"boxAppSettings": {"clientID": "abc", "clientSecret": "planted-0815",
        "appAuth": {"publicKeyID": "k1", "privateKey": "@plain"}}}"#;
    let path = file(&scratch, "box.json", text);
    let contents = KeyFileReader::new().read_contents(&path).unwrap();
    let credentials = KeyFileCredentials::read(&contents).unwrap();
    let secret = credentials.client_secret.as_ref();
    assert_eq!(secret.map(|secret| secret.secret()), Some("planted-0815"));
    assert!(!format!("{credentials:?}").contains("planted"));
    let path = file(&scratch, "box.json", &text.replace("planted-0815", ""));
    let contents = KeyFileReader::new().read_contents(&path).unwrap();
    let credentials = KeyFileCredentials::read(&contents).unwrap();
    assert_eq!(credentials.client_secret, None);
}

#[test]
fn a_key_in_another_file() {
    let scratch = Scratch::new();
    let key = scratch.path("server.key");
    let pem = ring::generate(KeySpec::P256).unwrap().to_pkcs8_pem();
    std::fs::write(&key, pem.secret()).unwrap();
    let key = key.display().to_string();
    let whole = format!(
        r#"{{"orgId": "00D", "accessToken": "encrypted", "instanceUrl": "https://a.example",
        "username": "me@a.example", "loginUrl": "https://login.example/",
        "privateKey": "{key}", "clientId": "3MVG9"}}"#
    );
    let path = file(&scratch, "me.json", &whole);
    check(&path, (None, Some("3MVG9"), None));
    check_further(&path, Some("me@a.example"), Some("https://login.example"));
    // Its key's file is missing, and that is said of it.
    let path = file(
        &scratch,
        "gone.json",
        &whole.replace("server.key", "gone.key"),
    );
    let error = KeyFileReader::new().read(&path).unwrap_err();
    assert!(error.to_string().contains("gone.key"), "{error}");
    // A relative path begins at the folder of the file that has it.
    for relative in ["server.key", "./server.key", "../server.key"] {
        let name = if relative.starts_with("..") {
            "sub/me.json"
        } else {
            "me.json"
        };
        std::fs::create_dir_all(scratch.path("sub")).unwrap();
        let path = file(&scratch, name, &whole.replace(&key, relative));
        check(&path, (None, Some("3MVG9"), None));
    }
    // A file that names itself, or another such file, has no key.
    for name in ["itself.json", "me.json"] {
        let path = file(&scratch, "itself.json", &whole.replace(&key, name));
        assert!(KeyFileReader::new().read(&path).is_err());
    }
    for other in [
        whole.replace(&key, &"M".repeat(64)),
        whole.replace("clientId", "client"),
        whole.replace("loginUrl", "login"),
        whole.replace("username", "user"),
    ] {
        let path = file(&scratch, "other.json", &other);
        let contents = KeyFileReader::new().read_contents(&path).unwrap();
        assert_eq!(KeyFileCredentials::read(&contents), None, "{other}");
    }
}

#[test]
fn what_is_no_vendors_file() {
    let scratch = Scratch::new();
    for text in [
        "@plain",
        "{}",
        r#"{"type":"service_account","private_key":"not a PEM"}"#,
        r#"{"type":"other","private_key":"@plain","client_email":"r@p.example"}"#,
        r#"{"private_key":"@plain""#,
        r#"{"boxAppSettings":"@plain"}"#,
    ] {
        let path = file(&scratch, "other", text);
        let contents = KeyFileReader::new().read_contents(&path).unwrap();
        assert_eq!(KeyFileCredentials::read(&contents), None, "{text}");
    }
}
