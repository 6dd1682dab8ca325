//! What the writing connection is lent for, one after the other, and what follows when it is given
//! back.

use std::future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, timeout};

use super::ahead::Ground;
use super::batch::Batch;
use super::step::Step;
use super::transact::Transactor;
use super::writer::{BEAT, MAX_EVENTS, MAX_REQUESTS, Writer};
use crate::StoreError;
use crate::calls::{Decided, Queued, together};
use crate::statement::Work;

/// Streams whose versions are remembered.
const MAX_STREAMS: usize = 100_000;
/// How long saying that the node goes may take.
const LEAVING: Duration = Duration::from_secs(3);

/// What the writing connection did.
pub(super) enum End {
    /// A batch that was planned ahead; false when its requests are to be decided anew.
    Written(Box<Batch>, Result<bool, StoreError>),
    Decided(Vec<Decided>, Option<Ground>),
    Other,
}

pub(super) type Running = JoinHandle<(Box<Transactor>, End)>;

impl Writer {
    /// Gives the connection its next work when it is at rest.
    pub(super) fn launch(&mut self) {
        let Some(mut transactor) = self.transactor.take() else { return };
        self.running = if let Some(requests) = self.undecided.take() {
            Some(self.decide(transactor, requests))
        } else if self.beats && self.beat <= Instant::now() {
            // Also of a node that never rests.
            self.beat = Instant::now() + BEAT;
            Some(self.thread.spawn(async move {
                beat(&mut transactor).await;
                (transactor, End::Other)
            }))
        } else if !self.meeting.is_empty() {
            let answers = std::mem::take(&mut self.meeting);
            Some(self.thread.spawn(async move {
                meet(&mut transactor, answers).await;
                (transactor, End::Other)
            }))
        } else if let Some((Work { steps, answer }, patience)) = self.others.pop_front() {
            // Whoever asked may have gone away; the work is done all the same, unless the node
            // goes too.
            let wanted = self.open || !answer.is_closed();
            Some(self.thread.spawn(async move {
                if wanted {
                    let _ = answer.send(transactor.run(steps, patience).await);
                }
                (transactor, End::Other)
            }))
        } else if let Some(position) = self.room.take() {
            Some(self.thread.spawn(async move {
                // Without room ahead the next start, or the first event that finds none, makes it.
                let _ = transactor.make_room(position).await;
                (transactor, End::Other)
            }))
        } else if let Some(batch) = self.pending.take() {
            if let Some(ground) = &mut self.ground {
                ground.heads.batch += 1;
            }
            Some(self.thread.spawn(async move {
                let written = transactor.write_planned(&batch).await;
                (transactor, End::Written(batch, written))
            }))
        } else {
            // What can be planned is planned first.
            let planned = self.foreseen().is_some();
            let requests = if planned { Vec::new() } else { self.next_requests() };
            if requests.is_empty() {
                self.transactor = Some(transactor);
                return;
            }
            Some(self.decide(transactor, requests))
        };
    }

    fn decide(&mut self, mut transactor: Box<Transactor>, requests: Vec<Queued>) -> Running {
        // What comes of them is not foreseen.
        self.ground = None;
        self.thread.spawn(async move {
            let (decided, ground) = transactor.decide(requests).await;
            (transactor, End::Decided(decided, ground))
        })
    }

    /// Requests for one transaction; those of the first call cannot be planned ahead.
    fn next_requests(&mut self) -> Vec<Queued> {
        let (mut taken, mut events) = (Vec::new(), 0);
        loop {
            self.calls.drop_failed(&mut self.backlog);
            let next = together(&self.backlog, MAX_REQUESTS, MAX_EVENTS);
            if !has_room((taken.len(), events), next) {
                return taken;
            }
            taken.extend(self.backlog.drain(..next.0));
            events += next.1;
        }
    }

    pub(super) fn end(&mut self, ended: Result<(Box<Transactor>, End), JoinError>) {
        self.running = None;
        let (transactor, end) = match ended {
            Ok(ended) => ended,
            Err(gone) => return self.fail_all(gone),
        };
        self.activated = Arc::clone(&transactor.activated);
        self.transactor = Some(transactor);
        match end {
            End::Other => {}
            End::Decided(decided, ground) => {
                self.ground = ground;
                self.note(decided);
            }
            End::Written(batch, Ok(true)) => {
                if let Some(ground) = &mut self.ground {
                    // What is durable now can be looked up again.
                    ground.heads.forget_before(ground.heads.batch, MAX_STREAMS);
                }
                let (requests, outcomes) = batch.into_parts();
                self.decided.extend(requests.into_iter().zip(outcomes));
            }
            End::Written(batch, Ok(false)) => {
                self.unwind();
                self.undecided = Some(batch.into_requests());
            }
            End::Written(batch, Err(error)) => {
                self.unwind();
                let failed = batch.into_requests().into_iter();
                self.note(failed.map(|queued| (queued, Err(error.clone()))).collect());
            }
        }
    }

    /// Notes what was decided. Who is told of an error is told at once: nothing that is left of his
    /// call is to be written.
    fn note(&mut self, decided: Vec<Decided>) {
        let mut failed = Vec::new();
        for (queued, outcome) in decided {
            match outcome {
                Ok(outcome) => self.decided.push((queued, outcome)),
                Err(error) => failed.push((queued, error)),
            }
        }
        if failed.is_empty() {
            return;
        }
        // What is durable of a call counts for what it is told.
        self.tell_callers();
        failed.iter().for_each(|(queued, error)| self.calls.fail(queued, error));
    }

    /// Forgets what was planned on a bet that was lost; the requests are looked at again.
    fn unwind(&mut self) {
        self.ground = None;
        let planned = self.pending.take().map(|batch| batch.into_requests()).unwrap_or_default();
        for queued in planned.into_iter().rev() {
            self.backlog.push_front(queued);
        }
    }

    /// Only a defect of this program, or the end of its runtime, takes the connection away. What
    /// was being written then is not known, and nobody can write any more.
    fn fail_all(&mut self, gone: JoinError) {
        self.tell_callers();
        self.calls.fail_all(&StoreError::Unknown(Arc::new(gone)));
        self.room = None;
        self.unwind();
        self.backlog.clear();
        self.undecided = None;
        self.others.clear();
        self.meeting.clear();
        self.beats = false;
        self.jobs.close();
        while self.jobs.try_recv().is_ok() {}
    }
}

/// Whether so many requests and events may be added to a transaction that has others. The first
/// always find room.
pub(super) fn has_room(taken: (usize, usize), next: (usize, usize)) -> bool {
    let fits = taken.0 + next.0 <= MAX_REQUESTS && taken.1 + next.1 <= MAX_EVENTS;
    next.0 > 0 && (taken.0 == 0 || fits)
}

/// Waits for what is running; for ever when there is nothing.
pub(super) async fn ended(
    running: &mut Option<Running>,
) -> Result<(Box<Transactor>, End), JoinError> {
    match running {
        Some(running) => running.await,
        None => future::pending().await,
    }
}

async fn meet(transactor: &mut Transactor, answers: Vec<oneshot::Sender<Result<(), StoreError>>>) {
    transactor.give_up();
    let met = transactor.connection().await.map(drop);
    for answer in answers {
        // Whoever asked may have gone away.
        let _ = answer.send(met.clone());
    }
}

async fn beat(transactor: &mut Transactor) {
    if let Some(node) = &transactor.options.node {
        let beat = node.beat().into_iter().map(Step::from).collect();
        // The next one comes soon.
        let patience = transactor.options.deadline;
        let _ = transactor.run(beat, patience).await;
    }
}

/// Says that the node goes, and closes the connection.
pub(super) async fn leave(mut transactor: Transactor) -> Result<(), StoreError> {
    if let Some(node) = &transactor.options.node {
        let leave = node.leave().into_iter().map(Step::from).collect();
        // A node that cannot say so is missed by its silence.
        let _ = timeout(LEAVING, transactor.run(leave, LEAVING)).await;
    }
    transactor.close().await
}
