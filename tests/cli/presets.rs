//! Every gateway that is built in, by its name alone: the command gets a token
//! from a mock of it.

mod certificates;

use integration_tests::{fixtures, peer};
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, PublicKey};

use crate::process::{Machine, Running, wait_until};

/// A mock of one gateway, and a machine that has its client's key.
struct Mock {
    machine: Machine,
    token_url: String,
    issuer: Option<String>,
    _running: Running,
}

const KEY: &str = "client.pem";

impl Mock {
    /// The client is registered with `keys`, a file of the machine.
    fn start(machine: Machine, options: &[&str], keys: &str) -> Self {
        let client = format!("client-1={keys}");
        let arguments = [&["mock-gateway", "--client", &client], options].concat();
        let mut running = machine.shell("exec 2>log", &arguments).start();
        running.line();
        wait_until("the mock tells where it is", || {
            machine.read("log").contains("Every request:")
        });
        let log = machine.read("log");
        let told = |name: &str| {
            let line = log.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        Self {
            token_url: told("Token endpoint:").unwrap(),
            issuer: told("Issuer:"),
            machine,
            _running: running,
        }
    }

    /// Gets a token with the gateway's options and these.
    #[track_caller]
    fn gives_a_token(&self, options: &[&str], more: &[&str]) {
        let mut arguments = vec!["get-token", "--quiet", "--client-id", "client-1"];
        arguments.extend(["--private-key", KEY, "--token-url", &self.token_url]);
        arguments.extend(self.issuer.iter().flat_map(|issuer| ["--issuer", issuer]));
        let arguments = [&arguments[..], options, more].concat();
        let finished = self.machine.tokenring(&arguments).finish();
        assert_eq!(finished.stderr, "", "{options:?} {more:?}");
        assert_eq!(finished.succeeds().lines().count(), 1);
    }
}

/// A machine with an RSA key, its public half, and its JWK Set: with the thumbprint for a name,
/// with that and an algorithm, and with the stem of the file.
fn machine() -> Machine {
    let (machine, jwk, thumbprint) = with_key("rsa-4096");
    let write = |name: &str, jwk: Jwk, key_id: &str| {
        let jwk = jwk
            .with_key_id(KeyId::new(key_id.trim()))
            .with_use(tokenring_jwk::KeyUse::Signature);
        machine.write(name, JwkSet::from_iter([jwk]).to_json());
    };
    write("thumbprint.json", jwk.clone(), &thumbprint);
    write("stem.json", jwk.clone(), "client");
    let with_algorithm = jwk.with_algorithm(Algorithm::Rs384).unwrap();
    write("rs384.json", with_algorithm, &thumbprint);
    machine
}

/// A machine with one of the stored keys and its public half.
fn with_key(name: &str) -> (Machine, Jwk, String) {
    let file = |end: &str| format!("keys/test-{name}-{end}");
    let machine = Machine::new();
    machine.write(KEY, fixtures::bytes(&file("pkcs8.pem")));
    let public = fixtures::text(&file("public.pem"));
    let jwk = Jwk::new(PublicKey::from_spki_pem(&public).unwrap());
    machine.write("public.pem", public);
    machine.write("secret.txt", "planted-secret\n");
    (machine, jwk, fixtures::text(&file("thumbprint.txt")))
}

/// Makes a certificate of the key in this file.
fn certificate(machine: &Machine, key: &str, name: &str) -> bool {
    if peer::openssl().is_none() {
        return false;
    }
    let arguments = [
        "req",
        "-x509",
        "-subj",
        "/CN=client",
        "-days",
        "2",
        "-key",
        key,
        "-out",
        name,
    ];
    let run = machine.program("openssl");
    let run = arguments
        .iter()
        .fold(run, |run, argument| run.with_argument(argument));
    run.finish().has_code(0);
    true
}

/// One gateway, what it is registered with, and what it wants beside key and client.
#[track_caller]
fn check(options: &[&str], keys: &str, more: &[&str]) {
    check_on(machine(), options, keys, more);
}

#[track_caller]
fn check_on(machine: Machine, options: &[&str], keys: &str, more: &[&str]) {
    if keys.ends_with(".crt") && !certificate(&machine, KEY, keys) {
        return;
    }
    let mock = Mock::start(machine, &[&["--gateway"], options].concat(), keys);
    mock.gives_a_token(&[&["--gateway"], options].concat(), more);
}

#[test]
fn client_credentials() {
    check(&["nhs"], "stem.json", &[]);
    check(&["nhs-cgp"], "stem.json", &[]);
    check(&["generic"], "stem.json", &[]);
    check(&["rfc10070"], "stem.json", &[]);
    check(&["pca"], "thumbprint.json", &[]);
    check(&["smart"], "rs384.json", &["--scope", "system/Patient.rs"]);
    check(
        &["smart-bulk-data"],
        "rs384.json",
        &["--scope", "system/Patient.rs"],
    );
    check(&["epic"], "thumbprint.json", &[]);
    check(
        &["dpc"],
        "stem.json",
        &["--scope", "system/*.*", "--kid", "client"],
    );
    check(
        &["okta"],
        "thumbprint.json",
        &["--scope", "okta.users.read"],
    );
    check(
        &["auth0"],
        "thumbprint.json",
        &["--var", "api=https://api.test/"],
    );
    check(&["helseid"], "thumbprint.json", &["--scope", "a:b"]);
    check(&["cdr"], "thumbprint.json", &[]);
    check(&["hydra"], "thumbprint.json", &[]);
    check(&["spring-authorization-server"], "thumbprint.json", &[]);
    check(&["authelia"], "thumbprint.json", &[]);
    check(&["mitreid"], "stem.json", &[]);
}

/// Where the gateway hands the key ID out, it is given.
#[test]
fn client_credentials_at_services() {
    let named = ["--kid", "client"];
    check(
        &["oracle-idcs", "--var", "domain=idcs-1.test"],
        "stem.json",
        &named,
    );
    check(&["pingone"], "thumbprint.json", &[]);
    check(&["ibm-verify"], "thumbprint.json", &[]);
    check(&["vlaanderen"], "public.pem", &[]);
    check(&["pdnd", "--var", "purpose=p"], "public.pem", &named);
    check(
        &["pdnd", "--env", "att", "--var", "purpose=p"],
        "public.pem",
        &named,
    );
    check(
        &["netsuite"],
        "stem.json",
        &["--kid", "client", "--scope", "restlets"],
    );
    let audience = [
        "va-lighthouse",
        "--var",
        "api=health",
        "--var",
        "authorization_server=aus1",
    ];
    check(&audience, "public.pem", &["--scope", "system/Patient.read"]);
    let (machine, ..) = with_key("p256");
    let more = ["--kid", "client", "--scope", "business.api"];
    check_on(machine, &["apple-business-manager"], "public.pem", &more);
}

/// Keycloak's two ways of registering have different rules for `kid`.
#[test]
fn flows() {
    check(&["keycloak"], "public.pem", &[]);
    // RS256 alone goes without; the name is then the hash of the public key.
    check(&["keycloak"], "public.pem", &["--alg", "PS384"]);
    check(&["keycloak", "--flow", "jwks-url"], "thumbprint.json", &[]);
    check(&["bcgov"], "public.pem", &[]);
    check(&["bcgov", "--flow", "jwks-url"], "thumbprint.json", &[]);
}

/// RFC 7523 section 2.1.
#[test]
fn assertions_as_grants() {
    check(&["maskinporten"], "thumbprint.json", &["--scope", "a:b"]);
    check(
        &["google"],
        "thumbprint.json",
        &["--scope", "https://scope.test"],
    );
    check(
        &["salesforce"],
        "client.crt",
        &["--var", "username=somebody"],
    );
    check(&["salesforce"], "client.crt", &["--subject", "somebody"]);
    check(
        &["docusign"],
        "public.pem",
        &["--var", "user=u", "--scope", "signature impersonation"],
    );
    check(
        &["zitadel", "--var", "domain=a.test"],
        "public.pem",
        &["--kid", "client", "--scope", "openid"],
    );
    let secret = ["--var", "subject=1", "--param", "client_secret=@secret.txt"];
    check(&["box"], "public.pem", &secret);
    check(&["jwt-bearer"], "stem.json", &["--subject", "somebody"]);
}

#[test]
fn certificates() {
    let certificate = [
        "--scope",
        "https://api.test/.default",
        "--certificate",
        "client.crt",
    ];
    check(&["entra"], "client.crt", &certificate);
    let certificate = ["--certificate", "client.crt"];
    check(
        &["oracle-idcs", "--var", "domain=idcs-1.test"],
        "client.crt",
        &certificate,
    );
    check(
        &["ishare", "--var", "server_eori=EU.EORI.NL1"],
        "client.crt",
        &certificate,
    );
    // A gateway that takes a chain as well as a name.
    check(
        &["maskinporten"],
        "client.crt",
        &["--scope", "a:b", "--certificate", "client.crt"],
    );
}

/// A gateway that is added gets a row above, or where its token is the signed JWT.
#[test]
fn every_gateway_has_a_row() {
    let rows = concat!(include_str!("presets.rs"), include_str!("signed_jwt.rs"));
    for name in Gateway::names() {
        assert!(rows.contains(&format!("\"{name}\"")), "{name}");
    }
}

/// What the command cannot do is said, and the rest is done.
#[test]
fn a_gateway_that_wants_a_tls_certificate_too() {
    let mock = Mock::start(machine(), &["--gateway", "cdr"], "thumbprint.json");
    let arguments = ["get-token", "--gateway", "cdr", "--client-id", "client-1"];
    let issuer = mock.issuer.as_deref().unwrap();
    let more = ["--private-key", KEY, "--issuer", issuer];
    let url = ["--token-url", &mock.token_url];
    let run = mock
        .machine
        .tokenring([&arguments[..], &more, &url].concat());
    let finished = run.finish();
    finished.succeeds();
}

/// Whoever names no environment is told which one it is, if it was another one before.
#[test]
fn a_default_environment_that_was_another_one() {
    let machine = machine();
    let arguments = [
        "assertion",
        "--gateway",
        "nhs-cgp",
        "--client-id",
        "client-1",
    ];
    let arguments = [&arguments[..], &["--private-key", KEY, "--kid", "k"]].concat();
    let told = |more: &[&str]| {
        let finished = machine.tokenring([&arguments[..], more].concat()).finish();
        assert_eq!(finished.code(), Some(0), "{finished:?}");
        finished
            .stderr
            .lines()
            .filter(|it| it.contains("production"))
            .count()
    };
    assert_eq!(told(&[]), 1);
    assert_eq!(told(&["-q"]), 0);
    assert_eq!(told(&["--env", "int"]), 0);
}
