//! A wire between a program and a server that can be cut at the worst moment, or fall silent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Where the wire is cut, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Cut {
    /// Nowhere.
    Never = 0,
    /// A `COMMIT` does not arrive.
    BeforeCommit = 1,
    /// A `COMMIT` arrives; its answer does not.
    AfterCommit = 2,
}

/// A wire to a server.
pub struct Proxy {
    /// The port on which it listens.
    pub port: u16,
    cut: Arc<AtomicU8>,
    silent: Arc<AtomicBool>,
}

impl Proxy {
    /// Listens on a port of its own and passes everything on to `port`.
    ///
    /// # Panics
    /// When the machine gives no port.
    #[allow(clippy::expect_used, reason = "a test that cannot go on must fail")]
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own = listener.local_addr().expect("a bound port").port();
        let cut = Arc::new(AtomicU8::new(Cut::Never as u8));
        let armed = Arc::clone(&cut);
        let silent = Arc::new(AtomicBool::new(false));
        let muted = Arc::clone(&silent);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                tokio::spawn(pass(client, server, Arc::clone(&armed), Arc::clone(&muted)));
            }
        });
        Self { port: own, cut, silent }
    }

    /// Cuts the next wire that carries a `COMMIT`.
    pub fn cut(&self, cut: Cut) {
        self.cut.store(cut as u8, Ordering::SeqCst);
    }

    /// Has every wire, also those to come, lead nowhere without ending: nothing passes until it is
    /// switched off, and then all of it does.
    pub fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// Whether the cut was made.
    #[must_use]
    pub fn was_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst) == Cut::Never as u8
    }
}

async fn heard(silent: &AtomicBool) {
    while silent.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn pass(client: TcpStream, server: TcpStream, cut: Arc<AtomicU8>, silent: Arc<AtomicBool>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let answers = tokio::spawn(answers(from_server, to_client, Arc::clone(&silent)));
    questions(from_client, to_server, (&cut, &silent), &answers).await;
    answers.abort();
}

async fn answers(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, silent: Arc<AtomicBool>) {
    let mut bytes = [0; 16_384];
    while let Ok(count @ 1..) = server.read(&mut bytes).await {
        heard(&silent).await;
        if client.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn questions(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    (cut, silent): (&AtomicU8, &AtomicBool),
    answers: &tokio::task::JoinHandle<()>,
) {
    let mut bytes = [0; 16_384];
    while let Ok(count @ 1..) = client.read(&mut bytes).await {
        heard(silent).await;
        let said = &bytes[..count];
        let commits = said.windows(7).any(|seven| seven == b"COMMIT\0");
        let cut = if commits { cut.swap(Cut::Never as u8, Ordering::SeqCst) } else { 0 };
        if cut == Cut::BeforeCommit as u8 {
            return;
        }
        if cut == Cut::AfterCommit as u8 {
            // Nobody listens any more when the answer comes.
            answers.abort();
            let _ = server.write_all(said).await;
            // The end of what is said, not of the connection: the server commits and finds out.
            let _ = server.shutdown().await;
            return;
        }
        if server.write_all(said).await.is_err() {
            return;
        }
    }
}
