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
    /// The key or the certificate of the authority that vouches for the gateway's hosts could not be
    /// made.
    CertificateAuthority,
    /// The gateway's file names no host to stand in for, and no public URL was given.
    NoHosts {
        /// The gateway's name.
        gateway: String,
    },
    /// The public URL is not `https://` or `http://`, a host, and a path at most.
    PublicUrl,
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
    /// Control is wanted at an address that other machines can reach.
    ControlBeyondLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// An answer cannot be given as it was planned.
    PlannedAnswer {
        /// What is wrong with it.
        what: String,
    },
    /// Claims for access tokens have something in them that a token must not have.
    Claims {
        /// What is wrong, and where.
        what: String,
    },
    /// A file with claims for access tokens is none, or has something that a token must not have.
    ClaimsFile {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// Claims are there for the tokens of a client that is not registered.
    ClaimsOfStranger {
        /// The client's ID.
        client_id: String,
        /// A registered client that may be meant.
        nearest: Option<String>,
    },
    /// Access tokens cannot be signed with this algorithm.
    TokenAlgorithm {
        /// The algorithm's name.
        name: String,
    },
    /// A further gateway cannot be under this path.
    Mount {
        /// The path.
        path: String,
        /// What is wrong with it.
        what: String,
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
            Self::CertificateAuthority => f.write_str(
                "could not make a certificate authority: see why the system has no random numbers \
                 to give",
            ),
            Self::NoHosts { gateway } => write!(
                f,
                "gateway {gateway} has no host of its own to stand in for: give the public URL that \
                 clients call"
            ),
            Self::PublicUrl => f.write_str(
                "the public URL must be a scheme, a host and a path at most, such as \
                 https://auth.example.com",
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
            Self::ControlBeyondLoopback { address } => write!(
                f,
                "{address} is not a loopback address, and whoever reaches the control API can \
                 register clients: listen on 127.0.0.1 or [::1], or leave control out"
            ),
            Self::PlannedAnswer { what } => write!(f, "planned answer: {what}"),
            Self::Claims { what } => write!(f, "claims of access tokens: {what}"),
            Self::ClaimsFile { path, what } => write!(f, "{}: {what}", path.display()),
            Self::ClaimsOfStranger { client_id, nearest } => {
                write!(
                    f,
                    "the claims file has client {client_id:?}, which is not registered"
                )?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean {nearest:?}?"),
                    None => f.write_str(": register it, or leave it out"),
                }
            }
            Self::TokenAlgorithm { name } => write!(
                f,
                "access tokens cannot be signed with {name}; wanted: ES256, or RS256 in a build \
                 with aws-lc-rs"
            ),
            Self::Mount { path, what } => write!(f, "{path:?} {what}"),
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
            | Self::ControlBeyondLoopback { .. }
            | Self::PlannedAnswer { .. }
            | Self::CertificateAuthority
            | Self::NoHosts { .. }
            | Self::PublicUrl
            | Self::Claims { .. }
            | Self::ClaimsFile { .. }
            | Self::ClaimsOfStranger { .. }
            | Self::TokenAlgorithm { .. }
            | Self::Mount { .. }
            | Self::EmptyClientId
            | Self::DuplicateClient { .. }
            | Self::UnknownClient { .. } => None,
        }
    }
}
