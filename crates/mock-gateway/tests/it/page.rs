//! The browser page's endpoints: who may read them, and what they tell.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, CLIENT};
use crate::http::{Answer, get, send};

const BROWSER: (&str, &str) = (
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
);

fn events(bench: &Bench, query: &str) -> Value {
    let answer = get(bench.address(), &format!("/-/events{query}"), &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

#[track_caller]
fn has_policies(answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ] {
        assert!(policy.split("; ").any(|each| each == part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn a_browser_gets_the_page_and_others_the_text() {
    let bench = Bench::start();
    let page = get(bench.address(), "/", &[BROWSER]);
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    has_policies(&page);
    for accept in ["*/*", "text/plain", "application/json"] {
        let text = get(bench.address(), "/", &[("Accept", accept)]);
        assert_eq!(
            text.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert!(text.text().contains("POST /oauth2/token"));
    }
}

/// What the page loads is here, and nothing of it is anywhere else or inline.
#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let bench = Bench::start();
    let page = get(bench.address(), "/", &[BROWSER]);
    let html = page.text();
    assert!(
        !html.contains("http://") && !html.contains("https://"),
        "{html}"
    );
    assert!(!html.contains("style=") && !html.contains(" onclick="));
    let mut loaded = 0;
    for attribute in ["href=\"", "src=\""] {
        for rest in html.split(attribute).skip(1) {
            let target = rest.split('"').next().unwrap();
            if target.starts_with('#') {
                continue;
            }
            let answer = get(bench.address(), target, &[]);
            assert_eq!(answer.status, 200, "{target}");
            has_policies(&answer);
            assert!(!answer.body.is_empty());
            loaded += 1;
        }
    }
    assert_eq!(loaded, 3);
    let script = get(bench.address(), "/-/page.js", &[]);
    for sink in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!script.text().contains(sink), "{sink}");
    }
}

/// DNS rebinding: a foreign name that leads to this machine is still in the `Host` header.
#[test]
fn foreign_names_and_sites_read_nothing() {
    let bench = Bench::start();
    let port = bench.address().port();
    bench.send(&bench.attempt());
    for path in ["/", "/-/events", "/-/page.js"] {
        for host in [
            "evil.example".to_owned(),
            format!("evil.example:{port}"),
            format!("127.0.0.1.evil.example:{port}"),
            format!("localhost.evil.example:{port}"),
        ] {
            let answer = get(bench.address(), path, &[("Host", &host), BROWSER]);
            assert_eq!(answer.status, 421, "{host}{path}");
            assert!(!answer.text().contains(CLIENT));
        }
        for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}")] {
            let answer = get(bench.address(), path, &[("Host", &host), BROWSER]);
            assert_eq!(answer.status, 200, "{host}{path}");
        }
    }
    for site in ["cross-site", "same-site", "", "?"] {
        let answer = get(bench.address(), "/-/events", &[("Sec-Fetch-Site", site)]);
        assert_eq!(answer.status, 421, "{site:?}");
    }
    for site in ["same-origin", "none"] {
        let answer = get(bench.address(), "/-/events", &[("Sec-Fetch-Site", site)]);
        assert_eq!(answer.status, 200, "{site}");
    }
    for method in ["POST", "DELETE", "OPTIONS"] {
        let answer = send(bench.address(), method, "/-/events", &[], b"");
        assert_eq!(answer.status, 404, "{method}");
    }
}

#[test]
fn each_rule_has_its_verdict() {
    let bench = Bench::start();
    bench.send(&bench.attempt());
    bench.send(&bench.attempt().with_header("typ", "\"at+jwt\""));
    let news = events(&bench, "");
    assert_eq!(news["gateway"]["name"], "nhs");
    assert_eq!(news["gateway"]["environment"], "int");
    assert_eq!(news["gateway"]["tokenUrl"], bench.gateway.token_url());
    assert_eq!(news["next"], 2);
    let (granted, refused) = (&news["events"][0], &news["events"][1]);
    let verdicts = |event: &Value| -> Vec<(String, String)> {
        let judgements = event["judgements"].as_array().unwrap().iter();
        judgements
            .map(|each| {
                let text = |index: usize| each[index].as_str().unwrap().to_owned();
                (text(0), text(1))
            })
            .collect()
    };
    let all = verdicts(granted);
    assert!(all.len() > 30, "{all:?}");
    assert!(all.iter().all(|(_, verdict)| verdict == "held"), "{all:?}");
    let some = verdicts(refused);
    let broken = some.iter().position(|(rule, _)| rule == "type").unwrap();
    for (index, (rule, verdict)) in some.iter().enumerate() {
        let expected = match index.cmp(&broken) {
            std::cmp::Ordering::Less => "held",
            std::cmp::Ordering::Equal => "broken",
            std::cmp::Ordering::Greater => "not reached",
        };
        assert_eq!(verdict, expected, "{rule}");
        assert!(
            news["gateway"]["rules"][rule]["cause"].is_string(),
            "{rule}"
        );
    }
    assert_eq!(
        some[..3]
            .iter()
            .map(|(rule, _)| rule.as_str())
            .collect::<Vec<_>>(),
        ["content-type", "grant-type-absent", "grant-type",]
    );
    assert_eq!(refused["refusal"]["rule"], "type");
    // NHS's file says more of it than the rule does.
    let cause = &news["gateway"]["rules"]["type"]["cause"];
    assert!(
        cause.as_str().unwrap().contains("another than JWT"),
        "{cause}"
    );
    assert_eq!(refused["header"]["typ"], "at+jwt");
    assert_eq!(refused["claims"]["iss"], CLIENT);
    assert_eq!(refused["clientId"], CLIENT);
}

/// Enough to see what was wrong, and nothing that would let anybody in.
#[test]
fn neither_tokens_nor_signatures_are_told() {
    let bench = Bench::start();
    let nested = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2lnbmF0dXJl";
    let long = "a".repeat(3000);
    let attempt = bench
        .attempt()
        .with_claim("token", &json!(nested).to_string())
        .with_claim("long", &json!(long).to_string())
        .with_header("x5c", &json!([long]).to_string());
    let assertion = attempt.assertion();
    let answer = bench.send(&attempt);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    bench.send(&attempt);
    let told = get(bench.address(), "/-/events", &[]);
    let told = told.text();
    for secret in [token.as_str(), assertion.as_str(), nested, long.as_str()] {
        assert!(!told.contains(secret));
        // Not even most of it.
        let most = &secret[secret.len() / 3..];
        assert!(!told.contains(most), "{most}");
    }
    let signature = assertion.rsplit('.').next().unwrap();
    assert!(!told.contains(&signature[..16]));
    let news: Value = serde_json::from_str(told).unwrap();
    let answer: Value =
        serde_json::from_str(news["events"][0]["answer"].as_str().unwrap()).unwrap();
    assert_eq!(answer["access_token"], format!("{}…", &token[..4]));
    assert_eq!(answer["expires_in"], "599");
    let claims = &news["events"][0]["claims"];
    assert_eq!(claims["token"], "eyJh…");
    assert!(
        claims["long"]
            .as_str()
            .unwrap()
            .ends_with("(3000 characters)")
    );
    for event in bench.gateway.events() {
        let shown = format!("{event:?} {event}");
        assert!(!shown.contains(&token) && !shown.contains(&signature[..16]));
    }
}

#[test]
fn a_request_for_news_waits_until_there_are_any() {
    let bench = Bench::start();
    assert_eq!(events(&bench, "")["events"], json!([]));
    let address = bench.address();
    let waiting = thread::spawn(move || get(address, "/-/events?after=0", &[]).json());
    bench.send(&bench.attempt());
    let news = waiting.join().unwrap();
    assert_eq!(news["events"].as_array().unwrap().len(), 1);
    assert_eq!(news["next"], 1);
    assert!(news.get("gateway").is_none());
    // The same gateway says so; another one at this address would not.
    assert_eq!(news["run"], events(&bench, "")["run"]);
    assert_ne!(news["run"], events(&Bench::start(), "")["run"]);
}

/// As many pages as anybody cares to open leave room for clients.
#[test]
fn readers_of_events_take_no_connection_from_clients() {
    let bench = Bench::start();
    let open = |query: &str| {
        let mut stream = TcpStream::connect(bench.address()).unwrap();
        let patience = Duration::from_secs(10);
        stream.set_read_timeout(Some(patience)).unwrap();
        let head = format!("GET /-/events{query} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let status = |stream: &mut TcpStream| {
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        String::from_utf8_lossy(&head[9..]).into_owned()
    };
    // The first ones get what there is, keep their connections, and wait with those.
    let mut waiting: Vec<_> = (0..32).map(|_| open("?after=0")).collect();
    let mut others: Vec<_> = (0..200).map(|_| open("?after=0")).collect();
    for stream in &mut others {
        assert_eq!(status(stream), "503");
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        let rest = rest.to_ascii_lowercase();
        assert!(rest.contains("retry-after: 5"), "{rest}");
    }
    // Were there no room, this would wait for the readers, whose patience is twenty seconds.
    let start = Instant::now();
    assert_eq!(bench.send(&bench.attempt()).status, 200);
    let time = start.elapsed();
    assert!(time < Duration::from_secs(10), "{time:?}");
    for stream in &mut waiting {
        assert_eq!(status(stream), "200");
    }
    // A reader that is gone leaves its place to another one.
    drop(waiting);
    let start = Instant::now();
    while status(&mut open("")) != "200" {
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn the_page_is_no_news_of_its_own() {
    let bench = Bench::start();
    get(bench.address(), "/", &[BROWSER]);
    get(bench.address(), "/-/page.css", &[]);
    events(&bench, "");
    assert!(bench.gateway.events().is_empty());
    get(bench.address(), "/-/nothing", &[]);
    assert_eq!(bench.gateway.events().len(), 1);
}

#[test]
fn many_events_come_in_several_answers() {
    let bench = Bench::start();
    for _ in 0..120 {
        get(bench.address(), "/api/open", &[]);
    }
    let first = events(&bench, "");
    assert_eq!(first["events"].as_array().unwrap().len(), 100);
    let rest = events(&bench, "?after=100");
    assert_eq!(rest["events"].as_array().unwrap().len(), 20);
    assert_eq!(rest["next"], 120);
}
