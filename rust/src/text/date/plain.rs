//! What the same letters and figures are, however they are written.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_script::{Script, UnicodeScript};

use crate::text::words::is_invisible;

/// Small letters without accents, the figures 0 to 9 whatever the script, one sign for the dashes:
/// what a name is looked up by. Says whether figures of another script were among them.
pub fn plain(text: &str) -> (Cow<'_, str>, bool) {
    if text.is_ascii() {
        let plain = match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
        return (plain, false);
    }
    let mut other_figures = false;
    let plain = text
        .nfkd()
        .filter(|&it| !is_accent(it) && !is_invisible(it))
        .flat_map(char::to_lowercase)
        .filter(|&it| !is_accent(it))
        .map(|it| match it {
            'ı' => 'i',
            'ς' => 'σ',
            '’' | '‘' | 'ʼ' | '′' => '\'',
            '‐'..='―' | '−' => '-',
            '،' | '、' | '，' => ',',
            '。' => '.',
            // As Arabic keyboards write the letters of Persian, and the other way round.
            'ي' | 'ى' => 'ی',
            'ك' => 'ک',
            _ => match figure(it) {
                Some(figure) => {
                    other_figures |= !it.is_ascii();
                    figure
                }
                None => it,
            },
        })
        .nfc()
        .collect();
    (Cow::Owned(plain), other_figures)
}

/// A mark that one may leave out: those of several scripts, and the dots below letters of India. The
/// other marks there are vowels.
fn is_accent(it: char) -> bool {
    is_combining_mark(it)
        && (it.script() == Script::Inherited || canonical_combining_class(it) == NUKTA)
}

const NUKTA: u8 = 7;

/// Whether a character is of a word.
pub fn is_letter(it: char) -> bool {
    it.is_ascii_alphabetic() || (!it.is_ascii() && (it.is_alphabetic() || is_combining_mark(it)))
}

/// The zeros of the scripts that dates of news are written in.
const ZEROS: [u32; 14] = [
    0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0x1040,
    0x17e0,
];

fn figure(it: char) -> Option<char> {
    let of = |zero: u32| (it as u32).checked_sub(zero).filter(|&value| value < 10);
    ZEROS.into_iter().find_map(of).and_then(|value| char::from_digit(value, 10))
}
