//! Columns of many rows, gathered in the form in which an array is sent: a batch that is planned
//! while another one is on its way is sent without being gone through again.

use std::marker::PhantomData;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo};
use sqlx::{Encode, Postgres, Type};

/// A cell that is absent has this length.
const ABSENT: i32 = -1;

/// Cells of one type, one a row.
pub(super) struct Column<T> {
    /// Each with its length before it.
    cells: Vec<u8>,
    count: usize,
    of: PhantomData<T>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { cells: Vec::new(), count: 0, of: PhantomData }
    }
}

impl<T> Column<T> {
    /// The bytes must be the binary form of a `T`.
    fn put(&mut self, bytes: &[u8]) {
        // No text or blob of a request is as long as that: they are checked before.
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        self.cells.extend_from_slice(&length.to_be_bytes());
        self.cells.extend_from_slice(bytes);
        self.count += 1;
    }

    fn put_or_absent(&mut self, bytes: Option<&[u8]>) {
        if let Some(bytes) = bytes {
            return self.put(bytes);
        }
        self.cells.extend_from_slice(&ABSENT.to_be_bytes());
        self.count += 1;
    }
}

impl Column<String> {
    pub fn push(&mut self, text: &str) {
        self.put(text.as_bytes());
    }

    pub fn push_or_absent(&mut self, text: Option<&str>) {
        self.put_or_absent(text.map(str::as_bytes));
    }
}

impl Column<Vec<u8>> {
    pub fn push(&mut self, bytes: &[u8]) {
        self.put(bytes);
    }
}

impl Column<i32> {
    pub fn push(&mut self, number: i32) {
        self.put(&number.to_be_bytes());
    }
}

impl Column<i64> {
    pub fn push(&mut self, number: i64) {
        self.put(&number.to_be_bytes());
    }

    pub fn push_or_absent(&mut self, number: Option<i64>) {
        self.put_or_absent(number.map(i64::to_be_bytes).as_ref().map(|bytes| &bytes[..]));
    }
}

impl Column<uuid::Uuid> {
    pub fn push(&mut self, id: uuid::Uuid) {
        self.put(id.as_bytes());
    }

    pub fn push_or_absent(&mut self, id: Option<uuid::Uuid>) {
        self.put_or_absent(id.as_ref().map(|id| &id.as_bytes()[..]));
    }
}

impl<T: PgHasArrayType> Type<Postgres> for Column<T> {
    fn type_info() -> PgTypeInfo {
        T::array_type_info()
    }

    fn compatible(info: &PgTypeInfo) -> bool {
        T::array_compatible(info)
    }
}

impl<T: PgHasArrayType + Type<Postgres>> Encode<'_, Postgres> for Column<T> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let oid = T::type_info().oid().ok_or("an array of a type without a number")?;
        // One dimension, and a mark that servers ignore; then its length and where it begins.
        let header = [1, 0, oid.0.cast_signed(), i32::try_from(self.count)?, 1];
        header.map(i32::to_be_bytes).iter().for_each(|word| buffer.extend_from_slice(word));
        buffer.extend_from_slice(&self.cells);
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_sent_as_the_array_that_the_driver_would_send() {
        fn bytes<T: for<'a> Encode<'a, Postgres>>(value: T) -> Vec<u8> {
            let mut buffer = PgArgumentBuffer::default();
            assert!(!value.encode(&mut buffer).unwrap().is_null());
            buffer.to_vec()
        }
        let mut texts = Column::<String>::default();
        assert_eq!(bytes(&texts), bytes(Vec::<String>::new()));
        texts.push("x");
        texts.push_or_absent(Some("中"));
        texts.push_or_absent(None);
        assert_eq!(bytes(&texts), bytes(vec![Some("x"), Some("中"), None]));
        let (mut numbers, mut forms) = (Column::<i64>::default(), Column::<i32>::default());
        numbers.push(1);
        numbers.push_or_absent(None);
        numbers.push_or_absent(Some(i64::MIN));
        assert_eq!(bytes(&numbers), bytes(vec![Some(1), None, Some(i64::MIN)]));
        forms.push(-7);
        assert_eq!(bytes(&forms), bytes(vec![-7]));
        let (mut blobs, mut ids) = (Column::<Vec<u8>>::default(), Column::<uuid::Uuid>::default());
        blobs.push(&[1, 2]);
        assert_eq!(bytes(&blobs), bytes(vec![vec![1_u8, 2]]));
        ids.push(uuid::Uuid::max());
        ids.push_or_absent(None);
        assert_eq!(bytes(&ids), bytes(vec![Some(uuid::Uuid::max()), None]));
    }
}
