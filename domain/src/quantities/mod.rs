//! The values everything else is made of.
//!
//! Read in this order: [`exact`] says how numbers are added, multiplied and rounded;
//! [`money`], [`quantity`], [`price`] and [`percent`] give numbers a meaning; [`gas_day`] does the
//! same for time; [`ids`] for names.

/// Stored and exchanged as text: a JSON string holding what `Display` prints and `FromStr` reads.
macro_rules! serde_as_text {
    ($name:ty) => {
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str($crate::quantities::FromText(std::marker::PhantomData))
            }
        }
    };
}
pub(crate) use serde_as_text;

/// Reads a JSON string through `FromStr` without copying it first.
pub(crate) struct FromText<T>(pub(crate) std::marker::PhantomData<T>);

impl<T> serde::de::Visitor<'_> for FromText<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    type Value = T;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|error| E::custom(format_args!("{text:?}: {error}")))
    }
}

pub mod digest;
pub mod exact;
pub mod gas_day;
pub mod ids;
pub mod money;
pub mod month;
pub mod percent;
pub mod price;
pub mod quantity;

pub use digest::AttachmentDigest;
pub use exact::{Exact, NumberError, Overflow};
pub use gas_day::{CivilDay, GasDay, GasDayClock, GasDays};
pub use ids::*;
pub use money::Money;
pub use month::{MonthEnd, SettlementMonth};
pub use percent::Percent;
pub use price::Price;
pub use quantity::{CalorificValue, Coefficient, DaysOfGas, Energy, Quantity, Unit, Volume};
