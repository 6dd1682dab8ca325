//! The one task that writes: it takes what waits and makes it durable together.
//!
//! While one batch is being written, the next is planned on top of it in memory, so that hashing
//! and waiting for the disk overlap. The plan is a bet that nobody else writes: the transaction
//! begins by moving the head row from the generation that the plan rests on. When that fails
//! (another process wrote) or when the database refuses some row, the requests are decided anew
//! under the lock, and what was planned on top is planned again.

use std::collections::VecDeque;
use std::future;
use std::sync::Arc;

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};

use super::batch::Batch;
use super::faults::fault;
use super::load::{LoadError, head_row, learn};
use super::transact::{Transactor, Written};
use crate::calls::{Answer, Calls, Decided, Queued, together};
use crate::plan::Heads;
use crate::statement::{Statement, Work};
use crate::{AppendRequest, Clock, Outcome, StoreError};

/// Events of one transaction of several requests. Only a call that is larger lies in several.
const MAX_EVENTS: usize = 4096;
/// Requests of one transaction, most of which may have no events.
const MAX_REQUESTS: usize = 8192;
/// Requests that are planned before the writer looks whether the disk is ready for them.
const SLICE: usize = 512;
/// Streams whose versions are remembered.
const MAX_STREAMS: usize = 500_000;

/// What the writer is asked to do.
pub(super) enum Job {
    Append(Vec<AppendRequest>, Answer),
    Run(Work<Statement>),
}

/// What the writing connection did.
enum End {
    Written(Box<Batch>, Written),
    Decided(Vec<Decided>),
    Ran,
}

type Running = JoinHandle<(Transactor, End)>;

pub(super) struct Writer {
    clock: Clock,
    jobs: mpsc::Receiver<Job>,
    open: bool,
    /// At rest, or lent to `running`.
    transactor: Option<Transactor>,
    running: Option<Running>,
    lookups: SqliteConnection,
    calls: Calls,
    /// Requests that were not looked at yet.
    backlog: VecDeque<Queued>,
    /// Requests planned on top of what is being written.
    pending: Option<Batch>,
    /// Requests that must be decided under the lock, before everything else.
    undecided: Option<Vec<Queued>>,
    /// Work beside the log.
    others: VecDeque<Work<Statement>>,
    /// Known only while every bet since they were loaded was won.
    heads: Option<Heads>,
    generation: i64,
    notify: watch::Sender<u64>,
}

impl Writer {
    pub fn new(
        jobs: mpsc::Receiver<Job>,
        transactor: Transactor,
        lookups: SqliteConnection,
        notify: watch::Sender<u64>,
    ) -> Self {
        Self {
            clock: Arc::clone(&transactor.clock),
            jobs,
            open: true,
            transactor: Some(transactor),
            running: None,
            lookups,
            calls: Calls::default(),
            backlog: VecDeque::new(),
            pending: None,
            undecided: None,
            others: VecDeque::new(),
            heads: None,
            generation: 0,
            notify,
        }
    }

    /// Works until the last sender is gone and everything has been answered.
    pub async fn run(mut self) -> Result<(), StoreError> {
        loop {
            self.launch();
            if self.may_plan() {
                self.plan_slice().await;
                self.take_waiting();
            } else if self.open || self.running.is_some() {
                self.wait().await;
                self.gather().await;
            } else {
                break;
            }
        }
        // The writing connection is the last to close: it folds the write-ahead log into the file.
        let _ = self.lookups.close().await;
        match self.transactor.take() {
            Some(transactor) => transactor.close().await,
            None => Ok(()),
        }
    }

    async fn wait(&mut self) {
        tokio::select! {
            biased;
            ended = ended(&mut self.running), if self.running.is_some() => self.end(ended),
            job = self.jobs.recv(), if self.open && self.backlog.is_empty() => match job {
                Some(job) => {
                    self.accept(job);
                    self.take_waiting();
                }
                None => self.open = false,
            },
        }
    }

    /// Before the connection gets its next work, lets the callers that were just answered come
    /// again: they then share a transaction instead of falling into two halves that take turns.
    /// Gives way once; waits for nobody.
    async fn gather(&mut self) {
        if self.running.is_some() {
            return;
        }
        tokio::task::yield_now().await;
        self.take_waiting();
        while self.may_plan() {
            self.plan_slice().await;
            self.take_waiting();
        }
    }

    /// Takes what waits; adds no delay.
    fn take_waiting(&mut self) {
        while self.backlog.len() < MAX_REQUESTS {
            let Ok(job) = self.jobs.try_recv() else { return };
            self.accept(job);
        }
    }

    fn accept(&mut self, job: Job) {
        match job {
            Job::Append(requests, answer) => {
                let call = self.calls.begin(requests.len(), answer);
                let queued = |(index, request)| Queued { request, call, index };
                self.backlog.extend(requests.into_iter().enumerate().map(queued));
            }
            Job::Run(work) => self.others.push_back(work),
        }
    }

    /// Whether there is something to plan, room for it, and known ground to plan it on.
    fn may_plan(&self) -> bool {
        let ground = self.undecided.is_none() && (self.heads.is_some() || self.running.is_none());
        ground && self.next_call((0, 0)) > 0
    }

    /// How many requests of the next call there is room for, beside what is planned and `slice`.
    fn next_call(&self, slice: (usize, usize)) -> usize {
        let planned = self.pending.as_ref();
        let planned = planned.map_or((0, 0), |batch| (batch.requests.len(), batch.events));
        let taken = (planned.0 + slice.0, planned.1 + slice.1);
        let next = together(&self.backlog, MAX_REQUESTS, MAX_EVENTS);
        let fits = taken.0 + next.0 <= MAX_REQUESTS && taken.1 + next.1 <= MAX_EVENTS;
        if taken.0 == 0 || fits { next.0 } else { 0 }
    }

    /// Plans whole calls.
    async fn plan_slice(&mut self) {
        let (mut slice, mut events) = (Vec::with_capacity(SLICE), 0);
        while slice.len() < SLICE {
            self.calls.drop_failed(&mut self.backlog);
            let requests = self.next_call((slice.len(), events));
            if requests == 0 {
                break;
            }
            let call = self.backlog.drain(..requests);
            slice.extend(call.inspect(|queued| events += queued.request.events.len()));
        }
        if slice.is_empty() {
            return;
        }
        match self.known(&slice).await {
            Ok(mut heads) => {
                let (now, generation) = ((self.clock)(), self.generation);
                let batch = self.pending.get_or_insert_with(|| Batch::new(&heads, generation));
                for queued in slice {
                    batch.plan(&mut heads, queued, now);
                }
                self.heads = Some(heads);
            }
            Err(error) => slice.iter().for_each(|queued| match queued.index {
                0 => self.calls.fail(queued, &error),
                // What came before of a call too large for one transaction may be on its way.
                _ => self.calls.fail(queued, &StoreError::Unknown(Arc::new(error.clone()))),
            }),
        }
    }

    /// What is known of the log, with everything that the requests name.
    async fn known(&mut self, slice: &[Queued]) -> Result<Heads, StoreError> {
        match self.try_known(slice).await {
            Ok(heads) => Ok(heads),
            Err(LoadError::Store(error)) => Err(error),
            Err(LoadError::Database(error)) => {
                let path = self.transactor.as_ref().map(|one| one.options.path.clone());
                Err(fault(&path.unwrap_or_default(), "looking up streams and keys", error))
            }
        }
    }

    async fn try_known(&mut self, slice: &[Queued]) -> Result<Heads, LoadError> {
        let mut heads = match self.heads.take() {
            Some(heads) => heads,
            None => {
                let head = head_row(&mut self.lookups).await?;
                self.generation = head.generation;
                head.heads()?
            }
        };
        let requests = slice.iter().map(|queued| &queued.request);
        learn(&mut self.lookups, &mut heads, requests).await?;
        Ok(heads)
    }

    /// Gives the connection its next work when it is at rest.
    fn launch(&mut self) {
        let Some(mut transactor) = self.transactor.take() else { return };
        if let Some(requests) = self.undecided.take() {
            self.running = Some(tokio::spawn(async move {
                let decided = transactor.decide(requests).await;
                (transactor, End::Decided(decided))
            }));
        } else if let Some(Work { steps, answer }) = self.others.pop_front() {
            self.running = Some(tokio::spawn(async move {
                // Whoever asked may have gone away; the work is done all the same.
                let _ = answer.send(transactor.run(steps).await);
                (transactor, End::Ran)
            }));
        } else if let Some(batch) = self.pending.take() {
            self.generation += i64::from(batch.writes());
            if let Some(heads) = &mut self.heads {
                heads.batch += 1;
            }
            let mut batch = Box::new(batch);
            self.running = Some(tokio::spawn(async move {
                let written = transactor.write(&mut batch).await;
                (transactor, End::Written(batch, written))
            }));
        } else {
            self.transactor = Some(transactor);
        }
    }

    fn end(&mut self, ended: Result<(Transactor, End), JoinError>) {
        self.running = None;
        let Ok((transactor, end)) = ended else {
            // Only a defect of this program ends here. Nobody can write any more.
            self.calls.fail_all(&StoreError::Closed);
            self.backlog.clear();
            self.jobs.close();
            return;
        };
        self.transactor = Some(transactor);
        match end {
            End::Ran => {}
            End::Written(batch, Written::Done) => self.done(*batch),
            End::Written(batch, Written::Stale | Written::BadData) => {
                self.unwind();
                self.undecided = Some(batch.into_requests());
            }
            End::Written(batch, Written::Failed(error)) => {
                self.unwind();
                let requests = batch.into_requests();
                requests.iter().for_each(|queued| self.calls.fail(queued, &error));
            }
            End::Decided(decided) => self.decided(decided),
        }
    }

    fn done(&mut self, mut batch: Batch) {
        self.tell(batch.position());
        if let Some(heads) = &mut self.heads {
            // What is durable now can be looked up again.
            heads.forget_before(heads.batch, MAX_STREAMS);
        }
        let outcomes = std::mem::take(&mut batch.outcomes);
        for (queued, outcome) in batch.into_requests().into_iter().zip(outcomes) {
            self.calls.settle(queued.call, queued.index, outcome);
        }
    }

    fn decided(&mut self, decided: Vec<Decided>) {
        for (queued, outcome) in decided {
            match outcome {
                Ok(outcome) => {
                    if let Outcome::Committed(committed) = &outcome {
                        self.tell(committed.last_position.unwrap_or(0));
                    }
                    self.calls.settle(queued.call, queued.index, outcome);
                }
                Err(error) => self.calls.fail(&queued, &error),
            }
        }
    }

    /// Forgets what was planned on a bet that was lost; the requests are planned again.
    fn unwind(&mut self) {
        self.heads = None;
        let planned = self.pending.take().map(Batch::into_requests).unwrap_or_default();
        for queued in planned.into_iter().rev() {
            self.backlog.push_front(queued);
        }
    }

    fn tell(&self, position: u64) {
        self.notify.send_if_modified(|known| {
            let newer = position > *known;
            *known = position.max(*known);
            newer
        });
    }
}

async fn ended(running: &mut Option<Running>) -> Result<(Transactor, End), JoinError> {
    match running {
        Some(running) => running.await,
        None => future::pending().await,
    }
}
