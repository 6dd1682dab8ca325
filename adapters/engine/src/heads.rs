//! How far each stream has come, with the digest of its payloads (S3).

use std::collections::HashMap;

use citygate_domain::context::StreamHeads;
use citygate_domain::customer::hex;
use citygate_domain::stream::{Stream, StreamHead};
use sha2::{Digest, Sha256};

/// The heads of all streams of a ledger, by the name of the stream.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    heads: HashMap<Box<str>, Head>,
}

#[derive(Debug, Clone, Default)]
struct Head {
    version: u64,
    payloads: Sha256,
}

impl Heads {
    /// The version of a stream; 0 for one without events.
    #[must_use]
    pub fn version(&self, stream: &str) -> u64 {
        self.heads.get(stream).map_or(0, |head| head.version)
    }

    /// The head of a stream by its name; version 0 for one without events.
    #[must_use]
    pub fn named(&self, stream: &str) -> StreamHead {
        let head = self.heads.get(stream).cloned().unwrap_or_default();
        StreamHead { version: head.version, digest: hex(&head.payloads.finalize()) }
    }

    /// Takes the next event of a stream in. The digest is that of the payloads, a line each, so
    /// that an auditor needs nothing but the payloads and `sha256sum` to compute it again.
    pub fn advance(&mut self, stream: &str, payload: &str) {
        let head = match self.heads.get_mut(stream) {
            Some(head) => head,
            None => self.heads.entry(stream.into()).or_default(),
        };
        head.version += 1;
        head.payloads.update(payload.as_bytes());
        head.payloads.update(b"\n");
    }
}

impl StreamHeads for Heads {
    fn head(&self, stream: &Stream) -> StreamHead {
        self.named(&stream.to_string())
    }
}
