//! What two stories have in common and what only one has, for showing: slower than verifying them.

use std::ops::Range;

use std::cmp::Reverse;

use hashbrown::HashSet;

use super::Article;
use super::features::{self, AlignedSentence, Features, MIN_ALIGNED};
use super::furniture::Holders;
use super::model::MODELS;
use crate::text::story::outline::{Kind, Outline, Term};
use crate::text::words::spans;

/// Ranges are in characters.
#[derive(Default)]
pub struct Evidence {
    /// Each sentence stands in one pair at most; in the order of the first text.
    pub sentences: Vec<SentencePair>,
    /// Sentences of one text that the other does not tell.
    pub new_a: Vec<Range<usize>>,
    pub new_b: Vec<Range<usize>>,
    /// In the order of the first text, as they stand there.
    pub names: Vec<String>,
    pub figures: Vec<String>,
    pub words: Vec<String>,
    /// Names and figures of one text that the other lacks.
    pub only_a: Vec<String>,
    pub only_b: Vec<String>,
    /// The features of a against b and of b against a, and what each adds to the log odds that the
    /// first named is covered; none without content words.
    pub features: Option<[(Features, Features); 2]>,
}

/// A sentence of each text that tell the same, and the share of the first one's terms that the other
/// has.
pub struct SentencePair {
    pub a: Range<usize>,
    pub b: Range<usize>,
    pub share: f64,
}

/// `later` is the time from b to a in seconds, where both dates are known.
pub fn explain(a: &str, b: &str, later: Option<i64>) -> Evidence {
    let (article_a, article_b) = (Article::of(a), Article::of(b));
    let (x, y) = (&article_a.story.outline, &article_b.story.outline);
    let sides = (article_a.side(), article_b.side());
    let Some(features) = features::features(sides.0, sides.1, later, &Holders::default()) else {
        return Evidence::default();
    };
    let (in_a, in_b) = features::same_terms(x, y);
    let (of_a, of_b) =
        (features::align_sentences(x, y, &in_a), features::align_sentences(y, x, &in_b));
    let (text_a, text_b) = (Spelling::of(a), Spelling::of(b));
    let new = |aligned: &[AlignedSentence], text: &Spelling, story: &Outline| {
        let new = aligned.iter().filter(|it| it.share() < MIN_ALIGNED);
        new.map(|it| text.characters(&story.sentences[it.index])).collect()
    };
    let stems = |story: &Outline| story.terms.iter().map(|term| term.stem).collect::<HashSet<_>>();
    let (stems_a, stems_b) = (stems(x), stems(y));
    let shared = |kind| text_a.spell(x, |term| term.kind == kind && stems_b.contains(&term.stem));
    let is_fact = |term: &Term| term.kind != Kind::Word;
    let pair = |it: &AlignedSentence| SentencePair {
        a: text_a.characters(&x.sentences[it.index]),
        b: text_b.characters(&y.sentences[it.other]),
        share: it.share(),
    };
    Evidence {
        sentences: once(&of_a).into_iter().map(pair).collect(),
        new_a: new(&of_a, &text_a, x),
        new_b: new(&of_b, &text_b, y),
        names: shared(Kind::Name),
        figures: shared(Kind::Figure),
        words: shared(Kind::Word),
        only_a: text_a.spell(x, |term| is_fact(term) && !stems_b.contains(&term.stem)),
        only_b: text_b.spell(y, |term| is_fact(term) && !stems_a.contains(&term.stem)),
        features: Some(features.map(|it| (it, MODELS.contributions(&it)))),
    }
}

/// Sentences that both tell, each once: where several are like one, the one most like it.
fn once(aligned: &[AlignedSentence]) -> Vec<&AlignedSentence> {
    let mut told: Vec<&AlignedSentence> =
        aligned.iter().filter(|it| it.share() >= MIN_ALIGNED).collect();
    told.sort_by_key(|it| (Reverse(it.aligned), it.index));
    let mut taken = HashSet::new();
    told.retain(|it| taken.insert(it.other));
    told.sort_by_key(|it| it.index);
    told
}

/// The words of a text as they stand in it.
struct Spelling<'a> {
    text: &'a str,
    characters: Vec<char>,
    spans: Vec<Range<usize>>,
}

impl Spelling<'_> {
    fn of(text: &str) -> Spelling<'_> {
        Spelling { text, characters: text.chars().collect(), spans: spans::spans(text) }
    }

    /// The terms of a sort, in the order of the text.
    fn spell(&self, story: &Outline, wanted: impl Fn(&Term) -> bool) -> Vec<String> {
        let mut words: Vec<u32> = story
            .terms
            .iter()
            .filter(|term| wanted(term))
            .map(|term| story.tokens[story.places(term)[0] as usize].word)
            .collect();
        words.sort_unstable();
        let spans = words.into_iter().filter_map(|word| self.spans.get(word as usize));
        spans.map(|span| self.characters[span.clone()].iter().collect()).collect()
    }

    /// A range of bytes as one of characters, without the blanks around it.
    fn characters(&self, bytes: &Range<usize>) -> Range<usize> {
        let part = &self.text[bytes.clone()];
        let blanks = part.len() - part.trim_start().len();
        let start = self.text[..bytes.start + blanks].chars().count();
        start..start + part.trim().chars().count()
    }
}
