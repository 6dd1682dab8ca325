//! What goes wrong, by kind, and how often it was woven in.

use super::agreed::Agreed;
use super::draw::DAY;
use super::step::{Act, Asks, Moves, Node, Step, Transport, Who};
use crate::history::dice::Dice;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A fact is told later than it happened.
    Late,
    /// It is told twice.
    Duplicate,
    /// It is never told.
    Missing,
    /// It is told otherwise afterwards.
    Corrected,
    /// It is told before the one that it followed.
    Reordered,
    /// The clock jumps.
    ClockJump,
    /// A node stops and starts.
    Restart,
    /// A node is paused, and goes on.
    Paused,
    /// A paused node decides on what it knows.
    StaleCommand,
    /// The answer to a command is lost.
    LostAnswer,
    /// A gateway does not hear its answer.
    LostLease,
    /// It hears it twice.
    LeaseTwice,
    /// It hears two answers in the wrong order.
    LeaseOvertaken,
    /// Its valve moves late.
    SlowValve,
    /// It moves late, just before something begins or ends by the clock.
    AtTheEdge,
    /// Something is told inside the slot of a lease whose valve has not moved yet.
    TakenBack,
    /// It hears nothing for longer than its lease lasts.
    Silence,
}

impl Fault {
    /// All of them, in the order of the summary.
    pub const ALL: [Self; 17] = [
        Self::Late,
        Self::Duplicate,
        Self::Missing,
        Self::Corrected,
        Self::Reordered,
        Self::ClockJump,
        Self::Restart,
        Self::Paused,
        Self::StaleCommand,
        Self::LostAnswer,
        Self::LostLease,
        Self::LeaseTwice,
        Self::LeaseOvertaken,
        Self::SlowValve,
        Self::AtTheEdge,
        Self::TakenBack,
        Self::Silence,
    ];

    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Duplicate => "duplicate",
            Self::Missing => "missing",
            Self::Corrected => "corrected",
            Self::Reordered => "reordered",
            Self::ClockJump => "clock jump",
            Self::Restart => "restart",
            Self::Paused => "paused node",
            Self::StaleCommand => "stale command",
            Self::LostAnswer => "lost answer",
            Self::LostLease => "lost lease",
            Self::LeaseTwice => "lease twice",
            Self::LeaseOvertaken => "lease overtaken",
            Self::SlowValve => "slow valve",
            Self::AtTheEdge => "at the edge",
            Self::TakenBack => "taken back",
            Self::Silence => "silence",
        }
    }
}

/// How often each kind was woven in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults([u64; Fault::ALL.len()]);

impl Faults {
    /// One more.
    pub fn count(&mut self, fault: Fault) {
        if let Some(count) = self.0.get_mut(fault as usize) {
            *count += 1;
        }
    }

    /// By kind.
    pub fn by_kind(&self) -> impl Iterator<Item = (Fault, u64)> {
        Fault::ALL.into_iter().zip(self.0)
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum += count;
        }
    }
}

/// Weaves a fault into a history; where its kind finds no place, nothing.
pub fn fault(
    dice: &mut Dice,
    kind: Fault,
    agreed: &Agreed,
    steps: &mut Vec<Step>,
    faults: &mut Faults,
) {
    if steps.len() < 3 {
        return;
    }
    let done = match kind {
        Fault::Late => late(dice, steps),
        Fault::Duplicate => behind(dice, steps, is_told, Step::Again),
        Fault::LostAnswer => behind(dice, steps, is_told, Step::LostAnswer),
        Fault::Restart => behind(dice, steps, is_told, Step::Restart),
        Fault::Missing => missing(dice, steps),
        Fault::Corrected => corrected(dice, agreed, steps),
        Fault::Reordered => reordered(dice, steps),
        Fault::ClockJump => jump(dice, steps),
        Fault::Paused => paused(dice, steps),
        Fault::StaleCommand => stale(dice, steps),
        Fault::LostLease => carried(dice, steps, Transport::Lost),
        Fault::LeaseTwice => carried(dice, steps, Transport::Twice),
        Fault::LeaseOvertaken => carried(dice, steps, Transport::Overtaken),
        Fault::SlowValve => {
            let minutes = *dice.of(&[1, 4, 8, 12, 30, 900, 2 * DAY]);
            carried(dice, steps, Transport::Slow(minutes))
        }
        Fault::AtTheEdge => at_the_edge(dice, agreed, steps),
        Fault::TakenBack => taken_back(dice, steps),
        Fault::Silence => behind(dice, steps, is_asked, Step::Wait(30 * 60)),
    };
    if done {
        faults.count(kind);
    }
}

fn is_told(step: &Step) -> bool {
    matches!(step, Step::Tell(..))
}

fn is_asked(step: &Step) -> bool {
    matches!(step, Step::Ask { .. })
}

/// A place of such a step.
fn some(dice: &mut Dice, steps: &[Step], wanted: impl Fn(&Step) -> bool) -> Option<usize> {
    let places: Vec<usize> =
        (0..steps.len()).filter(|place| steps.get(*place).is_some_and(&wanted)).collect();
    (!places.is_empty()).then(|| *dice.of(&places))
}

fn behind(
    dice: &mut Dice,
    steps: &mut Vec<Step>,
    wanted: impl Fn(&Step) -> bool,
    step: Step,
) -> bool {
    let Some(place) = some(dice, steps, wanted) else { return false };
    steps.insert(place + 1, step);
    true
}

fn late(dice: &mut Dice, steps: &mut Vec<Step>) -> bool {
    let Some(place) = some(dice, steps, is_told) else { return false };
    let step = steps.remove(place);
    let later = place + dice.below((steps.len() - place) as u64 + 1) as usize;
    steps.insert(later, step);
    later != place
}

fn missing(dice: &mut Dice, steps: &mut Vec<Step>) -> bool {
    let Some(place) = some(dice, steps, is_told) else { return false };
    steps.remove(place);
    true
}

fn reordered(dice: &mut Dice, steps: &mut [Step]) -> bool {
    let place = dice.below(steps.len() as u64 - 1) as usize;
    steps.swap(place, place + 1);
    true
}

/// A reading is told again with another volume.
fn corrected(dice: &mut Dice, agreed: &Agreed, steps: &mut Vec<Step>) -> bool {
    let is_read = |step: &Step| matches!(step, Step::Tell(_, Act::Read { .. }));
    let Some(place) = some(dice, steps, is_read) else { return false };
    let Some(Step::Tell(_, Act::Read { contract, back, volume, .. })) = steps.get(place).copied()
    else {
        return false;
    };
    let points = agreed.contracts.get(contract).map_or(1, |terms| terms.capacities.len());
    let point = dice.below(points as u64) as usize;
    let volume = volume * dice.between(0, 150) as i64 / 100;
    let number = 9_000 + dice.below(1_000) as u32;
    let who = if dice.one_in(3) { Who::Person(0) } else { Who::File };
    let act = Act::Correct { contract, point, back, volume, number };
    let later = place + 1 + dice.below((steps.len() - place) as u64) as usize;
    steps.insert(later, Step::Tell(who, act));
    true
}

fn jump(dice: &mut Dice, steps: &mut Vec<Step>) -> bool {
    let minutes = *dice.of(&[-3 * DAY, -180, -20, -1, 1, 20, 180, 2 * DAY, 9 * DAY]);
    let place = dice.below(steps.len() as u64 + 1) as usize;
    steps.insert(place, Step::Jump(minutes));
    // Some clocks are set right again.
    if dice.one_in(2) {
        let later = place + 1 + dice.below((steps.len() - place) as u64) as usize;
        steps.insert(later, Step::Jump(-minutes));
    }
    true
}

/// What may end a procedure.
fn is_ending(step: &Step) -> bool {
    let Step::Tell(_, act) = step else { return false };
    matches!(act, Act::Money(_, Moves::Pay { .. }) | Act::Supply(_, Asks::Withdraw))
}

/// The second node is paused; gateways ask it, and it may not have the store.
fn paused(dice: &mut Dice, steps: &mut Vec<Step>) -> bool {
    let ending = if dice.one_in(2) { last(steps, is_ending) } else { None };
    let place = ending.unwrap_or_else(|| dice.below(steps.len() as u64) as usize);
    if ending.is_some() && dice.one_in(2) {
        // What was said before was never heard.
        for step in steps.iter_mut().take(place) {
            if let Step::Ask { transport, .. } = step {
                *transport = Transport::Lost;
            }
        }
    }
    steps.insert(place, Step::Pause);
    let later = place + 1 + dice.below((steps.len() - place) as u64) as usize;
    steps.insert(later, Step::Resume);
    for step in steps.iter_mut().take(later).skip(place) {
        if let Step::Ask { node, .. } = step
            && dice.one_in(2)
        {
            *node = *dice.of(&[Node::Second, Node::SecondAlone]);
        }
    }
    true
}

/// Somebody decides on the second node, which does not know what was told last.
fn stale(dice: &mut Dice, steps: &mut Vec<Step>) -> bool {
    let is_issued = |step: &Step| matches!(step, Step::Tell(_, Act::Supply(_, Asks::Issue)));
    let issued = if dice.one_in(2) { last(steps, is_issued) } else { None };
    let Some(place) = issued.or_else(|| some(dice, steps, is_told)) else { return false };
    let Some(Step::Tell(who, act)) = steps.get(place).copied() else { return false };
    if let Some(step) = steps.get_mut(place) {
        *step = Step::TellSecond(who, act);
    }
    if let (Some(_), Act::Supply(contract, _)) = (issued, act) {
        let paid = Moves::Pay { fen: 90_000_000, back: 0, number: 8_000 };
        steps.insert(place, Step::Tell(Who::File, Act::Money(contract, paid)));
    }
    let earlier = place - dice.below((place.min(6) as u64) + 1) as usize;
    steps.insert(earlier, Step::Pause);
    true
}

/// The first question behind the last order that is issued; now and then any.
fn behind_the_order(dice: &mut Dice, steps: &[Step]) -> Option<usize> {
    let is_issued = |step: &Step| matches!(step, Step::Tell(_, Act::Supply(_, Asks::Issue)));
    let issued = last(steps, is_issued).filter(|_| !dice.one_in(3));
    let asked = |place: usize| steps.iter().skip(place).position(is_asked).map(|at| at + place);
    issued.and_then(asked).or_else(|| some(dice, steps, is_asked))
}

/// A gateway asks a few minutes before a window begins or a day ends, and its valve moves about then.
fn at_the_edge(dice: &mut Dice, agreed: &Agreed, steps: &mut Vec<Step>) -> bool {
    let Some(place) = behind_the_order(dice, steps) else { return false };
    let Some(Step::Ask { contract, transport, .. }) = steps.get_mut(place) else { return false };
    let (before, late) = (dice.between(1, 14) as i64, dice.below(4) as i64);
    *transport = Transport::Slow(before + late);
    let no_cut = agreed.contracts.get(*contract).and_then(|terms| terms.no_cut.as_ref());
    let begins = no_cut.and_then(|windows| windows.hours.first()?.get(..5));
    let begins = begins.and_then(|text| text.split_once(':'));
    let minute = |text: &str| text.parse::<i64>().unwrap_or(0);
    let edge = begins.map(|(hour, minutes)| minute(hour) * 60 + minute(minutes));
    let edge = edge.unwrap_or(*dice.of(&[0, 8 * 60]));
    steps.insert(place, Step::WaitTo((edge - before).rem_euclid(DAY)));
    steps.insert(place + 2, Step::Wait(30));
    true
}

/// A gateway's valve is slow, and meanwhile, in the same slot, a claim is filed: asked again, it is told
/// otherwise.
fn taken_back(dice: &mut Dice, steps: &mut Vec<Step>) -> bool {
    let Some(place) = behind_the_order(dice, steps) else { return false };
    let Some(Step::Ask { contract, point, node, .. }) = steps.get(place).copied() else {
        return false;
    };
    let number = 7_000 + dice.below(1_000) as u32;
    let claim = Act::Claim { contract, days: 2, number };
    let ask = |transport| Step::Ask { contract, point, node, transport };
    let slow = *dice.of(&[1, 3, 8]);
    let meanwhile =
        [ask(Transport::Slow(slow)), Step::Tell(Who::File, claim), ask(Transport::Good)];
    steps.splice(place..=place, meanwhile);
    true
}

/// The last place of such a step.
fn last(steps: &[Step], wanted: impl Fn(&Step) -> bool) -> Option<usize> {
    steps.iter().rposition(wanted)
}

fn carried(dice: &mut Dice, steps: &mut [Step], how: Transport) -> bool {
    // An answer that is overtaken is worth most where something ends between the two.
    let ending = last(steps, is_ending).filter(|_| how == Transport::Overtaken && dice.one_in(2));
    let before = ending.and_then(|place| last(steps.get(..place)?, is_asked));
    let Some(place) = before.or_else(|| some(dice, steps, is_asked)) else { return false };
    if let Some(Step::Ask { transport, .. }) = steps.get_mut(place) {
        *transport = how;
    }
    true
}
