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
