//! Each preset's own assertion, judged by every other preset's mock.
//!
//! The expected verdicts are in the files beside this one, written by hand from the documents: what
//! the gateways want of `aud`, `typ`, `alg`, `kid`, lifetime, `iat`, `sub` and the form, and in
//! which order they look. The assertions are sent to the judge and name the judge's addresses, so
//! that no two gateways differ only by having different ones.

mod assertions;
mod families;
mod requests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::JwkSource;
use tokenring_oauth::UreqTransport;

use crate::expected;
use crate::key::{self, Key};
use crate::preset::Preset;
use crate::stage::{ACCEPTED, CLIENT, Stage};

/// Those whose verdicts are in the files beside this one. The others have files of their own, with
/// what is told of them: `crates/gateway/gateways/expected`.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let others = expected::all();
    let is_here = |name: &&str| others.iter().all(|other| other.name != *name);
    Gateway::names().filter(is_here).collect()
});

/// What one gateway makes of the assertions of all.
struct Judge {
    name: &'static str,
    /// The flow, where it is not the one that is meant when none is named.
    flow: Option<&'static str>,
    verdicts: &'static [Verdict],
}

/// Presets that get the same answer.
struct Verdict {
    /// The rule that is broken first, or that there is a token.
    rule: &'static str,
    senders: &'static str,
    #[expect(dead_code, reason = "it is for the reader")]
    why: &'static str,
}

const fn judge(name: &'static str, verdicts: &'static [Verdict]) -> Judge {
    Judge {
        name,
        flow: None,
        verdicts,
    }
}

const fn accepted(senders: &'static str, why: &'static str) -> Verdict {
    refused(ACCEPTED, senders, why)
}

const fn refused(rule: &'static str, senders: &'static str, why: &'static str) -> Verdict {
    Verdict { rule, senders, why }
}

/// How much of what is sent is the sender's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The whole request, with the sender's kind of key.
    Request,
    /// Header and claims alone: the form and the algorithm are the judge's.
    Assertion,
}

impl Judge {
    fn preset(&self) -> Preset {
        match self.flow {
            Some(flow) => Preset::with_flow(self.name, flow),
            None => Preset::new(self.name),
        }
    }

    /// The expected rule for each sender.
    fn expected(&self) -> BTreeMap<&'static str, &'static str> {
        let mut expected = BTreeMap::new();
        for verdict in self.verdicts {
            for sender in verdict.senders.split_whitespace() {
                let other = expected.insert(sender, verdict.rule);
                assert_eq!(other, None, "{}: {sender} has two verdicts", self.name);
            }
        }
        assert!(
            expected.keys().eq(NAMES.iter()),
            "{}: {expected:?}",
            self.name
        );
        expected
    }

    /// What is wrong in the mock's verdicts.
    fn differences(&self, sent: Sent) -> Vec<String> {
        let mut differences = Vec::new();
        for (sender, expected) in self.expected() {
            let found = verdict(&self.preset(), &Preset::new(sender), sent);
            if found != expected {
                let title = self.preset().title();
                differences.push(format!("{title} on {sender}: {found}, not {expected}"));
            }
        }
        differences
    }
}

/// Has a judge look at the default assertion of a sender.
pub(crate) fn verdict(judge: &Preset, sender: &Preset, sent: Sent) -> &'static str {
    let (key, algorithm) = match sent {
        Sent::Request => (sender.key(), sender.algorithm()),
        Sent::Assertion => (Key::for_algorithm(judge.algorithm()), judge.algorithm()),
    };
    let key_id = sender.key_id(key);
    let keys = registered(judge, key, key_id.as_deref());
    let stage = Stage::start(judge, [(CLIENT, keys, algorithm)]);
    let (url, issuer) = (stage.mock.token_url(), stage.mock.issuer());
    let endpoint = sender.endpoint(&url, issuer);
    let plan = sender.plan(&endpoint);
    let signature: (Key, Algorithm, Option<&str>) = (key, algorithm, key_id.as_deref());
    if judge.gateway.request().jwt_is_token() {
        return stage.call(&Preset::bearer(&plan, signature));
    }
    let request = match sent {
        Sent::Request => sender.request(&endpoint, &plan, signature),
        Sent::Assertion => judge.request(&judge.endpoint(&url, issuer), &plan, signature),
    };
    let answer = request.send(&UreqTransport::new());
    let verdict = stage.verdict();
    // A judge whose tokens are of type `bearer` is not asked for them by other presets.
    if sent == Sent::Assertion {
        assert_eq!(answer.is_ok(), verdict == ACCEPTED, "{answer:?}");
    }
    verdict
}

/// The sender's key as the judge takes keys, and under the sender's name where a key has one.
fn registered(judge: &Preset, key: Key, key_id: Option<&str>) -> JwkSource {
    match judge.registered(key) {
        JwkSource::Set(_) => JwkSource::Set(key::set([judge.published(key, key_id)])),
        bare => bare,
    }
}

#[track_caller]
fn check(judges: &[Judge], sent: Sent) {
    let differences: Vec<String> = judges
        .iter()
        .flat_map(|judge| judge.differences(sent))
        .collect();
    assert!(differences.is_empty(), "{differences:#?}");
}
