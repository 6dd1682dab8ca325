use crate::contract::DeliveryPoint;
use crate::quantities::{GasDay, GasDays, PointId};

/// Q4: which points a contract holds on which gas days: runs of days, one behind the other.
///
/// Every gas day of every running month asks, so the answer lies ready and is not put together.
#[derive(Debug, Clone, Default)]
pub(super) struct PointRuns {
    runs: Vec<PointRun>,
}

/// Consecutive gas days with the same points.
#[derive(Debug, Clone)]
struct PointRun {
    days: GasDays,
    points: Vec<DeliveryPoint>,
}

impl PointRuns {
    /// The points of a gas day, in the order in which they were told.
    pub fn on(&self, day: GasDay) -> &[DeliveryPoint] {
        let run = self.runs.iter().rev().find(|run| run.days.contains(day));
        run.map_or(&[], |run| run.points.as_slice())
    }

    /// The points of a term; a term lies behind all that is known.
    pub fn hold(&mut self, days: GasDays, points: &[DeliveryPoint]) {
        self.runs.push(PointRun { days, points: points.to_vec() });
    }

    /// Nothing is held behind a day.
    pub fn end_with(&mut self, last: GasDay) {
        self.runs.retain(|run| run.days.first <= last);
        for run in &mut self.runs {
            run.days.last = run.days.last.min(last);
        }
    }

    /// A point comes for some days; one that is there already is there with its new capacity.
    pub fn add(&mut self, days: GasDays, point: &DeliveryPoint) {
        self.change(days, |points| match points.iter_mut().find(|known| known.id == point.id) {
            Some(known) => known.clone_from(point),
            None => points.push(point.clone()),
        });
    }

    /// A point goes for some days.
    pub fn take(&mut self, days: GasDays, point: &PointId) {
        self.change(days, |points| points.retain(|known| known.id != *point));
    }

    fn change(&mut self, days: GasDays, change: impl Fn(&mut Vec<DeliveryPoint>)) {
        let runs = std::mem::take(&mut self.runs);
        for run in runs {
            let inside = run.days.intersect(days);
            if inside.is_empty() {
                self.runs.push(run);
                continue;
            }
            if run.days.first < inside.first {
                let before = GasDays { first: run.days.first, last: inside.first.previous() };
                self.runs.push(PointRun { days: before, points: run.points.clone() });
            }
            let mut points = run.points.clone();
            change(&mut points);
            self.runs.push(PointRun { days: inside, points });
            if inside.last < run.days.last {
                let behind = GasDays { first: inside.last.plus(1), last: run.days.last };
                self.runs.push(PointRun { days: behind, points: run.points });
            }
        }
    }
}
