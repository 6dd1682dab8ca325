//! What is said in which language. Codes, columns of CSV and JSON, and rule addresses are the same
//! in both.

mod cells;
mod database;
mod nodes;
mod servers;
mod usage;
mod what_if;
mod words;

use citygate_engine::{Closed, Restated};
use clap::ValueEnum;

use words::{ADVICE, DEMO, WARNINGS, WORDS};

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

    /// The counts of an import.
    pub fn imported(self, recorded: u64, known: u64, refused: usize) -> String {
        match self {
            Self::En => format!("{recorded} recorded, {known} already known, {refused} refused"),
            Self::Zh => format!("新记录 {recorded} 条，已知 {known} 条，拒绝 {refused} 条"),
        }
    }

    /// The counts of closing.
    pub fn closed(self, closed: &Closed) -> String {
        let Closed { issued, assessed, settled: _, known, refused } = closed;
        let refused = refused.len();
        match self {
            Self::En => format!(
                "{issued} settlements issued, {assessed} deviations assessed, {known} already \
                 there, {refused} refused"
            ),
            Self::Zh => format!(
                "出具结算 {issued} 份，偏差结算 {assessed} 份，已存在 {known} 份，拒绝 {refused} 份"
            ),
        }
    }

    /// The counts of restating.
    pub fn restated(self, restated: &Restated) -> String {
        let Restated { made, unchanged, refused } = restated;
        let (made, refused) = (made.len(), refused.len());
        match self {
            Self::En => {
                format!("{made} documents restated, {unchanged} unchanged, {refused} refused")
            }
            Self::Zh => format!("更正单据 {made} 份，未变 {unchanged} 份，拒绝 {refused} 份"),
        }
    }

    /// The counts of settling a contract year.
    pub fn closed_year(self, closed: &Closed) -> String {
        let (settled, known, refused) = (closed.settled, closed.known, closed.refused.len());
        match self {
            Self::En => format!(
                "{settled} contract years settled, {known} already there, {refused} refused"
            ),
            Self::Zh => {
                format!("照付不议年度结算 {settled} 份，已存在 {known} 份，拒绝 {refused} 份")
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

    /// After a command of a person.
    pub fn done(self, position: Option<u64>) -> String {
        match (self, position) {
            (Self::En, Some(position)) => format!("recorded at position {position}"),
            (Self::En, None) => "already known; nothing was recorded".to_owned(),
            (Self::Zh, Some(position)) => format!("已记录，日志号 {position}"),
            (Self::Zh, None) => "已知，未记录任何数据".to_owned(),
        }
    }

    /// The counts of a step that many cases took.
    pub fn advanced(self, done: u64, known: u64, refused: u64) -> String {
        match self {
            Self::En => format!("{done} done, {known} already so, {refused} refused"),
            Self::Zh => format!("完成 {done} 件，已完成 {known} 件，拒绝 {refused} 件"),
        }
    }

    /// A document whose relief has changed has its next revision.
    pub fn reassessed(self, contract: &str, month: &str) -> String {
        match self {
            Self::En => format!("{contract} {month}: assessed again, its relief has changed"),
            Self::Zh => format!("{contract} {month}：减免量变化，已重新核定"),
        }
    }

    /// An empty list.
    pub fn nothing_there(self) -> &'static str {
        match self {
            Self::En => "Nothing is there.",
            Self::Zh => "无记录。",
        }
    }

    /// After a rebuild.
    pub fn rebuilt(self, position: u64) -> String {
        match self {
            Self::En => format!("rebuilt from {position} events"),
            Self::Zh => format!("已由 {position} 个事件重建"),
        }
    }

    /// A head of the log, to be noted elsewhere.
    pub fn head(self, what: &str, position: u64, chain: &[u8; 32]) -> String {
        let chain = citygate_domain::customer::hex(chain);
        format!("{} {position}:{chain}", self.word(what))
    }

    /// The epoch after a restore.
    pub fn epoch(self, epoch: u64) -> String {
        match self {
            Self::En => format!("epoch {epoch}: what was issued before counts as stale"),
            Self::Zh => format!("纪元 {epoch}：此前签发的许可均视为过期"),
        }
    }

    /// A log that is not what was written.
    pub fn damaged(self, position: u64, what: &str) -> String {
        match self {
            Self::En => format!("the first bad position is {position}: {what}"),
            Self::Zh => format!("首个损坏的日志号为 {position}：{what}"),
        }
    }

    /// An input of a document that is not what it was.
    pub fn input_differs(self, stream: &str) -> String {
        match self {
            Self::En => format!("the document's input {stream} is not what it was"),
            Self::Zh => format!("该单据的输入 {stream} 与当时不符"),
        }
    }

    /// The snapshot is not what the log leads to.
    pub fn snapshot_differs(self, position: u64) -> String {
        match self {
            Self::En => format!(
                "the snapshot at position {position} is not what the log leads to; rebuild deletes \
                 it. Verify again: documents issued since may rest on it"
            ),
            Self::Zh => format!(
                "位置 {position} 的快照与日志不符；rebuild 会删除它。请再次核验：其后出具的单据可能以它为据"
            ),
        }
    }

    /// Tables that are not what the log leads to.
    pub fn tables_differ(self, position: u64) -> String {
        match self {
            Self::En => format!(
                "the document tables differ from the log at position {position}; citygate rebuild \
                 makes them anew"
            ),
            Self::Zh => {
                format!("单据表在日志号 {position} 处与日志不符；可用 citygate rebuild 重建")
            }
        }
    }

    /// A text about a person that is not the one that the log was told of.
    pub fn personal_differs(self, position: Option<u64>, id: &str, field: &str) -> String {
        match (self, position) {
            (Self::En, Some(position)) => format!(
                "the {field} of {id} beside the log is not the one whose digest the event at \
                 position {position} holds"
            ),
            (Self::En, None) => {
                format!("the {field} of {id} stands beside the log, and no event holds its digest")
            }
            (Self::Zh, Some(position)) => {
                format!("日志之外保存的 {id} 的 {field} 与日志号 {position} 的事件所存摘要不符")
            }
            (Self::Zh, None) => {
                format!("日志之外保存了 {id} 的 {field}，但没有事件存有其摘要")
            }
        }
    }

    /// An event table that can be written by hand, and the verb that mends it.
    pub fn unprotected(self, triggers: &[String], mends: &str) -> String {
        let triggers = triggers.join(", ");
        match self {
            Self::En => format!(
                "events can be changed by hand: {triggers} missing or altered. `citygate {mends}` \
                 makes them anew; ask who could write the file"
            ),
            Self::Zh => format!(
                "事件可被手工改动：触发器 {triggers} 缺失或被更改。可用 `citygate {mends}` \
                 重建；请查明谁能写入该文件"
            ),
        }
    }

    /// A log that was found good.
    pub fn verified(self, events: u64, streams: u64, documents: u64) -> String {
        match self {
            Self::En => format!(
                "{events} events in {streams} streams, the tables and {documents} documents: every \
                 hash and every number came out again"
            ),
            Self::Zh => format!(
                "{events} 个事件、{streams} 个流、单据表及 {documents} 份单据：全部哈希与数字重算一致"
            ),
        }
    }

    /// A ledger without complaints.
    pub fn healthy(self) -> &'static str {
        match self {
            Self::En => "no complaints; `citygate verify` checks every event",
            Self::Zh => "未发现问题；`citygate verify` 可逐条核验全部事件",
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

    /// G4: below an answer about accounts.
    pub fn known_at(self, position: u64) -> String {
        match self {
            Self::En => format!("as known at log position {position}"),
            Self::Zh => format!("截至日志第 {position} 号"),
        }
    }

    /// What became of commands.
    pub fn recorded(self, recorded: u64, known: u64) -> String {
        match self {
            Self::En => format!("{recorded} recorded, {known} already known"),
            Self::Zh => format!("新记录 {recorded} 项，已有 {known} 项"),
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
