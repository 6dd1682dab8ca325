//! Given, when, then.
//!
//! ```
//! use citygate_tests_pure::story::given;
//! use citygate_tests_pure::words::{delivered, m3, signed};
//! given([signed("LG-1"), delivered("2026-01-15", m3("40"))])
//!     .when(delivered("2026-01-15", m3("41")))
//!     .then_refused("delivery_conflict");
//! ```

use citygate_domain::{Event, Rejection};

use crate::told::Told;
use crate::words::instant;
use crate::world::World;

/// What has happened so far.
#[derive(Debug, Clone)]
pub struct Given(World);

/// What came of the last thing.
#[derive(Debug, Clone)]
pub struct Then {
    answer: Result<Vec<Event>, Rejection>,
    world: World,
}

/// Facts that were told and taken.
pub fn given(facts: impl IntoIterator<Item = Told>) -> Given {
    Given(World::of(facts))
}

/// A ledger before its first fact.
#[must_use]
pub fn given_nothing() -> Given {
    Given(World::default())
}

impl Given {
    /// The current time from here on.
    #[must_use]
    pub fn at(mut self, now: &str) -> Self {
        self.0.now = instant(now);
        self
    }

    /// More facts, taken at the current time.
    #[must_use]
    pub fn and(mut self, facts: impl IntoIterator<Item = Told>) -> Self {
        for fact in facts {
            self.0.take(fact);
        }
        self
    }

    /// Something is told.
    #[must_use]
    pub fn when(mut self, told: Told) -> Then {
        let answer = self.0.hear(told);
        Then { answer, world: self.0 }
    }
}

impl Then {
    /// The answer as it is.
    pub fn into_answer(self) -> Result<Vec<Event>, Rejection> {
        self.answer
    }

    /// It was taken, and these are the events by their stored names.
    ///
    /// # Panics
    /// When something else came of it.
    pub fn then_recorded(self, names: &[&str]) -> World {
        match &self.answer {
            Ok(events) => {
                let found: Vec<&str> = events.iter().map(Event::type_name).collect();
                assert_eq!(found, names, "other events were recorded");
            }
            Err(rejection) => panic!("refused: {} {rejection}", rejection.code()),
        }
        self.world
    }

    /// It was taken, and the last event satisfies the question.
    ///
    /// # Panics
    /// When it was refused or known.
    pub fn then(self, ask: impl FnOnce(&Event)) -> World {
        match &self.answer {
            Ok(events) => ask(events.last().expect("the fact is already known")),
            Err(rejection) => panic!("refused: {} {rejection}", rejection.code()),
        }
        self.world
    }

    /// The fact was known; nothing was recorded.
    ///
    /// # Panics
    /// When something was recorded or refused.
    pub fn then_known(self) -> World {
        self.then_recorded(&[])
    }

    /// It was refused, with these numbers.
    ///
    /// # Panics
    /// When something else came of it.
    pub fn then_rejected(self, expected: impl Into<Rejection>) -> World {
        assert_eq!(self.answer, Err(expected.into()));
        self.world
    }

    /// It was refused with this code.
    ///
    /// # Panics
    /// When something else came of it.
    pub fn then_refused(self, code: &str) -> World {
        match &self.answer {
            Ok(events) => panic!("{} events instead of {code}", events.len()),
            Err(rejection) => assert_eq!(rejection.code(), code, "{rejection}"),
        }
        self.world
    }
}
