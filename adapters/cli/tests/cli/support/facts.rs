//! Folders of facts: made for one test, or the sample that lies in the repository.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The headers of the CSV files with every column.
const HEADERS: [(&str, &str); 7] = [
    ("indices.csv", "code,effective_day,value,valid_through,reason"),
    ("transfers.csv", "reference,from_contract,to_contract,month,quantity,agreed_on"),
    ("lots.csv", "trade_reference,contract,month,venue,mode,quantity,unit_price,firm,traded_at"),
    ("deliveries.csv", "delivery_point,gas_day,volume_m3,gcv_mj_per_m3,source,reason"),
    (
        "claims.csv",
        "claim,contract,kind,first_gas_day,last_gas_day,quantity,received_on,decision,\
         granted_quantity,decided_on,note",
    ),
    ("payments.csv", "contract,value_date,amount,bank,bank_reference,kind,reverses,note"),
    ("guarantees.csv", "contract,reference,bank,amount,valid_from,valid_to"),
];

/// The header of a file; a file of JSON lines has none.
pub fn header(file: &str) -> Option<&'static str> {
    HEADERS.iter().find(|(known, _)| *known == file).map(|(_, header)| *header)
}

/// A folder of facts.
pub struct Facts {
    folder: TempDir,
}

impl Facts {
    /// An empty folder.
    pub fn none() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with one file, as these bytes.
    pub fn raw(file: &str, bytes: impl AsRef<[u8]>) -> Self {
        Self::none().and_raw(file, bytes)
    }

    /// A folder with one file of rows under its full header.
    pub fn rows<T: AsRef<str>>(file: &str, rows: &[T]) -> Self {
        Self::none().and_rows(file, rows)
    }

    /// This folder with a file more, as these bytes.
    pub fn and_raw(self, file: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.folder.path().join(file), bytes).unwrap();
        self
    }

    /// This folder with a file more of rows under its full header.
    pub fn and_rows<T: AsRef<str>>(self, file: &str, rows: &[T]) -> Self {
        let lines = header(file).into_iter().chain(rows.iter().map(AsRef::as_ref));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        self.and_raw(file, text)
    }

    /// Where the folder lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The sample of 24 contracts.
pub fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/demo")
}

/// What the sample comes to.
#[track_caller]
pub fn expected(name: &str) -> Vec<u8> {
    fs::read(demo().join("expected").join(name)).unwrap()
}
