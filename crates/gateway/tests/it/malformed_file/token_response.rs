//! What a file says of the token response.

use tokenring_gateway::Gateway;

#[test]
fn token_types_and_statuses() {
    let table = "[[notes]]\ntopic";
    let with = |lines: &str| format!("[response]\n{lines}\n[[notes]]\ntopic");
    let error = |lines: &str| {
        let good = crate::malformed_file::GOOD.replace(table, &with(lines));
        Gateway::parse(&good, "mine.toml").unwrap_err().to_string()
    };
    assert_eq!(
        error("token-type = \"bearer\"\naccepted-token-types = [\"N_A\", \"Bearer\"]"),
        "mine.toml:36: `response.accepted-token-types[1]`: `response.token-type` says this already (line 35)"
    );
    assert_eq!(
        error("status = 302"),
        "mine.toml:35: `response.status`: must be between 200 and 299"
    );
}
