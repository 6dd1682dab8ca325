//! The tables themselves: what a report or a BI tool finds.

/// A table of documents.
pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// What stands between the parentheses of `CREATE TABLE`, but for the key. A whole number has
    /// 64 bits.
    pub definition: &'static str,
    /// The columns of the primary key.
    pub key: &'static str,
}

/// Every table begins with the position of its row's event.
pub(super) const TABLES: [Table; 5] = [
    Table {
        name: "settlement",
        columns: &[
            "position",
            "contract",
            "month",
            "revision",
            "unit",
            "quantity_scaled",
            "gross_fen",
            "net_fen",
            "tax_fen",
        ],
        key: "position",
        definition: "position INTEGER NOT NULL, contract TEXT NOT NULL, \
     month TEXT NOT NULL, revision INTEGER NOT NULL, unit TEXT NOT NULL, \
     quantity_scaled INTEGER NOT NULL, gross_fen INTEGER NOT NULL, net_fen INTEGER NOT NULL, \
     tax_fen INTEGER NOT NULL",
    },
    Table {
        name: "settlement_line",
        columns: &[
            "position",
            "line",
            "kind",
            "tag",
            "first_gas_day",
            "last_gas_day",
            "quantity_scaled",
            "unit_price",
            "amount_fen",
        ],
        key: "position, line",
        definition: "position INTEGER NOT NULL, line INTEGER NOT NULL, \
     kind TEXT NOT NULL, tag TEXT NOT NULL, first_gas_day TEXT, last_gas_day TEXT, \
     quantity_scaled INTEGER NOT NULL, unit_price TEXT NOT NULL, amount_fen INTEGER NOT NULL",
    },
    Table {
        name: "deviation",
        columns: &[
            "position",
            "contract",
            "month",
            "revision",
            "unit",
            "base_scaled",
            "relief_scaled",
            "taken_scaled",
            "side",
            "quantity_scaled",
            "reference_price",
            "charge_fen",
            "net_fen",
            "tax_fen",
        ],
        key: "position",
        definition: "position INTEGER NOT NULL, contract TEXT NOT NULL, \
     month TEXT NOT NULL, revision INTEGER NOT NULL, unit TEXT NOT NULL, \
     base_scaled INTEGER NOT NULL, relief_scaled INTEGER NOT NULL, taken_scaled INTEGER NOT NULL, \
     side TEXT, quantity_scaled INTEGER NOT NULL, reference_price TEXT NOT NULL, \
     charge_fen INTEGER NOT NULL, net_fen INTEGER NOT NULL, tax_fen INTEGER NOT NULL",
    },
    Table {
        name: "take_or_pay",
        columns: &[
            "position",
            "contract",
            "year",
            "revision",
            "unit",
            "last_gas_day",
            "posted_on",
            "take_or_pay_quantity_scaled",
            "taken_scaled",
            "deficiency_scaled",
            "paid_quantity_scaled",
            "make_up_drawn_scaled",
            "make_up_balance_scaled",
            "payment_fen",
            "make_up_credit_fen",
            "seller_compensation_fen",
            "refund_fen",
            "gross_fen",
            "net_fen",
            "tax_fen",
        ],
        key: "position",
        definition: "position INTEGER NOT NULL, contract TEXT NOT NULL, \
     year INTEGER NOT NULL, revision INTEGER NOT NULL, unit TEXT NOT NULL, \
     last_gas_day TEXT NOT NULL, posted_on TEXT NOT NULL, \
     take_or_pay_quantity_scaled INTEGER NOT NULL, taken_scaled INTEGER NOT NULL, \
     deficiency_scaled INTEGER NOT NULL, paid_quantity_scaled INTEGER NOT NULL, \
     make_up_drawn_scaled INTEGER NOT NULL, make_up_balance_scaled INTEGER NOT NULL, \
     payment_fen INTEGER NOT NULL, make_up_credit_fen INTEGER NOT NULL, \
     seller_compensation_fen INTEGER NOT NULL, refund_fen INTEGER NOT NULL, \
     gross_fen INTEGER NOT NULL, net_fen INTEGER NOT NULL, tax_fen INTEGER NOT NULL",
    },
    Table {
        name: "account_entry",
        columns: &["position", "contract", "date", "kind", "reference", "amount_fen"],
        key: "position",
        definition: "position INTEGER NOT NULL, contract TEXT, \
     date TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL, amount_fen INTEGER NOT NULL",
    },
];
