//! A DPoP proof for a request that another program sends.

use tokenring::{Client, ProofRequest};

use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::options::{MadeProofOptions, TokenOptions};
use crate::output;
use crate::setting::Setting;

/// Makes a proof and prints it with a newline, and nothing else.
pub(super) fn run(
    client: &Client,
    proof: &MadeProofOptions,
    options: &TokenOptions,
) -> Result<ExitCode> {
    let Some(url) = &proof.request.url else {
        return Err(Failure::usage(
            "a DPoP proof is for one request: give its URL with --url, and its --method",
        ));
    };
    let method = proof.request.method.as_ref().map(Setting::value);
    let method = method.map_or("GET", String::as_str);
    let to_failure = |error| options.to_failure(&error);
    let mut request = ProofRequest::new(method, url.value()).map_err(to_failure)?;
    if let Some(token) = proof.request.read_access_token()? {
        request = request.with_access_token(token);
    }
    if let Some(nonce) = &proof.nonce {
        request = request.with_nonce(nonce.value()).map_err(to_failure)?;
    }
    output::check_open()?;
    let mut text = client.dpop_proof(&request).map_err(to_failure)?;
    text.reserve_exact(1);
    text.push('\n');
    output::print(&text)
}
