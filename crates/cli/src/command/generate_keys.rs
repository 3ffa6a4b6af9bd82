mod next_steps;

use std::path::PathBuf;

use tokenring::{Error, KeyPlan, NewKey};
use tokenring_gateway::Gateway;
use tokenring_jwk::KeyId;
use tokenring_keystore::{KeyFiles, NewKey as NewKeyFiles};

#[cfg(feature = "aws-lc-rs")]
use super::keys::certificate;
use crate::explanation::Explanation;
use crate::options::{Effective, Field, GenerationOptions, Named, resolved};
use crate::private_form::PrivateForm;
use crate::{
    Console, ExitCode, Failure, Origin, Result, endpoint, generation, keystore, output, words,
};

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
    output::print(&paths)
}

/// Makes the three files of a key.
#[cfg(feature = "mock-gateway")]
pub(crate) fn generate(options: &GenerationOptions, console: &Console) -> Result<KeyFiles> {
    Request::new(options)?.make(console).map(|(files, _)| files)
}

/// What is to be made, and where.
struct Request {
    target: tokenring::Target,
    plan: KeyPlan,
    /// Where the kind of key comes from.
    spec_origin: Origin,
    folder: PathBuf,
    replace: bool,
    form: PrivateForm,
    certifies: bool,
    /// The gateway, as it is named on a command line.
    gateway: String,
    /// Whether that is because nobody named another.
    is_unnamed: bool,
    /// The file of the passphrase that the key is encrypted with.
    passphrase_file: Option<PathBuf>,
}

impl Request {
    fn new(options: &GenerationOptions) -> Result<Self> {
        let target = endpoint::target(&options.gateway, Gateway::uses_in_key_name)?;
        let spec_origin = match (&options.key_type, &options.algorithm) {
            (Some(spec), _) => spec.origin().clone(),
            (None, Some(algorithm)) => algorithm.origin().clone(),
            (None, None) => endpoint::origin(&target),
        };
        let plan = new_key(options).plan(&target);
        let plan = plan.map_err(|error| to_failure(&error, options, &spec_origin))?;
        let folder = options.directory.as_ref();
        let gateway = options.gateway.choice.gateway.as_ref();
        Ok(Self {
            form: PrivateForm::new(&options.form, plan.spec().key_type())?,
            certifies: options.certifies(),
            folder: folder.map_or_else(|| PathBuf::from("."), |folder| folder.value().clone()),
            replace: options.replaces,
            is_unnamed: gateway.is_none(),
            gateway: gateway.map_or_else(|| target.gateway().name().to_owned(), resolved),
            passphrase_file: passphrase_file(options),
            target,
            plan,
            spec_origin,
        })
    }

    fn files(&self, name: &KeyId) -> KeyFiles {
        let files = KeyFiles::new(&self.folder, name);
        match self.certifies {
            true => files.with_certificate(),
            false => files,
        }
    }

    fn make(&self, console: &Console) -> Result<(KeyFiles, KeyId)> {
        // What can be known before the search for primes is checked before it.
        if let Some(key_id) = self.plan.file_name() {
            let files = self.files(key_id);
            files.settle(&keystore::show);
            if !self.replace {
                files.check_absent()?;
            }
        }
        self.form.prepare()?;
        let unusable =
            |error: tokenring_jwk::Error| Failure::from_error(ExitCode::Configuration, &error);
        let private_key = generation::generate(self.plan.spec(), console).map_err(unusable)?;
        let made = self.plan.describe(private_key).map_err(unusable)?;
        let files = self.files(&made.file_name);
        #[cfg(feature = "aws-lc-rs")]
        let certificate = match self.certifies {
            true => Some(certificate::of(&made.private_key, made.key_id.as_str())?),
            false => None,
        };
        let private_key = self.form.write(&made.private_key)?;
        let new_key = NewKeyFiles::new(&private_key, &made.public_key, &made.jwk_set);
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
        Ok((files, made.key_id))
    }

    fn explain(&self, options: &GenerationOptions, mut effective: Effective) -> Result<ExitCode> {
        let by_gateway = || endpoint::origin(&self.target);
        endpoint::add_to(&self.target, &options.gateway, &mut effective);
        let key_type = self.plan.spec().name();
        effective.add_default("key-type", key_type, self.spec_origin.clone());
        effective.add_default("alg", self.plan.algorithm().name(), by_gateway());
        match self.plan.file_name() {
            Some(name) => effective.add_default("kid", name.as_str(), by_gateway()),
            None => {
                let origin = Origin::Default("no name given".into());
                effective.add_default("kid", "(thumbprint)", origin);
            }
        }
        let placeholder = KeyId::new("THUMBPRINT");
        let file_name = self.plan.file_name().unwrap_or(&placeholder);
        let files = self.files(file_name);
        let mut explanation = Explanation::new(&effective);
        explanation.section(
            &format!(
                "Files of a key of type {} for {}, not written",
                self.plan.spec(),
                self.plan.algorithm()
            ),
            files.paths().iter().map(|path| path.display().to_string()),
        );
        explanation.print()
    }
}

/// The file of the passphrase that the key is encrypted with.
fn passphrase_file(options: &GenerationOptions) -> Option<PathBuf> {
    let file = options.form.encryption()?.file.as_ref()?;
    Some(file.value().clone())
}

/// What is asked of the key.
fn new_key(options: &GenerationOptions) -> NewKey {
    let mut key = NewKey::new();
    if let Some(spec) = &options.key_type {
        key = key.with_spec(*spec.value());
    }
    if let Some(algorithm) = &options.algorithm {
        key = key.with_algorithm(*algorithm.value());
    }
    if let Some(key_id) = &options.key_id {
        key = key.with_key_id(key_id.value().as_str());
    }
    if let Some(scheme) = &options.key_id_scheme {
        key = key.with_key_id_scheme(*scheme.value());
    }
    key
}

/// Words an error of the plan, with the option at fault.
fn to_failure(error: &Error, options: &GenerationOptions, spec_origin: &Origin) -> Failure {
    match error {
        Error::NewKeyType { .. } => Failure::invalid_from("key-type", spec_origin, error),
        error => words::error::to_failure(error, |it| options.all_given().origin(it)),
    }
}
