//! The key file that a vendor's console hands out is all that its gateway needs.

use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_gateway::Gateway;
use tokenring_jwk::PublicKey;
use tokenring_mock_gateway::{JwkSource, MockGateway};

use crate::process::{Finished, Machine};

const SECRET: &str = "planted-secret";

/// A mock of the gateway that knows the client, and a machine with its key file.
struct Vendor {
    machine: Machine,
    mock: MockGateway,
    gateway: &'static str,
}

impl Vendor {
    fn new(gateway: &'static str, variables: &[(&str, &str)], client: &str, file: &Value) -> Self {
        let machine = Machine::new();
        machine.write("key.json", file.to_string());
        machine.write("secret.txt", SECRET);
        let public = fixtures::text("keys/test-rsa-2048-public.pem");
        let public = JwkSource::PublicKey(PublicKey::from_spki_pem(&public).unwrap());
        let mut mock = MockGateway::builder()
            .with_gateway(&Gateway::builtin(gateway).unwrap())
            .with_client(client, public);
        for (name, value) in variables {
            mock = mock.with_variable(*name, *value);
        }
        Self {
            machine,
            mock: mock.start().unwrap(),
            gateway,
        }
    }

    /// Runs a command whose texts have no secret.
    fn run(&self, more: &[&str]) -> Finished {
        let url = self.mock.token_url();
        let command = ["get-token", "--gateway", self.gateway, "--token-url", &url];
        let finished = self
            .machine
            .tokenring([&command[..], more].concat())
            .finish();
        let texts = format!("{}{}", finished.text(), finished.stderr);
        assert!(!texts.contains(SECRET), "{texts}");
        finished
    }

    /// The file gives a token, and where each of these is from is shown.
    #[track_caller]
    fn check(&self, more: &[&str], shown: &[&str]) {
        let arguments = [&["--private-key", "key.json"], more].concat();
        self.run(&arguments).succeeds();
        assert_eq!(self.mock.issued_tokens(), 1);
        let text = self.run(&[&arguments[..], &["--explain"]].concat());
        let text = text.succeeds();
        for name in shown {
            let mut lines = text.lines();
            let is_shown = lines.any(|line| line.contains(name) && line.contains("the key's"));
            assert!(is_shown, "{name}: {text}");
        }
    }
}

/// What Box's console hands out, with or without the client secret.
fn box_file(client_secret: Option<&str>) -> Value {
    json!({
        "boxAppSettings": {
            "clientID": "box-client",
            "clientSecret": client_secret,
            "appAuth": {
                "publicKeyID": "a1b2c3d4",
                "privateKey": fixtures::text("encrypted/test-rsa-2048-default.pem"),
                "passphrase": "test-password",
            },
        },
        "enterpriseID": "987654321",
    })
}

#[test]
fn of_box() {
    let vendor = Vendor::new("box", &[], "box-client", &box_file(Some(SECRET)));
    let shown = ["client-id", "kid", "subject", "param"];
    vendor.check(&[], &shown);
}

/// The secret that the file does not have comes from another file or the environment.
#[test]
fn of_box_without_the_secret() {
    let vendor = Vendor::new("box", &[], "box-client", &box_file(None));
    let message = vendor.run(&["--private-key", "key.json"]).fails(2);
    assert!(message.contains("client_secret"), "{message}");
    vendor.check(&["--param", "client_secret=@secret.txt"], &["client-id"]);
    let url = vendor.mock.token_url();
    let arguments = ["get-token", "--gateway", "box", "--token-url", &url];
    let arguments = [&arguments[..], &["--private-key", "key.json", "--no-cache"]].concat();
    let run = vendor.machine.tokenring(arguments);
    let run = run.with_variable("TOKENRING_PARAM", "client_secret=planted-secret");
    run.finish().succeeds();
    assert_eq!(vendor.mock.issued_tokens(), 2);
}

#[test]
fn of_zitadel() {
    let file = json!({
        "type": "serviceaccount",
        "keyId": "310716520912345678",
        "key": fixtures::text("keys/test-rsa-2048-pkcs1.pem"),
        "userId": "310716501234567890",
    });
    let domain = [("domain", "acme.zitadel.test")];
    let vendor = Vendor::new("zitadel", &domain, "310716501234567890", &file);
    let more = ["--var", "domain=acme.zitadel.test", "--scope", "openid"];
    vendor.check(&more, &["client-id", "kid"]);
}
