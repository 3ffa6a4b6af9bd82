//! An entry that the command of an earlier version wrote; see `PROVENANCE.md` beside it.

use integration_tests::fixtures;

use crate::process::{Machine, names_in, set_mode};
use crate::transcript::Transcript;

const NAME: &str = "5d5c70a86439ef3a7532cd803128af222ca2c4fafd44b7f0113956f6ab0c707e.json";
const URL: &str = "http://127.0.0.1:48113/token?code=test-query-secret";

/// Nothing listens at the endpoint: the token comes from the entry, which is good for
/// decades.
#[test]
fn a_token_is_used() {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let folder = machine.home().join(".cache/tokenring");
    std::fs::create_dir_all(&folder).unwrap();
    let entry = folder.join(NAME);
    std::fs::write(&entry, fixtures::bytes("token-cache/d07893e.json")).unwrap();
    set_mode(&entry, 0o600);
    let arguments = ["get-token", "--quiet", "--client-id", "test-client-id"];
    // That version took the key ID from the name of the file.
    let key = [
        "--private-key",
        "key-1.pem",
        "--kid",
        "key-1",
        "--token-url",
        URL,
    ];
    let run = machine.tokenring(arguments.iter().chain(&key));
    let finished = run.finish();
    assert_eq!(finished.stderr, "");
    assert_eq!(finished.succeeds(), "test-access-token\n");
    let mut texts = Transcript::new();
    texts.hide_number_after("good for ");
    let listed = texts.run(machine.tokenring(["cache", "list"])).succeeds();
    assert!(!listed.contains("test-query-secret"), "{listed}");
    texts.check("cache/earlier-versions");
    let clear = machine.tokenring(["cache", "clear"]).finish();
    assert_eq!(clear.succeeds(), "1 removed\n");
    assert_eq!(names_in(&folder).len(), 0);
}
