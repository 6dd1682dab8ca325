//! The one task of a node that writes: it takes what waits and makes it durable together.
//!
//! Callers queue; nobody can cancel what is being written, because the task is nobody's future.
//! Each transaction holds the lock on the log's head from its first statement to its commit, so
//! nodes take turns and positions have no gaps.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::greet::Seen;
use super::nodes::BEAT_SECONDS;
use super::options::PostgresOptions;
use super::step::Step;
use super::transact::Transactor;
use crate::calls::{Answer, Calls, Decided, Queued};
use crate::statement::Work;
use crate::{AppendRequest, Clock, Outcome, StoreError};

/// Events of one transaction, beyond which nothing is added to it.
const MAX_EVENTS: usize = 4096;
/// Requests of one transaction, most of which may have no events.
const MAX_REQUESTS: usize = 4096;

/// How often the node says that it is alive.
const BEAT: Duration = Duration::from_secs(BEAT_SECONDS);
/// How long saying that the node goes may take.
const LEAVING: Duration = Duration::from_secs(3);

/// What the writer is asked to do.
pub(super) enum Job {
    Append(Vec<AppendRequest>, Answer),
    /// Each step may take as long as is said.
    Run(Work<Step>, Duration),
    /// Connects anew.
    Meet(oneshot::Sender<Result<(), StoreError>>),
}

pub(super) struct Writer {
    jobs: mpsc::Receiver<Job>,
    open: bool,
    transactor: Transactor,
    calls: Calls,
    /// Requests that were not decided yet.
    backlog: VecDeque<Queued>,
    /// Work beside the log.
    others: VecDeque<(Work<Step>, Duration)>,
    /// Who wants the primary met. One attempt is made for all that wait.
    meeting: Vec<oneshot::Sender<Result<(), StoreError>>>,
    /// When the node says next that it is alive.
    beat: Instant,
    /// Positions of a partition.
    partition: u64,
    notify: watch::Sender<u64>,
}

impl Writer {
    pub fn new(
        jobs: mpsc::Receiver<Job>,
        options: PostgresOptions,
        clock: Clock,
        seen: Arc<Seen>,
        notify: watch::Sender<u64>,
    ) -> Self {
        Self {
            jobs,
            open: true,
            partition: u64::from(options.partition_size.max(1)),
            transactor: Transactor::new(options, clock, seen),
            calls: Calls::default(),
            backlog: VecDeque::new(),
            others: VecDeque::new(),
            meeting: Vec::new(),
            beat: Instant::now() + BEAT,
            notify,
        }
    }

    /// Works until the last sender is gone and everything has been answered.
    pub async fn run(mut self) -> Result<(), StoreError> {
        loop {
            self.take_waiting();
            if self.beats() && self.beat <= Instant::now() {
                // Also of a node that never rests.
                self.beat().await;
            } else if !self.meeting.is_empty() {
                self.meet().await;
            } else if let Some((Work { steps, answer }, patience)) = self.others.pop_front() {
                // Whoever asked may have gone away; the work is done all the same, unless the node
                // goes too.
                if self.open || !answer.is_closed() {
                    let _ = answer.send(self.transactor.run(steps, patience).await);
                }
            } else if !self.backlog.is_empty() {
                self.write().await;
                // The callers that were just answered come again and share a transaction.
                tokio::task::yield_now().await;
            } else if self.open {
                self.wait().await;
            } else {
                break;
            }
        }
        if let Some(node) = &self.transactor.options.node {
            let leave = node.leave().into_iter().map(Step::from).collect();
            // A node that cannot say so is missed by its silence.
            let _ = timeout(LEAVING, self.transactor.run(leave, LEAVING)).await;
        }
        self.transactor.close().await
    }

    async fn wait(&mut self) {
        let beats = self.beats();
        tokio::select! {
            biased;
            job = self.jobs.recv() => match job {
                Some(job) => self.accept(job),
                None => self.open = false,
            },
            () = sleep_until(self.beat), if beats => {}
        }
    }

    fn beats(&self) -> bool {
        self.transactor.options.node.is_some()
    }

    async fn meet(&mut self) {
        self.transactor.give_up();
        let met = self.transactor.connection().await.map(drop);
        for answer in self.meeting.drain(..) {
            // Whoever asked may have gone away.
            let _ = answer.send(met.clone());
        }
    }

    async fn beat(&mut self) {
        if let Some(node) = &self.transactor.options.node {
            let beat = node.beat().into_iter().map(Step::from).collect();
            // The next one comes soon.
            let patience = self.transactor.options.deadline;
            let _ = self.transactor.run(beat, patience).await;
        }
        self.beat = Instant::now() + BEAT;
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

    async fn write(&mut self) {
        let (mut batch, mut room) = (Vec::new(), MAX_EVENTS);
        while batch.len() < MAX_REQUESTS && room > 0 {
            let Some(queued) = self.backlog.pop_front() else { break };
            room = room.saturating_sub(queued.request.events.len());
            // A call that failed was told so for all that was left of it.
            if self.calls.knows(queued.call) {
                batch.push(queued);
            }
        }
        let decided = self.transactor.decide(batch).await;
        let known = *self.notify.borrow();
        let position = self.answer(decided);
        if position / self.partition != known / self.partition {
            // Another partition was begun. Without room ahead the next start, or the first event
            // that finds none, makes it.
            let _ = self.transactor.make_room(position).await;
        }
    }

    /// Tells the callers, and gives the newest position that is durable.
    fn answer(&mut self, decided: Vec<Decided>) -> u64 {
        for (queued, outcome) in decided {
            match outcome {
                Ok(outcome) => {
                    if let Outcome::Committed(committed) = &outcome {
                        self.tell(committed.last_position.unwrap_or(0));
                    }
                    self.calls.settle(queued.call, queued.index, outcome);
                }
                Err(error) => self.calls.fail(queued.call, &error),
            }
        }
        *self.notify.borrow()
    }

    fn tell(&self, position: u64) {
        self.notify.send_if_modified(|known| {
            let newer = position > *known;
            *known = position.max(*known);
            newer
        });
    }
}
