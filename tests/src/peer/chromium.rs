#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value has null where a member is missing"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::scratch::Scratch;

/// A headless browser that is driven over a pipe, by the Chrome DevTools Protocol.
#[derive(Debug)]
pub struct Chromium {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    next_id: u64,
    /// What the pages have complained about so far.
    complaints: Vec<String>,
    _profile: Scratch,
}

/// A tab of the browser.
#[derive(Clone, Debug)]
pub struct Tab(String);

/// Longer than anything takes that is going to happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// The protocol's pipes are the file descriptors 3 and 4.
const SCRIPT: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

impl Chromium {
    /// Starts the program with a profile of its own.
    #[track_caller]
    pub(super) fn start(program: &str) -> Self {
        let profile = Scratch::new();
        let mut child = Command::new("sh")
            .args(["-c", SCRIPT, program])
            .args([
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                // The sandbox does not start for root, and only pages of our own are opened.
                "--no-sandbox",
                // A name that leads to this machine, like that of an attacker.
                "--host-resolver-rules=MAP rebound.example 127.0.0.1",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {program}: {error}"));
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            panic!("{program} has no pipes");
        };
        let (send, messages) = mpsc::channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(output);
            let mut message = Vec::new();
            while let Ok(1..) = reader.read_until(0, &mut message) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else {
                    return;
                };
                if send.send(value).is_err() {
                    return;
                }
                message.clear();
            }
        });
        Self {
            child,
            input,
            messages,
            next_id: 0,
            complaints: Vec::new(),
            _profile: profile,
        }
    }

    /// Opens a page in a tab and waits until it has loaded.
    #[must_use]
    #[track_caller]
    pub fn open(&mut self, url: &str) -> Tab {
        let created = self.call(
            None,
            "Target.createTarget",
            &json!({ "url": "about:blank" }),
        );
        let target = json!({ "targetId": created["targetId"], "flatten": true });
        let attached = self.call(None, "Target.attachToTarget", &target);
        let tab = Tab(attached["sessionId"]
            .as_str()
            .unwrap_or_default()
            .to_owned());
        for domain in ["Page", "Runtime", "Log"] {
            self.call(Some(&tab), &format!("{domain}.enable"), &json!({}));
        }
        self.call(Some(&tab), "Page.navigate", &json!({ "url": url }));
        while self.message()["method"] != "Page.loadEventFired" {}
        tab
    }

    /// Gives a tab a size in pixels.
    #[track_caller]
    pub fn resize(&mut self, tab: &Tab, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call(Some(tab), "Emulation.setDeviceMetricsOverride", &size);
    }

    /// Types text into whatever has the focus.
    #[track_caller]
    pub fn type_text(&mut self, tab: &Tab, text: &str) {
        self.call(Some(tab), "Input.insertText", &json!({ "text": text }));
    }

    /// Presses a key whose character is known, such as Enter or Tab.
    #[track_caller]
    pub fn press(&mut self, tab: &Tab, key: &str, code: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
                "text": if kind == "keyDown" { text } else { "" },
            });
            self.call(Some(tab), "Input.dispatchKeyEvent", &event);
        }
    }

    /// The value of an expression in the page; a promise is waited for.
    #[must_use]
    #[track_caller]
    pub fn evaluate(&mut self, tab: &Tab, expression: &str) -> Value {
        let parameters = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
        });
        let result = self.call(Some(tab), "Runtime.evaluate", &parameters);
        assert!(
            result.get("exceptionDetails").is_none(),
            "{expression}: {}",
            result["exceptionDetails"]
        );
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true of the page, which it looks at whenever it changes.
    #[track_caller]
    pub fn wait_until(&mut self, tab: &Tab, condition: &str) {
        let promise = format!(
            "new Promise((resolve) => {{
               const look = () => {{ if ({condition}) {{ observer.disconnect(); resolve(true); }} }};
               const observer = new MutationObserver(look);
               observer.observe(document, {{
                 subtree: true, childList: true, attributes: true, characterData: true,
               }});
               look();
             }})"
        );
        assert_eq!(self.evaluate(tab, &promise), true, "{condition}");
    }

    /// What pages have written to the console, thrown, or been kept from doing.
    #[must_use]
    pub fn complaints(&self) -> &[String] {
        &self.complaints
    }

    #[track_caller]
    fn call(&mut self, tab: Option<&Tab>, method: &str, parameters: &Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        let mut request = json!({ "id": id, "method": method, "params": parameters });
        if let Some(Tab(session)) = tab {
            request["sessionId"] = session.as_str().into();
        }
        let sent = self.input.write_all(format!("{request}\0").as_bytes());
        sent.and_then(|()| self.input.flush())
            .unwrap_or_else(|error| panic!("{method}: {error}"));
        loop {
            let answer = self.message();
            if answer["id"] == id {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    #[track_caller]
    fn message(&mut self) -> Value {
        let message = self
            .messages
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("the browser says nothing: {error}"));
        let complaint = match message["method"].as_str() {
            Some("Runtime.exceptionThrown") => Some(&message["params"]["exceptionDetails"]),
            Some("Runtime.consoleAPICalled") => Some(&message["params"]["args"]),
            Some("Log.entryAdded") => Some(&message["params"]["entry"]),
            _ => None,
        };
        if let Some(complaint) = complaint {
            self.complaints.push(complaint.to_string());
        }
        message
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The shell has become the browser.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
