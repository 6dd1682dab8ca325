//! Recording: processes that append and read, and somebody who writes down when and what.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use citygate_store::conformance::{event, keyed, request};
use citygate_store::{
    AppendRequest, EventStore, Expectation, Outcome, PostgresOptions, PostgresStore, SqliteStore,
    StoreError, verify,
};
use serde_json::{Value, json};

use super::{Answered, Call, Ended, What};
use crate::crash::Random;
use crate::ledger::Stopped;
use crate::sample::still_clock;

/// Streams that the callers contend for.
const STREAMS: u64 = 4;

/// Opens a ledger by its address, or by the path of its file.
async fn open(place: &str) -> Result<Arc<dyn EventStore>, StoreError> {
    Ok(if place.starts_with("postgres://") {
        let options = PostgresOptions::from_url(place)?;
        Arc::new(PostgresStore::open(options, still_clock()).await?)
    } else {
        Arc::new(SqliteStore::open(place, still_clock()).await?)
    })
}

/// The process that calls the log: does what each line of standard input asks for, and answers with a
/// line.
///
/// # Errors
/// The log failing in a way that leaves nothing open.
pub async fn answer_calls(place: &str) -> Result<(), Stopped> {
    let store = open(place).await?;
    let mut line = String::new();
    loop {
        line.clear();
        if std::io::stdin().lock().read_line(&mut line)? == 0 {
            return Ok(store.close().await?);
        }
        let asked: Value = serde_json::from_str(&line)?;
        let answer = match asked["key"].as_str() {
            Some(key) => append(&store, key, &asked).await?,
            None => json!(payloads(&store).await?),
        };
        writeln!(std::io::stdout().lock(), "{answer}")?;
    }
}

async fn append(
    store: &Arc<dyn EventStore>,
    key: &str,
    asked: &Value,
) -> Result<Value, StoreError> {
    let (stream, expected) = (asked["stream"].as_str().unwrap_or_default(), &asked["expected"]);
    let request = wanted(key, stream, expected.as_u64().unwrap_or_default());
    let outcome = store.append(vec![request]).await.map(|mut outcomes| outcomes.pop());
    Ok(match outcome {
        Ok(Some(Outcome::Committed(done))) => json!([done.first_position, done.last_position]),
        Ok(Some(Outcome::Repeated(done))) => json!([done.first_position, done.last_position]),
        Ok(Some(Outcome::Conflict(found))) => {
            json!({ "actual": found.first().map(|it| it.actual) })
        }
        Ok(other) => json!({ "other": format!("{other:?}") }),
        Err(StoreError::Unknown(_) | StoreError::Busy) => Value::Null,
        Err(error) => return Err(error),
    })
}

/// Two events: one in the stream whose version is expected, one in a stream of all.
fn wanted(key: &str, stream: &str, expected: u64) -> AppendRequest {
    let mut events = vec![event(stream, 0), event("all", 0)];
    for (event, payload) in events.iter_mut().zip(texts(key)) {
        event.payload = payload;
    }
    keyed(request(&[(stream, Expectation::Exact(expected))], events), key, 1)
}

/// The payloads of a key; no other key has them.
fn texts(key: &str) -> Vec<String> {
    (0..2).map(|place| format!("{{\"key\":\"{key}\",\"place\":{place}}}")).collect()
}

async fn payloads(store: &Arc<dyn EventStore>) -> Result<Vec<String>, StoreError> {
    let events = store.read_all(0, 100_000).await?;
    Ok(events.into_iter().map(|event| event.payload).collect())
}

/// A process that answers calls.
struct Process {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    fn start(program: &Path, place: &str) -> Result<Self, Stopped> {
        let mut command = Command::new(program);
        command.args(["calls", place]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let asks = child.stdin.take().ok_or("no input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Self { child, asks, answers })
    }

    fn ask(&mut self, asked: &Value) -> Result<(), Stopped> {
        Ok(writeln!(self.asks, "{asked}")?)
    }

    fn answer(&mut self) -> Result<Value, Stopped> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }

    fn kill(mut self) -> Result<(), Stopped> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn end(self) -> Result<(), Stopped> {
        let Self { mut child, asks, .. } = self;
        drop(asks);
        let ended = child.wait()?;
        if ended.success() { Ok(()) } else { Err(format!("a caller ended with {ended}").into()) }
    }
}

/// Lets callers, each a process of its own, call a log at once, and gives what they did. Some are
/// killed in the middle of a call, which then has an unknown outcome and is asked again under the
/// same key by a new process; some ask again what was answered.
///
/// # Errors
/// The processes or the log failing.
#[expect(clippy::disallowed_methods, reason = "moments of a history are not a rule's")]
pub fn record(program: &Path, place: &str, callers: u64, each: u64) -> Result<Vec<Call>, Stopped> {
    let began = Instant::now();
    let calls: Vec<Result<Vec<Call>, Stopped>> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..callers)
            .map(|caller| {
                scope.spawn(move || {
                    let (random, calls) = (Random(0x9e37_79b9 + caller), Vec::new());
                    let process = Process::start(program, place)?;
                    Caller { program, place, caller, began, random, calls, process }.call(each)
                })
            })
            .collect();
        let ended = started.into_iter().map(|caller| caller.join());
        ended.map(|calls| calls.unwrap_or_else(|_| Err("a caller panicked".into()))).collect()
    });
    let mut all = Vec::new();
    for calls in calls {
        all.extend(calls?);
    }
    Ok(all)
}

struct Caller<'a> {
    program: &'a Path,
    place: &'a str,
    caller: u64,
    began: Instant,
    random: Random,
    calls: Vec<Call>,
    process: Process,
}

impl Caller<'_> {
    fn call(mut self, each: u64) -> Result<Vec<Call>, Stopped> {
        let mut versions = vec![0; usize::try_from(STREAMS)?];
        let mut done: Vec<Value> = Vec::new();
        for number in 0..each {
            let at = usize::try_from(self.random.below(STREAMS))?;
            let key = format!("{}-{number}", self.caller);
            let asked = json!({ "key": key, "stream": format!("s{at}"), "expected": versions[at] });
            match self.random.below(20) {
                0..3 => self.read()?,
                3 => {
                    self.ask_and_be_killed(&asked)?;
                    self.append(&asked)?;
                }
                4 => {
                    if let Some(before) = done.last().cloned() {
                        self.append(&before)?;
                    }
                }
                _ => match self.append(&asked)? {
                    Answered::Committed { .. } => {
                        versions[at] += 1;
                        done.push(asked);
                    }
                    Answered::Conflict { actual } => versions[at] = actual,
                    Answered::Unknown => {}
                },
            }
        }
        self.process.end()?;
        Ok(self.calls)
    }

    fn append(&mut self, asked: &Value) -> Result<Answered, Stopped> {
        let began = self.began.elapsed();
        self.process.ask(asked)?;
        let answer = self.process.answer()?;
        let answer = match (&answer[0], &answer[1], &answer["actual"]) {
            (Value::Number(first), Value::Number(last), _) => Answered::Committed {
                first: first.as_u64().unwrap_or(0),
                last: last.as_u64().unwrap_or(0),
            },
            (_, _, Value::Number(actual)) => {
                Answered::Conflict { actual: actual.as_u64().unwrap_or(0) }
            }
            _ if answer.is_null() => Answered::Unknown,
            _ => return Err(format!("{asked} was answered {answer}").into()),
        };
        self.write_down(began, asked, answer.clone())?;
        Ok(answer)
    }

    fn ask_and_be_killed(&mut self, asked: &Value) -> Result<(), Stopped> {
        let began = self.began.elapsed();
        self.process.ask(asked)?;
        std::thread::sleep(std::time::Duration::from_micros(self.random.below(4_000)));
        let next = Process::start(self.program, self.place)?;
        std::mem::replace(&mut self.process, next).kill()?;
        self.write_down(began, asked, Answered::Unknown)
    }

    fn read(&mut self) -> Result<(), Stopped> {
        let began = self.began.elapsed();
        self.process.ask(&json!({}))?;
        let payloads = serde_json::from_value(self.process.answer()?)?;
        self.note(began, What::Read { payloads })
    }

    fn write_down(
        &mut self,
        began: std::time::Duration,
        asked: &Value,
        answer: Answered,
    ) -> Result<(), Stopped> {
        let text = |field: &str| asked[field].as_str().unwrap_or_default().to_owned();
        let key = text("key");
        let payloads = texts(&key);
        let expected = (text("stream"), asked["expected"].as_u64().unwrap_or(0));
        self.note(began, What::Append { key, expected, payloads, answer })
    }

    fn note(&mut self, began: std::time::Duration, what: What) -> Result<(), Stopped> {
        let began = u64::try_from(began.as_micros())?;
        let returned = u64::try_from(self.began.elapsed().as_micros())?;
        self.calls.push(Call { caller: self.caller, began, returned, what });
        Ok(())
    }
}

/// What a log and its keys are when everybody has ended.
///
/// # Errors
/// The log failing.
pub async fn ended(place: &str, calls: &[Call]) -> Result<Ended, Stopped> {
    let store = open(place).await?;
    verify(&*store, None).await?;
    let log = store.read_all(0, 100_000).await?;
    let used = calls.iter().filter_map(|call| match &call.what {
        What::Append { key, .. } => Some(key.clone()),
        What::Read { .. } => None,
    });
    let used: Vec<String> = used.collect::<BTreeSet<_>>().into_iter().collect();
    let records = store.lookup_keys(&used).await?;
    store.close().await?;
    Ok(Ended { log, keys: used.into_iter().zip(records).collect() })
}
