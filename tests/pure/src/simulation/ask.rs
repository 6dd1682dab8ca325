//! How a gateway asks for its lease, what it gets, and how that reaches it.

use chrono::{DateTime, Utc};
use citygate_domain::quantities::PointId;
use citygate_domain::state::Ledger;
use citygate_domain::supply::{Answer, SupplyDecision};

use super::again::{Given, Outcome};
use super::agreed::point_name;
use super::device::{Device, Heard};
use super::facts::Facts;
use super::flow;
use super::invariants::{self, Broken, Holds};
use super::law::gas_day;
use super::plant::Plant;
use super::play::{Entry, MINUTE, Player};
use super::signing::leased;
use super::step::{Node, Transport};
use super::terms::{Life, Point};
use crate::words::read;

/// Seconds between an answer and the one that overtakes it.
const MEANWHILE: i64 = 20;

impl Player<'_> {
    pub(super) fn device(&mut self, contract: usize, point: usize) -> Option<&mut Device> {
        self.devices.get_mut(contract)?.get_mut(point)
    }

    pub(super) fn ask(
        &mut self,
        contract: usize,
        point: usize,
        node: Node,
        transport: Transport,
    ) -> Holds {
        if self.device(contract, point).is_none() {
            return Ok(());
        }
        let name: PointId = read(&point_name(contract, point));
        self.tell_story(|| Entry::Ask(name.clone()));
        let alone = node == Node::SecondAlone && self.paused.is_some();
        let heard = if alone && !self.core.has(Plant::StaleNodeAnswers) {
            // It repeats what it gave out; nothing, where it gave out nothing.
            self.remark(|| "the second node, alone, repeats its last lease".to_owned());
            let newest = self.device(contract, point).and_then(|it| it.lease.clone());
            let given = self.given_out.get(contract).and_then(|all| all.get(point));
            // A gateway that does not have it already takes nothing stale.
            let has = |given: &Heard| newest.is_some_and(|newest| newest.text == given.text);
            given.cloned().flatten().filter(has)
        } else {
            let stale = self.paused.clone().filter(|_| alone);
            Some(self.answered(contract, point, &name, stale.as_ref())?)
        };
        let Some(heard) = heard else { return Ok(()) };
        if node != Node::First
            && let Some(given) = self.given_out.get_mut(contract).and_then(|all| all.get_mut(point))
        {
            *given = Some(heard.clone());
        }
        self.carry(contract, point, heard, transport)
    }

    /// A lease and the answer behind it, and everything that must hold of them.
    fn answered(
        &mut self,
        contract: usize,
        point: usize,
        name: &PointId,
        stale: Option<&Ledger>,
    ) -> Result<Heard, Broken> {
        let (now, clocks) = (self.office.now, self.clocks());
        let live = stale.unwrap_or(&self.office.ledger);
        let answer = self.core.answer(live, name, now);
        let signed = leased(&mut self.slot_began, &self.office.log, live, name, clocks);
        let signed = signed.map_err(|refusal| Broken {
            invariant: "a_lease_can_be_signed",
            what: refusal.to_string(),
        })?;
        let (text, lease, order) = (signed.text(), signed.lease, answer.order.clone());
        self.tally.answered(&lease.decision);
        self.digest.add_text(&text);
        let facts = &self.office.facts;
        let of = (contract, point);
        let holder = facts.holder(of, gas_day(now));
        let lacks = |at| holder.map_or(vec!["holder"], |holder| facts.lacks_now(holder, at));
        let mut lacked: Vec<&str> = self.judged_at().flat_map(lacks).collect();
        lacked.sort_unstable();
        lacked.dedup();
        if stale.is_none() {
            match holder {
                Some(holder) => holds_of_an_answer(facts, holder, of, &answer, now)?,
                None => invariants::a_point_that_nobody_holds_is_kept(&answer)?,
            }
            flow::a_lease_lowers_only_by_an_order_that_stands(&lease, &answer, &lacked)?;
            let position = answer.position;
            let outcome = Outcome::Answered(Box::new(answer));
            self.given.push(Given { position, clocks, outcome });
            let (position, point) = (lease.position, name.clone());
            let outcome = Outcome::Leased { point, text: text.clone() };
            self.given.push(Given { position, clocks, outcome });
        }
        let off = now - self.watch(self.clock);
        let life = holder.and_then(|holder| self.office.facts.contracts.get(holder));
        let life = life.map_or_else(Life::default, |it| it.life.clone());
        let (made, knew) = (self.clock, self.office.ledger.position());
        Ok(Heard { text, lease, order, lacked, made, off, holder, life, knew })
    }

    /// How the answer reaches the gateway.
    fn carry(
        &mut self,
        contract: usize,
        point: usize,
        heard: Heard,
        transport: Transport,
    ) -> Holds {
        let (core, clock) = (self.core, self.clock);
        let Some(device) = self.device(contract, point) else { return Ok(()) };
        let before = device.on_its_way.take();
        let mut moves = Vec::new();
        match transport {
            Transport::Lost => {}
            Transport::Good => moves.push(device.hear(core, heard, clock, 0)),
            Transport::Twice => {
                moves.push(device.hear(core, heard.clone(), clock, 0));
                moves.push(device.hear(core, heard, clock, 0));
            }
            Transport::Overtaken => device.on_its_way = Some(heard),
            Transport::Slow(minutes) => {
                moves.push(device.hear(core, heard, clock, minutes * MINUTE));
            }
        }
        // What was overtaken comes now; the gateway knows how long it was on its way.
        if let Some(late) = before {
            moves.push(device.hear(core, late, clock + MEANWHILE, 0));
        }
        moves.into_iter().flatten().try_for_each(|moved| self.moved(contract, point, &moved))
    }
}

/// What must hold of an answer to a point that a contract holds.
fn holds_of_an_answer(
    facts: &Facts,
    holder: usize,
    point: Point,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Holds {
    let stops = matches!(answer.decision, SupplyDecision::Stop { .. });
    invariants::a_protected_customer_is_never_stopped(facts, holder, stops)?;
    invariants::only_an_order_that_stands_is_answered(facts, holder, point, answer, now)?;
    invariants::a_lifted_order_is_never_answered(facts, holder, answer)?;
    invariants::a_limit_keeps_what_is_protected(facts, holder, point, answer, now)?;
    invariants::an_answer_is_valid_within_bounds(facts, holder, answer, now)
}
