#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(
    all(feature = "ring", feature = "aws-lc-rs"),
    expect(
        clippy::duplicate_mod,
        reason = "the two providers have one interface, and one text works on both"
    )
)]

extern crate alloc;
#[cfg(any(test, feature = "rsa-generation"))]
extern crate std;

mod algorithm;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod base64_text;
mod certificate;
mod certificate_facts;
mod certificate_input;
#[cfg(feature = "x509")]
mod certificate_template;
mod configuration_text;
mod curve;
mod der;
mod error;
mod foreign;
mod json_fault;
mod json_object;
mod jwk;
mod jwk_set;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod key_file;
mod key_id;
mod key_type;
mod natural;
mod openssh_public_key;
mod openssh_reader;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod passphrase;
mod pem;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod private_key;
mod public_key;
#[cfg(all(
    feature = "rsa-generation",
    any(feature = "ring", feature = "aws-lc-rs")
))]
mod rsa_generation;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod secret;
mod signature;
mod signer;
mod spki;
mod thumbprint;
mod verified_signer;
mod verifier;
mod weakness;

#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub mod any;
#[cfg(feature = "aws-lc-rs")]
pub mod aws_lc_rs;
#[cfg(feature = "ring")]
pub mod ring;

pub use algorithm::Algorithm;
pub use certificate::{Certificate, CertificateSha1Thumbprint, CertificateThumbprint};
pub use certificate_facts::CertificateFacts;
pub use certificate_input::read_certificates;
#[cfg(feature = "x509")]
pub use certificate_template::CertificateTemplate;
pub use error::{
    CertificateDefect, Error, ExponentDefect, FoundInput, MemberFlaw, UnlockCost, VerifyError,
};
pub use json_fault::{JsonFault, JsonPosition, JsonType};
pub use json_object::JsonObject;
pub use jwk::{Jwk, KeyOperations, KeyUse};
pub use jwk_set::{
    CertificateFault, FindingKind, FindingSeverity, JwkSet, JwkSetChange, JwkSetDocument,
    JwkSetEntry, JwkSetFault, JwkSetFinding,
};
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub use key_file::KeyFile;
pub use key_id::KeyId;
pub use key_type::{KeySpec, KeyType};
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub use passphrase::Passphrase;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub use secret::{SecretDer, SecretJson, SecretPem};
pub use signature::Signature;
pub use signer::{SignError, Signer};
pub use thumbprint::{SpkiHash, Thumbprint};
pub use verified_signer::VerifiedSigner;
pub use verifier::Verifier;
