//! A key is replaced while the client goes on asking for tokens: no request may be refused.

use serde_json::{Value, json};

use crate::key_ring::KeyRing;
use crate::key_set_host::KeySetHost;
use crate::report::Report;
use crate::site::Site;
use crate::user::User;

/// How often a token is asked for between two steps.
const REQUESTS: usize = 4;

/// Options of the key and of the steps, apart from those that lead to the server.
pub(crate) struct Rotation<'a> {
    pub(crate) algorithm: &'a str,
    pub(crate) flow: &'a [&'a str],
    /// What `rotate activate` is told of the server's copies, where the gateway's file doesn't say.
    pub(crate) copies: &'a [&'a str],
}

/// Rotates a key whose JWK Set is at a URL.
pub(crate) fn check(site: &dyn Site, rotation: &Rotation<'_>, report: &mut Report) {
    let mut course = Course {
        site,
        rotation,
        user: User::new(),
        host: KeySetHost::start(),
        rows: Vec::new(),
    };
    if let Err(why) = course.run() {
        course.rows.push(("a step".to_owned(), Err(why)));
    }
    report.part("rotation by JWK Set URL: requests", course.rows);
}

struct Course<'a> {
    site: &'a dyn Site,
    rotation: &'a Rotation<'a>,
    user: User,
    host: KeySetHost,
    rows: Vec<(String, Result<(), String>)>,
}

const CLIENT: &str = "rotating";

impl Course<'_> {
    fn run(&mut self) -> Result<(), String> {
        let algorithm = self.rotation.algorithm;
        let mut generate = vec!["--alg", algorithm, "--kid", "key-1", "--output-dir", "keys"];
        if algorithm.starts_with(['R', 'P']) {
            generate.extend(["--key-type", "rsa-2048"]);
        }
        self.step("generate-keys", &generate)?;
        let url = self.publish("keys/key-1.json");
        let registration = json!({ "url-of": url, "alg": algorithm });
        self.site
            .register(CLIENT, &registration, &KeyRing::default());
        self.requests("before", "keys/key-1.pem");

        let keys = ["--keys", "keys"];
        let first = ["--private-key", "keys/key-1.pem"];
        let begun = self.step("rotate begin", &[&keys[..], &first].concat())?;
        let set = begun.lines().last().unwrap_or_default().to_owned();
        self.requests("begun", "keys");
        self.publish(&set);
        self.requests("published", "keys");

        let options = ["--jwks-url", &url, "--wait"];
        let options = [&keys[..], &options, self.rotation.copies].concat();
        self.step("rotate activate", &options)?;
        self.requests("activated", "keys");

        let options = ["--drain-seconds", "1", "--wait"];
        self.step("rotate retire", &[&keys[..], &options].concat())?;
        self.requests("retired", "keys");
        let url = self.publish(&set);
        let published = crate::http::get(&url).unwrap().json();
        assert_eq!(published["keys"].as_array().map(Vec::len), Some(1));
        self.requests("old key withdrawn", "keys");
        Ok(())
    }

    fn publish(&self, file: &str) -> String {
        let set: Value = serde_json::from_str(&self.user.read(file)).unwrap();
        self.host.serve("rotation", &set)
    }

    fn step(&self, command: &str, options: &[&str]) -> Result<String, String> {
        let mut arguments: Vec<String> = command.split(' ').map(str::to_owned).collect();
        // Nothing of the server matters to the first step of a rotation.
        if command != "rotate begin" {
            arguments.extend(self.site.facts().options());
            arguments.extend(self.rotation.flow.iter().map(|&option| option.to_owned()));
        }
        arguments.extend(options.iter().map(|&option| option.to_owned()));
        let finished = self.user.tokenring(&arguments);
        finished
            .map(|finished| finished.stdout)
            .map_err(|why| format!("{command}: {why}"))
    }

    fn requests(&mut self, stage: &str, key: &str) {
        for number in 1..=REQUESTS {
            let options = ["--client-id", CLIENT, "--private-key", key];
            let options = [&options[..], self.site.options()].concat();
            let result = self
                .site
                .facts()
                .get_token(&self.user, self.rotation.flow, &options);
            self.rows.push((format!("{stage} {number}"), result));
        }
    }
}
