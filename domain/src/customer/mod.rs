//! Customers: who buys, and how far the law protects their supply.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::quantities::CustomerId;
use crate::rejection::rejections;
use crate::state::Ledger;
use crate::{Decision, Event, PersonalText};

/// What kind of customer it is; four kinds are protected (E4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerClass {
    /// Households.
    Residential,
    /// Hospitals, schools, heating.
    PublicService,
    /// Key users.
    Key,
    /// City-gas companies.
    CityGas,
    /// Industry.
    Industrial,
    /// Trade.
    Commercial,
}

impl CustomerClass {
    /// E4: whether supply is never suspended.
    #[must_use]
    pub fn is_protected(self) -> bool {
        match self {
            Self::Residential | Self::PublicService | Self::Key | Self::CityGas => true,
            Self::Industrial | Self::Commercial => false,
        }
    }
}

impl fmt::Display for CustomerClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Residential => "residential",
            Self::PublicService => "public_service",
            Self::Key => "key",
            Self::CityGas => "city_gas",
            Self::Industrial => "industrial",
            Self::Commercial => "commercial",
        })
    }
}

/// A customer as a contract names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name; kept beside the log, never in it.
    pub name: String,
    /// Its class.
    pub class: CustomerClass,
}

/// A customer became known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerRegistered {
    /// Its class.
    pub class: CustomerClass,
    /// Its id.
    pub customer: CustomerId,
    /// SHA-256 of salt and name, hexadecimal; salt and name lie beside the log.
    pub name_digest: String,
}

rejections! {
    /// Refusals about customers.
    pub enum Rejection {
        51 "duplicate_reference" "Use the customer's class as registered, or another customer id."
        /// The id is known with another class.
        #[error("customer {customer} is registered as {known}, not as {sent}")]
        OtherClass {
            /// The customer.
            customer: CustomerId,
            /// As registered.
            known: CustomerClass,
            /// As sent.
            sent: CustomerClass,
        },
    }
}

/// Registers the customer unless it is known with the same class.
pub fn register(
    ledger: &Ledger,
    customer: &Customer,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    match ledger.class_of(&customer.id) {
        Some(known) if known == customer.class => Ok(Decision::nothing()),
        Some(known) => Err(Rejection::OtherClass {
            customer: customer.id.clone(),
            known,
            sent: customer.class,
        }),
        None => {
            let salt = (context.salt)();
            let registered = CustomerRegistered {
                class: customer.class,
                customer: customer.id.clone(),
                name_digest: salted_digest(&salt, &customer.name),
            };
            let mut decision = Decision::of([Event::CustomerRegistered(registered)]);
            decision.personal.push(PersonalText {
                id: customer.id.to_string(),
                field: NAME,
                salt,
                value: customer.name.clone(),
            });
            Ok(decision)
        }
    }
}

/// The field under which a customer's name lies beside the log.
pub const NAME: &str = "name";

/// What an event holds of a text about a person: SHA-256 of salt and text, hexadecimal.
#[must_use]
pub fn salted_digest(salt: &[u8], text: &str) -> String {
    hex(&Sha256::new().chain_update(salt).chain_update(text).finalize())
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        text
    })
}
