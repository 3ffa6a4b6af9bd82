//! Encrypted keys: where the passphrase may come from, and what never shows it.

use integration_tests::{fixtures, peer};

use crate::process::{Finished, Machine, TOKENRING, holds, wait_until};
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::transcript::Transcript;

const PASSPHRASE: &str = "test-password";
/// Which every test here has encrypted.
const KEY: &str = "int-1.pem";

fn client() -> RegisteredClient {
    let client = RegisteredClient::new();
    let key = fixtures::bytes("encrypted/test-rsa-4096-default.pem");
    client.machine.write(KEY, key);
    client.machine.write("phrase", format!("{PASSPHRASE}\n"));
    client.machine.write("wrong", "another one\n");
    client
}

fn get_token<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let options = ["--no-cache", "--quiet"];
    [&options[..], more].concat()
}

#[test]
fn from_a_file_a_descriptor_and_the_environment() {
    let client = client();
    let run = client.get_token(&get_token(&["--passphrase-file", "phrase"]));
    run.finish().succeeds();
    let run = client.get_token(&get_token(&[]));
    let run = run.with_variable("TOKENRING_PASSPHRASE", PASSPHRASE);
    run.finish().succeeds();
    let run = client.get_token(&get_token(&[]));
    run.with_variable("TOKENRING_PASSPHRASE_FILE", "phrase")
        .finish()
        .succeeds();
    let lines = "exec 7<phrase\nexec \"$TOKENRING\" get-token --no-cache --passphrase-fd 7";
    client.script(lines).finish().succeeds();
    // An argument comes before the environment.
    let run = client.get_token(&get_token(&["--passphrase-file", "phrase"]));
    run.with_variable("TOKENRING_PASSPHRASE", "another one")
        .finish()
        .succeeds();
    assert_eq!(client.gateway.issued_tokens(), 5);
}

#[test]
fn on_a_terminal_without_echo() {
    if peer::find("script", "--version", "install bsdutils or util-linux").is_none() {
        return;
    }
    let client = client();
    let url = client.gateway.token_url();
    let line = format!(
        "tokenring get-token --gateway nhs --client-id test-client-id --private-key {KEY} \
         --no-cache --token-url {url} > token"
    );
    let answers = [("Passphrase of int-1.pem: ", PASSPHRASE)];
    let finished = typing(&client.machine, &line, &answers);
    finished.has_code(0);
    assert_eq!(client.gateway.issued_tokens(), 1);
    // For a key that is made it is asked for twice.
    let make = |kid: &str, second: &str| {
        let line = format!("tokenring generate-keys --key-type p-256 --kid {kid} --encrypt");
        let question = "New passphrase for the new key: ";
        let answers = [(question, PASSPHRASE), ("The same once more: ", second)];
        typing(&client.machine, &line, &answers)
    };
    make("made", PASSPHRASE).has_code(0);
    let made = client.machine.read("made.pem");
    let start = Some("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    assert_eq!(made.lines().next(), start);
    make("other", "another one").has_code(3);
    assert!(!client.machine.names().contains(&"other.pem".to_owned()));
}

/// Runs a line on a terminal, and answers questions there once nothing is echoed.
fn typing(machine: &Machine, line: &str, answers: &[(&str, &str)]) -> Finished {
    let shell = format!("tty > tty\ntokenring() {{ {TOKENRING} \"$@\"; }}\n{line}\n");
    machine.write("run", shell);
    let run = machine.program("script").with_variable("TERM", "xterm");
    let run = ["-q", "-e", "-c", "bash run", "/dev/null"]
        .iter()
        .fold(run, |run, argument| run.with_argument(argument));
    let mut running = run.start();
    for (question, answer) in answers {
        running.until(question);
        let terminal = machine.read("tty");
        wait_until("nothing is echoed", || {
            let stty = machine
                .program("stty")
                .with_argument("-a")
                .with_argument("-F");
            let state = stty.with_argument(terminal.trim()).finish().everything();
            state.split_whitespace().any(|word| word == "-echo")
        });
        running.write(&format!("{answer}\n"));
    }
    let finished = running.finish();
    for (_, answer) in answers {
        assert!(!finished.everything().contains(answer), "{finished:?}");
    }
    finished
}

#[test]
fn what_is_refused() {
    let mut texts = Transcript::new();
    let client = client();
    for (more, code) in [
        (&[][..], 3),
        (&["--passphrase-file", "wrong"], 3),
        (&["--passphrase-file", "absent"], 3),
        (&["--passphrase-fd", "9"], 3),
        (&["--passphrase-fd", "x"], 2),
        (&["--passphrase-fd", "9", "--passphrase-file", "phrase"], 2),
    ] {
        let complaint = texts.run(client.get_token(&get_token(more))).fails(code);
        assert!(!complaint.contains("another one"), "{complaint}");
    }
    assert_eq!(client.gateway.token_requests(), 0);
    texts.check("keys/passphrases");
}

#[test]
fn a_program_that_is_started_gets_none() {
    let client = client();
    let more = get_token(&["--", "sh", "-c", "echo \"[$TOKENRING_PASSPHRASE]\""]);
    let run = client
        .run("run", &more)
        .with_variable("TOKENRING_PASSPHRASE", PASSPHRASE);
    assert_eq!(run.finish().succeeds(), "[]\n");
}

#[test]
fn keys_in_other_forms() {
    let mut texts = Transcript::new();
    texts.hide_number_after("good for ");
    texts.hide_random();
    let client = RegisteredClient::of_key("rsa-2048", |builder| builder);
    let mut jwk = fixtures::json("keys/test-rsa-2048-private.jwk.json");
    jwk["kid"] = "int-1".into();
    let mut other = fixtures::json("keys/test-p256-private.jwk.json");
    other["kid"] = "other".into();
    client.machine.write("key.json", jwk.to_string());
    let set = serde_json::json!({ "keys": [other, jwk] });
    client.machine.write("set.json", set.to_string());
    // The JWK's own name is the key's.
    let get_token = |more: &[&str]| {
        let url = client.gateway.token_url();
        let options = ["get-token", "--gateway", "nhs", "--client-id", CLIENT_ID];
        let last = ["--token-url", &url, "--no-cache", "--no-lint"];
        client
            .machine
            .tokenring(options.iter().chain(&last).chain(more))
    };
    let finished = get_token(&["--private-key", "key.json"]).finish();
    texts.show(&finished);
    finished.succeeds();
    let options = ["--private-key", "set.json", "--kid", "int-1"];
    get_token(&options).finish().succeeds();
    texts
        .run(get_token(&["--private-key", "set.json"]))
        .fails(3);

    texts.check("keys/other-forms");
}

#[test]
fn schemes() {
    let mut texts = Transcript::new();
    let client = RegisteredClient::new();
    let thumbprint = fixtures::text("keys/test-rsa-4096-thumbprint.txt");
    let hash = fixtures::text("keys/test-rsa-4096-spki-hash.txt");
    for (scheme, kid) in [
        ("thumbprint", thumbprint.trim()),
        ("spki-sha256", hash.trim()),
        ("file-stem", "int-1"),
    ] {
        let run = client.get_token(&["--explain", "--kid-scheme", scheme]);
        let text = run.finish().succeeds();
        assert!(text.contains(&format!("\"kid\":\"{kid}\"")), "{text}");
    }
    for more in [
        &["--kid-scheme", "x"][..],
        &["--kid-scheme", "x5t"],
        &["--kid-scheme", "thumbprint", "--kid", "a"],
        &["--kid-scheme", "none"],
    ] {
        texts.run(client.get_token(more)).fails(2);
    }
    let certificate = fixtures::path("certificates/test-rsa-4096.pem")
        .display()
        .to_string();
    let expected = fixtures::text("certificates/test-rsa-4096-x5t.txt");
    let options = [
        "--explain",
        "--kid-scheme",
        "x5t",
        "--certificate",
        &certificate,
    ];
    let shown = client.get_token(&options).finish().succeeds();
    let expected = format!("\"x5t\":\"{}\"", expected.trim());
    assert!(shown.contains(&expected), "{shown}");
    texts.check("keys/schemes");
}

/// One input gives the key or its passphrase, and the other is read after its end.
#[test]
fn from_the_input_of_the_key() {
    let machine = Machine::new();
    let key = fixtures::bytes("encrypted/test-p256-default.pem");
    machine.write("key.pem", &key);
    machine.write("phrase", "test-password\n");
    let url = [
        "--client-id",
        "a",
        "--token-url",
        "https://a.test/t",
        "--private-key",
    ];
    let assertion = [&["assertion"], &url[..]].concat();
    let said = ["cannot come from the input that the key came from"];
    let input = "/dev/stdin";
    for command in [
        &assertion[..],
        &["keys", "show"],
        &["jwks", "add", "set.json"],
    ] {
        for place in ["-", input, "/dev/fd/0"] {
            for option in [["--passphrase-fd", "0"], ["--passphrase-file", input]] {
                let run = machine.tokenring([command, &[place], &option].concat());
                let line = run.with_input(&*key).finish().fails(3);
                holds(&line, &said);
            }
        }
        // From two places all is well, and so it is without a passphrase.
        let run = machine.tokenring([command, &["key.pem", "--passphrase-fd", "0"]].concat());
        run.with_input("test-password\n").finish().succeeds();
        let run = machine.tokenring([command, &["-", "--passphrase-file", "phrase"]].concat());
        let run = match command[0] {
            "jwks" => run.with_argument("--replace"),
            _ => run,
        };
        run.with_input(&*key).finish().succeeds();
    }
}
