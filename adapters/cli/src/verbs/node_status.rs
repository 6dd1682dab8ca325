//! What a node says of itself to programs: a line of JSON whenever something has changed.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use citygate_domain::customer::hex;
use citygate_domain::scheduler::SchedulerElected;
use citygate_engine::{Engine, Node};
use serde_json::json;

use crate::failure::Failure;

/// How often is looked whether something has changed.
const LOOK: Duration = Duration::from_millis(200);

/// Where the lines go, and what the last one said.
pub struct Status {
    out: Box<dyn Write + Send>,
    engine: Engine,
    node: String,
    /// What was seen at the last look, and whether its digest was told.
    seen: Option<(Seen, bool)>,
}

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    position: u64,
    head: u64,
    epoch: u64,
    scheduler: Option<SchedulerElected>,
}

impl Status {
    /// Lines to a file, behind what it holds; `-` is standard output.
    pub fn to(path: &Path, node: &Node) -> Result<Self, Failure> {
        let out: Box<dyn Write + Send> = if path.as_os_str() == "-" {
            Box::new(io::stdout())
        } else {
            let opened = OpenOptions::new().create(true).append(true).open(path);
            let named = |error| Failure::world(&path.display().to_string(), &error);
            Box::new(opened.map_err(named)?)
        };
        let (engine, node) = (node.engine.clone(), node.name.to_string());
        Ok(Self { out, engine, node, seen: None })
    }

    /// Says what changes, until a line cannot be written.
    pub async fn run(&mut self) -> Failure {
        loop {
            if let Err(failure) = self.look().await {
                return failure;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Says what has changed since, with the digest.
    pub async fn last(&mut self) -> Result<(), Failure> {
        self.look().await?;
        self.look().await
    }

    /// The digest is told when nothing has changed between two looks: it is computed over everything.
    async fn look(&mut self) -> Result<(), Failure> {
        // A log that cannot be reached is told by the node; here it has the position known last.
        let head = self.engine.store().head().await.map(|head| head.position);
        let world = self.engine.read().await;
        let position = world.position.number();
        let scheduler = world.ledger.scheduler().cloned();
        let head = head.unwrap_or(position);
        let seen = Seen { position, head, epoch: world.epoch, scheduler };
        let (settled, told) = match &self.seen {
            Some((before, told)) if *before == seen => (true, *told),
            Some(_) | None => (false, false),
        };
        if told {
            return Ok(());
        }
        let line = json!({
            "digest": settled.then(|| hex(&world.digest())),
            "epoch": seen.epoch,
            "head": head,
            "lag": head.saturating_sub(position),
            "node": self.node,
            "position": position,
            "scheduler": seen.scheduler,
        });
        drop(world);
        // In one piece: who reads the file sees whole lines.
        self.out.write_all(format!("{line}\n").as_bytes())?;
        self.out.flush()?;
        self.seen = Some((seen, settled));
        Ok(())
    }
}
