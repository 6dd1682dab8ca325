use std::collections::{BTreeMap, BTreeSet};

use citygate_domain::quantities::ContractId;
use citygate_projections::books::{Account, GasAccount, MoneyAccount};

/// The names of contracts as parts of account names, which both programs accept: letters, digits
/// and hyphens, beginning with a capital or a digit. No two contracts share one.
pub(super) struct Names(BTreeMap<ContractId, String>);

impl Names {
    /// The names of these contracts, in their order.
    pub(super) fn of<'a>(contracts: impl Iterator<Item = &'a ContractId>) -> Self {
        let mut used = BTreeSet::new();
        let mut names = BTreeMap::new();
        for contract in contracts {
            let wanted = escaped(contract.as_str());
            let mut name = wanted.clone();
            let mut number = 2;
            while !used.insert(name.clone()) {
                name = format!("{wanted}-{number}");
                number += 1;
            }
            names.insert(contract.clone(), name);
        }
        Self(names)
    }

    /// The account of a posting: `Liabilities:Prepaid:LG-2025-0001`.
    pub(super) fn account(&self, account: Account, contract: Option<&ContractId>) -> String {
        let (root, of_contract) = root(account);
        match contract.and_then(|contract| self.0.get(contract)).filter(|_| of_contract) {
            Some(name) => format!("{root}:{name}"),
            None => root.to_owned(),
        }
    }
}

fn escaped(id: &str) -> String {
    let part = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = id.chars().map(part).collect();
    if name.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit()) {
        name
    } else {
        format!("X{name}")
    }
}

/// Where an account stands, and whether each contract has its own.
fn root(account: Account) -> (&'static str, bool) {
    match account {
        Account::Money(MoneyAccount::Cash) => ("Assets:Cash", false),
        Account::Money(MoneyAccount::Prepaid) => ("Liabilities:Prepaid", true),
        Account::Money(MoneyAccount::Unallocated) => ("Liabilities:Unallocated", false),
        Account::Money(MoneyAccount::BetweenContracts) => ("Liabilities:BetweenContracts", false),
        Account::Money(MoneyAccount::Revenue) => ("Income:Revenue", true),
        Account::Money(MoneyAccount::Tax) => ("Liabilities:Tax", false),
        Account::Money(MoneyAccount::Deviation) => ("Income:Deviation", true),
        Account::Money(MoneyAccount::MakeUp) => ("Liabilities:MakeUp", true),
        Account::Money(MoneyAccount::TakeOrPay) => ("Income:TakeOrPay", true),
        Account::Money(MoneyAccount::Compensation) => ("Expenses:Compensation", true),
        Account::Money(MoneyAccount::LateFee) => ("Income:LateFee", true),
        Account::Gas(GasAccount::Delivered) => ("Equity:Gas:Delivered", true),
        Account::Gas(GasAccount::Sold) => ("Equity:Gas:Sold", true),
        Account::Gas(GasAccount::NotTaken) => ("Equity:Gas:NotTaken", true),
        Account::Gas(GasAccount::MakeUp) => ("Equity:Gas:MakeUp", true),
        Account::Gas(GasAccount::Forfeited) => ("Equity:Gas:Forfeited", true),
    }
}

#[cfg(test)]
mod tests {
    use citygate_domain::quantities::ContractId;
    use citygate_projections::books::{Account, MoneyAccount};

    use super::Names;

    #[test]
    fn no_two_contracts_share_a_name_and_every_name_is_plain() {
        let ids = ["A_1", "A-1", "A 1", "合同-7", "a:b", "LG-2025-0001"];
        let ids: Vec<ContractId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let names = Names::of(ids.iter());
        let prepaid = Account::Money(MoneyAccount::Prepaid);
        let all: Vec<String> = ids.iter().map(|id| names.account(prepaid, Some(id))).collect();
        let wanted = ["A-1", "A-1-2", "A-1-3", "X---7", "Xa-b", "LG-2025-0001"];
        let wanted = wanted.map(|name| format!("Liabilities:Prepaid:{name}"));
        assert_eq!(all, wanted);
        assert_eq!(names.account(Account::Money(MoneyAccount::Cash), None), "Assets:Cash");
    }
}
