//! What a node says, and what is said of positions.

use super::Lang;

impl Lang {
    /// A node has loaded its ledger.
    pub fn node_started(self, name: &str, position: u64, epoch: u64) -> String {
        match self {
            Self::En => format!("node {name} follows from position {position}, epoch {epoch}"),
            Self::Zh => format!("节点 {name} 自位置 {position} 起跟随，纪元 {epoch}"),
        }
    }

    /// It was elected.
    pub fn node_elected(self, epoch: u64) -> String {
        match self {
            Self::En => format!("elected: the scheduler of epoch {epoch}"),
            Self::Zh => format!("当选：调度纪元 {epoch}"),
        }
    }

    /// It is not the scheduler any more; who is, with the epoch of its lease.
    pub fn node_lost_lease(self, epoch: u64, holder: Option<(&str, u64)>) -> String {
        let now = match (self, holder) {
            (_, None) => String::new(),
            (Self::En, Some((node, epoch))) => format!("; now it is {node}, of epoch {epoch}"),
            (Self::Zh, Some((node, epoch))) => format!("；现为 {node}，纪元 {epoch}"),
        };
        match self {
            Self::En => format!("the lease of epoch {epoch} is lost{now}"),
            Self::Zh => format!("纪元 {epoch} 的租约已失去{now}"),
        }
    }

    /// The log has a new epoch.
    pub fn node_new_epoch(self, epoch: u64, position: u64) -> String {
        match self {
            Self::En => format!("new epoch {epoch}: read anew up to position {position}"),
            Self::Zh => format!("新纪元 {epoch}：已重新读取至位置 {position}"),
        }
    }

    /// Something failed, and is tried again.
    pub fn node_failing(self, error: &str) -> String {
        match self {
            Self::En => format!("failing, and tried again: {error}"),
            Self::Zh => format!("出现故障，正在重试：{error}"),
        }
    }

    /// What failed is over.
    pub fn node_recovered(self) -> &'static str {
        match self {
            Self::En => "recovered",
            Self::Zh => "已恢复",
        }
    }

    /// The node ends as it was asked to.
    pub fn node_ended(self, position: u64) -> String {
        match self {
            Self::En => format!("ended at position {position}; the lease is given back"),
            Self::Zh => format!("已在位置 {position} 结束，租约已归还"),
        }
    }

    /// A reader has seen more of the log than is known here.
    pub fn position_not_reached(self, wanted: u64, known: u64) -> String {
        match self {
            Self::En => format!(
                "position {wanted} is wanted, the ledger is known here up to {known}. Wait longer \
                 with --wait, or ask where it was recorded"
            ),
            Self::Zh => format!(
                "所需位置为 {wanted}，此处账本仅至 {known}。请用 --wait 延长等待，或到记录它的一处查询"
            ),
        }
    }
}
