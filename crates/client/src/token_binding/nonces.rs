//! The nonces that servers gave, each origin's latest.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tokenring_keystore::{FileAccess, atomic_file, bounded_file};
use tokenring_oauth::{DpopNonce, SecureUrl};

/// The origins that are remembered at most.
const MOST: usize = 32;
/// As many of the longest nonces and their origins.
const LARGEST_FILE: u64 = 128 * 1024;
/// A server may give another nonce with each answer: the disk has to know one of them.
const PAUSE: Duration = Duration::from_secs(1);

/// The nonces of a client, which it may share with processes that have the same cache.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<State>);

#[derive(Default)]
struct State {
    /// Origins with their nonces, the latest one last.
    known: Vec<(String, DpopNonce)>,
    file: Option<PathBuf>,
    written: Option<Instant>,
    is_unwritten: bool,
}

impl Nonces {
    /// Shares them by a file in this folder, which is this user's alone, and takes those that it
    /// has.
    pub(crate) fn share(&self, folder: &std::path::Path) {
        let mut state = self.state();
        if state.file.is_some() {
            return;
        }
        let file = folder.join("dpop-nonces.json");
        for (origin, nonce) in read(&file) {
            if !state.known.iter().any(|(known, _)| *known == origin) {
                state.known.insert(0, (origin, nonce));
            }
        }
        state.file = Some(file);
    }

    /// The latest nonce of the server that this URL leads to.
    pub(crate) fn get(&self, url: &SecureUrl) -> Option<DpopNonce> {
        let state = self.state();
        if state.known.is_empty() {
            return None;
        }
        let origin = origin(url);
        let mut known = state.known.iter();
        known.find_map(|(other, nonce)| (*other == origin).then(|| nonce.clone()))
    }

    /// Remembers a nonce, and says whether it is another one than before.
    pub(crate) fn put(&self, url: &SecureUrl, nonce: &DpopNonce) -> bool {
        let mut state = self.state();
        let origin = origin(url);
        let is_known = |(other, known): &(String, DpopNonce)| *other == origin && known == nonce;
        if state.known.iter().any(is_known) {
            return false;
        }
        state.known.retain(|(other, _)| *other != origin);
        state.known.push((origin, nonce.clone()));
        if state.known.len() > MOST {
            state.known.remove(0);
        }
        state.is_unwritten = true;
        let is_due = |written: Instant| written.elapsed() >= PAUSE;
        if state.written.is_none_or(is_due) {
            state.write();
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Nobody depends on the file: without it a request is sent twice.
    fn write(&mut self) {
        let Some(file) = &self.file else { return };
        let mut all = read(file);
        for (origin, nonce) in &self.known {
            all.retain(|(other, _)| other != origin);
            all.push((origin.clone(), nonce.clone()));
        }
        let surplus = all.len().saturating_sub(MOST);
        let kept = all.into_iter().skip(surplus);
        let object: Map<String, Value> = kept
            .map(|(origin, nonce)| (origin, nonce.as_str().into()))
            .collect();
        let _ = atomic_file::replace(file, Value::from(object).to_string().as_bytes());
        self.written = Some(Instant::now());
        self.is_unwritten = false;
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if self.is_unwritten {
            self.write();
        }
    }
}

/// What a file has, none of it where the file is not this user's alone.
fn read(file: &std::path::Path) -> Vec<(String, DpopNonce)> {
    let is_foreign = matches!(
        FileAccess::of(file),
        FileAccess::Shared { .. } | FileAccess::OfAnother { .. }
    );
    let text = match is_foreign {
        true => None,
        false => bounded_file::read_text(file, LARGEST_FILE).ok(),
    };
    let object = text.and_then(|text| serde_json::from_str::<Map<String, Value>>(&text).ok());
    let entries = object.into_iter().flatten().take(MOST);
    let entries = entries.filter_map(|(origin, nonce)| {
        let nonce = DpopNonce::new(nonce.as_str()?)?;
        Some((origin, nonce))
    });
    entries.collect()
}

fn origin(url: &SecureUrl) -> String {
    let scheme = if url.is_https() { "https" } else { "http" };
    let host = url.host().to_ascii_lowercase();
    format!("{scheme}://{host}:{}", url.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> SecureUrl {
        SecureUrl::new(text).unwrap()
    }

    fn nonce(text: &str) -> DpopNonce {
        DpopNonce::new(text).unwrap()
    }

    #[test]
    fn each_origin_has_its_own() {
        let nonces = Nonces::default();
        assert!(nonces.put(&url("https://a.example/token"), &nonce("1")));
        assert!(nonces.put(&url("https://a.example:8443/token"), &nonce("2")));
        assert!(!nonces.put(&url("https://A.example:443/other?x=1"), &nonce("1")));
        assert_eq!(nonces.get(&url("https://a.example/x")), Some(nonce("1")));
        assert_eq!(
            nonces.get(&url("https://a.example:8443/")),
            Some(nonce("2"))
        );
        assert_eq!(nonces.get(&url("https://b.example/")), None);
    }

    #[test]
    fn they_are_bounded() {
        let nonces = Nonces::default();
        for number in 0..100 {
            let url = url(&format!("https://a{number}.example/"));
            nonces.put(&url, &nonce("n"));
        }
        assert_eq!(nonces.state().known.len(), MOST);
        assert_eq!(nonces.get(&url("https://a0.example/")), None);
        assert_eq!(nonces.get(&url("https://a99.example/")), Some(nonce("n")));
    }

    #[test]
    fn the_next_process_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let first = Nonces::default();
        first.share(folder.path());
        first.put(&url("https://a.example/"), &nonce("1"));
        // Within the pause, so that the end of the process writes it.
        first.put(&url("https://a.example/"), &nonce("2"));
        let file = folder.path().join("dpop-nonces.json");
        #[cfg(unix)]
        assert_eq!(FileAccess::of(&file), FileAccess::Own { mode: 0o600 });
        drop(first);
        let second = Nonces::default();
        second.share(folder.path());
        assert_eq!(second.get(&url("https://a.example/")), Some(nonce("2")));

        std::fs::write(&file, b"{ damaged").unwrap();
        let third = Nonces::default();
        third.share(folder.path());
        assert_eq!(third.get(&url("https://a.example/")), None);
        assert!(third.put(&url("https://a.example/"), &nonce("3")));
        assert!(std::fs::read_to_string(&file).unwrap().contains("\"3\""));
    }
}
