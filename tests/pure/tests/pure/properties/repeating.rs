//! Told twice is told once; replayed is lived.

use citygate_domain::Rejection;

use super::{Shown, answers, assert_same, histories, taken};

#[test]
fn every_command_that_was_taken_is_known_when_it_is_told_again() {
    for (seed, history) in histories() {
        let (world, taken) = taken(&history);
        for command in &taken {
            let again = world.decide(command).map(|decision| decision.events);
            assert_eq!(again, Ok(Vec::new()), "seed {seed}: {command:?}");
        }
    }
}

#[test]
fn a_history_told_again_records_nothing_that_it_recorded_before() {
    for (seed, history) in histories() {
        let (mut world, _) = taken(&history);
        let recorded = world.log.len();
        let mut refused_before = 0;
        for command in &history.commands {
            match world.tell(command) {
                Ok(events) if events.is_empty() => {}
                Ok(_) => refused_before += 1,
                Err(_) => {}
            }
        }
        // What was refused for want of another fact may be taken now; nothing else is.
        let more = world.log.len() - recorded;
        assert!(refused_before > 0 || more == 0, "seed {seed}: {more} events of nothing new");
    }
}

#[test]
fn a_replay_answers_as_the_ledger_that_was_lived() {
    for (seed, history) in histories() {
        let (world, _) = taken(&history);
        let replayed = world.replayed();
        assert_eq!(replayed.position(), world.ledger.position());
        let lived = answers(&world.ledger, Shown::Traces);
        assert_same(seed, &lived, &answers(&replayed, Shown::Traces));
    }
}

#[test]
fn a_refusal_changes_nothing() {
    for (seed, history) in histories().take(20) {
        let (mut world, _) = taken(&history);
        let before = (world.log.len(), answers(&world.ledger, Shown::Traces));
        let refused: Vec<Rejection> =
            history.commands.iter().filter_map(|command| world.decide(command).err()).collect();
        for command in &history.commands {
            if world.decide(command).is_err() {
                assert!(world.tell(command).is_err(), "seed {seed}: asked twice, refused twice");
            }
        }
        assert_eq!(before.0, world.log.len(), "seed {seed}: {} refusals", refused.len());
        assert_same(seed, &before.1, &answers(&world.ledger, Shown::Traces));
    }
}

#[test]
fn a_decision_depends_on_nothing_but_what_it_is_given() {
    for (seed, history) in histories().take(20) {
        let (world, _) = taken(&history);
        let mut replayed = world.clone();
        replayed.ledger = world.replayed();
        for command in &history.commands {
            assert_eq!(world.decide(command), replayed.decide(command), "seed {seed}: {command:?}");
        }
    }
}
