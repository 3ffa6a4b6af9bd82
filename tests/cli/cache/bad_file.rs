//! What is in the cache is not believed: a file that is not as it was written
//! is a miss, and replaced.

use std::path::PathBuf;

use crate::registered_client::RegisteredClient;

fn files(client: &RegisteredClient) -> Vec<PathBuf> {
    let folder = client.machine.home().join(".cache/tokenring");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn what_a_file_may_hold() {
    let client = RegisteredClient::new();
    let mut token = client.token();
    let mut requests = 1;
    let mut check = |what: &str, spoil: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        for path in files(&client) {
            let contents = std::fs::read(&path).unwrap();
            // The lock has none.
            if !contents.is_empty() {
                std::fs::write(&path, spoil(contents)).unwrap();
            }
        }
        let finished = client.get_token(&[]).finish();
        assert!(!finished.stderr.contains("warning"), "{what}: {finished:?}");
        let new = finished.succeeds();
        assert_ne!(new.trim_end(), token, "{what}");
        assert_eq!(client.token(), new.trim_end(), "{what}");
        new.trim_end().clone_into(&mut token);
        requests += 1;
        assert_eq!(client.gateway.token_requests(), requests, "{what}");
    };
    check("nothing", &|_| Vec::new());
    check("garbage", &|_| b"\0\xff garbage".to_vec());
    check("half", &|bytes| bytes[..bytes.len() / 2].to_vec());
    check("more", &|bytes| [&bytes[..], b"x"].concat());
    check("much more", &|bytes| {
        [&bytes[..], &vec![b' '; 10_000_000]].concat()
    });
    check("another token", &|mut bytes| {
        let place = bytes.len() / 2;
        bytes[place] ^= 1;
        bytes
    });
    check("deep JSON", &|_| vec![b'['; 200_000]);
}
