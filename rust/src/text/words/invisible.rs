//! Characters that are not seen. Words are made as if they were not there.

/// Whether a character shows nothing of its own (Unicode's Default_Ignorable_Code_Point and the
/// marks of interlinear annotations) or, as the Arabic tatweel, only makes a word longer.
#[inline]
pub fn is_invisible(character: char) -> bool {
    // Two ranges with most of what is written are looked at first.
    let plain = matches!(character, '\0'..='\u{ac}' | '\u{3165}'..='\u{fdff}');
    !plain
        && matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | TATWEEL
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Stretches an Arabic word. NFKC makes it out of vowel signs that are set on one.
pub const TATWEEL: char = '\u{640}';
