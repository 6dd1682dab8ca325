//! `bench NAME…` prints CSV `measure,ours,reference,reference_name,ratio`, medians of several runs.

use std::time::Duration;

use citygate_store::EventStore;
use citygate_tests_system::bench::{
    Stopped, append_from_callers, append_in_bulk, bare_inserts, line, median, new_store, replay,
    scan_payloads,
};

const EVENTS: u64 = 102_400;
const BULK: u64 = 165_600;

fn main() -> Result<(), Stopped> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let names = if names.is_empty() { vec!["append".to_owned()] } else { names };
    let runs = std::env::var("CITYGATE_BENCH_RUNS").ok().and_then(|text| text.parse().ok());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("measure,ours,reference,reference_name,ratio");
    for name in names {
        match name.as_str() {
            "append" => runtime.block_on(append(runs.unwrap_or(5)))?,
            other => return Err(format!("unknown measure {other}; known: append").into()),
        }
    }
    Ok(())
}

async fn append(runs: usize) -> Result<(), Stopped> {
    let [mut callers, mut callers_bare, mut bulk, mut bulk_bare, mut replays, mut scans] =
        [const { Vec::<Duration>::new() }; 6];
    for _ in 0..runs {
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
    let bare = (name, median(callers_bare));
    println!("{}", line("append sqlite 1024", EVENTS, median(callers), bare));
    println!("{}", line("append sqlite bulk", BULK, median(bulk), (name, median(bulk_bare))));
    let scan = ("scanning payloads", median(scans));
    println!("{}", line("replay sqlite", BULK, median(replays), scan));
    Ok(())
}
