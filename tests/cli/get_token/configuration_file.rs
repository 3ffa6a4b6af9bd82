use crate::process::{Machine, holds};

/// A configuration that cannot be used: exit code 3, and where to look.
#[track_caller]
fn refused(contents: &[u8], more: &[&str], parts: &[&str]) {
    let machine = Machine::new();
    machine.write("a.toml", contents);
    let arguments = ["get-token", "--config", "a.toml", "--client-id", "a"];
    let run = machine.tokenring(arguments.iter().chain(more));
    let run = run.with_variable("TOKENRING_ISSUER", "https://server.test");
    holds(&run.finish().fails(3), parts);
}

#[test]
fn keys_that_are_not_there() {
    refused(
        b"# a comment\nclient-id = \"a\"\nprivate-kye = \"b\"\n",
        &[],
        &["a.toml:3: unknown key \"private-kye\"; did you mean \"private-key\"?"],
    );
    refused(
        b"[profiles.a]\nclientid = \"a\"\n",
        &[],
        &["a.toml:2: unknown key \"clientid\"; did you mean \"client-id\"?"],
    );
    refused(
        b"nothing-like-it = 1\n",
        &[],
        &["a.toml:1: unknown key \"nothing-like-it\"; keys are the names of options"],
    );
    for key in ["config", "profile", "help"] {
        let line = format!("{key} = \"a\"\n");
        refused(line.as_bytes(), &[], &["a.toml:1: unknown key"]);
    }
}

#[test]
fn values_that_are_wrong() {
    refused(b"lifetime = 1.5\n", &[], &["a.toml:1: lifetime"]);
    refused(
        b"\nlifetime = [1, 2]\n",
        &["--token-url", "https://server.test"],
        &["a.toml:2: lifetime is one value"],
    );
    refused(b"kid = {a = 1}\n", &[], &["a.toml:1: kid"]);
    refused(b"param = {a = [1]}\n", &[], &["a.toml:1: param"]);
    refused(b"profiles = 1\n", &[], &["a.toml:1: ", "[profiles.NAME]"]);
    refused(b"[profiles]\na = 1\n", &[], &["a.toml:2: ", "[profiles.a]"]);
    refused(
        b"quiet = \"maybe\"\n",
        &[],
        &["quiet (from a.toml)", "true or false"],
    );
    refused(
        b"gateway = \"nhs\"\nenv = \"moon\"\n",
        &[],
        &["env (from a.toml)", "moon", "prod, int, dev"],
    );
    refused(
        b"token-url = \"http://server.test/\"\n",
        &[],
        &["token-url (from a.toml)", "https"],
    );
}

#[test]
fn files_that_are_no_configuration() {
    refused(b"a = = b\n", &[], &["a.toml:1: "]);
    refused(
        b"kid = \"a\"\nkid = \"b\"\n",
        &[],
        &["a.toml:2: ", "duplicate"],
    );
    refused(b"kid = \"\xff\"\n", &[], &["a.toml", "UTF-8"]);
    refused(b"<!DOCTYPE html>\n<html></html>\n", &[], &["a.toml:1: "]);
    refused(b"{\"kid\": \"a\"}\n", &[], &["a.toml:1: "]);
}

#[test]
fn profiles_that_are_not_there() {
    refused(
        b"[profiles.one]\n[profiles.two]\n",
        &["--profile", "three"],
        &["a.toml has no profile \"three\"; it has one, two"],
    );
    refused(b"kid = \"a\"\n", &["--profile", "three"], &["it has none"]);
    let machine = Machine::new();
    let complaint = machine
        .tokenring(["get-token", "--profile", "a"])
        .finish()
        .fails(3);
    holds(
        &complaint,
        &[
            "profile \"a\"",
            "no configuration file",
            "tokenring/config.toml",
            "--config",
        ],
    );
}

#[test]
fn files_that_cannot_be_read() {
    let machine = Machine::new();
    let cannot = "cannot read the configuration file";
    for (path, why) in [("none.toml", "No such file"), (".", "directory")] {
        let run = machine.tokenring(["get-token", "--config", path]);
        holds(&run.finish().fails(3), &[cannot, path, why]);
    }
    let folder = machine.home().join(".config/tokenring/config.toml");
    std::fs::create_dir_all(folder).unwrap();
    let run = machine.tokenring(["get-token"]);
    holds(
        &run.finish().fails(3),
        &[cannot, "config.toml", "directory"],
    );
}

/// More than is read is no reason to go on with half of a file.
#[test]
fn a_file_without_an_end() {
    let machine = Machine::new();
    let comment = "# a comment that goes on and on\n".repeat(40_000);
    machine.write("a.toml", format!("{comment}kid = \"a\"\n"));
    let run = machine.tokenring(["get-token", "--config", "a.toml"]);
    holds(&run.finish().fails(3), &["a.toml", "larger"]);
    let run = machine.tokenring(["get-token", "--config", "/dev/zero"]);
    holds(&run.finish().fails(3), &["/dev/zero"]);
}

/// Variables that are wrong are the configuration's fault and named.
#[test]
fn variables_that_are_wrong() {
    use std::os::unix::ffi::OsStrExt;

    let machine = Machine::new();
    let run = machine.tokenring(["get-token", "--client-id", "a"]);
    let run = run.with_variable("TOKENRING_GATEWAY", "moon");
    holds(
        &run.finish().fails(3),
        &[
            "gateway (from environment variable TOKENRING_GATEWAY)",
            "moon",
        ],
    );
    let run = machine.tokenring(["get-token"]);
    let run = run.with_variable("TOKENRING_CLIENT_ID", std::ffi::OsStr::from_bytes(b"\xff"));
    let run = run.with_variable("TOKENRING_TOKEN_URL", "https://server.test/token");
    holds(&run.finish().fails(3), &["TOKENRING_CLIENT_ID", "UTF-8"]);
}
