//! Two PostgreSQL servers, one of which follows the other, and what can happen to them.
//!
//! Each waits with its commits for the other (`synchronous_standby_names`), whichever is the
//! primary: so nothing is acknowledged that lies on one of them only.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use citygate_store::PostgresOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::Stopped;

/// What both servers are told.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 100
shared_buffers = 32MB
dynamic_shared_memory_type = mmap
max_wal_size = 1GB
wal_keep_size = 256MB
synchronous_commit = on
synchronous_standby_names = 'one,two'
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
";

/// Two servers; both end, and their files go away, with this or with the process.
pub struct Pair {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<&'static str>,
    servers: [Server; 2],
}

struct Server {
    name: &'static str,
    port: u16,
    running: Option<Child>,
}

impl Pair {
    /// Starts a primary, number 0, and its standby, number 1, with a database `gas`.
    ///
    /// # Errors
    /// PostgreSQL missing or not starting, with the reason.
    pub async fn start() -> Result<Self, Stopped> {
        let programs = programs()?;
        let root = std::fs::metadata("/proc/self").map(|it| owner(&it) == 0).unwrap_or(false);
        let user = root.then_some("postgres");
        // In memory where there is room, as the other servers of the tests.
        let shared = Path::new("/dev/shm");
        let base = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("citygate-pair.").tempdir_in(base)?.keep();
        let server = |name| Ok::<_, Stopped>(Server { name, port: free_port()?, running: None });
        let servers = [server("one")?, server("two")?];
        let mut pair = Self { folder, programs, user, servers };
        if let Some(user) = pair.user {
            let chown = Command::new("chown").arg(user).arg(&pair.folder).status()?;
            assert!(chown.success(), "the folder is given to {user}");
        }
        let data = pair.data(0);
        let mut make = pair.program("initdb");
        make.arg("-D").arg(&data).args(["-U", "citygate", "-A", "trust", "-E", "UTF8"]);
        run(make.args(["--locale=C", "--no-sync", "-k"]))?;
        let settings = data.join("postgresql.auto.conf");
        std::fs::write(&settings, SETTINGS)?;
        pair.run_server(0).await?;
        pair.follow(1, 0).await?;
        pair.attached(0).await?;
        pair.execute(0, "CREATE DATABASE gas").await?;
        Ok(pair)
    }

    /// Address of the ledger, with both servers.
    #[must_use]
    pub fn url(&self) -> String {
        let [one, two] = [self.servers[0].port, self.servers[1].port];
        let servers = format!("postgres://citygate@127.0.0.1:{one},127.0.0.1:{two}/gas");
        format!("{servers}?target_session_attrs=read-write")
    }

    /// Address of the ledger on one of the servers.
    #[must_use]
    pub fn url_of(&self, number: usize) -> String {
        format!("postgres://citygate@127.0.0.1:{}/gas", self.servers[number].port)
    }

    /// How the ledger is opened on whichever server is the primary.
    ///
    /// # Errors
    /// Never: the address is one.
    pub fn options(&self) -> Result<PostgresOptions, Stopped> {
        Ok(PostgresOptions::from_url(&self.url())?)
    }

    /// `kill -9` of a whole server: the postmaster and every process that it has started.
    ///
    /// # Errors
    /// The machine failing.
    pub fn kill(&mut self, number: usize) -> Result<(), Stopped> {
        let Some(mut running) = self.servers[number].running.take() else { return Ok(()) };
        let mut processes = vec![running.id().to_string()];
        processes.extend(children(running.id())?);
        // Some may have ended by themselves.
        Command::new("kill").arg("-9").args(&processes).stderr(Stdio::null()).status()?;
        running.wait()?;
        Ok(())
    }

    /// Starts a server again as it is: a primary as a primary, a standby as a standby.
    ///
    /// # Errors
    /// The server not starting, with its log.
    pub async fn run_server(&mut self, number: usize) -> Result<(), Stopped> {
        let (data, log) = (self.data(number), self.folder.join(self.servers[number].name));
        let log = std::fs::File::options().create(true).append(true).open(log)?;
        let port = self.servers[number].port.to_string();
        let sockets = self.folder.to_string_lossy().into_owned();
        let mut server = self.program("postgres");
        server.arg("-D").arg(data).args(["-p", &port, "-k", &sockets]);
        let running = server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        self.servers[number].running = Some(running);
        for _ in 0..600 {
            if self.connect(number, "postgres").await.is_ok() {
                return Ok(());
            }
            let ended = self.servers[number].running.as_mut().map(Child::try_wait);
            if matches!(ended, Some(Ok(Some(_)))) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = std::fs::read_to_string(self.folder.join(self.servers[number].name))?;
        Err(format!("server {number} does not start:\n{log}").into())
    }

    /// Makes a standby the primary.
    ///
    /// # Errors
    /// The server not becoming one.
    pub fn promote(&self, number: usize) -> Result<(), Stopped> {
        let mut promote = self.program("pg_ctl");
        run(promote.args(["promote", "-w", "-t", "60", "-D"]).arg(self.data(number)))
    }

    /// Makes a server that is down, or never was, a standby of the other, from a fresh copy.
    ///
    /// # Errors
    /// The copy failing.
    pub async fn follow(&mut self, number: usize, primary: usize) -> Result<(), Stopped> {
        let data = self.data(number);
        self.forget_shared_memory(&data);
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let from = format!(
            "host=127.0.0.1 port={} user=citygate application_name={}",
            self.servers[primary].port, self.servers[number].name
        );
        let mut copy = self.program("pg_basebackup");
        run(copy.arg("-D").arg(&data).args(["-d", &from, "-R", "-c", "fast", "--no-sync"]))?;
        self.run_server(number).await
    }

    /// Waits until the primary's commits are answered by its standby.
    ///
    /// # Errors
    /// No standby being there within a minute.
    pub async fn attached(&self, primary: usize) -> Result<(), Stopped> {
        let attached = "SELECT count(*) FROM pg_stat_replication \
            WHERE sync_state = 'sync' AND state = 'streaming'";
        for _ in 0..1_200 {
            let mut connection = self.connect(primary, "postgres").await?;
            let count = sqlx::query_scalar::<_, i64>(attached).fetch_one(&mut connection).await?;
            if count == 1 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("server {primary} has no standby").into())
    }

    /// A connection with every right.
    ///
    /// # Errors
    /// The server not answering.
    pub async fn connect(&self, number: usize, database: &str) -> Result<PgConnection, Stopped> {
        let port = self.servers[number].port;
        let url = format!("postgres://citygate@127.0.0.1:{port}/{database}");
        Ok(PgConnection::connect(&url).await?)
    }

    /// Runs SQL in the database `postgres` of a server, with every right.
    ///
    /// # Errors
    /// The server refusing it.
    pub async fn execute(&self, number: usize, sql: &str) -> Result<(), Stopped> {
        let mut connection = self.connect(number, "postgres").await?;
        connection.execute(AssertSqlSafe(sql.to_owned())).await?;
        Ok(())
    }

    fn data(&self, number: usize) -> PathBuf {
        self.folder.join(format!("data-{}", self.servers[number].name))
    }

    /// One of PostgreSQL's programs as the user that it wants; it ends with this process.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new("setpriv");
        if let Some(user) = self.user {
            let (user, group) = (format!("--reuid={user}"), format!("--regid={user}"));
            command.args([user, group, "--clear-groups".to_owned()]);
        }
        command.args(["--pdeathsig", "QUIT"]).arg(self.programs.join(name)).current_dir("/");
        command
    }

    /// A server that was killed leaves a few bytes of shared memory behind, which the next start on
    /// the same files would clean up. These files go.
    fn forget_shared_memory(&self, data: &Path) {
        let pid = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        let segment = pid.lines().nth(6).and_then(|line| line.split_whitespace().nth(1));
        if let Some(segment) = segment {
            let forget = Command::new("ipcrm").args(["-m", segment]).stderr(Stdio::null()).status();
            // It may be gone already.
            let _ = forget;
        }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for server in &mut self.servers {
            if let Some(mut running) = server.running.take() {
                let quit = Command::new("kill").args(["-QUIT", &running.id().to_string()]).status();
                let _ = quit.and_then(|_| running.wait());
            }
        }
        for number in 0..2 {
            self.forget_shared_memory(&self.data(number));
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn owner(of: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    of.uid()
}

/// The newest installed version from 15 on.
fn programs() -> Result<PathBuf, Stopped> {
    let missing = "no PostgreSQL 15 or newer found; on Debian: apt-get install postgresql";
    let versions = std::fs::read_dir("/usr/lib/postgresql").map_err(|_| missing)?;
    let number = |entry: std::fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let newest = versions.filter_map(Result::ok).filter_map(number).max();
    let newest = newest.filter(|version| *version >= 15).ok_or(missing)?;
    Ok(Path::new("/usr/lib/postgresql").join(newest.to_string()).join("bin"))
}

fn free_port() -> Result<u16, Stopped> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn run(command: &mut Command) -> Result<(), Stopped> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{command:?}: {said}").into())
}

/// The processes that a process has started.
fn children(of: u32) -> Result<Vec<String>, Stopped> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")?.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // Behind the name in brackets: the state, then the parent.
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1));
        if parent == Some(&of.to_string()) {
            found.push(name);
        }
    }
    Ok(found)
}
