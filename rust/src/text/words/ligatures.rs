//! Characters that NFKC spells with words, as ﷺ and ㌖. A text of nothing else would take as long as one
//! many times its size.

use std::borrow::Cow;

/// Of so many a text is read. Any more of them are not seen.
const MOST: usize = 1 << 12;

/// The text with as many bytes, and what is not seen in place of the ligatures past the most.
pub fn bounded(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if bytes.len() <= 3 * MOST {
        return text;
    }
    // Those that may be one by their first two bytes: more are counted in an instant.
    let may_be = |it: &(&u8, &u8)| matches!(it, (0xe3, 0x8c..=0x8d) | (0xef, 0xb7));
    if bytes.iter().zip(&bytes[1..]).filter(may_be).count() <= MOST {
        return text;
    }
    let mut seen = 0;
    let bounded = text.chars().map(|character| {
        seen += is_ligature(character) as usize;
        if seen > MOST && is_ligature(character) { '\u{200b}' } else { character }
    });
    Cow::Owned(bounded.collect())
}

fn is_ligature(character: char) -> bool {
    matches!(character, '\u{3300}'..='\u{3357}' | '\u{337f}' | '\u{fdfa}' | '\u{fdfb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words::Words;
    use crate::text::words::spans::words_with_spans;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn what_is_spelt_with_many_letters_is_one() {
        for character in '\0'..=char::MAX {
            let spelt = std::iter::once(character).nfkc();
            let letters: usize = spelt.filter(|it| it.is_alphanumeric()).map(char::len_utf8).sum();
            assert!(letters < 4 * character.len_utf8() || is_ligature(character), "{character}");
            assert!(!is_ligature(character) || character.len_utf8() == '\u{200b}'.len_utf8());
        }
    }

    #[test]
    fn those_past_the_most_are_not_seen() {
        let read = |text: &str| bounded(Cow::Borrowed(text)).into_owned();
        for ligature in ["ﷺ", "ﷻ", "㌖", "㍿"] {
            let most = format!("{} 中文", ligature.repeat(MOST));
            assert_eq!(read(&most), most);
            let more = format!("{most} a {ligature}{ligature} b{ligature}c");
            let seen = format!("{most} a \u{200b}\u{200b} b\u{200b}c");
            assert_eq!(read(&more), seen);
            assert_eq!(read(&seen), seen);
        }
    }

    #[test]
    fn words_and_their_spans_are_of_what_is_seen() {
        let text = "one ﷺ ".repeat(MOST + 10);
        let mut words = Words::default();
        words.read(&text);
        assert_eq!(words.len(), MOST + 10 + 4 * MOST);
        let (spanned, spans) = words_with_spans(&text);
        assert_eq!(words.joined(), spanned.joined());
        assert_eq!(spans.last(), Some(&(text.chars().count() - 6..text.chars().count() - 3)));
    }
}
