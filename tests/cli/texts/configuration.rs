use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::registered_client::RegisteredClient;
use crate::transcript::Session;

/// Configuration files that cannot be used, and the values in them.
#[test]
fn files() {
    let mut session = Session::new();
    session.title("Keys");
    for contents in [
        "# a comment\nclient-id = \"a\"\nprivate-kye = \"b\"\n",
        "[profiles.a]\nclientid = \"a\"\n",
        "nothing-like-it = 1\n",
        "config = \"a\"\n",
        "profile = \"a\"\n",
        "help = true\n",
        "[profiles.a]\nmin-tll = 5\n",
        "[profiles.a]\ncompletely-else = 5\n",
    ] {
        session.configuration(contents);
        session.run("get-token");
    }
    session.title("Values of a wrong kind");
    for contents in [
        "lifetime = 1.5\n",
        "\nlifetime = [1, 2]\n",
        "claim = [1.5]\n",
        "kid = {a = 1}\n",
        "param = {a = [1]}\n",
        "profiles = 1\n",
        "[profiles]\na = 1\n",
    ] {
        session.configuration(contents);
        session.run("TOKENRING_TOKEN_URL=https://server.test TOKENRING_CLIENT_ID=a get-token");
    }
    session.title("Values that are wrong, by their origin");
    for contents in [
        "quiet = \"maybe\"\n",
        "gateway = \"nhs\"\nenv = \"moon\"\n",
        "token-url = \"http://server.test/\"\n",
        "[profiles.a]\ntoken-url = \"http://server.test/\"\n",
    ] {
        session.configuration(contents);
        let profile = if contents.contains("profiles") {
            "--profile a"
        } else {
            ""
        };
        session.run(&format!("get-token {profile}"));
    }
    session.run("TOKENRING_GATEWAY=moon get-token --config /dev/null");
    session.title("No TOML");
    for contents in [
        "a = = b\n",
        "kid = \"a\"\nkid = \"b\"\n",
        "<!DOCTYPE html>\n<html></html>\n",
        "{\"kid\": \"a\"}\n",
        "gateway = \n",
    ] {
        session.configuration(contents);
        session.run("get-token");
    }
    session.machine.write("binary.toml", b"kid = \"\xff\"\n");
    session
        .machine
        .write("large.toml", "# on and on\n".repeat(100_000));
    session.run_with(
        "get-token --config",
        &[
            "binary.toml",
            "large.toml",
            "none.toml",
            ".",
            "/dev/zero",
            "''",
        ],
    );
    session.title("Profiles");
    session.configuration("[profiles.one]\n[profiles.two]\n");
    session.run("get-token --profile three");
    session.configuration("kid = \"a\"\n");
    session.run("get-token --profile three");
    std::fs::remove_file(session.machine.home().join(".config/tokenring/config.toml")).unwrap();
    for command in ["get-token", "config check", "config show"] {
        session.run(&format!("{command} --profile three"));
    }
    session.run("TOKENRING_PROFILE=three config show");
    session.title("A folder, and a variable that is no text");
    std::fs::create_dir(session.machine.home().join(".config/tokenring/config.toml")).unwrap();
    session.run("get-token");
    let run = session.prepare("get-token --config /dev/null --token-url https://server.test");
    let run = run.with_variable("TOKENRING_CLIENT_ID", OsStr::from_bytes(b"\xff"));
    session.transcript.run(run);
    session.check("errors/configuration");
}

/// `config path`, `show` and `check`.
#[test]
fn config() {
    let mut session = Session::new();
    session.title("No file");
    session.run_each(&["config path", "config show", "config check"]);
    session.title("A file with profiles");
    session.configuration(
        "gateway = \"nhs\"\ntimeout = 20\n\n[profiles.my-int]\nenv = \"int\"\nclient-id = \
         \"my-client\"\nprivate-key = \"keys/int-1.pem\"\n\n[profiles.my-own]\ngateway = \
         \"generic\"\ntoken-url = \"https://gateway.test/token\"\nparam = { resource = \
         \"https://api.test\" }\n",
    );
    session.run_each(&[
        "config path",
        "TOKENRING_KID=by-variable config show",
        "config show --profile my-int",
        "config show --profile my-own --quiet",
        "config check",
        "config check --profile my-int",
        "config path --explain",
        "config show --explain",
        "config check --explain",
    ]);
    session.title("Values in profiles");
    for contents in [
        "timeout = \"soon\"\n",
        "[profiles.a]\ntimeout = 0\n",
        "[profiles.a]\ngateway = \"nsh\"\n",
        "[profiles.ok]\n[profiles.b]\ngateway = \"nhs\"\nenv = \"moon\"\n",
        "[profiles.a]\ntoken-url = \"http://gateway.test/\"\n",
        "[profiles.a]\nformat = \"yaml\"\n",
        "[profiles.a]\nmin-ttl = \"x\"\n",
        "[profiles.a]\nno-cache = \"perhaps\"\n",
    ] {
        session.configuration(contents);
        session.run("config check");
    }
    session.check("commands/config");
}

/// `cache list` and `clear`.
#[test]
fn cache() {
    let client = RegisteredClient::new();
    client.token();
    let url = client.gateway.token_url();
    let mut session = Session::on(client.machine);
    session.transcript.hide_random();
    session.transcript.hide_number_after("good for ");
    session.run_each(&[
        "cache list",
        "cache list --explain",
        "cache clear --explain",
    ]);
    session.set("URL", url);
    session.run_each(&[
        "cache clear --expired",
        "cache list --verbose",
        "cache clear",
        "cache list",
        "cache clear --verbose",
        "cache list --cache-dir absent",
        "cache list --expired",
        "cache list --expired --explain",
        "cache clear --expired --explain",
    ]);
    session.machine.write("file", "");
    session.run_each(&[
        "cache list --cache-dir file",
        "cache clear --cache-dir file",
    ]);
    session.check("commands/cache");
}
