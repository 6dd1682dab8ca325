use std::path::Path;
use std::process::ExitCode;

use citygate_engine::Kept;
use citygate_store::{
    EventStore as _, Finding, ServerCondition, ServerFacts, conditions, findings, format_instant,
    short_of_room,
};

use crate::failure::Failure;
use crate::output::{print, say};
use crate::place::{self, Place};
use crate::session::{Session, Setting};
use crate::sources::sources;
use crate::verbs::verify;

/// Says how the ledger is.
pub async fn run(path: &Path, setting: Setting) -> Result<ExitCode, Failure> {
    let lang = setting.lang;
    // First what the servers tell: when none of them opens, that is what is wanted.
    let mut complaints = match place::database(path) {
        None => false,
        Some(options) => {
            let servers = conditions(&options?, &sources(setting.told).now).await;
            for (name, value) in servers.iter().flat_map(server_lines) {
                print(format_args!("{name:<20} {value}"))?;
            }
            let found = findings(&servers);
            for one in &found {
                say(lang.finding(one));
            }
            !found.is_empty()
        }
    };
    let session = Session::on_file(path, setting, false).await?;
    let head = session.engine.store().head().await?;
    let (mut lines, short) = place_lines(path, &session).await?;
    if let Some(short) = short {
        say(lang.finding(&short));
        complaints = true;
    }
    lines.extend([
        ("position", head.position.to_string()),
        ("epoch", head.epoch.to_string()),
        ("recorded_at", head.recorded_at.map_or_else(|| "-".to_owned(), format_instant)),
    ]);
    let mut unprotected = None;
    if let Some(place) = &session.place {
        place.check_file().await?;
        unprotected = verify::unprotected(place, lang).await?;
        let triggers = if unprotected.is_some() { "missing" } else { "ok" };
        lines.push(("event_triggers", triggers.to_owned()));
        lines.push(("documents_at", place.documents_at().await?.to_string()));
    }
    // A snapshot that cannot be used is as good as none, and the next one takes its place.
    let (at, bytes) = match Kept::of(session.engine.store(), None).await {
        Some(kept) => (kept.position.to_string(), kept.size().to_string()),
        None => ("-".to_owned(), "-".to_owned()),
    };
    lines.extend([("snapshot_at", at), ("snapshot_bytes", bytes)]);
    {
        let world = session.engine.read().await;
        lines.push(("contracts", world.ledger.contracts().count().to_string()));
        if let Some(settings) = world.ledger.settings() {
            lines.push(("zone", settings.zone.clone()));
            lines.push(("gas_day_start_hour", settings.gas_day_start_hour.to_string()));
            lines.push(("clock", format!("{:?}", settings.clock).to_lowercase()));
            lines.push(("four_eyes", format!("{:?}", settings.four_eyes).to_lowercase()));
        }
    }
    for (name, value) in lines {
        print(format_args!("{name:<20} {value}"))?;
    }
    session.close_store().await?;
    if let Some(failure) = unprotected {
        return Err(failure);
    }
    if !complaints {
        print(lang.healthy())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the ledger lies, and what its database needs.
async fn place_lines(
    path: &Path,
    session: &Session,
) -> Result<(Vec<(&'static str, String)>, Option<Finding>), Failure> {
    let Some(Place::Database(store)) = &session.place else {
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        let lines = vec![("file", path.display().to_string()), ("bytes", size.to_string())];
        return Ok((lines, None));
    };
    let ahead = store.partitions_ahead().await?.unwrap_or_default();
    // Without user and password.
    let place = store.options().place().display().to_string();
    let lines = vec![
        ("database", place),
        ("server_version", store.server_version().await?),
        ("role", store.options().role.clone()),
        ("partitions_ahead", ahead.to_string()),
    ];
    Ok((lines, short_of_room(ahead)))
}

/// What a server tells, in the words of its own settings.
fn server_lines(server: &ServerCondition) -> Vec<(&'static str, String)> {
    let place = server.place.display();
    let facts = match &server.told {
        Ok(facts) => facts,
        Err(error) => return vec![("server", format!("{place} {}", error.code()))],
    };
    let ServerFacts { version, timeline, clock_ahead_ms, .. } = facts;
    let (role, of_role) = if facts.standby {
        let receives = match (facts.sees_all, facts.receives) {
            (false, _) => "-",
            (true, true) => "streaming",
            (true, false) => "not streaming",
        };
        ("standby", format!("{receives}, {} bytes to replay", facts.unreplayed_bytes))
    } else {
        let waits = format!("synchronous_standby_names '{}'", facts.synchronous_standby_names);
        ("primary", format!("{waits}, {} commits waiting", facts.commits_waiting))
    };
    let settings = [
        ("synchronous_commit", &facts.synchronous_commit),
        ("fsync", &facts.fsync),
        ("full_page_writes", &facts.full_page_writes),
        ("data_checksums", &facts.data_checksums),
        ("archive_mode", &facts.archive_mode),
    ];
    let settings = settings.map(|(name, value)| format!("{name} {value}")).join(", ");
    let mut lines = vec![
        ("server", format!("{place} {role} {version}, timeline {timeline}, {of_role}")),
        ("server_settings", settings),
        ("server_clock", format!("{clock_ahead_ms} ms ahead of this machine's")),
        ("database_bytes", facts.database_bytes.to_string()),
    ];
    for replica in &facts.replicas {
        let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let behind = replica.behind_bytes.map_or_else(|| "-".to_owned(), |it| it.to_string());
        let (state, sync_state) = (told(&replica.state), told(&replica.sync_state));
        let (name, address) = (&replica.name, told(&replica.address));
        let line = format!("{name} {address} {state} {sync_state}, {behind} bytes behind");
        lines.push(("standby", line));
    }
    lines
}
