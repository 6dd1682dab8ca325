//! Light rows for rebuilding, as the server copies them out: in its binary form a field is its
//! length and its bytes, and nothing is quoted.

use std::io::Write as _;

use futures_util::TryStreamExt as _;
use sqlx::PgConnection;

use super::load::LoadError;
use crate::replay::Packing;
use crate::{ReplayPage, StoreError};

/// What the binary form begins with; flags and the length of an extension follow, 32 bits each.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// Rows for which room is made before they come.
const MOST: usize = 4096;
/// Fields of a row as it is asked for.
const FIELDS: usize = 6;

/// Events with positions above `after`, at most `limit`; a hole is an error.
///
/// A connection on which this ends with an error, or does not end, may still have rows on their way:
/// it is not to be used any more.
pub(super) async fn rows(
    connection: &mut PgConnection,
    after: u64,
    limit: usize,
) -> Result<ReplayPage, LoadError> {
    let through = after.saturating_add(limit as u64);
    let sql = format!(
        "COPY (SELECT position, stream, type, type_version, recorded_at, payload \
         FROM citygate.event WHERE position > {after} AND position <= {through} \
         ORDER BY position) TO STDOUT (FORMAT binary)"
    );
    let rows = Packing::from(after + 1, limit.min(MOST));
    let mut copied = Copied { begun: false, rest: Vec::new(), rows };
    let mut chunks = connection.copy_out_raw(&sql).await?;
    while let Some(chunk) = chunks.try_next().await? {
        copied.take(&chunk)?;
    }
    let mut page = ReplayPage::default();
    page.take(copied.rows)?;
    Ok(page)
}

/// What has come of a copy. The server sends a row at a time, but what lies between may cut anew.
struct Copied {
    /// Whether the header has been read.
    begun: bool,
    /// The begin of something that has not come whole.
    rest: Vec<u8>,
    rows: Packing,
}

impl Copied {
    fn take(&mut self, chunk: &[u8]) -> Result<(), StoreError> {
        if self.rest.is_empty() {
            let used = self.read(chunk)?;
            self.rest.extend_from_slice(chunk.get(used..).unwrap_or_default());
        } else {
            self.rest.extend_from_slice(chunk);
            let rest = std::mem::take(&mut self.rest);
            let used = self.read(&rest)?;
            self.rest = rest.get(used..).unwrap_or_default().to_vec();
        }
        Ok(())
    }

    /// Reads all that is whole; gives how many bytes that was.
    fn read(&mut self, bytes: &[u8]) -> Result<usize, StoreError> {
        let mut left = bytes;
        if !self.begun {
            let Some((signature, mut behind)) = left.split_at_checked(SIGNATURE.len()) else {
                return Ok(0);
            };
            let (Some(_flags), Some(extension)) = (integer(&mut behind), integer(&mut behind))
            else {
                return Ok(0);
            };
            let behind = usize::try_from(extension).ok().and_then(|length| behind.get(length..));
            let (true, Some(behind)) = (signature == SIGNATURE, behind) else {
                return Err(self.unreadable());
            };
            (self.begun, left) = (true, behind);
        }
        while let Some(behind) = self.row(left)? {
            left = behind;
        }
        Ok(bytes.len() - left.len())
    }

    /// Takes a row and gives what is behind it; none when it has not come whole, or at the end.
    fn row<'b>(&mut self, bytes: &'b [u8]) -> Result<Option<&'b [u8]>, StoreError> {
        let Some((count, mut left)) = bytes.split_first_chunk::<2>() else { return Ok(None) };
        match i16::from_be_bytes(*count) {
            // The end is told as a row of less than no fields.
            -1 => return Ok(Some(left)),
            count if usize::try_from(count) == Ok(FIELDS) => {}
            _ => return Err(self.unreadable()),
        }
        let mut fields: [&[u8]; FIELDS] = [&[]; FIELDS];
        for field in &mut fields {
            let Some(length) = integer(&mut left) else { return Ok(None) };
            // No column of these may be null, which is a length below nothing.
            let length = usize::try_from(length).map_err(|_| self.unreadable())?;
            let Some((value, behind)) = left.split_at_checked(length) else { return Ok(None) };
            (*field, left) = (value, behind);
        }
        let [position, stream, event_type, type_version, recorded_at, payload] = fields;
        let expected = self.rows.next();
        if position != expected.to_be_bytes() {
            return Err(StoreError::corrupt(expected, "the event is missing"));
        }
        let type_version = type_version.try_into().map(i32::from_be_bytes);
        let type_version = type_version.map_err(|_| self.unreadable())?;
        let mut digits = [0; 11];
        let mut behind = digits.as_mut_slice();
        write!(behind, "{type_version}").map_err(|_| self.unreadable())?;
        let unused = behind.len();
        let digits = digits.get(..digits.len() - unused).unwrap_or_default();
        self.rows.row([stream, event_type, digits, recorded_at, payload]);
        Ok(Some(left))
    }

    fn unreadable(&self) -> StoreError {
        StoreError::corrupt(self.rows.next(), "the server's copy of the row cannot be read")
    }
}

/// The next 32 bits.
fn integer(bytes: &mut &[u8]) -> Option<i32> {
    let (integer, behind) = bytes.split_first_chunk::<4>()?;
    *bytes = behind;
    Some(i32::from_be_bytes(*integer))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy of rows with these positions, as a server sends it.
    fn copy(positions: &[i64]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend([0; 8]);
        for position in positions {
            bytes.extend(6_i16.to_be_bytes());
            let (position, version) = (position.to_be_bytes(), 7_i32.to_be_bytes());
            for field in [&position[..], b"a", b"t", &version, b"now", b"{\"k\":\"\\n\"}"] {
                bytes.extend(i32::try_from(field.len()).unwrap().to_be_bytes());
                bytes.extend(field);
            }
        }
        bytes.extend((-1_i16).to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8], at_once: usize) -> Result<ReplayPage, StoreError> {
        let mut copied = Copied { begun: false, rest: Vec::new(), rows: Packing::from(5, 3) };
        for chunk in bytes.chunks(at_once) {
            copied.take(chunk)?;
        }
        let mut page = ReplayPage::default();
        page.take(copied.rows)?;
        Ok(page)
    }

    #[test]
    fn a_copy_is_read_the_same_however_it_was_cut_on_its_way() {
        let bytes = copy(&[5, 6, 7]);
        let whole = read(&bytes, bytes.len()).unwrap();
        for at_once in 1..bytes.len() {
            assert_eq!(read(&bytes, at_once).unwrap(), whole, "{at_once}");
        }
        assert_eq!((whole.len(), whole.last_position()), (3, Some(7)));
        let rows: Vec<_> = whole.rows().map(Result::unwrap).collect();
        assert_eq!((rows[0].stream, rows[0].event_type, rows[0].type_version), ("a", "t", 7));
        assert_eq!((rows[2].recorded_at, rows[2].payload), ("now", "{\"k\":\"\\n\"}"));
        assert!(read(&copy(&[]), 3).unwrap().is_empty());
    }

    #[test]
    fn a_hole_is_named_and_what_is_no_copy_is_refused() {
        let missing = read(&copy(&[5, 7]), 9).unwrap_err();
        assert!(matches!(missing, StoreError::Corrupt { position: 6, .. }), "{missing}");
        let strange = read(b"something else entirely", 4).unwrap_err();
        assert!(matches!(strange, StoreError::Corrupt { position: 5, .. }), "{strange}");
    }
}
