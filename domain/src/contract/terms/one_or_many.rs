//! Terms that are one text, or a list or map of them. Read by what stands there, so that a
//! complaint names the text that is wrong and not only the term.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{AnnualQuantity, DatedPercent};

impl<'de> Deserialize<'de> for DatedPercent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneOrList;

        impl<'de> Visitor<'de> for OneOrList {
            type Value = DatedPercent;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a percentage as text, or a list of {\"from\", \"percent\"}")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<DatedPercent, E> {
                let refused = |error| E::custom(format_args!("{text:?}: {error}"));
                text.parse().map(DatedPercent::Always).map_err(refused)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<DatedPercent, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(DatedPercent::From)
            }
        }

        from.deserialize_any(OneOrList)
    }
}

impl<'de> Deserialize<'de> for AnnualQuantity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneOrByYear;

        impl<'de> Visitor<'de> for OneOrByYear {
            type Value = AnnualQuantity;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a quantity as text, or a map from a year's first month to one")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<AnnualQuantity, E> {
                let refused = |error| E::custom(format_args!("{text:?}: {error}"));
                text.parse().map(AnnualQuantity::One).map_err(refused)
            }

            fn visit_map<A: MapAccess<'de>>(self, years: A) -> Result<AnnualQuantity, A::Error> {
                BTreeMap::deserialize(MapAccessDeserializer::new(years)).map(AnnualQuantity::ByYear)
            }
        }

        from.deserialize_any(OneOrByYear)
    }
}
