//! How a ledger in a database is reached.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use super::nodes::Node;
use crate::StoreError;

/// With which rights a connection is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    /// Those of whoever logs in: for making and changing tables, and for looking at the server.
    Owner,
    /// Those of the role that appends.
    Writer,
    /// The same, in transactions that cannot write.
    Reader,
}

/// How often the server looks whether whoever asked is still there.
const CHECKED_EVERY: &str = "5s";

/// How a ledger in PostgreSQL is opened.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// One of them is the primary.
    servers: Vec<PgConnectOptions>,
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
    /// Several servers stand with commas between them, `postgres://HOST:PORT,HOST:PORT/DATABASE`:
    /// the ledger is on the one that is not a standby, and is looked for again when that one fails.
    /// `target_session_attrs` may say so (`read-write` or `primary`); nothing else is offered.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the text is no such address.
    pub fn from_url(url: &str) -> Result<Self, StoreError> {
        let bad = |error| StoreError::failed("reading the address", error);
        let mut servers = Vec::new();
        for url in urls(url).map_err(bad)? {
            let connect = PgConnectOptions::from_str(&url)
                .map_err(|error| StoreError::failed("reading the address", error))?;
            servers.push(connect.application_name("citygate"));
        }
        Ok(Self {
            servers,
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
        let host = |one: &PgConnectOptions| format!("{}:{}", one.get_host(), one.get_port());
        let hosts: Vec<String> = self.servers.iter().map(host).collect();
        let database = self.servers.first().map_or("", database);
        format!("postgres://{}/{database}", hosts.join(",")).into()
    }

    /// One of its servers alone, as [`PostgresOptions::place`] tells it.
    pub(super) fn place_of(server: &PgConnectOptions) -> PathBuf {
        let (host, port) = (server.get_host(), server.get_port());
        format!("postgres://{host}:{port}/{}", database(server)).into()
    }

    /// The servers, in the order of the address; at least one.
    pub(super) fn servers(&self) -> &[PgConnectOptions] {
        &self.servers
    }

    /// How a server is reached with these rights. The server ends a transaction of a node that was
    /// paused in the middle of it, so that the others need not wait for its return.
    pub(super) fn rights(&self, server: &PgConnectOptions, rights: Rights) -> PgConnectOptions {
        let owner = server.clone();
        // A warning may say that a commit is not durable on the standby.
        let owner =
            owner.options([("search_path", "citygate"), ("client_min_messages", "warning")]);
        let milliseconds = |time: Duration| format!("{}ms", time.as_millis());
        match rights {
            Rights::Owner => owner,
            Rights::Writer => owner.options([
                ("role", self.role.as_str()),
                ("lock_timeout", &milliseconds(self.lock_wait)),
                ("idle_in_transaction_session_timeout", &milliseconds(self.deadline)),
                ("client_connection_check_interval", CHECKED_EVERY),
            ]),
            // What only reads is ended by the server too when nobody waits for it any more.
            Rights::Reader => owner.options([
                ("role", self.role.as_str()),
                ("default_transaction_read_only", "on"),
                ("lock_timeout", &milliseconds(self.lock_wait)),
                ("statement_timeout", &milliseconds(self.deadline)),
                ("idle_in_transaction_session_timeout", &milliseconds(self.deadline)),
                ("client_connection_check_interval", CHECKED_EVERY),
            ]),
        }
    }
}

fn database(server: &PgConnectOptions) -> &str {
    server.get_database().unwrap_or(server.get_username())
}

/// An address with several servers, as one address for each.
fn urls(url: &str) -> Result<Vec<String>, BadAddress> {
    let (scheme, rest) = url.split_once("://").ok_or(BadAddress::NoScheme)?;
    let (authority, path) = match rest.find(['/', '?', '#']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    let path = without_session_attributes(path)?;
    Ok(hosts.split(',').map(|host| format!("{scheme}://{user}{host}{path}")).collect())
}

/// The driver knows no `target_session_attrs`; here it can only ask for what is so anyway.
fn without_session_attributes(path: &str) -> Result<String, BadAddress> {
    let Some((path, query)) = path.split_once('?') else { return Ok(path.to_owned()) };
    let mut kept = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("target_session_attrs", "read-write" | "primary")) => {}
            Some(("target_session_attrs", other)) => {
                return Err(BadAddress::Attributes(other.to_owned()));
            }
            _ => kept.push(pair),
        }
    }
    let sign = if kept.is_empty() { "" } else { "?" };
    Ok(format!("{path}{sign}{}", kept.join("&")))
}

/// Why a text is no address of a ledger.
#[derive(Debug, thiserror::Error)]
enum BadAddress {
    #[error("it does not begin with postgres://")]
    NoScheme,
    #[error("target_session_attrs is {0}: a ledger is read and written on the primary only")]
    Attributes(String),
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

    #[test]
    fn an_address_may_name_several_servers_of_which_the_primary_is_taken() {
        let url =
            "postgres://p1:a@b@one:1,two:2/gas?target_session_attrs=read-write&sslmode=disable";
        let options = PostgresOptions::from_url(url).unwrap();
        assert_eq!(options.place().to_string_lossy(), "postgres://one:1,two:2/gas");
        let places = options.servers().iter().map(PostgresOptions::place_of);
        let places: Vec<String> = places.map(|it| it.to_string_lossy().into_owned()).collect();
        assert_eq!(places, ["postgres://one:1/gas", "postgres://two:2/gas"]);
        assert!(options.servers().iter().all(|server| server.get_username() == "p1"));
        for url in ["postgres://one/gas?target_session_attrs=any", "one/gas"] {
            let refused = PostgresOptions::from_url(url).unwrap_err();
            assert_eq!(refused.code(), "store_failed", "{url}");
        }
    }
}
