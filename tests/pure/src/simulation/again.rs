//! Everything that was decided, answered and signed comes out again from the log prefix that it names.

use citygate_domain::Command;
use citygate_domain::log::Position;
use citygate_domain::passage::Clocks;
use citygate_domain::quantities::PointId;
use citygate_domain::supply::Answer;

use super::invariants::{Holds, hold};
use super::office::asked;
use super::play::{Decided, Player};
use super::signing::{Folded, leased};
use super::step::Who;

/// What a node said on what it knew.
pub struct Given {
    /// The newest event that it knew.
    pub position: Position,
    /// What its clocks showed.
    pub clocks: Clocks,
    /// What it said.
    pub outcome: Outcome,
}

/// What a node said.
pub enum Outcome {
    /// To a command: events, or a refusal.
    Decided {
        /// Who sent it.
        who: Who,
        /// The command.
        command: Box<Command>,
        /// The decision.
        said: Box<Decided>,
    },
    /// About a point (E7).
    Answered(Box<Answer>),
    /// To a gateway, signed.
    Leased {
        /// For which point.
        point: PointId,
        /// Every byte.
        text: String,
    },
}

impl Player<'_> {
    /// Every decision, every answer and every lease comes out again from the log prefix that it names.
    pub(super) fn come_again(&mut self) -> Holds {
        let mut given = std::mem::take(&mut self.given);
        given.sort_by_key(|one| one.position);
        let (mut folded, mut slot_began) = (Folded::default(), Folded::default());
        let (core, log) = (self.core, &self.office.log);
        for Given { position, clocks, outcome } in given {
            let ledger = folded.to(log, position);
            match outcome {
                Outcome::Decided { who, command, said } => {
                    let again = asked(core, ledger, clocks, who, &command);
                    hold(is_same_decision(&said, &again), "a_decision_comes_out_again", || {
                        format!("{command:?}: {said:?} and {again:?}")
                    })?;
                }
                Outcome::Answered(answer) => {
                    let again = core.answer(ledger, &answer.point, clocks.now);
                    let name = "an_answer_comes_out_again_from_its_prefix";
                    hold(is_same(&answer, &again), name, || format!("{answer:?} and {again:?}"))?;
                }
                Outcome::Leased { point, text } => {
                    let again = leased(&mut slot_began, log, ledger, &point, clocks);
                    let again = again.map(|signed| signed.text());
                    let name = "a_lease_comes_out_again_byte_by_byte";
                    hold(again.as_ref() == Ok(&text), name, || format!("{text} and {again:?}"))?;
                }
            }
        }
        Ok(())
    }
}

fn is_same_decision(one: &Decided, two: &Decided) -> bool {
    match (one, two) {
        (Ok(one), Ok(two)) => one.events == two.events && one.guards == two.guards,
        (Err(one), Err(two)) => one == two,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

/// Whether two answers say the same, with the same evidence.
pub(super) fn is_same(one: &Answer, two: &Answer) -> bool {
    one.decision == two.decision
        && one.class == two.class
        && one.stage == two.stage
        && one.reasons == two.reasons
        && one.order == two.order
        && one.evidence == two.evidence
        && one.position == two.position
        && one.epoch_position == two.epoch_position
        && one.valid_seconds.value == two.valid_seconds.value
}
