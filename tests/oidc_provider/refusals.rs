use serde_json::json;
use tokenring_assertion::{Claims, JwtId, Lifetime, NumericDate};
use tokenring_jwk::{Algorithm, KeyId, PrivateKey, ring};
use tokenring_oauth::{Error, TokenEndpoint, TokenRequest, UreqTransport};

use crate::desk::Desk;
use crate::library::now;
use crate::provider::Provider;

/// What the provider tells to nobody but its own log.
const AUDIENCE: &str =
    "audience (aud) must equal the endpoint url, issuer identifier or token endpoint url";
const UNKNOWN_KEY: &str = "no applicable key found in the JSON Web Key Set";
const REUSED: &str = "client assertion tokens must only be used once";

#[test]
fn of_the_command() {
    let desk = Desk::new();
    let client = desk.register("client", "ES256");
    let rsa = desk.register("rsa", "RS256");
    // Registered without an algorithm, so that the one in the JWK counts.
    let jwk_set = desk.generate_keys("unpinned", "RS256");
    let unpinned = json!({ "client_id": "unpinned", "jwks": jwk_set });
    // Same name, other key.
    let impostor = Desk::new();
    impostor.generate_keys("client", "ES256");
    let other_key = impostor.private_key("client");
    desk.generate_keys("p384", "ES384");
    let Some(provider) = Provider::start(&json!({ "clients": [client, rsa, unpinned] })) else {
        return;
    };

    let slash = format!("{}/", provider.issuer());
    let localhost = provider.token_endpoint().replace("127.0.0.1", "localhost");
    // What the provider tells its log, and what our command finds by itself.
    let rows: &[(&str, &[&str], &str, &str)] = &[
        (
            "client",
            &["--audience", "https://other.example/token"],
            AUDIENCE,
            "likely: The assertion's aud is not what this gateway calls itself.",
        ),
        (
            "client",
            &["--audience", &slash],
            AUDIENCE,
            "likely: The assertion's aud",
        ),
        (
            "client",
            &["--audience", &localhost],
            AUDIENCE,
            "it has localhost for 127.0.0.1",
        ),
        (
            "client",
            &["--kid", "nope"],
            UNKNOWN_KEY,
            "likely: client.json has the key that signs under another kid",
        ),
        // The JWK Set beside that key has it: what is registered cannot be seen.
        (
            "client",
            &["--private-key", other_key.to_str().unwrap()],
            "signature verification failed",
            "possible: ",
        ),
        (
            "client",
            &["--private-key", "p384.pem"],
            "alg mismatch",
            "likely: p384.json has the key that signs under another kid",
        ),
        (
            "rsa",
            &["--alg", "RS512"],
            "alg mismatch",
            "likely: In rsa.json the key is published for one algorithm",
        ),
        (
            "rsa",
            &["--alg", "PS256"],
            "alg mismatch",
            "likely: In rsa.json",
        ),
        (
            "unpinned",
            &["--alg", "RS384"],
            UNKNOWN_KEY,
            "likely: In unpinned.json",
        ),
        (
            "client",
            &["--client-id", "nobody"],
            "client not found",
            // This server hides which of the two it is.
            "possible: client.json fits the key that signed, and the gateway may have another",
        ),
        (
            "client",
            &["--client-id", "rsa"],
            "alg mismatch",
            "possible: ",
        ),
    ];
    for (client_id, options, reason, cause) in rows {
        // The provider says the same to its clients whatever the reason.
        let (line, causes) = desk
            .get_token(&provider, client_id, options)
            .fails_with_causes(6);
        assert!(causes[0].contains(cause), "{options:?}: {causes:#?}");
        assert!(causes[1].starts_with("  > "), "{options:?}: {causes:#?}");
        let expected = format!(
            "token endpoint {} refused: status 401, invalid_client: client authentication failed",
            provider.token_endpoint()
        );
        assert_eq!(line, expected, "{options:?}");
        provider.refused(reason);
        desk.get_token(&provider, client_id, &[]).prints_token();
        provider.granted(client_id);
    }

    // What other servers refuse and this one does not.
    let rows: &[&[&str]] = &[
        &["--kid", ""],
        &["--lifetime", "3600"],
        &["--typ", ""],
        &["--audience", provider.issuer()],
    ];
    for options in rows {
        desk.get_token(&provider, "client", options).prints_token();
        provider.granted("client");
    }
    provider.stop();
}

#[test]
fn of_the_library() {
    let desk = Desk::new();
    let client = desk.register("client", "ES256");
    let Some(provider) = Provider::start(&json!({ "clients": [client] })) else {
        return;
    };
    let program = Program::new(&desk, &provider);
    let granted = |jwt_id: &str| {
        program
            .send(jwt_id, provider.token_endpoint(), program.soon())
            .unwrap();
        provider.granted("client");
    };
    let refused = |jwt_id: &str, audience: &str, expires_at, reason: &str| {
        let error = program.send(jwt_id, audience, expires_at).unwrap_err();
        let Error::Refused(response) = error else {
            panic!("{error}");
        };
        assert_eq!(response.status(), 401);
        assert_eq!(response.error(), Some("invalid_client"));
        assert_eq!(response.description(), Some("client authentication failed"));
        provider.refused(reason);
    };
    let url = provider.token_endpoint();

    granted("reused");
    refused("reused", url, program.soon(), REUSED);
    granted("after a reused one");

    // Past the 15 seconds that the provider allows clocks to differ.
    let minute_ago = NumericDate::from_seconds(now().as_seconds() - 60);
    refused("expired", url, minute_ago, "jwt expired");
    granted("after an expired one");

    // The JWT ID of a refused assertion is not used up here, as it is elsewhere.
    refused("twice", "https://other.example/", program.soon(), AUDIENCE);
    granted("twice");
    refused("twice", url, program.soon(), REUSED);
    provider.stop();
}

/// A program that names its JWT IDs itself.
struct Program {
    key: ring::SigningKey,
    endpoint: TokenEndpoint,
    transport: UreqTransport,
}

impl Program {
    fn new(desk: &Desk, provider: &Provider) -> Self {
        let file = std::fs::read(desk.private_key("client")).unwrap();
        let key = PrivateKey::from_key_file(&file).unwrap();
        let key = ring::SigningKey::new(&key, Algorithm::Es256).unwrap();
        Self {
            key: key.with_key_id(KeyId::new("client")),
            endpoint: TokenEndpoint::new(provider.token_endpoint()).unwrap(),
            transport: UreqTransport::new().without_proxy(),
        }
    }

    fn soon(&self) -> NumericDate {
        now().after(Lifetime::from_seconds(60).unwrap())
    }

    fn send(&self, jwt_id: &str, audience: &str, expires_at: NumericDate) -> Result<(), Error> {
        let jwt_id = JwtId::from_text(jwt_id).unwrap();
        let assertion = Claims::new("client", audience, jwt_id, expires_at)
            .sign(&self.key)
            .unwrap();
        TokenRequest::client_credentials(&self.endpoint, assertion)
            .send(&self.transport)
            .map(|_| ())
    }
}
