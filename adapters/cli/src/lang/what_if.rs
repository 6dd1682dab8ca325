//! What `what-if` says.

use citygate_projections::what_if::Summary;

use super::Lang;

impl Lang {
    /// What can be done about a file that is no patch of terms.
    pub fn write_a_patch(self) -> &'static str {
        match self {
            Self::En => {
                "Write the patch as a JSON object of terms, such as {\"lower_tolerance\": \"10\"}."
            }
            Self::Zh => "请将变更写成条款的 JSON 对象，例如 {\"lower_tolerance\": \"10\"}。",
        }
    }

    /// What can be done about a file that cannot be read.
    pub fn name_a_file(self) -> &'static str {
        match self {
            Self::En => "Name a file that exists and may be read.",
            Self::Zh => "请给出存在且可读取的文件。",
        }
    }

    /// An empty comparison.
    pub fn nothing_to_compare(self) -> &'static str {
        match self {
            Self::En => {
                "Nothing to compare: no complete month of a contract's term is asked about."
            }
            Self::Zh => "无可比较：所问期间内没有合同期内的完整月份。",
        }
    }

    /// The heading above those who would pay less, or more.
    pub fn standings(self, key: &str, all: usize, named: usize) -> String {
        let word = self.word(key);
        match self {
            Self::En if named == all => format!("{word}: {all}"),
            Self::Zh if named == all => format!("{word}：{all} 份合同"),
            Self::En => format!("{word}: {all}, the first {named}"),
            Self::Zh => format!("{word}：{all} 份合同，列出前 {named} 份"),
        }
    }

    /// The counts of a comparison.
    pub fn compared(self, summary: &Summary, contracts: usize) -> String {
        let (less, more, unchanged) = (summary.less.len(), summary.more.len(), summary.unchanged);
        let Summary { not_applicable, refused, left_out, .. } = summary;
        match self {
            Self::En => format!(
                "{contracts} contracts: {less} pay less, {more} pay more, {unchanged} unchanged \
                 (of which the patch does not apply to {not_applicable}), {refused} refused; \
                 {left_out} documents left out (--rows left-out)"
            ),
            Self::Zh => format!(
                "合同 {contracts} 份：减少 {less}，增加 {more}，不变 {unchanged}（其中不适用 \
                 {not_applicable}），拒绝 {refused}；未比较单据 {left_out} 份（--rows left-out）"
            ),
        }
    }

    /// How long it took, in milliseconds.
    pub fn timed(self, loaded: u128, computed: u128) -> String {
        match self {
            Self::En => {
                format!("loaded in {loaded} ms, computed in {computed} ms; nothing recorded")
            }
            Self::Zh => format!("载入 {loaded} 毫秒，计算 {computed} 毫秒；未作任何记录"),
        }
    }
}
