use citygate_domain::contract::ContractState;
use citygate_domain::deviation::{DeviationAssessed, Sheet};
use citygate_projections::cases::{CaseRow, claims_of};

use crate::table::Table;

/// `case list`: deviation cases with where they stand, and D10's flag.
#[must_use]
pub fn cases(rows: &[CaseRow]) -> Table {
    let mut table = Table::new(&[
        "contract",
        "month",
        "revision",
        "stage",
        "side",
        "quantity",
        "charge",
        "flagged",
        "posted",
        "sheet",
        "delivered_on",
        "open_claims",
    ]);
    for row in rows {
        let document = &row.document;
        let sheet = row.case.stage.sheet();
        let delivered = sheet.and_then(|sheet| sheet.delivered_on);
        let claims: Vec<_> = row.open_claims.iter().map(ToString::to_string).collect();
        table.push([
            row.contract.to_string(),
            row.month.to_string(),
            row.case.revision.to_string(),
            row.stage().to_owned(),
            document.side.map_or("inside", |side| side.word()).to_owned(),
            document.quantity.to_string(),
            document.charge.to_string(),
            if document.flagged { "yes" } else { "no" }.to_owned(),
            row.posted().to_string(),
            sheet.map_or_else(String::new, |sheet: &Sheet| sheet.number.to_string()),
            delivered.map_or_else(String::new, |day| day.to_string()),
            claims.join(" "),
        ]);
    }
    table
}

/// `case show`: the claims that touch a case.
#[must_use]
pub fn claims(contract: &ContractState, document: &DeviationAssessed) -> Table {
    let mut table = Table::new(&[
        "claim",
        "stage",
        "first_gas_day",
        "last_gas_day",
        "claimed",
        "granted_quantity",
        "received_on",
    ]);
    for claim in claims_of(contract, document) {
        let granted = claim.decided.as_ref().map(|(decided, _)| decided.granted_quantity);
        table.push([
            claim.filed.claim.to_string(),
            claim.word().to_owned(),
            claim.filed.first_gas_day.to_string(),
            claim.filed.last_gas_day.to_string(),
            claim.filed.quantity.to_string(),
            granted.map_or_else(String::new, |granted| granted.to_string()),
            claim.filed.received_on.to_string(),
        ]);
    }
    table
}
