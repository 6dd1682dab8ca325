//! `bench NAME… [--store sqlite|postgres|both] [--data DIR] [--rounds N]` prints CSV
//! `measure,ours,reference,reference_name,ratio`, medians of five runs; on standard error each
//! measure's own rate and whether it keeps its limit.

use std::path::{Path, PathBuf};
use std::time::Duration;

use citygate_store::EventStore;
use citygate_tests_system::bench::{
    Stopped, append_from_callers, append_in_bulk, at_least, bare_inserts, commands_from_callers,
    fill, hundredths, line, median, new_store, peers_at_their_best, percent, postgres_rows, rate,
    rebuild, replay, replicate, scan_payloads, thin, verdict,
};
use citygate_tests_system::ledger::{Ledger, demo_folder};

/// The program's own allocator: what is measured is the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EVENTS: u64 = 102_400;
const BULK: u64 = 165_600;
/// Copies of the demo's 24 contracts: about 150 000 rows of deliveries.
const COPIES: usize = 15;
/// Copies for growth: as many, and ten times as many.
const SMALL: usize = 2;
const REBUILT_PER_SECOND: u128 = 600_000;

const USAGE: &str = "usage: bench append|command|import|rebuild|growth… \
    [--store sqlite|postgres|both] [--data DIR] [--rounds N]";

struct Bench {
    runs: usize,
    sqlite: bool,
    postgres: bool,
    data: Option<PathBuf>,
}

fn main() -> Result<(), Stopped> {
    let rounds = std::env::var("CITYGATE_BENCH_RUNS").ok();
    let runs = rounds.map_or(Ok(5), |text| text.parse())?;
    let mut bench = Bench { runs, sqlite: true, postgres: true, data: None };
    let (mut names, mut words) = (Vec::new(), std::env::args().skip(1));
    while let Some(word) = words.next() {
        match word.as_str() {
            "--data" => bench.data = Some(words.next().ok_or(USAGE)?.into()),
            "--rounds" => bench.runs = words.next().ok_or(USAGE)?.parse()?,
            "--store" => {
                let store = words.next().ok_or(USAGE)?;
                (bench.sqlite, bench.postgres) = match store.as_str() {
                    "sqlite" => (true, false),
                    "postgres" => (false, true),
                    "both" => (true, true),
                    _ => return Err(USAGE.into()),
                };
            }
            "append" | "command" | "import" | "rebuild" | "growth" => names.push(word),
            _ => return Err(USAGE.into()),
        }
    }
    if names.is_empty() || bench.runs == 0 {
        return Err(USAGE.into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("measure,ours,reference,reference_name,ratio");
    for name in names {
        runtime.block_on(bench.measure(&name))?;
    }
    Ok(())
}

impl Bench {
    /// A measure by its name, on the stores that were asked for.
    async fn measure(&self, name: &str) -> Result<(), Stopped> {
        if self.sqlite {
            match name {
                "append" => self.append().await?,
                "command" => self.command().await?,
                "import" => self.import().await?,
                "rebuild" => self.rebuild().await?,
                "growth" => self.growth().await?,
                _ => {}
            }
        }
        if self.postgres {
            let folder = tempfile::tempdir()?;
            let data = self.facts(folder.path())?;
            match name {
                "append" => postgres_rows::append(self.runs, EVENTS).await?,
                "command" => postgres_rows::command(self.runs, &data).await?,
                "import" => postgres_rows::import(self.runs, &data).await?,
                "rebuild" => postgres_rows::rebuild(self.runs, &data).await?,
                _ => {}
            }
        }
        Ok(())
    }

    async fn append(&self) -> Result<(), Stopped> {
        let [mut callers, mut callers_bare, mut bulk, mut bulk_bare, mut replays, mut scans] =
            [const { Vec::<Duration>::new() }; 6];
        for _ in 0..self.runs {
            let folder = tempfile::tempdir()?;
            let (path, bare) = (folder.path().join("a.db"), folder.path().join("b.db"));
            let store = new_store(&path).await?;
            callers.push(append_from_callers(store.clone(), 1024, EVENTS).await?);
            callers_bare.push(bare_inserts(&*store, &bare).await?);
            store.close().await?;
            let (path, bare) = (folder.path().join("c.db"), folder.path().join("d.db"));
            let store = new_store(&path).await?;
            bulk.push(append_in_bulk(store.clone(), BULK, 2000).await?);
            bulk_bare.push(bare_inserts(&*store, &bare).await?);
            replays.push(replay(&*store).await?.1);
            scans.push(scan_payloads(&path).await?);
            store.close().await?;
        }
        let name = "bare json_each inserts";
        let (ours, bare) = (median(callers), median(callers_bare));
        println!("{}", line("append sqlite 1024", EVENTS, ours, (name, bare)));
        at_least("append sqlite 1024", EVENTS, ours, bare, 40);
        println!("{}", line("append sqlite bulk", BULK, median(bulk), (name, median(bulk_bare))));
        let scan = ("scanning payloads", median(scans));
        println!("{}", line("replay sqlite", BULK, median(replays), scan));
        Ok(())
    }

    async fn command(&self) -> Result<(), Stopped> {
        let folder = tempfile::tempdir()?;
        let data = self.facts(folder.path())?;
        let (mut ours, mut best, mut events) = (Vec::new(), Vec::new(), 0);
        for _ in 0..self.runs {
            let run = tempfile::tempdir()?;
            let ledger = Ledger::open(&run.path().join("a.db")).await?;
            let (recorded, time) =
                commands_from_callers(ledger.engine.clone(), &data, 1024).await?;
            ledger.close().await?;
            events = recorded;
            ours.push(time);
            let file = |callers| run.path().join(format!("{callers}.db"));
            let url = |callers| format!("sqlite:{}", file(callers).display());
            best.push(peers_at_their_best(events, url).await?);
        }
        let peer = ("sqlite-es at its best", median(best));
        println!("{}", line("command sqlite", events, median(ours), peer));
        Ok(())
    }

    async fn import(&self) -> Result<(), Stopped> {
        let folder = tempfile::tempdir()?;
        let data = self.facts(folder.path())?;
        let (mut ours, mut bare, mut events) = (Vec::new(), Vec::new(), 0);
        for _ in 0..self.runs {
            let run = tempfile::tempdir()?;
            // The reference inserts what the import recorded, so months stay open here.
            let whole = fill(&data, &run.path().join("a.db"), None).await?;
            ours.push(whole.import);
            bare.push(bare_inserts(&*whole.ledger.store, &run.path().join("b.db")).await?);
            events = whole.events;
            whole.ledger.close().await?;
        }
        let (ours, bare) = (median(ours), median(bare));
        println!("{}", line("import sqlite", events, ours, ("bare json_each inserts", bare)));
        at_least("import sqlite", events, ours, bare, 35);
        Ok(())
    }

    async fn rebuild(&self) -> Result<(), Stopped> {
        let folder = tempfile::tempdir()?;
        let data = self.facts(folder.path())?;
        let path = folder.path().join("a.db");
        let whole = fill(&data, &path, Some("2025-12")).await?;
        let (mut ours, mut scans) = (Vec::new(), Vec::new());
        for _ in 0..self.runs {
            ours.push(rebuild(&whole.ledger).await?);
            scans.push(scan_payloads(&path).await?);
        }
        let events = whole.events;
        whole.ledger.close().await?;
        let (ours, scan) = (median(ours), median(scans));
        println!("{}", line("rebuild sqlite", events, ours, ("scanning payloads", scan)));
        at_least("rebuild sqlite", events, ours, scan, 20);
        let rate = rate(events, ours);
        let met = verdict(rate >= REBUILT_PER_SECOND);
        eprintln!("rebuild sqlite: {rate} events/s, at least {REBUILT_PER_SECOND}: {met}");
        Ok(())
    }

    /// Ten times the contracts: import, close and rebuild together.
    async fn growth(&self) -> Result<(), Stopped> {
        let folder = tempfile::tempdir()?;
        let (one, ten) = (folder.path().join("one"), folder.path().join("ten"));
        match &self.data {
            Some(data) => {
                thin(data, &one, 10)?;
                replicate(data, &ten, 1)?;
            }
            None => {
                replicate(&demo_folder(), &one, SMALL)?;
                replicate(&demo_folder(), &ten, SMALL * 10)?;
            }
        }
        let (mut small, mut large, mut events) = (Vec::new(), Vec::new(), (0, 0));
        eprintln!("growth: events, import, close, rebuild");
        for _ in 0..self.runs {
            for (data, times, events) in
                [(&one, &mut small, &mut events.0), (&ten, &mut large, &mut events.1)]
            {
                let run = tempfile::tempdir()?;
                let whole = fill(data, &run.path().join("a.db"), Some("2025-12")).await?;
                let (import, close) = (whole.import, whole.close);
                let anew = rebuild(&whole.ledger).await?;
                times.push(import + close + anew);
                *events = whole.events;
                let [import, close, anew] = [import, close, anew].map(|time| time.as_millis());
                eprintln!("growth: {events}, {import} ms, {close} ms, {anew} ms");
                whole.ledger.close().await?;
            }
        }
        let (small, large) = (median(small), median(large));
        let ratio = percent(large, small);
        let (ours, reference) = (large.as_millis(), small.as_millis());
        println!("growth,{ours} ms,{reference} ms,a tenth of the contracts,{}", hundredths(ratio));
        let met = verdict(ratio <= 1_200);
        let (few, many) = events;
        eprintln!(
            "growth: {many} events at {}/s beside {few} events at {}/s, at most 12 times: {met}",
            rate(many, large),
            rate(few, small),
        );
        Ok(())
    }

    /// The folder that was asked for, or the demo's contracts many times.
    fn facts(&self, folder: &Path) -> Result<PathBuf, Stopped> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let data = folder.join("facts");
        replicate(&demo_folder(), &data, COPIES)?;
        Ok(data)
    }
}
