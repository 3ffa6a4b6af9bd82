use super::read_conditions;
use crate::reader::{Table, Value};
use crate::{Condition, Error, Text};

/// One of several things that a refusal can mean: an item of `refusals[].cases`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefusalCase {
    when: Vec<Condition>,
    cause: Option<Text>,
    remedy: Option<Text>,
}

const KEYS: [&str; 3] = ["when", "cause", "remedy"];

impl RefusalCase {
    /// What has to be so for this to be what the refusal means.
    #[must_use]
    pub fn when(&self) -> &[Condition] {
        &self.when
    }

    /// What it means then, where that is more than [`Refusal::cause`](crate::Refusal::cause) says.
    #[must_use]
    pub const fn cause(&self) -> Option<&Text> {
        self.cause.as_ref()
    }

    /// What fixes it then, where that is more than [`Refusal::remedy`](crate::Refusal::remedy) says.
    #[must_use]
    pub const fn remedy(&self) -> Option<&Text> {
        self.remedy.as_ref()
    }

    pub(super) fn read_all(refusal: &Table<'_>) -> Result<Vec<Self>, Box<Error>> {
        let Some(value) = refusal.optional("cases") else {
            return Ok(Vec::new());
        };
        let read = |item: &Value<'_>| {
            let table = item.table(&KEYS)?;
            table.required("when")?;
            Ok(Self {
                when: read_conditions(&table)?,
                cause: table.words("cause")?,
                remedy: table.words("remedy")?,
            })
        };
        value.distinct(read)
    }
}
