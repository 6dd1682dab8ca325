//! What is said of a command line that asks for something that does not exist.

use citygate_domain::keys::NotASeed;

use super::Lang;

impl Lang {
    /// `tick --every` on a simulated ledger.
    pub fn time_is_told_once(self) -> &'static str {
        match self {
            Self::En => "the time of a simulated ledger is told once; leave --every out",
            Self::Zh => "模拟时钟的账簿只告知一次时间；请勿使用 --every",
        }
    }

    /// `approvals --preview` of something else than an amendment.
    pub fn no_preview(self, subject: &str, act: &str) -> String {
        match self {
            Self::En => format!("{subject}: {act} has no preview; amend_terms has one"),
            Self::Zh => format!("{subject}：{act} 没有预览；只有 amend_terms 可以预览"),
        }
    }

    /// `explain --format` without `--diff`.
    pub fn format_is_for_differences(self) -> &'static str {
        match self {
            Self::En => "--format is for explain --diff",
            Self::Zh => "--format 只用于 explain --diff",
        }
    }

    /// An id that `explain` does not know.
    pub fn no_subject(self, id: &str) -> String {
        match self {
            Self::En => format!(
                "{id:?} is not settlement/CONTRACT/MONTH, deviation/CONTRACT/MONTH or \
                 take-or-pay/CONTRACT/YEAR, each with or without @REVISION, \
                 account/CONTRACT/GAS_DAY, with or without @POSITION or @INSTANT, or the position \
                 of an event"
            ),
            Self::Zh => format!(
                "{id:?} 无法识别；请写 settlement/合同/月份、deviation/合同/月份 或 \
                 take-or-pay/合同/年度（可加 @版次），account/合同/气日（可加 @日志号 或 @时刻），\
                 或事件的日志号"
            ),
        }
    }

    /// `migrate --from … --to …` that names other places.
    pub fn file_to_database(self) -> &'static str {
        match self {
            Self::En => {
                "migrate goes from a file to a database: --from sqlite:PATH --to postgres://…"
            }
            Self::Zh => "migrate 只能由文件迁入数据库：--from sqlite:路径 --to postgres://…",
        }
    }

    /// `backup` or `restore` of a database: its copies are consistent, and can be followed, only with
    /// the server's own tools.
    pub fn backup_is_for_files(self) -> &'static str {
        match self {
            Self::En => {
                "backup and restore are for ledgers in files; copy a database with pg_basebackup \
                 and archived logs, or with pg_dump"
            }
            Self::Zh => {
                "backup 与 restore 只用于文件账簿；数据库请用 pg_basebackup 与归档日志，\
                 或用 pg_dump 复制"
            }
        }
    }

    /// A scan without content.
    pub fn scan_is_empty(self, file: &str) -> String {
        match self {
            Self::En => format!("{file} is empty; a scan proves something"),
            Self::Zh => format!("{file} 是空文件；扫描件须有内容"),
        }
    }

    /// A key's file that others than its owner can read.
    pub fn seed_is_readable(self, file: &str, mode: u32) -> String {
        match self {
            Self::En => format!(
                "{file} can be read by others (mode {mode:03o}); a seed belongs to one: chmod 600"
            ),
            Self::Zh => format!(
                "{file} 可被他人读取（权限 {mode:03o}）；密钥种子只属于一人，请执行 chmod 600"
            ),
        }
    }

    /// A key's file without a seed in it. What it holds is not repeated: it might be nearly one.
    pub fn no_seed(self, file: &str, english: &NotASeed) -> String {
        match self {
            Self::En => format!("{file}: {english}"),
            Self::Zh => format!("{file}：密钥种子为 64 位小写十六进制数字"),
        }
    }

    /// A verb about cases that names none.
    pub fn name_cases(self) -> &'static str {
        match self {
            Self::En => "name CONTRACT and MONTH, or --month, or --where KEY=VALUE",
            Self::Zh => "请给出合同与月份，或 --month，或 --where KEY=VALUE",
        }
    }

    /// `--now` on a ledger whose clock is real.
    pub fn clock_is_real(self) -> &'static str {
        match self {
            Self::En => {
                "this ledger's clock is real; --now is only for one made with --simulated-clock"
            }
            Self::Zh => "本账簿使用真实时钟；--now 只用于以 --simulated-clock 建立的账簿",
        }
    }
}

#[cfg(test)]
mod tests {
    use citygate_domain::keys::Seed;

    use super::Lang;

    #[test]
    fn a_key_s_file_that_is_not_as_it_must_be_is_told_in_the_language_of_the_run() {
        let (english, chinese) = (Lang::En, Lang::Zh);
        let readable = english.seed_is_readable("lease.key", 0o644);
        assert!(readable.contains("mode 644") && readable.ends_with("chmod 600"), "{readable}");
        let readable = chinese.seed_is_readable("lease.key", 0o644);
        assert!(readable.contains("权限 644") && readable.ends_with("chmod 600"), "{readable}");
        let wrong = "secret".parse::<Seed>().expect_err("it is no seed");
        for told in [english.no_seed("lease.key", &wrong), chinese.no_seed("lease.key", &wrong)] {
            assert!(told.starts_with("lease.key") && told.contains("64"), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
