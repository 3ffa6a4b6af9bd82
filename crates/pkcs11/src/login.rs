use cryptoki::error::{Error as CryptokiError, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::TokenInfo;
use cryptoki::types::AuthPin;

use crate::Error;

/// How to log in: with nothing, on the token's own pad, or with a PIN.
pub(crate) enum Credential {
    NotNeeded,
    Pad,
    Pin(AuthPin),
    /// A PIN that turned out wrong. It is not tried again.
    Spent,
}

/// Fails where a PIN is of no use, or would better not be tried.
pub(crate) fn check(info: &TokenInfo, is_attended: bool) -> Result<(), Error> {
    if info.user_pin_locked() {
        return Err(Error::PinLocked);
    }
    if !info.user_pin_initialized() {
        return Err(Error::PinNotInitialized);
    }
    // A service that is restarted with a wrong PIN in a file would otherwise
    // lock its token by itself.
    if info.user_pin_final_try() && !is_attended {
        return Err(Error::PinFinalTry);
    }
    Ok(())
}

/// Logs in, once. A wrong PIN is spent from then on.
pub(crate) fn log_in(
    session: &Session,
    user: UserType,
    credential: &mut Credential,
) -> Result<(), Error> {
    let result = match credential {
        Credential::NotNeeded => return Ok(()),
        Credential::Spent => return Err(Error::WrongPin),
        Credential::Pad => session.login(user, None),
        Credential::Pin(pin) => session.login(user, Some(pin)),
    };
    match result {
        // The login is the process's, not the session's.
        Ok(()) | Err(CryptokiError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(error) => {
            let error = refusal(&error);
            if let (Error::WrongPin | Error::PinLocked | Error::PinExpired, Credential::Pin(_)) =
                (&error, &*credential)
            {
                *credential = Credential::Spent;
            }
            Err(error)
        }
    }
}

fn refusal(error: &CryptokiError) -> Error {
    match error {
        CryptokiError::Pkcs11(code, _) => match code {
            // Some tokens tell a wrong PIN of an impossible length apart.
            RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid => Error::WrongPin,
            RvError::PinLocked => Error::PinLocked,
            RvError::PinExpired => Error::PinExpired,
            RvError::UserPinNotInitialized => Error::PinNotInitialized,
            _ => Error::module(error),
        },
        _ => Error::module(error),
    }
}
