#![doc = include_str!("../README.md")]
#![cfg(unix)]

mod connection;
mod error;
mod key_material;
mod key_search;
mod login;
mod mechanism;
mod module;
mod module_error;
mod object_type;
mod percent;
mod pin;
mod pkcs11_key;
mod pkcs11_signer;
mod token_search;
mod uri;
mod uri_error;

pub use error::Error;
pub use module_error::ModuleError;
pub use object_type::ObjectType;
pub use pin::{Pin, PinRequest, PinSource};
pub use pkcs11_key::Pkcs11Key;
pub use pkcs11_signer::Pkcs11Signer;
pub use uri::Pkcs11Uri;
pub use uri_error::UriError;
