//! A key among other text: properties, environment, YAML and INI files.

use base64ct::{Base64, Encoding};
use integration_tests::fixtures;
use serde_json::json;
use tokenring_jwk::{Error, FoundInput, PrivateKey};

fn pem() -> String {
    fixtures::text("keys/test-p256-pkcs8.pem")
}

/// The text holds the stored key.
#[track_caller]
fn check(text: &str) {
    let key = PrivateKey::from_key_file(text.as_bytes());
    let key = key.unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(key.to_pkcs8_pem().secret() == pem(), "{text}");
}

#[track_caller]
fn check_refused(text: &str, expected: FoundInput) {
    let read = PrivateKey::from_key_file(text.as_bytes());
    assert_eq!(
        read.err(),
        Some(Error::UnexpectedInput(expected)),
        "{text:?}"
    );
}

fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| format!("{by}{line}\n")).collect()
}

#[test]
fn pem_in_other_text() {
    let pem = pem();
    check(&format!("app:\n  key: |\n{}", indented(&pem, "    ")));
    check(&format!("app:\r\n  key: >-\r\n{}", indented(&pem, "\t")));
    let certificate = fixtures::text("keys/test-rsa-2048-certificate.pem");
    check(&format!(
        "a: 1\nkey: |\n{}cert: |\n{}b: 2\n",
        indented(&pem, "  "),
        indented(&certificate, "  ")
    ));
    check(&format!("NAME=value\nKEY=\"{pem}\"\nOTHER=\"x\"\n"));
    check(&format!("[client]\nid = 1\nkey = '''\n{pem}'''\n"));
    // The next line belongs to a value of a properties file.
    let lines: Vec<&str> = pem.trim_end().lines().collect();
    check(&format!("a=b\nkey={}\nc=d\n", lines.join("\\\n")));
    check(&format!("key={}\r\n", lines.join("\\\r\n    ")));
}

#[test]
fn base64_of_pem_in_other_text() {
    let key = Base64::encode_string(pem().as_bytes());
    let certificate = fixtures::text("keys/test-rsa-2048-certificate.pem");
    let certificate = Base64::encode_string(certificate.as_bytes());
    let kubeconfig = |key: &str| {
        format!(
            "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: {certificate}\n\
             users:\n- name: a\n  user:\n    client-certificate-data: {certificate}\n    \
             client-key-data: {key}\n"
        )
    };
    check(&kubeconfig(&key));
    check(&kubeconfig(&format!("\"{key}\"")));
    check(&format!(
        "kind: Secret\ndata:\n  tls.crt: {certificate}\n  tls.key: {key}\n"
    ));
    check(&format!("A=b\nexport KEY='{key}'\n"));
    check(&format!("first: {key}\nagain: {key}\n"));
    check_refused(&kubeconfig(&certificate), FoundInput::Yaml);
    let other = fixtures::text("keys/test-p384-pkcs8.pem");
    let other = Base64::encode_string(other.as_bytes());
    check_refused(
        &format!("a: {key}\nb: {other}\n"),
        FoundInput::SeveralPemBlocks,
    );
    // JSON has names for its members.
    let json = json!({"id": 1, "data": {"tls_key": key, "tls_crt": certificate}});
    let read = PrivateKey::from_key_file(json.to_string().as_bytes());
    assert_eq!(read.err(), Some(Error::PemInJson("data.tls_key".into())));
}

#[test]
fn configuration_without_a_key() {
    use FoundInput::{ConfigurationFile, Yaml};

    let named = ConfigurationFile(Some("key_file"));
    check_refused("[DEFAULT]\nuser=a\nregion=b\nkey_file=k.pem\n", named);
    check_refused("# OCI\n\n[DEFAULT]\nkey_file = ~/.oci/k.pem\n", named);
    check_refused("\u{feff}[a]\r\nkey_file=k.pem\r\n", named);
    let oracle = "[DEFAULT]\nuser=a\nfingerprint=aa:bb\ntenancy = b\nkey_file=k.pem\n";
    check_refused(oracle, FoundInput::OciConfiguration);
    check_refused("[a]\nb=c\n", ConfigurationFile(None));
    check_refused("export A=b\nC=d\n", ConfigurationFile(None));
    check_refused("a.b.c=d\n", ConfigurationFile(None));
    let path = ConfigurationFile(Some("private_key_path"));
    check_refused("private_key_path = \"k.p8\"\n", path);
    check_refused("dev:\n  private_key_path: k.p8\n", path);
    check_refused("---\nkty: RSA\nn: abc\n", Yaml);
    check_refused("%YAML 1.2\n---\n# c\nkeys:\n- kty: EC\n", Yaml);
    check_refused("- a: b\n", Yaml);
    check_refused("[1, 2]", FoundInput::OtherJson);
    check_refused("[{\"kty\": \"EC\"}]\n", FoundInput::OtherJson);
    for text in [
        "hello",
        "hello world\na=b\n",
        "http://a.example/",
        "a:b",
        "abcd==\n",
        "=",
    ] {
        check_refused(text, FoundInput::Unknown);
    }
}

/// What was cut or changed is damaged, and nothing else.
#[test]
fn base64_that_was_cut() {
    let pem = pem();
    let body: String = pem.lines().filter(|line| !line.contains("-----")).collect();
    check(&body);
    let cut = PrivateKey::from_key_file(&body.as_bytes()[..body.len() - 3]);
    assert_eq!(cut.err(), Some(Error::MalformedKey));
    let whole = Base64::encode_string(pem.as_bytes());
    let cut = PrivateKey::from_key_file(&whole.as_bytes()[..whole.len() - 3]);
    assert_eq!(cut.err(), Some(Error::MalformedKey));
}
