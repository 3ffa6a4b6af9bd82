#!/usr/bin/env bash
# A self-signed server certificate that is also the only trusted root.
#
# What: rustls 0.23.46 with rustls-webpki 0.103.16; openssl for comparison.
# One would guess: a server certificate that is trusted byte for byte is accepted, however it was made. OpenSSL
#   accepts it.
# What it does: `openssl req -x509` marks a certificate as an authority (CA:TRUE) unless told otherwise, and rustls
#   rejects every such certificate when a server presents it as its own, although the root store holds exactly this
#   one. With CA:FALSE the same certificate, trusted in the same way, is accepted.
# Output seen:
#   CA:TRUE   openssl: accepted   rustls: rejected (CaUsedAsEndEntity)
#   CA:FALSE  openssl: accepted   rustls: accepted
# Date: 2026-11-30
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "self-signed"
version = "0.0.0"
edition = "2021"

[dependencies]
rustls = { version = "=0.23.46", default-features = false, features = ["ring", "std"] }
rustls-webpki = { version = "=0.103.16", default-features = false }
TOML
cat > src/main.rs <<'RUST'
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::RootCertStore;

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let certificate = CertificateDer::from_pem_file(path).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()))
            .build()
            .unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    match verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now()) {
        Ok(_) => println!("accepted"),
        Err(error) if format!("{error:?}").contains("CaUsedAsEndEntity") => {
            println!("rejected (CaUsedAsEndEntity)");
        }
        Err(error) => println!("rejected ({error:?})"),
    }
}
RUST
cargo build --quiet

for ca in TRUE FALSE; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out "$ca.pem" -days 30 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost -addext "basicConstraints=critical,CA:$ca" 2>/dev/null
  verdict=rejected
  if openssl verify -CAfile "$ca.pem" -purpose sslserver -verify_hostname localhost "$ca.pem" >/dev/null 2>&1; then
    verdict=accepted
  fi
  printf 'CA:%-6s openssl: %s   rustls: %s\n' "$ca" "$verdict" "$(target/debug/self-signed "$ca.pem")"
done | tee seen

cat > expected <<'TEXT'
CA:TRUE   openssl: accepted   rustls: rejected (CaUsedAsEndEntity)
CA:FALSE  openssl: accepted   rustls: accepted
TEXT
diff expected seen
