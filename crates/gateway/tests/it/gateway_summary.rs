//! What a list says of the built-in gateways.

use tokenring_gateway::{Gateway, GatewaySummary};

#[test]
fn a_summary_says_what_the_whole_file_says() {
    let whole = Gateway::names().map(|name| Gateway::builtin(name).unwrap());
    let whole: Vec<_> = whole
        .map(|gateway| GatewaySummary::from(&gateway))
        .collect();
    assert_eq!(GatewaySummary::builtin().collect::<Vec<_>>(), whole);
}
