use std::process::Command;

use tokenring_pkcs11::{Error, PinSource, Pkcs11Key, Pkcs11Uri};

use crate::soft_hsm::{SoftHsm, line, with_tokens};

#[track_caller]
fn check(tokens: &SoftHsm, attributes: &str, expected: &str) {
    let line = tokens.refusal(attributes);
    assert!(line.starts_with(expected), "{attributes}: {line}");
}

/// The serial numbers are the module's own choice.
fn without_serials(line: &str) -> String {
    let mut parts = line.split(";serial=");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.trim_start_matches(|digit: char| digit.is_ascii_hexdigit()));
    }
    text
}

#[test]
fn tokens() {
    with_tokens(
        "refusals::tokens",
        |tokens| {
            tokens.make_token("first");
            tokens.make_token("second token");
            tokens.make_token("second token");
            tokens.make_key("first", "EC:prime256v1", "key", &["--id", "01"]);
        },
        |tokens| {
            let told = without_serials(&tokens.refusal("token=third"));
            let (before, list) = told.split_once("there are: ").unwrap();
            assert_eq!(before, "no token matches the URI; ");
            let mut list: Vec<&str> = list.split(", ").collect();
            list.sort_unstable();
            let second = "pkcs11:token=second%20token";
            assert_eq!(list, ["pkcs11:token=first", second, second]);

            let told = without_serials(&tokens.refusal("token=second%20token"));
            assert_eq!(
                told,
                format!("several tokens match the URI; name one: {second}, {second}")
            );
            check(
                tokens,
                "object=key",
                "several tokens match the URI; name one: ",
            );
            // Every attribute has to match.
            let key = tokens.open("token=first;manufacturer=SoftHSM%20project;model=SoftHSM%20v2");
            assert!(key.is_ok());
            for attribute in [
                "manufacturer=Soft",
                "model=SoftHSM",
                "serial=0",
                "slot-id=99",
                "slot-description=none",
                "slot-manufacturer=none",
            ] {
                let attributes = format!("object=key;{attribute}");
                check(tokens, &attributes, "no token matches the URI; there are: ");
            }
            check(
                tokens,
                "token=first;library-manufacturer=x",
                "the PKCS#11 module is not the library",
            );
            check(
                tokens,
                "token=first;library-version=9.9",
                "the PKCS#11 module is not the library",
            );
            assert!(
                tokens
                    .open("token=first;library-manufacturer=SoftHSM")
                    .is_ok()
            );
        },
    );
}

/// SoftHSM always has a slot more, for a token to come.
#[test]
fn blank_token() {
    with_tokens(
        "refusals::blank_token",
        |_| {},
        |tokens| {
            check(
                tokens,
                "",
                "the token is not initialized; do that with its own tool",
            );
            check(tokens, "slot-id=0", "the token is not initialized");
            check(
                tokens,
                "token=signing",
                "no token matches the URI; there is none at all: plug it in",
            );
        },
    );
}

/// A token between its initialization and its first PIN.
#[test]
fn token_without_a_pin() {
    with_tokens(
        "refusals::token_without_a_pin",
        |tokens| {
            let output = Command::new("pkcs11-tool")
                .arg("--module")
                .arg(tokens.module())
                .args([
                    "--init-token",
                    "--slot-index",
                    "0",
                    "--label",
                    "fresh",
                    "--so-pin",
                    "12345678",
                ])
                .env("SOFTHSM2_CONF", tokens.folder().join("softhsm2.conf"))
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
        },
        |tokens| {
            check(
                tokens,
                "token=fresh",
                "the token has no user PIN yet; set it with",
            )
        },
    );
}

#[test]
fn keys() {
    with_tokens(
        "refusals::keys",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_token("empty");
            tokens.make_key("signing", "EC:prime256v1", "twin", &["--id", "01"]);
            tokens.make_key("signing", "EC:prime256v1", "twin", &["--id", "02"]);
            tokens.make_key(
                "signing",
                "EC:prime256v1",
                "\u{1b}[31mred \u{202e}",
                &["--id", "03"],
            );
            tokens.make_key("signing", "rsa:1024", "weak", &["--id", "04"]);
            tokens.make_key("signing", "EC:secp256k1", "koblitz", &["--id", "05"]);
            tokens.make_key("signing", "rsa:2048", "spare", &["--id", "07"]);
        },
        |tokens| {
            let all = [
                "pkcs11:object=%1B%5B31mred%20%E2%80%AE;id=%03",
                "pkcs11:object=spare;id=%07",
                "pkcs11:object=koblitz;id=%05",
                "pkcs11:object=twin;id=%01",
                "pkcs11:object=twin;id=%02",
                "pkcs11:object=weak;id=%04",
            ];
            // A handful is enough to see what they are called.
            let told = tokens.refusal("token=signing;object=missing");
            let (before, list) = told.split_once("there are: ").unwrap();
            assert_eq!(before, "no private key on the token matches the URI; ");
            let (list, rest) = list.split_once(" and ").unwrap();
            assert_eq!(rest, "1 more");
            assert_eq!(list.split(", ").count(), 5);
            assert!(list.split(", ").all(|name| all.contains(&name)), "{list}");

            let told = tokens.refusal("token=signing;object=twin");
            let (before, list) = told.split_once(": ").unwrap();
            assert_eq!(
                before,
                "several private keys on the token match the URI; name one"
            );
            let mut list: Vec<&str> = list.split(", ").collect();
            list.sort_unstable();
            assert_eq!(
                list,
                ["pkcs11:object=twin;id=%01", "pkcs11:object=twin;id=%02"]
            );
            assert!(tokens.open("token=signing;object=twin;id=%02").is_ok());
            assert!(tokens.open("token=signing;id=%03;type=private").is_ok());
            check(
                tokens,
                "token=signing",
                "several private keys on the token match the URI",
            );
            check(
                tokens,
                "token=signing;id=%02%00",
                "no private key on the token matches",
            );
            check(
                tokens,
                "token=signing;id=2",
                "no private key on the token matches",
            );
            check(
                tokens,
                "token=empty",
                "no private key on the token matches the URI; there is none that this PIN shows",
            );
            for kind in ["public", "cert", "secret-key", "data"] {
                let attributes = format!("token=signing;id=%01;type={kind}");
                check(
                    tokens,
                    &attributes,
                    "the URI names something else than a private key",
                );
            }
            check(
                tokens,
                "token=signing;object=weak",
                "the RSA key has 1024 bits; make one of at",
            );
            check(
                tokens,
                "token=signing;object=koblitz",
                "the key signs no JWT; make one of RSA",
            );
        },
    );
}

/// A token is looked for before a PIN is asked for.
#[test]
fn order() {
    with_tokens(
        "refusals::order",
        |tokens| tokens.make_token("signing"),
        |tokens| {
            let uri: Pkcs11Uri = tokens.uri("token=other").parse().unwrap();
            let nobody = PinSource::from_prompt(|_| panic!("nobody is to be asked"));
            let error = Pkcs11Key::open(&uri, nobody).unwrap_err();
            assert!(matches!(error, Error::NoToken { .. }), "{}", line(&error));
        },
    );
}
