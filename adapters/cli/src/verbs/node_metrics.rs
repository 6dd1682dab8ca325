//! What a node measures, as the text that Prometheus reads: a file that its node exporter collects.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use citygate_engine::Node;
use metrics::{Unit, describe_gauge, gauge, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use crate::failure::Failure;

/// How often it is measured.
const EVERY: Duration = Duration::from_secs(5);

/// The measures, each with what it says. Positions are far below the 2⁵³ up to which they are exact.
const MEASURES: [(&str, &str); 7] = [
    ("citygate_log_reachable", "1 while the log can be read, else 0"),
    ("citygate_log_position", "position of the last event of the log"),
    ("citygate_log_epoch", "epoch of the log: raised by every promotion and restore"),
    ("citygate_node_position", "position up to which this node answers"),
    ("citygate_node_lag", "events of the log that this node has not taken in"),
    ("citygate_node_elected", "1 while the log says that this node is the scheduler, else 0"),
    ("citygate_partitions_ahead", "partitions beyond the log's last position; below 3 run migrate"),
];

/// Where the measures go.
pub struct Metrics {
    file: PathBuf,
    node: Node,
    recorder: PrometheusRecorder,
}

impl Metrics {
    /// Measures of a node, into a file that is replaced whole each time.
    pub fn to(file: &Path, node: &Node) -> Self {
        let builder = PrometheusBuilder::new().add_global_label("node", node.name.to_string());
        let recorder = builder.build_recorder();
        with_local_recorder(&recorder, || {
            for (name, says) in MEASURES {
                describe_gauge!(name, Unit::Count, says);
            }
        });
        Self { file: file.to_owned(), node: node.clone(), recorder }
    }

    /// Measures until the file cannot be written.
    pub async fn run(&self) -> Failure {
        loop {
            if let Err(failure) = self.write().await {
                return failure;
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn write(&self) -> Result<(), Failure> {
        let store = self.node.engine.store();
        let ahead = store.partitions_ahead().await;
        let (position, elected) = {
            let world = self.node.engine.read().await;
            let elected = world.ledger.scheduler().is_some_and(|it| it.node == self.node.name);
            (world.position.number(), elected)
        };
        // After the node's own, which it is never behind.
        let head = store.head().await;
        with_local_recorder(&self.recorder, || {
            set("citygate_log_reachable", u64::from(head.is_ok()));
            set("citygate_node_position", position);
            set("citygate_node_elected", u64::from(elected));
            if let Ok(head) = &head {
                set("citygate_log_position", head.position);
                set("citygate_log_epoch", head.epoch);
                set("citygate_node_lag", head.position.saturating_sub(position));
            }
            if let Ok(Some(ahead)) = ahead {
                set("citygate_partitions_ahead", ahead.try_into().unwrap_or(0));
            }
        });
        // Whoever reads it sees the old text or the new one.
        let beside = self.file.with_extension("part");
        let named = |error| Failure::world(&self.file.display().to_string(), &error);
        fs::write(&beside, self.recorder.handle().render()).map_err(named)?;
        fs::rename(&beside, &self.file).map_err(named)
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers below 2⁵³ are exact")]
fn set(name: &'static str, value: u64) {
    gauge!(name).set(value as f64);
}
