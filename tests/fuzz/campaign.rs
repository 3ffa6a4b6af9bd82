//! Many inputs for one parser.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once};
use std::thread;
use std::time::{Duration, Instant};

use crate::mutation::mutate;
use crate::random::Random;

/// How many inputs there are for all parsers together, unless `cargo xtask fuzz` says so.
const INPUTS: u64 = 3700;
const SEED: u64 = 1;
/// Far more than any input takes, even on a busy machine without optimization.
const LIMIT: Duration = Duration::from_secs(5);

/// The names of the threads that have panicked.
static PANICKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A parser's share of the inputs, and what they are made of.
pub(crate) struct Campaign {
    name: &'static str,
    per_mille: u64,
    seeds: Vec<Vec<u8>>,
    limit: Duration,
    /// The name of a thread that works for the parser.
    helper: Option<&'static str>,
}

impl Campaign {
    pub(crate) fn new(name: &'static str, per_mille: u64, seeds: Vec<Vec<u8>>) -> Self {
        assert!(!seeds.is_empty());
        Self {
            name,
            per_mille,
            seeds,
            limit: LIMIT,
            helper: None,
        }
    }

    /// Sets how long an input may take. Defaults to five seconds.
    pub(crate) const fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Names a thread, such as a server's, whose panics count as the parser's.
    pub(crate) const fn with_helper(mut self, thread: &'static str) -> Self {
        self.helper = Some(thread);
        self
    }

    /// Has the parser take one input after the other, the sound ones first. It tells whether it
    /// could read an input.
    ///
    /// # Panics
    ///
    /// If the parser panics or takes too long. The input is in a file then. If it could read
    /// none: it was asked for something else than what the inputs are.
    pub(crate) fn run(self, parse: impl FnMut(&[u8]) -> bool) {
        let seed = variable("TOKENRING_FUZZ_SEED").unwrap_or(SEED);
        let inputs = variable("TOKENRING_FUZZ_INPUTS").unwrap_or(INPUTS);
        let cases = match variable("TOKENRING_FUZZ_CASE") {
            Some(case) => case..case + 1,
            None => 0..(inputs * self.per_mille / 1000).max(1),
        };
        note_panics();
        Run::start(self, seed).all(cases, parse);
    }

    fn helper_panics(&self) -> usize {
        let panicked = PANICKED.lock().unwrap();
        let is_helper = |name: &&String| self.helper == Some(name.as_str());
        panicked.iter().filter(is_helper).count()
    }

    fn input(&self, seed: u64, case: u64) -> Vec<u8> {
        let sound = usize::try_from(case).unwrap_or(usize::MAX);
        match self.seeds.get(sound) {
            Some(input) => input.clone(),
            None => mutate(&mut Random::new(seed, self.name, case), &self.seeds),
        }
    }
}

/// What is being done, for whoever finds that it has ended or does not end.
struct Run {
    campaign: Campaign,
    seed: u64,
    /// The case at hand and when it began.
    current: Mutex<Option<(u64, Instant)>>,
}

impl Run {
    fn start(campaign: Campaign, seed: u64) -> Arc<Self> {
        let run = Arc::new(Self {
            campaign,
            seed,
            current: Mutex::new(None),
        });
        let watched = Arc::downgrade(&run);
        thread::spawn(move || {
            while let Some(run) = watched.upgrade() {
                run.end_if_stuck();
                drop(run);
                thread::sleep(Duration::from_millis(200));
            }
        });
        run
    }

    fn all(&self, cases: core::ops::Range<u64>, mut parse: impl FnMut(&[u8]) -> bool) {
        // A process that overflows its stack ends at once. The file says in which case.
        let name = self.campaign.name;
        let path = folder().join(format!("{name}-{}.running", std::process::id()));
        let progress = File::create(&path).unwrap();
        let count = cases.end - cases.start;
        let (mut read, mut slowest) = (0, Duration::ZERO);
        for case in cases {
            let input = self.campaign.input(self.seed, case);
            progress
                .write_at(format!("{name} {case:20}").as_bytes(), 0)
                .unwrap();
            *self.current.lock().unwrap() = Some((case, Instant::now()));
            let panics = self.campaign.helper_panics();
            let result = panic::catch_unwind(AssertUnwindSafe(|| parse(&input)));
            let (_, start) = self.current.lock().unwrap().take().unwrap();
            let time = start.elapsed();
            read += u64::from(*result.as_ref().unwrap_or(&false));
            if result.is_err() || self.campaign.helper_panics() > panics {
                self.fail(case, "panicked");
            }
            slowest = slowest.max(time);
            if time > self.campaign.limit {
                self.fail(case, &format!("took {} s", time.as_secs()));
            }
        }
        fs::remove_file(path).unwrap();
        println!(
            "{name}: {read} of {count} inputs could be read, the slowest took {} ms",
            slowest.as_millis()
        );
        assert!(read > 0 || count == 1, "{}", self.campaign.name);
    }

    fn fail(&self, case: u64, what: &str) {
        panic!("{}", self.report(case, what).unwrap());
    }

    /// Ends the process if the parser seems never to.
    fn end_if_stuck(&self) {
        let current = *self.current.lock().unwrap();
        let Some((case, start)) = current else { return };
        if start.elapsed() > 4 * self.campaign.limit {
            let report = self.report(case, "does not end");
            // Past the capture of the test harness, which ends here as well.
            let text = format!("{}\n", report.unwrap_or_else(|error| error.to_string()));
            let _ = io::Write::write_all(&mut io::stderr(), text.as_bytes());
            std::process::exit(101);
        }
    }

    /// Writes the input, and says how to have it again.
    fn report(&self, case: u64, what: &str) -> io::Result<String> {
        let (name, seed) = (self.campaign.name, self.seed);
        let path = folder().join(format!("{name}-{seed}-{case}.input"));
        fs::write(&path, self.campaign.input(seed, case))?;
        Ok(format!(
            "{name} {what}, with the input in {}: cargo xtask fuzz {name} --seed {seed} --case {case}",
            path.display()
        ))
    }
}

/// Where inputs are left.
fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

fn note_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |information| {
            let name = thread::current().name().unwrap_or_default().to_owned();
            PANICKED.lock().unwrap().push(name);
            print(information);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a campaign ends with whose parser does this.
    #[track_caller]
    fn check(limit: Duration, expected: &str, parse: fn(&[u8]) -> bool) {
        let campaign = Campaign::new("campaign", 50, vec![b"12".to_vec()])
            .with_limit(limit)
            .with_helper("helper");
        let result = panic::catch_unwind(AssertUnwindSafe(|| campaign.run(parse)));
        let payload = result.unwrap_err();
        let text = payload.downcast_ref::<String>().unwrap();
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("cargo xtask fuzz campaign --seed "), "{text}");
        let (_, rest) = text.split_once("input in ").unwrap();
        let path = rest.split(": cargo").next().unwrap();
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_found() {
        check(LIMIT, "panicked", |input| {
            assert_eq!(input, b"12");
            true
        });
        // The profile that this is built by checks arithmetic.
        check(LIMIT, "panicked", |input| {
            let sum: u8 = input
                .iter()
                .fold(200, |sum, _| core::hint::black_box(sum) + 50);
            sum > 0
        });
        check(LIMIT, "panicked", |_| {
            let helper = thread::Builder::new().name("helper".to_owned());
            let _ = helper.spawn(|| panic!("elsewhere")).unwrap().join();
            true
        });
        check(Duration::ZERO, "took 0 s", |_| true);
        let name = format!("campaign-{}.running", std::process::id());
        let _ = fs::remove_file(folder().join(name));
    }
}
