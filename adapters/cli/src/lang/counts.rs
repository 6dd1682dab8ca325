//! What came of a command: how many facts, documents or cases.

use citygate_engine::{Closed, Restated};

use super::Lang;

impl Lang {
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

    /// The counts of a step that many cases took.
    pub fn advanced(self, done: u64, known: u64, refused: u64) -> String {
        match self {
            Self::En => format!("{done} done, {known} already so, {refused} refused"),
            Self::Zh => format!("完成 {done} 件，已完成 {known} 件，拒绝 {refused} 件"),
        }
    }

    /// What became of commands.
    pub fn recorded(self, recorded: u64, known: u64) -> String {
        match self {
            Self::En => format!("{recorded} recorded, {known} already known"),
            Self::Zh => format!("新记录 {recorded} 项，已有 {known} 项"),
        }
    }

    /// A document whose relief has changed has its next revision.
    pub fn reassessed(self, contract: &str, month: &str) -> String {
        match self {
            Self::En => format!("{contract} {month}: assessed again, its relief has changed"),
            Self::Zh => format!("{contract} {month}：减免量变化，已重新核定"),
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
}
