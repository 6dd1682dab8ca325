//! A wire between a program and a server that can be cut at the worst moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

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
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                tokio::spawn(pass(client, server, Arc::clone(&armed)));
            }
        });
        Self { port: own, cut }
    }

    /// Cuts the next wire that carries a `COMMIT`.
    pub fn cut(&self, cut: Cut) {
        self.cut.store(cut as u8, Ordering::SeqCst);
    }

    /// Whether the cut was made.
    #[must_use]
    pub fn was_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst) == Cut::Never as u8
    }
}

async fn pass(client: TcpStream, server: TcpStream, cut: Arc<AtomicU8>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let answers = tokio::spawn(answers(from_server, to_client));
    questions(from_client, to_server, &cut, &answers).await;
    answers.abort();
}

async fn answers(mut server: OwnedReadHalf, mut client: OwnedWriteHalf) {
    let mut bytes = [0; 16_384];
    while let Ok(count @ 1..) = server.read(&mut bytes).await {
        if client.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn questions(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    cut: &AtomicU8,
    answers: &tokio::task::JoinHandle<()>,
) {
    let mut bytes = [0; 16_384];
    while let Ok(count @ 1..) = client.read(&mut bytes).await {
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
