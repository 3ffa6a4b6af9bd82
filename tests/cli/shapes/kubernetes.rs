//! The exec plugins of Kubernetes' clients.

use integration_tests::peer;
use serde_json::{Value, json};

use crate::get_token::tls;
use crate::process::TOKENRING;
use crate::registered_client::RegisteredClient;
use crate::shapes::json::seconds_of;
use crate::transcript::Transcript;

/// The members of `ExecCredential` that the reference of the API
/// `client.authentication.k8s.io/v1` has, with their types.
#[test]
fn exec_credential() {
    let client = RegisteredClient::new();
    let run = client.get_token(&["--quiet", "--format", "exec-credential"]);
    let mut answer: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    let expires = answer["status"]["expirationTimestamp"].take();
    seconds_of(expires.as_str().unwrap());
    let expected = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": client.token(), "expirationTimestamp": null},
    });
    assert_eq!(answer, expected);
}

/// The version that the client asks for, as its documentation shows the variable.
#[test]
fn exec_info() {
    let client = RegisteredClient::new();
    let run = |info: &str| {
        let run = client.get_token(&["--quiet", "--format", "exec-credential"]);
        run.with_variable("KUBERNETES_EXEC_INFO", info).finish()
    };
    for version in ["v1", "v1beta1"] {
        let version = format!("client.authentication.k8s.io/{version}");
        let info = json!({
            "apiVersion": version,
            "kind": "ExecCredential",
            "spec": {"interactive": false},
        });
        let answer: Value = serde_json::from_str(&run(&info.to_string()).succeeds()).unwrap();
        assert_eq!(answer["apiVersion"], version.as_str());
        assert_eq!(answer["status"]["token"], client.token());
    }
    let requests = client.gateway.token_requests();
    let mut texts = Transcript::new();
    for info in [
        "v1",
        "{}",
        "[]",
        "{\"apiVersion\":1}",
        "{\"apiVersion\":\"client.authentication.k8s.io/v1alpha1\"}",
    ] {
        run(info).shown_in(&mut texts).fails(3);
    }
    assert_eq!(client.gateway.token_requests(), requests);
    texts.check("shapes/exec-info");
    // What is not for Kubernetes takes no notice of it.
    let run = client.get_token(&["--quiet"]);
    run.with_variable("KUBERNETES_EXEC_INFO", "v1")
        .finish()
        .succeeds();
}

/// kubectl takes the token from the plugin, and sends one over TLS; it would send
/// none without.
#[test]
fn kubectl() {
    if peer::find_optional("kubectl", "options").is_none() {
        return;
    }
    let client = RegisteredClient::new();
    let Some((server, url)) = tls::server(&client.machine, "server.pem", "-no_ticket") else {
        return;
    };
    let configuration = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [{"name": "test", "cluster": {
            "server": url.trim_end_matches('/'),
            "certificate-authority": tls::certificate("authority.pem"),
        }}],
        "users": [{"name": "test", "user": {"exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": TOKENRING,
            "args": ["get-token", "--format", "exec-credential"],
            "interactiveMode": "Never",
        }}}],
    });
    let configuration = configuration.to_string();
    client.machine.write("kubeconfig", configuration);
    let run = client.machine.program("timeout").with_argument("20");
    let arguments = [
        "kubectl",
        "--kubeconfig",
        "kubeconfig",
        "--request-timeout=2s",
        "get",
        "--raw",
        "/",
    ];
    let run = arguments
        .iter()
        .fold(run, |run, argument| run.with_argument(argument));
    // The server shows what came and has no answer; kubectl gives up.
    client.environment(run).finish().has_code(1);
    server.signal("TERM");
    let seen = server.finish();
    let header = format!("Authorization: Bearer {}", client.token());
    assert!(seen.everything().contains(&header), "{seen:?}");
    assert_eq!(client.gateway.issued_tokens(), 1);
}
