//! Why an answer changed: the facts between two answers, applied one by one, each with the step
//! that it causes.
//!
//! A share is what the function that makes the amount says after a fact, less what it said before
//! it. So the shares sum to the difference, whatever the rules do; [`Change::agrees`] says that the
//! amounts at both ends are the ones that are known otherwise too.

mod account;
mod document;
mod fact;
mod life;

use std::ops::{Add, Sub};

use citygate_domain::log::Position;
use citygate_domain::quantities::CivilDay;
use citygate_domain::trace::Value;

pub use account::{Answer, account};
pub use document::document;

/// How an amount came from one value to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<A> {
    /// The earlier amount.
    pub before: A,
    /// The later amount.
    pub after: A,
    /// The facts that changed it, and changes of terms, in the order in which they were applied.
    pub steps: Vec<Step<A>>,
    /// How many other facts lie between the two and changed nothing.
    pub without_share: u64,
    /// Whether the shares sum to the difference, and both ends are the amounts that the documents
    /// froze, or that the whole log leads to.
    pub agrees: bool,
}

/// One fact, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<A> {
    /// The event; none where a day has passed.
    pub position: Option<Position>,
    /// The civil day on which it counts.
    pub effective: Option<CivilDay>,
    /// The stored name of the event's type, or `day_passed`.
    pub event: &'static str,
    /// What it says: words of the glossary with their values.
    pub what: Vec<Word>,
    /// The step that it causes.
    pub share: A,
    /// The amount after it.
    pub amount: A,
}

/// A word of the glossary with its value.
pub type Word = (&'static str, Value);

/// Applies facts and keeps their shares.
struct Steps<A> {
    before: A,
    amount: A,
    steps: Vec<Step<A>>,
    without_share: u64,
}

impl<A: Copy + PartialEq + Add<Output = A> + Sub<Output = A>> Steps<A> {
    fn from(before: A) -> Self {
        Self { before, amount: before, steps: Vec::new(), without_share: 0 }
    }

    /// A fact after which the amount is `amount`. One that changes nothing is counted, unless it
    /// changes terms: those are named in any case.
    fn take(&mut self, fact: fact::Fact, amount: A) {
        if amount == self.amount && !fact.changes_terms {
            self.without_share += 1;
            return;
        }
        let share = amount - self.amount;
        self.amount = amount;
        let fact::Fact { position, effective, event, what, changes_terms: _ } = fact;
        self.steps.push(Step { position, effective, event, what, share, amount });
    }

    /// The change to an amount that is known otherwise too.
    fn to(self, after: A, agrees: bool) -> Change<A> {
        let Self { before, steps, without_share, .. } = self;
        let sum = steps.iter().fold(before, |sum, step| sum + step.share);
        Change { before, after, agrees: agrees && sum == after, steps, without_share }
    }
}
