//! Words about a ledger in a database.

use citygate_store::Copied;

use super::Lang;

impl Lang {
    /// After `migrate`.
    pub fn migrated(self, from: i64, to: i64, partitions: i64) -> String {
        match self {
            Self::En => format!("form {from} to {to}; {partitions} partitions added"),
            Self::Zh => format!("表结构由版本 {from} 升至 {to}；新增分区 {partitions} 个"),
        }
    }

    /// After `migrate` on a file.
    pub fn nothing_to_migrate(self) -> &'static str {
        match self {
            Self::En => "a ledger in a file needs no migration: it has its form since it was made",
            Self::Zh => "文件账本无需迁移：其结构自建立时即已确定",
        }
    }

    /// After `migrate --from --to`.
    pub fn copied(self, copied: &Copied) -> String {
        let Copied { head, before, streams, keys, personal, attachments } = copied;
        let events = head.position;
        match (self, before) {
            (Self::En, true) => {
                format!("nothing to do: the database holds these {events} events already")
            }
            (Self::En, false) => format!(
                "{events} events in {streams} streams, {keys} keys, {personal} texts about persons \
                 and {attachments} attachments taken over; every hash came out again"
            ),
            (Self::Zh, true) => format!("无需处理：数据库中已有这 {events} 个事件"),
            (Self::Zh, false) => format!(
                "已迁入 {events} 个事件、{streams} 个流、{keys} 个幂等键、{personal} 条个人信息及 \
                 {attachments} 个附件；全部哈希重算一致"
            ),
        }
    }

    /// After `migrate --activate`.
    pub fn activated(self, forms: &[String]) -> String {
        let (count, forms) = (forms.len(), forms.join(", "));
        match (self, count) {
            (Self::En, 0) => "every form of event was activated before".to_owned(),
            (Self::En, _) => format!("activated: {forms}"),
            (Self::Zh, 0) => "全部事件类型此前均已启用".to_owned(),
            (Self::Zh, _) => format!("已启用：{forms}"),
        }
    }
}
