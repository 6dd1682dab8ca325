//! Hearing what the server says beside its answer.
//!
//! A commit that waits for a synchronous standby and is told to stop waiting reports success, with
//! a warning. The driver hands warnings to the log of the program only; so the commit runs with a
//! listener in that place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

/// Under which name the driver logs what the server says.
const TARGET: &str = "sqlx::postgres::notice";

/// Notes whether the server warned.
#[derive(Clone)]
pub(super) struct Notices {
    warned: Arc<AtomicBool>,
    dispatch: Dispatch,
}

struct Listener(Arc<AtomicBool>);

impl Notices {
    pub fn new() -> Self {
        let warned = Arc::new(AtomicBool::new(false));
        Self { dispatch: Dispatch::new(Listener(Arc::clone(&warned))), warned }
    }

    /// To run a statement with.
    pub fn listener(&self) -> Dispatch {
        self.dispatch.clone()
    }

    /// Whether there was a warning since this was asked last.
    pub fn take_warned(&self) -> bool {
        self.warned.swap(false, Ordering::SeqCst)
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && *metadata.level() <= Level::WARN
    }

    fn event(&self, _: &Event<'_>) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
