use core::fmt;

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error as CryptokiError, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::ObjectHandle;
use cryptoki::session::{Session, UserType};

use crate::key_material::{self, KeyMaterial};
use crate::login::{self, Credential};
use crate::mechanism::Plan;
use crate::token_search::{self, Token};
use crate::{Error, PinRequest, PinSource, Pkcs11Uri, key_search, module};

/// A key in reach: a session with its token, logged in.
pub(crate) struct Connection {
    module: Pkcs11,
    uri: Pkcs11Uri,
    /// The token that it is. Another one with the same label would not do.
    serial: String,
    credential: Credential,
    session: Session,
    key: ObjectHandle,
}

impl Connection {
    pub(crate) fn open(uri: &Pkcs11Uri, pin: PinSource) -> Result<Self, Error> {
        let module = module::load(uri)?;
        let token = token_search::find(&module, uri)?;
        let session = open_session(&module, &token)?;
        let mut credential = credential(&token, uri, pin)?;
        login::log_in(&session, UserType::User, &mut credential)?;
        let key = key_search::find(&session, uri)?;
        Ok(Self {
            uri: uri.clone(),
            serial: token.info.serial_number().to_owned(),
            credential,
            session,
            key,
            module,
        })
    }

    pub(crate) fn material(&self) -> Result<KeyMaterial, Error> {
        key_material::read(&self.session, self.key)
    }

    /// What the token calls the key.
    pub(crate) fn label_and_id(&self) -> (Vec<u8>, Vec<u8>) {
        key_search::label_and_id(&self.session, self.key)
    }

    /// The token's mechanisms, those for signing and all others.
    pub(crate) fn mechanisms(&self) -> Result<Vec<MechanismType>, Error> {
        let token = self.token()?;
        self.module
            .get_mechanism_list(token.slot)
            .map_err(|error| Error::module(&error))
    }

    /// Signs. Where the session has been lost, a new one is opened, once.
    pub(crate) fn sign(
        &mut self,
        plan: Plan,
        input: &[u8],
        always_authenticate: bool,
    ) -> Result<Vec<u8>, Error> {
        match self.sign_in_session(plan, input, always_authenticate) {
            Err(Failure::LostSession(_)) => {
                self.reopen()?;
                self.sign_in_session(plan, input, always_authenticate)
                    .map_err(Failure::into_error)
            }
            result => result.map_err(Failure::into_error),
        }
    }

    fn sign_in_session(
        &mut self,
        plan: Plan,
        input: &[u8],
        always_authenticate: bool,
    ) -> Result<Vec<u8>, Failure> {
        let mechanism = plan.mechanism().map_err(Failure::Error)?;
        if !always_authenticate {
            return Ok(self.session.sign(&mechanism, self.key, input)?);
        }
        self.session.sign_init(&mechanism, self.key)?;
        login::log_in(
            &self.session,
            UserType::ContextSpecific,
            &mut self.credential,
        )
        .map_err(Failure::Error)?;
        self.session.sign_update(input)?;
        Ok(self.session.sign_final()?)
    }

    /// Opens a session anew, with the PIN that was right the last time.
    fn reopen(&mut self) -> Result<(), Error> {
        let token = self.token()?;
        if !matches!(self.credential, Credential::NotNeeded) {
            login::check(&token.info, false)?;
        }
        let session = open_session(&self.module, &token)?;
        login::log_in(&session, UserType::User, &mut self.credential)?;
        self.key = key_search::find(&session, &self.uri)?;
        self.session = session;
        Ok(())
    }

    /// The token, wherever it is plugged in now.
    fn token(&self) -> Result<Token, Error> {
        let token = token_search::find(&self.module, &self.uri)?;
        if token.info.serial_number() != self.serial {
            return Err(Error::NoToken {
                present: vec![token.name()],
            });
        }
        Ok(token)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("uri", &self.uri.to_string())
            .finish_non_exhaustive()
    }
}

fn open_session(module: &Pkcs11, token: &Token) -> Result<Session, Error> {
    module
        .open_ro_session(token.slot)
        .map_err(|error| Error::module(&error))
}

/// Gets the PIN, where one is wanted and of use.
fn credential(token: &Token, uri: &Pkcs11Uri, pin: PinSource) -> Result<Credential, Error> {
    if !token.info.login_required() {
        return Ok(Credential::NotNeeded);
    }
    login::check(&token.info, pin.is_attended())?;
    if token.info.protected_authentication_path() {
        return Ok(Credential::Pad);
    }
    let request = PinRequest {
        token: token.name(),
        was_wrong: token.info.user_pin_count_low(),
        is_final_try: token.info.user_pin_final_try(),
    };
    pin.read(uri.pin_source(), &request).map(Credential::Pin)
}

/// Why there is no signature.
enum Failure {
    /// The session or the login is gone; a new one may do.
    LostSession(Error),
    Error(Error),
}

impl Failure {
    fn into_error(self) -> Error {
        match self {
            Self::LostSession(error) | Self::Error(error) => error,
        }
    }
}

impl From<CryptokiError> for Failure {
    fn from(error: CryptokiError) -> Self {
        match &error {
            CryptokiError::Pkcs11(
                RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::UserNotLoggedIn
                | RvError::KeyHandleInvalid
                | RvError::ObjectHandleInvalid
                // A signature was begun and not ended.
                | RvError::OperationActive
                | RvError::DeviceRemoved
                | RvError::TokenNotPresent,
                _,
            ) => Self::LostSession(Error::module(&error)),
            _ => Self::Error(Error::module(&error)),
        }
    }
}
