use crate::quantities::{CivilDay, ClaimId, ContractId, PersonId, Quantity, SettlementMonth};
use crate::rejection::rejections;

/// Prints a list of months.
fn list(months: &[SettlementMonth]) -> String {
    months.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Prints a list of claims.
fn named(claims: &[ClaimId]) -> String {
    claims.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

rejections! {
    /// Refusals about assessments and the cases that follow (D7, D9).
    pub enum Rejection {
        501 "unknown_contract" "Import the contract first, or correct its id."
        /// The claim names no contract of the ledger.
        #[error("contract {contract} is not known")]
        UnknownContract {
            /// The contract.
            contract: ContractId,
        },

        521 "no_deviation_terms" "Amend the contract if deviations are to be settled."
        /// D: the contract knows no deviation settlement.
        #[error("contract {contract} has no deviation terms in {month}")]
        NoDeviationTerms {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        522 "not_last_of_period" "Assess the last month of the netting period."
        /// D7.
        #[error("{month} is not the last month of its netting period; {last} is")]
        NotLastOfPeriod {
            /// As asked.
            month: SettlementMonth,
            /// The period's last month.
            last: SettlementMonth,
        },

        523 "months_not_issued" "Close the months that are listed first."
        /// D7: every month of the period is issued.
        #[error("not issued yet: {}", list(months))]
        MonthsNotIssued {
            /// The months.
            months: Box<[SettlementMonth]>,
        },

        541 "not_assessed" "Close the period first."
        /// There is no case before the period is assessed.
        #[error("no deviation of {contract} is assessed in {month}")]
        NotAssessed {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        542 "changed_since_shown" "Look at the newest revision, then decide."
        /// F: a step is bound to the revision that was shown.
        #[error("revision {shown} of {contract} {month} was shown, and revision {now} is the \
                 newest")]
        ChangedSinceShown {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// As shown.
            shown: u32,
            /// As it is.
            now: u32,
        },

        543 "no_charge" "Nothing is to be done: the case was closed as it was assessed."
        /// D9: nothing is charged, so nobody has to confirm it.
        #[error("{contract} {month} is inside the tolerance; nothing is charged")]
        NoCharge {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        544 "case_ended" "A posted case is restated by a new revision; a waived one has ended."
        /// D9: a posted or waived case goes no further.
        #[error("the case {contract} {month} is {stage}")]
        CaseEnded {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// How it ended.
            stage: &'static str,
        },

        545 "claim_pending" "Decide the claims that are listed first."
        /// D9: what is told to the buyer rests on decided claims.
        #[error("not decided yet: {}", named(claims))]
        ClaimPending {
            /// The claims.
            claims: Box<[ClaimId]>,
        },

        546 "relief_changed" "Assess the period again, then issue a sheet of the new revision."
        /// D9: the claims were decided otherwise since the document was assessed.
        #[error("revision {revision} rests on a relief of {known}, and {now} is granted now")]
        ReliefChanged {
            /// The document.
            revision: u32,
            /// As assessed.
            known: Quantity,
            /// As decided now.
            now: Quantity,
        },

        547 "sheet_already_issued" "Wait for the buyer's answer to the sheet."
        /// D9: one sheet per revision.
        #[error("sheet {sheet} of this revision is issued already")]
        SheetAlreadyIssued {
            /// The sheet.
            sheet: u32,
        },

        548 "sheet_not_issued" "Issue the sheet first."
        /// D9: the buyer answers a sheet.
        #[error("no sheet of {contract} {month} waits for an answer")]
        SheetNotIssued {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        549 "already_delivered" "Check the sheet; its delivery is proven once."
        /// D9: the day counts from which silence is counted.
        #[error("sheet {sheet} was delivered on {on} already")]
        AlreadyDelivered {
            /// The sheet.
            sheet: u32,
            /// When.
            on: CivilDay,
        },

        550 "dispute_open" "Resolve the dispute first."
        /// D9: the buyer objects to the sheet.
        #[error("sheet {sheet} is disputed")]
        DisputeOpen {
            /// The sheet.
            sheet: u32,
        },

        551 "already_agreed" "Approve and post it; a later objection is a correction."
        /// D9: the sheet has its answer.
        #[error("sheet {sheet} is {basis} already")]
        AlreadyAgreed {
            /// The sheet.
            sheet: u32,
            /// How.
            basis: &'static str,
        },

        552 "sheet_not_delivered" "Record the proof of the delivery first."
        /// D9: silence counts from a proven delivery.
        #[error("the delivery of sheet {sheet} is not proven")]
        SheetNotDelivered {
            /// The sheet.
            sheet: u32,
        },

        553 "no_deemed_confirmation" "Ask the buyer for the sealed sheet."
        /// D9: without the term deemed_confirmed_days silence means nothing.
        #[error("contract {contract} knows no deemed confirmation in {month}")]
        NoDeemedConfirmation {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        554 "not_deemed_yet" "Wait until the day that is named."
        /// D9: the agreed days have not passed.
        #[error("sheet {sheet} counts as confirmed from {from} on; today is {today}")]
        NotDeemedYet {
            /// The sheet.
            sheet: u32,
            /// The day.
            from: CivilDay,
            /// Today.
            today: CivilDay,
        },

        555 "not_disputed" "Look at the case: there is no dispute to resolve."
        /// D9: nobody objects.
        #[error("the case {contract} {month} is not disputed")]
        NotDisputed {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        556 "not_confirmed" "Record the confirmation, or resolve the dispute, first."
        /// D9: posting needs one of confirmed, deemed confirmed, upheld.
        #[error("the case {contract} {month} is {stage}, not confirmed")]
        NotConfirmed {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
            /// Where it stands.
            stage: &'static str,
        },

        557 "posting_already_approved" "Post it."
        /// F: one approval is enough.
        #[error("the posting was approved by {by} already")]
        PostingAlreadyApproved {
            /// Who.
            by: PersonId,
        },

        558 "posting_not_approved"
            "Ask a person who did not issue the sheet to approve the posting."
        /// F: posting needs a second person.
        #[error("the posting of {contract} {month} is not approved")]
        PostingNotApproved {
            /// The contract.
            contract: ContractId,
            /// The month.
            month: SettlementMonth,
        },

        559 "day_not_reached" "Enter the day on which it happened."
        /// T5: nothing is recorded ahead of its day.
        #[error("{on} is not reached; today is {today}")]
        DayNotReached {
            /// As told.
            on: CivilDay,
            /// Today.
            today: CivilDay,
        },

        560 "reason_missing" "Say why, or what proves it."
        /// D9: a step says why.
        #[error("a reason or a proof is missing")]
        ReasonMissing {},

        561 "document_outdated" "Restate the documents first, then answer the new revision."
        /// S4: facts have come that lead to another document.
        #[error("facts have come since revision {revision} of {contract} {month} that change it")]
        DocumentOutdated {
            /// Whose case.
            contract: ContractId,
            /// The last month of its period.
            month: SettlementMonth,
            /// The revision that is known.
            revision: u32,
        },

        575 "before_sheet" "Enter the day on which it happened, after the sheet was issued."
        /// D9: nothing happens to a sheet before it is issued.
        #[error("sheet {sheet} was issued on {issued_on}; nothing happened to it on {on}")]
        BeforeSheet {
            /// The sheet.
            sheet: u32,
            /// As told.
            on: CivilDay,
            /// When it was issued.
            issued_on: CivilDay,
        },

        576 "before_delivery" "Enter the day of the answer, which follows the delivery."
        /// D9: a buyer answers what he has.
        #[error("sheet {sheet} reached the buyer on {delivered_on}; it was not answered on {on}")]
        BeforeDelivery {
            /// The sheet.
            sheet: u32,
            /// As told.
            on: CivilDay,
            /// The proven delivery.
            delivered_on: CivilDay,
        },
    }
}
