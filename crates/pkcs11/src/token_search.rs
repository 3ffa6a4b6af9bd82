use cryptoki::context::Pkcs11;
use cryptoki::slot::{Slot, TokenInfo};

use crate::{Error, Pkcs11Uri};

/// A token in its slot.
pub(crate) struct Token {
    pub(crate) slot: Slot,
    pub(crate) info: TokenInfo,
}

impl Token {
    /// The token as a URI.
    pub(crate) fn name(&self) -> String {
        let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let uri = Pkcs11Uri {
            token: named(self.info.label()),
            serial: named(self.info.serial_number()),
            ..Pkcs11Uri::default()
        };
        uri.to_string()
    }
}

/// Finds the one token that a URI names.
pub(crate) fn find(module: &Pkcs11, uri: &Pkcs11Uri) -> Result<Token, Error> {
    let mut present = Vec::new();
    let mut matching = Vec::new();
    let mut has_blank_match = false;
    let slots = module
        .get_slots_with_token()
        .map_err(|error| Error::module(&error))?;
    for slot in slots {
        // A token that was pulled out in this moment is not there.
        let Ok(info) = module.get_token_info(slot) else {
            continue;
        };
        let fits = fits_slot(module, slot, uri) && fits_token(&info, uri);
        let token = Token { slot, info };
        // A slot for tokens to come is no answer to a URI that names none.
        match (token.info.token_initialized(), fits) {
            (true, true) => matching.push(token),
            (true, false) => present.push(token.name()),
            (false, true) => has_blank_match = true,
            (false, false) => {}
        }
    }
    match (matching.pop(), matching.is_empty()) {
        (Some(token), true) => Ok(token),
        (Some(last), false) => {
            matching.push(last);
            let matching = matching.iter().map(Token::name).collect();
            Err(Error::SeveralTokens { matching })
        }
        (None, _) if has_blank_match => Err(Error::TokenNotInitialized),
        (None, _) => Err(Error::NoToken { present }),
    }
}

fn fits_slot(module: &Pkcs11, slot: Slot, uri: &Pkcs11Uri) -> bool {
    if uri.slot_id.is_some_and(|id| id != slot.id()) {
        return false;
    }
    if uri.slot_description.is_none() && uri.slot_manufacturer.is_none() {
        return true;
    }
    module.get_slot_info(slot).is_ok_and(|info| {
        fits(&uri.slot_description, info.slot_description())
            && fits(&uri.slot_manufacturer, info.manufacturer_id())
    })
}

fn fits_token(info: &TokenInfo, uri: &Pkcs11Uri) -> bool {
    fits(&uri.token, info.label())
        && fits(&uri.manufacturer, info.manufacturer_id())
        && fits(&uri.serial, info.serial_number())
        && fits(&uri.model, info.model())
}

/// The blanks at the end, with which a token fills its fields up, are gone.
fn fits(wanted: &Option<String>, found: &str) -> bool {
    wanted.as_deref().is_none_or(|wanted| wanted == found)
}
