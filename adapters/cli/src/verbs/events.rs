use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use citygate_domain::stream::Stream;
use citygate_interchange::{Format, Table};
use citygate_store::{EventStore, StoredEvent, StreamName, format_instant};
use serde_json::value::RawValue;

use crate::args::{EventsArgs, EventsFormat};
use crate::failure::Failure;
use crate::session::{Session, Setting};

/// Events read from the log at once.
const PAGE: usize = 2_000;

/// Prints events in log order. Nothing is kept in memory: the log may be long.
pub async fn run(path: &Path, setting: Setting, args: &EventsArgs) -> Result<ExitCode, Failure> {
    let stream = args.stream.as_ref().map(|name| StreamName::try_new(name));
    let stream = stream.transpose().map_err(Failure::usage)?;
    let session = Session::on_file(path, setting, false).await?;
    let store = session.engine.store();
    let left = args.limit.unwrap_or(usize::MAX);
    let mut printer = Printer { args, session: &session, left, titled: false };
    match stream {
        Some(stream) => of_stream(store.as_ref(), &stream, &mut printer).await?,
        None => of_log(store.as_ref(), &mut printer).await?,
    }
    printer.print(Vec::new())?;
    session.close_store().await?;
    Ok(ExitCode::SUCCESS)
}

async fn of_stream(
    store: &dyn EventStore,
    stream: &StreamName,
    printer: &mut Printer<'_>,
) -> Result<(), Failure> {
    let mut next = 1;
    loop {
        let page = store.read_stream(stream, next, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        next = last.version + 1;
        if !printer.print(page)? {
            return Ok(());
        }
    }
}

async fn of_log(store: &dyn EventStore, printer: &mut Printer<'_>) -> Result<(), Failure> {
    let mut after = printer.args.after;
    loop {
        let page = store.read_all(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.position;
        if !printer.print(page)? {
            return Ok(());
        }
    }
}

struct Printer<'a> {
    args: &'a EventsArgs,
    session: &'a Session,
    left: usize,
    /// Whether the header of a CSV is printed.
    titled: bool,
}

impl Printer<'_> {
    /// Prints what is wanted of a page; false when no more is.
    fn print(&mut self, page: Vec<StoredEvent>) -> Result<bool, Failure> {
        let wanted: Vec<StoredEvent> =
            page.into_iter().filter(|event| self.wants(event)).take(self.left).collect();
        self.left -= wanted.len();
        let mut out = io::stdout().lock();
        match self.args.format {
            EventsFormat::Table | EventsFormat::Csv => self.rows(&mut out, &wanted)?,
            EventsFormat::Jsonl => {
                for event in &wanted {
                    writeln!(out, "{}", json_line(event)?)?;
                }
            }
            EventsFormat::Payload => {
                for event in &wanted {
                    writeln!(out, "{}", event.payload)?;
                }
            }
        }
        Ok(self.left > 0)
    }

    fn wants(&self, event: &StoredEvent) -> bool {
        let args = self.args;
        let of_contract = |stream: &str| {
            args.contract.as_ref().is_none_or(|contract| {
                let own = Stream::Contract(contract.clone()).to_string();
                let readings = format!("{}/", own.replacen("contract/", "delivery/", 1));
                stream == own || stream.starts_with(&readings)
            })
        };
        event.position > args.after
            && args.event_type.as_ref().is_none_or(|wanted| *wanted == *event.event_type)
            && of_contract(event.stream.as_str())
    }

    fn rows(&mut self, out: &mut dyn Write, events: &[StoredEvent]) -> Result<(), Failure> {
        let mut table =
            Table::new(&["position", "stream", "version", "type", "recorded_at", "payload"]);
        for event in events {
            table.push([
                event.position.to_string(),
                event.stream.to_string(),
                event.version.to_string(),
                event.event_type.to_string(),
                format_instant(event.recorded_at),
                event.payload.clone(),
            ]);
        }
        let lang = self.session.lang;
        if self.args.format == EventsFormat::Csv {
            let titled = std::mem::replace(&mut self.titled, true);
            table.write_csv(out, !titled)?;
        } else if !events.is_empty() {
            table.write(out, Format::Table, |column| lang.word(column))?;
        }
        Ok(())
    }
}

/// Everything that is stored of an event, as one line; the payload as its stored bytes.
pub fn json_line(event: &StoredEvent) -> Result<String, Failure> {
    let raw = |text: &str| {
        RawValue::from_string(text.to_owned()).map_err(|error| Failure::world("event", &error))
    };
    let fields = serde_json::json!({
        "position": event.position,
        "stream": event.stream.as_str(),
        "version": event.version,
        "type": event.event_type,
        "type_version": event.type_version,
        "event_id": event.event_id.to_string(),
        "effective": event.effective,
        "recorded_at": format_instant(event.recorded_at),
        "reason": event.reason,
        "hash": citygate_domain::customer::hex(&event.hash),
        "chain": citygate_domain::customer::hex(&event.chain),
    });
    let fields = fields.to_string();
    let open = fields.strip_suffix('}').unwrap_or(&fields);
    Ok(format!("{open},\"actor\":{},\"payload\":{}}}", raw(&event.actor)?, raw(&event.payload)?))
}
