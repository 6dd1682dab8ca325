//! Ed25519 (RFC 8032). Signing is a function: the same key and message give the same signature.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::customer::hex;
use crate::quantities::KeyId;

/// Bytes of the SHA-256 of a public key that name it.
const ID_BYTES: usize = 8;

/// A public key: 64 lower-case hexadecimal digits.
///
/// **Guarantee.** A point of the curve in its one canonical form, and none of the few weak ones that
/// verify what nobody signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// The text is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an Ed25519 public key of 64 lower-case hexadecimal digits")]
pub struct NotAKey(pub String);

impl PublicKey {
    /// Its name: the first 16 hexadecimal digits of its SHA-256.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let digest = hex(&Sha256::digest(self.0)[..ID_BYTES]);
        let id = digest.parse();
        id.unwrap_or_else(|_| unreachable!("hexadecimal digits are a name"))
    }

    /// Whether the holder of the key signed exactly these bytes (RFC 8032, strictly).
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        let key = VerifyingKey::from_bytes(&self.0);
        key.is_ok_and(|key| key.verify_strict(message, &signature.0).is_ok())
    }
}

impl FromStr for PublicKey {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bad = || NotAKey(text.to_owned());
        let bytes = unhex::<32>(text).ok_or_else(bad)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| bad())?;
        // The same point written in another way would be another name for the same key.
        let written_once = key.to_edwards().compress().to_bytes() == bytes;
        if written_once && !key.is_weak() { Ok(Self(bytes)) } else { Err(bad()) }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&hex(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({self})")
    }
}

crate::quantities::serde_as_text!(PublicKey);

/// What signs: 32 secret bytes that a file of the operator holds, as 64 hexadecimal digits.
///
/// It is never printed, compared or stored; its `Debug` shows the key's id only.
#[derive(Clone)]
pub struct Seed(SigningKey);

/// The text is no seed. It is not repeated: it might be nearly one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a seed is 64 lower-case hexadecimal digits")]
pub struct NotASeed;

impl Seed {
    /// The seed of these bytes. Whoever calls draws them at random.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&bytes))
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a message: always the same signature for it.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message))
    }

    /// The text of its file. Nothing else may hold it.
    #[must_use]
    pub fn to_file(&self) -> String {
        format!("{}\n", hex(self.0.as_bytes()))
    }
}

impl FromStr for Seed {
    type Err = NotASeed;
    fn from_str(text: &str) -> Result<Self, NotASeed> {
        unhex::<32>(text.trim_end()).map(Self::new).ok_or(NotASeed)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Seed(of {})", self.public_key().id())
    }
}

/// A signature: 128 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(ed25519_dalek::Signature);

/// The text is no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a signature is 128 lower-case hexadecimal digits")]
pub struct NotASignature;

impl FromStr for Signature {
    type Err = NotASignature;
    fn from_str(text: &str) -> Result<Self, NotASignature> {
        let bytes = unhex::<64>(text).ok_or(NotASignature)?;
        Ok(Self(ed25519_dalek::Signature::from_bytes(&bytes)))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&hex(&self.0.to_bytes()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signature({self})")
    }
}

crate::quantities::serde_as_text!(Signature);

/// The bytes of exactly so many lower-case hexadecimal digits.
fn unhex<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    if text.len() != 2 * BYTES {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        0..=b'/' | b':'..=b'`' | b'g'..=u8::MAX => None,
    };
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}
