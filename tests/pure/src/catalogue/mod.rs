//! Every refusal of the domain, provoked: the source of `docs/rejections.md`.

mod accounts;
mod approval;
mod books;
mod cases;
mod conditions;
mod contract;
mod facts;
mod keys;
mod ledger;
mod life;
mod money;
mod months;
mod orders;
mod passage;
mod patches;
mod scheduler;
mod supply;
mod years;

use std::fmt::Write;

use citygate_domain::Rejection;
use citygate_domain::ledger::check_length;
use citygate_domain::quantities::ContractId;
use citygate_domain::rejection::Listed;

use crate::told::Told;
use crate::words::instant;
use crate::world::World;

/// A refusal and how it was provoked.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its place in the list, its code and its advice, as the domain has them.
    pub listed: Listed,
    /// The address of the rule.
    pub rule: &'static str,
    /// The rule in one sentence.
    pub sentence: &'static str,
    /// What was told, in words.
    pub told: &'static str,
    /// What the ledger answered.
    pub message: String,
}

/// A situation that must be refused.
struct Case {
    rule: &'static str,
    sentence: &'static str,
    told: &'static str,
    given: Vec<Told>,
    now: Option<&'static str>,
    asked: Asked,
}

enum Asked {
    Told(Box<Told>),
    /// What it leads to is measured as so many bytes.
    Measured(Box<Told>, usize),
    Name(&'static str),
    /// A patch of the terms of LG-1, read and applied.
    Patch(&'static str),
    /// No command refuses so, but a question.
    Question(fn(&World) -> Option<Rejection>),
    /// A what-if from month to month.
    Months(&'static str, &'static str),
}

/// A case: rule, its sentence, what is told in words, the facts before it, the command.
fn case(
    rule: &'static str,
    sentence: &'static str,
    told: &'static str,
    given: impl IntoIterator<Item = Told>,
    when: Told,
) -> Case {
    let asked = Asked::Told(Box::new(when));
    Case { rule, sentence, told, given: given.into_iter().collect(), now: None, asked }
}

/// A case of a question: what is asked of the facts, and what it refuses.
fn question(
    rule: &'static str,
    sentence: &'static str,
    told: &'static str,
    given: impl IntoIterator<Item = Told>,
    asked: fn(&World) -> Option<Rejection>,
) -> Case {
    let asked = Asked::Question(asked);
    Case { rule, sentence, told, given: given.into_iter().collect(), now: None, asked }
}

impl Case {
    /// The last event that the command leads to takes so many bytes in the log.
    fn taking(mut self, bytes: usize) -> Self {
        if let Asked::Told(when) = self.asked {
            self.asked = Asked::Measured(when, bytes);
        }
        self
    }

    fn at(mut self, now: &'static str) -> Self {
        self.now = Some(now);
        self
    }

    fn provoked(self) -> Example {
        let rejection = match self.asked {
            Asked::Measured(when, bytes) => {
                let events = World::of(self.given).tell(&when.command()).expect("it is decided");
                let event = events.last().expect("something happens");
                check_length(event, bytes).expect_err("it is too long")
            }
            Asked::Name(text) => match text.parse::<ContractId>() {
                Ok(name) => panic!("{name:?} is a name"),
                Err(error) => Rejection::from(error),
            },
            Asked::Patch(json) => patches::refusal(json),
            Asked::Question(asked) => {
                let mut world = World::of(self.given);
                world.now = self.now.map_or(world.now, instant);
                asked(&world).unwrap_or_else(|| panic!("{}: answered", self.told))
            }
            Asked::Months(first, last) => patches::reversed(first, last),
            Asked::Told(when) => {
                let mut world = World::of(self.given);
                if let Some(now) = self.now {
                    world.now = instant(now);
                }
                match world.hear(*when) {
                    Ok(events) => panic!("{}: {} events", self.told, events.len()),
                    Err(rejection) => rejection,
                }
            }
        };
        Example {
            listed: *rejection.listed(),
            rule: self.rule,
            sentence: self.sentence,
            told: self.told,
            message: rejection.to_string(),
        }
    }
}

/// Every refusal, provoked, in order of its number.
#[must_use]
pub fn catalogue() -> Vec<Example> {
    let areas = [
        ledger::cases(),
        contract::signing(),
        contract::transfers(),
        contract::transferred_quantities(),
        facts::market(),
        facts::deliveries(),
        facts::values(),
        money::cases(),
        books::closing(),
        books::money(),
        books::documents(),
        months::claims(),
        months::documents(),
        months::restated_months(),
        cases::before_the_sheet(),
        cases::answers(),
        cases::silence(),
        cases::postings(),
        cases::outdated(),
        cases::claims(),
        cases::too_early(),
        approval::proposals(),
        approval::approvals(),
        approval::numbers(),
        patches::cases(),
        keys::cases(),
        passage::cases(),
        scheduler::cases(),
        months::lengths(),
        years::cases(),
        years::in_order(),
        supply::demands(),
        supply::demands_too_early(),
        supply::disputes(),
        supply::notices(),
        orders::orders_of_another_hand(),
        orders::orders(),
        orders::orders_under_a_suspension(),
        conditions::customers(),
        conditions::conditions(),
        conditions::approvals(),
        conditions::limits(),
        life::amendments(),
        life::amended_quantities(),
        life::ends(),
        life::points(),
        accounts::final_readings(),
        accounts::open_cases(),
        accounts::loose_ends(),
        accounts::balances(),
        life::nothing_left(),
        accounts::parked(),
    ];
    let mut examples: Vec<Example> = areas.into_iter().flatten().map(Case::provoked).collect();
    examples.sort_by_key(|example| example.listed.number);
    examples
}

/// The catalogue as the page `docs/rejections.md`.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Refusals\n\n\
         Everything the ledger can refuse, in order of number. The first that applies is returned; \
         codes are public,\nnumbers are never reused. Each example below is an answer to a real \
         command: the tests provoke it again.\n\n\
         This page is generated: `cargo run -p citygate-tests-pure --bin rejections > \
         docs/rejections.md`.\n",
    );
    for Example { listed, rule, sentence, told, message } in catalogue() {
        let rule = linked(rule);
        let Listed { number, code, advice } = listed;
        write!(
            page,
            "\n## {number} `{code}`\n\n\
             **{rule}.** {sentence}\n\n\
             - Told: {told}\n\
             - Answer: `{message}`\n\
             - Advice: {advice}\n"
        )
        .expect("text can always be written");
    }
    page
}

/// Addresses as links into the rules.
fn linked(rule: &str) -> String {
    let link = |address: &str| match address {
        "formats.md" => "[formats.md](formats.md)".to_owned(),
        address if address.ends_with(|last: char| last.is_ascii_digit()) => {
            format!("[{address}](rules.md#{})", address.to_lowercase())
        }
        heading => heading.to_owned(),
    };
    rule.split(", ").map(link).collect::<Vec<_>>().join(", ")
}
