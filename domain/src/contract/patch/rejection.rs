use crate::quantities::SettlementMonth;
use crate::rejection::rejections;

rejections! {
    /// Refusals of a patch of terms.
    pub enum Rejection {
        1201 "unknown_field" "Name the term as docs/formats.md does."
        /// The patch names no term.
        #[error("{path} is no term of a contract{}", offered(near))]
        UnknownTerm {
            /// As it was named.
            path: String,
            /// The terms with the nearest names; may be empty.
            near: String,
        },

        1202 "term_ambiguous" "Name the term with its path, such as take_or_pay.make_up.years."
        /// A name without its path stands for several terms.
        #[error("{name} could be {paths}")]
        AmbiguousTerm {
            /// As it was named.
            name: String,
            /// What it could be.
            paths: String,
        },

        1203 "term_named_twice" "Name each term once, with its path or without."
        /// The patch gives two values to one term.
        #[error("{path} is given more than once")]
        TermNamedTwice {
            /// The term.
            path: String,
        },

        1204 "malformed"
            "Write the patch as an object of terms, such as {\"lower_tolerance\": \"10\"}."
        /// The patch is no object, or names nothing.
        #[error("a patch is an object that names at least one term")]
        NoPatch {},

        1205 "malformed" "Write the term in the form that docs/formats.md gives it."
        /// A term of the patch has not the form of the term.
        #[error("{path}: {problem}")]
        MalformedTerm {
            /// The term.
            path: String,
            /// What is wrong with it.
            problem: String,
        },

        1206 "term_cannot_change" "Leave the term out of the patch; sign another contract instead."
        /// Readings, months and years are recorded by these terms.
        #[error("{path} stays as it was signed: readings, months and years are counted by it")]
        TermCannotChange {
            /// The term.
            path: String,
        },

        1207 "months_reversed" "Name the earlier month first."
        /// A range of months ends before it begins.
        #[error("the months from {first} to {last} are none")]
        MonthsReversed {
            /// First month asked about.
            first: SettlementMonth,
            /// Last month asked about.
            last: SettlementMonth,
        },
    }
}

fn offered(near: &str) -> String {
    if near.is_empty() { String::new() } else { format!("; the nearest: {near}") }
}
