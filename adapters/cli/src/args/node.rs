//! The arguments of `node`, and of reading where nodes are.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// `node`
#[derive(Debug, ClapArgs)]
pub struct NodeArgs {
    /// How often the elected node does what the passage of time asks for.
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: u64,
    /// How long the lease of the elected node lasts without being renewed: so long nobody does its
    /// work when it is gone.
    #[arg(long, value_name = "SECONDS", default_value_t = 15,
        value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub lease: u64,
    /// Write a line of JSON with position, lag, digest and scheduler to this file whenever they
    /// change; `-` is standard output. The digest is computed over the whole memory each time.
    #[arg(long, value_name = "FILE")]
    pub status: Option<PathBuf>,
    /// Write what the node measures to this file every 5 seconds, as text for Prometheus (its node
    /// exporter collects `*.prom` of a folder).
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
}

/// What a reader has seen elsewhere, and must find here too.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub struct AtLeast {
    /// Answer only once this position of the log is known here; else say where the log is.
    #[arg(long, value_name = "POSITION")]
    pub min_position: Option<u64>,
    /// How long to wait for it.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0, requires = "min_position")]
    pub wait: u64,
}
