//! `--clock-skew auto` corrects what a clock gets wrong by itself, and no more.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::loopback::response;
use crate::process::Machine;
use crate::scripted_server::ScriptedServer;
use crate::transcript::Transcript;

const DAY: i64 = 24 * 60 * 60;

/// A server's `Date` that is so many seconds from this machine's.
fn date(skew: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let time = now.as_secs().checked_add_signed(skew).unwrap();
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(time))
}

/// How many assertions a server gets that rejects all of them, and what is said of it.
#[track_caller]
fn check(texts: &mut Transcript, date: String, options: &[&str], requests: usize) {
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
    let complaint = texts.run(server.get_token(&machine, &options)).fails(6);
    assert_eq!(server.requests().len(), requests, "{complaint}");
}

#[test]
fn a_day_at_most() {
    let auto = ["--clock-skew", "auto"];
    let mut texts = Transcript::new();
    texts.hide_number_after("clock is ");
    texts.hide_number_after("found: ");
    for (skew, requests) in [
        (0, 1),
        (3600, 2),
        (-3600, 2),
        (DAY - 60, 2),
        (DAY + 60, 1),
        (-DAY - 60, 1),
    ] {
        texts.title(&format!("{skew} s"));
        check(&mut texts, date(skew), &auto, requests);
    }
    texts.title("without the option");
    check(&mut texts, date(DAY + 60), &[], 1);
    let end_of_time = "Fri, 31 Dec 9999 23:59:59 GMT";
    texts.title(end_of_time);
    check(&mut texts, end_of_time.into(), &auto, 1);
    let start_of_time = "Thu, 01 Jan 1970 00:00:00 GMT";
    texts.title(start_of_time);
    check(&mut texts, start_of_time.into(), &auto, 1);
    texts.check("get-token/clock-skew");
}
