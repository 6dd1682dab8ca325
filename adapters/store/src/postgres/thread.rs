//! A thread for the writing connection alone.
//!
//! What the server answers is taken up at once, however busy the threads are on which callers run:
//! while it waits for the next message of a transaction, the lock on the log's head is held.

use std::io;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Ends when this is dropped, with whatever runs on it.
pub(super) struct Thread {
    runtime: Handle,
    _until: oneshot::Sender<()>,
}

impl Thread {
    /// # Errors
    /// The machine gives no thread.
    pub fn start() -> io::Result<Self> {
        let own = Builder::new_current_thread().enable_all().build()?;
        let (runtime, (until, dropped)) = (own.handle().clone(), oneshot::channel::<()>());
        let run = move || drop(own.block_on(dropped));
        std::thread::Builder::new().name("citygate-log".to_owned()).spawn(run)?;
        Ok(Self { runtime, _until: until })
    }

    /// Runs it there.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.runtime.spawn(work)
    }
}
