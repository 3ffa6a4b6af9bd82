//! Which value counts where several are given: the latest of the file's top level, its profile,
//! the environment, and what the program says.

use integration_tests::observation::Answer;
use tokenring::{Client, ClientBuilder, Parameter};

use crate::samples::Stage;

/// A configuration file with a profile `p`, beside what a client has to have.
fn file(stage: &Stage, top: &str, profile: &str) -> String {
    let needed = stage.texts(&[]);
    let needed = needed
        .iter()
        .filter(|(name, _)| !top.contains(**name) && !profile.contains(**name))
        .map(|(name, text)| format!("{name} = {text:?}\n"))
        .collect::<String>();
    let text = format!("{needed}{top}\n[profiles.p]\n{profile}\n[profiles.other]\nscope = \"o\"\n");
    std::fs::write(stage.folder().join("c.toml"), text).unwrap();
    stage.fill("FOLDER/c.toml")
}

#[track_caller]
fn check(stage: &Stage, builder: ClientBuilder, expected: &[(&str, &str)]) {
    let lines = stage.observe(builder);
    check_lines(&lines, expected);
}

/// These fields are in the form, as they stand here and no others of their names.
#[track_caller]
fn check_lines(lines: &[String], expected: &[(&str, &str)]) {
    let form = lines.iter().find(|line| line.contains("client_assertion"));
    let form = form.unwrap_or_else(|| panic!("{lines:#?}"));
    for (name, value) in expected {
        let field = format!("(\"{name}\", Some(\"{value}\"))");
        assert!(form.contains(&field), "{field} is not in {form}");
        assert_eq!(form.matches(&format!("(\"{name}\",")).count(), 1, "{form}");
    }
}

const PROFILE: &str = "scope = \"profile\"\n[profiles.p.param]\nb = \"profile\"";
const TOP: &str = "scope = \"top\"\nparam = [\"a=top\", \"b=top\"]\nformat = \"json\"";

#[test]
fn profile_over_top_level() {
    let stage = Stage::new(Answer::Token);
    let path = file(&stage, TOP, PROFILE);
    let client = || Client::from_profile(&path, "p");
    let both = [("scope", "profile"), ("a", "top"), ("b", "profile")];
    check(&stage, client(), &both);
    let other = [("scope", "o"), ("a", "top"), ("b", "top")];
    check(&stage, Client::from_profile(&path, "other"), &other);
    // The program has the last word.
    check(&stage, client().scope("mine"), &[("scope", "mine")]);
    let set = client().set(Parameter::FormParameter, "b=mine");
    check(&stage, set, &[("a", "top"), ("b", "mine")]);
}

#[test]
fn environment_over_profile() {
    let stage = Stage::new(Answer::Token);
    let path = file(&stage, TOP, PROFILE);
    let given = |name: &str, text: &'static str| (format!("TOKENRING_{name}"), text);
    let config = ("TOKENRING_CONFIG".to_owned(), path.as_str());
    let lines = stage.run([config.clone(), given("PROFILE", "p")]);
    check_lines(&lines, &[("scope", "profile"), ("a", "top")]);
    let lines = stage.run([config.clone(), given("SCOPE", "")]);
    check_lines(&lines, &[("scope", "top"), ("b", "top")]);
    let more = given("PARAM", "b=environment\nc=environment");
    let lines = stage.run([
        config,
        given("PROFILE", "p"),
        given("SCOPE", "environment"),
        more,
    ]);
    let all = [
        ("scope", "environment"),
        ("a", "top"),
        ("b", "environment"),
        ("c", "environment"),
    ];
    check_lines(&lines, &all);
}

/// A switch that a file turns on can be turned off.
#[track_caller]
fn check_switch(name: &str, on: &str, is_on: impl Fn(&[String]) -> bool) {
    let stage = Stage::new(Answer::Token);
    let profile = format!("cache-dir = {:?}\n{on}", stage.fill("FOLDER/cache"));
    let path = file(&stage, "no-cache = false", &profile);
    let client = || Client::from_profile(&path, "p");
    assert!(is_on(&stage.observe(client())), "{name}");
    let parameter = Parameter::from_name(name).unwrap();
    let off = stage.observe(client().set(parameter, "false"));
    assert!(!is_on(&off), "{name}: {off:#?}");
}

fn requests(lines: &[String]) -> usize {
    lines.iter().filter(|line| line.contains("within")).count()
}

#[test]
fn switches() {
    check_switch("no-cache", "no-cache = true", |lines| requests(lines) == 2);
    check_switch("force-refresh", "force-refresh = true", |lines| {
        requests(lines) == 2
    });
    check_switch(
        "no-lint",
        "no-lint = true\ngateway = \"nhs\"\nlifetime = 900",
        |lines| requests(lines) > 0,
    );
}

/// A folder that is named later does not turn on what a switch has turned off.
#[test]
fn cache_folder_and_switch() {
    let stage = Stage::new(Answer::Token);
    let path = file(&stage, "no-cache = true", "scope = \"a\"");
    let folder = stage.fill("FOLDER/cache");
    let named = Client::from_profile(&path, "p").set(Parameter::CacheDirectory, &folder);
    assert_eq!(requests(&stage.observe(named)), 2);
}

/// Paths count from the file, and from the home folder.
#[test]
fn relative_paths() {
    let stage = Stage::new(Answer::Token);
    let key = stage.fill("KEYS/test-rsa-2048-pkcs8.pem");
    std::fs::copy(key, stage.folder().join("own.pem")).unwrap();
    let path = file(&stage, "", "private-key = \"own.pem\"");
    check(&stage, Client::from_profile(&path, "p"), &[]);
    let path = file(&stage, "", "private-key = \"~/own.pem\"");
    let lines = stage.run([
        ("TOKENRING_CONFIG".to_owned(), path.as_str()),
        ("TOKENRING_PROFILE".to_owned(), "p"),
        ("HOME".to_owned(), &stage.fill("FOLDER")),
    ]);
    check_lines(&lines, &[]);
}
