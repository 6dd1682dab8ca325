//! Whatever bytes stand in a file of facts, reading them never panics and never stops: every row
//! is a command, or says why it has not the form of one.

use std::fs;

use citygate_interchange::{FILES, Facts, Folder};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::facts::{demo, header};

/// A row as read: its file, its line, and the code of its complaint if it has one.
type Read = (&'static str, u64, Option<&'static str>);

/// Reads one file of a folder to its end.
fn read(file: &'static str, bytes: Vec<u8>) -> Vec<Read> {
    // Files inside the program live as long as it does; a test may lose some memory.
    let files: &'static [(&'static str, &'static [u8])] =
        Box::leak(Box::new([(file, &*Box::leak(bytes.into_boxed_slice()))]));
    let mut facts = Facts::of(Folder::Shipped(files));
    let mut rows = Vec::new();
    while let Some(row) = facts.next_row().unwrap() {
        let complaint = row.command.err().map(|error| {
            assert!(!error.message.is_empty() && error.advice().ends_with('.'));
            error.code()
        });
        rows.push((row.file, row.line, complaint));
    }
    rows
}

/// Lines of the sample: a header, if the file has one, and a few rows.
fn sample(file: &str) -> Vec<String> {
    let text = fs::read_to_string(demo().join(file)).unwrap();
    let rows = if header(file).is_some() { 12 } else { 2 };
    text.lines().take(rows).map(str::to_owned).collect()
}

/// Pieces that mean something to a parser, or should not.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known: [&[u8]; 24] = [
        b"\"",
        b"\"\"",
        b",",
        b"\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"\x1a",
        b"\xff",
        b"\xef\xbb\xbf",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"null",
        b"-",
        b"1e9",
        b"9999999999999999",
        b"2025-02-30",
        "\u{3000}".as_bytes(),
        b"NaN",
        b"\\u0000",
        b"--",
    ];
    prop_oneof![select(known.to_vec()).prop_map(<[u8]>::to_vec), vec(any::<u8>(), 0..6),]
}

/// What is done to a file: at a place, bytes are taken out and others put in.
type Edit = (Index, usize, Vec<u8>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec((any::<Index>(), 0_usize..9, piece()), 1..6)
}

fn edited(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for (place, out, piece) in edits {
        let at = place.index(bytes.len() + 1);
        let end = (at + out).min(bytes.len());
        bytes.splice(at..end, piece.iter().copied());
    }
    bytes
}

/// Lines are named in order, and none that the file has not.
fn lines_are_in_order(rows: &[Read], bytes: &[u8]) -> bool {
    let count = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    rows.is_sorted_by(|one, other| one.1 < other.1)
        && rows.iter().all(|(_, line, _)| (1..=count).contains(line))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_to_their_end(
        file in select(FILES.to_vec()),
        pieces in vec(piece(), 0..60),
        titled in any::<bool>(),
    ) {
        let title = header(file).filter(|_| titled).map(|line| format!("{line}\n"));
        let mut bytes = title.unwrap_or_default().into_bytes();
        bytes.extend(pieces.concat());
        let rows = read(file, bytes.clone());
        prop_assert!(lines_are_in_order(&rows, &bytes), "{rows:?}");
        prop_assert_eq!(read(file, bytes), rows);
    }

    #[test]
    fn a_file_with_a_few_bytes_changed_is_read_to_its_end(
        file in select(FILES.to_vec()),
        edits in edits(),
    ) {
        let bytes = edited(sample(file).join("\n").into_bytes(), &edits);
        let rows = read(file, bytes.clone());
        prop_assert!(lines_are_in_order(&rows, &bytes), "{rows:?}");
    }

    #[test]
    fn a_changed_row_changes_nothing_about_the_others(
        file in select(FILES.to_vec()),
        at in any::<Index>(),
        edits in edits(),
    ) {
        let lines = sample(file);
        let first = usize::from(header(file).is_some());
        let at = first + at.index(lines.len() - first);
        let whole = read(file, lines.join("\n").into_bytes());
        prop_assert!(whole.iter().all(|(_, _, complaint)| complaint.is_none()), "{whole:?}");
        let row = edited(lines[at].clone().into_bytes(), &edits);
        // A row is one line here, with its quotes closed.
        let row: Vec<u8> = row.into_iter().filter(|byte| !b"\n\"".contains(byte)).collect();
        let bytes: Vec<Vec<u8>> = (lines.iter().enumerate())
            .map(|(place, line)| if place == at { row.clone() } else { line.clone().into_bytes() })
            .collect();
        let rows = read(file, bytes.join(&b'\n'));
        let line = at as u64 + 1;
        let others = |rows: &[Read]| -> Vec<Read> {
            rows.iter().filter(|row| row.1 != line).copied().collect()
        };
        prop_assert_eq!(others(&rows), others(&whole));
    }
}
