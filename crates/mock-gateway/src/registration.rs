//! From what a builder was given to the clients that a gateway knows.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use base64ct::{Base64, Encoding};
use tokenring_jwk::PublicKey;

use crate::certificate::Certificate;
use crate::client::{Client, ClientKeys, ClientState, JwkSource};
use crate::client_registration::ClientRegistration;
use crate::clients::Clients;
use crate::error::Error;
use crate::key_sets;
use crate::registered_keys::RegisteredKeys;

/// A JWK Set with a hundred RSA keys of 4096 bits has less than 100 kB.
const MAXIMUM_KEY_SET_MEBIBYTES: u64 = 1;
/// Ten thousand clients, each with two RSA keys, have some 12 MB.
const MAXIMUM_CLIENTS_MEBIBYTES: u64 = 64;
/// The endings of a key file's name, the longest first.
const ENDINGS: [&str; 6] = [".pem.pub", ".pem", ".pub", ".crt", ".cer", ".key"];

pub(crate) fn register(
    sources: Vec<(String, JwkSource)>,
    states: Vec<(String, ClientState)>,
    registrations: Vec<(String, ClientRegistration)>,
) -> Result<Clients, Error> {
    let mut clients = Clients::default();
    for (id, source) in sources {
        let client = client_of(id, source, ClientRegistration::new())?;
        clients
            .register(client)
            .map_err(|client_id| Error::DuplicateClient { client_id })?;
    }
    for (client_id, state) in states {
        match clients.find_mut(&client_id) {
            Some(client) => client.state = state,
            None => return Err(Error::UnknownClient { client_id }),
        }
    }
    for (client_id, registration) in registrations {
        match clients.find_mut(&client_id) {
            Some(client) => client.registration = registration,
            None => return Err(Error::UnknownClient { client_id }),
        }
    }
    Ok(clients)
}

/// Makes a client of what it is registered with.
pub(crate) fn client_of(
    id: String,
    source: JwkSource,
    registration: ClientRegistration,
) -> Result<Client, Error> {
    if id.is_empty() {
        return Err(Error::EmptyClientId);
    }
    Ok(Client {
        keys: read_keys(&id, source)?,
        id,
        state: ClientState::Active,
        registration,
    })
}

fn read_keys(client_id: &str, source: JwkSource) -> Result<ClientKeys, Error> {
    let keys = match source {
        JwkSource::Set(set) => RegisteredKeys::from_set(&set),
        JwkSource::Text(text) => {
            return Ok(
                read_text_of_form(&text).map_or(ClientKeys::Unreadable, |keys| {
                    ClientKeys::Fixed(Arc::new(keys))
                }),
            );
        }
        JwkSource::File(path) => read_file(&path)?,
        JwkSource::PublicKey(key) => RegisteredKeys::from_public_key(key, None),
        JwkSource::Certificate(der) => match Certificate::from_der(&der) {
            Some(certificate) => RegisteredKeys::from_certificate(certificate, None),
            None => {
                return Err(Error::Certificate {
                    client_id: client_id.to_owned(),
                });
            }
        },
        JwkSource::Url(url) => {
            return match key_sets::check_url(&url) {
                Ok(()) => Ok(ClientKeys::Url(url)),
                Err(source) => Err(Error::KeySetUrl {
                    client_id: client_id.to_owned(),
                    source,
                }),
            };
        }
        JwkSource::Unregistered => return Ok(ClientKeys::Unregistered),
    };
    Ok(ClientKeys::Fixed(Arc::new(keys)))
}

/// Reads what somebody pasted.
fn read_text_of_form(text: &str) -> Option<RegisteredKeys> {
    let is_bare = !text.contains("-----BEGIN ") && !text.trim_start().starts_with('{');
    if is_bare {
        let digits: String = text.split_whitespace().collect();
        let der = Base64::decode_vec(&digits).ok()?;
        let key = PublicKey::from_spki_der(&der).ok()?;
        return Some(RegisteredKeys::from_public_key(key, None));
    }
    parse(None, text).ok()
}

fn read_file(path: &Path) -> Result<RegisteredKeys, Error> {
    let text = read_text(path).map_err(|source| Error::ReadKeySet {
        path: path.to_owned(),
        source,
    })?;
    parse(Some(path), &text).map_err(|source| Error::KeySet {
        path: path.to_owned(),
        source,
    })
}

pub(crate) fn parse(
    path: Option<&Path>,
    text: &str,
) -> Result<RegisteredKeys, tokenring_jwk::Error> {
    if text.contains("-----BEGIN CERTIFICATE-----") {
        let certificate = Certificate::from_pem(text).ok_or(tokenring_jwk::Error::MalformedKey)?;
        return Ok(RegisteredKeys::from_certificate(
            certificate,
            path.and_then(stem),
        ));
    }
    if text.contains("-----BEGIN ") {
        let key = PublicKey::from_spki_pem(text)?;
        return Ok(RegisteredKeys::from_public_key(key, path.and_then(stem)));
    }
    if is_openssh(text) {
        let key = PublicKey::from_key_file(text.as_bytes())?;
        return Ok(RegisteredKeys::from_public_key(key, path.and_then(stem)));
    }
    RegisteredKeys::from_json(text)
}

/// Whether this is a public key as `ssh-keygen` writes it (RFC 4253, RFC 4716).
fn is_openssh(text: &str) -> bool {
    let marks = ["ssh-", "ecdsa-", "---- BEGIN SSH2 PUBLIC KEY"];
    marks.iter().any(|mark| text.trim_start().starts_with(mark))
}

/// The name that a key is known by whose file says no other.
fn stem(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    Some(stem.unwrap_or(name).to_owned())
}

pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    read_at_most(path, MAXIMUM_KEY_SET_MEBIBYTES)
}

/// Reads a file that has the key sets of many clients in it.
pub(crate) fn read_large_text(path: &Path) -> io::Result<String> {
    read_at_most(path, MAXIMUM_CLIENTS_MEBIBYTES)
}

fn read_at_most(path: &Path, mebibytes: u64) -> io::Result<String> {
    let limit = mebibytes * 1024 * 1024;
    let mut text = String::new();
    let read = File::open(path)?
        .take(limit + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > limit {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the file is larger than {mebibytes} MiB"),
        ));
    }
    Ok(text)
}
