//! Explains a document from the inputs that it froze (S3), and checks their digests.

use citygate_domain::Rejection;
use citygate_domain::customer::hex;
use citygate_domain::log::{Position, Recorded};
use citygate_domain::state::Ledger;
use citygate_domain::stream::DocumentInput;
use citygate_projections::explain::{Document, Explained};
use citygate_store::{EventStore, StreamName};
use sha2::{Digest, Sha256};

use crate::codec::decode;
use crate::error::EngineError;

/// How many events of a stream are read at once.
const PAGE: usize = 4_096;

/// A document computed again from the streams that it names.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What came out, and whether it is what the document says.
    pub explained: Result<Explained, Rejection>,
    /// The inputs, each with whether its digest is the one that the document froze.
    pub inputs: Vec<InputCheck>,
}

/// One input of a document.
#[derive(Debug, Clone)]
pub struct InputCheck {
    /// As the document names it.
    pub input: DocumentInput,
    /// The digest of the stream as it is stored now.
    pub digest: String,
}

impl InputCheck {
    /// Whether the stream still says what it said.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.input.digest == self.digest
    }
}

impl Explanation {
    /// Computes a document again from exactly the events that it names.
    pub async fn of(store: &dyn EventStore, document: &Document) -> Result<Self, EngineError> {
        let (events, checks) = read_inputs(store, document).await?;
        let mut ledger = Ledger::default();
        for recorded in &events {
            ledger.evolve(recorded);
        }
        Ok(Self { explained: document.again(&ledger), inputs: checks })
    }

    /// Whether the document came out again from unchanged inputs.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.explained.as_ref().is_ok_and(|explained| explained.agrees)
            && self.inputs.iter().all(InputCheck::agrees)
    }
}

/// The events that a document was computed from, in the order of the log, and its inputs checked.
pub(crate) async fn read_inputs(
    store: &dyn EventStore,
    document: &Document,
) -> Result<(Vec<Recorded>, Vec<InputCheck>), EngineError> {
    let mut events: Vec<Recorded> = Vec::new();
    let mut checks = Vec::new();
    for input in document.inputs() {
        let digest = read_range(store, &input.stream, input.from, input.to, &mut events).await?;
        checks.push(InputCheck { input: input.clone(), digest });
    }
    events.sort_by_key(|recorded| recorded.position);
    Ok((events, checks))
}

/// Reads versions of a stream, as far as it has them, and gives their digest.
pub(crate) async fn read_range(
    store: &dyn EventStore,
    stream: &str,
    from: u64,
    to: u64,
    events: &mut Vec<Recorded>,
) -> Result<String, EngineError> {
    let name = StreamName::try_new(stream).map_err(|error| EngineError::BadData {
        code: "cannot_be_stored".to_owned(),
        sentence: error.to_string(),
    })?;
    let mut digest = Sha256::new();
    let mut next = from;
    while next <= to {
        let limit = PAGE.min((to - next + 1) as usize);
        let page = store.read_stream(&name, next, limit).await?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            digest.update(stored.payload.as_bytes());
            digest.update(b"\n");
            next = stored.version + 1;
            let event = decode(&stored.event_type, stored.type_version, &stored.payload)
                .map_err(|reason| EngineError::Codec { position: stored.position, reason })?;
            let position = Position::new(stored.position);
            events.push(Recorded { position, recorded_at: stored.recorded_at, event });
        }
    }
    Ok(hex(&digest.finalize()))
}
