//! A key exchange on P-521, which *ring* lacks.
//!
//! In TLS 1.2 a server's certificate may only be on a curve that the client lists for the key
//! exchange ([RFC 8422 section 5.1](https://www.rfc-editor.org/rfc/rfc8422#section-5.1)), so
//! without it a server with a key on P-521 has no certificate to present.

use alloc::boxed::Box;
use core::fmt;

use aws_lc_rs::agreement::{
    ECDH_P521, EphemeralPrivateKey, PublicKey, UnparsedPublicKey, agree_ephemeral,
};
use aws_lc_rs::rand::SystemRandom;
use rustls::crypto::{
    ActiveKeyExchange, CryptoProvider, GetRandomFailed, SharedSecret, SupportedKxGroup,
};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved};

/// A provider with P-521 as the last of its groups, unless it has it.
pub(super) fn added_to(mut provider: CryptoProvider) -> CryptoProvider {
    let groups = &mut provider.kx_groups;
    if groups
        .iter()
        .all(|group| group.name() != NamedGroup::secp521r1)
    {
        groups.push(&P521);
    }
    provider
}

struct P521;

impl SupportedKxGroup for P521 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let private_key = EphemeralPrivateKey::generate(&ECDH_P521, &SystemRandom::new())
            .map_err(|_| GetRandomFailed)?;
        let public_key = private_key
            .compute_public_key()
            .map_err(|_| GetRandomFailed)?;
        Ok(Box::new(KeyExchange {
            private_key,
            public_key,
        }))
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

impl fmt::Debug for P521 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P521")
    }
}

struct KeyExchange {
    private_key: EphemeralPrivateKey,
    public_key: PublicKey,
}

impl ActiveKeyExchange for KeyExchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        // Only the uncompressed form is one of TLS, and aws-lc-rs takes others.
        if peer.first() != Some(&4) {
            return Err(PeerMisbehaved::InvalidKeyShare.into());
        }
        let peer = UnparsedPublicKey::new(&ECDH_P521, peer);
        agree_ephemeral(
            self.private_key,
            peer,
            PeerMisbehaved::InvalidKeyShare.into(),
            |secret| Ok(SharedSecret::from(secret)),
        )
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }

    fn pub_key(&self) -> &[u8] {
        self.public_key.as_ref()
    }
}
