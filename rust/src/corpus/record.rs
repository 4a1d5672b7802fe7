//! One JSON record: its text, id and date, found without building the rest of it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The names of the fields that are read. All text fields count, joined by a blank line; of the id
/// and the date fields the first that a record has.
#[derive(Clone, Default, Debug, serde::Serialize, serde::Deserialize)]
pub struct Fields {
    pub text: Vec<String>,
    pub id: Vec<String>,
    pub date: Vec<String>,
}

pub struct Record<'a> {
    pub text: Cow<'a, str>,
    pub id: Option<Cow<'a, str>>,
    pub date: Option<Cow<'a, str>>,
    /// Which of the id fields and of the date fields gave the value.
    pub id_field: Option<usize>,
    pub date_field: Option<usize>,
}

/// Reads a record, or says in words why it is none.
pub fn parse<'a>(line: &'a [u8], fields: &Fields) -> Result<Record<'a>, String> {
    let line = simdutf8::compat::from_utf8(line)
        .map_err(|error| format!("not UTF-8: bad byte at {}", error.valid_up_to() + 1))?;
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let found = (&mut deserializer)
        .deserialize_map(RecordVisitor { fields })
        .and_then(|found| deserializer.end().map(|()| found))
        .map_err(json_reason)?;
    Ok(Record {
        text: join_texts(found.texts, fields)?,
        id: found.id.map(|(_, raw)| plain_value(raw, "id")).transpose()?.flatten(),
        date: found.date.and_then(|(_, raw)| plain_value(raw, "date").ok().flatten()),
        id_field: found.id.map(|(field, _)| field),
        date_field: found.date.map(|(field, _)| field),
    })
}

/// The names of a record's fields that hold a string. None when the line is no record.
pub fn string_fields(line: &[u8]) -> Option<Vec<String>> {
    let record: std::collections::BTreeMap<String, &RawValue> =
        serde_json::from_slice(line).ok()?;
    let strings = record.into_iter().filter(|(_, raw)| raw.get().starts_with('"'));
    Some(strings.map(|(name, _)| name).collect())
}

fn json_reason(error: serde_json::Error) -> String {
    let message = error.to_string();
    match message.split_once(" at line 1 column ") {
        Some((what, _)) if error.is_data() => what.to_owned(),
        Some((what, column)) => format!("not JSON: {what} at column {column}"),
        None => format!("not JSON: {message}"),
    }
}

fn join_texts<'a>(texts: Vec<Option<Text<'a>>>, fields: &Fields) -> Result<Cow<'a, str>, String> {
    let mut joined: Option<Cow<str>> = None;
    for (name, text) in fields.text.iter().zip(texts) {
        match text {
            None | Some(Text::Null) => continue,
            Some(Text::Other(kind)) => {
                return Err(format!("`{name}` is {kind}, not a string"));
            }
            Some(Text::String(text)) => match &mut joined {
                Some(all) => {
                    all.to_mut().push_str("\n\n");
                    all.to_mut().push_str(&text);
                }
                None => joined = Some(text),
            },
        }
    }
    joined.ok_or_else(|| match fields.text.as_slice() {
        [] => "no text field found; name it with --text-field".to_string(),
        [name] => format!("`{name}` is missing or null"),
        names => format!("`{}` are missing or null", names.join("`, `")),
    })
}

/// A string's value or a number as it is written; None for null and for an empty string.
fn plain_value<'a>(raw: &'a RawValue, what: &str) -> Result<Option<Cow<'a, str>>, String> {
    let json = raw.get();
    match json.as_bytes()[0] {
        b'"' => {
            let text: BorrowedString = serde_json::from_str(json).map_err(json_reason)?;
            Ok(Some(text.0).filter(|text| !text.is_empty()))
        }
        b'n' => Ok(None),
        b'-' | b'0'..=b'9' => Ok(Some(Cow::Borrowed(json))),
        _ => Err(format!("the {what} is neither a string nor a number")),
    }
}

#[derive(serde::Deserialize)]
struct BorrowedString<'a>(#[serde(borrow)] Cow<'a, str>);

enum Text<'a> {
    String(Cow<'a, str>),
    Null,
    Other(&'static str),
}

struct Found<'a> {
    texts: Vec<Option<Text<'a>>>,
    id: Option<(usize, &'a RawValue)>,
    date: Option<(usize, &'a RawValue)>,
}

struct RecordVisitor<'f> {
    fields: &'f Fields,
}

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let Fields { text, id, date } = self.fields;
        let mut found = Found { texts: text.iter().map(|_| None).collect(), id: None, date: None };
        while let Some(BorrowedString(name)) = map.next_key()? {
            let place = |fields: &[String]| fields.iter().position(|field| *field == name);
            if let Some(index) = place(text) {
                found.texts[index] = Some(map.next_value()?);
            } else if let Some(index) = place(id) {
                prefer(&mut found.id, index, map.next_value()?);
            } else if let Some(index) = place(date) {
                prefer(&mut found.date, index, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Takes a value unless one of a field named earlier is there. Null is no value.
fn prefer<'a>(found: &mut Option<(usize, &'a RawValue)>, field: usize, value: &'a RawValue) {
    if value.get() != "null" && found.is_none_or(|(other, _)| field <= other) {
        *found = Some((field, value));
    }
}

impl<'de> serde::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text::String(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Text<'de>, E> {
        Ok(Text::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text<'de>, E> {
        Ok(Text::Other("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Text<'de>, E> {
        Ok(Text::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Text<'de>, E> {
        Ok(Text::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Text<'de>, E> {
        Ok(Text::Other("a number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Other("an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(String, Option<String>, Option<String>), String> {
        let fields = Fields {
            text: vec!["title".into(), "text".into()],
            id: vec!["id".into(), "url".into()],
            date: vec!["date".into()],
        };
        parse(line.as_bytes(), &fields).map(|record| {
            (
                record.text.into_owned(),
                record.id.map(Cow::into_owned),
                record.date.map(Cow::into_owned),
            )
        })
    }

    fn article(
        text: &str,
        id: Option<&str>,
    ) -> Result<(String, Option<String>, Option<String>), String> {
        Ok((text.into(), id.map(Into::into), None))
    }

    #[test]
    fn reads_records_and_names_what_is_wrong() {
        let cases = [
            (r#"{"text": "a\nb", "id": "x"}"#, article("a\nb", Some("x"))),
            (r#"{"text": "a", "title": "t"}"#, article("t\n\na", None)),
            (r#"{"text": "a", "title": null, "id": null}"#, article("a", None)),
            (r#"{"text": "a", "text": "b", "id": ""}"#, article("b", None)),
            (
                r#"{"text": "a", "id": 123456789012345678901234567890}"#,
                article("a", Some("123456789012345678901234567890")),
            ),
            (r#"{"url": "u", "text": "a", "id": null}"#, article("a", Some("u"))),
            (r#"{"url": "u", "text": "a", "id": 7}"#, article("a", Some("7"))),
            (r#"{"text": "a", "other": [{"text": 1}]} "#, article("a", None)),
            (r#"{"text": 5}"#, Err("`text` is a number, not a string".into())),
            (r#"{"text": ["a"]}"#, Err("`text` is a list, not a string".into())),
            (r#"{"body": "a"}"#, Err("`title`, `text` are missing or null".into())),
            (r#"{"text": "a", "id": [1]}"#, Err("the id is neither a string nor a number".into())),
            (r#"["text"]"#, Err("invalid type: sequence, expected a JSON object".into())),
            (r#"{"text": "a"} x"#, Err("not JSON: trailing characters at column 15".into())),
            (r#"{"text": "a"#, Err("not JSON: EOF while parsing a string at column 11".into())),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{line}");
        }
        assert!(
            read("{\"text\": \"a\0\"}").unwrap_err().starts_with("not JSON: control character")
        );
        assert!(read(r#"{"text": "\ud800"}"#).unwrap_err().starts_with("not JSON: "));
        let deep = format!("{{\"text\": \"a\", \"deep\": {}", "[".repeat(100_000));
        assert!(read(&deep).unwrap_err().starts_with("not JSON: EOF while parsing"));
        assert_eq!(
            parse(b"{\"text\": \"\xff\"}", &Fields::default()).err().unwrap(),
            "not UTF-8: bad byte at 11"
        );
    }
}
