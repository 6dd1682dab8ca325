//! What is said in which language. Codes, columns of CSV and JSON, and rule addresses are the same
//! in both.

use citygate_engine::Closed;
use clap::ValueEnum;

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
        let Closed { issued, assessed, known, refused } = closed;
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

    /// A ledger whose time is told.
    pub fn simulated(self) -> &'static str {
        match self {
            Self::En => "simulated clock: the times of this ledger are told, not read",
            Self::Zh => "模拟时钟：本账本的时间由命令给出，并非真实时间",
        }
    }

    /// After a dry run.
    pub fn nothing_recorded(self) -> &'static str {
        match self {
            Self::En => "dry run: nothing was recorded",
            Self::Zh => "试运行：未记录任何数据",
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

/// Keys, English, Chinese: columns of reports and words of traces.
const WORDS: &[(&str, &str, &str)] = &[
    ("adjusted_quantity", "adjusted quantity", "调整后年合同量"),
    ("agreed", "agreed", "约定"),
    ("amount", "amount", "金额"),
    ("annual_quantity", "annual quantity", "年合同量"),
    ("available", "available", "可用金额"),
    ("balance", "balance", "余额"),
    ("base", "base", "基准量"),
    ("base_amounts", "amounts of base lines", "基准行金额"),
    ("base_quantity", "quantity of base lines", "基准行数量"),
    ("before_cap", "before the cap", "封顶前"),
    ("billed", "billed", "账单金额"),
    ("billed_amount", "billed at", "原计费金额"),
    ("cap", "cap", "上限"),
    ("cap_percent", "cap in percent", "抵用上限百分比"),
    ("carry_forward_applied", "carry-forward applied", "结转抵用量"),
    ("carry_forward_balance", "carry-forward balance", "结转余额"),
    ("carry_forward_earned", "carry-forward earned", "结转形成量"),
    ("carry_forward_expired", "carry-forward expired", "结转失效量"),
    ("carry_forward_lapsed", "carry-forward lapsed", "结转作废量"),
    ("charge", "charge", "偏差费用"),
    ("charge_10k_yuan", "charge (万元)", "偏差费用（万元）"),
    ("charged_deviations", "charged", "偏差户次"),
    ("city_gas", "city gas", "城市燃气"),
    ("claim", "claim", "申请"),
    ("claim_days", "gas days of the claim", "申请的气日"),
    ("class", "class", "用户类别"),
    ("coefficient", "coefficient", "系数"),
    ("commercial", "commercial", "商业"),
    ("composite", "composite price", "综合价"),
    ("constant", "constant", "固定部分"),
    ("contract", "contract", "合同"),
    ("contract_daily_quantity", "contract daily quantity", "合同日量"),
    ("contract_price", "contract price", "合同价"),
    ("contract_quantity", "contract quantity C", "合同量"),
    ("costs", "costs", "费用"),
    ("counted", "counted", "计入量"),
    ("customer", "customer", "客户"),
    ("customer_months", "customer-months", "户次"),
    ("daily_share", "daily share", "日均减免"),
    ("date", "date", "日期"),
    ("days", "days", "天数"),
    ("days_remaining", "days of gas", "可用天数"),
    ("debt", "debt", "债务"),
    ("deficiency", "deficiency", "照付不议差额"),
    ("delivery_point", "delivery point", "交付点"),
    ("deviation_credited", "deviation credited", "已计偏差量"),
    ("due", "due", "到期日"),
    ("effective", "effective", "执行阶段"),
    ("emergency_credit", "emergency credit", "应急授信"),
    ("energy_mj", "energy MJ", "热量 MJ"),
    ("event", "event", "事件"),
    ("exactly", "exactly", "精确值"),
    ("excess", "excess", "超用"),
    ("fee", "fee", "滞纳金"),
    ("fills_contract_quantity", "fills the contract quantity", "计入合同量"),
    ("fills_lots", "fills lots", "计入线上交易量"),
    ("fills_tolerance_band", "fills the tolerance band", "计入容差带"),
    ("firm_lots", "firm lots", "确定性交易量"),
    ("first_gas_day", "first gas day", "起始气日"),
    ("flag", "flag", "提示"),
    ("flag_above", "flagged above", "提示界限"),
    ("flagged", "flagged: look at it twice", "超过三成，请复核"),
    ("floor", "floor", "下限"),
    ("forfeited", "forfeited", "作废补提量"),
    ("gas_day", "gas day", "气日"),
    ("gas_days", "gas days", "气日数"),
    ("gcv_mj_per_m3", "MJ/m³", "热值 MJ/m³"),
    ("granted_quantity", "granted quantity", "批准减免量"),
    ("gross", "gross", "含税金额"),
    ("gross_10k_yuan", "gross (万元)", "含税金额（万元）"),
    ("guarantees", "guarantees", "履约保函"),
    ("hours", "hours", "小时数"),
    ("id", "id", "编号"),
    ("in_force", "in force", "现行"),
    ("index", "index", "指数"),
    ("index_value", "index value", "指数值"),
    ("industrial", "industrial", "工业"),
    ("inside", "inside the tolerance", "容差内"),
    ("instant", "instant", "时刻"),
    ("interest", "interest", "利息"),
    ("key", "key user", "重点用户"),
    ("kind", "kind", "类别"),
    ("lag_months", "lag in months", "滞后月数"),
    ("larger_of_both", "larger of both", "两者取大"),
    ("last_gas_day", "last gas day", "截止气日"),
    ("late_fee", "late fee", "滞纳金"),
    ("late_fees", "late fees", "滞纳金"),
    ("left_over", "left over", "剩余"),
    ("line", "line", "结算行"),
    ("lot", "lot", "线上交易"),
    ("lot_price", "price of the lot", "交易价"),
    ("lot_quantity", "quantity of the lot", "交易量"),
    ("lots", "lots", "线上交易量"),
    ("lots_count", "lots count", "线上交易量计入"),
    ("low", "low", "余额偏低"),
    ("lower_edge", "lower edge", "下界"),
    ("lower_tolerance", "lower tolerance", "下容差"),
    ("make_up_balance", "make-up balance", "补提余额"),
    ("make_up_credit", "make-up credit", "补提抵减"),
    ("make_up_drawn", "make-up drawn", "已补提量"),
    ("make_up_expired", "make-up expired", "补提失效量"),
    ("make_up_opened", "make-up opened", "新增补提量"),
    ("make_up_price", "make-up price", "补提价"),
    ("make_up_years", "make-up years", "补提年数"),
    ("mean_of_months", "mean of months", "月均值月数"),
    ("measured_from", "measured from", "计量起点"),
    ("missing", "missing", "缺失"),
    ("month", "month", "结算月"),
    ("monthly_quantity", "monthly quantity", "月合同量"),
    ("net", "net", "不含税金额"),
    ("no", "no", "否"),
    ("normal", "normal", "正常"),
    ("not_flagged", "not flagged", "未超过"),
    ("noticed", "noticed", "已告知"),
    ("of_year", "of year", "来自合同年"),
    ("over", "over-take", "超提"),
    ("paid", "paid", "已付"),
    ("paid_quantity", "quantity paid", "付款气量"),
    ("part", "part", "部分"),
    ("payload", "payload", "内容"),
    ("payment", "payment", "付款"),
    ("payments", "payments", "收款"),
    ("percent", "percent", "百分比"),
    ("percent_of_price", "percent of the price", "价格百分比"),
    ("percent_per_day", "percent per day", "日费率"),
    ("planned", "planned quantity L", "计划量"),
    ("points", "points", "交付点"),
    ("position", "position", "日志号"),
    ("posted", "posted documents", "已入账单据"),
    ("price", "price", "单价"),
    ("principal", "principal", "本金"),
    ("public_service", "public service", "公共服务"),
    ("quantity", "quantity", "数量"),
    ("rate", "rate", "费率"),
    ("readings", "readings", "读数"),
    ("reason", "reason", "原因"),
    ("reasons", "reasons", "原因"),
    ("recommended", "recommended", "建议阶段"),
    ("recorded_at", "recorded at", "记录时间"),
    ("reduced", "reduced", "减供"),
    ("reference", "reference", "凭证号"),
    ("reference_price", "reference price", "参考价"),
    ("reference_quantity", "reference quantity", "参考日量"),
    ("refund", "refund", "退款"),
    ("refunds", "refunds", "退款"),
    ("relief", "relief", "减免量"),
    ("residential", "residential", "居民"),
    ("reversals", "reversals", "退票"),
    ("running_value", "running value", "在途金额"),
    ("segment", "segment", "价格区段"),
    ("segment_quantity", "quantity of the segment", "区段数量"),
    ("seller_compensation", "seller's compensation", "短供赔偿"),
    ("seller_shortfall", "seller's shortfall", "卖方短供量"),
    ("settlements", "settlements", "结算份数"),
    ("share", "share", "比例"),
    ("side", "side", "方向"),
    ("signed_on", "signed on", "签订日"),
    ("source", "source", "来源"),
    ("start_hour", "start hour", "起始时刻"),
    ("still_owed", "still owed", "尚欠"),
    ("stream", "stream", "事件流"),
    ("suspended", "suspended", "停供"),
    ("tag", "tag", "标签"),
    ("take_or_pay_price", "take-or-pay price", "照付不议价"),
    ("take_or_pay_quantity", "take-or-pay quantity", "照付不议量"),
    ("taken", "taken", "实提量"),
    ("tax", "tax", "税额"),
    ("tax_percent", "tax rate", "税率"),
    ("threshold", "threshold", "起点"),
    ("tier_up_to", "tier up to", "档位上限"),
    ("tolerance_band", "tolerance band", "容差带"),
    ("total", "total", "合计"),
    ("trailing_mean", "trailing mean", "近期日均"),
    ("transfer", "transfer", "转让"),
    ("transfer_in", "transferred in", "转入"),
    ("transfer_out", "transferred out", "转出"),
    ("type", "type", "类型"),
    ("under", "under-take", "少提"),
    ("unit", "unit", "单位"),
    ("unit_price", "unit price", "单价"),
    ("unlimited", "unlimited", "无限"),
    ("unmetered_days", "days without a reading", "缺读数天数"),
    ("upper_edge", "upper edge", "上界"),
    ("upper_tolerance", "upper tolerance", "上容差"),
    ("usable_until", "usable until", "可用至"),
    ("version", "version", "版本"),
    ("volume_10k_m3", "gas (万方)", "气量（万方）"),
    ("volume_m3", "volume m³", "体积 m³"),
    ("weighted_average", "weighted average", "加权平均价"),
    ("year", "year", "合同年"),
    ("year_net", "net of the year", "年度净额"),
    ("yes", "yes", "是"),
    ("yuan", "yuan", "元"),
    ("yuan_per_m3", "yuan/m³", "元/方"),
    ("zone", "zone", "时区"),
];

/// Codes and what to do about them, in Chinese.
const ADVICE: &[(&str, &str)] = &[
    ("calorific_value_invalid", "请更正热值，热值应大于零。"),
    ("calorific_value_missing", "请随体积一并提供当日热值。"),
    ("claim_too_late", "已超过合同约定的申请期限，不能登记。"),
    ("decision_inconsistent", "请将决定改为 granted，或将批准量改为 0。"),
    ("delivery_conflict", "若新值正确，请以 correction 并注明原因提交。"),
    ("duplicate_reference", "请核对编号，该编号已用于其他内容。"),
    ("gas_day_not_over", "请在气日结束后登记读数。"),
    ("granted_above_claimed", "批准量不得超过申请量。"),
    ("index_conflict", "若为更正，请注明原因。"),
    ("ledger_already_open", "如需其他设置，请新建账本文件。"),
    ("malformed", "请按 docs/formats.md 更正该行。"),
    ("month_already_issued", "新条款应自尚未关账的月份开始。"),
    ("month_not_over", "请在当月最后一个气日结束后关账。"),
    ("months_not_issued", "请先关闭所列月份。"),
    ("negative_quantity", "请更正数量或金额，应大于零。"),
    ("no_deviation_terms", "如需偏差结算，请变更合同。"),
    ("no_price_plan", "请变更合同，使各季节覆盖该月份。"),
    ("no_tax_rate", "税率表应自合同期限首日起有效。"),
    ("not_a_date", "日期写作 2025-01-31，月份写作 2025-01。"),
    ("not_a_name", "名称应为 1 至 64 字节的可打印文字，首尾无空白。"),
    ("not_a_number", "请写普通数字，小数点前后均为数字。"),
    ("not_last_of_period", "请结算该净额周期的最后一个月。"),
    ("nothing_to_reverse", "请指明同一合同、银行、金额的收款。"),
    ("number_too_large", "请核对数量与价格的小数点位置。"),
    ("outside_term", "请更正日期或月份，或先续签合同。"),
    ("over_capacity", "请核查表计；等于能力上限可接受。"),
    ("point_taken", "请先终止另一合同对该交付点的占用，或更正编号。"),
    ("price_reference_missing", "请导入所列指数值。"),
    ("quantities_do_not_sum", "请更正月合同量或年合同量。"),
    ("quantity_below_zero", "转出量不得超过当月剩余合同量。"),
    ("readings_missing", "请导入所列读数或其估计值。"),
    ("reason_missing", "请注明更正原因。"),
    ("refund_above_balance", "退款不得超过起息日余额。"),
    ("relief_above_annual_quantity", "减免量不得超过年合同量。"),
    ("seasons_overlap_or_leave_gaps", "每个日历月应恰好属于一个价格方案。"),
    ("settings_invalid", "请写明 IANA 时区（如 Asia/Shanghai）和 0 至 23 的整点。"),
    ("shares_not_100", "请更正该季节各标签的比例。"),
    ("terms_overlap", "续签期限应自原期限次日开始。"),
    ("too_many_decimals", "请按规定小数位数填写。"),
    ("transfer_above_limit", "转让量不得超过当月限额。"),
    ("transfer_step", "转让量应为 1 万方的整数倍。"),
    ("units_differ", "仅可在计量单位相同的合同之间转让。"),
    ("unknown_contract", "请先导入合同，或更正合同编号。"),
    ("unknown_delivery_point", "请先导入持有该交付点的合同，或更正编号。"),
    ("unknown_field", "请删除或改正该列或字段。"),
    ("unknown_rule", "请写明 docs/formats.md 所列的规则名称。"),
    ("unknown_source", "来源应为 telemetry、manual、estimate 或 correction。"),
    ("value_invalid", "请更正该值；docs/formats.md 说明了各项计算。"),
    ("years_not_consecutive", "合同年应逐年排列，不重复、不间断。"),
];

/// The texts of the demo: part, English, Chinese.
const DEMO: &[(&str, &str, &str)] = &[
    (
        "title",
        "A year of 24 gas contracts, from the meter to one number explained.",
        "24 份供气合同的一年：从表计读数到一个数字的由来。",
    ),
    ("months", "Month by month", "逐月结算"),
    ("deviations", "Deviation settlement of the year", "全年偏差结算"),
    (
        "board",
        "Days of gas as of gas day 2025-12-18, most urgent first",
        "可用天数，截至气日 2025-12-18，最紧急在前",
    ),
    (
        "explained",
        "Why is it 6706.06 yuan? The deviation of DM-2025-0003 for 2025-11, down to its events",
        "为什么是 6706.06 元？DM-2025-0003 合同 2025-11 偏差结算，逐项追溯到事件",
    ),
    (
        "next",
        "What to try next
  citygate run DIR --through 2025-12 -- report deviations --format csv   your own facts
  citygate run DIR --through 2025-12 -- explain settlement/CONTRACT/2025-03
  citygate run DIR -- report accounts --as-of 2025-09-17
  citygate --lang zh demo                                                in Chinese
  citygate --help",
        "接下来可以
  citygate run 目录 --through 2025-12 -- report deviations --format csv   用您自己的数据
  citygate run 目录 --through 2025-12 -- explain settlement/合同/2025-03
  citygate run 目录 -- report accounts --as-of 2025-09-17
  citygate --lang en demo                                                 英文
  citygate --help",
    ),
];

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
