use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use tokenring_gateway::Gateway;

use crate::error::Cause;
use crate::{Error, Parameter};

/// A gateway, and the text that says what is known of it.
///
/// # Examples
///
/// ```
/// use tokenring::GatewayFile;
///
/// let file = GatewayFile::find("nhs")?;
/// assert_eq!(file.gateway().name(), "nhs");
/// assert!(file.text().contains("name = \"nhs\""));
/// # Ok::<(), tokenring::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct GatewayFile {
    gateway: Gateway,
    /// That of a file; the one of a built-in gateway is made when somebody asks for it.
    text: Option<String>,
}

/// A gateway file is some kilobytes.
const LARGEST: u64 = 1024 * 1024;

impl GatewayFile {
    /// Finds a gateway by its name or, where that looks like a path, reads its file.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a name that is not built in, and those of [`GatewayFile::open`].
    pub fn find(name: &str) -> Result<Self, Error> {
        if Self::is_path(name) {
            return Self::open(Path::new(name));
        }
        let gateway = Gateway::builtin(name);
        Ok(Self {
            gateway: gateway.map_err(|error| Error::invalid(Parameter::Gateway, error))?,
            text: None,
        })
    }

    /// Reads a file of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`Error::GatewayFile`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let unusable = |source: Cause| Error::GatewayFile {
            file: name.clone(),
            source,
        };
        let text = tokenring_keystore::bounded_file::read_text(path, LARGEST);
        let text = text.map_err(|error| unusable(Arc::new(error)))?;
        let gateway = Gateway::parse(&text, &name);
        Ok(Self {
            gateway: gateway.map_err(|error| unusable(Arc::new(error)))?,
            text: Some(text),
        })
    }

    /// Returns whether this is the path of a gateway file, and not the name of a built-in one.
    #[must_use]
    pub fn is_path(name: &str) -> bool {
        name.contains(['/', '\\', '.'])
    }

    /// The gateway.
    #[must_use]
    pub const fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The gateway, by itself.
    #[must_use]
    pub fn into_gateway(self) -> Gateway {
        self.gateway
    }

    /// The text, in the form of gateway files.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &self.text {
            Some(text) => text.into(),
            None => Gateway::builtin_source(self.gateway.name())
                .unwrap_or_default()
                .into(),
        }
    }
}
