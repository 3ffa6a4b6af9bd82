//! Keys on a token, with SoftHSM as the token.

use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::peer;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey, any};
use tokenring_mock_gateway::MockGateway;

use crate::process::{Machine, Run, holds};
use crate::registered_client::CLIENT_ID;

const PIN: &str = "qx7vkz93wjhb";

/// A token with an RSA key `signing`, and a gateway that knows it.
struct Token {
    machine: Machine,
    module: PathBuf,
    gateway: MockGateway,
}

impl Token {
    fn new() -> Option<Self> {
        peer::find("softhsm2-util", "--version", "install softhsm2")?;
        peer::find("opensc-tool", "--version", "install opensc")?;
        let paths = [
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/local/lib/softhsm/libsofthsm2.so",
        ];
        let Some(module) = paths.iter().map(PathBuf::from).find(|path| path.exists()) else {
            peer::not_run("the module libsofthsm2.so is missing; install softhsm2");
            return None;
        };
        let machine = Machine::new();
        let tokens = machine.home().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let configuration = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        machine.write("softhsm2.conf", configuration);
        machine.write("pin", format!("{PIN}\n"));
        machine.write("wrong", "another one\n");
        let init = [
            "--init-token",
            "--free",
            "--label",
            "box",
            "--pin",
            PIN,
            "--so-pin",
            "officer",
        ];
        call(&machine, Command::new("softhsm2-util").args(init));
        let mut tool = tool(&module);
        let make = [
            "--keypairgen",
            "--key-type",
            "rsa:4096",
            "--label",
            "signing",
            "--id",
            "01",
        ];
        call(&machine, tool.args(make));
        let mut tool = self::tool(&module);
        let read = ["--read-object", "--type", "pubkey", "--label", "signing"];
        let spki = call(&machine, tool.args(read));
        machine.write("public.der", &spki);
        let jwk =
            Jwk::new(PublicKey::from_spki_der(&spki).unwrap()).with_key_id(KeyId::new("int-1"));
        let gateway = MockGateway::builder().with_client(CLIENT_ID, JwkSet::from_iter([jwk]));
        Some(Self {
            machine,
            module,
            gateway: gateway.start().unwrap(),
        })
    }

    fn uri(&self, attributes: &str) -> String {
        format!("pkcs11:{attributes}?module-path={}", self.module.display())
    }

    fn run(&self, attributes: &str, more: &[&str]) -> Run {
        let url = self.gateway.token_url();
        let uri = self.uri(attributes);
        let options = [
            "get-token",
            "--gateway",
            "nhs",
            "--client-id",
            CLIENT_ID,
            "--token-url",
            &url,
        ];
        let more = [&["--private-key", &uri, "--kid", "int-1", "--quiet"], more].concat();
        self.machine
            .tokenring(options.iter().chain(&more))
            .with_variable("SOFTHSM2_CONF", configuration(&self.machine))
    }
}

fn configuration(machine: &Machine) -> PathBuf {
    machine.work().join("softhsm2.conf")
}

fn tool(module: &Path) -> Command {
    let mut command = Command::new("pkcs11-tool");
    command.arg("--module").arg(module);
    command.args(["--token-label", "box", "--login", "--pin", PIN]);
    command
}

fn call(machine: &Machine, command: &mut Command) -> Vec<u8> {
    let output = command
        .env("SOFTHSM2_CONF", configuration(machine))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    output.stdout
}

#[test]
fn tokens_by_a_key_in_a_box() {
    let Some(token) = Token::new() else {
        return;
    };
    let key = "token=box;object=signing";
    token
        .run(key, &["--pin-file", "pin", "--no-cache"])
        .finish()
        .succeeds();
    let run = token.run(key, &["--no-cache"]);
    run.with_variable("TOKENRING_PIN_FILE", "pin")
        .finish()
        .succeeds();
    // With the public half at hand the box is asked for a signature alone, and for a
    // cached token not at all.
    let known = ["--public-key", "public.der"];
    token
        .run(key, &[&known[..], &["--pin-file", "pin"]].concat())
        .finish()
        .succeeds();
    token.run(key, &known).finish().succeeds();
    assert_eq!(token.gateway.issued_tokens(), 3);
    for (attributes, more, parts) in [
        (key, &["--pin-file", "wrong"][..], &["PIN is wrong"][..]),
        (key, &[], &["wants a PIN", "--pin-file"]),
        (key, &["--pin-file", "absent"], &["absent"]),
        (
            "token=box;object=other",
            &["--pin-file", "pin"],
            &["no private key", "signing"],
        ),
        ("token=other", &["--pin-file", "pin"], &["no token", "box"]),
    ] {
        let options = [more, &["--no-cache"]].concat();
        let finished = token.run(attributes, &options).finish();
        assert!(!finished.everything().contains(PIN));
        holds(&finished.fails(3), parts);
    }
    let complaint = token.run("token=box;pin-value=1", &[]).finish().fails(2);
    holds(&complaint, &["--private-key"]);
    assert_eq!(token.gateway.token_requests(), 3);
}

/// The commands that look at a key show the public half of one on a token.
#[test]
fn public_halves_of_keys_in_a_box() {
    let Some(token) = Token::new() else {
        return;
    };
    let spki = std::fs::read(token.machine.work().join("public.der")).unwrap();
    let public_key = PublicKey::from_spki_der(&spki).unwrap();
    let thumbprint = any::thumbprint(&public_key).to_string();
    let key = token.uri("token=box;object=signing");
    let run = |arguments: &[&str]| {
        let run = token.machine.tokenring(arguments);
        run.with_variable("SOFTHSM2_CONF", configuration(&token.machine))
    };
    let pin = ["--pin-file", "pin"];

    let ids = run(&["keys", "ids", &key, pin[0], pin[1], "--format", "json"]);
    assert!(ids.finish().succeeds().contains(&thumbprint));
    let show = run(&["keys", "show", &key]).with_variable("TOKENRING_PIN_FILE", "pin");
    let shown = show.finish().succeeds();
    assert!(shown.contains(&public_key.to_spki_pem()), "{shown}");
    let pin_path = token.machine.work().join("pin");
    let in_uri = format!("{key}&pin-source=file:{}", pin_path.display());
    let convert = run(&["keys", "convert", &in_uri, "--to", "spki"]);
    assert_eq!(convert.finish().succeeds(), public_key.to_spki_pem());
    let add = [
        "jwks",
        "add",
        "set.json",
        &key,
        "--kid-scheme",
        "thumbprint",
    ];
    run(&[&add[..], &pin].concat()).finish().succeeds();
    let set = std::fs::read_to_string(token.machine.work().join("set.json")).unwrap();
    let set = JwkSet::from_json(&set).unwrap();
    let [jwk] = set.keys() else {
        panic!("{set:?}");
    };
    assert_eq!(jwk.key_id(), Some(&KeyId::new(thumbprint)));
    assert_eq!(jwk.public_key(), &public_key);

    let other = token.uri("token=box;object=other");
    for (arguments, code, parts) in [
        (
            &[
                "keys", "convert", &key, "--to", "pkcs8", "--output", "new.pem",
            ][..],
            3,
            &["never leaves", "--to"][..],
        ),
        (
            &["keys", "convert", &key, "--to", "x509"],
            3,
            &["never leaves"],
        ),
        (&["keys", "ids", &other], 3, &["no private key", "signing"]),
        (&["keys", "ids", "pkcs11:moon=a"], 2, &["moon"]),
        (&["jwks", "add", "set.json", &other], 3, &["no private key"]),
    ] {
        let finished = run(&[arguments, &pin].concat()).finish();
        assert!(!finished.everything().contains(PIN));
        holds(&finished.fails(code), parts);
    }
    let without = run(&["keys", "ids", &key]).finish();
    holds(&without.fails(3), &["wants a PIN", "--pin-file"]);
}
