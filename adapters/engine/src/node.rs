//! A node: a process that follows a ledger, and does the scheduler's work when it is elected.
//!
//! Several nodes of one ledger know nothing of each other but the log and one lease. Whatever they are
//! told late or out of order costs them a look at the log, never a fact.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use citygate_domain::Rejection;
use citygate_domain::context::Actor;
use citygate_domain::log::Position;
use citygate_domain::quantities::NodeId;
use citygate_domain::scheduler::{self, SchedulerElected};
use citygate_store::{Lease, StoreError};
use tokio::time::{Instant, sleep, timeout};

use crate::elect::Elected;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::follow::{Follow, POLL};

/// The lease of the scheduler.
pub const SCHEDULER_LEASE: &str = "scheduler";

/// How long a node waits after the world failed before it asks again.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a node that is not elected asks for the lease: so long nobody does the scheduler's work
/// after the elected node has ended, at most.
const ASK: Duration = Duration::from_secs(2);
/// How often rows and snapshots are looked after.
const SETTLE: Duration = Duration::from_secs(2);
/// How long giving the lease back may take on the way out.
const LEAVING: Duration = Duration::from_secs(3);

/// What an elected scheduler does in a round, through an engine that rests on its election; gives what
/// was refused.
pub type Work = Arc<
    dyn Fn(Engine) -> Pin<Box<dyn Future<Output = Result<Vec<Rejection>, EngineError>> + Send>>
        + Send
        + Sync,
>;

/// Who listens to a node.
pub type Listener = Arc<dyn Fn(Notice) + Send + Sync>;

/// What a node tells its operator.
#[derive(Debug, Clone)]
pub enum Notice {
    /// It has loaded the ledger and follows it.
    Started {
        /// Where its world is.
        position: Position,
        /// The epoch of the log.
        epoch: u64,
    },
    /// It does the scheduler's work from now on.
    Elected(SchedulerElected),
    /// It does not do so any more.
    LostLease {
        /// The election that has ended.
        election: SchedulerElected,
        /// Who holds the lease now, as far as is known.
        lease: Option<Lease>,
    },
    /// The log has a new epoch: what was in memory was read anew.
    NewEpoch {
        /// The epoch.
        epoch: u64,
        /// Where the world is.
        position: Position,
    },
    /// Something could not be done.
    Refused(Rejection),
    /// The world failed; the node goes on trying. Said once until it is over.
    Failing(Arc<EngineError>),
    /// What failed is over.
    Recovered,
    /// It has ended as it was asked to.
    Ended {
        /// Where its world was.
        position: Position,
    },
}

/// A node that is about to run.
#[derive(Clone)]
pub struct Node {
    /// The engine on its ledger.
    pub engine: Engine,
    /// Its name; another one for every process.
    pub name: NodeId,
    /// In whose name it records its elections.
    pub actor: Actor,
    /// How long its lease lasts without being renewed; it is renewed at a third.
    pub lease: Duration,
    /// How often the scheduler works.
    pub every: Duration,
    /// What the scheduler does.
    pub work: Work,
    /// Who is told.
    pub listener: Listener,
}

/// What the parts of a running node share.
struct Running<'a> {
    node: &'a Node,
    /// While the node is elected: its election, the engine that rests on it, and when its lease ends by
    /// this process's own count of time.
    elected: Mutex<Option<Held>>,
    failing: Mutex<bool>,
    /// What was refused in the last round: the same again is not told again.
    refused: Mutex<BTreeSet<String>>,
}

/// A lease that this node holds, with what rests on it.
#[derive(Clone)]
struct Held {
    election: SchedulerElected,
    engine: Engine,
    until: Instant,
}

impl Node {
    /// Runs until `stop` is done, then gives the lease back.
    ///
    /// # Errors
    /// Damage of the log, which no waiting mends.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) -> Result<(), EngineError> {
        let running = Running {
            node: self,
            elected: Mutex::default(),
            failing: Mutex::default(),
            refused: Mutex::default(),
        };
        let (position, epoch) = {
            let world = self.engine.read().await;
            (world.position, world.epoch)
        };
        self.tell(Notice::Started { position, epoch });
        let ended = tokio::select! {
            () = stop => Ok(()),
            damaged = running.follow() => Err(damaged),
            damaged = running.hold_lease() => Err(damaged),
            () = running.work() => Ok(()),
            () = running.settle() => Ok(()),
        };
        // A lease that cannot be given back ends by itself.
        let store = self.engine.store();
        let _ = timeout(LEAVING, store.release_lease(SCHEDULER_LEASE, self.name.as_str())).await;
        if ended.is_ok() {
            self.tell(Notice::Ended { position: self.engine.read().await.position });
        }
        ended
    }

    fn tell(&self, notice: Notice) {
        (self.listener)(notice);
    }
}

impl Running<'_> {
    /// Takes in what the log has; ends only on damage.
    async fn follow(&self) -> EngineError {
        loop {
            match self.node.engine.follow().await {
                Ok(Follow::NewEpoch { epoch, position }) => {
                    self.node.tell(Notice::NewEpoch { epoch, position });
                    self.recovered();
                }
                Ok(Follow::Nothing | Follow::Moved(_)) => self.recovered(),
                Err(error) if is_damage(&error) => return error,
                Err(error) => {
                    self.failed(error);
                    sleep(PAUSE).await;
                }
            }
            self.node.engine.wait_for_news().await;
        }
    }

    /// Takes and renews the lease; ends only on damage.
    async fn hold_lease(&self) -> EngineError {
        loop {
            // Counted from before it was asked for: never longer than the database counts.
            let asked = Instant::now();
            match self.take_lease(asked + self.node.lease).await {
                Ok(()) if self.held().is_some() => sleep(self.node.lease / 3).await,
                Ok(()) => sleep(ASK.min(self.node.lease / 3)).await,
                Err(error) if is_damage(&error) => return error,
                Err(error) => {
                    self.failed(error);
                    let over = |held: &Held| held.until <= Instant::now();
                    self.let_go(over, None);
                    sleep(PAUSE.min(self.node.lease / 3)).await;
                }
            }
        }
    }

    async fn take_lease(&self, until: Instant) -> Result<(), EngineError> {
        let Node { engine, name, lease: lasts, .. } = self.node;
        // Whoever holds it renews it without waiting for anybody who writes.
        let held = self.held().as_ref().map(|held| held.election.epoch);
        let above = if let Some(epoch) = held {
            epoch
        } else {
            let world = engine.read().await;
            // A ledger that is not open yet has nothing to be done in it.
            if world.ledger.settings().is_none() {
                return Ok(());
            }
            world.ledger.scheduler().map_or(0, |elected| elected.epoch)
        };
        let store = engine.store();
        let lease = store.take_lease(SCHEDULER_LEASE, name.as_str(), *lasts, above).await?;
        if lease.holder != name.as_str() {
            self.let_go(|_| true, Some(lease));
            return Ok(());
        }
        let election = SchedulerElected { epoch: lease.epoch, node: name.clone() };
        let mine = |held: &&mut Held| held.election == election;
        if let Some(held) = self.held().as_mut().filter(mine) {
            held.until = until;
            return Ok(());
        }
        self.let_go(|_| true, Some(lease));
        match engine.elect(&self.node.actor, &election).await? {
            Elected::Engine(engine) => {
                let (engine, told) = (*engine, election.clone());
                *self.held() = Some(Held { election, engine, until });
                self.node.tell(Notice::Elected(told));
            }
            // The lease will be another's when it is asked for next.
            Elected::Refused(rejection) => self.node.tell(Notice::Refused(rejection)),
        }
        Ok(())
    }

    /// Does the scheduler's work while elected.
    async fn work(&self) {
        loop {
            // Anew each time: a round may have taken as long as the lease.
            let held = self.held().clone().filter(|held| held.until > Instant::now());
            if let Some(held) = held {
                match (self.node.work)(held.engine.clone()).await {
                    Ok(refused) => self.refused(&held, refused),
                    Err(error) => self.failed(error),
                }
                sleep(self.node.every).await;
            } else {
                sleep(POLL.min(self.node.every)).await;
            }
        }
    }

    fn refused(&self, held: &Held, refused: Vec<Rejection>) {
        let replaced = |it: &Rejection| {
            matches!(it, Rejection::Scheduler(scheduler::Rejection::Replaced { .. }))
        };
        if refused.iter().any(replaced) {
            self.let_go(|known| known.election == held.election, None);
        }
        let texts = refused.iter().map(Rejection::to_string).collect();
        let known = std::mem::replace(&mut *lock(&self.refused), texts);
        let news = refused.into_iter().filter(|it| !known.contains(&it.to_string()));
        news.for_each(|rejection| self.node.tell(Notice::Refused(rejection)));
    }

    /// Rows that came by following, and a snapshot when one is due.
    async fn settle(&self) {
        loop {
            sleep(SETTLE).await;
            // What fails here is tried again, and costs nothing but time at a next start.
            let _ = self.node.engine.settle_tables().await;
            if self.held().is_some() {
                let _ = self.node.engine.save_snapshot_if_due().await;
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        lock(&self.elected)
    }

    fn let_go(&self, wanted: impl FnOnce(&Held) -> bool, lease: Option<Lease>) {
        let left = self.held().take_if(|held| wanted(held));
        if let Some(Held { election, .. }) = left {
            self.node.tell(Notice::LostLease { election, lease });
        }
    }

    fn failed(&self, error: EngineError) {
        if !std::mem::replace(&mut *lock(&self.failing), true) {
            self.node.tell(Notice::Failing(Arc::new(error)));
        }
    }

    fn recovered(&self) {
        if std::mem::replace(&mut *lock(&self.failing), false) {
            self.node.tell(Notice::Recovered);
        }
    }
}

/// Nothing that is done under these locks can be left half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What no waiting mends.
fn is_damage(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::Store(StoreError::Corrupt { .. } | StoreError::Damaged { .. })
            | EngineError::Codec { .. }
    )
}
