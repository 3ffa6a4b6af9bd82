//! What a person sees, and what a foreign page does not.

use serde_json::{Value, json};

use crate::window::{CLIENT, KEY_ID, Window};

#[test]
fn an_empty_journal_tells_how_to_begin() {
    let Some(mut window) = Window::open() else {
        return;
    };
    window.wait_until("!document.getElementById('start').hidden");
    let command = window.text("#start-command");
    let token_url = window.gateway().token_url();
    for part in ["tokenring get-token", "--gateway nhs", CLIENT, &token_url] {
        assert!(command.contains(part), "{command}");
    }
    assert!(window.text("#start-curl").contains(&token_url));
    assert_eq!(window.text("#title"), "Mock of NHS England API Platform");
    assert_eq!(
        window.value("document.getElementById('controls').hidden"),
        true
    );
    assert!(window.complaints().is_empty(), "{:?}", window.complaints());
}

/// The page is open before the requests are made.
#[test]
fn requests_appear_as_they_arrive_with_their_verdicts() {
    let Some(mut window) = Window::open() else {
        return;
    };
    window.wait_until("document.getElementById('connection').dataset.state === 'live'");
    window.wait_for_requests(0);

    assert!(window.ask("JWT", KEY_ID));
    window.wait_for_requests(1);
    assert_eq!(
        window.value("document.querySelector('#requests > li').dataset.outcome"),
        "granted"
    );
    assert_eq!(window.text("#requests > li .status"), "200");
    let verdicts = "[...document.querySelectorAll('#requests > li:first-child [data-rule]')]
        .map((item) => [item.dataset.rule, item.dataset.verdict])";
    let all: Vec<[String; 2]> = serde_json::from_value(window.value(verdicts)).unwrap();
    assert!(all.len() > 30, "{all:?}");
    assert!(all.iter().all(|[_, verdict]| verdict == "held"), "{all:?}");

    assert!(!window.ask("at+jwt", KEY_ID));
    window.wait_for_requests(2);
    // The latest is on top, and open.
    let first = |what: &str| format!("#requests > li:first-child {what}");
    assert_eq!(
        window.text(&first(".words")),
        "Invalid 'typ' header in client_assertion JWT - must be 'JWT'"
    );
    assert_eq!(
        window.value("document.querySelector('#requests > li:first-child details').open"),
        true
    );
    assert_eq!(
        window.value("document.querySelector('#requests > li:last-child details').open"),
        false
    );
    let all: Vec<[String; 2]> = serde_json::from_value(window.value(verdicts)).unwrap();
    let broken = all
        .iter()
        .position(|[_, verdict]| verdict == "broken")
        .unwrap();
    assert_eq!(all[broken][0], "type");
    assert!(all[..broken].iter().all(|[_, verdict]| verdict == "held"));
    assert!(
        all[broken + 1..]
            .iter()
            .all(|[_, verdict]| verdict == "not reached")
    );

    // Header and claims are decoded, and the one at fault is marked.
    let members = "Object.fromEntries(
        [...document.querySelectorAll('#requests > li:first-child tr')].map((row) => [
            row.querySelector('th').textContent, row.querySelector('td').firstChild.data]))";
    let members = window.value(members);
    assert_eq!(members["typ"], "\"at+jwt\"");
    assert_eq!(members["alg"], "\"RS512\"");
    assert_eq!(members["iss"], json!(format!("\"{CLIENT}\"")));
    assert_eq!(members["exp"], "1764000150");
    assert_eq!(window.text(&first("tr.at-fault th")), "typ");
    // So is what the rule wants in its place.
    let terms = "[...document.querySelectorAll('#requests > li:first-child .difference dd')]
        .map((term) => term.textContent)";
    assert_eq!(window.value(terms), json!(["\"at+jwt\"", "\"JWT\""]));
    assert!(
        window
            .text(&first(".when"))
            .ends_with("150 s after arrival")
    );
    let answer: Value = serde_json::from_str(&window.text(&first("pre"))).unwrap();
    assert_eq!(answer["error"], "invalid_request");
    assert!(window.complaints().is_empty(), "{:?}", window.complaints());
}

/// A query in the URL is a part of what some gateways want as audience.
#[test]
fn the_url_that_was_called_is_seen_beside_the_claim() {
    let Some(mut window) = Window::open() else {
        return;
    };
    let url = window.gateway().token_url();
    assert!(!window.ask_at(&format!("{url}?version=2&key=hunter2"), &url));
    window.wait_for_requests(1);
    let called = format!("{url}?version=…&key=…");
    assert_eq!(window.text("#requests .called dd"), called);
    assert_eq!(
        window.text("#requests .path").split("  ").next(),
        Some("POST /oauth2/token?version=…&key=…")
    );
    let terms = "[...document.querySelectorAll('#requests .difference dd')]
        .map((term) => term.textContent)";
    assert_eq!(
        window.value(terms),
        json!([format!("\"{url}\""), format!("\"{called}\"")])
    );
    // A path that is not there is said to be none.
    let wrong = format!("{url}n");
    assert!(!window.ask_at(&wrong, &wrong));
    window.wait_for_requests(2);
    let words = window.text("#requests > li:first-child .words");
    assert!(words.contains("nothing is at this path"), "{words}");
    let page = window.value("document.body.textContent");
    assert!(!page.as_str().unwrap().contains("hunter2"));
    assert!(window.complaints().is_empty(), "{:?}", window.complaints());
}

/// Whatever a client sends is text on the page.
#[test]
fn markup_from_a_request_stays_text() {
    let Some(mut window) = Window::open() else {
        return;
    };
    let hostile = "<img src=x onerror=\"document.title='changed'\"><script>1</script>\u{202e}";
    assert!(!window.ask("JWT", hostile));
    window.wait_for_requests(1);
    let shown = window.text("#requests table");
    assert!(shown.contains("<img src=x onerror="), "{shown}");
    assert!(
        shown.contains("\\u202e") && !shown.contains('\u{202e}'),
        "{shown}"
    );
    assert_eq!(
        window.value("document.querySelectorAll('main img, main script').length"),
        0
    );
    assert_eq!(window.value("document.title"), "Mock gateway: nhs");
    assert!(window.complaints().is_empty(), "{:?}", window.complaints());
}

/// With the keyboard alone.
#[test]
fn requests_are_filtered_and_cleared() {
    let Some(mut window) = Window::open() else {
        return;
    };
    window.ask("JWT", KEY_ID);
    window.ask("at+jwt", KEY_ID);
    window.ask("JWT", "unknown");
    window.wait_for_requests(3);
    let shown =
        "[...document.querySelectorAll('#requests > li')].filter((item) => !item.hidden).length";
    assert_eq!(window.value(shown), 3);
    assert_eq!(window.text("#count"), "3 requests");

    let _ = window.value("document.getElementById('filter').focus()");
    window.type_text("unknown-key-id");
    assert_eq!(window.value(shown), 1);
    assert_eq!(window.text("#count"), "1 of 3");
    // What arrives now is filtered too.
    window.ask("at+jwt", KEY_ID);
    window.wait_for_requests(4);
    assert_eq!(window.value(shown), 1);

    window.press_tab();
    window.press_tab();
    assert_eq!(window.value("document.activeElement.id"), "clear");
    window.press_enter();
    window.wait_for_requests(0);
    // What comes after is shown again.
    window.ask("JWT", "unknown");
    window.wait_for_requests(1);
    assert_eq!(window.value(shown), 1);
}

#[test]
fn it_fits_wide_and_narrow_windows() {
    let Some(mut window) = Window::open() else {
        return;
    };
    window.ask("JWT", KEY_ID);
    window.ask("at+jwt", &"long".repeat(30));
    window.wait_for_requests(2);
    for width in [1280, 800, 400, 320] {
        window.resize(width);
        let overflow =
            "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(window.value(overflow), 0, "{width}");
    }
}

#[test]
fn a_gateway_that_stops_is_told() {
    let Some(mut window) = Window::open() else {
        return;
    };
    window.wait_until("document.getElementById('connection').dataset.state === 'live'");
    window.gateway = None;
    window.wait_until("document.getElementById('connection').dataset.state === 'lost'");
}

/// A page of another origin reads nothing, by its own name or by one that leads here.
#[test]
fn foreign_pages_read_nothing() {
    let Some(mut window) = Window::open() else {
        return;
    };
    window.ask("JWT", KEY_ID);
    let events = format!("{}/-/events", window.gateway().base_url());
    let read = format!("fetch({events:?}).then((answer) => answer.text(), () => 'refused')");
    assert_eq!(
        window.elsewhere("data:text/html,<p>elsewhere</p>", &read),
        "refused"
    );
    let port = window.gateway().address().port();
    let rebound = format!("http://rebound.example:{port}");
    let read = "fetch('/-/events').then((answer) => answer.status)";
    assert_eq!(window.elsewhere(&format!("{rebound}/"), read), 421);
    let text = window.elsewhere(&format!("{rebound}/"), "document.body.textContent");
    let text = text.as_str().unwrap();
    assert!(text.contains("answers on this machine only"), "{text}");
    assert!(!text.contains(CLIENT), "{text}");
}
