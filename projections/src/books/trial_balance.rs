use std::collections::BTreeMap;

use citygate_domain::quantities::{ContractId, Money, Quantity, Unit};

use super::{Account, Amount, Commit, MoneyAccount};

/// The sums of all accounts (试算平衡表): debits equal credits in every unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance {
    /// Money first, then gas by unit; accounts in the order of A4.
    pub rows: Vec<TrialBalanceRow>,
    /// The totals: yuan first, then each billing unit; debit and credit.
    pub totals: Vec<(Amount, Amount)>,
}

/// One account in one unit. One of debit and credit is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialBalanceRow {
    /// The account; none for the receivable, which is prepaid below zero.
    pub account: Option<Account>,
    /// Above zero, or zero.
    pub debit: Amount,
    /// Above zero, or zero.
    pub credit: Amount,
}

impl TrialBalanceRow {
    /// The word that reports use.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.account.map_or("receivable", Account::word)
    }

    fn new(account: Option<Account>, amount: Amount) -> Self {
        let none = match amount {
            Amount::Money(_) => Amount::Money(Money::ZERO),
            Amount::Gas(_, unit) => Amount::Gas(Quantity::ZERO.shown_in(unit), unit),
        };
        let (debit, credit) =
            if amount.is_credit() { (none, amount.abs()) } else { (amount, none) };
        Self { account, debit, credit }
    }
}

impl TrialBalance {
    /// Adds up commits. The prepaid account is balanced by contract: what a buyer owes is not set
    /// off against what another has paid.
    pub(super) fn of<'a>(commits: impl Iterator<Item = &'a Commit>) -> Self {
        let mut money: BTreeMap<MoneyAccount, Money> = BTreeMap::new();
        let mut prepaid: BTreeMap<Option<&ContractId>, Money> = BTreeMap::new();
        let mut gas: BTreeMap<(usize, Account), (Quantity, Unit)> = BTreeMap::new();
        for commit in commits {
            for posting in &commit.postings {
                match (posting.account, posting.amount) {
                    (Account::Money(MoneyAccount::Prepaid), Amount::Money(amount)) => {
                        add(prepaid.entry(commit.contract.as_ref()).or_default(), amount);
                    }
                    (Account::Money(account), Amount::Money(amount)) => {
                        add(money.entry(account).or_default(), amount);
                    }
                    (account, Amount::Gas(quantity, unit)) => {
                        let place = Unit::ALL.iter().position(|one| *one == unit).unwrap_or(0);
                        let sum = gas.entry((place, account)).or_insert((Quantity::ZERO, unit));
                        sum.0 = sum.0 + quantity;
                    }
                    (Account::Gas(_), Amount::Money(_)) => {}
                }
            }
        }
        let mut rows = money_rows(&money, prepaid.values());
        rows.extend(gas.into_iter().map(|((_, account), (sum, unit))| {
            TrialBalanceRow::new(Some(account), Amount::Gas(sum.shown_in(unit), unit))
        }));
        let totals = totals(&rows);
        Self { rows, totals }
    }

    /// A4: whether debits equal credits in every unit.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.totals.iter().all(|(debit, credit)| debit == credit)
    }
}

fn add(sum: &mut Money, amount: Money) {
    *sum = *sum + amount;
}

fn money_rows<'a>(
    money: &BTreeMap<MoneyAccount, Money>,
    prepaid: impl Iterator<Item = &'a Money>,
) -> Vec<TrialBalanceRow> {
    let (mut owed, mut held) = (Money::ZERO, Money::ZERO);
    let mut any = false;
    for balance in prepaid {
        any = true;
        let side = if *balance > Money::ZERO { &mut owed } else { &mut held };
        add(side, *balance);
    }
    let row = |account, sum| TrialBalanceRow::new(account, Amount::Money(sum));
    let cash = money.get(&MoneyAccount::Cash);
    let mut rows: Vec<TrialBalanceRow> =
        cash.map(|sum| row(Some(Account::Money(MoneyAccount::Cash)), *sum)).into_iter().collect();
    if any {
        rows.push(row(Some(Account::Money(MoneyAccount::Prepaid)), held));
        rows.push(row(None, owed));
    }
    let others = money.iter().filter(|(account, _)| **account != MoneyAccount::Cash);
    rows.extend(others.map(|(account, sum)| row(Some(Account::Money(*account)), *sum)));
    rows
}

fn totals(rows: &[TrialBalanceRow]) -> Vec<(Amount, Amount)> {
    let mut totals: Vec<(Amount, Amount)> = Vec::new();
    for row in rows {
        match totals.iter_mut().find(|(debit, _)| debit.unit() == row.debit.unit()) {
            Some((debit, credit)) => {
                *debit = debit.plus(row.debit);
                *credit = credit.plus(row.credit);
            }
            None => totals.push((row.debit, row.credit)),
        }
    }
    totals
}
