//! One request, however many tasks, threads and clients want a token.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokenring::{AsyncTransport, HttpRequest, ReqwestTransport, TokioRuntime};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, yield_now};

use crate::bench::{Bench, runtimes, secrets, spawn};

const TASKS: usize = 1000;

#[test]
fn a_thousand_tasks_make_one_request() {
    for runtime in runtimes() {
        let bench = Bench::new();
        runtime.block_on(async {
            let client = bench.client().await;
            let secrets = secrets(spawn(&client, TASKS)).await;
            assert_eq!((secrets.len(), bench.gateway.token_requests()), (1, 1));
        });
    }
}

#[test]
fn when_the_leading_task_is_aborted_one_more_request_serves_the_rest() {
    for runtime in runtimes() {
        let bench = Bench::new();
        runtime.block_on(async {
            let (requests, sent) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
            let reqwest = Arc::new(ReqwestTransport::new().unwrap());
            let transport = {
                let (requests, sent) = (Arc::clone(&requests), Arc::clone(&sent));
                move |request: HttpRequest| {
                    let (reqwest, sent) = (Arc::clone(&reqwest), Arc::clone(&sent));
                    let number = requests.fetch_add(1, Ordering::SeqCst);
                    async move {
                        if number == 0 {
                            sent.notify_one();
                            future::pending::<()>().await;
                        }
                        reqwest.send_within(request, Duration::from_secs(30)).await
                    }
                }
            };
            let client = bench.builder().build_async(TokioRuntime::new(), transport);
            let client = client.await.unwrap();
            let leading = spawn(&client, 1);
            sent.notified().await;
            let rest = spawn(&client, TASKS);
            yield_now().await;
            leading.iter().for_each(JoinHandle::abort);
            assert_eq!(secrets(rest).await.len(), 1);
            assert_eq!(requests.load(Ordering::SeqCst), 2);
            assert_eq!(bench.gateway.token_requests(), 1);
        });
    }
}

#[test]
fn blocking_and_async_clients_share_a_store() {
    for runtime in runtimes() {
        let bench = Bench::new();
        let token = bench.builder().build().unwrap().token().unwrap();
        runtime.block_on(async {
            let client = bench.client().await;
            let same = client.token().await.unwrap();
            assert_eq!(same.secret(), token.secret());
            let new = client.replace(&same).await.unwrap();
            assert_ne!(new.secret(), token.secret());
            let other = bench.client().await.token().await.unwrap();
            assert_eq!(other.secret(), new.secret());
        });
        assert_eq!(bench.gateway.token_requests(), 2);
    }
}

#[test]
fn twins_share_memory() {
    let bench = Bench::new();
    let client = bench.builder().no_store().build().unwrap();
    let token = client.token().unwrap();
    for runtime in runtimes() {
        runtime.block_on(async {
            let transport = ReqwestTransport::new().unwrap();
            let twin = client.to_async(TokioRuntime::new(), transport);
            assert_eq!(twin.token().await.unwrap().secret(), token.secret());
        });
    }
    assert_eq!(bench.gateway.token_requests(), 1);
}

#[test]
fn what_is_signed_can_be_sent_by_other_means() {
    let bench = Bench::new();
    runtimes()[0].block_on(async {
        let client = bench.client().await;
        assert_eq!(client.assertion().await.unwrap().split('.').count(), 3);
        let request = client.prepare().await.unwrap();
        assert_eq!(request.redacted().url, bench.gateway.token_url());
        let transport = ReqwestTransport::new().unwrap();
        let limit = Duration::from_secs(30);
        let answer = transport.send_within(request.into_http(), limit).await;
        assert_eq!(answer.unwrap().status(), 200);
    });
}
