//! The texts of the demo, English beside Chinese.

/// The texts of the demo: part, English, Chinese.
pub const DEMO: &[(&str, &str, &str)] = &[
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
