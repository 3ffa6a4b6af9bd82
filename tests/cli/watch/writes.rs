//! A file that cannot be written.

use super::{SHORT, end, events};
use crate::loopback::response;
use crate::process::{Machine, names_in, wait_until};
use crate::registered_client::RegisteredClient;
use crate::scripted_server::{ScriptedServer, token};
use crate::transcript::Transcript;

#[test]
fn nowhere_to_write() {
    let client = RegisteredClient::new();
    let mut texts = Transcript::new();
    texts.run(client.run("watch", &["--quiet"])).fails(2);
    let run = client.run("watch", &["--quiet", "--output", "missing/token"]);
    texts.run(run).fails(8);
    texts.check("watch/nowhere");
}

/// A folder that is away for a moment doesn't end it, and is what is told: the gateway gave
/// a token.
#[test]
fn nowhere_to_write_for_a_while() {
    let client = RegisteredClient::new();
    let folder = client.machine.work().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let arguments = [&["--output", "folder/token"], &SHORT[..]].concat();
    let running = client.run("watch", &arguments).start();
    wait_until("there is a file", || folder.join("token").exists());
    let away = client.machine.work().join("away");
    std::fs::rename(&folder, &away).unwrap();
    wait_until("it was tried", || client.gateway.issued_tokens() >= 3);
    std::fs::rename(&away, &folder).unwrap();
    let old = std::fs::read_to_string(folder.join("token")).unwrap();
    wait_until("there is a new token", || {
        std::fs::read_to_string(folder.join("token")).unwrap() != old
    });
    let finished = end(running, "TERM");
    let is_told = |event: &&str| event.starts_with("the new token was not written");
    assert!(events(&finished).iter().any(is_told), "{finished:?}");
    assert!(!finished.stderr.contains("no new token"), "{finished:?}");
    assert_eq!(names_in(&folder), ["token"]);
}

/// A token that could not be written is written later, and no other one is requested.
#[test]
fn a_write_is_tried_again_with_the_same_token() {
    let machine = Machine::new();
    let folder = machine.work().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let (away, kept) = (machine.work().join("away"), folder.clone());
    // The second token comes while there is no folder.
    let server = ScriptedServer::start(move |number, _| match number {
        0 => {
            let text = r#"{"access_token":"token-1","token_type":"Bearer","expires_in":2}"#;
            response("200 OK", "", text.as_bytes())
        }
        _ => {
            std::fs::rename(&kept, &away).unwrap();
            token(2)
        }
    });
    let arguments = ["--output", "folder/token", "--no-cache"];
    let running = server.run(&machine, &["watch"], &arguments).start();
    let away = machine.work().join("away");
    wait_until("the second token came", || away.exists());
    std::thread::sleep(std::time::Duration::from_millis(200));
    std::fs::rename(&away, &folder).unwrap();
    wait_until("there is a new token", || {
        std::fs::read_to_string(folder.join("token")).unwrap() == "token-2\n"
    });
    let finished = end(running, "TERM");
    let events = events(&finished);
    let told = "the new token was not written, next try in 1 s";
    assert!(events[1].starts_with(told), "{events:?}");
    assert_eq!(server.requests().len(), 2);
}
