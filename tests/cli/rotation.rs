//! `tokenring rotate`: a key replaced by the next, whatever happens in between.

mod crashes;
mod kill_points;
mod load;
mod mishaps;
mod old_states;
mod restored;
mod running;
mod steps;

use std::sync::{Arc, Mutex};

use integration_tests::fixtures;
use serde_json::Value;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine};

/// A machine with a folder of keys, one of which is in use.
struct Keys {
    machine: Machine,
}

impl Keys {
    fn new() -> Self {
        Self::of("rsa-2048")
    }

    fn of(name: &str) -> Self {
        let machine = Machine::new();
        std::fs::create_dir(machine.work().join("keys")).unwrap();
        let key = fixtures::bytes(&format!("keys/test-{name}-pkcs8.pem"));
        machine.write("keys/int-1.pem", key);
        Self { machine }
    }

    fn run(&self, step: &str, more: &[&str]) -> Finished {
        let arguments = ["rotate", step, "--keys", "keys"];
        self.machine
            .tokenring([&arguments[..], more].concat())
            .finish()
    }

    #[track_caller]
    fn begin(&self) {
        self.run("begin", &["--private-key", "keys/int-1.pem"])
            .has_code(0);
    }

    /// The stage of each key.
    #[track_caller]
    fn stages(&self) -> Vec<(String, String)> {
        let text = self.run("status", &["--format", "json"]).succeeds();
        let status: Value = serde_json::from_str(&text).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let keys = status["keys"].as_array().unwrap().iter();
        keys.map(|key| (text(&key["kid"]), text(&key["stage"])))
            .collect()
    }

    #[track_caller]
    fn check_stages(&self, expected: &[(&str, &str)]) {
        let stages = self.stages();
        let stages: Vec<_> = stages
            .iter()
            .map(|(kid, stage)| (kid.as_str(), stage.as_str()))
            .collect();
        assert_eq!(stages, expected);
    }

    /// The names in the JWK Set.
    fn published(&self, name: &str) -> Vec<String> {
        let set: Value = serde_json::from_str(&self.machine.read(name)).unwrap();
        let keys = set["keys"].as_array().unwrap().iter();
        keys.map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.machine.work().join("keys").join(name)
    }
}

/// A web server whose one page can be replaced.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<String>>);

impl Page {
    fn publish(&self, text: &str) {
        text.clone_into(&mut self.0.lock().unwrap());
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn serve(&self) -> Loopback {
        let page = self.clone();
        Loopback::answer_with(move |stream| {
            use std::io::Write;
            stream.write_all(&response("200 OK", "", page.text().as_bytes()))
        })
    }
}
