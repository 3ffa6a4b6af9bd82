//! Other users of the machine, who try what they can. Only root can be several users.

use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use integration_tests::peer;

use crate::loopback::{Loopback, TOKEN};
use crate::process::{Finished, Machine, Run, TOKENRING, names_in, set_mode};
use crate::transcript::Transcript;

/// Whose cache it is, somebody else, and a third one. No account is needed to be one.
const USER: u32 = 61_001;
const OTHER: u32 = 61_002;
const THIRD: u32 = 61_003;

struct Stage {
    machine: Machine,
    server: Loopback,
}

impl Stage {
    fn new() -> Option<Self> {
        let machine = Machine::new();
        if machine.work().metadata().unwrap().uid() != 0 {
            peer::not_run("other users need root; run it as root");
            return None;
        }
        peer::find("setpriv", "--version", "install util-linux")?;
        peer::find("flock", "--version", "install util-linux")?;
        for folder in [machine.home(), machine.work(), machine.temporary()] {
            chown(folder, Some(USER), Some(USER)).unwrap();
        }
        let server = Loopback::json("200 OK", TOKEN);
        // It writes the key.
        let _ = server.get_token(&machine, &[]);
        let key = machine.work().join("key-1.pem");
        chown(key, Some(USER), Some(USER)).unwrap();
        Some(Self { machine, server })
    }

    fn run(&self, user: u32, program: &str, arguments: &[&str]) -> Run {
        let mut run = self.machine.program("setpriv");
        let ids = [format!("--reuid={user}"), format!("--regid={user}")];
        for argument in ids
            .iter()
            .map(String::as_str)
            .chain(["--clear-groups", program])
        {
            run = run.with_argument(argument);
        }
        arguments
            .iter()
            .fold(run, |run, argument| run.with_argument(argument))
    }

    fn get_token(&self, folder: &Path) -> Finished {
        self.get_token_as(USER, folder)
    }

    fn get_token_as(&self, user: u32, folder: &Path) -> Finished {
        let url = self.server.url("/token");
        let arguments = [
            "get-token",
            "--client-id",
            "test-client-id",
            "--token-url",
            &url,
        ];
        let folder = folder.to_str().unwrap();
        let key = ["--private-key", "key-1.pem", "--cache-dir", folder];
        let arguments = [&arguments[..], &key].concat();
        self.run(user, TOKENRING, &arguments).finish()
    }

    /// A folder that the user's cache is going to be in.
    fn place(&self, name: &str, owner: u32, mode: u32) -> PathBuf {
        let path = self.machine.temporary().join(name);
        std::fs::create_dir(&path).unwrap();
        chown(&path, Some(owner), Some(owner)).unwrap();
        set_mode(&path, mode);
        path
    }
}

fn warning(finished: &Finished) -> String {
    let mut lines = finished.stderr.lines();
    let warning = lines.find(|line| line.starts_with("warning: "));
    warning.unwrap_or_default().to_owned()
}

/// Nothing of a cache can be read, locked, planted or replaced by others, be its folder
/// readable by all or below one that all can write to.
#[test]
fn what_others_can_do() {
    let Some(stage) = Stage::new() else {
        return;
    };
    let shared = stage.place("shared", 0, 0o1777);
    for mode in [0o700, 0o755] {
        let folder = shared.join(format!("cache-{mode:o}"));
        let first = stage.get_token(&folder);
        assert_eq!(warning(&first), "");
        assert_eq!(first.succeeds(), "test-access-token\n");
        stage.server.request();
        set_mode(&folder, mode);
        let names = names_in(&folder);
        assert_eq!(names.len(), 2);
        let mut attempts = Vec::new();
        for name in &names {
            let path = folder.join(name);
            let path = path.to_str().unwrap().to_owned();
            attempts.push(format!("cat {path}"));
            attempts.push(format!("flock --nonblock {path} true"));
            attempts.push(format!("rm -f {path}"));
        }
        let folder = folder.display();
        attempts.push(format!("touch {folder}/planted"));
        attempts.push(format!("mv {folder} {folder}-moved"));
        attempts.push(format!("rm -rf {folder}"));
        attempts.push(format!("chmod 777 {folder}"));
        for attempt in &attempts {
            let tried = stage.run(OTHER, "sh", &["-c", attempt]).finish();
            assert_ne!(tried.code(), Some(0), "{attempt}");
        }
    }
    // A folder that others can open they can lock, and nobody cares.
    let folder = shared.join("cache-755");
    let path = folder.to_str().unwrap();
    let mut locked = stage
        .run(OTHER, "flock", &[path, "sh", "-c", "echo locked; cat"])
        .start();
    assert_eq!(locked.line(), "locked");
    let hit = stage.get_token(&folder);
    assert_eq!(
        (hit.stderr.contains("warning"), hit.code()),
        (false, Some(0))
    );
    let run = stage.run(USER, TOKENRING, &["cache", "clear", "--cache-dir", path]);
    assert_eq!(run.finish().succeeds(), "1 removed\n");
    assert_eq!(stage.get_token(&folder).succeeds(), "test-access-token\n");
    locked.finish();
}

/// A cache has to be where nobody but root and its user can put another one.
#[test]
fn where_a_cache_may_be() {
    let Some(stage) = Stage::new() else {
        return;
    };
    let mut texts = Transcript::new();
    let mut check = |name: &str, owner: u32, mode: u32, is_good: bool| {
        let place = stage.place(name, owner, mode);
        for below in ["cache", "below/cache"] {
            // Made before by its owner, or by the command.
            let folder = place.join(below);
            if owner != USER {
                let parent = folder.parent().unwrap();
                std::fs::create_dir_all(parent).unwrap();
                if parent != place {
                    chown(parent, Some(USER), Some(USER)).unwrap();
                }
                std::fs::create_dir_all(&folder).unwrap();
                chown(&folder, Some(USER), Some(USER)).unwrap();
                set_mode(&folder, 0o700);
            }
            let finished = stage.get_token(&folder).shown_in(&mut texts);
            let warning = warning(&finished);
            assert_eq!(warning.is_empty(), is_good, "{name}: {warning}");
            assert_eq!(finished.succeeds(), "test-access-token\n");
        }
    };
    check("of-the-user", USER, 0o755, true);
    check("of-root", 0, 0o755, true);
    check("sticky", 0, 0o1777, true);
    check("of-a-third", THIRD, 0o755, false);
    check("sticky-of-a-third", THIRD, 0o1777, false);
    check("open", 0, 0o777, false);
    check("open-to-a-group", USER, 0o775, false);
    texts.check("cache/places");
}

/// Where no cache may be, no folder is made either: one that root made in a user's home
/// would keep that user out of it.
#[test]
fn nothing_is_made_where_none_may_be() {
    let Some(stage) = Stage::new() else {
        return;
    };
    let mut texts = Transcript::new();
    let mut check = |name: &str, user: u32, mode: u32| {
        let home = stage.place(name, USER, mode);
        let finished = stage.get_token_as(user, &home.join(".cache/tokenring"));
        let finished = finished.shown_in(&mut texts);
        assert_eq!(finished.succeeds(), "test-access-token\n");
        assert_eq!(names_in(&home), [""; 0], "{name}");
    };
    check("of-another", 0, 0o755);
    check("open-to-others", USER, 0o775);
    texts.check("cache/nothing-made");
}

/// A container that doesn't know the machine's root shows its folders as those of
/// nobody.
#[test]
fn in_a_container_without_root() {
    let Some(stage) = Stage::new() else {
        return;
    };
    let (user, group) = (format!("--map-user={USER}"), format!("--map-group={USER}"));
    let inside = ["--user", &user, &group];
    let tried = stage.run(USER, "unshare", &[&inside[..], &["true"]].concat());
    if tried.finish().code() != Some(0) {
        peer::tell_not_run("user namespaces are switched off here");
        return;
    }
    let script = r#"test "$(stat -c %u /)" != 0 && exec "$@""#;
    let url = stage.server.url("/token");
    let arguments = [
        "get-token",
        "--client-id",
        "test-client-id",
        "--token-url",
        &url,
    ];
    let key = ["--private-key", "key-1.pem", "--cache-dir", "cache"];
    let program = [&["sh", "-c", script, "sh", TOKENRING][..], &arguments, &key].concat();
    let finished = stage
        .run(USER, "unshare", &[&inside[..], &program].concat())
        .finish();
    assert_eq!(warning(&finished), "");
    assert_eq!(finished.succeeds(), "test-access-token\n");
    assert_eq!(names_in(&stage.machine.work().join("cache")).len(), 2);
}
