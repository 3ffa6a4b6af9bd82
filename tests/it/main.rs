//! Tests across the library crates: the figures of the RFCs, openssl in both
//! directions, key files, JWKs, claims and secrecy.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod algorithm;
mod any;
mod certificate_files;
mod claims;
mod configuration_files;
mod encrypted_jwks;
mod encrypted_keys;
mod foreign_files;
mod jose;
mod jose_header;
mod json_object;
mod jwk;
mod jwk_set;
mod jwk_set_changes;
mod jwk_set_check;
mod jwk_set_document;
mod jwt_id;
mod key_file_damage;
mod key_files;
mod key_id;
mod key_ids;
mod key_outputs;
mod lifetime;
mod openssl;
mod printed_commands;
mod private_jwk;
mod programs;
mod python;
mod rfc7515;
mod rfc7517;
mod rfc7520;
mod rfc7523;
mod rfc7638;
mod rfc8037;
mod rfc9449;
mod rfc9562;
mod rfc_figures;
mod secrecy;
mod self_signed;
mod signature;
mod signing;
mod unnamed_curve;
mod weak_keys;
