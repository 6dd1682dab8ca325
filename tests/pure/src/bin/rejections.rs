//! Prints `docs/rejections.md`.
fn main() {}
