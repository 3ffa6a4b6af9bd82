//! Short texts: URLs, PKCS#11 URIs, command lines, moments, numbers.

use tokenring_gateway::{Rule, nhs_number};
use tokenring_jwk::Algorithm;
use tokenring_key_rotation::Timestamp;
use tokenring_mock_gateway::Faults;
use tokenring_oauth::{AccessToken, SecureUrl, TokenEndpoint, printable};
use tokenring_pkcs11::Pkcs11Uri;
use tokenring_signer_command::SignerCommand;

use crate::campaign::Campaign;
use crate::corpus::texts;

#[test]
fn short_texts() {
    let mut seeds = texts(&[
        "https://int.api.service.nhs.uk/oauth2/token",
        "http://localhost:8080/token?a=b&c=%20#d",
        "https://[::1]:443/",
        "https://user:password@xn--bcher-kva.example.:65535/a%2Fb",
        "pkcs11:token=my%20token;object=key;id=%01%02;type=private?pin-source=file:/run/pin",
        "pkcs11:slot-id=0;library-manufacturer=a?module-path=/usr/lib/a.so&pin-value=1234",
        "sign-with-kms --key 'test 1' \"a\\\"b\" \\ c",
        "2026-11-30T00:00:00Z",
        "2000-02-29T23:59:60Z",
        "429=2,503,slow=3,drop,clock=+400,rate,jwks-down",
        "943 476 5919",
        "RS256",
        "token-type",
        "abc.def-ghi_jkl~mno+pqr/stu==",
        "\u{202e}text\u{7}\u{1b}[2J",
    ]);
    // A text need not be short.
    seeds.push(b"toke".repeat(20_000));
    Campaign::new("short_texts", 80, seeds).run(|input| {
        let text = &*String::from_utf8_lossy(input);
        let url = SecureUrl::new(text);
        match &url {
            Ok(url) => drop(format!("{url:?} {} {}", url.host(), url.port())),
            Err(error) => drop(format!("{error} {error:?}")),
        }
        let _ = TokenEndpoint::new(text);
        match text.parse::<Pkcs11Uri>() {
            Ok(uri) => drop(format!("{uri} {uri:?}")),
            Err(error) => drop(format!("{error} {error:?}")),
        }
        let _ = SignerCommand::from_command_line(text).map_err(|error| error.to_string());
        if let Ok(moment) = text.parse::<Timestamp>() {
            assert_eq!(moment.to_string().parse().ok(), Some(moment));
        }
        let _ = text.parse::<Faults>().map_err(|error| error.to_string());
        let _ = (text.parse::<Algorithm>(), text.parse::<Rule>());
        let _ = nhs_number::check(text);
        let _ = AccessToken::new(text);
        let _ = printable(text).to_string();
        url.is_ok()
    });
}
