//! What to do about the servers of a ledger, in Chinese; the English stands beside each code in the
//! store.

use citygate_store::Finding;

use super::Lang;

impl Lang {
    /// Something about a server, with what to do.
    pub fn finding(self, finding: &Finding) -> String {
        let Finding { code, sentence, advice } = finding;
        match self {
            Self::En => format!("warning: {code}: {sentence}; {advice}"),
            Self::Zh => {
                let found = SERVERS.iter().find(|(known, _)| known == code);
                let advice = found.map_or(*advice, |(_, chinese)| *chinese);
                format!("提醒：{code}：{sentence}；{advice}")
            }
        }
    }
}

/// Codes of findings about servers, in their order there.
const SERVERS: &[(&str, &str)] = &[
    ("two_primaries", "请立即停止时间线较低的一台，并将其改为另一台的备库"),
    ("server_silent", "请启动该服务器，或将其从地址中去掉"),
    ("standby_missing", "提交正在等待：请恢复备库；数据没有丢失，也不再接受写入"),
    ("standby_not_awaited", "请设置 synchronous_standby_names（Patroni：synchronous_mode）"),
    ("standby_behind", "请检查其磁盘和网络；追平之前提升须等待"),
    ("standby_not_receiving", "请查看其日志：primary_conninfo、口令，或缺少的文件"),
    ("fsync_off", "请设置 fsync = on 并重启；然后运行 `citygate verify`"),
    ("full_page_writes_off", "请设置 full_page_writes = on 并重新加载配置"),
    ("synchronous_commit_weak", "请设置 synchronous_commit = on；本程序只为自己设置"),
    ("checksums_off", "请停止服务器并运行 `pg_checksums --enable`"),
    ("archive_failing", "请在服务器日志中查找 archive_command；恢复之前磁盘会被占满"),
    ("archive_off", "请设置 archive_mode 和 archive_command；否则备份只能恢复到备份时刻"),
    ("clock_differs", "请在两台机器上启用 chrony；相差 5 秒起不再记录期限届满（T6）"),
    ("transaction_old", "请在 pg_stat_activity 中找到它，并用 pg_terminate_backend 结束"),
    ("wal_kept", "请恢复该跟随者，或用 pg_drop_replication_slot 删除其复制槽"),
    ("not_monitor", "请将 pg_monitor 授予登录用户"),
    ("partitions_short", "请由所有者运行 `citygate migrate`"),
];

#[cfg(test)]
mod tests {
    use super::SERVERS;

    #[test]
    fn every_finding_about_a_server_has_its_advice_in_chinese_in_the_same_order() {
        let chinese = SERVERS.iter().map(|(code, _)| *code);
        assert!(citygate_store::FINDINGS.iter().map(|(code, _)| *code).eq(chinese));
    }
}
