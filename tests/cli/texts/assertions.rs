use crate::registered_client::RegisteredClient;
use crate::transcript::Session;

/// What goes into an assertion, and what a gateway would not take.
#[test]
fn claims() {
    let client = RegisteredClient::new();
    let url = client.gateway.token_url();
    let mut session = Session::on(client.machine);
    session.set("URL", url);
    session.title("Missing");
    session.run_each(&[
        "assertion",
        "assertion --client-id ''",
        "assertion --client-id a",
        "assertion --client-id a --gateway nhs",
        "assertion --client-id a --private-key int-1.pem",
        "assertion --client-id a --gateway dpc --private-key int-1.pem --env sandbox",
        "assertion --client-id a --gateway maskinporten --private-key int-1.pem",
        "assertion --client-id a --gateway google --private-key int-1.pem",
        "TOKENRING_CLIENT_ID= assertion --verbose",
    ]);
    session.title("Claims and header");
    session.run_with(
        "assertion -q --gateway nhs --client-id a --private-key int-1.pem --token-url $URL",
        &[
            "--claim a",
            "--claim a=b",
            "--claim nbf=1",
            "--claim jti='\"a\"'",
            "--claim iat=1",
            "--claim exp=1",
            "--claim sub='\"a\"'",
            "--claim aud='\"a\"'",
            "--claim iss='\"a\"'",
            "--claim a=1 --claim a=2",
            "--lifetime 301",
            "--lifetime 0",
            "--lifetime=-5",
            "--lifetime 1.5",
            "--lifetime 99999999999999999999",
            "--lifetime 4000 --no-lint --gateway generic",
            "--lifetime 180d",
            "--lifetime 10m",
            "--lifetime 1w",
            "--typ ''",
            "--typ at+jwt",
            "--subject b",
            "--typ at+jwt --subject b",
            "--audience https://dev.api.service.nhs.uk/oauth2/token",
            "--audience $URL/",
            "--issuer moon",
        ],
    );
    session.title("Doubts, and rules that are lifted");
    let mut session = session.with_files(&[("small.pem", "keys/test-rsa-2048-pkcs8.pem")]);
    session.run_with(
        "assertion --gateway nhs --client-id a --private-key small.pem --token-url $URL",
        &["", "--no-lint", "--verbose", "--quiet"],
    );
    session.check("errors/assertions");
}

/// `--explain` of what is sent to each gateway.
#[test]
fn explanations() {
    let mut session = Session::new().with_fixtures().with_files(&[
        ("client.pem", "keys/test-rsa-4096-pkcs8.pem"),
        ("ec.pem", "keys/test-p256-pkcs8.pem"),
        ("own.pem", "keys/test-rsa-2048-pkcs8.pem"),
        ("own.crt", "keys/test-rsa-2048-certificate.pem"),
    ]);
    for (gateway, options) in [
        ("nhs", "--env int --private-key client.pem"),
        (
            "nhs",
            "--env int --private-key client.pem --scope a --claim a=1 --param b=c --lifetime 60",
        ),
        ("nhs-cgp", "--private-key client.pem"),
        ("pca", "--env vendor-test --private-key client.pem"),
        (
            "pca",
            "--env prod --private-key client.pem --token-url https://pca.test/token",
        ),
        ("bcgov", "--env dev --private-key client.pem"),
        (
            "bcgov",
            "--env dev --flow jwks-url --private-key client.pem",
        ),
        (
            "generic",
            "--token-url https://gateway.test/token --private-key ec.pem",
        ),
        (
            "entra",
            "--var tenant=my-tenant --private-key own.pem --certificate own.crt --scope https://a.test/.default",
        ),
        (
            "google",
            "--private-key own.pem --scope https://a.test/auth",
        ),
        (
            "keycloak",
            "--var server=https://sso.test --var realm=r --private-key ec.pem",
        ),
        (
            "okta",
            "--var domain=my.okta.test --private-key own.pem --scope a",
        ),
        (
            "auth0",
            "--var tenant=my.eu --var api=https://api.test --private-key own.pem",
        ),
        (
            "cdr",
            "--token-url https://holder.test/token --issuer https://holder.test --private-key client.pem --scope a",
        ),
        (
            "dpc",
            "--env sandbox --private-key client.pem --scope system/*.*",
        ),
        (
            "epic",
            "--private-key client.pem --token-url https://epic.test/token",
        ),
        ("helseid", "--env test --private-key client.pem --scope a"),
        (
            "maskinporten",
            "--env test --private-key client.pem --scope a",
        ),
        (
            "rfc10070",
            "--token-url https://a.test/token --issuer https://a.test --private-key ec.pem",
        ),
        ("salesforce", "--private-key own.pem --var username=me"),
        ("salesforce", "--private-key own.pem --subject me@a.test"),
        (
            "smart",
            "--token-url https://ehr.test/token --private-key client.pem --scope system/a.rs",
        ),
    ] {
        let line =
            format!("get-token --explain --client-id my-client --gateway {gateway} {options}");
        session.run(&line);
    }
    session.check("explain/gateways");
}

/// `--explain` of every command that has it, and where each value is from.
#[test]
fn explained_commands() {
    let mut session = Session::new()
        .with_fixtures()
        .with_files(&[("int-1.pem", "keys/test-rsa-4096-pkcs8.pem")]);
    session.machine.write("body", "{}");
    session.configuration(
        "gateway = \"nhs\"\n\n[profiles.a]\nenv = \"int\"\nclient-id = \"my-client\"\nclaim = { a = \
         1, b = [\"c\"] }\nparam = { resource = \"https://api.test\" }\n",
    );
    for line in [
        "get-token",
        "get-token --format curl --output token --min-ttl 60 --no-cache",
        "assertion",
        "call-api --url https://api.test/a --data @body --header 'A: b' --method PUT --retry 2",
        "call-api --url https://api.test/a --json '{}' --output file --max-size 5 --max-time 9",
        "call-api --url https://api.test/a --auth api-key --nhs-number 9000000009",
        "call-api --url https://api.test/a --auth none",
        "call-api --url https://api.test/a --env sandbox",
        "call-api --url https://api.test/a --data - --method PATCH",
        "watch --output token",
        "doctor",
        "doctor --url https://api.test/a --jwks https://a.test/jwks.json",
        "demo",
        "mock-gateway --client a=int-1.json",
    ] {
        let profile = if line.starts_with("demo") || line.starts_with("mock") {
            ""
        } else {
            "--profile a --private-key int-1.pem"
        };
        let run =
            format!("TOKENRING_TIMEOUT=20 TOKENRING_CLIENT_SECRET=x {line} --explain {profile}");
        session.run(&run);
    }
    session.run(
        "run --profile a --private-key int-1.pem --token-file --explain -- curl https://api.test",
    );
    session.run("call-api --url https://api.test/a --explain");
    session.run("call-api --url https://api.test/a --explain --api-key my-key");
    session.check("explain/commands");
}
