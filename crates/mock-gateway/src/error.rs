use core::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a gateway did not start.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// The address is not a loopback address, and nobody allowed another.
    NotLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The address could not be listened on.
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The thread or the event loop of the server could not be started.
    Start(io::Error),
    /// The key that signs this gateway's own tokens could not be made.
    OwnKey(tokenring_jwk::Error),
    /// A file with a JWK Set could not be read.
    ReadKeySet {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file holds neither a JWK Set nor a public key or certificate in PEM.
    KeySet {
        /// The file.
        path: PathBuf,
        /// What is wrong with its text.
        source: tokenring_jwk::Error,
    },
    /// A file with clients is none, or says something that no client has.
    ClientFile {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// A JWK Set's URL is one that cannot be fetched, whatever answers there.
    KeySetUrl {
        /// The client's ID.
        client_id: String,
        /// What is wrong with the URL; [`None`] if it lacks a path.
        source: Option<tokenring_oauth::Error>,
    },
    /// A JWK Set is behind a URL, and there is no transport to fetch it with.
    NoTransport {
        /// The client's ID.
        client_id: String,
    },
    /// A client's certificate cannot be read.
    Certificate {
        /// The client's ID.
        client_id: String,
    },
    /// The gateway has no such environment or variable, or its file cannot be read.
    Gateway(Box<tokenring_gateway::Error>),
    /// The fault `rate` is wanted, and the gateway's file states no rate limit.
    NoRateLimit {
        /// The gateway's name.
        gateway: String,
    },
    /// A client ID is empty.
    EmptyClientId,
    /// Two clients have the same ID.
    DuplicateClient {
        /// The ID.
        client_id: String,
    },
    /// A state was given for a client that was not registered.
    UnknownClient {
        /// The ID.
        client_id: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback { address } => write!(
                f,
                "{address} is not a loopback address: listen on 127.0.0.1 or [::1]"
            ),
            Self::Listen { address, .. } => write!(
                f,
                "could not listen on {address}: choose a free port, or port 0 for any"
            ),
            Self::Start(_) => f.write_str(
                "could not start the server: allow more processes, threads and open files",
            ),
            Self::OwnKey(_) => f.write_str(
                "could not make a key: see why the system has no random numbers to give",
            ),
            Self::ReadKeySet { path, .. } => {
                write!(f, "could not read {}", path.display())
            }
            Self::KeySet { path, .. } => write!(
                f,
                "{} is not a JWK Set, nor a public key or certificate in PEM: register the public \
                 keys' JSON file",
                path.display()
            ),
            Self::ClientFile { path, what } => write!(f, "{}: {what}", path.display()),
            Self::KeySetUrl { client_id, source } => {
                write!(f, "the JWK Set of client {client_id:?} cannot be fetched")?;
                match source {
                    Some(_) => Ok(()),
                    None => f.write_str(": its URL has no path; write it as https://HOST/PATH"),
                }
            }
            Self::NoTransport { client_id } => write!(
                f,
                "the JWK Set of client {client_id:?} cannot be fetched: register a file, or set a \
                 transport"
            ),
            Self::Certificate { client_id } => write!(
                f,
                "the certificate of client {client_id:?} cannot be read: give one in DER, with an \
                 RSA, EC or Ed25519 key"
            ),
            Self::Gateway(_) => f.write_str("the gateway cannot be mocked as asked"),
            Self::NoRateLimit { gateway } => write!(
                f,
                "the file of gateway {gateway} states no request.rate-limit: leave the fault rate out"
            ),
            Self::EmptyClientId => f.write_str("a client ID is empty: name the client"),
            Self::DuplicateClient { client_id } => write!(
                f,
                "client {client_id:?} is registered twice: put its keys into one JWK Set"
            ),
            Self::UnknownClient { client_id } => write!(
                f,
                "client {client_id:?} has a state but no keys: register it first"
            ),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::ReadKeySet { source, .. } => Some(source),
            Self::Start(source) => Some(source),
            Self::KeySet { source, .. } | Self::OwnKey(source) => Some(source),
            Self::Gateway(source) => Some(source),
            Self::KeySetUrl {
                source: Some(source),
                ..
            } => Some(source),
            Self::NotLoopback { .. }
            | Self::KeySetUrl { .. }
            | Self::ClientFile { .. }
            | Self::NoTransport { .. }
            | Self::Certificate { .. }
            | Self::NoRateLimit { .. }
            | Self::EmptyClientId
            | Self::DuplicateClient { .. }
            | Self::UnknownClient { .. } => None,
        }
    }
}
