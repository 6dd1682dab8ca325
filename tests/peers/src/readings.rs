//! The same facts as the product's own measurements, modelled the way these crates want it: an
//! aggregate is the readings of a point's month.

use std::collections::BTreeMap;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A reading of a point and gas day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub calorific_value: Decimal,
    pub gas_day: String,
    pub point: String,
    pub source: String,
    pub volume: Decimal,
}

impl Reading {
    /// Reading number `number` of a point, as the product's sample has it.
    pub fn sample(point: u64, number: u64) -> Self {
        let (month, day) = (number / 30 % 12 + 1, number % 30 + 1);
        Self {
            calorific_value: Decimal::new(389_300, 4),
            gas_day: format!("2025-{month:02}-{day:02}"),
            point: format!("LG-2025-{point:04}-1"),
            source: "telemetry".to_owned(),
            volume: Decimal::new(3_000_000 + i64::try_from(number % 977_000).unwrap_or(0), 3),
        }
    }
}

/// The stream of a point and month; `round` tells repeated years apart.
pub fn aggregate_id(point: u64, number: u64) -> String {
    format!("delivery/LG-2025-{point:04}/{}/2025-{:02}", number / 360, number / 30 % 12 + 1)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    DeliveryRecorded(Reading),
}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        "DeliveryRecorded".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("{gas_day} is known with {known}")]
    Conflict { gas_day: String, known: Decimal },
    #[error("{0} is negative")]
    Negative(Decimal),
}

/// A month of readings.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Month {
    days: BTreeMap<String, Decimal>,
}

impl Aggregate for Month {
    const TYPE: &'static str = "month";
    type Command = Reading;
    type Event = Event;
    type Error = Refused;
    type Services = ();

    async fn handle(
        &mut self,
        reading: Reading,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refused> {
        if reading.volume.is_sign_negative() {
            return Err(Refused::Negative(reading.volume));
        }
        match self.days.get(&reading.gas_day) {
            Some(known) if *known == reading.volume => {}
            Some(known) => {
                return Err(Refused::Conflict { gas_day: reading.gas_day, known: *known });
            }
            None => sink.write(Event::DeliveryRecorded(reading), self).await,
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        let Event::DeliveryRecorded(reading) = event;
        self.days.insert(reading.gas_day, reading.volume);
    }
}
