use core::error;
use core::fmt;

/// What is wrong with a PKCS#11 URI. No value of an attribute is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriError {
    /// It does not begin with `pkcs11:`.
    Scheme,
    /// An attribute is empty or has no `=`.
    Attribute,
    /// An attribute of the path is none of RFC 7512's.
    UnknownAttribute(String),
    /// An attribute occurs twice.
    RepeatedAttribute(&'static str),
    /// A character has to be percent-encoded.
    Character,
    /// A `%` is not followed by two hexadecimal digits.
    PercentEncoding,
    /// The value of an attribute is not what that attribute takes.
    Value(&'static str),
    /// It holds a PIN.
    PinValue,
    /// It names a program that tells the PIN.
    PinProgram,
    /// It ends in a fragment, which such a URI never has.
    Fragment,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => f.write_str("it does not begin with \"pkcs11:\""),
            Self::Attribute => f.write_str(
                "each attribute is name=value; there are \";\" between them, and after a \"?\" \
                 there are \"&\"",
            ),
            Self::UnknownAttribute(name) => write!(
                f,
                "no key can match the unknown attribute {name:?} before the \"?\"; use token, \
                 serial, model, manufacturer, object, id, type, slot-id, slot-description, \
                 slot-manufacturer, library-manufacturer, library-description, library-version"
            ),
            Self::RepeatedAttribute(name) => write!(f, "the attribute {name:?} is given twice"),
            Self::Character => f.write_str(
                "a character has to be percent-encoded, as in \"my%20token\" for \"my token\"",
            ),
            Self::PercentEncoding => {
                f.write_str("a \"%\" is not followed by two hexadecimal digits")
            }
            Self::Value("type") => f.write_str(
                "the attribute \"type\" is one of private, public, cert, secret-key, data",
            ),
            Self::Value("module-path") => {
                f.write_str("the attribute \"module-path\" is an absolute path")
            }
            Self::Value("module-name") => f.write_str(
                "the attribute \"module-name\" is a name such as softhsm2; a path is a module-path",
            ),
            Self::Value("pin-source") => f.write_str(
                "the attribute \"pin-source\" is an absolute path, or one after \"file:\"",
            ),
            Self::Value(name) => write!(f, "the value of the attribute {name:?} is malformed"),
            Self::PinValue => f.write_str(
                "it holds a PIN (pin-value), where others can see it; put the PIN into a file of \
                 your own and name that: pin-source=file:/path/to/pin. Change the PIN if this was \
                 a command line",
            ),
            Self::PinProgram => f.write_str(
                "a pin-source that is a program is not run; let the program write a file of your \
                 own, and name that",
            ),
            Self::Fragment => f.write_str("there is a \"#\" in it; write it as %23"),
        }
    }
}

impl error::Error for UriError {}
