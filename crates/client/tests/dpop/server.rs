//! An authorization server and an API in one, on loopback.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;
use tokenring::{Client, ClientBuilder, DpopRule};
use tokenring_jwk::{Jwk, Signature, any};

/// How the server behaves.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rules {
    /// What a proof has to have at the token endpoint, and at the API.
    pub(crate) token_nonce: Option<&'static str>,
    pub(crate) api_nonce: Option<&'static str>,
    /// Whether no nonce ever satisfies.
    pub(crate) is_never_satisfied: bool,
    /// The type of the tokens.
    pub(crate) token_type: &'static str,
    /// How far the server's clock is ahead, in seconds.
    pub(crate) ahead: i64,
}

/// What came, in order.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) token_requests: usize,
    pub(crate) calls: usize,
    pub(crate) assertion_ids: Vec<String>,
    pub(crate) proof_ids: Vec<String>,
    /// The `Authorization` of calls, without the token.
    pub(crate) schemes: Vec<String>,
    /// The thumbprints of keys, of proofs that verified.
    pub(crate) thumbprints: Vec<String>,
    pub(crate) algorithms: Vec<String>,
    pub(crate) faults: Vec<String>,
}

pub(crate) struct Server {
    pub(crate) url: String,
    log: Arc<Mutex<Log>>,
}

struct Request {
    method: String,
    path: String,
    headers: HashMap<String, String>,
    body: String,
}

impl Server {
    pub(crate) fn start(rules: Rules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Log::default()));
        let (shared, base) = (Arc::clone(&log), url.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, base) = (Arc::clone(&shared), base.clone());
                std::thread::spawn(move || serve(stream.unwrap(), &base, rules, &log));
            }
        });
        Self { url, log }
    }

    /// A client of this server, with a state folder of its own.
    pub(crate) fn client(&self, folder: &std::path::Path) -> ClientBuilder {
        const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/keys");
        Client::builder("generic")
            .client_id("client-1")
            .key(format!("{KEYS}/test-p256-pkcs8.pem"))
            .token_url(format!("{}/token", self.url))
            .dpop(DpopRule::Required)
            .state_dir(folder.join("state"))
            .cache_dir(folder.join("cache"))
            .proxy(None)
            .retry(1)
    }

    #[track_caller]
    pub(crate) fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        let log = self.log.lock().unwrap();
        assert_eq!(log.faults, Vec::<String>::new());
        for ids in [&log.assertion_ids, &log.proof_ids] {
            let mut distinct = ids.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), ids.len(), "an identifier was sent twice");
        }
        log
    }
}

fn serve(stream: TcpStream, base: &str, rules: Rules, log: &Mutex<Log>) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let answer = answer(&request, base, rules, &mut log.lock().unwrap());
        if writer.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader
        .read_line(&mut line)
        .ok()
        .filter(|length| *length > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length");
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

fn answer(request: &Request, base: &str, rules: Rules, log: &mut Log) -> String {
    let is_token = request.path.starts_with("/token");
    match is_token {
        true => log.token_requests += 1,
        false => log.calls += 1,
    }
    if is_token {
        let assertion = request
            .body
            .split('&')
            .find_map(|field| field.strip_prefix("client_assertion="));
        let id = claims(assertion.unwrap())["jti"]
            .as_str()
            .unwrap()
            .to_owned();
        log.assertion_ids.push(id);
    } else {
        let (scheme, token) = request.headers["authorization"].split_once(' ').unwrap();
        log.schemes.push(scheme.to_owned());
        if token != TOKEN {
            log.faults.push(format!("another token: {token}"));
        }
        if scheme == "Bearer" {
            return respond(200, rules, "", "hello");
        }
    }
    let Some(proof) = request.headers.get("dpop") else {
        let body = r#"{"error":"invalid_dpop_proof","error_description":"there is none"}"#;
        return respond(400, rules, "", body);
    };
    let nonce = match is_token {
        true => rules.token_nonce,
        false => rules.api_nonce,
    };
    let claims = claims(proof);
    check(proof, request, base, is_token, log);
    if rules.is_late(&claims) {
        let challenge = "WWW-Authenticate: DPoP error=\"invalid_dpop_proof\"\r\n";
        return respond(401, rules, challenge, r#"{"error":"invalid_dpop_proof"}"#);
    }
    if let Some(nonce) = nonce {
        if rules.is_never_satisfied || claims["nonce"] != nonce {
            let header = format!(
                "DPoP-Nonce: {nonce}\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\n"
            );
            let status = if is_token { 400 } else { 401 };
            return respond(status, rules, &header, r#"{"error":"use_dpop_nonce"}"#);
        }
    }
    if !is_token {
        return respond(200, rules, "", "hello");
    }
    let token_type = rules.token_type;
    let body =
        format!(r#"{{"access_token":"{TOKEN}","token_type":"{token_type}","expires_in":300}}"#);
    respond(200, rules, "", &body)
}

const TOKEN: &str = "b0und-t0ken.4711";

impl Rules {
    fn now(self) -> i64 {
        let now = std::time::SystemTime::now();
        let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
        i64::try_from(now.as_secs()).unwrap() + self.ahead
    }

    fn is_late(self, claims: &Value) -> bool {
        (claims["iat"].as_i64().unwrap() - self.now()).abs() > 60
    }
}

/// Holds a proof to RFC 9449 section 4.3.
fn check(proof: &str, request: &Request, base: &str, is_token: bool, log: &mut Log) {
    let parts: Vec<&str> = proof.split('.').collect();
    let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
    let claims = claims(proof);
    let path = request.path.split('?').next().unwrap();
    let mut expect = |what: &str, found: &Value, wanted: &str| {
        if found != wanted {
            log.faults.push(format!("{what} is {found}, not {wanted}"));
        }
    };
    expect("typ", &header["typ"], "dpop+jwt");
    expect("htm", &claims["htm"], &request.method);
    expect("htu", &claims["htu"], &format!("{base}{path}"));
    if is_token {
        expect("ath", &claims["ath"].is_null().to_string().into(), "true");
    } else {
        let digest = any::sha256(TOKEN.as_bytes());
        expect(
            "ath",
            &claims["ath"],
            &Base64UrlUnpadded::encode_string(&digest),
        );
    }
    let jwk = Jwk::from_json(&header["jwk"].to_string()).unwrap();
    let algorithm = header["alg"].as_str().unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    let verified = any::verify(
        jwk.public_key(),
        algorithm.parse().unwrap(),
        signed.as_bytes(),
        &Signature::from_bytes(decode(parts[2])),
    );
    if verified.is_err() {
        log.faults.push("the signature does not verify".into());
    }
    let thumbprint = any::thumbprint(jwk.public_key()).to_string();
    log.thumbprints.push(thumbprint);
    log.algorithms.push(algorithm.to_owned());
    log.proof_ids
        .push(claims["jti"].as_str().unwrap().to_owned());
}

fn claims(jwt: &str) -> Value {
    let claims = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&decode(claims)).unwrap()
}

fn decode(part: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(part).unwrap()
}

fn respond(status: u16, rules: Rules, headers: &str, body: &str) -> String {
    let date =
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(rules.now().try_into().unwrap());
    let date = httpdate::fmt_http_date(date);
    format!(
        "HTTP/1.1 {status} Status\r\nDate: {date}\r\nContent-Type: application/json\r\n\
         Cache-Control: no-store\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
