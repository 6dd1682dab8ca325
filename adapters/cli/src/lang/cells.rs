//! Words in the cells of tables about supply and about the life of contracts.
//!
//! In English a cell says the word that csv and json say.

use citygate_domain::contract::life::{AccountRejection, Open};
use citygate_interchange::Table;

use super::Lang;

/// Words and what they are in Chinese, in order, each once.
const CELLS: &[(&str, &str)] = &[
    ("account_closed", "已销户"),
    ("allow", "放行"),
    ("approval", "批准"),
    ("armed", "已预备"),
    ("cases_ended", "偏差案件已了结"),
    ("claims_decided", "减免申请已决定"),
    ("closed", "已关"),
    ("confirmed", "已确认"),
    ("demand", "催缴"),
    ("dispute", "异议"),
    ("expired", "已到期"),
    ("final_readings", "末次读数齐全"),
    ("given", "已给出"),
    ("in_force", "执行中"),
    ("issued", "已下达"),
    ("keep", "保持"),
    ("lacks", "尚缺条件"),
    ("lapsed", "已失效"),
    ("lifted", "已解除"),
    ("limit", "限量"),
    ("limited", "已限量"),
    ("low", "偏低"),
    ("money_assigned", "款项均已认领"),
    ("months_settled", "各月已结算"),
    ("no", "否"),
    ("no_dispute", "无异议"),
    ("no_supply_procedure", "无限停气程序"),
    ("normal", "正常"),
    ("nothing", "无"),
    ("nothing_parked", "无暂存用气"),
    ("nothing_pending", "无待批事项"),
    ("nothing_to_restate", "无待更正单据"),
    ("notice", "通知"),
    ("noticed", "已通知"),
    ("of_order_in_force", "执行中指令的条件"),
    ("open", "未了结"),
    ("opened", "已开"),
    ("order", "指令"),
    ("period_ran", "期限已满"),
    ("period_running", "期限未满"),
    ("point", "交付点"),
    ("reduce", "限气"),
    ("reduced", "已限气"),
    ("restored", "已恢复"),
    ("restoring", "恢复中"),
    ("signed", "已签"),
    ("site", "现场"),
    ("stage", "阶段"),
    ("stop", "停气"),
    ("supply", "供气"),
    ("suspend", "停气"),
    ("suspended", "已停气"),
    ("term_over", "合同期已满"),
    ("terminated", "已终止"),
    ("valve", "阀门"),
    ("waiting", "待处理"),
    ("withdrawn", "已撤回"),
    ("years_settled", "各合同年已清算"),
    ("yes", "是"),
];

impl Lang {
    /// A word in a cell. What is also the name of a column is called the same in both places.
    fn cell(self, word: &str) -> String {
        match (self, CELLS.iter().find(|(known, _)| *known == word)) {
            (Self::En, _) => word.to_owned(),
            (Self::Zh, Some((_, chinese))) => (*chinese).to_owned(),
            (Self::Zh, None) => self.word(word),
        }
    }

    /// A table for people with the words of these columns in their language.
    pub fn with_cells(self, mut table: Table, columns: &[&str]) -> Table {
        for (place, column) in table.columns.iter().enumerate() {
            if columns.contains(column) {
                for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(place)) {
                    *cell = self.cell(cell);
                }
            }
        }
        table
    }

    /// C4: a checklist for people; what is open is said in their language.
    pub fn with_open(self, table: Table, list: &[Open]) -> Table {
        let mut table = self.with_cells(table, &["item", "done"]);
        for (row, (_, open)) in table.rows.iter_mut().zip(list) {
            if let (Self::Zh, Some(open), Some(what)) = (self, open, row.last_mut())
                && let Some(said) = in_chinese(open)
            {
                *what = said;
            }
        }
        table
    }
}

/// What a checklist says of an account, with its numbers.
fn in_chinese(open: &AccountRejection) -> Option<String> {
    let said = if let AccountRejection::TermNotOver { last, .. } = open {
        format!("合同期至气日 {last}，尚未届满")
    } else if let AccountRejection::ReadingsMissing { count, first, point, .. } = open {
        format!("缺 {count} 个读数，最早为 {point} 的 {first}")
    } else if let AccountRejection::ReadingsParked { count, first, point, volume, .. } = open {
        format!("合同期后暂存 {count} 条用气读数，最早为 {point} 的 {first}：{volume} m³")
    } else if let AccountRejection::MonthsNotIssued { months, .. } = open {
        format!("未结算的月份：{}", list(months))
    } else if let AccountRejection::ClaimUndecided { claims, .. } = open {
        format!("未决定的减免申请：{}", claims.join(" "))
    } else if let AccountRejection::SheetDisputed { months, .. } = open {
        format!("有异议的偏差结算单：{}", list(months))
    } else if let AccountRejection::CaseOpen { months, .. } = open {
        format!("未了结的偏差案件：{}", list(months))
    } else if let AccountRejection::YearsNotSettled { years, .. } = open {
        format!("未清算的合同年：{}", list(years))
    } else if let AccountRejection::SupplyRunning { stage, .. } = open {
        format!("供气阶段：{}", Lang::Zh.cell(&stage.to_string()))
    } else if let AccountRejection::ApprovalsPending { subjects, .. } = open {
        format!("待批事项：{}", subjects.join(" "))
    } else if let AccountRejection::MoneyUnassigned { left, references, .. } = open {
        format!("部分认领的款项尚余 {left} 元：{}", references.join(" "))
    } else if let AccountRejection::RestatementOutstanding { documents, .. } = open {
        format!("待更正的单据：{}", documents.join(" "))
    } else {
        return None;
    };
    Some(said)
}

fn list<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::CELLS;

    #[test]
    fn words_of_cells_stand_in_order_and_once() {
        assert!(CELLS.is_sorted_by(|(one, _), (next, _)| one < next));
    }
}
