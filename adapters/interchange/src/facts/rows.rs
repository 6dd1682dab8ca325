//! The form of each CSV file: its columns, and what a row of it asks for.

use std::str::FromStr;

use chrono::{DateTime, FixedOffset};
use citygate_domain::Command;
use citygate_domain::contract::TransferQuantity;
use citygate_domain::delivery::RecordDelivery;
use citygate_domain::deviation::{ClaimDecision, RecordClaim};
use citygate_domain::market::{PublishIndex, RecordLot, TradeMode};
use citygate_domain::payment::{GiveGuarantee, MoneyKind, RecordMoney};
use citygate_domain::quantities::BankReference;
use citygate_domain::rules::relief::ReliefKind;
use csv::StringRecord;

use crate::form::{Column, Columns, Form, FormError};

/// A file's form.
pub(super) struct RowForm {
    pub file: &'static str,
    pub columns: &'static [Column],
    pub read: fn(&Columns, &StringRecord) -> Result<Command, FormError>,
}

/// The form of a file by its name; none for a file of JSON lines.
pub(super) fn form_of(file: &str) -> Option<&'static RowForm> {
    FORMS.iter().find(|form| form.file == file)
}

const fn must(name: &'static str) -> Column {
    Column { name, optional: false }
}

const fn may(name: &'static str) -> Column {
    Column { name, optional: true }
}

static FORMS: [RowForm; 7] = [
    RowForm {
        file: "indices.csv",
        columns: &[
            must("code"),
            must("effective_day"),
            must("value"),
            may("valid_through"),
            may("reason"),
        ],
        read: index,
    },
    RowForm {
        file: "transfers.csv",
        columns: &[
            must("reference"),
            must("from_contract"),
            must("to_contract"),
            must("month"),
            must("quantity"),
            must("agreed_on"),
        ],
        read: transfer,
    },
    RowForm {
        file: "lots.csv",
        columns: &[
            must("trade_reference"),
            must("contract"),
            must("month"),
            must("venue"),
            must("mode"),
            must("quantity"),
            must("unit_price"),
            must("firm"),
            must("traded_at"),
        ],
        read: lot,
    },
    RowForm {
        file: "deliveries.csv",
        columns: &[
            must("delivery_point"),
            must("gas_day"),
            must("volume_m3"),
            may("gcv_mj_per_m3"),
            must("source"),
            may("reason"),
        ],
        read: delivery,
    },
    RowForm {
        file: "claims.csv",
        columns: &[
            must("claim"),
            must("contract"),
            must("kind"),
            must("first_gas_day"),
            must("last_gas_day"),
            must("quantity"),
            must("received_on"),
            must("decision"),
            must("granted_quantity"),
            may("decided_on"),
            may("note"),
        ],
        read: claim,
    },
    RowForm {
        file: "payments.csv",
        columns: &[
            may("contract"),
            must("value_date"),
            must("amount"),
            must("bank"),
            must("bank_reference"),
            must("kind"),
            may("reverses"),
            may("note"),
        ],
        read: payment,
    },
    RowForm {
        file: "guarantees.csv",
        columns: &[
            must("contract"),
            must("reference"),
            must("bank"),
            must("amount"),
            must("valid_from"),
            must("valid_to"),
        ],
        read: guarantee,
    },
];

fn index(columns: &Columns, record: &StringRecord) -> Result<Command, FormError> {
    let mut form = Form::new(columns, record);
    let code = form.required("code");
    let effective_day = form.required("effective_day");
    let value = form.required("value");
    let valid_through = form.optional("valid_through");
    let reason = form.free_text("reason");
    let command = (|| {
        let (code, effective_day, value) = (code?, effective_day?, value?);
        Some(PublishIndex { code, effective_day, value, valid_through, reason })
    })();
    form.done(command).map(Command::PublishIndex)
}

fn transfer(columns: &Columns, record: &StringRecord) -> Result<Command, FormError> {
    let mut form = Form::new(columns, record);
    let reference = form.required("reference");
    let from = form.name_or_dash("from_contract");
    let to = form.name_or_dash("to_contract");
    let month = form.required("month");
    let quantity = form.required("quantity");
    let agreed_on = form.required("agreed_on");
    let command = (|| {
        Some(TransferQuantity {
            reference: reference?,
            from: from?,
            to: to?,
            month: month?,
            quantity: quantity?,
            agreed_on: agreed_on?,
        })
    })();
    form.done(command).map(Command::TransferQuantity)
}

/// An instant as files write it, with its offset.
struct Instant(DateTime<FixedOffset>);

impl FromStr for Instant {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> Result<Self, chrono::ParseError> {
        DateTime::parse_from_rfc3339(text).map(Self)
    }
}

fn lot(columns: &Columns, record: &StringRecord) -> Result<Command, FormError> {
    let modes = [
        ("listing", TradeMode::Listing),
        ("agreement", TradeMode::Agreement),
        ("auction", TradeMode::Auction),
    ];
    let mut form = Form::new(columns, record);
    let trade_reference = form.required("trade_reference");
    let contract = form.required("contract");
    let month = form.required("month");
    let venue = form.required("venue");
    let mode = form.word("mode", &modes);
    let quantity = form.required("quantity");
    let unit_price = form.required("unit_price");
    let firm = form.word("firm", &[("true", true), ("false", false)]);
    let traded_at = form.required::<Instant>("traded_at");
    let command = (|| {
        Some(RecordLot {
            trade_reference: trade_reference?,
            contract: contract?,
            month: month?,
            venue: venue?,
            mode: mode?,
            quantity: quantity?,
            unit_price: unit_price?,
            firm: firm?,
            traded_at: traded_at?.0,
        })
    })();
    form.done(command).map(Command::RecordLot)
}

fn delivery(columns: &Columns, record: &StringRecord) -> Result<Command, FormError> {
    let mut form = Form::new(columns, record);
    let point = form.required("delivery_point");
    let gas_day = form.required("gas_day");
    let volume = form.required("volume_m3");
    let calorific_value = form.optional("gcv_mj_per_m3");
    let source = form.required("source");
    let reason = form.free_text("reason");
    let command = (|| {
        Some(RecordDelivery {
            point: point?,
            gas_day: gas_day?,
            volume: volume?,
            calorific_value,
            source: source?,
            reason,
        })
    })();
    form.done(command).map(Command::RecordDelivery)
}

fn claim(columns: &Columns, record: &StringRecord) -> Result<Command, FormError> {
    let kinds = [
        ("force_majeure", ReliefKind::ForceMajeure),
        ("seller_maintenance", ReliefKind::SellerMaintenance),
        ("seller_shortfall", ReliefKind::SellerShortfall),
        ("permitted_reduction", ReliefKind::PermittedReduction),
        ("government_order", ReliefKind::GovernmentOrder),
    ];
    let decisions = [
        ("granted", ClaimDecision::Granted),
        ("rejected", ClaimDecision::Rejected),
        ("pending", ClaimDecision::Pending),
    ];
    let mut form = Form::new(columns, record);
    let claim = form.required("claim");
    let contract = form.required("contract");
    let kind = form.word("kind", &kinds);
    let first_gas_day = form.required("first_gas_day");
    let last_gas_day = form.required("last_gas_day");
    let quantity = form.required("quantity");
    let received_on = form.required("received_on");
    let decision = form.word("decision", &decisions);
    let granted_quantity = form.required("granted_quantity");
    let decided_on = form.optional("decided_on");
    let command = (|| {
        Some(RecordClaim {
            claim: claim?,
            contract: contract?,
            kind: kind?,
            first_gas_day: first_gas_day?,
            last_gas_day: last_gas_day?,
            quantity: quantity?,
            received_on: received_on?,
            decision: decision?,
            granted_quantity: granted_quantity?,
            decided_on,
        })
    })();
    form.done(command).map(Command::RecordClaim)
}

/// The words of a payment's kind; a reversal also names what it reverses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MoneyWord {
    Payment,
    Reversal,
    Refund,
}

fn payment(columns: &Columns, record: &StringRecord) -> Result<Command, FormError> {
    let kinds = [
        ("payment", MoneyWord::Payment),
        ("reversal", MoneyWord::Reversal),
        ("refund", MoneyWord::Refund),
    ];
    let mut form = Form::new(columns, record);
    let contract = form.optional("contract");
    let value_date = form.required("value_date");
    let amount = form.required("amount");
    let bank = form.required("bank");
    let bank_reference = form.required("bank_reference");
    let kind = form.word("kind", &kinds);
    let reverses: Option<BankReference> = match kind {
        Some(MoneyWord::Reversal) => form.required("reverses"),
        Some(MoneyWord::Payment | MoneyWord::Refund) | None => {
            form.empty("reverses", "only a reversal names what it reverses");
            None
        }
    };
    let command = (|| {
        let kind = match kind? {
            MoneyWord::Payment => MoneyKind::Payment,
            MoneyWord::Refund => MoneyKind::Refund,
            MoneyWord::Reversal => MoneyKind::Reversal { reverses: reverses? },
        };
        Some(RecordMoney {
            contract,
            value_date: value_date?,
            amount: amount?,
            bank: bank?,
            bank_reference: bank_reference?,
            kind,
        })
    })();
    form.done(command).map(Command::RecordMoney)
}

fn guarantee(columns: &Columns, record: &StringRecord) -> Result<Command, FormError> {
    let mut form = Form::new(columns, record);
    let contract = form.required("contract");
    let reference = form.required("reference");
    let bank = form.required("bank");
    let amount = form.required("amount");
    let valid_from = form.required("valid_from");
    let valid_to = form.required("valid_to");
    let command = (|| {
        Some(GiveGuarantee {
            contract: contract?,
            reference: reference?,
            bank: bank?,
            amount: amount?,
            valid_from: valid_from?,
            valid_to: valid_to?,
        })
    })();
    form.done(command).map(Command::GiveGuarantee)
}
