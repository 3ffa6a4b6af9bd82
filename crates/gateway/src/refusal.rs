mod case;

pub use self::case::RefusalCase;
use crate::reader::{Table, Value};
use crate::{AnswerText, Condition, Error, Problem, Remedy, Rule, Text};

/// Something that a token endpoint answers instead of a token: an item of `[[refusals]]`.
///
/// Their order is the one in which the gateway checks a request.
#[derive(Clone, Debug)]
pub struct Refusal {
    rule: Option<Rule>,
    when: Vec<Condition>,
    status: Option<u16>,
    error: Option<String>,
    words: Option<RefusalWords>,
    form: RefusalForm,
    members: Vec<(String, AnswerText)>,
    body: Option<AnswerText>,
    content_type: Option<String>,
    headers: Vec<(String, AnswerText)>,
    cause: Option<Text>,
    remedy: Option<Text>,
    cases: Vec<RefusalCase>,
    retry: RefusalRetry,
}

/// The form of a refusal's body.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum RefusalForm {
    /// An error response of RFC 6749 section 5.2.
    #[default]
    OAuth,
    /// A fault of Apigee: `{"fault":{"faultstring":…,"detail":{"errorcode":…}}}`.
    Fault,
    /// An object with a `message`.
    Message,
    /// An error response of RFC 6749 section 5.2 without a description.
    Error,
    /// No body at all.
    Empty,
    /// The text that [`Refusal::body`] has.
    Body,
}

/// Whether the same request can succeed later.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum RefusalRetry {
    /// It would be refused again.
    #[default]
    Never,
    /// With a new assertion, after a pause.
    Later,
}

#[derive(Clone, Debug)]
enum RefusalWords {
    Whole(AnswerText),
    Part(String),
}

pub(crate) const KEYS: [&str; 15] = [
    "rule",
    "when",
    "status",
    "error",
    "description",
    "contains",
    "form",
    "members",
    "body",
    "content-type",
    "headers",
    "cause",
    "remedy",
    "cases",
    "retry",
];
const FORMS: [(&str, RefusalForm); 6] = [
    ("oauth", RefusalForm::OAuth),
    ("fault", RefusalForm::Fault),
    ("message", RefusalForm::Message),
    ("error", RefusalForm::Error),
    ("empty", RefusalForm::Empty),
    ("body", RefusalForm::Body),
];
const RETRIES: [(&str, RefusalRetry); 2] = [
    ("never", RefusalRetry::Never),
    ("later", RefusalRetry::Later),
];
const STATUSES: (u64, u64) = (300, 599);

impl RefusalForm {
    /// The form's name in a gateway file.
    pub(crate) fn name(self) -> &'static str {
        let named = FORMS.iter().find(|(_, form)| *form == self);
        named.map_or("", |(name, _)| name)
    }
}

impl Refusal {
    /// The rule that a request breaks which is answered so. Without one the entry is for the
    /// diagnosis alone.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        self.rule
    }

    /// What else has to be so for this to be the answer. Of several entries on one rule the first
    /// counts whose conditions all hold.
    #[must_use]
    pub fn when(&self) -> &[Condition] {
        &self.when
    }

    /// The HTTP status, if it is known.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// The OAuth error code, or the `errorcode` of a fault, if it is known.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// The whole of the server's words, as the file has them: `error_description`, `faultstring`
    /// or `message`.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description_text().map(AnswerText::as_str)
    }

    /// The whole of the server's words, which can quote what was sent.
    #[must_use]
    pub const fn description_text(&self) -> Option<&AnswerText> {
        match &self.words {
            Some(RefusalWords::Whole(text)) => Some(text),
            _ => None,
        }
    }

    /// A part of the server's words, where the rest of them varies.
    #[must_use]
    pub fn contains(&self) -> Option<&str> {
        match &self.words {
            Some(RefusalWords::Part(text)) => Some(text),
            _ => None,
        }
    }

    /// The form of the body. Defaults to OAuth.
    #[must_use]
    pub const fn form(&self) -> RefusalForm {
        self.form
    }

    /// Further members of the body.
    #[must_use]
    pub fn members(&self) -> &[(String, AnswerText)] {
        &self.members
    }

    /// The whole body, where its form is [`RefusalForm::Body`].
    #[must_use]
    pub const fn body(&self) -> Option<&AnswerText> {
        self.body.as_ref()
    }

    /// The `Content-Type`. Defaults to that of the server's other answers.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Headers that the answer has in addition to those of every answer.
    #[must_use]
    pub fn headers(&self) -> &[(String, AnswerText)] {
        &self.headers
    }

    /// What it means, for a person: the file's words, or else the rule's.
    #[must_use]
    pub fn cause(&self) -> Text {
        match (&self.cause, self.rule) {
            (Some(own), _) => own.clone(),
            (None, Some(rule)) => rule.cause().into(),
            (None, None) => Text::default(),
        }
    }

    /// What fixes it: the file's words, or else what fixes the rule.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match (&self.remedy, self.rule) {
            (None, Some(rule)) => rule.remedy(),
            (own, _) => Remedy::Stated(own.clone().unwrap_or_default()),
        }
    }

    /// What it means of requests that differ, where the answer is one for all of them. A request
    /// that none of these can be of was not refused for this.
    #[must_use]
    pub fn cases(&self) -> &[RefusalCase] {
        &self.cases
    }

    /// What fixes it, where the file has words of its own.
    #[cfg(feature = "diagnosis")]
    pub(crate) const fn own_remedy(&self) -> Option<&Text> {
        self.remedy.as_ref()
    }

    /// Whether the same request can succeed later. Defaults to never.
    #[must_use]
    pub const fn retry(&self) -> RefusalRetry {
        self.retry
    }

    pub(crate) fn read_all(root: &Table<'_>) -> Result<Vec<Self>, Box<Error>> {
        let Some(value) = root.optional("refusals") else {
            return Ok(Vec::new());
        };
        let items = value.list()?;
        let mut refusals: Vec<Self> = Vec::with_capacity(items.len());
        for item in &items {
            let refusal = Self::read(item)?;
            let same_rule = |other: &Self| {
                other.rule.is_some() && other.rule == refusal.rule && other.when == refusal.when
            };
            if let Some(first) = refusals.iter().position(same_rule) {
                let other = format!("{}[{first}].rule", value.path());
                let rule = item.table(&KEYS)?.required("rule")?;
                return Err(rule.error(Problem::Duplicate { other }));
            }
            refusals.push(refusal);
        }
        Ok(refusals)
    }

    fn read(item: &Value<'_>) -> Result<Self, Box<Error>> {
        let table = item.table(&KEYS)?;
        let rule = match table.optional("rule") {
            Some(value) => Some(Rule::read(&value)?),
            None => None,
        };
        let status = match table.optional("status") {
            Some(value) => u16::try_from(value.integer(STATUSES.0, STATUSES.1)?).ok(),
            None => None,
        };
        let refusal = Self {
            rule,
            when: read_conditions(&table)?,
            status,
            error: table.text("error")?,
            words: read_words(&table)?,
            form: read_form(&table)?,
            members: read_texts(&table, "members")?,
            body: match table.optional("body") {
                Some(value) => Some(value.answer_text(value.lines()?)?),
                None => None,
            },
            content_type: table.text("content-type")?,
            headers: read_texts(&table, "headers")?,
            cause: table.words("cause")?,
            remedy: table.words("remedy")?,
            cases: RefusalCase::read_all(&table)?,
            retry: table.word("retry", &RETRIES)?,
        };
        if rule.is_none() {
            if status.is_none() && refusal.error.is_none() && refusal.words.is_none() {
                return Err(item.error(Problem::NothingToKnowItBy));
            }
            table.required("cause")?;
            table.required("remedy")?;
        }
        Ok(refusal)
    }
}

fn read_words(table: &Table<'_>) -> Result<Option<RefusalWords>, Box<Error>> {
    let whole = match table.optional("description") {
        Some(value) => Some(value.answer_text(value.text()?)?),
        None => None,
    };
    let Some(value) = table.optional("contains") else {
        return Ok(whole.map(RefusalWords::Whole));
    };
    if whole.is_some() {
        let other = table.path_of("description");
        return Err(value.error(Problem::Duplicate { other }));
    }
    Ok(Some(RefusalWords::Part(value.text()?.to_owned())))
}

fn read_conditions(table: &Table<'_>) -> Result<Vec<Condition>, Box<Error>> {
    let read = |item: &Value<'_>| {
        let text = item.text()?;
        Condition::parse(text).map_err(|problem| item.error(problem))
    };
    Ok(table.distinct("when", read)?.unwrap_or_default())
}

/// A body belongs to the form of that name, and only to that.
fn read_form(table: &Table<'_>) -> Result<RefusalForm, Box<Error>> {
    let form = table.word("form", &FORMS)?;
    match (form, table.optional("body")) {
        (RefusalForm::Body, None) => {
            let value = table.required("form")?;
            Err(table.contradiction(&value, "body", "absent"))
        }
        (RefusalForm::Body, Some(_)) | (_, None) => Ok(form),
        (_, Some(value)) => Err(table.contradiction(&value, "form", form.name())),
    }
}

/// The texts of a table whose keys are the server's.
pub(crate) fn read_texts(
    table: &Table<'_>,
    key: &str,
) -> Result<Vec<(String, AnswerText)>, Box<Error>> {
    let Some(value) = table.optional(key) else {
        return Ok(Vec::new());
    };
    let mut texts = Vec::new();
    for (name, value) in value.open_table()?.entries() {
        value.check_name(name)?;
        texts.push((name.to_owned(), value.answer_text(value.text()?)?));
    }
    Ok(texts)
}
