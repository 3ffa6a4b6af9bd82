use std::path::{Path, PathBuf};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as CryptokiError, RvError};

use crate::{Error, ModuleError, Pkcs11Uri};

/// Loads the module that a URI names, and starts it unless that has been done.
///
/// # Security
///
/// A module is code that runs in this process. Its path is as trusted as the
/// program's own configuration has to be.
pub(crate) fn load(uri: &Pkcs11Uri) -> Result<Pkcs11, Error> {
    let path = find(uri)?;
    let unusable = |error: &CryptokiError| Error::ModuleUnusable {
        path: path.clone(),
        source: ModuleError::new(error),
    };
    let module = Pkcs11::new(&path).map_err(|error| unusable(&error))?;
    // Modules start threads and register handlers: one that is unloaded while it
    // runs takes the process with it, so it stays until the process ends.
    core::mem::forget(module.clone());
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(CryptokiError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(unusable(&error)),
    }
    check_library(&module, uri)?;
    Ok(module)
}

fn find(uri: &Pkcs11Uri) -> Result<PathBuf, Error> {
    match (uri.module_path(), uri.module_name()) {
        (Some(path), Some(name)) if path.is_dir() => {
            find_in([path], name).ok_or_else(|| Error::ModuleNameNotFound(name.to_owned()))
        }
        (Some(path), _) if path.is_file() => Ok(path.to_owned()),
        (Some(path), _) => Err(Error::ModuleNotFound(path.to_owned())),
        (None, Some(name)) => find_in(FOLDERS.iter().map(Path::new), name)
            .ok_or_else(|| Error::ModuleNameNotFound(name.to_owned())),
        (None, None) => Err(Error::ModuleNotNamed),
    }
}

/// Where systems install modules, those of the machine's owner first.
const FOLDERS: &[&str] = &[
    "/usr/local/lib/pkcs11",
    "/usr/local/lib/softhsm",
    "/usr/local/lib",
    "/opt/homebrew/lib/pkcs11",
    "/opt/homebrew/lib/softhsm",
    "/opt/homebrew/lib",
    #[cfg(target_arch = "x86_64")]
    "/usr/lib/x86_64-linux-gnu/pkcs11",
    #[cfg(target_arch = "x86_64")]
    "/usr/lib/x86_64-linux-gnu/softhsm",
    #[cfg(target_arch = "x86_64")]
    "/usr/lib/x86_64-linux-gnu",
    #[cfg(target_arch = "aarch64")]
    "/usr/lib/aarch64-linux-gnu/pkcs11",
    #[cfg(target_arch = "aarch64")]
    "/usr/lib/aarch64-linux-gnu/softhsm",
    #[cfg(target_arch = "aarch64")]
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64/pkcs11",
    "/usr/lib64/softhsm",
    "/usr/lib64",
    "/usr/lib/pkcs11",
    "/usr/lib/softhsm",
    "/usr/lib",
];

/// Adds the affixes that RFC 7512 section 2.3 leaves out of a module's name.
fn find_in<'a>(folders: impl IntoIterator<Item = &'a Path>, name: &str) -> Option<PathBuf> {
    let end = if cfg!(target_os = "macos") {
        "dylib"
    } else {
        "so"
    };
    folders.into_iter().find_map(|folder| {
        ["lib", ""]
            .into_iter()
            .map(|start| folder.join(format!("{start}{name}.{end}")))
            .find(|path| path.is_file())
    })
}

fn check_library(module: &Pkcs11, uri: &Pkcs11Uri) -> Result<(), Error> {
    if uri.library_manufacturer.is_none()
        && uri.library_description.is_none()
        && uri.library_version.is_none()
    {
        return Ok(());
    }
    let info = module
        .get_library_info()
        .map_err(|error| Error::module(&error))?;
    let version = info.library_version();
    let fits = |wanted: &Option<String>, found: &str| {
        wanted.as_deref().is_none_or(|wanted| wanted == found)
    };
    if fits(&uri.library_manufacturer, info.manufacturer_id())
        && fits(&uri.library_description, info.library_description())
        && uri
            .library_version
            .is_none_or(|wanted| wanted == (version.major(), version.minor()))
    {
        return Ok(());
    }
    Err(Error::OtherLibrary)
}
