//! Bad input: every row that cannot be taken is refused alone, with a code and a sentence.

mod forms;
mod texts;

mod sizes;

mod deliveries;

mod contracts;

mod market;

mod transfers;

mod claims;

mod money;
