use crate::failure::Result;
use crate::setting::Setting;
use crate::settings::Settings;

/// How much is said on standard error.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConsoleOptions {
    pub(crate) quiet: Option<Setting<bool>>,
    pub(crate) verbose: Option<Setting<bool>>,
    /// Variables that are set to nothing, and so count as not set.
    pub(crate) empty_variables: Vec<String>,
}

impl Settings<'_> {
    pub(crate) fn console_options(&self) -> Result<ConsoleOptions> {
        let verbose = self.switch("verbose")?;
        Ok(ConsoleOptions {
            quiet: self.switch("quiet")?,
            // Only who wants to see everything sees them.
            empty_variables: match &verbose {
                Some(_) => self.empty_variables(),
                None => Vec::new(),
            },
            verbose,
        })
    }
}
