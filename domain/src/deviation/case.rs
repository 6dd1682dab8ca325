use super::steps::{
    Basis, DeviationPosted, DeviationWaived, DisputeResolved, PostingApproved, Resolution,
    SheetConfirmed, SheetDeemedConfirmed, SheetDelivered, SheetDisputed, SheetIssued,
};
use super::{DeviationAssessed, Rejection};
use crate::log::Position;
use crate::quantities::{CivilDay, ContractId, GasDay, Money, PersonId, SettlementMonth};
use crate::rules::tax::Taxed;

/// The life of a deviation document (D9), from its assessment to its posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The newest revision of the document.
    pub revision: u32,
    /// Where the case stands with that revision.
    pub stage: Stage,
    /// What was posted so far, oldest first: it counts in the balance.
    pub posted: Vec<PostedDeviation>,
    /// How many sheets were issued, of every revision.
    pub sheets: u32,
}

/// Where a case stands. What is not true in a stage is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Assessed; no sheet of this revision is issued.
    Assessed,
    /// Nothing is charged and nothing was posted: the case is closed as it is assessed.
    NoCharge,
    /// The buyer has to answer a sheet.
    SheetIssued(Sheet),
    /// The buyer objects.
    Disputed(Sheet),
    /// It may be posted once another person approves.
    Agreed(Sheet, Basis),
    /// It may be posted.
    PostingApproved(Sheet, Basis, PersonId),
    /// This revision is posted.
    Posted(Sheet, Basis),
    /// The charge is waived; the case has ended.
    Waived,
}

/// A sheet that was issued to the buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its number in the contract.
    pub number: u32,
    /// Who issued it: the maker of the posting (F).
    pub by: PersonId,
    /// When it was issued; no answer to it is older.
    pub issued_on: CivilDay,
    /// When it reached the buyer, once that is proven.
    pub delivered_on: Option<CivilDay>,
}

/// A posting of a case, as the balance needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedDeviation {
    /// Posted then.
    pub gross: Money,
    /// M3.
    pub net: Money,
    /// M3.
    pub tax: Money,
    /// The day on which it is effective.
    pub last_gas_day: GasDay,
    /// The event.
    pub position: Position,
    /// A4: the civil day of the posting.
    pub posted_on: CivilDay,
    /// The revision that was posted.
    pub revision: u32,
}

impl PostedDeviation {
    /// What it posted, column by column.
    #[must_use]
    pub fn total(&self) -> Taxed {
        Taxed { gross: self.gross, net: self.net, tax: self.tax }
    }
}

impl Stage {
    /// The word for it, as lists print it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Assessed => "assessed",
            Self::NoCharge => "no_charge",
            Self::SheetIssued(Sheet { delivered_on: None, .. }) => "sheet_issued",
            Self::SheetIssued(_) => "sheet_delivered",
            Self::Disputed(_) => "disputed",
            Self::Agreed(_, basis) => basis.word(),
            Self::PostingApproved(..) => "posting_approved",
            Self::Posted(..) => "posted",
            Self::Waived => "waived",
        }
    }

    /// The sheet of this revision.
    #[must_use]
    pub fn sheet(&self) -> Option<&Sheet> {
        match self {
            Self::SheetIssued(sheet)
            | Self::Disputed(sheet)
            | Self::Agreed(sheet, _)
            | Self::PostingApproved(sheet, _, _)
            | Self::Posted(sheet, _) => Some(sheet),
            Self::Assessed | Self::NoCharge | Self::Waived => None,
        }
    }
}

impl Case {
    /// The case of a first document.
    pub(crate) fn new(document: &DeviationAssessed) -> Self {
        let mut case = Self {
            revision: document.revision,
            stage: Stage::Assessed,
            posted: Vec::new(),
            sheets: 0,
        };
        case.assessed(document);
        case
    }

    /// A further revision: it is answered anew. A waived case stays waived.
    pub(crate) fn assessed(&mut self, document: &DeviationAssessed) {
        self.revision = document.revision;
        let ended = self.stage == Stage::Waived;
        if !ended {
            let open = document.charge != Money::ZERO || !self.posted.is_empty();
            self.stage = if open { Stage::Assessed } else { Stage::NoCharge };
        }
    }

    /// M4: what is posted so far, column by column.
    #[must_use]
    pub fn posted_so_far(&self) -> Taxed {
        self.posted.iter().map(PostedDeviation::total).sum()
    }

    fn agreed(&mut self, basis: Basis) {
        self.answered(|sheet| Stage::Agreed(sheet, basis));
    }

    /// Another stage of the same sheet.
    fn answered(&mut self, stage: impl FnOnce(Sheet) -> Stage) {
        if let Some(sheet) = self.stage.sheet().cloned() {
            self.stage = stage(sheet);
        }
    }

    /// F: the document is still the one that was shown.
    pub(super) fn check_shown(
        &self,
        document: &DeviationAssessed,
        shown: u32,
    ) -> Result<(), Rejection> {
        if shown == self.revision {
            return Ok(());
        }
        Err(Rejection::ChangedSinceShown {
            contract: document.contract.clone(),
            month: document.month,
            shown,
            now: self.revision,
        })
    }
}

/// An event of a case, and what it does to it. Total: where it does not fit it changes nothing.
pub(crate) trait CaseEvent {
    /// Whose case.
    fn contract(&self) -> &ContractId;
    /// The last month of its period.
    fn month(&self) -> SettlementMonth;
    /// Takes the case where the event says.
    fn apply(&self, case: &mut Case, position: Position);
}

macro_rules! case_events {
    ($($name:ident($event:ident, $case:ident, $position:pat) $apply:block)+) => { $(
        impl CaseEvent for $name {
            fn contract(&self) -> &ContractId {
                &self.contract
            }

            fn month(&self) -> SettlementMonth {
                self.month
            }

            fn apply(&self, $case: &mut Case, $position: Position) {
                let $event = self;
                $apply
            }
        }
    )+ };
}

case_events! {
    SheetIssued(event, case, _) {
        case.sheets += 1;
        let (number, by, issued_on) = (event.sheet, event.by.clone(), event.on);
        case.stage = Stage::SheetIssued(Sheet { number, by, issued_on, delivered_on: None });
    }
    SheetDelivered(event, case, _) {
        if let Stage::SheetIssued(sheet) = &mut case.stage {
            sheet.delivered_on = Some(event.on);
        }
    }
    SheetConfirmed(_event, case, _) {
        case.agreed(Basis::Confirmed);
    }
    SheetDeemedConfirmed(_event, case, _) {
        case.agreed(Basis::DeemedConfirmed);
    }
    SheetDisputed(_event, case, _) {
        case.answered(Stage::Disputed);
    }
    DisputeResolved(event, case, _) {
        match event.resolution {
            Resolution::Upheld => case.agreed(Basis::Upheld),
            Resolution::Withdrawn => case.answered(Stage::SheetIssued),
        }
    }
    PostingApproved(event, case, _) {
        if let Stage::Agreed(sheet, basis) = &case.stage {
            case.stage = Stage::PostingApproved(sheet.clone(), *basis, event.by.clone());
        }
    }
    DeviationPosted(event, case, position) {
        let DeviationPosted { basis, gross, net, tax, posted_on, revision, .. } = *event;
        let last_gas_day = event.last_gas_day;
        case.posted.push(PostedDeviation {
            gross, net, tax, last_gas_day, position, posted_on, revision,
        });
        case.answered(|sheet| Stage::Posted(sheet, basis));
    }
    DeviationWaived(_event, case, _) {
        case.stage = Stage::Waived;
    }
}
