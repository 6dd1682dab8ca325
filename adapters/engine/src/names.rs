//! Names that come again and again: a log names the same contracts and points in nearly every row.

use std::str::FromStr;

use citygate_domain::quantities::{ContractId, PointId};

/// Places of a cache; a power of two.
const PLACES: usize = 2_048;

/// The names that were read last. A name that is known shares its text with the one before.
#[derive(Debug, Default)]
pub struct Names {
    /// Contracts.
    pub contracts: Cache<ContractId>,
    /// Delivery points.
    pub points: Cache<PointId>,
}

/// Names of one kind, each at the place that its text leads to; a newer one drives an older out.
#[derive(Debug)]
pub struct Cache<T> {
    places: Vec<Option<(Box<str>, T)>>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<T: FromStr + Clone> Cache<T> {
    /// The name that a text is.
    pub fn name(&mut self, text: &str) -> Option<T> {
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
        }
        let place = self.places.get_mut(place(text))?;
        match place {
            Some((known, name)) if **known == *text => Some(name.clone()),
            _ => {
                let name: T = text.parse().ok()?;
                *place = Some((text.into(), name.clone()));
                Some(name)
            }
        }
    }
}

/// Fowler–Noll–Vo: short texts, and nobody gains from a collision.
fn place(text: &str) -> usize {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 32) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_its_text_says_however_often_and_crowded() {
        let mut names = Names::default();
        for _ in 0..2 {
            for number in 0..3 * PLACES {
                let text = format!("C-{number}");
                assert_eq!(names.contracts.name(&text).unwrap().as_str(), text);
            }
        }
        assert_eq!(names.points.name(" not a name"), None);
    }
}
