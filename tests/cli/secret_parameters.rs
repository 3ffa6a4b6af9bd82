//! What a gateway's file calls a secret parameter, on every path of the command.

use integration_tests::fixtures;
use integration_tests::secrecy::Marker;

use crate::loopback::response;
use crate::process::{Finished, Machine};
use crate::scripted_server::ScriptedServer;

const PARAMETER: &str = "planted-client-secret-0815-4711";

/// Neither stdout nor stderr has it.
#[track_caller]
fn silent(finished: &Finished) {
    Marker::new(PARAMETER.as_bytes()).must_not_be_in(&finished.everything());
}

/// A gateway that wants a secret under a harmless name.
const GATEWAY: &str = r#"name = "mine"
title = "Mine"
[environments.default]
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["RS256"]
audience = "https://auth.example.com/token"
lifetime-seconds = 60
[key]
generate = "RSA-2048"
id-scheme = "none"
[request]
secret-parameters = ["door"]
[flows.open]
title = "Without a door"
[flows.open.request]
scope = "optional"
"#;

/// What the gateway's file calls a secret is one on every path, whatever its name.
#[test]
fn a_parameter_that_the_gateway_calls_secret() {
    let server = ScriptedServer::start(|_, request| {
        let sent = String::from_utf8_lossy(&request.body).replace('"', "");
        let body = format!("{{\"error\":\"invalid_request\",\"error_description\":\"{sent}\"}}");
        response(
            "400 Bad Request",
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    });
    let machine = Machine::new();
    machine.write("mine.toml", GATEWAY);
    machine.write("broken.toml", GATEWAY.replace("[key]", "[kex]"));
    machine.write("key.pem", fixtures::text("keys/test-rsa-2048-pkcs8.pem"));
    let parameter = format!("door={PARAMETER}");
    let url = server.url("/token");
    let whole = [
        "--client-id",
        "app",
        "--private-key",
        "key.pem",
        "--token-url",
        &url,
    ];
    let check = |command: &[&str], gateway: &[&str], more: &[&str]| {
        let arguments = [command, gateway, more, &["--param", &parameter]].concat();
        let finished = machine.tokenring(&arguments).finish();
        assert!(!finished.everything().is_empty(), "{arguments:?}");
        silent(&finished);
    };
    for gateway in [
        &["--gateway", "./mine.toml"][..],
        &["--gateway", "./mine.toml", "--flow", "open"],
        &["--gateway", "./broken.toml"],
    ] {
        // Without a client ID and a key no client can be made.
        for more in [&[][..], &whole] {
            for command in [
                &["doctor", "--explain"][..],
                &["doctor"],
                &["doctor", "--format", "json"],
                &["get-token", "--explain"],
                &["get-token", "--verbose"],
                &["call-api", "--explain", "https://api.example.com/a"],
                &["call-api", "--verbose", "http://127.0.0.1:9/a"],
                &["run", "--explain"],
                &["config", "show"],
            ] {
                check(command, gateway, more);
            }
        }
    }
    // From the configuration file, too.
    machine.write_configuration(&format!(
        "gateway = \"{}\"\nparam = [\"{parameter}\"]\n",
        machine.work().join("mine.toml").display()
    ));
    for command in [
        ["config", "show"],
        ["doctor", "--explain"],
        ["get-token", "--explain"],
    ] {
        let finished = machine.tokenring(command).finish();
        silent(&finished);
    }
    assert!(
        server
            .requests()
            .iter()
            .any(|request| request.form("door").is_some())
    );
}

/// Box's key file has the client secret: it goes to a gateway that wants one, and is not shown.
#[test]
fn a_client_secret_in_a_key_file() {
    let server = ScriptedServer::start(|_, request| {
        let sent = String::from_utf8_lossy(&request.body).into_owned();
        let body = match sent.contains(&format!("client_secret={PARAMETER}")) {
            true => r#"{"access_token":"of-the-file","token_type":"Bearer","expires_in":60}"#,
            false => r#"{"access_token":"without","token_type":"Bearer","expires_in":60}"#,
        };
        response(
            "200 OK",
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    });
    let machine = Machine::new();
    let wants = GATEWAY.replace("\"door\"", "\"client_secret\"");
    machine.write("wants.toml", &wants);
    machine.write("plain.toml", wants.replace("secret-parameters", "#"));
    let key = fixtures::text("keys/test-rsa-2048-pkcs8.pem").replace('\n', "\\n");
    let file = format!(
        r#"{{"boxAppSettings": {{"clientID": "app", "clientSecret": "{PARAMETER}",
        "appAuth": {{"publicKeyID": "k1", "privateKey": "{key}"}}}}}}"#
    );
    machine.write("box.json", file);
    let url = server.url("/token");
    let run = |gateway: &str, more: &[&str]| {
        let command = [
            "get-token",
            "--gateway",
            gateway,
            "--private-key",
            "box.json",
        ];
        let options = ["--token-url", &url, "--no-cache", "--verbose"];
        let finished = machine
            .tokenring([&command[..], &options, more].concat())
            .finish();
        silent(&finished);
        finished.succeeds()
    };
    assert_eq!(run("./wants.toml", &[]), "of-the-file\n");
    assert_eq!(run("./plain.toml", &[]), "without\n");
    let given = ["--param", "client_secret=@given"];
    machine.write("given", "another\n");
    assert_eq!(run("./wants.toml", &given), "without\n");
    let explained = run("./wants.toml", &["--explain"]);
    let mut lines = explained.lines();
    let line = lines.find(|line| line.contains("client_secret: (not shown)"));
    assert!(
        line.is_some_and(|line| line.ends_with("the key's file")),
        "{explained}"
    );
    assert!(!run("./plain.toml", &["--explain"]).contains("client_secret"));
}
