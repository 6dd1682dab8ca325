//! Prints `docs/rejections.md`: every refusal, provoked by a real command.

fn main() {
    print!("{}", citygate_tests_pure::catalogue::page());
}
