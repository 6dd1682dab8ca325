//! What `what-if` says.

use citygate_domain::Rejection;
use citygate_interchange::Table;
use citygate_projections::what_if::{Compared, Effect, Summary, Why};

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

    /// The documents that are left out, for people: why is said in their language.
    pub fn with_reasons(self, mut table: Table, compared: &[Compared]) -> Table {
        let left_out = compared.iter().flat_map(|contract| &contract.left_out);
        for (row, left_out) in table.rows.iter_mut().zip(left_out) {
            if let (Self::Zh, Some(reason)) = (self, row.last_mut()) {
                *reason = in_chinese(&left_out.why);
            }
        }
        table
    }

    /// The contracts, for people: what keeps the patch from their terms is said in their language.
    pub fn with_hindrances(self, mut table: Table, compared: &[Compared]) -> Table {
        for (row, contract) in table.rows.iter_mut().zip(compared) {
            let (Self::Zh, Some(reason)) = (self, row.last_mut()) else { continue };
            match &contract.effect {
                Effect::NotApplicable(group) => *reason = format!("没有{}条款", self.word(group)),
                Effect::Refused(rejection) => *reason = advised(rejection),
                Effect::Changed | Effect::Same => {}
            }
        }
        table
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

/// Why a document was not compared, with its months.
fn in_chinese(why: &Why) -> String {
    match why {
        Why::Beyond(months) => {
            format!("所涉月份为 {} 至 {}，超出所问期间", months.first, months.last)
        }
        Why::Refused(rejection) => advised(rejection),
        Why::OtherSide => "另一侧未比较其所涉月份".to_owned(),
        Why::WaivedBefore(months) => format!(
            "须抵减少提，而 {} 至 {} 的少提已免除，现已不成一个周期",
            months.first, months.last
        ),
    }
}

/// A refusal with what to do about it: its sentence has the numbers.
fn advised(rejection: &Rejection) -> String {
    let (code, advice) = (rejection.code(), Lang::Zh.advice(rejection.code(), rejection.advice()));
    format!("{code}: {rejection}。{advice}")
}

#[cfg(test)]
mod tests {
    use citygate_domain::contract;
    use citygate_domain::rules::period::Period;
    use citygate_projections::what_if::Why;

    use super::in_chinese;

    #[test]
    fn every_reason_why_a_document_is_not_compared_has_its_chinese_with_its_months() {
        let month = |text: &str| text.parse().expect("it is a month");
        let months = Period { first: month("2025-01"), last: month("2025-03") };
        let refused = contract::Rejection::NoTwoSides {};
        for (why, told) in [
            (Why::Beyond(months), "2025-01 至 2025-03，超出"),
            (Why::Refused(Box::new(refused.into())), "malformed: "),
            (Why::OtherSide, "另一侧"),
            (Why::WaivedBefore(months), "2025-01 至 2025-03 的少提已免除"),
        ] {
            let chinese = in_chinese(&why);
            assert!(chinese.contains(told), "{chinese}");
            assert!(!chinese.is_ascii(), "{chinese}");
        }
    }
}
