use std::path::PathBuf;
use std::time::Duration;

use tokenring::KeyIdScheme;
use tokenring_jwk::{Algorithm, KeyId, KeySpec};
use tokenring_key_rotation::Timestamp;
use tokenring_keystore::check_file_name;
use tokenring_oauth::SecureUrl;

use super::help::{ASSERTION, KEY};
use super::value::seconds_of_time;
use super::{
    ConnectionOptions, Effective, GatewayChoice, KeyFileOptions, ReportOptions, Value, options,
    seconds,
};
use crate::clock;
use crate::failure::{Failure, Reason, Result, chain};
use crate::setting::Setting;

/// A month.
const LONGEST: u64 = 31 * 24 * 60 * 60;

options! {
    /// The keys that are rotated, and the gateway that they are for.
    struct RotationOptions {
        /// Folder of the keys and of rotation.json [default: that of --private-key]
        keys: Option<Setting<PathBuf>> = "keys" "FOLDER" in KEY;
        /// A key of the folder, or the folder
        private_key: Option<Setting<PathBuf>> = "private-key" "FILE|FOLDER" in KEY,
            with |argument| argument.allow_hyphen_values(true);
        gateway: GatewayChoice;
        /// How long the gateway keeps its copy of the JWK Set [default: the gateway's]
        cache_time: Option<Setting<Duration>> = "cache-seconds" "SECONDS", by seconds::<0, LONGEST>;
    }

    /// The next key, and what the key in use is where there is no rotation yet.
    struct NextKeyOptions {
        rotation: RotationOptions;
        /// JWK Set that is published, the first time; a relative path starts in the folder of the
        /// keys [default: KID.json beside the key if there is one, else jwks.json]
        jwk_set: Option<Setting<PathBuf>> = "jwk-set" "FILE" in KEY;
        reading: KeyFileOptions;
        /// Encrypt the new key; one that follows an encrypted one is anyway
        encrypts: bool = "encrypt" in KEY;
        /// Key identifier of the new key [default: the next in the sequence]
        next_key_id: Option<Setting<KeyId>> = "next-kid" "KID" in ASSERTION, by next_key_id;
        /// How the new key is named: thumbprint or spki-sha256 [default: the gateway's, else the
        /// next in the sequence]
        key_id_scheme: Option<Setting<KeyIdScheme>> = "kid-scheme" "NAME" in ASSERTION;
        /// {key-types} [default: as the key in use]
        key_type: Option<Setting<KeySpec>> = "key-type" "TYPE" in ASSERTION;
        /// Algorithm that the new key is for [default: as the key in use]
        algorithm: Option<Setting<Algorithm>> = "alg" "NAME" in ASSERTION;
        explanation: Option<Effective>;
    }

    /// A rotation that is looked at.
    struct RotationStatusOptions {
        rotation: RotationOptions;
        report: ReportOptions;
        explanation: Option<Effective>;
    }

    /// When the new key signs.
    struct ActivationOptions {
        rotation: RotationOptions;
        reading: KeyFileOptions;
        /// Where the JWK Set is published; looked at now, and while waiting
        url: Option<Setting<SecureUrl>> = "jwks-url" "URL";
        /// Since when the new key is published, in UTC, or now: in place of a look
        published_since: Option<Setting<Timestamp>> = "published" "TIME";
        haste: HasteOptions;
        connection: ConnectionOptions;
        explanation: Option<Effective>;
    }

    /// When an old key leaves the JWK Set, and which.
    struct RetirementOptions {
        rotation: RotationOptions;
        reading: KeyFileOptions;
        /// How long assertions of the old key are under way [default: by the gateway's longest
        /// lifetime]
        drain_time: Option<Setting<Duration>> = "drain-seconds" "SECONDS", by seconds::<0, LONGEST>;
        haste: HasteOptions;
        /// Delete the file of the private key, too
        deletes_key: bool = "delete-key";
        explanation: Option<Effective>;
    }

    /// What is done with a step whose time has not come.
    struct HasteOptions, check Self::check {
        /// Wait until it can be done
        waits: bool = "wait";
        /// Do it at once, whatever is under way
        forces: bool = "force";
    }
}

impl HasteOptions {
    fn check(&self) -> Result<()> {
        match self.waits && self.forces {
            true => Err(Failure::usage(
                "--wait and --force exclude each other; leave one out",
            )),
            false => Ok(()),
        }
    }
}

fn next_key_id(text: &str) -> Result<KeyId, Reason> {
    let key_id = KeyId::new(text);
    let checked = check_file_name(&key_id).map_err(|error| Reason::new(chain(&error)));
    checked.map(|()| key_id)
}

/// Now, or a time that has come.
impl Value for Timestamp {
    fn parse(text: &str) -> Result<Self, Reason> {
        let now = clock::now().map_err(|failure| Reason::new(failure.to_string()))?;
        let now = Self::from_seconds(now.as_seconds());
        if text == "now" {
            return Ok(now);
        }
        match seconds_of_time(text).map(Self::from_seconds) {
            Some(time) if time <= now => Ok(time),
            Some(_) => Err(Reason::new("that is yet to come")),
            None => Err(Reason::new("a time is now, or in UTC 2026-01-31T12:00:00Z")),
        }
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}
