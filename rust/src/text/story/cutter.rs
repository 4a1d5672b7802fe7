//! Where the sentences of a text are, and what of them stands inside quotation marks.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::words::{Words, is_invisible, normalise, plain, without_ends};

/// A stretch of one sentence that is wholly inside quotation marks or wholly outside.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Piece {
    /// The word behind its last one, and the sentence: indices in the text. While it is cut, the byte
    /// behind it.
    pub end: u32,
    pub sentence: u32,
    pub quoted: bool,
    /// Whether its first word has a capital in any case.
    pub opens: bool,
}

/// The words of a text and its pieces, and where its sentences are, as bytes.
pub fn cut(text: &str, words: &mut Words) -> (Vec<Piece>, Vec<Range<usize>>) {
    let shown = plain(text);
    let Cutter { mut sentences, mut pieces, .. } = Cutter::run(&shown);
    if let Cow::Owned(shown) = &shown {
        sentences.iter_mut().for_each(|it| *it = without_ends(text, shown, it.clone()));
    }
    let mut start = 0;
    let ends = words.read_pieces(pieces.iter().map(|piece| {
        let end = piece.end as usize;
        &shown[std::mem::replace(&mut start, end)..end]
    }));
    pieces.iter_mut().zip(ends).for_each(|(piece, end)| piece.end = end as u32);
    (pieces, sentences)
}

/// Bytes of a short sentence, by which room is made for all of a text.
const BYTES_A_SENTENCE: usize = 64;

/// The bytes at which nothing begins or ends inside a sentence; of those beyond ASCII all but the first
/// ones of characters at which something may.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        plain[byte] = !matches!(
            byte as u8,
            b'\n' | b'.' | b'!' | b'?' | b'"' | 0xc2 | 0xd8 | 0xdb | 0xe0 | 0xe2 | 0xe3 | 0xef
        );
        byte += 1;
    }
    plain
};

/// The first place from a byte on at which something may begin or end inside a sentence: a character
/// that [`State::of`] or [`is_quotation_mark`] knows, or one that begins as those do.
fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        if PLAIN[byte as usize] {
            at += 1;
            continue;
        }
        let next = |place: usize| bytes.get(at + place).copied().unwrap_or(0);
        at += match (byte, next(1), next(2)) {
            (..0x80, ..) | (0xc2, 0xab | 0xbb, _) | (0xd8, 0x9f, _) | (0xdb, 0x94, _) => break,
            (0xe0, 0xa5, 0xa4 | 0xa5) | (0xe2, 0x80, _) => break,
            (0xe3, 0x80, 0x82 | 0x8c..=0x8f) | (0xef, 0xbc, 0x81 | 0x9f) | (0xef, 0xbd, 0xa1) => {
                break;
            }
            (..0xe0, ..) => 2,
            _ => 3,
        };
    }
    at
}

#[derive(Clone, Copy)]
enum State {
    Inside,
    /// After a full stop, and after the blank behind it.
    Stopped,
    StoppedAndBlank,
    Ended,
}

impl State {
    fn of(character: char) -> State {
        match character {
            '.' | '!' | '?' | '…' | '؟' | '۔' | '।' | '॥' => State::Stopped,
            '。' | '！' | '？' | '｡' => State::Ended,
            _ => State::Inside,
        }
    }
}

fn is_quotation_mark(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』')
}

/// Whether what is seen before a place is a blank.
fn is_after_blank(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches(is_invisible).ends_with(char::is_whitespace)
}

/// Whether a quotation mark stands inside a word, as in Hebrew abbreviations: צה"ל. What the letters
/// beside it are is told once they are normalised, and without what is not seen.
fn is_in_word(text: &str, at: usize, mark: char) -> bool {
    let is_seen = |cluster: &&str| !cluster.chars().all(is_invisible);
    let before = || text[..at].graphemes(true).rfind(is_seen);
    let is_part = |it: char| is_combining_mark(it) || is_invisible(it);
    // Marks on the quotation mark itself change nothing.
    let behind = || text[at + mark.len_utf8()..].trim_start_matches(is_part);
    let after = || behind().graphemes(true).find(is_seen);
    if mark == '"'
        && let Some(before) = before().filter(|it| !it.is_ascii())
        && let Some(after) = after().filter(|it| !it.is_ascii())
    {
        let joined = [&normalise(before), "\"", &normalise(after)].concat();
        return joined.unicode_words().any(|word| word.contains(mark));
    }
    false
}

#[derive(Default)]
struct Cutter {
    sentences: Vec<Range<usize>>,
    pieces: Vec<Piece>,
    /// Where the sentence and the piece at hand begin.
    sentence: usize,
    piece: usize,
    opens: bool,
    /// The mark that is open. A new line closes it, since each paragraph of a long quotation opens
    /// it anew.
    quote: Option<char>,
}

impl Cutter {
    /// Cuts a text at the ends of sentences and at quotation marks.
    ///
    /// A sentence ends at a new line, and at a full stop or its like with a blank behind it, unless
    /// a small letter follows; what is not seen is passed over. UAX #29 says nearly the same and takes ten times as long.
    fn run(text: &str) -> Cutter {
        let sentences = text.len() / BYTES_A_SENTENCE + 1;
        let mut cutter = Cutter {
            sentences: Vec::with_capacity(sentences),
            pieces: Vec::with_capacity(sentences),
            ..Cutter::default()
        };
        let mut state = State::Inside;
        let mut at = 0;
        loop {
            if let State::Inside = state {
                at = skip_plain(text.as_bytes(), at);
            }
            let Some(character) = text[at..].chars().next() else { break };
            state = match (state, character) {
                (_, '\n') => {
                    cutter.quote = None;
                    State::Ended
                }
                (State::Stopped | State::StoppedAndBlank | State::Ended, hidden)
                    if is_invisible(hidden) =>
                {
                    state
                }
                (State::Ended, blank) if blank.is_whitespace() => State::Ended,
                (State::Ended, mark) if is_combining_mark(mark) && !is_after_blank(text, at) => {
                    State::Ended
                }
                (State::Stopped, blank) if blank.is_whitespace() => State::StoppedAndBlank,
                (State::StoppedAndBlank, blank) if blank.is_whitespace() => State::StoppedAndBlank,
                (State::StoppedAndBlank, letter) if letter.is_lowercase() => State::Inside,
                (State::StoppedAndBlank | State::Ended, _) => {
                    cutter.end_sentence(at);
                    State::of(character)
                }
                (State::Stopped, ')' | ']' | '\'' | '’') => State::Stopped,
                (State::Stopped, mark) if is_quotation_mark(mark) => State::Stopped,
                _ => State::of(character),
            };
            if is_quotation_mark(character) && !is_in_word(text, at, character) {
                cutter.meet_mark(at, character);
            }
            at += character.len_utf8();
        }
        cutter.end_sentence(text.len());
        cutter
    }

    fn end_piece(&mut self, end: usize, quoted: bool) {
        let opens = self.opens || self.piece == self.sentence;
        let sentence = self.sentences.len() as u32;
        self.pieces.push(Piece { end: end as u32, sentence, quoted, opens });
        self.piece = end;
        self.opens = false;
    }

    fn end_sentence(&mut self, end: usize) {
        self.end_piece(end, self.quote.is_some());
        self.sentences.push(self.sentence..end);
        self.sentence = end;
    }

    fn meet_mark(&mut self, at: usize, mark: char) {
        let quoted = self.quote.is_some();
        self.end_piece(at, quoted);
        self.quote = match self.quote {
            // It closes a German quotation, and opens any other.
            Some('“') if mark == '“' => Some('“'),
            Some(_) => None,
            None => Some(mark),
        };
        self.opens = !quoted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of each piece its words, sentence, and whether it is quoted and opens one.
    fn read(text: &str) -> Vec<(Vec<String>, u32, bool, bool)> {
        let mut words = Words::default();
        let (pieces, sentences) = cut(text, &mut words);
        assert_eq!(sentences.last().map(|last| last.end), Some(text.len()));
        let mut start = 0;
        let read = pieces.iter().map(|piece| {
            let own = start..piece.end as usize;
            start = piece.end as usize;
            let spelt = |word| String::from_utf8_lossy(words.get(word)).into_owned();
            (own.map(spelt).collect(), piece.sentence, piece.quoted, piece.opens)
        });
        read.collect()
    }

    #[test]
    fn sentences_end_at_blocks() {
        let cases: [(&str, &[&str]); 9] = [
            ("<h1>One two</h1><p>Three <b>four</b></p>", &["One two", "Three <b>four"]),
            ("One<br>two<BR/>three", &["One", "two", "three"]),
            ("One. <i>Two</i>. Three", &["One.", "Two</i>.", "Three"]),
            ("One.</b> Two.<!-- x --> three", &["One.", "Two.<!-- x --> three"]),
            ("One <a href=\"x\ny\">two</a> three", &["One <a href=\"x\ny\">two</a> three"]),
            (
                "<p>&ldquo;One.&rdquo; Two&hellip; Three</p>",
                &["&ldquo;One.&rdquo;", "Two&hellip;", "Three"],
            ),
            ("One<script>a. B\n\nC</script> two", &["One<script>a. B\n\nC</script> two"]),
            ("<li title=\"中文\">一二。三四</li>", &["一二。", "三四"]),
            ("One &amp; two &lt;p&gt; three", &["One &amp; two &lt;p&gt; three"]),
        ];
        for (text, expected) in cases {
            let sentences = cut(text, &mut Words::default()).1.into_iter();
            let found = sentences.map(|it| &text[it]).filter(|it| !it.is_empty());
            assert_eq!(found.collect::<Vec<_>>(), expected, "{text:?}");
        }
    }

    #[test]
    fn quotation_marks_may_be_references() {
        let quoted = |text| read(text).into_iter().map(|it| it.2).collect::<Vec<_>>();
        let plain = quoted("He said \"no\", she “yes”.");
        assert_eq!(quoted("He said &quot;no&#34;, she &ldquo;yes&#8221;."), plain);
    }

    #[test]
    fn what_is_skipped_says_nothing() {
        for character in '\0'..=char::MAX {
            let mut bytes = [0; 4];
            let skipped = skip_plain(character.encode_utf8(&mut bytes).as_bytes(), 0);
            assert!(skipped == 0 || skipped == character.len_utf8());
            let says = character == '\n'
                || is_quotation_mark(character)
                || !matches!(State::of(character), State::Inside);
            assert!(!says || skipped == 0, "{character:?}");
        }
    }

    fn spelt(words: &Words) -> Vec<String> {
        words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    const HIDDEN: &str = "[\u{ad}\u{34f}\u{61c}\u{640}\u{200b}-\u{200f}\u{2060}\u{feff}]{0,2}";

    proptest! {
        #[test]
        fn cutting_changes_no_word(
            text in "[a-bA-B1.!?…。\"“”„«»)'’< \n\u{a0}\u{301}\u{200d}中カبא-גװ\u{5b0}\u{fb2a}\u{2135}]{0,40}",
        ) {
            let (mut words, mut whole) = (Words::default(), Words::default());
            cut(&text, &mut words);
            whole.read(&text);
            prop_assert_eq!(spelt(&words), spelt(&whole));
        }

        #[test]
        fn what_is_not_seen_changes_no_sentence(
            text in "[a-bA-B1.!?…。\"“”„«»)'’ \n\u{a0}\u{301}中ب]{0,40}",
            hidden in prop::collection::vec(HIDDEN, 41),
        ) {
            let marked: String =
                text.chars().zip(&hidden).flat_map(|(it, hidden)| [hidden.as_str().to_owned(), it.to_string()]).collect();
            prop_assert_eq!(read(&marked), read(&text));
        }
    }
}
