//! Numbers, texts and decimals as bytes, small ones short.
//!
//! What is read is what was written, to the last zero of a decimal. Reading never trusts a length:
//! bytes that are not what was written end in `None`.

use rust_decimal::Decimal;

/// Bits of a number in each byte; the highest says that more follow.
const BITS: u32 = 7;
const MORE: u8 = 0x80;
/// Marks a negative decimal beside its scale.
const NEGATIVE: u8 = 0x80;

/// Bytes that grow.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// What was written.
    pub bytes: Vec<u8>,
}

impl Writer {
    /// A number, the smaller the shorter.
    pub fn number(&mut self, number: impl Into<u128>) {
        let mut left: u128 = number.into();
        loop {
            let byte = (left & u128::from(!MORE)) as u8;
            left >>= BITS;
            if left == 0 {
                self.bytes.push(byte);
                return;
            }
            self.bytes.push(byte | MORE);
        }
    }

    /// A length or a count.
    pub fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// A number of either sign, the nearer to zero the shorter.
    pub fn signed(&mut self, number: i64) {
        // The sign goes to the lowest bit: 0, -1, 1, -2 become 0, 1, 2, 3.
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    /// Bytes of any number.
    pub fn run(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.run(text.as_bytes());
    }

    /// A decimal with its scale: 1.20 stays 1.20.
    pub fn decimal(&mut self, decimal: Decimal) {
        let sign = if decimal.is_sign_negative() { NEGATIVE } else { 0 };
        self.bytes.push(sign | decimal.scale() as u8);
        self.number(decimal.mantissa().unsigned_abs());
    }
}

/// Bytes that are left to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// Whether nothing is left.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    /// As many bytes.
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn large(&mut self) -> Option<u128> {
        let (mut number, mut shift) = (0_u128, 0);
        loop {
            let byte = self.byte()?;
            let part = u128::from(byte & !MORE);
            if shift + BITS > u128::BITS {
                return None;
            }
            number |= part << shift;
            shift += BITS;
            if byte & MORE == 0 {
                return Some(number);
            }
        }
    }

    /// A number.
    pub fn number<T: TryFrom<u128>>(&mut self) -> Option<T> {
        // Nearly every number is shorter than a byte.
        let number = match self.0.split_first() {
            Some((byte, rest)) if byte & MORE == 0 => {
                self.0 = rest;
                u128::from(*byte)
            }
            Some(_) | None => self.large()?,
        };
        T::try_from(number).ok()
    }

    /// A number of either sign.
    pub fn signed(&mut self) -> Option<i64> {
        let number: u64 = self.number()?;
        Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    /// Bytes with their number before them.
    pub fn run(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.bytes(count)
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.run()?).ok()
    }

    /// A decimal.
    pub fn decimal(&mut self) -> Option<Decimal> {
        let head = self.byte()?;
        let (negative, scale) = (head & NEGATIVE != 0, u32::from(head & !NEGATIVE));
        let mantissa: u128 = self.number()?;
        let mantissa = i128::try_from(mantissa).ok()?;
        let mut decimal = Decimal::try_from_i128_with_scale(mantissa, scale).ok()?;
        // Also for a zero, which has no sign of its own.
        decimal.set_sign_negative(negative);
        Some(decimal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_size_come_back() {
        let mut writer = Writer::default();
        let numbers = [0_u128, 1, 127, 128, 16_383, 16_384, u128::from(u64::MAX), (1 << 96) - 1];
        let signed = [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN];
        numbers.iter().for_each(|number| writer.number(*number));
        signed.iter().for_each(|number| writer.signed(*number));
        let mut reader = Reader(&writer.bytes);
        assert_eq!(numbers.map(|_| reader.number::<u128>().unwrap()), numbers);
        assert_eq!(signed.map(|_| reader.signed().unwrap()), signed);
        assert!(reader.is_empty());
    }

    #[test]
    fn a_decimal_comes_back_with_its_zeros_and_its_sign() {
        for text in ["0", "0.000", "1.20", "-1.20", "-79228162514264337593543950335", "0.1"] {
            let decimal: Decimal = text.parse().unwrap();
            let mut writer = Writer::default();
            writer.decimal(decimal);
            let mut reader = Reader(&writer.bytes);
            assert_eq!(reader.decimal().unwrap().to_string(), text);
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn what_was_not_written_is_not_read() {
        assert_eq!(Reader(&[]).number::<u64>(), None);
        assert_eq!(Reader(&[0x80]).number::<u64>(), None);
        assert_eq!(Reader(&[0xff; 30]).number::<u128>(), None);
        assert_eq!(Reader(&[0x80, 0x80, 4]).number::<u16>(), None);
        assert_eq!(Reader(&[3, b'a']).text(), None);
        assert_eq!(Reader(&[1, 0xff]).text(), None);
        assert_eq!(Reader(&[29, 1]).decimal(), None);
    }
}
