//! `peers MEASURE URL --events N [--callers N]`: what other event-sourcing crates do with the same
//! facts. Prints `events,microseconds` on one line.
//!
//! - `command`: the whole command path (load, handle, append) from many callers at once
//! - `rebuild`: every event streamed and deserialised, and nothing folded
//!
//! URL: `postgres://…` of a database made for this run (its tables are made anew), or
//! `sqlite:PATH`.

mod readings;
mod repository;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cqrs_es::persist::{PersistedEventRepository, PersistedEventStore, QueryReplay};
use cqrs_es::{CqrsFramework, EventEnvelope, Query};
use readings::{Month, Reading, aggregate_id};
use repository::Database;

/// Every program that fails here says why and stops.
type Stopped = Box<dyn Error + Send + Sync>;

const USAGE: &str = "usage: peers command|rebuild URL --events N [--callers N]";

#[tokio::main]
async fn main() -> Result<(), Stopped> {
    let mut words = std::env::args().skip(1);
    let measure = words.next().ok_or(USAGE)?;
    let url = words.next().ok_or(USAGE)?;
    let (mut events, mut callers) = (10_000, 32);
    while let Some(word) = words.next() {
        let number = words.next().ok_or(USAGE)?.parse()?;
        match word.as_str() {
            "--events" => events = number,
            "--callers" => callers = number,
            _ => return Err(USAGE.into()),
        }
    }
    if events == 0 || callers == 0 {
        return Err(USAGE.into());
    }
    let database = Database::open(&url).await?;
    let time = match (measure.as_str(), &database) {
        ("command", Database::Postgres(_)) => {
            command(database.postgres()?, events, callers).await?
        }
        ("command", Database::Sqlite(_)) => command(database.sqlite()?, events, callers).await?,
        ("rebuild", Database::Postgres(_)) => {
            database.fill(events).await?;
            rebuild(database.postgres()?, events).await?
        }
        ("rebuild", Database::Sqlite(_)) => {
            database.fill(events).await?;
            rebuild(database.sqlite()?, events).await?
        }
        _ => return Err(USAGE.into()),
    };
    println!("{events},{}", time.as_micros());
    Ok(())
}

/// `callers` tasks, each sending one command after the other about its own points.
async fn command<R>(repository: R, events: u64, callers: u64) -> Result<Duration, Stopped>
where
    R: PersistedEventRepository + Send + Sync + 'static,
{
    let store = PersistedEventStore::new_event_store(repository);
    let office = Arc::new(CqrsFramework::<Month, _>::new(store, Vec::new(), ()));
    let begun = now();
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let office = Arc::clone(&office);
        tasks.spawn(async move {
            let share = events / callers + u64::from(caller < events % callers);
            for number in 0..share {
                let id = aggregate_id(caller, number);
                office.execute(&id, Reading::sample(caller, number)).await?;
            }
            Ok::<(), Stopped>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(begun.elapsed())
}

/// Counts what it is shown, and folds nothing.
struct Counting(std::sync::atomic::AtomicU64);

#[async_trait::async_trait]
impl Query<Month> for &'static Counting {
    async fn dispatch(&self, _: &str, events: &[EventEnvelope<Month>]) {
        self.0.fetch_add(events.len() as u64, std::sync::atomic::Ordering::Relaxed);
    }
}

async fn rebuild<R: PersistedEventRepository>(
    repository: R,
    events: u64,
) -> Result<Duration, Stopped> {
    static SEEN: Counting = Counting(std::sync::atomic::AtomicU64::new(0));
    let begun = now();
    QueryReplay::<_, _, Month>::new(repository, &SEEN).replay_all().await?;
    let time = begun.elapsed();
    let seen = SEEN.0.load(std::sync::atomic::Ordering::Relaxed);
    if seen == events { Ok(time) } else { Err(format!("saw {seen} of {events} events").into()) }
}

#[expect(clippy::disallowed_methods, reason = "what is measured is time")]
fn now() -> Instant {
    Instant::now()
}
