//! The name of a stream.

use std::fmt;
use std::sync::Arc;

/// Longest name of a stream, in bytes: two names of 64 bytes in which every byte is escaped fit.
const MAX_BYTES: usize = 400;

/// The name of a stream: not empty, at most 400 bytes, no control characters.
///
/// Cloning is cheap. Names order by their bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(Arc<str>);

/// A text that cannot name a stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} cannot name a stream: {why}")]
pub struct BadName {
    /// The text that was tried.
    pub name: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl StreamName {
    /// Takes a text as a stream's name.
    ///
    /// # Errors
    /// [`BadName`] when the text is empty, longer than 400 bytes or holds a control character.
    pub fn try_new(name: &str) -> Result<Self, BadName> {
        match complaint(name) {
            None => Ok(Self(Arc::from(name))),
            Some(why) => Err(BadName { name: name.to_owned(), why }),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn complaint(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.len() > MAX_BYTES {
        return Some("it is longer than 400 bytes");
    }
    name.chars().any(char::is_control).then_some("it holds a control character")
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_bounded_printable_text() {
        for good in ["contract/LG-1", "index/中石油", &"x".repeat(MAX_BYTES)] {
            assert_eq!(StreamName::try_new(good).unwrap().as_str(), good);
        }
        for bad in ["", "a\nb", "a\u{0}b", "a\u{85}b", &"x".repeat(MAX_BYTES + 1)] {
            assert!(StreamName::try_new(bad).is_err(), "{bad:?}");
        }
    }
}
