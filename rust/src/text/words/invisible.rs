//! Characters that are not seen. Words are made as if they were not there.

/// Stretches an Arabic word. NFKC makes it out of vowel signs that are set on one.
pub const TATWEEL: char = '\u{640}';

/// Whether a character shows nothing of its own (Unicode's Default_Ignorable_Code_Point and the
/// marks of interlinear annotations, and DELETE) or, as the Arabic tatweel, only makes a word longer.
#[inline]
pub fn is_invisible(character: char) -> bool {
    // One branch tells nearly all that is written.
    match character as u32 >> 8 {
        0x00 => matches!(character, '\u{7f}' | '\u{ad}'),
        0x03 => character == '\u{34f}',
        0x06 => matches!(character, '\u{61c}' | TATWEEL),
        0x11 => matches!(character, '\u{115f}'..='\u{1160}'),
        0x17 => matches!(character, '\u{17b4}'..='\u{17b5}'),
        0x18 => matches!(character, '\u{180b}'..='\u{180f}'),
        0x20 => matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        ),
        0x31 => character == '\u{3164}',
        0xfe => matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{feff}'),
        0xff => matches!(character, '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'),
        0x1bc => matches!(character, '\u{1bca0}'..='\u{1bca3}'),
        0x1d1 => matches!(character, '\u{1d173}'..='\u{1d17a}'),
        0xe00..=0xe0f => true,
        _ => false,
    }
}
