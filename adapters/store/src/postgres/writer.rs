//! The one task of a node that writes: it takes what waits and makes it durable together.
//!
//! Callers queue; nobody can cancel what is being written, because the task is nobody's future.
//! Each transaction holds the lock on the log's head from its first statement to its commit, so
//! nodes take turns and positions have no gaps. While one is on its way the next is planned on top
//! of it, see `ahead`: nobody is told anything of a plan before it is durable.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep_until};

use super::ahead::Ground;
use super::batch::Batch;
use super::greet::Seen;
use super::launch::{Running, ended, has_room, leave};
use super::nodes::{Activated, BEAT_SECONDS};
use super::options::PostgresOptions;
use super::step::Step;
use super::thread::Thread;
use super::transact::Transactor;
use crate::calls::{Answer, Calls, Queued, together};
use crate::statement::Work;
use crate::{AppendRequest, Clock, Outcome, StoreError};

/// Events of one transaction of several requests. Only a call that is larger lies in several.
pub(super) const MAX_EVENTS: usize = 4096;
/// Requests of one transaction, most of which may have no events.
pub(super) const MAX_REQUESTS: usize = 4096;
/// Requests that are planned before the writer looks whether the connection is ready for them.
const SLICE: usize = 64;
/// How often the node says that it is alive.
pub(super) const BEAT: Duration = Duration::from_secs(BEAT_SECONDS);
/// What the writer is asked to do.
pub(super) enum Job {
    Append(Vec<AppendRequest>, Answer),
    /// Each step may take as long as is said.
    Run(Work<Step>, Duration),
    /// Connects anew.
    Meet(oneshot::Sender<Result<(), StoreError>>),
}

pub(super) struct Writer {
    /// Where the connection is used.
    pub(super) thread: Thread,
    pub(super) clock: Clock,
    pub(super) jobs: mpsc::Receiver<Job>,
    pub(super) open: bool,
    /// At rest, or lent to `running`.
    pub(super) transactor: Option<Box<Transactor>>,
    pub(super) running: Option<Running>,
    pub(super) calls: Calls,
    /// Requests that were not looked at yet.
    pub(super) backlog: VecDeque<Queued>,
    /// Requests planned on top of what is being written.
    pub(super) pending: Option<Box<Batch>>,
    /// Requests that must be decided under the lock, before all others.
    pub(super) undecided: Option<Vec<Queued>>,
    /// Requests whose callers are to be told.
    pub(super) decided: Vec<(Queued, Outcome)>,
    /// Known only while this process has the log to itself.
    pub(super) ground: Option<Ground>,
    pub(super) activated: Arc<Activated>,
    /// Work beside the log.
    pub(super) others: VecDeque<(Work<Step>, Duration)>,
    /// Who wants the primary met. One attempt is made for all that wait.
    pub(super) meeting: Vec<oneshot::Sender<Result<(), StoreError>>>,
    /// Whether the node says that it is alive, and when it does so next.
    pub(super) beats: bool,
    pub(super) beat: Instant,
    /// Positions of a partition, and up to where room is to be made.
    pub(super) partition: u64,
    pub(super) room: Option<u64>,
    pub(super) notify: watch::Sender<u64>,
}

impl Writer {
    pub fn new(
        jobs: mpsc::Receiver<Job>,
        options: PostgresOptions,
        clock: Clock,
        seen: Arc<Seen>,
        notify: watch::Sender<u64>,
    ) -> io::Result<Self> {
        Ok(Self {
            thread: Thread::start()?,
            clock: Arc::clone(&clock),
            jobs,
            open: true,
            beats: options.node.is_some(),
            partition: u64::from(options.partition_size.max(1)),
            transactor: Some(Box::new(Transactor::new(options, clock, seen))),
            running: None,
            calls: Calls::default(),
            backlog: VecDeque::new(),
            pending: None,
            undecided: None,
            decided: Vec::new(),
            ground: None,
            activated: Arc::default(),
            others: VecDeque::new(),
            meeting: Vec::new(),
            beat: Instant::now() + BEAT,
            room: None,
            notify,
        })
    }

    /// Works until the last sender is gone and everything has been answered.
    pub async fn run(mut self) -> Result<(), StoreError> {
        loop {
            self.launch();
            if self.tell_callers() && self.running.is_none() {
                // The callers that were just answered come again and share a transaction.
                yield_now().await;
            }
            self.take_waiting();
            if self.foreseen().is_some() {
                self.plan().await;
            } else if self.open || self.running.is_some() {
                self.wait().await;
            } else if self.is_done() {
                break;
            }
        }
        match self.transactor.take() {
            Some(transactor) => {
                self.thread.spawn(leave(*transactor)).await.unwrap_or(Err(StoreError::Closed))
            }
            None => Err(StoreError::Closed),
        }
    }

    fn is_done(&self) -> bool {
        let waits = !self.backlog.is_empty() || !self.others.is_empty() || !self.meeting.is_empty();
        !waits && self.pending.is_none() && self.undecided.is_none() && self.room.is_none()
    }

    /// Until something ends, comes, or is due. Nothing may be left that could be launched.
    async fn wait(&mut self) {
        let (beats, resting) = (self.beats, self.running.is_none());
        if resting && (self.pending.is_some() || !self.is_done()) {
            return;
        }
        tokio::select! {
            biased;
            ended = ended(&mut self.running), if !resting => self.end(ended),
            job = self.jobs.recv(), if self.open && self.backlog.len() < MAX_REQUESTS => match job {
                Some(job) => self.accept(job),
                None => self.open = false,
            },
            () = sleep_until(self.beat), if beats && resting => {}
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
            Job::Run(work, patience) => self.others.push_back((work, patience)),
            Job::Meet(answer) => self.meeting.push(answer),
        }
    }

    /// How many requests of the next call are planned ahead together, if all of them can be and
    /// there is room for them.
    pub(super) fn foreseen(&self) -> Option<usize> {
        let (Some(ground), None) = (&self.ground, &self.undecided) else { return None };
        let next = together(&self.backlog, MAX_REQUESTS, MAX_EVENTS);
        let taken = self.pending.as_deref().map_or((0, 0), Batch::size);
        let requests = || self.backlog.iter().take(next.0).map(|queued| &queued.request);
        let activated = |request| !self.beats || self.activated.missing(request).is_none();
        let foreseen =
            has_room(taken, next) && requests().all(activated) && ground.foresees(requests());
        foreseen.then_some(next.0)
    }

    /// Plans what waits. The connection is looked at in between: when it comes to rest, what came
    /// until then is still planned, and then launched.
    async fn plan(&mut self) {
        let mut resting = self.running.is_none();
        while self.plan_slice() {
            yield_now().await;
            if self.running.as_ref().is_some_and(JoinHandle::is_finished) {
                let ended = ended(&mut self.running).await;
                self.end(ended);
            }
            if !resting {
                self.take_waiting();
            }
            resting |= self.running.is_none();
        }
    }

    /// Plans whole calls; false when none can be.
    fn plan_slice(&mut self) -> bool {
        let (now, mut planned) = ((self.clock)(), 0);
        while planned < SLICE {
            self.calls.drop_failed(&mut self.backlog);
            let Some(requests) = self.foreseen() else { break };
            let Some(ground) = &mut self.ground else { break };
            let new = || Box::new(Batch::new(&ground.heads, ground.epoch));
            let mut batch = self.pending.take().unwrap_or_else(new);
            for queued in self.backlog.drain(..requests) {
                ground.plan(&mut batch, queued, now);
            }
            self.pending = Some(batch);
            planned += requests;
        }
        planned > 0
    }

    /// Tells the callers whose requests were decided; false when there are none.
    pub(super) fn tell_callers(&mut self) -> bool {
        if self.decided.is_empty() {
            return false;
        }
        let known = *self.notify.borrow();
        let last = |(_, outcome): &(Queued, Outcome)| match outcome {
            Outcome::Committed(committed) => committed.last_position,
            Outcome::Repeated(_)
            | Outcome::Conflict(_)
            | Outcome::KeyReused
            | Outcome::Refused(_) => None,
        };
        let position = self.decided.iter().filter_map(last).max().unwrap_or(0).max(known);
        self.notify.send_if_modified(|known| std::mem::replace(known, position) < position);
        for (queued, outcome) in std::mem::take(&mut self.decided) {
            self.calls.settle(queued.call, queued.index, outcome);
        }
        if position / self.partition != known / self.partition {
            // Another partition was begun.
            self.room = Some(position);
        }
        true
    }
}
