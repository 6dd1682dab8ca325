//! What may be signed, and should be looked at twice.

use std::fmt;

use super::{MakeUpOrder, Terms};

/// A warning about terms that are consistent and were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Y3: make-up drawn from the first unit takes what would have counted towards take-or-pay.
    MakeUpDrawnFirst,
}

impl Warning {
    /// The public code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::MakeUpDrawnFirst => "make_up_drawn_first",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::MakeUpDrawnFirst => {
                "make-up is drawn before the year's own gas counts, so that making up can create \
                 a new deficiency (take_or_pay.make_up.order first)"
            }
        })
    }
}

/// Y3: what to say when these terms are signed.
#[must_use]
pub fn warnings(terms: &Terms) -> Vec<Warning> {
    let first = terms.take_or_pay.as_ref().is_some_and(|it| it.make_up.order == MakeUpOrder::First);
    first.then_some(Warning::MakeUpDrawnFirst).into_iter().collect()
}
