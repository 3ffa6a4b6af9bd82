//! Whose SDK made an assertion, where its shape tells.

use core::fmt;

use crate::UnverifiedJwt;

mod rows;
mod shape;

/// A vendor's SDK that is known by the shape of its assertions.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::{KnownSdk, UnverifiedJwt};
///
/// // {"alg":"RS256"} and {"iat":1,"exp":601,"iss":12345}
/// let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpYXQiOjEsImV4cCI6NjAxLCJpc3MiOjEyMzQ1fQ.AAAA";
/// let sdk = KnownSdk::recognize(&UnverifiedJwt::decode(jwt)?).unwrap();
/// assert_eq!(sdk.name(), "Octokit's auth-app for JavaScript");
/// # Ok::<(), tokenring_gateway::DecodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownSdk {
    name: &'static str,
    habits: &'static str,
    source: &'static str,
}

impl KnownSdk {
    /// Recognizes the SDK that made a JWT by the names and order of its members, and by values that
    /// no other writes; nothing where several would write it so.
    ///
    /// # Security
    ///
    /// Anybody can write a JWT in any shape: this is a guess for people, and no proof of origin.
    #[must_use]
    pub fn recognize(jwt: &UnverifiedJwt) -> Option<&'static Self> {
        let mut rows = rows::ROWS.iter();
        rows.find_map(|(sdk, shape)| shape.fits(jwt).then_some(sdk))
    }

    /// What people call it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it does otherwise than others, in sentences.
    #[must_use]
    pub const fn habits(&self) -> &'static str {
        self.habits
    }

    /// The versions that were run, and when.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }
}

/// The name.
impl fmt::Display for KnownSdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
