use citygate_domain::Event;
use citygate_domain::log::Position;
use citygate_domain::passage::StageCrossed;
use citygate_domain::quantities::GasDayClock;

use crate::table::Table;

/// Something that a tick recorded.
#[derive(Debug, Clone)]
pub struct Happened {
    event: Event,
    position: Position,
}

impl Happened {
    /// An event of a tick.
    #[must_use]
    pub fn of(event: &Event, position: Position) -> Option<Self> {
        let told = event.effective().is_some();
        told.then(|| Self { event: event.clone(), position })
    }
}

/// `tick`: what it recorded (T6).
#[must_use]
pub fn happened(all: &[Happened], clock: GasDayClock) -> Table {
    let mut table = Table::new(&["stream", "what", "subject", "at", "position"]);
    for Happened { event, position } in all {
        let (what, subject, at) = if let Event::TimePassed(passed) = event {
            let at = clock.local(passed.at).to_rfc3339();
            (passed.kind.word(), passed.subject.clone(), at)
        } else if let Event::StageCrossed(crossed) = event {
            ("stage_crossed", alert(crossed), crossed.on.to_string())
        } else {
            let on = event.effective().map(|on| on.to_string());
            (event.type_name(), String::new(), on.unwrap_or_default())
        };
        table.push([
            event.stream().to_string(),
            what.to_owned(),
            subject,
            at,
            position.to_string(),
        ]);
    }
    table
}

/// E2: from where to where, with the days and why.
fn alert(crossed: &StageCrossed) -> String {
    let StageCrossed { from, to, days, available, reasons, .. } = crossed;
    let days = days.map_or_else(|| "-".to_owned(), |days| days.to_string());
    let reasons = reasons.join(";");
    format!("{from} -> {to}: {days} days, {available} yuan available, {reasons}")
}
