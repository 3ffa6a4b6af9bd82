//! A key that was pasted where the name of its file belongs, by every command and argument.

use clap::{ArgAction, Command};
use integration_tests::fixtures;
use integration_tests::secrecy::Marker;

use crate::process::{Finished, Machine, Run, holds};

const REASON: &str = "this is what the file holds, and not its name";

/// A key in one of its forms, and what of it nobody may see.
struct Pasted {
    text: String,
    secrets: Vec<Vec<u8>>,
}

/// The lines between the first and the last of a PEM file.
fn body(name: &str) -> Vec<String> {
    let pem = fixtures::text(&format!("keys/{name}"));
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    lines.map(str::to_owned).collect()
}

/// Base64 of a PEM file, with something between its lines.
fn base64(name: &str, between: &str) -> Pasted {
    let lines = body(name);
    let long = lines.iter().filter(|line| line.len() > 30);
    Pasted {
        text: lines.join(between),
        secrets: long.map(|line| line.as_bytes().to_vec()).collect(),
    }
}

fn jwk(name: &str) -> Pasted {
    let text = fixtures::text(&format!("keys/{name}"));
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let secret = document["d"].as_str().unwrap().as_bytes().to_vec();
    let text = text.trim().to_owned();
    Pasted {
        text,
        secrets: vec![secret],
    }
}

fn all() -> Vec<Pasted> {
    let rsa = "test-rsa-2048-pkcs8.pem";
    let mut all = vec![
        base64(rsa, ""),
        base64(rsa, "\n"),
        base64(rsa, " "),
        base64("test-p256-pkcs8.pem", ""),
        base64("test-p256-sec1.pem", ""),
        base64("test-ed25519-pkcs8.pem", ""),
        jwk("test-p256-private.jwk.json"),
        jwk("test-ed25519-private.jwk.json"),
    ];
    let whole = base64(rsa, "\n");
    let line = "-----BEGIN PRIVATE KEY-----";
    all.push(Pasted {
        text: format!("{line}\n{}", whole.text),
        ..whole
    });
    // A set, and a JWK on one line without its first character.
    let one = jwk("test-p256-private.jwk.json");
    all.push(Pasted {
        text: format!("{{\"keys\":[{}]}}", one.text),
        ..one
    });
    let cut = jwk("test-ed25519-private.jwk.json");
    all.push(Pasted {
        text: cut.text.replace(['\n', ' '], "")[1..].to_owned(),
        ..cut
    });
    all
}

#[track_caller]
fn silent(finished: &Finished, pasted: &Pasted) {
    for secret in &pasted.secrets {
        Marker::new(secret).must_not_be_in(&finished.everything());
    }
}

/// Every command that does something, with its words.
fn collect(command: &Command, words: &[String], leaves: &mut Vec<(Vec<String>, Command)>) {
    let mut inner = command.get_subcommands().peekable();
    if inner.peek().is_none() {
        leaves.push((words.to_vec(), command.clone()));
    }
    for command in inner {
        let words = [words, &[command.get_name().to_owned()]].concat();
        collect(command, &words, leaves);
    }
}

/// Every option with a value and every argument, whatever it is for, is given one key, and
/// each that is for a file several.
#[test]
fn every_argument() {
    let machine = Machine::new();
    let keys = all();
    let mut leaves = Vec::new();
    collect(&tokenring_cli::command(), &[], &mut leaves);
    let (mut number, mut files) = (0, 0);
    for (words, command) in leaves {
        // These start what does not end, or look at no file.
        if matches!(words[0].as_str(), "completions" | "demo" | "help") {
            continue;
        }
        for argument in command.get_arguments() {
            if !matches!(argument.get_action(), ArgAction::Set | ArgAction::Append) {
                continue;
            }
            let value_name = argument.get_value_names().unwrap_or_default();
            let value_name = value_name.iter().map(|name| name.as_str());
            let value_name = value_name.collect::<Vec<_>>().join(" ");
            let is_file = ["FILE", "FOLDER", "SET", "KEY", "BEFORE", "AFTER", "OTHER"]
                .iter()
                .any(|name| value_name.contains(name));
            files += usize::from(is_file);
            let some = keys.iter().cycle().skip(number % keys.len());
            number += 1;
            for pasted in some.take(if is_file { 3 } else { 1 }) {
                let value = match value_name.split_once("=FILE") {
                    Some((name, _)) => format!("{name}={}", pasted.text),
                    None if value_name == "JWT|@FILE|-" => format!("@{}", pasted.text),
                    None => pasted.text.clone(),
                };
                let value = match argument.get_long() {
                    Some(name) => format!("--{name}={value}"),
                    None => value,
                };
                let run = machine.tokenring(words.iter().chain([&value]));
                // A server would not end.
                let finished = match words[0].as_str() {
                    "mock-gateway" => run.with_argument("--explain").finish(),
                    _ => run.finish(),
                };
                // A key ID may read as anything, and is shown as it was given.
                if is_file || finished.code() != Some(0) {
                    silent(&finished, pasted);
                }
            }
        }
    }
    assert!(number > 200 && files > 40, "{number}, {files}");
}

/// What says so instead, and with which code.
#[test]
fn what_is_said() {
    let machine = Machine::new();
    let check = |run: Run, pasted: &Pasted, code: i32| {
        let finished = run.finish();
        silent(&finished, pasted);
        holds(&finished.fails(code), &[REASON]);
    };
    let mine = ["--client-id", "a", "--token-url", "http://127.0.0.1:9/"];
    for pasted in all() {
        let text = pasted.text.as_str();
        for option in ["--private-key", "--certificate", "--ca-cert", "--config"] {
            let option = format!("{option}={text}");
            let run = machine.tokenring([&["get-token"], &mine[..], &[&*option]].concat());
            check(run, &pasted, 2);
        }
        let run = machine.tokenring([&["assertion"], &mine[..]].concat());
        check(run.with_variable("TOKENRING_PRIVATE_KEY", text), &pasted, 3);
        for words in [
            &["keys", "show", "--"][..],
            &["jwks", "check", "--"],
            &["jwks", "list", "--"],
            &["jwks", "add", "set.json", "--"],
        ] {
            let run = machine.tokenring(words.iter().chain([&text]));
            check(run, &pasted, 2);
        }
        let jwks = format!("--jwks={text}");
        let run = machine.tokenring(["inspect", &jwks]);
        let finished = run.with_input("a.b.c").finish().has_code(2);
        silent(&finished, &pasted);
        machine.write("c.toml", format!("private-key = {text:?}\n"));
        let run = machine.tokenring([&["get-token", "--config", "c.toml"], &mine[..]].concat());
        check(run, &pasted, 3);
    }
}

/// A file is read whatever its name reads as.
#[test]
fn names_that_read_as_keys() {
    let machine = Machine::new();
    let key = fixtures::bytes("keys/test-p256-pkcs8.pem");
    let long = "Ab3_".repeat(40);
    for name in [&*long, "{\"kty\":\"EC\"}", "MC4CAQAwBQYDK2VwBCIEIAAB"] {
        machine.write(name, &key);
        machine
            .tokenring(["keys", "show", name])
            .finish()
            .succeeds();
    }
    let folder = "Cd4-".repeat(40);
    std::fs::create_dir(machine.work().join(&folder)).unwrap();
    let path = format!("{folder}/{}", "Ef5_".repeat(20));
    let arguments = ["keys", "convert", &long, "--to", "spki", "--output", &path];
    machine.tokenring(arguments).finish().succeeds();
}
