//! `--clock-skew auto` corrects what a clock gets wrong by itself, and no more.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::loopback::response;
use crate::process::{Machine, holds};
use crate::scripted_server::ScriptedServer;

const DAY: i64 = 24 * 60 * 60;

/// A server's `Date` that is so many seconds from this machine's.
fn date(skew: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let time = now.as_secs().checked_add_signed(skew).unwrap();
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(time))
}

/// How many assertions a server gets that rejects all of them, and what is said of it.
#[track_caller]
fn check(date: String, options: &[&str], requests: usize, parts: &[&str]) {
    let machine = Machine::new();
    let server = ScriptedServer::start(move |_, _| {
        let headers = format!("Content-Type: application/json\r\nDate: {date}\r\n");
        response(
            "401 Unauthorized",
            &headers,
            b"{\"error\":\"invalid_client\"}",
        )
    });
    let options = [&["--no-cache"], options].concat();
    let complaint = server.get_token(&machine, &options).finish().fails(6);
    holds(&complaint, parts);
    assert_eq!(server.requests().len(), requests, "{complaint}");
}

#[test]
fn a_day_at_most() {
    let auto = ["--clock-skew", "auto"];
    check(date(0), &auto, 1, &[]);
    check(date(3600), &auto, 2, &["s behind the server's"]);
    check(date(-3600), &auto, 2, &["s ahead of the server's"]);
    check(date(DAY - 60), &auto, 2, &["s behind the server's"]);
    let limit = "at most a day (86400 s)";
    check(date(DAY + 60), &auto, 1, &["s behind the server's", limit]);
    check(
        date(-DAY - 60),
        &auto,
        1,
        &["s ahead of the server's", limit],
    );
    check(date(DAY + 60), &[], 1, &["s behind the server's", limit]);
    let end_of_time = "Fri, 31 Dec 9999 23:59:59 GMT";
    check(
        end_of_time.into(),
        &auto,
        1,
        &["s behind the server's", limit],
    );
    let start_of_time = "Thu, 01 Jan 1970 00:00:00 GMT";
    check(
        start_of_time.into(),
        &auto,
        1,
        &["s ahead of the server's", limit],
    );
}
