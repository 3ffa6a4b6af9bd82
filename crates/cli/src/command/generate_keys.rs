mod kind;
mod naming;
mod next_steps;

use std::path::{Path, PathBuf};

use tokenring_gateway::KeyIdScheme;
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, PrivateKey, SecretPem, any};
use tokenring_keystore::{KeyFiles, NewKey};

use self::kind::choose_kind;
use self::naming::{choose_file_name, choose_scheme, is_of_name};
#[cfg(feature = "aws-lc-rs")]
use super::keys::certificate;
use crate::ExitCode;
use crate::console::Console;
use crate::endpoint;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::generation;
use crate::key_id;
use crate::keystore;
use crate::options::{Effective, GenerationOptions, key_type_name};
use crate::output;
use crate::private_form::PrivateForm;
use crate::setting::{Origin, Setting};

/// Makes the three files of a key and says what to do with them.
pub(crate) fn run(options: &GenerationOptions, console: &Console) -> Result<ExitCode> {
    let request = Request::new(options)?;
    if let Some(effective) = &options.explanation {
        return request.explain(options, effective.clone());
    }
    let (files, key_id) = request.make(console)?;
    for line in request.next_steps(&files, &key_id) {
        console.say(line);
    }
    let mut paths = String::new();
    for path in files.paths() {
        paths.push_str(&path.display().to_string());
        paths.push('\n');
    }
    output::print(&paths)?;
    Ok(ExitCode::Success)
}

/// Makes the three files of a key.
#[cfg(feature = "mock-gateway")]
pub(crate) fn generate(options: &GenerationOptions, console: &Console) -> Result<KeyFiles> {
    Request::new(options)?.make(console).map(|(files, _)| files)
}

/// What is to be made, and where.
struct Request {
    target: tokenring::Target,
    spec: Setting<KeySpec>,
    algorithm: Algorithm,
    folder: PathBuf,
    replace: bool,
    /// None stands for what the key that is yet to be made is called by itself.
    file_name: Option<KeyId>,
    /// Whether the name of the files was asked for, and so is that of the key.
    asked_key_id: bool,
    /// How the key is named, by itself or by the gateway's rule.
    scheme: KeyIdScheme,
    form: PrivateForm,
    #[cfg(feature = "aws-lc-rs")]
    certifies: bool,
    /// The gateway, as it is named on a command line.
    gateway: String,
    /// Those that a token needs and a key does not.
    open_variables: Vec<String>,
    /// The file of the passphrase that the key is encrypted with.
    passphrase_file: Option<PathBuf>,
}

impl Request {
    fn new(options: &GenerationOptions) -> Result<Self> {
        let target = endpoint::target(&options.gateway, is_of_name)?;
        let (spec, algorithm) = choose_kind(&target, options)?;
        let folder = options.directory.as_ref();
        let scheme = choose_scheme(&target, options)?;
        Ok(Self {
            form: PrivateForm::new(&options.form, spec.value().key_type())?,
            #[cfg(feature = "aws-lc-rs")]
            certifies: options.certifies,
            spec,
            algorithm,
            folder: folder.map_or_else(|| PathBuf::from("."), |folder| folder.value().clone()),
            replace: options.replaces,
            file_name: choose_file_name(&target, scheme, options)?,
            asked_key_id: options.key_id.is_some(),
            scheme,
            gateway: gateway_argument(&target, options),
            passphrase_file: options.form.passphrase_file(),
            open_variables: endpoint::open_variables(&target, &options.gateway),
            target,
        })
    }

    fn files(&self, name: &KeyId) -> KeyFiles {
        let files = KeyFiles::new(&self.folder, name);
        #[cfg(feature = "aws-lc-rs")]
        if self.certifies {
            return files.with_certificate();
        }
        files
    }

    fn pem(&self, private_key: &PrivateKey) -> Result<SecretPem> {
        self.form.write(private_key)
    }

    fn make(&self, console: &Console) -> Result<(KeyFiles, KeyId)> {
        // What can be known before the search for primes is checked before it.
        if let Some(key_id) = &self.file_name {
            let files = self.files(key_id);
            files.settle(&keystore::show);
            if !self.replace {
                files.check_absent()?;
            }
        }
        self.form.prepare()?;
        let unusable =
            |error: tokenring_jwk::Error| Failure::from_error(ExitCode::Configuration, &error);
        let private_key = generation::generate(*self.spec.value(), console).map_err(unusable)?;
        // Loading the key proves that what goes to the disk will sign.
        let loaded = any::SigningKey::new(&private_key, self.algorithm).map_err(unusable)?;
        let public_key = loaded.public_key().clone();
        let derived = key_id::of_public_key(self.scheme, &public_key);
        let file_name = self.file_name.clone().or_else(|| derived.clone());
        let file_name =
            file_name.unwrap_or_else(|| KeyId::new(any::thumbprint(&public_key).to_string()));
        let key_id = match (self.asked_key_id, derived) {
            (false, Some(derived)) => derived,
            _ => file_name.clone(),
        };
        let jwk = Jwk::new(public_key.clone())
            .with_algorithm(self.algorithm)
            .map_err(unusable)?
            .with_key_id(key_id.clone())
            .with_use(KeyUse::Signature);
        let files = self.files(&file_name);
        #[cfg(feature = "aws-lc-rs")]
        let certificate = match self.certifies {
            true => Some(certificate::of(&private_key, key_id.as_str())?),
            false => None,
        };
        let private_key = self.pem(&private_key)?;
        let jwk_set = JwkSet::from_iter([jwk]);
        let new_key = NewKey::new(&private_key, &public_key, &jwk_set);
        #[cfg(feature = "aws-lc-rs")]
        let new_key = match &certificate {
            Some(certificate) => new_key.with_certificate(certificate),
            None => new_key,
        };
        let _lock = match self.replace && self.folder.is_dir() {
            true => Some(keystore::lock_folder(&self.folder, console)?),
            false => None,
        };
        match self.replace {
            true => files.replace(&new_key, &keystore::show)?,
            false => files.write(&new_key, &keystore::show)?,
        }
        Ok((files, key_id))
    }

    fn explain(&self, options: &GenerationOptions, mut effective: Effective) -> Result<ExitCode> {
        let by_gateway = || endpoint::origin(&self.target);
        endpoint::add_to(&self.target, &options.gateway, &mut effective);
        options.add_kind(&mut effective);
        let key_type = key_type_name(self.spec.value());
        effective.add_default("key-type", &key_type, self.spec.origin().clone());
        effective.add_default("alg", self.algorithm.name(), by_gateway());
        options.add_files(&mut effective);
        match &self.file_name {
            Some(name) => effective.add_default("kid", name.as_str(), by_gateway()),
            None => {
                let origin = Origin::Default("no name given".into());
                effective.add_default("kid", "(thumbprint)", origin);
            }
        }
        let placeholder = KeyId::new("THUMBPRINT");
        let file_name = self.file_name.as_ref().unwrap_or(&placeholder);
        let files = self.files(file_name);
        let mut explanation = Explanation::new(&effective);
        explanation.section(
            &format!(
                "Files of a key of type {} for {}, not written",
                self.spec.value(),
                self.algorithm
            ),
            files.paths().iter().map(|path| path.display().to_string()),
        );
        explanation.print()?;
        Ok(ExitCode::Success)
    }
}

/// The gateway, as it is named on a command line: by its file where it was.
fn gateway_argument(target: &tokenring::Target, options: &GenerationOptions) -> String {
    match &options.gateway.gateway {
        Some(name) if endpoint::looks_like_path(name.value()) => {
            let path = name.origin().resolve(Path::new(name.value()));
            path.display().to_string()
        }
        _ => target.gateway().name().to_owned(),
    }
}
