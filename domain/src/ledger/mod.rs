//! The ledger itself: its first event fixes how it counts time and who may act alone.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::quantities::gas_day::ClockError;
use crate::quantities::{CivilDay, GasDay, GasDayClock, NameError};
use crate::rejection::rejections;
use crate::state::Ledger;
use crate::{Decision, Event, settlement};

/// Opens a ledger with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLedger {
    /// The settings.
    pub settings: Settings,
}

/// A ledger's settings, fixed by its first event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A4: the books that the ledger keeps.
    #[serde(default)]
    pub books: Books,
    /// T6: whether time is real or told.
    pub clock: ClockKind,
    /// F: whether acts of weight need a second person.
    pub four_eyes: FourEyes,
    /// T1: the hour at which a gas day starts.
    pub gas_day_start_hour: u32,
    /// T1: the IANA zone.
    pub zone: String,
}

/// A4, M1: the currency of the books, and the day up to which they were closed before the ledger
/// began: no posting may bear a date up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Books {
    /// The last civil day of books kept elsewhere; absent when the ledger begins them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_through: Option<CivilDay>,
    /// M1.
    pub currency: Currency,
}

/// M1: the one currency of all amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Currency {
    /// Yuan.
    #[default]
    #[serde(rename = "CNY")]
    Yuan,
}

/// T6: where the current time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// The machine's clock.
    Real,
    /// Told with `--now`; every output is marked.
    Simulated,
}

/// F: whether acts of weight need a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FourEyes {
    /// They do.
    On,
    /// One person runs the ledger: no act waits for a second one.
    Off,
}

impl Default for Settings {
    /// 08:00 in Shanghai, a real clock, four eyes.
    fn default() -> Self {
        let clock = GasDayClock::default();
        Self {
            books: Books::default(),
            clock: ClockKind::Real,
            four_eyes: FourEyes::On,
            gas_day_start_hour: clock.start_hour(),
            zone: clock.zone_name().to_owned(),
        }
    }
}

impl Settings {
    /// T1: the clock that the settings describe.
    pub fn gas_day_clock(&self) -> Result<GasDayClock, ClockError> {
        GasDayClock::try_new(&self.zone, self.gas_day_start_hour)
    }
}

rejections! {
    /// Refusals of the ledger itself, and of numbers and names anywhere.
    pub enum Rejection {
        1 "ledger_already_open" "Open a new ledger file for other settings."
        /// The first event stands; settings never change.
        #[error("the ledger was opened with other settings")]
        AlreadyOpen {},

        2 "settings_invalid" "Name an IANA zone such as Asia/Shanghai and an hour from 0 to 23."
        /// The zone or the hour does not exist.
        #[error("{reason}")]
        SettingsInvalid {
            /// What is wrong.
            reason: ClockError,
        },

        3 "number_too_large" "Check the quantity and the price for a misplaced decimal point."
        /// A result has more than 28 significant digits.
        #[error("a result has more than 28 significant digits and cannot be held exactly")]
        NumberTooLarge {},

        4 "not_a_name" "Use 1 to 64 bytes of printable text without blanks at the ends."
        /// A text cannot be a name.
        #[error("{reason}")]
        NotAName {
            /// What is wrong.
            reason: NameError,
        },

        5 "no_price_plan" "Amend the contract so that its seasons cover the month."
        /// P1.
        #[error("no price plan holds on {day}")]
        NoPlan {
            /// The gas day.
            day: GasDay,
        },

        6 "no_tax_rate" "Let the dated list of tax rates begin with the term."
        /// M3.
        #[error("no tax rate holds on {day}")]
        NoTaxRate {
            /// The gas day.
            day: GasDay,
        },

        9 "event_too_large" "Shorten its texts, or agree fewer items: tiers, indices, points."
        /// The log holds events of limited length (invariant of the log).
        #[error("{event_type} of {stream} would take {bytes} bytes of the log; an event has at \
                 most {limit}")]
        EventTooLarge {
            /// The type of the event.
            event_type: &'static str,
            /// Its stream.
            stream: String,
            /// Bytes that it would take, at most.
            bytes: usize,
            /// Bytes that an event may take.
            limit: usize,
        },
    }
}

/// Longest event in bytes, with everything that is stored around its payload.
pub const LONGEST_EVENT: usize = 65_535;

/// Whether the log can hold an event that takes `bytes` bytes there. Whoever stores it measures:
/// the length is not known before the event has its stored form.
pub fn check_length(event: &Event, bytes: usize) -> Result<(), crate::Rejection> {
    let limit = LONGEST_EVENT;
    if bytes <= limit {
        return Ok(());
    }
    if let Event::SettlementIssued(document) = event {
        let (contract, month) = (document.contract.clone(), document.month);
        let lines = document.lines.len();
        return Err(settlement::Rejection::TooLarge { contract, month, lines, bytes, limit }.into());
    }
    let (event_type, stream) = (event.type_name(), event.stream().to_string());
    Err(Rejection::EventTooLarge { event_type, stream, bytes, limit }.into())
}

/// Opens the ledger, once; the same settings again change nothing.
pub fn open(
    ledger: &Ledger,
    command: &OpenLedger,
    _: &Context<'_>,
) -> Result<Decision, crate::Rejection> {
    match ledger.settings() {
        Some(known) if *known == command.settings => Ok(Decision::nothing()),
        Some(_) => Err(Rejection::AlreadyOpen {}.into()),
        None => {
            command
                .settings
                .gas_day_clock()
                .map_err(|reason| Rejection::SettingsInvalid { reason })?;
            Ok(Decision::of([Event::LedgerOpened(command.settings.clone())]))
        }
    }
}
