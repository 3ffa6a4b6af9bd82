//! Two options that read the same input: the second would find nothing.

use integration_tests::fixtures;

use crate::process::Machine;

const KEY: &str = "keys/test-p256-pkcs8.pem";

#[track_caller]
fn check(arguments: &str, input: impl Into<Vec<u8>>, code: i32) {
    let machine = Machine::new();
    machine.write("key.pem", fixtures::bytes(KEY));
    machine.write("phrase", "new passphrase\n");
    let run = machine.tokenring(arguments.split(' ')).with_input(input);
    let finished = run.finish().has_code(code);
    if code == 2 {
        let text = finished.stderr;
        assert!(text.contains("both read standard input"), "{text}");
        assert!(!text.contains("PRIVATE"), "{text}");
    }
}

#[test]
fn refused_pairs() {
    let key = fixtures::bytes(KEY);
    let client = "--client-id a --audience b";
    for arguments in [
        "keys convert - --to encrypted-pkcs8 --output new --new-passphrase-fd 0",
        "keys convert - --to encrypted-pkcs8 --output new --new-passphrase-file /dev/stdin",
        "keys convert /dev/stdin --to encrypted-pkcs8 --output new --new-passphrase-fd 0",
        "keys convert key.pem --to encrypted-pkcs8 --output new --passphrase-fd 0 --new-passphrase-fd 0",
        "jwks add set.json - -",
        "jwks add set.json - /dev/fd/0",
        "call-api --url http://127.0.0.1:9/ --private-key - --data -",
        "call-api --url http://127.0.0.1:9/ --private-key - --json @-",
        "call-api --url http://127.0.0.1:9/ --private-key - --data @/dev/stdin",
        "call-api --url http://127.0.0.1:9/ --passphrase-fd 0 --data -",
        "call-api --url http://127.0.0.1:9/ --private-key - --token-header X:@/dev/stdin",
        "get-token --private-key - --param a=@/dev/fd/0",
        "get-token --private-key - --ca-cert /proc/self/fd/0",
        "assertion --attach /dev/stdin",
        "inspect --jwks /dev/stdin",
        "inspect - --jwks /dev/stdin",
        "inspect @/dev/stdin --jwks /dev/stdin",
        "doctor --private-key - --jwks /dev/stdin",
    ] {
        check(arguments, key.clone(), 2);
    }
    let certificate = format!("assertion {client} --private-key - --certificate /dev/stdin");
    check(&certificate, key, 2);
}

/// One that is not read excludes nothing.
#[test]
fn pairs_of_which_one_is_read() {
    let key = fixtures::bytes(KEY);
    for arguments in [
        "keys show - --passphrase-fd 0",
        "assertion --client-id a --audience b --private-key - --passphrase-file /dev/stdin",
        "jwks add set.json key.pem -",
    ] {
        check(arguments, key.clone(), 0);
    }
    // The API is not there.
    let call = "call-api --auth none --url http://127.0.0.1:9/ --private-key - --data -";
    check(call, key.clone(), 5);
    let machine = Machine::new();
    machine.write("phrase", "new passphrase\n");
    let arguments = "keys convert - --to encrypted-pkcs8 --output new --new-passphrase-file phrase";
    let run = machine.tokenring(arguments.split(' ')).with_input(key);
    run.with_variable("TOKENRING_NEW_PASSPHRASE_FD", "0")
        .finish()
        .has_code(0);
}
