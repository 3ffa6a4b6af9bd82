//! What a caller sees of the requests.

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use tokenring_mock_gateway::{Event, EventKind};

use crate::bench::{Bench, CLIENT, START};
use crate::http::get;

#[test]
fn each_request_is_one_event_and_one_line() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let bench = Bench::start_with(|builder| {
        builder.with_observer(move |event: &Event| log.lock().unwrap().push(event.to_string()))
    });
    bench.send(&bench.attempt());
    bench.send(&bench.attempt().with_claim("aud", "\"x\""));
    bench.send(&bench.attempt().with_client("nobody"));
    get(
        bench.address(),
        "/api/api-key/patient?secret=1",
        &[("apikey", CLIENT)],
    );
    get(bench.address(), "/nowhere/\u{7f}é\u{202e}", &[]);
    assert_eq!(
        lines.lock().unwrap()[..4],
        [
            "POST /oauth2/token 200",
            "POST /oauth2/token 401 Missing or invalid 'aud' claim in client_assertion JWT",
            "POST /oauth2/token 401 Invalid 'iss'/'sub' claims in client_assertion JWT",
            "GET /api/api-key/patient 200",
        ]
    );

    let events = bench.gateway.events();
    let kinds: Vec<_> = events.iter().map(Event::kind).take(4).collect();
    assert_eq!(
        kinds,
        [
            EventKind::TokenRequest,
            EventKind::TokenRequest,
            EventKind::TokenRequest,
            EventKind::ApiCall,
        ]
    );
    let clients: Vec<_> = events.iter().map(Event::client_id).take(4).collect();
    assert_eq!(clients, [Some(CLIENT), Some(CLIENT), None, Some(CLIENT)]);
    let refusal = events[1].refusal().unwrap();
    assert_eq!((refusal.rule(), refusal.status()), ("audience", 401));
    assert_eq!(refusal.error(), "invalid_request");
    assert_eq!(events[0].message_id(), None);
    assert!(events[1].message_id().unwrap().starts_with("rrt-"));
    assert_eq!(events[0].time(), UNIX_EPOCH + Duration::from_secs(START));
    // Whatever the path holds, the line is printable ASCII.
    for event in &events {
        assert!(
            event.to_string().chars().all(|c| matches!(c, ' '..='~')),
            "{event}"
        );
    }
    assert_eq!(bench.gateway.token_requests(), 3);
    assert_eq!(bench.gateway.issued_tokens(), 1);
    assert_eq!(bench.gateway.api_calls(), 1);
}

#[test]
fn neither_events_nor_debug_hold_a_token_or_an_assertion() {
    let bench = Bench::start();
    let attempt = bench.attempt();
    let assertion = attempt.assertion();
    let token = bench.token();
    bench.send(&attempt);
    let authorization = format!("Bearer {token}");
    get(
        bench.address(),
        "/api/bearer",
        &[("Authorization", &authorization)],
    );
    let shown = format!("{:?} {:?}", bench.gateway, bench.gateway.events());
    assert!(!shown.contains(&token));
    assert!(!shown.contains(&assertion));
}

#[test]
fn the_list_of_events_has_an_end() {
    use std::io::{Read, Write};
    let bench = Bench::start();
    // Over one connection: it is the number that counts here.
    let mut stream = crate::http::connect(bench.address());
    let mut reader = stream.try_clone().unwrap();
    let writer = std::thread::spawn(move || {
        for number in 0..1100 {
            let end = if number == 1099 {
                "Connection: close\r\n"
            } else {
                ""
            };
            let request = format!("GET /api/open/{number} HTTP/1.1\r\nHost: a\r\n{end}\r\n");
            stream.write_all(request.as_bytes()).unwrap();
        }
    });
    let mut answers = Vec::new();
    reader.read_to_end(&mut answers).unwrap();
    writer.join().unwrap();
    let events = bench.gateway.events();
    assert_eq!(events.len(), 1000);
    assert_eq!(events[0].path(), "/api/open/100");
    assert_eq!(bench.gateway.api_calls(), 1100);
}
