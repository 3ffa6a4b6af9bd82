use tokenring_gateway::Gateway;

use crate::transcript::Session;

/// The snapshots of `gateways show`, one for each gateway.
pub(crate) fn snapshot_names() -> Vec<String> {
    Gateway::names().map(str::to_owned).collect()
}

/// What each gateway's file says, for a person and for a program.
#[test]
fn show() {
    assert!(Gateway::names().count() >= 18);
    for name in Gateway::names() {
        let mut session = Session::new();
        session.run(&format!("gateways show {name}"));
        session.run(&format!("gateways show {name} --format json"));
        session.check(&format!("gateways/{name}"));
    }
}

#[test]
fn list_and_errors() {
    let mut session = Session::new();
    session.run_each(&[
        "gateways",
        "gateways list --format json",
        "gateways list --explain",
        "gateways show nhs --explain",
    ]);
    session.title("Usage");
    session.run_each(&[
        "gateways show",
        "gateways check",
        "gateways list nhs",
        "gateways show nsh",
        "gateways show moon-and-stars",
        "gateways show ./absent.toml",
        "gateways show nhs --format yaml",
        "gateways --format toml",
        "gateways check a.toml --format toml",
        "gateways show nsh --format json",
    ]);
    session.title("A file that is sound");
    let sound = session
        .prepare("gateways show generic --format toml")
        .finish()
        .succeeds();
    session.machine.write("own.toml", &sound);
    session.run_each(&[
        "gateways check own.toml",
        "gateways check own.toml --format json",
        "gateways check own.toml --explain",
    ]);
    session.title("Files that are not");
    for (what, contents) in [
        ("no value", "name = ".to_owned()),
        ("empty", String::new()),
        ("[servr]", format!("{sound}\n[servr]\n")),
        ("\"RS257\"", sound.replacen("\"RS256\"", "\"RS257\"", 1)),
        (
            "lifetime-seconds = 864000",
            sound.replacen("lifetime-seconds = 60", "lifetime-seconds = 864000", 1),
        ),
        (
            "name = 5",
            sound.replacen("name = \"generic\"", "name = 5", 1),
        ),
        ("no name", sound.replacen("name = \"generic\"", "", 1)),
    ] {
        session.machine.write("own.toml", contents);
        session
            .transcript
            .text(&format!("== own.toml: {what} ==\n"));
        session.run("gateways check own.toml");
    }
    session.machine.write("own.toml", [0xff, 0xfe]);
    session.run_each(&[
        "gateways check own.toml",
        "gateways check absent.toml",
        "gateways check .",
    ]);
    session.check("commands/gateways");
}

/// A gateway, an environment, a flow, a variable that is not as it should be.
#[test]
fn choice() {
    let mut session = Session::new();
    session.title("Gateway");
    session.run_with(
        "get-token --client-id a --gateway",
        &["nsh", "NHS", "moon", "./absent.toml", "''"],
    );
    session.title("Environment and flow");
    session.run_with(
        "get-token --client-id a",
        &[
            "--env int",
            "--gateway nhs --env moon",
            "--gateway nhs --env itn",
            "--gateway entra --env int",
            "--gateway bcgov --flow moon",
            "--gateway nhs --flow jwks-url",
            "--flow jwks-url",
        ],
    );
    session.run("TOKENRING_ENV=int get-token --client-id a");
    session.title("What a gateway leaves open");
    for name in Gateway::names() {
        session.run(&format!("get-token --client-id a --gateway {name}"));
    }
    session.run_with(
        "get-token --client-id a --gateway",
        &[
            "keycloak --var server=https://a.test",
            "keycloak --var realm=a",
            "keycloak --var realm=a/b --var server=https://a.test",
            "keycloak --var realm= --var server=https://a.test",
            "keycloak --var realm=a --var server=http://a.test",
            "keycloak --var realm=a --var server=https://a.test/?b",
            "keycloak --var relm=a --var server=https://a.test",
            "keycloak --var realm --var server=https://a.test",
            "keycloak --var realm=a --var realm=b",
            "nhs --var realm=a",
            "entra --var tenant=common",
            "auth0 --var tenant=http://a",
            "okta --var domain='a b'",
            "keycloak --flow jwks",
            "smart --token-url https://a.test",
            "maskinporten --scope ' '",
            "pca --env prod",
            "rfc10070 --token-url https://a.test/",
            "rfc10070 --token-url https://a.test/ --issuer https://user:secret@a.test/",
        ],
    );
    session.title("Token endpoint");
    session.run_with(
        "get-token --client-id a --token-url",
        &[
            "http://gateway.test/token",
            "http://127.0.0.2/token",
            "http://localhost.test/token",
            "http://2130706433/token",
            "ftp://gateway.test/token",
            "gateway.test/token",
            "https://user:hunter-4711@gateway.test/token",
            "https://gateway.test/token#a",
            "'https://gateway.test/a b'",
            "''",
        ],
    );
    session.check("errors/gateway-choice");
}
