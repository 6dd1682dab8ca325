//! The bugs that can be planted, by name, and what shows them.

use super::faults::Fault;
use super::turns::Turn;

/// What a history is leant towards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// A kind of fault.
    Fault(Fault),
    /// A turn in a contract's life.
    Turn(Turn),
}

/// A bug that the simulation must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// An order is issued a minute before the notice has run.
    NoticeOneMinuteEarly,
    /// One approval is enough for a suspension.
    OneApprover,
    /// Readings are taken to be fresh however old they are.
    StopsOnStaleReadings,
    /// What lifts a procedure is not recorded with a payment.
    ForgetsPayment,
    /// A protected customer is treated as industry.
    StopsProtected,
    /// Whoever proposed an order may approve it.
    ProposerApproves,
    /// Windows in which nobody is cut off are not looked at.
    CutsInTheNight,
    /// A limit may come out as nothing.
    CutsToNothing,
    /// A point is left out of an order.
    LosesAPart,
    /// What is reported from afar opens as if somebody had been on site.
    OpensFromAfar,
    /// A decision on an old state is taken though its streams have moved.
    ReorderedOrder,
    /// A command that comes again with its key is decided again, and its events recorded again.
    ForgetsTheKey,
    /// A paused node without the store answers from what it knows.
    StaleNodeAnswers,
    /// A gateway carries out an older word than it has heard.
    ActsOnOlderWord,
    /// A gateway takes the first word of a slot for its only one.
    OneWordASlot,
    /// A node asks no clock but its own.
    TrustsItsClock,
    /// A gateway carries out a command that has expired.
    ActsAfterExpiry,
    /// A gateway closes when its lease has run out.
    ExpiryCloses,
    /// What was approved for other terms, or other points, is issued.
    OldApprovalsHold,
    /// An order in force stands by the terms of now, whatever it was issued by.
    OtherTermsArmAgain,
    /// A point that went to another contract is told what the one before is told.
    MovedPointKeepsItsStop,
    /// What counts from tomorrow on lifts a demand today, when somebody looks.
    LooksADayAhead,
    /// What time has ended goes on in answers until that is recorded.
    OnlyRecordsEnd,
}

impl Plant {
    /// All of them, with the names by which they are asked for.
    pub const ALL: [(&'static str, Self); 23] = [
        ("notice-one-minute-early", Self::NoticeOneMinuteEarly),
        ("one-approver", Self::OneApprover),
        ("stops-on-stale-readings", Self::StopsOnStaleReadings),
        ("forgets-payment", Self::ForgetsPayment),
        ("stops-protected", Self::StopsProtected),
        ("proposer-approves", Self::ProposerApproves),
        ("cuts-in-the-night", Self::CutsInTheNight),
        ("cuts-to-nothing", Self::CutsToNothing),
        ("loses-a-part", Self::LosesAPart),
        ("opens-from-afar", Self::OpensFromAfar),
        ("reordered-order", Self::ReorderedOrder),
        ("forgets-the-key", Self::ForgetsTheKey),
        ("stale-node-answers", Self::StaleNodeAnswers),
        ("acts-on-older-word", Self::ActsOnOlderWord),
        ("one-word-a-slot", Self::OneWordASlot),
        ("trusts-its-clock", Self::TrustsItsClock),
        ("acts-after-expiry", Self::ActsAfterExpiry),
        ("expiry-closes", Self::ExpiryCloses),
        ("old-approvals-hold", Self::OldApprovalsHold),
        ("other-terms-arm-again", Self::OtherTermsArmAgain),
        ("moved-point-keeps-its-stop", Self::MovedPointKeepsItsStop),
        ("looks-a-day-ahead", Self::LooksADayAhead),
        ("only-records-end", Self::OnlyRecordsEnd),
    ];

    /// What is woven into every history, because it does not show without.
    #[must_use]
    pub fn shows_with(self) -> Option<Lean> {
        match self {
            Self::ReorderedOrder => Some(Lean::Fault(Fault::StaleCommand)),
            Self::ForgetsTheKey => Some(Lean::Fault(Fault::LostAnswer)),
            Self::StaleNodeAnswers => Some(Lean::Fault(Fault::Paused)),
            Self::ActsOnOlderWord => Some(Lean::Fault(Fault::LeaseOvertaken)),
            Self::OneWordASlot => Some(Lean::Fault(Fault::TakenBack)),
            Self::TrustsItsClock => Some(Lean::Fault(Fault::ClockJump)),
            Self::ActsAfterExpiry => Some(Lean::Fault(Fault::SlowValve)),
            Self::ExpiryCloses => Some(Lean::Fault(Fault::Silence)),
            Self::OldApprovalsHold => Some(Lean::Turn(Turn::Outdated)),
            Self::OtherTermsArmAgain => Some(Lean::Turn(Turn::Worse)),
            Self::MovedPointKeepsItsStop => Some(Lean::Turn(Turn::Moved)),
            Self::LooksADayAhead | Self::OnlyRecordsEnd => Some(Lean::Turn(Turn::Ahead)),
            Self::NoticeOneMinuteEarly
            | Self::OneApprover
            | Self::StopsOnStaleReadings
            | Self::ForgetsPayment
            | Self::StopsProtected
            | Self::ProposerApproves
            | Self::CutsInTheNight
            | Self::CutsToNothing
            | Self::LosesAPart
            | Self::OpensFromAfar => None,
        }
    }

    /// The bug of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, plant)| plant)
    }
}
