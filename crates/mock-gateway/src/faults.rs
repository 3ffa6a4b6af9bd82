use core::fmt;
use core::str::FromStr;
use core::time::Duration;

/// What goes wrong at the token endpoint on demand.
///
/// It is read from a list, such as `429=2,slow=3,clock=-30`:
///
/// | Fault | What happens |
/// |---|---|
/// | `429` | the gateway's answer to too many requests, with `Retry-After` |
/// | `503`, `408`, `500`, `502`, `504` | a proxy's HTML page in place of an answer; the request is not judged |
/// | `drop` | the request is judged, and the connection closed without the answer |
/// | `slow`, `slow=SECONDS` | the request is judged, and the answer waits, 10 seconds by default |
/// | `clock=SECONDS` | the gateway's clock is off by so much, such as `+400` or `-30` |
/// | `rate` | the gateway's answer to too many requests, to those beyond the rate limit of its file |
/// | `jwks-down` | no client's key set can be reached, not even one from a file |
///
/// `429`, `drop` and those of a proxy take a number: `429=2` is for the next two requests. Those with a
/// number come first, in the order of the list; those without one take turns after that, for good.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{Faults, MockGateway};
///
/// let faults: Faults = "429=1,drop=1".parse()?;
/// let gateway = MockGateway::builder().with_faults(faults).start()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Faults {
    answers: Vec<(AnswerFault, Option<u32>)>,
    delay: Option<Duration>,
    clock_offset: i64,
    key_sets_down: bool,
    rate: bool,
}

/// What one token request gets in place of its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AnswerFault {
    RateLimited,
    /// A proxy's page, with this status.
    Unavailable(u16),
    Dropped,
}

/// A list of faults that cannot be read.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FaultError {
    /// No fault has this name.
    Unknown {
        /// What was given.
        name: String,
    },
    /// The fault takes no such value.
    Value {
        /// The fault with what was given as its value.
        fault: String,
        /// What it takes.
        allowed: &'static str,
    },
    /// The fault is there twice.
    Repeated {
        /// The fault's name.
        name: String,
    },
}

const DEFAULT_DELAY: Duration = Duration::from_secs(10);
const LONGEST_DELAY: u64 = 3600;
/// A clock that is further off than thirty years is another fault.
const FURTHEST_OFFSET: u64 = 1_000_000_000;

impl Faults {
    /// No fault at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What token requests get in place of their answer, and how many of them.
    pub(crate) fn answers(&self) -> &[(AnswerFault, Option<u32>)] {
        &self.answers
    }

    /// How long an answer waits.
    pub(crate) const fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// How many seconds the clock is fast; less than none if it is slow.
    pub(crate) const fn clock_offset(&self) -> i64 {
        self.clock_offset
    }

    pub(crate) const fn key_sets_down(&self) -> bool {
        self.key_sets_down
    }

    /// Whether the rate limit of the gateway's file counts.
    pub(crate) const fn limits_rate(&self) -> bool {
        self.rate
    }

    fn add(&mut self, fault: &str) -> Result<(), FaultError> {
        let (name, value) = match fault.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (fault, None),
        };
        let refused = |allowed| FaultError::Value {
            fault: fault.to_owned(),
            allowed,
        };
        let is_repeated = match name {
            "429" | "408" | "500" | "502" | "503" | "504" | "drop" => {
                let kind = match name {
                    "429" => AnswerFault::RateLimited,
                    "drop" => AnswerFault::Dropped,
                    status => AnswerFault::Unavailable(status.parse().unwrap_or(503)),
                };
                let count = match value {
                    None => None,
                    Some(value) => match value.parse() {
                        Ok(count @ 1..) => Some(count),
                        _ => return Err(refused("the number of requests, from 1")),
                    },
                };
                let is_repeated = self.answers.iter().any(|(each, _)| *each == kind);
                self.answers.push((kind, count));
                is_repeated
            }
            "slow" => {
                let delay = match value.map(str::parse) {
                    None => DEFAULT_DELAY,
                    Some(Ok(seconds @ 0..=LONGEST_DELAY)) => Duration::from_secs(seconds),
                    Some(_) => return Err(refused("whole seconds, at most 3600")),
                };
                self.delay.replace(delay).is_some()
            }
            "clock" => {
                let offset = value.and_then(|value| value.parse::<i64>().ok());
                let is_near = |offset: &i64| offset.unsigned_abs() <= FURTHEST_OFFSET;
                let Some(offset) = offset.filter(is_near) else {
                    return Err(refused("whole seconds, such as clock=+400 or clock=-30"));
                };
                core::mem::replace(&mut self.clock_offset, offset) != 0
            }
            "jwks-down" | "rate" if value.is_some() => return Err(refused("no value")),
            "rate" => core::mem::replace(&mut self.rate, true),
            "jwks-down" => core::mem::replace(&mut self.key_sets_down, true),
            _ => {
                return Err(FaultError::Unknown {
                    name: name.to_owned(),
                });
            }
        };
        if is_repeated {
            return Err(FaultError::Repeated {
                name: name.to_owned(),
            });
        }
        Ok(())
    }
}

/// Reads faults with commas between them; nothing, and white space around one, is allowed.
impl FromStr for Faults {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut faults = Self::default();
        for fault in text.split(',').map(str::trim) {
            if !fault.is_empty() {
                faults.add(fault)?;
            }
        }
        Ok(faults)
    }
}

/// The list that makes the same faults.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        for (fault, count) in &self.answers {
            words.push(match count {
                Some(count) => format!("{}={count}", fault.name()),
                None => fault.name().to_owned(),
            });
        }
        if let Some(delay) = self.delay {
            words.push(format!("slow={}", delay.as_secs()));
        }
        if self.clock_offset != 0 {
            words.push(format!("clock={:+}", self.clock_offset));
        }
        if self.rate {
            words.push("rate".to_owned());
        }
        if self.key_sets_down {
            words.push("jwks-down".to_owned());
        }
        f.write_str(&words.join(","))
    }
}

impl AnswerFault {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RateLimited => "429",
            Self::Unavailable(408) => "408",
            Self::Unavailable(500) => "500",
            Self::Unavailable(502) => "502",
            Self::Unavailable(504) => "504",
            Self::Unavailable(_) => "503",
            Self::Dropped => "drop",
        }
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => write!(
                f,
                "unknown fault {name:?}; there are 429, 408, 500, 502, 503, 504, drop, slow, clock, \
                 rate and jwks-down, with commas between them, such as 429=2,slow=3,clock=+400"
            ),
            Self::Value { fault, allowed } => write!(
                f,
                "the fault {fault:?} is not understood; its value is {allowed}"
            ),
            Self::Repeated { name } => write!(f, "the fault {name} is there twice; name it once"),
        }
    }
}

impl core::error::Error for FaultError {}
