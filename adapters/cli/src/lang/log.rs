//! What is said of the log, and of what lies beside it.

use super::Lang;

impl Lang {
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

    /// G4: below an answer about accounts.
    pub fn known_at(self, position: u64) -> String {
        match self {
            Self::En => format!("as known at log position {position}"),
            Self::Zh => format!("截至日志第 {position} 号"),
        }
    }
}
