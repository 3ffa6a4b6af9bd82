//! What token endpoints answer: bodies and header fields.

use tokenring_assertion::NumericDate;
use tokenring_gateway::diagnosis::{Diagnosis, Incident};
use tokenring_oauth::{
    ErrorResponse, HttpRequest, HttpResponse, Retryable, SecureUrl, TokenResponse, printable,
};

use crate::campaign::Campaign;
use crate::corpus::texts;
use crate::gateways::Known;

/// A token answer behind a byte order mark, and an error, by `gzip.compress` of Python 3.11.
pub(crate) const GZIP_TOKEN: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03{\xbf{\x7f\xb5Rbrrjqq|I~vj\x9e\x92\x95RbR\xb2\x92\x8e\x12\x98\x17_RY\x90\x0a\x14rJM,J-\x02\x8a\xa6V\x14d\x16\xa5\x16\xc7g\x02\x15\x9aZZ\xd6\x02\x00l\x16\xc9\xdc@\x00\x00\x00";
const GZIP_ERROR: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabVJ-*\xca/R\xb2R\xca\xcc+K\xcc\xc9L\x89O\xce\xc9L\xcd+Q\xd2\x81H\x14+YU+%\x96\xa6(YE+\x95\x17\xe5\xe7\xa5+\xc5\xd6\xd6\x02\x00\x84\xc9\xf5\xe95\x00\x00\x00";
/// More than any seed has.
const LARGEST_BODY: usize = 64 * 1024;

/// Takes a response apart that is written as HTTP has it, but for its first line.
pub(crate) fn response(input: &[u8]) -> HttpResponse {
    let (head, body) = match input.windows(2).position(|pair| pair == b"\n\n") {
        Some(end) => (&input[..end], &input[end + 2..]),
        None => (input, &b""[..]),
    };
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split('\n');
    let status = lines.next().and_then(|line| line.parse().ok());
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let url = SecureUrl::new("https://as.example.com/token").unwrap();
    let request = HttpRequest::get(&url);
    request.response(status.unwrap_or(400), headers, body.to_vec())
}

/// The same as a transport hands it on; as it came where it cannot be decompressed.
fn decompressed(input: &[u8]) -> HttpResponse {
    match response(input).decompressed(LARGEST_BODY) {
        Ok(response) => response,
        Err(error) => {
            let _ = format!("{error} {error:?}");
            response(input)
        }
    }
}

/// A response whose body is no text.
fn bytes(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\n\n", body].concat()
}

fn use_response(response: &HttpResponse) {
    let _ = format!("{response:?}");
    let _ = (response.date(), response.retry_after());
}

#[test]
fn token_responses() {
    let mut seeds = texts(&[
        "200\nContent-Type: application/json\nDate: Sun, 06 Nov 1994 08:49:37 GMT\n\n\
         {\"access_token\":\"abc.def\",\"token_type\":\"Bearer\",\"expires_in\":599,\
         \"scope\":\"a b\",\"refresh_token\":\"x\"}",
        "200\n\n{\"access_token\":\"Sr5PIW\",\"expires_in\":\"599\",\"token_type\":\"Bearer\",\
         \"issued_at\":\"1700000000000\",\"refresh_count\":\"0\"}",
        "200\nContent-Type: application/json;charset=UTF-8\n\n{\"token_type\":\"DPoP\",\
         \"access_token\":\"eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.c2ln\",\
         \"authorization_details\":[{\"type\":\"a\"}],\"patient\":\"17\"}",
        "201\n\n{\"access_token\":\"a\",\"token_type\":\"bearer\",\"expires_in\":1e3}",
        "200\n\n{\"access_token\":\"a\",\"error\":\"invalid_scope\"}",
        "200\n\n<html><body>Sign in</body></html>",
        "200\n\n\u{feff}{\"access_token\":\"a\",\"error\":[],\"instance_url\":\"https://a.example\"}",
        "200\n\n{\"data\":[{\"attributes\":{\"accessToken\":\"a\"}}],\"id_token\":\"b\"}",
        "200\n\n{\"token\":\"a\",\"success\":false,\"message\":\"not active\"}",
    ]);
    seeds.push(bytes("200\nContent-Encoding: gzip", GZIP_TOKEN));
    seeds.push(bytes("200", GZIP_TOKEN));
    Campaign::new("token_responses", 100, seeds).run(|input| {
        let response = decompressed(input);
        use_response(&response);
        let mut is_read = false;
        for parsed in [
            TokenResponse::parse(&response),
            TokenResponse::parse_as(&response, "DPoP"),
        ] {
            match parsed {
                Ok(token) => {
                    is_read = true;
                    let _ = format!("{token:?}");
                    let _ = token.missing_scope("a b c").count();
                    let _ = (token.token_type(), token.scope(), token.access_token());
                    let _ = (token.members().secret_members(), token.faults().count());
                    let _ = token.lifetime_of_token(NumericDate::from_seconds(u64::MAX));
                }
                Err(error) => drop((error.retry(), format!("{error} {error:?}"))),
            }
        }
        let _ = printable(&String::from_utf8_lossy(input)).to_string();
        is_read
    });
}

#[test]
fn error_responses() {
    let mut seeds = texts(&[
        "400\nContent-Type: application/json\n\n{\"error\":\"invalid_client\",\
         \"error_description\":\"AADSTS700027: no\",\"error_uri\":\"https://a.example/e?code=7\",\
         \"trace_id\":\"0d\",\"correlation_id\":\"4c\",\"message_id\":\"rrt-0a1\"}",
        "429\nRetry-After: 120\nDate: Sun, 06 Nov 1994 08:49:37 GMT\nX-RateLimit-Reset: 17\n\n",
        "503\nRetry-After: Sun, 06 Nov 1994 08:51:37 GMT\nDate: Sunday, 06-Nov-94 08:49:37 GMT\n\n",
        "401\nWWW-Authenticate: Bearer realm=\"a\", error=\"invalid_token\", \
         error_description=\"expired\"\nX-Request-ID: 5c1a\n\n",
        "401\nWWW-Authenticate: DPoP algs=\"ES256\", Basic realm=\"a\\\"b\"\n\n\
         {\"fault\":{\"faultstring\":\"Invalid ApiKey\",\
         \"detail\":{\"errorcode\":\"oauth.v2.InvalidApiKey\"}}}",
        "422\nContent-Type: application/problem+json\n\n{\"type\":\"about:blank\",\
         \"title\":\"No\",\"status\":422,\"detail\":\"why\",\"instance\":\"/a\"}",
        "400\nContent-Type: text/xml\n\n<?xml version=\"1.0\"?><error><message>no</message></error>",
        "403\nContent-Type: text/html\n\n<html><head><title>Denied</title></head></html>",
        "500\n\n{\"errors\":[{\"code\":1,\"message\":\"no\"}],\"resourceType\":\"OperationOutcome\",\
         \"issue\":[{\"severity\":\"error\",\"diagnostics\":\"no\"}]}",
        "302\nLocation: https://a.example/login?state=secret\n\n",
        "400\n\nerror=invalid_grant&error_description=no%20such%20thing",
        "400\n\n)]}',\n{\"error\":{\"error\":{\"detail\":{\"msg\":\"why not\"}}},\"err_code\":\"a\"}",
        "400\n\n{\"title\":\"No\",\"errors\":{\"aud\":[\"is required\",7],\"\":\"no\"}}",
        "401\nWWW-Authenticate: Negotiate YII==, Bearer error='invalid_token', Basic\n\
         WWW-Authenticate: Bearer error_description=\"a\\\"b\"\n\n",
        "403\n\n<problem><title>No</title><detail>Ray ID: 5c1a-77</detail></problem>",
        "429\nRetry-After-Ms: 1500\nRateLimit: \"default\";r=0;t=30\n\nslow down",
    ]);
    seeds.push(bytes("401\nContent-Encoding: gzip", GZIP_ERROR));
    let units = "{\"error\":\"invalid_client\"}".encode_utf16();
    let utf16: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    seeds.push(bytes("401", &utf16));
    seeds.push(bytes(
        "401",
        b"{\"error\":\"a\",\"message\":\"cl\xe9 inconnue\"}",
    ));
    let known = Known::new();
    Campaign::new("error_responses", 100, seeds).run(|input| {
        let response = decompressed(input);
        use_response(&response);
        let refusal = ErrorResponse::parse(&response);
        let _ = (refusal.retry(), format!("{refusal} {refusal:?}"));
        for (gateway, endpoint) in known.some(input) {
            let diagnosis = Diagnosis::of(&Incident::new(gateway, endpoint, &refusal));
            for cause in diagnosis.causes() {
                let _ = format!("{cause:?}");
            }
        }
        refusal.error().is_some()
    });
}
