//! Canonical JSON (RFC 8785) without fractions: the only form in which payloads are taken.
//!
//! Decimals travel as strings, so a number is an integer that every reader holds exactly.

use serde::Serialize;
use serde_json::Value;

/// Deepest nesting that is taken.
const MAX_DEPTH: usize = 32;
/// Largest magnitude that every JSON reader holds exactly.
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// A text that is not a canonical JSON object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not canonical JSON at byte {at}: {why}")]
pub struct NotCanonical {
    /// Where reading stopped.
    pub at: usize,
    /// What is wrong there.
    pub why: &'static str,
}

/// Writes a value as canonical JSON.
///
/// # Errors
/// [`NotCanonical`] when the value is not an object, or holds a fraction or a number beyond 2⁵³−1.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<String, NotCanonical> {
    let bad = NotCanonical { at: 0, why: "the value has no JSON form" };
    let Ok(value) = serde_json::to_value(value) else { return Err(bad) };
    let mut text = String::new();
    write_value(&value, &mut text);
    check_canonical_object(&text)?;
    Ok(text)
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(name, out);
                out.push(':');
                write_value(&members[name], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::String(text) => write_string(text, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

/// Writes a JSON string with the fewest escapes, as RFC 8785 demands.
pub(crate) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < 0x20 || b == b'"' || b == b'\\') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            0x0c => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            other => {
                out.push_str("\\u00");
                for nibble in [other >> 4, other & 15] {
                    out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
                }
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Checks that a text is one canonical JSON object.
///
/// # Errors
/// [`NotCanonical`] with the byte at which the text leaves the form.
pub fn check_canonical_object(text: &str) -> Result<(), NotCanonical> {
    let mut scanner = Scanner { text, at: 0 };
    if scanner.peek() != Some(b'{') {
        return Err(scanner.bad("an object is expected"));
    }
    scanner.value(0)?;
    if scanner.at == text.len() { Ok(()) } else { Err(scanner.bad("text after the object")) }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn bad(&self, why: &'static str) -> NotCanonical {
        NotCanonical { at: self.at, why }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<(), NotCanonical> {
        if depth > MAX_DEPTH {
            return Err(self.bad("nested too deeply"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<(), NotCanonical> {
        let rest = &self.text.as_bytes()[self.at..];
        for word in ["true", "false", "null"] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(());
            }
        }
        Err(self.bad("a value is expected"))
    }

    fn object(&mut self, depth: usize) -> Result<(), NotCanonical> {
        self.at += 1;
        if self.take(b'}') {
            return Ok(());
        }
        let mut previous: Option<&'a str> = None;
        loop {
            let start = self.at;
            let name = self.string()?;
            if previous.is_some_and(|previous| !in_order(previous, name)) {
                return Err(NotCanonical { at: start, why: "names are not in order" });
            }
            previous = Some(name);
            if !self.take(b':') {
                return Err(self.bad("a colon is expected"));
            }
            self.value(depth + 1)?;
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.bad("a comma or the object's end is expected"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), NotCanonical> {
        self.at += 1;
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            if self.take(b']') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.bad("a comma or the array's end is expected"));
            }
        }
    }

    /// Reads a string and returns what stands between its quotes, escapes and all.
    fn string(&mut self) -> Result<&'a str, NotCanonical> {
        if !self.take(b'"') {
            return Err(self.bad("a string is expected"));
        }
        let (text, start) = (self.text, self.at);
        let bytes = text.as_bytes();
        loop {
            let Some(&byte) = bytes.get(self.at) else {
                return Err(self.bad("a string does not end"));
            };
            self.at += 1;
            match byte {
                b'"' => return Ok(&text[start..self.at - 1]),
                b'\\' => self.escape()?,
                0..0x20 => return Err(self.bad("a control character is not escaped")),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Result<(), NotCanonical> {
        let rest = &self.text.as_bytes()[self.at..];
        match rest {
            [b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r', ..] => self.at += 1,
            // 08, 09, 0a, 0c and 0d have short forms.
            [b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..] => self.at += 5,
            [b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => self.at += 5,
            _ => return Err(self.bad("an escape is not the shortest")),
        }
        Ok(())
    }

    fn integer(&mut self) -> Result<(), NotCanonical> {
        let start = self.at;
        let negative = self.take(b'-');
        let digits = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let digits = &self.text[digits..self.at];
        let zero_first = digits.starts_with('0') && (digits.len() > 1 || negative);
        let small = digits.parse::<u64>().is_ok_and(|value| value <= MAX_INTEGER);
        let ends = !matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        if small && ends && !zero_first {
            return Ok(());
        }
        Err(NotCanonical { at: start, why: "a number is not a plain integer of at most 53 bits" })
    }
}

/// Whether the name `a` comes strictly before `b` by UTF-16 code units.
fn in_order(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.is_ascii() && !text.contains('\\');
    if plain(a) && plain(b) {
        return a < b;
    }
    let units = |text: &str| -> Vec<u16> {
        let quoted = format!("\"{text}\"");
        serde_json::from_str::<String>(&quoted).unwrap_or_default().encode_utf16().collect()
    };
    units(a) < units(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_texts_are_taken_and_others_refused() {
        for good in [
            "{}",
            r#"{"a":1,"b":[],"c":{"x":null},"d":"é\n\u001f"}"#,
            r#"{"A":-5,"a":[true,false,"0.10"],"中":9007199254740991}"#,
            // By UTF-16 the emoji (a surrogate pair) comes before U+FFFD.
            "{\"😀\":1,\"\u{fffd}\":2}",
        ] {
            assert_eq!(check_canonical_object(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "[]",
            "{ }",
            "{} ",
            r#"{"b":1,"a":2}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":1.5}"#,
            r#"{"a":01}"#,
            r#"{"a":-0}"#,
            r#"{"a":1e3}"#,
            r#"{"a":9007199254740992}"#,
            r#"{"a":"\u0041"}"#,
            r#"{"a":"\/"}"#,
            r#"{"a":"\u000a"}"#,
            r#"{"a":"\u001F"}"#,
            r#"{"a"}"#,
            r#"{"a":1,}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":tru}"#,
            r#"{"a":"x"#,
            "{\"a\":\"\n\"}",
            "{\"\u{fffd}\":1,\"😀\":2}",
        ] {
            assert!(check_canonical_object(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_value_is_written_in_the_form_that_is_taken() {
        let value = serde_json::json!({"b": "q\"\\\u{1}\u{7f}", "a": [1, {"z": null, "y": "é"}]});
        let text = canonical_json(&value).unwrap();
        assert_eq!(text, "{\"a\":[1,{\"y\":\"é\",\"z\":null}],\"b\":\"q\\\"\\\\\\u0001\u{7f}\"}");
        assert!(canonical_json(&serde_json::json!({"a": 1.5})).is_err());
        assert!(canonical_json(&serde_json::json!([1])).is_err());
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(check_canonical_object(&deep).is_err());
    }
}
