use std::time::Duration;

use tokenring_token_store::Token;

use crate::clock;
use crate::stopwatch::{self, Stopwatch};
use crate::{Client, Error};

/// Keeps a valid token where somebody finds it who cannot ask for one, such as the reader of a file.
///
/// # Examples
///
/// ```no_run
/// use tokenring::{Client, TokenKeeper, Upkeep};
///
/// let client = Client::builder("nhs").client_id("my-api-key").key("int-1.pem").build()?;
/// let mut keeper = TokenKeeper::new(client);
/// loop {
///     let upkeep = keeper.renew(|token| std::fs::write("token", token.secret()));
///     if let Upkeep::NoToken { error, .. } = &upkeep {
///         eprintln!("no new token: {error}");
///     }
///     TokenKeeper::wait(upkeep.pause());
/// }
/// # #[expect(unreachable_code)]
/// # Ok::<(), tokenring::Error>(())
/// ```
#[derive(Debug)]
pub struct TokenKeeper {
    client: Client,
    /// The newest token, delivered or not.
    newest: Option<(Token, Lifetime)>,
    is_delivered: bool,
    /// How long the token that was delivered is valid.
    delivered: Option<Lifetime>,
    /// How many tries have brought no valid token since one did.
    failures: u32,
}

/// What came of a try to deliver a valid token.
#[derive(Debug)]
#[non_exhaustive]
pub enum Upkeep<E> {
    /// There is a new one.
    Delivered {
        /// How long it is valid, unless the server leaves that open.
        lifetime: Option<Duration>,
        /// How long it is not renewed. Less than the lifetime, but where the server gives tokens
        /// that are valid for a second at most: then each time longer.
        pause: Duration,
    },
    /// There is no new token.
    NoToken {
        /// Why not.
        error: Error,
        /// What is left of the old one.
        old: OldToken,
        /// How long to wait: each time longer, and as long as the server asks for.
        pause: Duration,
    },
    /// A new token was not delivered; the next try delivers it, if it is still good then.
    NotDelivered {
        /// Why not.
        error: E,
        /// What is left of the old one.
        old: OldToken,
        /// How long to wait: each time longer.
        pause: Duration,
    },
}

/// What is left of the token that was delivered last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum OldToken {
    /// None was delivered yet.
    Absent,
    /// It has expired.
    Expired,
    /// It is valid for so long.
    Valid(Duration),
    /// The server stated no lifetime.
    Unstated,
}

/// How long to wait after the first failure, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause that a server can ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// A token that is valid for no longer than this is not worth a request each time it ends: whoever
/// reads it gets an expired one anyway.
const MOMENT: Duration = Duration::from_secs(1);
/// How long a token is used whose lifetime nobody told.
const UNSTATED_LIFETIME: Duration = Duration::from_secs(60);

/// How long a token is valid from now on.
#[derive(Clone, Copy, Debug)]
struct Lifetime {
    length: Duration,
    is_stated: bool,
    /// Whether it was short from the start.
    is_momentary: bool,
    stopwatch: Stopwatch,
}

impl Lifetime {
    fn of(token: &Token) -> Result<Self, Error> {
        let is_stated = token.expires_at().is_some();
        let length = match is_stated {
            true => token.remaining(clock::now()?),
            false => UNSTATED_LIFETIME,
        };
        let from_start = is_stated.then(|| token.remaining(token.obtained_at()));
        Ok(Self {
            length,
            is_stated,
            is_momentary: length.is_zero() || from_start.is_some_and(|whole| whole <= MOMENT),
            stopwatch: Stopwatch::start(),
        })
    }

    fn left(&self) -> Duration {
        self.length.saturating_sub(self.stopwatch.elapsed())
    }
}

impl TokenKeeper {
    /// Takes the client that gets the tokens.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self {
            client,
            newest: None,
            is_delivered: false,
            delivered: None,
            failures: 0,
        }
    }

    /// Gets a token in place of the one that was delivered, and delivers it.
    ///
    /// Of several processes that keep the same token one requests it, and the others find it.
    pub fn renew<E>(&mut self, deliver: impl FnOnce(&Token) -> Result<(), E>) -> Upkeep<E> {
        let renewed = self.next_token().and_then(|token| {
            let lifetime = Lifetime::of(&token)?;
            Ok((token, lifetime))
        });
        let (token, lifetime) = match renewed {
            Ok(renewed) => renewed,
            Err(error) => {
                let pause = self.put_off(error.retry_after().unwrap_or_default());
                let old = self.old_token();
                return Upkeep::NoToken { error, old, pause };
            }
        };
        let delivered = deliver(&token);
        self.newest = Some((token, lifetime));
        self.is_delivered = delivered.is_ok();
        if let Err(error) = delivered {
            // A disk that is full for a while is an outage too.
            let pause = self.put_off(Duration::ZERO);
            let old = self.old_token();
            return Upkeep::NotDelivered { error, old, pause };
        }
        self.delivered = Some(lifetime);
        let length = lifetime.length;
        let pause = if lifetime.is_momentary {
            // Another one is hardly better, and the server is not to be asked all the time.
            self.put_off(Duration::ZERO).max(length)
        } else {
            self.failures = 0;
            let early = self.client.early_renewal(length);
            length.saturating_sub(early).max(FIRST_PAUSE)
        };
        Upkeep::Delivered {
            lifetime: lifetime.is_stated.then_some(length),
            pause,
        }
    }

    /// Waits, and ends on time although the machine is suspended or its clock is set.
    pub fn wait(pause: Duration) {
        stopwatch::wait(pause);
    }

    fn next_token(&self) -> Result<Token, Error> {
        match &self.newest {
            // It could not be delivered, and need not be replaced for that.
            Some((token, lifetime))
                if !self.is_delivered
                    && lifetime.left() > self.client.early_renewal(lifetime.length) =>
            {
                Ok(token.clone())
            }
            Some((token, _)) => self.client.replace(token),
            None => self.client.token(),
        }
    }

    fn put_off(&mut self, asked_for: Duration) -> Duration {
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.failures.min(16)));
        self.failures = self.failures.saturating_add(1);
        doubled
            .min(LONGEST_PAUSE)
            .max(asked_for.min(LONGEST_RETRY_AFTER))
    }

    fn old_token(&self) -> OldToken {
        match self.delivered {
            None => OldToken::Absent,
            Some(lifetime) if !lifetime.is_stated => OldToken::Unstated,
            Some(lifetime) => match lifetime.left() {
                Duration::ZERO => OldToken::Expired,
                left => OldToken::Valid(left),
            },
        }
    }
}

impl<E> Upkeep<E> {
    /// How long to wait before the next try.
    #[must_use]
    pub const fn pause(&self) -> Duration {
        match self {
            Self::Delivered { pause, .. }
            | Self::NoToken { pause, .. }
            | Self::NotDelivered { pause, .. } => *pause,
        }
    }
}
