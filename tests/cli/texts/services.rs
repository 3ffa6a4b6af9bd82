use std::fs::File;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};

use crate::loopback::response;
use crate::process::{Machine, Run, wait_until};
use crate::registered_client::RegisteredClient;
use crate::scripted_server::{ScriptedServer, token};
use crate::transcript::{Session, Transcript, line};

/// Starts `watch`, ends it once its log is so, and shows that.
fn watch(texts: &mut Transcript, run: Run, is_enough: impl Fn(&str) -> bool) {
    let scratch = Scratch::new();
    let log = scratch.path().join("log");
    texts.hide_folders(&run);
    let line = line(&run);
    let run = run.with_errors(File::create(&log).unwrap());
    let read = || std::fs::read_to_string(&log).unwrap();
    let running = run.start();
    wait_until("the log is long enough", || is_enough(&read()));
    running.signal("TERM");
    let mut finished = running.finish();
    finished.stderr = read();
    texts.row(&line, &finished);
}

#[test]
fn watch_log() {
    let mut texts = Transcript::new();
    texts.hide_number_after("good for ");
    texts.hide_number_after("next try in ");
    texts.hide_number_after("next renewal in ");
    let has_written = |log: &str| log.contains("wrote token");
    let client = RegisteredClient::new();
    let path = client.machine.work().join("token");
    texts.title("A token");
    for more in [&[][..], &["--verbose"]] {
        let run = client.run("watch", &[&["--output", "token"], more].concat());
        watch(&mut texts, run, has_written);
    }
    std::fs::remove_file(&path).unwrap();
    let run = client.run("watch", &["--output", "token", "--quiet"]);
    watch(&mut texts, run, |_| path.exists());
    texts.title("An outage at the start");
    let machine = Machine::new();
    let server = ScriptedServer::start(|number, _| match number {
        0 => response("500 Internal Server Error", "", b""),
        number => token(number),
    });
    let options = ["--timeout", "1", "--no-cache"];
    watch(&mut texts, server.watch(&machine, &options), has_written);
    texts.title("A lifetime that is not stated, and an outage later");
    let answer = |more: &str| {
        let body = format!("{{\"access_token\":\"a\",\"token_type\":\"Bearer\"{more}}}");
        response(
            "200 OK",
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    };
    let machine = Machine::new();
    let unstated = answer("");
    let server = ScriptedServer::start(move |_, _| unstated.clone());
    watch(
        &mut texts,
        server.watch(&machine, &["--no-cache"]),
        has_written,
    );
    let machine = Machine::new();
    let short = answer(",\"expires_in\":8");
    let server = ScriptedServer::start(move |number, _| match number {
        0 => short.clone(),
        _ => response("503 Service Unavailable", "Retry-After: 3600\r\n", b""),
    });
    let run = server.watch(&machine, &["--no-cache"]);
    watch(&mut texts, run, |log| log.contains("no new token"));
    texts.title("A refusal");
    texts.run(client.run(
        "watch",
        &["--output", "token", "--kid", "unknown", "--no-cache"],
    ));
    texts.title("Usage");
    texts.run(client.run("watch", &[]));
    texts.run(client.run("watch", &["--output", "."]));
    texts.run(client.run("watch", &["--output", "absent/token"]));
    texts.run(client.run("watch", &["--output", "token", "--format", "netrc"]));
    texts.run(client.run("watch", &["--output", "token", "--min-ttl", "x"]));
    texts.check("commands/watch");
}

/// What each mock gateway prints when it starts, and of requests.
#[test]
fn mock_gateway() {
    let pem = fixtures::text("keys/test-rsa-4096-public.pem");
    let jwk = Jwk::new(PublicKey::from_spki_pem(&pem).unwrap());
    let mut session = Session::new().with_files(&[("int-1.pem", "keys/test-rsa-4096-pkcs8.pem")]);
    session.machine.write(
        "int-1.json",
        JwkSet::from_iter([jwk.with_key_id(KeyId::new("int-1"))]).to_json(),
    );
    session.title("Starts");
    let commands = tokenring_gateway::Gateway::names()
        .map(|name| format!("mock-gateway --gateway {name} --client a=int-1.json"))
        .chain(["mock-gateway".to_owned()]);
    for command in commands {
        let run = session.prepare(&command);
        session.transcript.hide_folders(&run);
        let line = line(&run);
        let mut running = run.start();
        let url = running.line();
        let stderr = running.kill();
        session.transcript.text(&format!("$ {line}\n{url}\n"));
        for line in stderr.lines() {
            session.transcript.text(&format!("2> {line}\n"));
        }
        session.transcript.text("\n");
    }
    session.title("Requests");
    let run = session.prepare("mock-gateway --client a=int-1.json");
    let mut running = run.start();
    let url = running.line();
    session.set("URL", format!("{url}/oauth2/token"));
    let get = "get-token -q --no-cache --gateway nhs --private-key int-1.pem --token-url $URL";
    session
        .prepare(&format!("{get} --client-id a"))
        .finish()
        .has_code(0);
    session
        .prepare(&format!("{get} --client-id b"))
        .finish()
        .has_code(6);
    let log = running.kill();
    let requests: Vec<_> = log.lines().filter(|line| line.contains("POST")).collect();
    session
        .transcript
        .text(&format!("{}\n", requests.join("\n")));
    session.title("Usage");
    session.machine.write("text", "no keys");
    session.run_with(
        "mock-gateway",
        &[
            "--client a",
            "--client =int-1.json",
            "--client a=",
            "--client a=absent.json",
            "--client a=text",
            "--client a=int-1.pem",
            "--client a=.",
            "--client a=http://keys.example/jwks.json",
            "--client a=int-1.json --client a=int-1.json",
            "--listen 0.0.0.0:0",
            "--listen 8080",
            "--listen localhost:8080",
            "--listen ''",
            "--gateway nsh",
            "--gateway nhs --env moon",
            "--fault moon",
        ],
    );
    session.check("commands/mock-gateway");
}

#[test]
fn demo() {
    let mut session = Session::new();
    session.transcript.hide_number_after("good for ");
    session.transcript.hide_number_after("content-length\": \"");
    session.run_each(&["demo", "demo --quiet"]);
    session.run("TMPDIR=/proc/none demo");
    session.check("commands/demo");
}
