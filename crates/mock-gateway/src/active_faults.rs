//! What goes wrong now: it can change while the gateway runs.

use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokenring_gateway::RateLimit;

use crate::clock::Instant;
use crate::faults::{AnswerFault, Faults};
use crate::planned_answer::PlannedAnswer;
use crate::rate_limiter::RateLimiter;

/// The faults in force, and how far they have come.
#[derive(Debug, Default)]
pub(crate) struct ActiveFaults(Mutex<Active>);

#[derive(Debug, Default)]
struct Active {
    faults: Faults,
    planned: VecDeque<(PlannedAnswer, u32)>,
    counted: Vec<(AnswerFault, u32)>,
    lasting: Vec<AnswerFault>,
    next: usize,
    /// None unless the rate limit of the gateway's file counts.
    rate_limiter: Option<RateLimiter>,
}

/// What the token request that has just come meets.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// An answer that was set for it.
    pub(crate) planned: Option<PlannedAnswer>,
    pub(crate) fault: Option<AnswerFault>,
    pub(crate) is_beyond_rate: bool,
    pub(crate) delay: Option<Duration>,
}

impl ActiveFaults {
    /// Puts other faults in force. The limit is that of the gateway's file.
    pub(crate) fn set(&self, faults: Faults, limit: Option<RateLimit>) {
        let mut counted = Vec::new();
        let mut lasting = Vec::new();
        for (fault, count) in faults.answers() {
            match count {
                Some(count) => counted.push((*fault, *count)),
                None => lasting.push(*fault),
            }
        }
        let limit = limit.filter(|_| faults.limits_rate());
        let mut active = self.lock();
        active.counted = counted;
        active.lasting = lasting;
        active.next = 0;
        active.rate_limiter = limit.map(RateLimiter::new);
        active.faults = faults;
    }

    /// Has the token requests to come get these answers, each as often as it says.
    pub(crate) fn plan(&self, answers: Vec<(PlannedAnswer, u32)>) {
        self.lock().planned = answers.into();
    }

    /// Has the next token request get this answer, after those that were planned before.
    pub(crate) fn plan_next(&self, answer: PlannedAnswer) {
        self.lock().planned.push_back((answer, 1));
    }

    /// The faults, in the words of the list that makes the same.
    pub(crate) fn words(&self) -> String {
        self.lock().faults.to_string()
    }

    /// The planned answers that are left, with how often each.
    pub(crate) fn planned(&self) -> Vec<(PlannedAnswer, u32)> {
        self.lock().planned.iter().cloned().collect()
    }

    /// What the request that has just come meets.
    pub(crate) fn next(&self, now: Instant) -> Turn {
        let mut active = self.lock();
        let delay = active.faults.delay();
        if let Some((answer, left)) = active.planned.front_mut() {
            let planned = Some(answer.clone());
            *left = left.saturating_sub(1);
            if *left == 0 {
                active.planned.pop_front();
            }
            return Turn {
                planned,
                delay,
                ..Turn::default()
            };
        }
        let limiter = active.rate_limiter.as_ref();
        Turn {
            planned: None,
            is_beyond_rate: limiter.is_some_and(|limiter| !limiter.admits(now)),
            fault: active.next_fault(),
            delay,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Active> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Active {
    fn next_fault(&mut self) -> Option<AnswerFault> {
        let turn = self.counted.iter_mut().find(|(_, left)| *left > 0);
        if let Some((fault, left)) = turn {
            *left = left.saturating_sub(1);
            return Some(*fault);
        }
        let fault = self.lasting.get(self.next).copied()?;
        self.next = (self.next + 1) % self.lasting.len();
        Some(fault)
    }
}
