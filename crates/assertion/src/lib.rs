#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

mod audience;
mod authorization_grant;
mod bearer_jwt;
mod claims;
mod client_assertion;
mod compact;
mod dpop_claims;
mod dpop_proof;
mod error;
mod jose_header;
mod jwt_id;
mod lifetime;
mod named_values;
mod numeric_date;
mod signing_input;

pub use audience::Audience;
pub use authorization_grant::AuthorizationGrant;
pub use bearer_jwt::BearerJwt;
pub use claims::Claims;
pub use client_assertion::ClientAssertion;
pub use dpop_claims::DpopClaims;
pub use dpop_proof::DpopProof;
pub use error::Error;
pub use jose_header::JoseHeader;
pub use jwt_id::JwtId;
pub use lifetime::Lifetime;
pub use numeric_date::NumericDate;
pub use signing_input::SigningInput;
