use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;

use crate::{Error, ObjectType, Pkcs11Uri};

/// Finds the one private key that a URI names.
pub(crate) fn find(session: &Session, uri: &Pkcs11Uri) -> Result<ObjectHandle, Error> {
    if !matches!(uri.object_type, None | Some(ObjectType::Private)) {
        return Err(Error::NotAPrivateKey);
    }
    let mut template = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
    if let Some(label) = &uri.object {
        template.push(Attribute::Label(label.clone().into_bytes()));
    }
    if let Some(id) = &uri.id {
        template.push(Attribute::Id(id.clone()));
    }
    let mut matching = search(session, &template)?;
    match (matching.pop(), matching.is_empty()) {
        (Some(key), true) => Ok(key),
        (Some(last), false) => {
            matching.push(last);
            Err(Error::SeveralKeys {
                matching: names(session, &matching),
            })
        }
        (None, _) => {
            let all = search(session, &[Attribute::Class(ObjectClass::PRIVATE_KEY)])?;
            Err(Error::NoKey {
                present: names(session, &all),
            })
        }
    }
}

/// Finds the public key that has the identifier, or else the label, of a
/// private one.
pub(crate) fn find_public(
    session: &Session,
    key: ObjectHandle,
) -> Result<Option<ObjectHandle>, Error> {
    let mut template = vec![Attribute::Class(ObjectClass::PUBLIC_KEY)];
    let (label, id) = label_and_id(session, key);
    match (id.is_empty(), label.is_empty()) {
        (true, true) => return Ok(None),
        (true, false) => template.push(Attribute::Label(label)),
        (false, _) => template.push(Attribute::Id(id.clone())),
    }
    let mut found = search(session, &template)?;
    // Identifiers need not be unique. The label then tells the key's own.
    if found.len() > 1 {
        let (label, _) = label_and_id(session, key);
        found.retain(|public| label_and_id(session, *public).0 == label);
    }
    match found.as_slice() {
        [public] => Ok(Some(*public)),
        _ => Ok(None),
    }
}

fn search(session: &Session, template: &[Attribute]) -> Result<Vec<ObjectHandle>, Error> {
    session
        .find_objects(template)
        .map_err(|error| Error::module(&error))
}

/// The keys as URIs.
fn names(session: &Session, keys: &[ObjectHandle]) -> Vec<String> {
    keys.iter()
        .map(|key| {
            let (label, id) = label_and_id(session, *key);
            let uri = Pkcs11Uri {
                object: String::from_utf8(label)
                    .ok()
                    .filter(|label| !label.is_empty()),
                id: (!id.is_empty()).then_some(id),
                ..Pkcs11Uri::default()
            };
            uri.to_string()
        })
        .collect()
}

/// What a key is called; empty where it isn't.
pub(crate) fn label_and_id(session: &Session, key: ObjectHandle) -> (Vec<u8>, Vec<u8>) {
    let mut label = Vec::new();
    let mut id = Vec::new();
    let wanted = [AttributeType::Label, AttributeType::Id];
    for attribute in session.get_attributes(key, &wanted).unwrap_or_default() {
        match attribute {
            Attribute::Label(value) => label = value,
            Attribute::Id(value) => id = value,
            _ => {}
        }
    }
    (label, id)
}
