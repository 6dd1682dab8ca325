//! What can happen in a history. A step says everything by itself, whatever happened before it, so that
//! any of them can be left out when a counterexample is shrunk.

use citygate_domain::supply::{DisputeOutcome, MeasureKind, Seen, ValveState};

/// Who acts: a person, or what is no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A person at the counter, by place in [`PERSONS`].
    Person(usize),
    /// A file.
    File,
    /// The engine itself.
    Scheduler,
}

/// Everybody. Where roles were granted the last has none.
pub const PERSONS: [&str; 6] = ["chen.lei", "wang.fang", "li.na", "zhao.wei", "sun.tao", "nobody"];

/// A fact or an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Readings of every point of a contract for so many gas days, the newest so many days back.
    Read { contract: usize, back: i64, days: i64, volume: i64, actual: bool },
    /// A reading of one point corrected.
    Correct { contract: usize, point: usize, back: i64, volume: i64, number: u32 },
    /// Money of a contract moves.
    Money(usize, Moves),
    /// Emergency credit for so many days.
    Credit { contract: usize, fen: i64, days: i64 },
    /// An index value in hundredths, effective so many days back; a correction where one is known.
    Index { value: i64, back: i64, number: u32 },
    /// A claim of relief for the last days.
    Claim { contract: usize, days: i64, number: u32 },
    /// A claim granted or rejected by a file.
    DecideClaim { contract: usize, days: i64, number: u32, granted: bool },
    /// What was proposed of the last act of weight is approved or withdrawn.
    Second { approve: bool },
    /// The month before this one is settled, or settled again.
    Close { contract: usize, again: bool },
    /// Something about the supply of a contract.
    Supply(usize, Asks),
    /// Something about the life of a contract.
    Life(usize, Lives),
}

/// What can become of a contract. Days are gas days from today on; below zero, back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lives {
    /// Terms change from a day on.
    Amend { ahead: i64, change: Change },
    /// A further term of so many days is signed behind the last one, at a fixed price in ten-thousandths
    /// of a yuan.
    Renew { days: i64, monthly: i64, price: i64 },
    /// The term ends with a day.
    End { ahead: i64 },
    /// A point goes to another contract from a day on.
    Move { point: usize, to: usize, ahead: i64 },
}

/// Terms that an amendment changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// E1, in tenths of a day: warn, notice, reduce, suspend, restore.
    Thresholds([i64; 5]),
    /// E3.
    NoticeHours(i64),
    /// E3.
    DemandDays(Option<i64>),
    /// E4.
    LapsesDays(Option<i64>),
    /// E4.
    ReadingAge(Option<i64>),
    /// E4: nobody is cut off between these hours; none: at any hour.
    NoCut(Option<&'static str>),
    /// E4.
    Disputes(bool),
    /// E4.
    Continuous(bool),
    /// E6, m³.
    Protected(Option<i64>),
    /// E6.
    ReduceTo(i64),
    /// E3.
    Automatic(bool),
    /// G1.
    ReferenceDays(i64),
    /// Ten-thousandths of a yuan per m³.
    Price(i64),
}

/// How money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// Received, dated so many days back.
    Pay { fen: i64, back: i64, number: u32 },
    /// The newest payment is returned by the bank.
    Return { number: u32 },
    /// Paid back to the buyer.
    Refund { fen: i64, number: u32 },
    /// A guarantee from so many days ahead on, for so many days.
    Guarantee { fen: i64, ahead: i64, days: i64, number: u32 },
}

/// What can be asked about the supply of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A demand was served so many minutes ago.
    Demand { number: u32, fen: i64, minutes: i64 },
    /// The running demand is disputed.
    Dispute,
    /// The dispute ends.
    Resolve { outcome: DisputeOutcome },
    /// A notice was served so many minutes ago.
    Notice { number: u32, minutes: i64 },
    /// Somebody was on site so many minutes ago.
    Confirm { minutes: i64 },
    /// An order is proposed.
    Propose { number: u32, measure: MeasureKind },
    /// The newest order is approved, shown so many revisions ago.
    Approve { behind: u32 },
    /// The newest order is taken back.
    Withdraw,
    /// The newest order is issued.
    Issue,
    /// A valve was found so, so many minutes ago.
    Report { point: usize, state: ValveState, seen: Seen, minutes: i64 },
    /// Time has passed.
    Review,
}

/// How a gateway's question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// The lease arrives.
    Good,
    /// The answer is lost.
    Lost,
    /// It arrives twice.
    Twice,
    /// It arrives only behind the answer to the next question, some seconds later.
    Overtaken,
    /// It arrives, and the valve moves only so many minutes later.
    Slow(i64),
}

/// Which node is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// The one that follows the log.
    First,
    /// The one that may be paused; awake it follows before it answers.
    Second,
    /// The one that may be paused, without the store: it knows only what it gave out before.
    SecondAlone,
}

/// A step of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Time passes, in minutes, for everybody.
    Wait(i64),
    /// Time passes for everybody until their watches show so many minutes after midnight.
    WaitTo(i64),
    /// The ledger's clock jumps, forward or backward, in minutes.
    Jump(i64),
    /// Somebody tells something.
    Tell(Who, Act),
    /// The last command is sent again, as a new one.
    Again,
    /// The answer to the last command was lost: it is sent again with its key.
    LostAnswer,
    /// The node stops and starts: its state is read from the log.
    Restart,
    /// The passage of time is recorded (T6), or only thought of: no answer depends on it.
    Tick { recorded: bool },
    /// The second node is paused.
    Pause,
    /// The second node goes on, and follows the log.
    Resume,
    /// The second node decides on what it knows; the log takes it unless a stream has moved.
    TellSecond(Who, Act),
    /// A gateway asks about its point.
    Ask { contract: usize, point: usize, node: Node, transport: Transport },
}
