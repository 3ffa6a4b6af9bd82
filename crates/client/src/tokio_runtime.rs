use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokenring_token_store::Runtime;

/// The tokio runtime that a task runs on, of one thread or many.
///
/// Its timer must be on (`enable_time` or `enable_all`, as with `#[tokio::main]`); tokio panics
/// without.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioRuntime(());

impl TokioRuntime {
    /// Makes one, which holds nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl Runtime for TokioRuntime {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        tokio::task::spawn_blocking(work);
    }
}
