use std::ops::RangeInclusive;

use crate::delivery::PointDay;
use crate::quantities::GasDay;

/// Which reading: gas day first, so that a month is a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadingKey {
    /// The gas day.
    pub gas_day: GasDay,
    /// The place of the point in the contract.
    pub point: u16,
}

/// The readings of a contract, by gas day and then point.
///
/// Readings come day after day, so nearly every one belongs behind the last: a sorted list takes it
/// there at once and lies in memory as it is read. A late one moves those behind it.
#[derive(Debug, Clone, Default)]
pub struct Readings {
    days: Vec<(ReadingKey, PointDay)>,
}

impl Readings {
    /// Readings that were put aside in order; none unless each key is behind the one before it.
    #[must_use]
    pub fn from_ordered(days: Vec<(ReadingKey, PointDay)>) -> Option<Self> {
        days.is_sorted_by(|(one, _), (next, _)| one < next).then_some(Self { days })
    }

    /// The reading of a point's gas day.
    #[must_use]
    pub fn get(&self, key: ReadingKey) -> Option<&PointDay> {
        let place = self.place(key).ok()?;
        self.days.get(place).map(|(_, day)| day)
    }

    /// The readings of these keys, in order.
    #[must_use]
    pub fn range(&self, keys: RangeInclusive<ReadingKey>) -> &[(ReadingKey, PointDay)] {
        let first = self.days.partition_point(|(key, _)| key < keys.start());
        let behind = self.days.partition_point(|(key, _)| key <= keys.end());
        self.days.get(first..behind).unwrap_or_default()
    }

    /// All readings, in order.
    #[must_use]
    pub fn all(&self) -> &[(ReadingKey, PointDay)] {
        &self.days
    }

    /// Changes the reading of a key, or takes in its first.
    pub(crate) fn record(
        &mut self,
        key: ReadingKey,
        first: impl FnOnce() -> PointDay,
        change: impl FnOnce(&mut PointDay),
    ) {
        if self.days.last().is_none_or(|(last, _)| *last < key) {
            self.days.push((key, first()));
            return;
        }
        match self.place(key) {
            Ok(place) => {
                if let Some((_, day)) = self.days.get_mut(place) {
                    change(day);
                }
            }
            Err(place) => self.days.insert(place, (key, first())),
        }
    }

    fn place(&self, key: ReadingKey) -> Result<usize, usize> {
        self.days.binary_search_by_key(&key, |(known, _)| *known)
    }
}
