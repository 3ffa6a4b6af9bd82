//! Values that are given as text: by environment variables, or a profile of a configuration file.

mod given;

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tokenring_gateway::DpopRule;
use zeroize::Zeroizing;

use self::given::{Given, lines, not_utf8, read_values, split};
use crate::client::Client;
use crate::client_builder::ClientBuilder;
use crate::dpop_key::DpopKey;
use crate::error::Reason;
use crate::key_source::is_pkcs11_uri;
use crate::options::StoreChoice;
use crate::profile_file::{ProfileEntry, ProfileFaultKind, ProfileFile, WantedProfiles};
use crate::{ClockSkewPolicy, Error, GatewayFile, Parameter};

/// More than any configuration needs.
const LARGEST_FILE: u64 = 1024 * 1024;
/// The variables that name a configuration file and a profile in it.
const CONFIG: &str = "TOKENRING_CONFIG";
const PROFILE: &str = "TOKENRING_PROFILE";
const PASSPHRASE: &str = "TOKENRING_PASSPHRASE";

impl Client {
    /// Begins with a profile of a configuration file of the command `tokenring`, and what stands
    /// at the top level of that file.
    ///
    /// Keys that are for the command alone, such as `format`, are ignored. Relative paths count from
    /// the file's folder. An error is found by [`ClientBuilder::build`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use tokenring::Client;
    ///
    /// let client = Client::from_profile("tokenring.toml", "my-int").build()?;
    /// println!("{}", client.token()?.secret());
    /// # Ok::<(), tokenring::Error>(())
    /// ```
    #[must_use]
    pub fn from_profile(file: impl AsRef<Path>, profile: &str) -> ClientBuilder {
        let mut builder = ClientBuilder::default();
        builder.take_profile(file.as_ref(), Some(profile));
        builder
    }

    /// Begins with the environment variables of the command `tokenring`, such as
    /// `TOKENRING_CLIENT_ID`, and the profile that `TOKENRING_CONFIG` and `TOKENRING_PROFILE` name.
    ///
    /// A variable that is empty counts as not set. An error is found by [`ClientBuilder::build`].
    #[must_use]
    pub fn from_env() -> ClientBuilder {
        let mut builder = ClientBuilder::default();
        let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        if let Some(file) = variable(CONFIG) {
            let profile = variable(PROFILE).map(|name| name.to_string_lossy().into_owned());
            builder.take_profile(Path::new(&file), profile.as_deref());
        }
        for parameter in Parameter::ALL {
            let alias = || variable(&parameter.alias_variable()?);
            let Some(value) = variable(&parameter.variable()).or_else(alias) else {
                continue;
            };
            let value = match parameter.is_repeatable() {
                true => lines(*parameter, &value),
                false => Ok(Given::One(value)),
            };
            let taken = value.and_then(|value| builder.take(*parameter, value, None));
            builder.note(taken);
        }
        if let Some(passphrase) = variable(PASSPHRASE) {
            let passphrase = tokenring_jwk::Passphrase::new(passphrase.into_encoded_bytes());
            builder = builder.passphrase_source(passphrase);
        }
        builder
    }
}

impl Parameter {
    /// Whether it has several values, each with a name.
    pub(crate) const fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::Variable | Self::FormParameter | Self::Claim | Self::Header
        )
    }
}

impl ClientBuilder {
    /// Sets a value by its text, as the command does for an option of the parameter's name:
    /// `NAME=VALUE` for what can be repeated, whole seconds for durations, JSON for claims.
    ///
    /// An error is found by [`ClientBuilder::build`].
    #[must_use]
    pub fn set(mut self, parameter: Parameter, text: impl AsRef<OsStr>) -> Self {
        let text = text.as_ref();
        let value = match (parameter.is_repeatable(), text.to_str()) {
            (true, Some(text)) => Ok(Given::Lines(vec![text.to_owned()])),
            (true, None) => Err(not_utf8(parameter)),
            (false, _) => Ok(Given::One(text.into())),
        };
        let taken = value.and_then(|value| self.take(parameter, value, None));
        self.note(taken);
        self
    }

    /// Sets the values of a parameter that has several, by their names, in place of those that
    /// were there: texts, and for [`Parameter::Claim`] any JSON.
    ///
    /// An error is found by [`ClientBuilder::build`].
    #[must_use]
    pub fn set_pairs(
        mut self,
        parameter: Parameter,
        pairs: impl IntoIterator<Item = (String, Value)>,
    ) -> Self {
        let pairs = pairs.into_iter().collect();
        let taken = self.take(parameter, Given::Pairs(pairs), None);
        self.note(taken);
        self
    }

    fn note(&mut self, result: Result<(), Error>) {
        if let (Err(error), None) = (result, &self.deferred) {
            self.deferred = Some(error);
        }
    }

    fn take_profile(&mut self, file: &Path, profile: Option<&str>) {
        let taken = self.try_take_profile(file, profile);
        self.note(taken);
    }

    fn try_take_profile(&mut self, file: &Path, profile: Option<&str>) -> Result<(), Error> {
        let unusable = |reason: String| Error::Profile {
            file: file.to_owned(),
            source: std::sync::Arc::new(Reason::new(reason)),
        };
        let text = tokenring_keystore::bounded_file::read_text(file, LARGEST_FILE)
            .map_err(|error| unusable(error.to_string()))?;
        let wanted = profile.map_or(WantedProfiles::None, WantedProfiles::One);
        let parsed = ProfileFile::parse_parameters(&text, wanted);
        let parsed = parsed.map_err(|fault| {
            let parameter = match fault.kind() {
                ProfileFaultKind::WrongType { key, .. } => Parameter::from_name(key),
                _ => None,
            };
            let otherwise = || unusable(format!("line {}: {fault}", fault.line()));
            parameter.map_or_else(otherwise, wrong_type)
        })?;
        let folder = file.parent().unwrap_or(Path::new(""));
        // The profile comes last, as what comes later replaces what was there.
        self.take_entries(parsed.top(), folder)?;
        let Some(name) = profile else {
            return Ok(());
        };
        match parsed.profile(name) {
            Some(entries) => self.take_entries(entries, folder),
            None => Err(unusable(format!("it has no profile {name:?}"))),
        }
    }

    fn take_entries(&mut self, entries: &[ProfileEntry], folder: &Path) -> Result<(), Error> {
        for entry in entries {
            let Some(parameter) = Parameter::from_name(entry.key()) else {
                continue;
            };
            let given = Given::from_file(parameter, entry.value());
            let given = given.ok_or_else(|| wrong_type(parameter))?;
            self.take(parameter, given, Some(folder))?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        parameter: Parameter,
        given: Given,
        folder: Option<&Path>,
    ) -> Result<(), Error> {
        match given {
            Given::One(value) if parameter.is_path() => {
                self.take_path(parameter, resolve(Path::new(&value), folder))
            }
            Given::One(value) => {
                let mut text = value.into_string().map_err(|_| not_utf8(parameter))?;
                if parameter == Parameter::Gateway && GatewayFile::is_path(&text) {
                    text = resolve(Path::new(&text), folder).display().to_string();
                }
                if parameter == Parameter::DpopKey {
                    text = resolve_key(text, folder);
                }
                self.take_text(parameter, text)
            }
            Given::Lines(lines) => {
                let pairs = lines.iter().map(|line| split(parameter, line));
                self.take(
                    parameter,
                    Given::Pairs(pairs.collect::<Result<_, _>>()?),
                    folder,
                )
            }
            Given::Pairs(mut pairs) => {
                if matches!(parameter, Parameter::Header | Parameter::FormParameter) {
                    read_values(parameter, &mut pairs, folder)?;
                }
                self.take_pairs(parameter, pairs)
            }
        }
    }

    fn take_path(&mut self, parameter: Parameter, path: PathBuf) -> Result<(), Error> {
        match parameter {
            Parameter::Certificate => self.key.certificate = Some(path),
            Parameter::PublicKey => self.key.public_key = Some(path),
            Parameter::CaCertificate => self.connection.ca_certificates = vec![path],
            Parameter::CacheDirectory => self.store.choice = StoreChoice::Directory(path),
            Parameter::PassphraseFile => {
                let source = tokenring_keystore::PassphraseSource::from_file(path);
                self.key.passphrase = Some(source);
            }
            #[cfg(feature = "pkcs11")]
            Parameter::PinFile => {
                let source = move || tokenring_pkcs11::PinSource::from_file(&path);
                self.key.pin = Some(std::sync::Arc::new(source));
            }
            #[cfg(not(feature = "pkcs11"))]
            Parameter::PinFile => return Err(missing_feature(parameter, "pkcs11")),
            Parameter::PrivateKey => self.key.name = Some(path),
            _ => {}
        }
        Ok(())
    }

    fn take_text(&mut self, parameter: Parameter, text: String) -> Result<(), Error> {
        let seconds = || {
            let seconds = text.parse().map(Duration::from_secs);
            let reason = "it is a whole number of seconds";
            seconds.map_err(|_| Error::invalid(parameter, Reason::new(reason)))
        };
        let switch = || match text.as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => {
                let reason = Reason::new("a switch is true or false");
                Err(Error::invalid(parameter, reason))
            }
        };
        match parameter {
            Parameter::Lifetime => self.assertion.lifetime = Some(seconds()?),
            Parameter::Timeout => self.connection.timeout = Some(seconds()?),
            Parameter::SignerTimeout => self.key.signer_timeout = Some(seconds()?),
            Parameter::MinimumLifetime => self.store.minimum_lifetime = seconds()?,
            Parameter::NoLint => self.assertion.skip_lint = switch()?,
            Parameter::SendClientId => self.request.send_client_id = switch()?,
            Parameter::ForceRefresh => *self = std::mem::take(self).force_refresh(switch()?),
            Parameter::NoCache => self.store.is_off = switch()?,
            Parameter::ClockSkew => {
                self.connection.clock_skew = match text.as_str() {
                    "auto" => ClockSkewPolicy::Correct,
                    "report" => ClockSkewPolicy::Report,
                    _ => {
                        let reason = format!("unknown way {text:?}; use report or auto");
                        return Err(Error::invalid(parameter, Reason::new(reason)));
                    }
                };
            }
            Parameter::Dpop => {
                let reason = || {
                    let reason = format!("unknown rule {text:?}; use off, optional or required");
                    Error::invalid(parameter, Reason::new(reason))
                };
                self.binding.dpop = Some(DpopRule::by_name(&text).ok_or_else(reason)?);
            }
            Parameter::DpopKey => self.binding.key = DpopKey::from_name(&text),
            Parameter::CaStore => {
                let store = text.parse();
                self.connection.ca_store =
                    store.map_err(|error| Error::invalid(parameter, error))?;
            }
            Parameter::Proxy => *self = std::mem::take(self).proxy(text.as_str()),
            Parameter::Gateway => self.gateway.name = Some(text),
            Parameter::Environment => self.gateway.environment = Some(text),
            Parameter::Flow => self.gateway.flow = Some(text),
            Parameter::ClientId => self.assertion.client_id = Some(text),
            Parameter::KeyId => self.key.key_id = Some(text),
            Parameter::KeyIdScheme => self.key.key_id_scheme = Some(text),
            Parameter::Algorithm => self.key.algorithm = Some(text),
            Parameter::SignerCommand => self.key.signer_command = Some(text),
            Parameter::Scope => self.request.scope = Some(text),
            Parameter::Audience => self.gateway.audience = Some(text),
            Parameter::Issuer => self.gateway.issuer = Some(text),
            Parameter::AssertionIssuer => self.gateway.assertion_issuer = Some(text),
            Parameter::Subject => self.gateway.subject = Some(text),
            Parameter::Typ => self.assertion.typ = Some(text),
            Parameter::TokenUrl => self.gateway.token_url = Some(text),
            _ => {}
        }
        Ok(())
    }

    /// Takes values by name, in place of those of the same names that were there.
    fn take_pairs(
        &mut self,
        parameter: Parameter,
        pairs: Vec<(String, Value)>,
    ) -> Result<(), Error> {
        let is_new = |name: &str| !pairs.iter().any(|(other, _)| other == name);
        if parameter == Parameter::Claim {
            self.assertion.claims.retain(|(name, _)| is_new(name));
            self.assertion.claims.extend(pairs);
            return Ok(());
        }
        let reason = Reason::new("its value is a text");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts: Option<Vec<_>> = pairs
            .iter()
            .map(|(name, value)| Some((name.clone(), text(value)?)))
            .collect();
        let texts = texts.ok_or_else(|| Error::invalid(parameter, reason))?;
        if parameter == Parameter::Variable {
            self.gateway.variables.retain(|(name, _)| is_new(name));
            self.gateway.variables.extend(texts);
            return Ok(());
        }
        let list = match parameter {
            Parameter::Header => &mut self.request.headers,
            _ => &mut self.request.parameters,
        };
        list.retain(|(name, _)| is_new(name));
        let texts = texts.into_iter();
        list.extend(texts.map(|(name, value)| (name, Zeroizing::new(value))));
        Ok(())
    }
}

impl Parameter {
    const fn is_path(self) -> bool {
        matches!(
            self,
            Self::PrivateKey
                | Self::Certificate
                | Self::PublicKey
                | Self::PassphraseFile
                | Self::PinFile
                | Self::CaCertificate
                | Self::CacheDirectory
        )
    }
}

#[cfg(not(feature = "pkcs11"))]
const fn missing_feature(parameter: Parameter, feature: &'static str) -> Error {
    Error::FeatureMissing { parameter, feature }
}

/// That a configuration file has a value of a wrong type for a parameter.
fn wrong_type(parameter: Parameter) -> Error {
    Error::invalid(parameter, Reason::new("its value has a wrong type"))
}

/// The name of a key, which counts from the folder where it is the path of a file.
fn resolve_key(name: String, folder: Option<&Path>) -> String {
    match DpopKey::from_name(&name) {
        DpopKey::Named(path) if !name.contains(':') => resolve(&path, folder).display().to_string(),
        _ => name,
    }
}

/// A path as whoever wrote it means it: relative to the folder of the file that it is in, if it is in
/// one.
fn resolve(path: &Path, folder: Option<&Path>) -> PathBuf {
    let Some(folder) = folder else {
        return path.to_owned();
    };
    if path.as_os_str() == "-" || path.to_str().is_some_and(is_pkcs11_uri) {
        return path.to_owned();
    }
    match path.strip_prefix("~") {
        Ok(rest) => match env::var_os("HOME").filter(|home| !home.is_empty()) {
            Some(home) => Path::new(&home).join(rest),
            None => path.to_owned(),
        },
        Err(_) => folder.join(path),
    }
}
