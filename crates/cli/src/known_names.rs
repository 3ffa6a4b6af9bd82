use std::collections::BTreeSet;

/// The names of options and commands, for what reads some and defines none.
#[derive(Clone, Copy)]
pub(crate) struct KnownNames {
    /// Gives the names of all options, which are what can be a key.
    pub(crate) options: fn() -> BTreeSet<&'static str>,
    /// Whether this names a command, or several: `get-token`, `keys` or `keys.convert`.
    pub(crate) has_command: fn(&str) -> bool,
}

impl KnownNames {
    pub(crate) const NONE: Self = Self {
        options: BTreeSet::new,
        has_command: |_| false,
    };
}
