//! The stored form of a reading, read without a general parser.
//!
//! Nearly every event is a reading, and its payload is canonical: the names stand in one order and
//! plain texts have no escapes. What does not look exactly so is left to the general parser, which
//! decides the same for every payload.

use citygate_domain::delivery::{DeliveryRecorded, Source};

use crate::names::Names;

/// The reading of a payload in its usual form; `None` leaves it to the general parser.
pub fn read(payload: &str, names: &mut Names) -> Option<DeliveryRecorded> {
    let mut rest = Rest(payload);
    let event = DeliveryRecorded {
        contract: names.contracts.name(rest.named("{\"contract\":\"")?)?,
        gas_day: rest.named(",\"gas_day\":\"")?.parse().ok()?,
        gcv_mj_per_m3: match rest.named(",\"gcv_mj_per_m3\":\"") {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        },
        month: rest.named(",\"month\":\"")?.parse().ok()?,
        point: names.points.name(rest.named(",\"point\":\"")?)?,
        quantity: rest.named(",\"quantity\":\"")?.parse().ok()?,
        reason: rest.named(",\"reason\":\"").map(str::to_owned),
        source: rest.named(",\"source\":\"")?.parse::<Source>().ok()?,
        volume_m3: rest.named(",\"volume_m3\":\"")?.parse().ok()?,
    };
    (rest.0 == "}").then_some(event)
}

/// What is left of a payload.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// The text behind `name`, up to its closing quote; nothing is consumed unless it is there and
    /// has no escape.
    fn named(&mut self, name: &str) -> Option<&'a str> {
        let behind = self.0.strip_prefix(name)?;
        let end = behind.bytes().position(|byte| byte == b'"' || byte == b'\\')?;
        let (text, rest) = behind.split_at(end);
        self.0 = rest.strip_prefix('"')?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payloads() -> Vec<String> {
        let head = r#"{"contract":"LG-1","gas_day":"2025-03-01""#;
        let tail = r#","month":"2025-03","point":"P-1","quantity":"1.5""#;
        let end = r#","source":"manual","volume_m3":"1.5"}"#;
        let mut all = Vec::new();
        for gcv in ["", r#","gcv_mj_per_m3":"38.5""#] {
            for reason in ["", r#","reason":"表故障""#, r#","reason":"a \"quoted\" one""#] {
                all.push(format!("{head}{gcv}{tail}{reason}{end}"));
            }
        }
        all.push(r#"{"contract":"LG-1"}"#.to_owned());
        all.push(format!("{head}{tail}{end}").replace("1.5", "1e5"));
        all.push(format!("{head}{tail}{end}").replace("manual", "guess"));
        all
    }

    #[test]
    fn the_short_way_reads_what_the_general_parser_reads() {
        for payload in payloads() {
            let general = serde_json::from_str::<DeliveryRecorded>(&payload).ok();
            if let Some(short) = read(&payload, &mut Names::default()) {
                assert_eq!(Some(short), general, "{payload}");
            }
        }
    }

    #[test]
    fn a_usual_payload_takes_the_short_way() {
        let mut names = Names::default();
        assert!(read(&payloads()[0], &mut names).is_some());
        assert!(read(&payloads()[4], &mut names).is_some());
    }
}
