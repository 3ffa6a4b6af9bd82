use std::process;

/// What the exit code of the process says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExitCode {
    /// It worked. A closed pipe counts as that.
    Success,
    /// Something that should not happen did.
    Unexpected,
    /// The arguments are wrong or incomplete.
    Usage,
    /// A key or the configuration is not usable.
    Configuration,
    /// Signing failed.
    Signing,
    /// An endpoint was not reached, or broke off.
    Unreachable,
    /// The gateway refused the assertion or the token request.
    Refused,
    /// The API answered with a status of 400 or more.
    ApiStatus,
    /// Output could not be written.
    Output,
    /// What was looked at is not in order: an assertion, which was not sent, a JWK Set, or a
    /// rotation that is not ready.
    RuleBroken,
    /// That of the program that `run` started.
    Program(u8),
}

impl ExitCode {
    /// Every exit code of this program's own, in order.
    pub const ALL: &'static [Self] = &[
        Self::Success,
        Self::Unexpected,
        Self::Usage,
        Self::Configuration,
        Self::Signing,
        Self::Unreachable,
        Self::Refused,
        Self::ApiStatus,
        Self::Output,
        Self::RuleBroken,
    ];

    /// That of a command that checks something.
    pub(crate) const fn of_check(is_clean: bool) -> Self {
        match is_clean {
            true => Self::Success,
            false => Self::RuleBroken,
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Configuration => 3,
            Self::Signing => 4,
            Self::Unreachable => 5,
            Self::Refused => 6,
            Self::ApiStatus => 7,
            Self::Output => 8,
            Self::RuleBroken => 9,
            Self::Program(number) => number,
        }
    }

    /// What it means, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Unexpected => "unexpected failure",
            Self::Usage => "wrong or missing arguments",
            Self::Configuration => "key or configuration unusable",
            Self::Signing => "signing failed",
            Self::Unreachable => "endpoint unreachable",
            Self::Refused => "gateway refused the assertion or token request",
            Self::ApiStatus => "API answered 4xx or 5xx (call-api)",
            Self::Output => "output could not be written",
            Self::RuleBroken => "assertion, JWK Set or rotation not in order",
            Self::Program(_) => "that of the program (run)",
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
