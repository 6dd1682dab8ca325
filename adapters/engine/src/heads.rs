//! How far each stream has come, with the digest of its payloads (S3).

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use citygate_domain::context::StreamHeads;
use citygate_domain::customer::hex;
use citygate_domain::stream::{Stream, StreamHead};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};

use crate::snapshot::bytes::{Reader, Writer};

/// The heads of all streams of a ledger, by the name of the stream.
#[derive(Clone, Default)]
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

    /// Writes all heads, by name; the digests as far as they have come, to go on from.
    pub(crate) fn write(&self, writer: &mut Writer) {
        let mut heads: Vec<_> = self.heads.iter().collect();
        heads.sort_unstable_by_key(|(stream, _)| *stream);
        for (stream, head) in heads {
            writer.text(stream);
            writer.number(head.version);
            writer.run(&head.payloads.serialize());
        }
    }

    /// Reads what [`Heads::write`] wrote; none when it is something else.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (mut reader, mut heads) = (Reader(bytes), HashMap::new());
        while !reader.is_empty() {
            let (stream, version) = (reader.text()?, reader.number()?);
            let state = SerializedState::<Sha256>::try_from(reader.run()?).ok()?;
            let payloads = Sha256::deserialize(&state).ok()?;
            heads.insert(stream.into(), Head { version, payloads });
        }
        Some(Self { heads })
    }
}

impl fmt::Debug for Heads {
    /// In the order of names, so that equal heads are equal texts.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: BTreeSet<&str> = self.heads.keys().map(|name| &**name).collect();
        formatter.debug_map().entries(names.into_iter().map(|it| (it, self.named(it)))).finish()
    }
}

impl StreamHeads for Heads {
    fn head(&self, stream: &Stream) -> StreamHead {
        self.named(&stream.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_that_were_put_aside_go_on_as_if_they_had_not_been() {
        let mut heads = Heads::default();
        for number in 0..200 {
            // Lengths on both sides of every edge of a block.
            heads.advance(&format!("s/{}", number % 3), &"x".repeat(number));
        }
        let mut writer = Writer::default();
        heads.write(&mut writer);
        let mut again = Heads::read(&writer.bytes).unwrap();
        for payload in ["", "{}"] {
            for stream in ["s/0", "s/1", "s/2", "s/3"] {
                assert_eq!(again.named(stream), heads.named(stream));
                heads.advance(stream, payload);
                again.advance(stream, payload);
            }
        }
        assert!(Heads::read(&writer.bytes[1..]).is_none());
    }
}
