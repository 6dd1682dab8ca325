//! What is said in which language. Codes, columns of CSV and JSON, and rule addresses are the same
//! in both.

mod advice;
mod cells;
mod counts;
mod database;
mod demo;
mod log;
mod nodes;
mod servers;
mod usage;
mod what_if;
mod words;

use clap::ValueEnum;

use advice::{ADVICE, WARNINGS};
use demo::DEMO;
use words::WORDS;

/// The reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Chinese where the environment says so, else English.
    pub fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let value = set.iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        if value.is_some_and(|value| value.starts_with("zh")) { Self::Zh } else { Self::En }
    }

    /// A column, a word of a trace or of a report.
    pub fn word(self, key: &str) -> String {
        let found = WORDS.iter().find(|(known, _, _)| *known == key);
        match (found, self) {
            (Some((_, english, _)), Self::En) => (*english).to_owned(),
            (Some((_, _, chinese)), Self::Zh) => (*chinese).to_owned(),
            (None, _) => key.to_owned(),
        }
    }

    /// What to do about a refusal.
    pub fn advice(self, code: &str, english: &str) -> String {
        match self {
            Self::En => english.to_owned(),
            Self::Zh => {
                let found = ADVICE.iter().find(|(known, _)| *known == code);
                found.map_or_else(|| english.to_owned(), |(_, chinese)| (*chinese).to_owned())
            }
        }
    }

    /// Something that was signed and should be looked at twice.
    pub fn warning(self, code: &str, english: &dyn std::fmt::Display) -> String {
        match self {
            Self::En => format!("warning: {code}: {english}"),
            Self::Zh => {
                let found = WARNINGS.iter().find(|(known, _)| *known == code);
                let chinese = found.map_or_else(|| english.to_string(), |(_, it)| (*it).to_owned());
                format!("提醒：{code}：{chinese}")
            }
        }
    }

    /// A ledger whose time is told.
    pub fn simulated(self) -> &'static str {
        match self {
            Self::En => "simulated clock: the times of this ledger are told, not read",
            Self::Zh => "模拟时钟：本账本的时间由命令给出，并非真实时间",
        }
    }

    /// Where no ledger is.
    pub fn no_ledger(self) -> &'static str {
        match self {
            Self::En => "`citygate init` and `citygate import` make a ledger; check --store",
            Self::Zh => "账本由 `citygate init` 或 `citygate import` 建立；请检查 --store",
        }
    }

    /// Where a renewal has nothing to renew.
    pub fn first_term(self) -> &'static str {
        match self {
            Self::En => "`citygate import` signs a first term; a renewal is of a known contract",
            Self::Zh => "首份合同由 `citygate import` 录入；续签须为已有合同",
        }
    }

    /// After a dry run.
    pub fn nothing_recorded(self) -> &'static str {
        match self {
            Self::En => "dry run: nothing was recorded",
            Self::Zh => "试运行：未记录任何数据",
        }
    }

    /// An empty list.
    pub fn nothing_there(self) -> &'static str {
        match self {
            Self::En => "Nothing is there.",
            Self::Zh => "无记录。",
        }
    }

    /// A2: an answer in which gas is left out.
    pub fn unpriced(self, contract: &str, days: usize) -> String {
        match self {
            Self::En => format!(
                "{contract}: unpriced: {days} gas days are left out, an index value is missing"
            ),
            Self::Zh => format!("{contract}：未计价：{days} 个气日因缺少指数值未计入"),
        }
    }

    /// An empty report.
    pub fn nothing_to_show(self) -> &'static str {
        match self {
            Self::En => "Nothing to show: no such facts, or no month is closed yet.",
            Self::Zh => "无数据：没有相应记录，或尚未关账。",
        }
    }

    /// The heading above a document's inputs.
    pub fn inputs_of(self, position: u64) -> String {
        match self {
            Self::En => format!("Document at position {position}, computed again from its inputs:"),
            Self::Zh => format!("单据位于日志第 {position} 号，由其输入重新计算："),
        }
    }

    /// Below the facts between two answers: whether their shares are the difference.
    pub fn shares(self, (told, others): (usize, u64), sums: bool, difference: &str) -> String {
        match (self, sums) {
            (Self::En, true) => format!(
                "{told} told, {others} others between them changed nothing; the shares sum to the \
                 difference: {difference}"
            ),
            (Self::En, false) => format!(
                "The shares do NOT lead from one to the other, or one of the two does not come out \
                 again: {difference}"
            ),
            (Self::Zh, true) => {
                format!(
                    "列出事实 {told} 项，另有 {others} 项无影响；各项影响之和等于差额：{difference}"
                )
            }
            (Self::Zh, false) => {
                format!("各项影响之和与差额不符，或其中一个答案重算不一致！{difference}")
            }
        }
    }

    /// A lease whose signatures are those of its keys.
    pub fn lease_verified(self, key: &dyn std::fmt::Display) -> String {
        match self {
            Self::En => format!("the lease verifies under key {key}"),
            Self::Zh => format!("许可已用密钥 {key} 核验通过"),
        }
    }

    /// The texts of the demo.
    pub fn demo(self, part: &str) -> &'static str {
        let found = DEMO.iter().find(|(known, _, _)| *known == part);
        match (found, self) {
            (Some((_, english, _)), Self::En) => english,
            (Some((_, _, chinese)), Self::Zh) => chinese,
            (None, _) => "",
        }
    }

    /// Whether a document came out again.
    pub fn came_out_again(self, agrees: bool) -> &'static str {
        match (self, agrees) {
            (Self::En, true) => "Every frozen number came out again.",
            (Self::En, false) => "The frozen numbers did NOT come out again.",
            (Self::Zh, true) => "全部冻结数字重算一致。",
            (Self::Zh, false) => "冻结数字重算不一致！",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ADVICE, WORDS};

    #[test]
    fn every_refusal_of_the_domain_has_its_advice_in_chinese() {
        for listed in citygate_domain::rejection::all() {
            let advice = ADVICE.iter().find(|(code, _)| *code == listed.code);
            assert!(advice.is_some(), "{}", listed.code);
        }
    }

    #[test]
    fn every_key_stands_once_and_in_order() {
        assert!(ADVICE.is_sorted_by(|(one, _), (other, _)| one < other));
        assert!(WORDS.is_sorted_by(|(one, _, _), (other, _, _)| one < other));
    }
}
