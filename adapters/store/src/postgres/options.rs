//! How a ledger in a database is reached.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use super::nodes::Node;
use crate::StoreError;

/// How a ledger in PostgreSQL is opened.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    connect: PgConnectOptions,
    /// The role whose rights every connection takes on, whoever logs in: it appends, and cannot
    /// change or delete an event. `migrate` makes it when it is missing.
    pub role: String,
    /// How long to wait for another node that is writing.
    pub lock_wait: Duration,
    /// How long a transaction may take before it is given up: one that was being committed then
    /// has an unknown outcome.
    pub deadline: Duration,
    /// How many readers may read at the same time.
    pub readers: u32,
    /// Whether the digests of the newest events are checked. `verify`, which checks them all and
    /// names the first bad position, does without.
    pub check_tail: bool,
    /// Positions of a partition; counts when the ledger is made.
    pub partition_size: u32,
    /// Who writes. Without it every form of event may be written.
    pub node: Option<Node>,
}

impl PostgresOptions {
    /// A database by its address, `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…`; what is
    /// left out comes from the variables `PGHOST`, `PGUSER`, … and the password file.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the text is no such address.
    pub fn from_url(url: &str) -> Result<Self, StoreError> {
        let parsed = PgConnectOptions::from_str(url);
        let connect = parsed.map_err(|error| StoreError::failed("reading the address", error))?;
        Ok(Self {
            connect: connect.application_name("citygate"),
            role: "citygate_app".to_owned(),
            lock_wait: Duration::from_secs(5),
            deadline: Duration::from_secs(30),
            readers: 4,
            check_tail: true,
            partition_size: 5_000_000,
            node: None,
        })
    }

    /// The database, without user and password.
    #[must_use]
    pub fn place(&self) -> PathBuf {
        let database = self.connect.get_database().unwrap_or(self.connect.get_username());
        let host = self.connect.get_host();
        format!("postgres://{host}:{port}/{database}", port = self.connect.get_port()).into()
    }

    /// A connection with the rights of whoever logs in: for making and changing tables.
    pub(super) fn owner(&self) -> PgConnectOptions {
        self.connect.clone().options([("search_path", "citygate")])
    }

    /// A connection that appends. The server ends a transaction of a node that was paused in the
    /// middle of it, so that the others need not wait for its return.
    pub(super) fn writer(&self) -> PgConnectOptions {
        let milliseconds = |time: Duration| format!("{}ms", time.as_millis());
        let deadline = milliseconds(self.deadline);
        self.owner().options([
            ("role", self.role.as_str()),
            ("lock_timeout", &milliseconds(self.lock_wait)),
            ("idle_in_transaction_session_timeout", &deadline),
        ])
    }

    /// A connection that cannot write.
    pub(super) fn reader(&self) -> PgConnectOptions {
        let read_only = [("role", self.role.as_str()), ("default_transaction_read_only", "on")];
        self.owner().options(read_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_ledger_shows_no_password() {
        let options = PostgresOptions::from_url("postgres://p1:secret@db.example:6543/gas");
        let place = options.unwrap().place();
        assert_eq!(place.to_string_lossy(), "postgres://db.example:6543/gas");
        let refused = PostgresOptions::from_url("postgres://db.example:port/gas").unwrap_err();
        assert_eq!(refused.code(), "store_failed");
    }
}
