//! What two stories have in common and what only one has, for showing: slower than verifying them.

use std::cmp::Reverse;
use std::ops::Range;

use hashbrown::HashSet;

use super::Article;
use super::features::{self, Features, InOther, MIN_ALIGNED};
use super::furniture::Holders;
use super::model::MODELS;
use super::sentences::{AlignedSentence, align_sentences};
use crate::text::story::outline::{Kind, Outline, Term, Token};
use crate::text::words::spans;

/// Ranges are in characters.
#[derive(Default)]
pub struct Evidence {
    /// Each sentence stands in one pair at most; in the order of the first text.
    pub sentences: Vec<SentencePair>,
    /// In the order of the first text, as they stand there.
    pub names: Vec<String>,
    pub figures: Vec<String>,
    pub words: Vec<String>,
    /// What a reader of the other text alone misses of each.
    pub missed: [Missed; 2],
    /// The features of a against b and of b against a, and what each adds to the log odds that the
    /// first named is covered; none when either has no content words.
    pub features: Option<[(Features, Features); 2]>,
}

/// A sentence of each text that tell the same, and the share of the first one's terms that the other
/// has.
pub struct SentencePair {
    pub a: Range<usize>,
    pub b: Range<usize>,
    pub share: f64,
}

/// Sentences, names and figures of a text that the other does not tell, in the order of the text, and
/// how many different ones it has in all.
#[derive(Default)]
pub struct Missed {
    pub sentences: Vec<Range<usize>>,
    pub names: Vec<String>,
    pub figures: Vec<String>,
    pub of_sentences: usize,
    pub of_names: usize,
    pub of_figures: usize,
}

/// Of two texts and what was read of them. `later` is the time from b to a in seconds, where both dates are known.
pub fn explain(
    [a, b]: [&str; 2],
    (article_a, article_b): (Article, Article),
    later: Option<i64>,
) -> Evidence {
    let sides = [article_a.side(), article_b.side()];
    let (in_a, in_b) = features::same_terms(&sides[0].story.outline, &sides[1].story.outline);
    let features = features::features(sides, [&in_a, &in_b], later, &Holders::default());
    let a = Shown::of(a, article_a.story.outline);
    let b = Shown::of(b, article_b.story.outline);
    let (of_a, of_b) = (a.align(&b, &in_a), b.align(&a, &in_b));
    let pair = |it: &AlignedSentence| SentencePair {
        a: a.sentence(it.index),
        b: b.sentence(it.other),
        share: it.share(),
    };
    let shared = |kind| a.spell(|term, index| term.kind == kind && in_a[index].is_some());
    Evidence {
        sentences: told_once(&of_a, &of_b).into_iter().map(pair).collect(),
        names: a.names(&in_a).0,
        figures: shared(Kind::Figure),
        words: shared(Kind::Word),
        missed: [a.missed(&of_a, &in_a), b.missed(&of_b, &in_b)],
        features: features.map(|it| it.map(|it| (it, MODELS.contributions(&it)))),
    }
}

/// Sentences of a that b tells and whose like a tells, too, each once: where several are like one,
/// the one most like it. Of a long sentence that tells a short one and much besides, a reader of the
/// short one misses the rest.
fn told_once<'a>(
    of_a: &'a [AlignedSentence],
    of_b: &[AlignedSentence],
) -> Vec<&'a AlignedSentence> {
    let is_told = |it: &&AlignedSentence| it.share() >= MIN_ALIGNED;
    let told_of_b: HashSet<usize> = of_b.iter().filter(is_told).map(|it| it.index).collect();
    let mut told: Vec<&AlignedSentence> =
        of_a.iter().filter(is_told).filter(|it| told_of_b.contains(&it.other)).collect();
    told.sort_by_key(|it| (Reverse(it.aligned), it.index));
    let mut taken = HashSet::new();
    told.retain(|it| taken.insert(it.other));
    told.sort_by_key(|it| it.index);
    told
}

/// A text as it is shown: its words as they stand in it, and its story with whole sentences.
struct Shown<'a> {
    text: &'a str,
    characters: Vec<char>,
    /// The byte at which each character begins.
    starts: Vec<usize>,
    spans: Vec<Range<usize>>,
    story: Outline,
    /// Whether each sentence is a headline in which every word has a capital.
    titled: Vec<bool>,
}

impl Shown<'_> {
    fn of(text: &str, mut story: Outline) -> Shown<'_> {
        join_sentences(text, &mut story);
        let (starts, characters) = text.char_indices().unzip();
        let spans = spans::spans(text);
        let mut shown = Shown { text, characters, starts, spans, story, titled: Vec::new() };
        let sentences = shown.story.tokens.chunk_by(|x, y| x.sentence == y.sentence);
        let is_title = |tokens: &[Token]| {
            let sentence = &text[shown.story.sentences[tokens[0].sentence as usize].clone()];
            tokens.len() >= LEAST_OF_TITLE
                && !sentence.trim_end().ends_with('.')
                && !tokens.iter().any(|it| shown.is_small(it))
        };
        shown.titled = sentences.map(is_title).collect();
        shown
    }

    /// Its different sentences with their like in the other text: a headline that is printed twice is
    /// one.
    fn align(&self, other: &Shown, in_other: &InOther) -> Vec<AlignedSentence> {
        let mut aligned = align_sentences(&self.story, &other.story, in_other);
        let mut seen = HashSet::new();
        let mut sentences = self.story.tokens.chunk_by(|x, y| x.sentence == y.sentence);
        aligned.retain(|_| {
            let tokens = sentences.next().unwrap_or_default();
            seen.insert(tokens.iter().map(|it| it.stem).collect::<Vec<_>>())
        });
        aligned
    }

    fn missed(&self, aligned: &[AlignedSentence], in_other: &InOther) -> Missed {
        let is_figure = |term: &Term| term.kind == Kind::Figure;
        let new = aligned.iter().filter(|it| it.share() < MIN_ALIGNED);
        let (told, names) = self.names(in_other);
        Missed {
            sentences: new.map(|it| self.sentence(it.index)).collect(),
            of_sentences: aligned.len(),
            of_names: told.len() + names.len(),
            names,
            figures: self.spell(|term, index| is_figure(term) && in_other[index].is_none()),
            of_figures: self.story.terms.iter().filter(|term| is_figure(term)).count(),
        }
    }

    /// The names that the other text has, with half of their words at least, and those that it lacks.
    /// Words that stand side by side where they first stand are one name, such as first and last
    /// names. A capital in a headline tells nothing.
    fn names(&self, in_other: &InOther) -> (Vec<String>, Vec<String>) {
        let mut named = vec![false; self.story.terms.len()];
        let mut names: Vec<&[Token]> = Vec::new();
        let tokens = &self.story.tokens;
        let is_name = |token: &Token| {
            self.story.terms[token.term as usize].kind == Kind::Name
                && !self.is_small(token)
                && !self.titled[token.sentence as usize]
        };
        let mut first = 0;
        for (place, token) in tokens.iter().enumerate() {
            if !is_name(token) || std::mem::replace(&mut named[token.term as usize], true) {
                first = place + 1;
                continue;
            }
            if first < place && self.side_by_side(&tokens[place - 1], token) {
                names.pop();
            } else {
                first = place;
            }
            names.push(&tokens[first..=place]);
        }
        let is_told = |name: &&[Token]| {
            let told = name.iter().filter(|it| in_other[it.term as usize].is_some()).count();
            2 * told >= name.len()
        };
        let (told, missed): (Vec<_>, Vec<_>) = names.into_iter().partition(is_told);
        let spell =
            |names: Vec<&[Token]>| names.into_iter().filter_map(|it| self.name(it)).collect();
        (spell(told), spell(missed))
    }

    fn side_by_side(&self, before: &Token, token: &Token) -> bool {
        let spans = (self.spans.get(before.word as usize), self.spans.get(token.word as usize));
        let (Some(before), Some(token)) = spans else { return false };
        before.end < token.start && self.characters[before.end..token.start] == [' ']
    }

    /// A name as it stands, without an `'s` and with the last stop of its initials.
    fn name(&self, tokens: &[Token]) -> Option<String> {
        let span = |token: &Token| self.spans.get(token.word as usize).cloned();
        let (first, last) = (span(tokens.first()?)?, span(tokens.last()?)?);
        let mut name = first.start..last.end;
        let last = &self.characters[last];
        if let [.., '\'' | '’', 's'] = last
            && last.len() > 2
        {
            name.end -= 2;
        } else if last.contains(&'.') && self.characters.get(name.end) == Some(&'.') {
            name.end += 1;
        }
        Some(self.characters[name].iter().collect())
    }

    /// Whether a word begins with a small letter.
    fn is_small(&self, token: &Token) -> bool {
        let span = self.spans.get(token.word as usize);
        span.is_some_and(|span| self.characters[span.start].is_lowercase())
    }

    /// The terms of a sort, in the order of the text.
    fn spell(&self, wanted: impl Fn(&Term, usize) -> bool) -> Vec<String> {
        let terms = self.story.terms.iter().enumerate();
        let mut words: Vec<u32> = terms
            .filter(|&(index, term)| wanted(term, index))
            .map(|(_, term)| self.story.tokens[self.story.places(term)[0] as usize].word)
            .collect();
        words.sort_unstable();
        let spans = words.into_iter().filter_map(|word| self.spans.get(word as usize));
        spans.map(|span| self.characters[span.clone()].iter().collect()).collect()
    }

    /// Where a sentence stands, without the blanks around it.
    fn sentence(&self, index: usize) -> Range<usize> {
        let bytes = &self.story.sentences[index];
        let part = &self.text[bytes.clone()];
        let blanks = part.len() - part.trim_start().len();
        let start = self.starts.partition_point(|&start| start < bytes.start + blanks);
        start..start + part.trim().chars().count()
    }
}

/// Words that a headline has at least, stop words not counted.
const LEAST_OF_TITLE: usize = 3;

/// Joins sentences that were cut behind an abbreviation. To the verdict it makes no difference where
/// one ends; a person reads them.
fn join_sentences(text: &str, story: &mut Outline) {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(story.sentences.len());
    let mut places = Vec::with_capacity(story.sentences.len());
    for sentence in story.sentences.drain(..) {
        match joined.last_mut() {
            Some(last) if is_cut_short(&text[last.start..sentence.start]) => {
                last.end = sentence.end;
            }
            _ => joined.push(sentence),
        }
        places.push(joined.len() as u32 - 1);
    }
    story.sentences = joined;
    for token in &mut story.tokens {
        token.sentence = places[token.sentence as usize];
    }
    story.gather_sentences();
}

const ABBREVIATIONS: [&str; 16] = [
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Rep", "Reps", "Sen", "Sens", "Gov", "Gen", "Lt", "Col",
    "Sgt", "St", "No",
];

/// Whether a sentence ends with initials, as "U.S.", or another abbreviation, and not with its line.
fn is_cut_short(sentence: &str) -> bool {
    let end = sentence.trim_end();
    let Some(word) = end.rsplit([' ', '(', '"', '“']).next().and_then(|it| it.strip_suffix('.'))
    else {
        return false;
    };
    let is_initial = |part: &str| {
        let mut characters = part.chars();
        characters.next().is_some_and(char::is_uppercase) && characters.next().is_none()
    };
    !sentence[end.len()..].contains('\n')
        && (word.split('.').all(is_initial) || ABBREVIATIONS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(a: &str, b: &str) -> Missed {
        let [missed, _] = explain([a, b], (Article::of(a), Article::of(b)), None).missed;
        missed
    }

    #[test]
    fn names_are_read_as_a_person_reads_them() {
        let nothing = "Rain fell over the hills.";
        let cases: [(&str, &[&str]); 8] = [
            ("He met Ann Smith. Then Smith left with Bob.", &["Ann Smith", "Bob"]),
            ("He met Ann, Smith and Bob Lee-Jones.", &["Ann", "Smith", "Bob Lee", "Jones"]),
            ("Council Votes For New Pool\nThe council met Ann.", &["Ann"]),
            ("He came from Paris (France).", &["Paris", "France"]),
            ("They met Ann Smith and Smith Ann.", &["Ann Smith"]),
            ("They met in Ann's house and in Bob’s.", &["Ann", "Bob"]),
            ("They met in the U.S. on a boat.", &["U.S."]),
            ("Rain fell.", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(missed(text, nothing).names, expected, "{text}");
        }
        for (text, other, expected) in [
            ("He met Ann Smith.", "They saw Mrs Smith there.", 0),
            ("He met Ann Smith.", "They saw Mrs Brown there.", 1),
            ("He met Ann Lee Smith.", "They saw Mrs Smith there.", 1),
        ] {
            let missed = missed(text, other);
            assert_eq!((missed.names.len(), missed.of_names), (expected, 1), "{text} {other}");
        }
    }

    #[test]
    fn sentences_are_whole() {
        let cases = [
            ("The U.S. President spoke. Rain fell.", 2),
            ("We saw Mr. Smith there. Rain fell.", 2),
            ("They met J. R. Smith in Paris.", 1),
            ("It rained in the U.S.\nSnow fell heavily.", 2),
            ("Rain fell today. Rain fell today. Snow came.", 2),
            ("Of the and. It was.", 0),
        ];
        for (text, expected) in cases {
            let missed = missed(text, "Gold rose sharply.");
            assert_eq!(
                (missed.of_sentences, missed.sentences.len()),
                (expected, expected),
                "{text}"
            );
        }
    }
}
