//! What every store must pass: named checks, run against any [`Factory`].
//!
//! A check says what went wrong as a [`Failure`] instead of panicking, so that one runner can show
//! them all. [`crate::conformance_tests!`] makes one `#[test]` of each.

mod concurrency;
mod content;
mod expectations;
mod keys;
mod leases;
mod neighbours;
mod support;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Clock, EventStore, StoreError};

pub use support::{SteppingClock, event, keyed, request, stream};

/// Makes ledgers for the checks; each check uses its own factory.
#[async_trait]
pub trait Factory: Send + Sync {
    /// A new and empty ledger.
    async fn create(&self, clock: Clock) -> Result<Arc<dyn EventStore>, StoreError>;

    /// Another handle on the same ledger, as another process would have it beside the first. A store
    /// of one process gives itself.
    async fn beside(
        &self,
        store: &Arc<dyn EventStore>,
        clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError>;

    /// The same ledger as if the process had ended and begun again.
    async fn reopen(
        &self,
        store: Arc<dyn EventStore>,
        clock: Clock,
    ) -> Result<Arc<dyn EventStore>, StoreError>;
}

/// What a store did other than promised.
#[derive(Debug, Clone)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(format!("the store failed: {error:?}"))
    }
}

/// The outcome of a check.
pub type Checked = Result<(), Failure>;

/// A running check.
pub type Running = Pin<Box<dyn Future<Output = Checked> + Send>>;

/// A check and the sentence that it proves.
pub struct Check {
    /// The sentence, as an identifier.
    pub name: &'static str,
    /// Runs it on a new ledger.
    pub run: fn(Arc<dyn Factory>) -> Running,
}

macro_rules! checks {
    ($d:tt $($module:ident :: $name:ident,)*) => {
        /// All checks, in the order in which a newcomer should read them.
        #[must_use]
        pub fn all() -> Vec<Check> {
            vec![$(Check {
                name: stringify!($name),
                run: |factory| Box::pin($module::$name(factory)),
            },)*]
        }

        /// Makes one `#[test]` of each check. Takes a function that makes a new [`Factory`].
        #[macro_export]
        macro_rules! conformance_tests {
            ($d factory:expr) => {
                $(#[test]
                fn $name() {
                    $crate::conformance::run_as_test(stringify!($name), ($d factory)());
                })*
            };
        }
    };
}

checks! { $
    expectations::any_takes_every_version,
    expectations::no_stream_takes_only_the_first_event,
    expectations::exists_takes_only_a_stream_with_events,
    expectations::exact_takes_only_that_version,
    expectations::a_guard_checks_a_stream_it_does_not_write,
    expectations::a_failed_guard_records_nothing,
    expectations::a_request_over_several_streams_is_recorded_whole_or_not_at_all,
    expectations::all_violations_are_reported_together,
    expectations::requests_of_a_batch_see_one_another_in_order,
    expectations::what_rests_on_a_conflict_conflicts_also_where_its_version_fits,
    expectations::what_rests_on_a_refused_request_conflicts_also_where_its_version_fits,
    keys::a_repeated_key_returns_the_first_answer,
    keys::a_repeat_is_answered_before_expectations_are_checked,
    keys::a_key_with_another_body_is_refused,
    keys::a_success_without_events_is_kept_under_its_key,
    keys::a_rejected_request_leaves_its_key_free,
    keys::a_key_twice_in_a_batch_is_done_once,
    keys::keys_survive_a_restart,
    keys::keys_are_looked_up_together_in_order,
    neighbours::one_conflict_does_not_fail_its_neighbours,
    neighbours::one_bad_request_does_not_fail_its_neighbours,
    neighbours::every_kind_of_bad_data_is_refused_with_its_code,
    neighbours::an_envelope_is_taken_up_to_65535_bytes,
    neighbours::an_empty_batch_and_an_empty_request_change_nothing,
    content::every_value_comes_back_as_it_was_given,
    content::hash_and_chain_can_be_computed_again,
    content::versions_of_each_stream_are_dense,
    content::reading_goes_on_where_it_stopped,
    content::replay_gives_the_same_rows_as_reading,
    content::recorded_time_never_runs_back,
    content::a_recorded_instant_finds_its_position,
    content::personal_values_and_attachments_lie_beside_the_log,
    content::snapshots_are_replaced_and_deleted,
    content::everything_is_there_after_a_restart,
    concurrency::positions_are_gapless_under_concurrent_appends,
    concurrency::twenty_parallel_any_are_twenty_successes,
    concurrency::of_twenty_parallel_exact_one_succeeds,
    concurrency::parallel_requests_with_one_key_are_done_once,
    concurrency::a_reader_sees_a_dense_prefix_while_eight_write,
    concurrency::a_feed_hands_out_everything_once_in_order,
    concurrency::eight_writers_in_two_processes_leave_no_gap,
    concurrency::a_feed_follows_what_another_process_records,
    concurrency::a_dropped_append_leaves_no_half,
    leases::a_lease_has_one_holder_until_it_ends,
    leases::each_term_of_a_lease_has_a_higher_epoch,
    concurrency::a_closed_store_takes_nothing,
}

/// Runs one check on a runtime of its own and fails the test when the check fails.
#[allow(clippy::panic, reason = "a failed check must fail the test that runs it")]
#[allow(clippy::expect_used, reason = "a test that cannot begin must fail")]
pub fn run_as_test(name: &str, factory: Arc<dyn Factory>) {
    let check = all().into_iter().find(|check| check.name == name);
    let check = check.expect("the list of checks and of tests is one");
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().expect("a runtime");
    if let Err(failure) = runtime.block_on((check.run)(factory)) {
        panic!("{failure}");
    }
}
