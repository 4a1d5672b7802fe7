//! Writes tokens out as the inside of a JSON string.

use std::io::Write;

use super::token::{BREAK, CLOSE_QUOTE, COMMA, DASH, GENITIVE, Kind, OPEN_QUOTE, STOP, Token};
use super::vocabulary::Vocabulary;

/// The characters an outlet uses beyond letters and figures, as JSON has them.
pub struct Typography {
    open_quote: &'static [u8],
    close_quote: &'static [u8],
    genitive: &'static [u8],
    dash: &'static [u8],
    money: &'static [u8],
}

pub const ASCII: Typography = Typography {
    open_quote: b"\\\"",
    close_quote: b"\\\"",
    genitive: b"'s",
    dash: b" -",
    money: b"$",
};
pub const TYPOGRAPHIC: Typography = Typography {
    open_quote: "“".as_bytes(),
    close_quote: "”".as_bytes(),
    genitive: "’s".as_bytes(),
    dash: " —".as_bytes(),
    money: b"$",
};
pub const FOREIGN: Typography =
    Typography { dash: " –".as_bytes(), money: "€".as_bytes(), ..TYPOGRAPHIC };

impl Typography {
    pub fn write(&self, vocabulary: &Vocabulary, text: &[Token], out: &mut Vec<u8>) {
        let mut starts = true;
        for (at, token) in text.iter().enumerate() {
            if token.has(OPEN_QUOTE) {
                out.extend_from_slice(self.open_quote);
                starts = true;
            }
            let from = out.len();
            self.write_word(vocabulary, *token, out);
            if starts {
                out[from].make_ascii_uppercase();
            }
            starts = token.has(STOP);
            if token.marks != 0 {
                self.write_marks(token, at + 1 == text.len(), out);
            }
            if at + 1 < text.len() && !token.has(BREAK) {
                out.push(b' ');
            }
        }
    }

    fn write_marks(&self, token: &Token, last: bool, out: &mut Vec<u8>) {
        for (mark, written) in [
            (GENITIVE, self.genitive),
            (COMMA, b","),
            (STOP, b"."),
            (CLOSE_QUOTE, self.close_quote),
            (DASH, self.dash),
        ] {
            if token.has(mark) {
                out.extend_from_slice(written);
            }
        }
        if token.has(BREAK) && !last {
            out.extend_from_slice(b"\\n\\n");
        }
    }

    fn write_word(&self, vocabulary: &Vocabulary, token: Token, out: &mut Vec<u8>) {
        let number = token.term;
        match token.kind {
            Kind::Count => write_grouped(number, out),
            Kind::Tenths => write_tenths(number, out),
            Kind::Percent => {
                write_tenths(number, out);
                out.push(b'%');
            }
            Kind::Money => {
                out.extend_from_slice(self.money);
                write_grouped(number, out);
            }
            Kind::Year => write_number(number, out),
            _ => vocabulary.write(number, out),
        }
    }
}

/// With a comma between thousands.
fn write_grouped(number: u32, out: &mut Vec<u8>) {
    if number < 1_000 {
        return write_number(number, out);
    }
    write_grouped(number / 1_000, out);
    write!(out, ",{:03}", number % 1_000).expect("a buffer takes all");
}

fn write_tenths(number: u32, out: &mut Vec<u8>) {
    write_number(number / 10, out);
    out.extend_from_slice(&[b'.', b'0' + (number % 10) as u8]);
}

fn write_number(number: u32, out: &mut Vec<u8>) {
    write!(out, "{number}").expect("a buffer takes all");
}
