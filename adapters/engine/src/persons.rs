//! Texts about persons lie beside the log, where they can be erased; the log holds their salted
//! digests, by which a changed one is found.

use std::collections::BTreeMap;

use citygate_domain::Event;
use citygate_domain::customer::{NAME, salted_digest};
use citygate_store::{EventStore, PersonalField};

use crate::audit::Finding;
use crate::error::EngineError;

/// Texts read at once.
const PAGE: usize = 2_000;

/// The digests of texts that events hold.
#[derive(Debug, Default)]
pub(crate) struct Digests(BTreeMap<(String, String), (u64, String)>);

impl Digests {
    /// Takes in what an event holds.
    pub fn take(&mut self, event: &Event, position: u64) {
        if let Event::CustomerRegistered(customer) = event {
            let key = (customer.customer.to_string(), NAME.to_owned());
            self.0.insert(key, (position, customer.name_digest.clone()));
        }
    }

    /// The first text beside the log that is not the one of its event. A text that is not there
    /// was erased, which the log permits. `whole`: these are the digests of the whole log, so that
    /// a text without one is nobody's.
    pub async fn first_difference(
        &self,
        store: &dyn EventStore,
        whole: bool,
    ) -> Result<Option<Finding>, EngineError> {
        let mut after = 0;
        loop {
            let page = store.personal_after(after, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(None) };
            after = *last;
            let found = page.into_iter().find_map(|(_, field)| self.differs(field, whole));
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn differs(&self, text: PersonalField, whole: bool) -> Option<Finding> {
        let PersonalField { id, field, salt, value } = text;
        let key = (id, field);
        let position = match self.0.get(&key) {
            None if whole => None,
            None => return None,
            Some((_, digest)) if *digest == salted_digest(&salt, &value) => return None,
            Some((position, _)) => Some(*position),
        };
        let (id, field) = key;
        Some(Finding::Personal { position, id, field })
    }
}
