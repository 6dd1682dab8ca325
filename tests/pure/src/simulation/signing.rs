//! What a node signs: leases by two keys, on the log as it was when their slot began.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use citygate_domain::Event;
use citygate_domain::approval::Alone;
use citygate_domain::keys::{KeyGranted, KeyPurpose, PublicKey, Seed};
use citygate_domain::log::{Position, Recorded};
use citygate_domain::passage::Clocks;
use citygate_domain::quantities::PointId;
use citygate_domain::state::Ledger;
use citygate_domain::supply::lease::{
    Asked, GatewayProfile, SignedLease, Signers, Slot, lease, prefix,
};

use crate::words::read;

/// The ledger is never restored in a history.
const LEDGER_EPOCH: u64 = 1;

fn seeds() -> &'static (Seed, Seed) {
    static SEEDS: OnceLock<(Seed, Seed)> = OnceLock::new();
    SEEDS.get_or_init(|| (Seed::new([7; 32]), Seed::new([8; 32])))
}

/// The keys that gateways know: of leases, and of valve commands.
#[must_use]
pub fn public_keys() -> (PublicKey, PublicKey) {
    let (lease, order) = seeds();
    (lease.public_key(), order.public_key())
}

/// Both keys, granted long before the history.
#[must_use]
pub fn granted() -> [Event; 2] {
    let (lease, order) = public_keys();
    [(lease, KeyPurpose::Lease), (order, KeyPurpose::Order)].map(|(public_key, purpose)| {
        Event::KeyGranted(KeyGranted {
            alone: Some(Alone::Outside),
            approved_by: None,
            by: read("admin"),
            from: DateTime::<Utc>::UNIX_EPOCH,
            key: public_key.id(),
            public_key,
            purpose,
        })
    })
}

/// A state that is folded from the log as far as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Folded(Ledger);

impl Folded {
    /// The log as far as a position. Going forward costs what lies between.
    pub fn to(&mut self, log: &[Recorded], position: Position) -> &Ledger {
        if self.0.position() > position {
            self.0 = Ledger::default();
        }
        let place = |position: Position| usize::try_from(position.number()).unwrap_or(usize::MAX);
        // Positions are dense from 1 on.
        let (from, to) = (place(self.0.position()), place(position).min(log.len()));
        for recorded in log.get(from..to).into_iter().flatten() {
            self.0.evolve(recorded);
        }
        &self.0
    }
}

/// The lease of a point as a node signs it whose log is `live`, as far as it knows `log`.
pub fn leased(
    slot_began: &mut Folded,
    log: &[Recorded],
    live: &Ledger,
    point: &PointId,
    clocks: Clocks,
) -> Result<SignedLease, citygate_domain::Rejection> {
    let start = Slot::of(clocks.now).start();
    let mut known = log.iter().rev().skip_while(|one| one.position > live.position());
    let before = known.find(|one| one.recorded_at < start);
    let before = before.map_or(Position::new(0), |one| one.position);
    let then = slot_began.to(log, prefix(live, point, before));
    let profile = GatewayProfile::default();
    let asked = Asked { point, clocks, ledger_epoch: LEDGER_EPOCH, profile };
    let (lease_key, order_key) = seeds();
    lease(then, live, asked, Signers { lease: lease_key, order: order_key })
}
