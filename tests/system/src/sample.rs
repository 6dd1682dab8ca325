//! Requests that look like a month of readings.

use std::sync::Arc;

use chrono::DateTime;
use citygate_store::{
    AppendRequest, Clock, CommandKey, Expectation, Metadata, NewEvent, StreamExpectation,
    StreamName,
};
use uuid::Uuid;

/// Delivery points of the sample.
pub const POINTS: u64 = 460;

/// A clock that stands still: nothing measured or tested here depends on the time.
#[must_use]
pub fn still_clock() -> Clock {
    Arc::new(|| DateTime::from_timestamp(1_768_435_200, 0).unwrap_or_default())
}

/// The stream of a point and month.
///
/// # Panics
/// Never: the name is short.
#[must_use]
#[allow(clippy::expect_used, reason = "the name is short and plain")]
pub fn delivery_stream(point: u64, month: u64) -> StreamName {
    let name = format!("delivery/LG-2025-{point:04}/2025-{:02}", month + 1);
    StreamName::try_new(&name).expect("a short plain name")
}

/// Reading number `number`, in the order of a file sorted by day: expected version and key.
#[must_use]
pub fn reading(number: u64) -> AppendRequest {
    let (point, day) = (number % POINTS, number / POINTS);
    let (month, day_of_month) = (day / 30, day % 30);
    let stream = delivery_stream(point, month);
    let gas_day = format!("2025-{:02}-{:02}", month % 12 + 1, day_of_month + 1);
    let volume = format!("{}.{:03}", 3_000 + number % 977, number % 1_000);
    let payload = format!(
        "{{\"calorific_value\":\"38.9300\",\"gas_day\":\"{gas_day}\",\
         \"point\":\"LG-2025-{point:04}-1\",\"source\":\"telemetry\",\"volume\":\"{volume}\"}}"
    );
    let expectation = Expectation::Exact(day_of_month);
    let mut request_hash = [0x5a; 32];
    request_hash[..8].copy_from_slice(&number.to_be_bytes());
    AppendRequest {
        expectations: vec![StreamExpectation { stream: stream.clone(), expectation }],
        events: vec![NewEvent {
            stream,
            event_type: "delivery_recorded".into(),
            type_version: 1,
            event_id: Uuid::from_u128(u128::from(number) << 64 | 7),
            effective: Some(gas_day.clone()),
            payload,
        }],
        metadata: metadata(),
        key: Some(CommandKey { key: format!("delivery/{point:04}-1/{gas_day}"), request_hash }),
        answer: None,
        personal: Vec::new(),
        attachments: Vec::new(),
        run: citygate_store::Run::default(),
    }
}

/// Who imports the sample.
#[must_use]
pub fn metadata() -> Metadata {
    Metadata {
        actor: r#"{"authenticated":true,"channel":"import","person":"p1"}"#.to_owned(),
        reason: None,
        causation: None,
        correlation: None,
    }
}
