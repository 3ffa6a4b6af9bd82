//! Programs that this one starts get neither its settings nor what it reads secrets from.

use integration_tests::fixtures;

use crate::process::{Finished, set_mode};
use crate::registered_client::{CLIENT_ID, RegisteredClient};

const PASSPHRASE: &str = "planted-passphrase-0815-4711";

/// No variable of ours but the one with the token.
#[test]
fn variables() {
    let client = RegisteredClient::new();
    let planted = [
        ("TOKENRING_PASSPHRASE", PASSPHRASE),
        ("TOKENRING_PARAM", "client_secret=planted-0815"),
        ("TOKENRING_HEADER", "Authorization: planted-0815"),
        ("TOKENRING_CLIENT_ID", CLIENT_ID),
        ("TOKENRING_DATA", "planted-0815"),
        ("TOKENRING_ACCESS_TOKEN", "planted-0815"),
        ("TOKENRING_NO_SUCH_OPTION", "planted-0815"),
        ("OTHER", "stays"),
    ];
    for (options, token) in [
        (&[][..], "TOKENRING_ACCESS_TOKEN"),
        (&["--token-file"], "TOKENRING_ACCESS_TOKEN_FILE"),
        (&["--token-variable", "OWN"], "OWN"),
    ] {
        let arguments = [options, &["-q", "--", "env"]].concat();
        let run = client.run("run", &arguments);
        let run = planted
            .iter()
            .fold(run, |run, (name, value)| run.with_variable(name, value));
        let text = run.finish().succeeds();
        let names: Vec<_> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .collect();
        let own = names.iter().map(|(name, _)| *name);
        let own: Vec<_> = own.filter(|name| name.contains("TOKENRING")).collect();
        let expected: Vec<_> = [token].into_iter().filter(|it| *it != "OWN").collect();
        assert_eq!(own, expected, "{options:?}");
        assert!(names.iter().any(|(name, _)| *name == token), "{text}");
        assert!(names.contains(&("OTHER", "stays")), "{text}");
        assert!(!text.contains("planted"), "{text}");
    }
}

/// Runs a program by a client whose key is encrypted; a shell opens descriptors before that.
fn run(client: &RegisteredClient, lines: &str, options: &[&str], program: &[&str]) -> Finished {
    let token_url = client.gateway.token_url();
    let who = ["run", "-q", "--client-id", CLIENT_ID];
    let url = ["--gateway", "nhs", "--token-url", token_url.as_str()];
    let arguments = [&who[..], &url, options, &["--"], program].concat();
    client.machine.shell(lines, &arguments).finish()
}

fn encrypted() -> RegisteredClient {
    let client = RegisteredClient::new();
    let key = fixtures::bytes("encrypted/test-rsa-4096-default.pem");
    client.machine.write("int-1.pem", key);
    client.machine.write("passphrase", "test-password\n");
    client
}

/// A descriptor that a secret is read from is closed; others stay open.
#[test]
fn descriptors() {
    let client = encrypted();
    let key = ["--private-key", "int-1.pem"];
    let by_descriptor = ["--private-key", "/dev/fd/7"];
    let lines = "cat; exec 2>&1; (cat <&3); (cat <&4); (cat <&7); true";
    let show = ["bash", "-c", lines];
    let check = |lines: &str, options: &[&str], key: &[&str], open: &[&str]| {
        client.machine.write("other", "other\n");
        let arguments = [options, key].concat();
        for mode in [&[][..], &["--token-file"]] {
            let finished = run(&client, lines, &[&arguments[..], mode].concat(), &show);
            let text = finished.succeeds();
            for (number, name) in [("3", "passphrase"), ("4", "other"), ("7", "key")] {
                let closed = format!("{number}: Bad file descriptor");
                assert_eq!(text.contains(&closed), !open.contains(&name), "{text}");
            }
            assert!(!text.contains("BEGIN"), "{text}");
            assert!(!text.contains("test-password"), "{text}");
        }
    };
    let passphrase = ["--passphrase-fd", "3"];
    check("exec 3<passphrase 4<other", &passphrase, &key, &["other"]);
    check(
        "exec 3< <(cat passphrase) 4<other",
        &passphrase,
        &key,
        &["other"],
    );
    check(
        "exec 3<passphrase 4<other 7<int-1.pem",
        &passphrase,
        &by_descriptor,
        &["other"],
    );
    let by_path = ["--passphrase-file", "/dev/fd/3"];
    check("exec 3<passphrase 4<other", &by_path, &key, &["other"]);
    // As standard input, which a program has to have.
    let by_input = ["--private-key", "-"];
    check(
        "exec 3<passphrase 4<other <int-1.pem",
        &passphrase,
        &by_input,
        &["other"],
    );
    check(
        "exec 4<other <passphrase",
        &["--passphrase-fd", "0"],
        &key,
        &["other"],
    );
}

/// A command that signs gets no secret of another key, either.
#[test]
fn signer_commands() {
    let client = encrypted();
    let lines = "#!/bin/bash\n(cat <&3) > seen 2>&1; exit 1\n";
    client.machine.write("sign.sh", lines);
    set_mode(&client.machine.work().join("sign.sh"), 0o700);
    let options = ["--signer-command", "./sign.sh", "--passphrase-fd", "3"];
    run(&client, "exec 3<passphrase", &options, &["true"]).has_code(3);
    let seen = client.machine.read("seen");
    assert!(seen.contains("3: Bad file descriptor"), "{seen}");
}
