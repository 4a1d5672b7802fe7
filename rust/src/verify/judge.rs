//! The verdict on two texts: what they are to each other, how likely it is, and which may go.

use super::alignment::align;
use super::features::{
    Features, IN_ORDER, InOther, NAMES, NEW_FIGURES, OWN_NEW_WORDS, OWN_TERMS_OF_NEW_SENTENCES,
    Side, features, same_terms,
};
use super::furniture::Holders;
use super::model::{Input, MODELS};
use super::verdict::{Drops, Figures, Fuller, MayGo, Relation, Verdict};
use crate::text::story::outline::{Kind, Outline};

/// Least containment of an excerpt that shares this many shingles, a passage of some 34 words, and
/// of one that shares fewer.
const MIN_CONTAINMENT: f64 = 1.0 / 3.0;
const MIN_SHARED: usize = 30;
const MIN_CONTAINMENT_OF_FEW: f64 = 0.7;

/// Share of the longer text's words, aligned, at which two texts are one that was edited all over,
/// and the containment from which on this is looked at.
const MIN_ALIGNED: f64 = 0.8;
pub const MIN_CONTAINMENT_OF_EDITED: f64 = 0.2;

/// Words of a text to each figure of its own at which it is another bulletin, and the most that one
/// is then covered by the other.
const WORDS_A_FIGURE: usize = 100;
const MAX_OF_OTHER_FACTS: f64 = 0.5;

/// Terms to each figure that a sentence of news has at least.
const TERMS_A_FIGURE: u32 = 3;

/// Terms of the sentences that a fuller text adds, and of them those that the other has nowhere.
const LEAST_ADDED: f64 = 10.0;
const LEAST_NEW_WORDS: f64 = 5.0;

/// The most that a correction is covered by a text that is none.
const MAX_OF_CORRECTION: f64 = 0.5;

/// What a pair must reach to be flagged, and one of it to go.
#[derive(Clone, Copy, Debug)]
pub struct Bars {
    /// Least score of two articles that are flagged.
    pub min_score: f64,
    /// Least coverage of an article that may go.
    pub min_covered: f64,
    /// Whether related articles are reported.
    pub related: bool,
    /// The relations whose articles may go.
    pub drops: Drops,
}

impl Bars {
    /// Which of two articles may be dropped for the other.
    pub fn may_go(&self, verdict: &Verdict) -> MayGo {
        let flagged = verdict.score >= self.min_score && self.drops.has(verdict.relation);
        let goes = |covered: f64, which: Fuller| {
            flagged && covered >= self.min_covered && verdict.fuller != Some(which)
        };
        MayGo::of(goes(verdict.covered_a, Fuller::A), goes(verdict.covered_b, Fuller::B))
    }

    /// The verdicts on pairs that were compared, where they are flagged, or related and that is asked
    /// for; of what is rewritten only where `rewrites` are wanted.
    pub fn judge(&self, pairs: &[Comparison], rewrites: bool) -> Vec<Option<Verdict>> {
        let inputs: Vec<Input> = pairs.iter().map(Comparison::input).collect();
        let scores = MODELS.score(&inputs, if self.related { 0.0 } else { self.min_score });
        let related = if self.related { MODELS.are_related(&inputs) } else { Vec::new() };
        let found = (0..pairs.len()).filter_map(|index| {
            let Comparison { features, figures, relation, .. } = &pairs[index];
            // Without content words there are the shingles alone.
            let score = if features.is_some() { scores[index] } else { figures.similarity };
            let (relation, bounded) = if score >= self.min_score {
                *relation
            } else if self.related && features.is_some() && related[index] {
                (Relation::Related, false)
            } else {
                return None;
            };
            (rewrites || relation.is_copy()).then_some((index, score, relation, bounded))
        });
        let found: Vec<_> = found.collect();
        let inputs: Vec<Input> = found.iter().map(|it| inputs[it.0]).collect();
        let mut verdicts = vec![None; pairs.len()];
        for ((index, score, relation, bounded), covered) in
            found.into_iter().zip(MODELS.covered(&inputs))
        {
            verdicts[index] = Some(pairs[index].verdict(relation, bounded, score, covered));
        }
        verdicts
    }
}

/// What the verdict on two articles that are no exact copies is made of.
pub struct Comparison {
    figures: Figures,
    /// None where either has no content words.
    features: Option<[Features; 2]>,
    /// Seconds between the two, where both dates are known.
    gap: Option<u64>,
    /// What they are to each other if they are versions of one story, and whether too much was to be
    /// aligned for that.
    relation: (Relation, bool),
    /// The most that a is covered by b, and b by a.
    most_covered: [f64; 2],
}

impl Comparison {
    /// `later` is the time from b to a in seconds, where both dates are known. With a and b in the
    /// other order the same comes out, turned.
    pub fn of(
        a: Side,
        b: Side,
        figures: Figures,
        later: Option<i64>,
        holders: &Holders,
    ) -> Comparison {
        let gap = later.map(i64::unsigned_abs);
        let (in_a, in_b) = same_terms(&a.story.outline, &b.story.outline);
        let Some(features) = features([a, b], [&in_a, &in_b], later, holders) else {
            let covered =
                |it: Side| figures.shared as f64 / it.prepared.shingles.len().max(1) as f64;
            let relation = relation(a, b, &figures, 0.0);
            let most_covered = [covered(a), covered(b)];
            return Comparison { figures, features: None, gap, relation, most_covered };
        };
        // What is right now is not in what was wrong.
        let most = |side: Side, other: Side| {
            if side.story.corrects && !other.story.corrects { MAX_OF_CORRECTION } else { 1.0 }
        };
        let facts_differ = facts_differ([a, b], [&in_a, &in_b], &features);
        let most_of_both = if facts_differ { MAX_OF_OTHER_FACTS } else { 1.0 };
        let most_covered = [most(a, b).min(most_of_both), most(b, a).min(most_of_both)];
        let in_order = features[0][IN_ORDER].min(features[1][IN_ORDER]);
        let relation = relation(a, b, &figures, in_order);
        Comparison { figures, features: Some(features), gap, relation, most_covered }
    }

    fn input(&self) -> Input<'_> {
        let features = self.features.as_ref().unwrap_or(&[[0.0; NAMES.len()]; 2]);
        Input { features, gap: self.gap }
    }

    fn verdict(&self, relation: Relation, bounded: bool, score: f64, covered: [f64; 2]) -> Verdict {
        let Comparison { figures, features, most_covered, .. } = self;
        let covered = if features.is_some() { covered } else { [1.0; 2] };
        Verdict {
            relation,
            score,
            covered_a: covered[0].min(most_covered[0]),
            covered_b: covered[1].min(most_covered[1]),
            fuller: features.as_ref().and_then(fuller),
            similarity: figures.similarity,
            containment: figures.containment,
            bounded,
        }
    }
}

/// Whether each of two texts has figures of its own that weigh something in it: one figure in a brief
/// is its news, one in a long report may count its readers' comments.
fn facts_differ([a, b]: [Side; 2], [in_a, in_b]: [&InOther; 2], features: &[Features; 2]) -> bool {
    let words = a.prepared.words.len().min(b.prepared.words.len());
    let weigh = |figures: usize| figures * WORDS_A_FIGURE >= words;
    let [of_a, of_b] = features.map(|it| it[NEW_FIGURES] as usize);
    if !weigh(of_a.min(of_b)) {
        return false;
    }
    let (x, y) = (&a.story.outline, &b.story.outline);
    weigh(own_figures(x, in_a).min(own_figures(y, in_b)))
}

/// Figures of a text that the other lacks and that stand in a sentence of news: none that is mostly
/// figures, as counters of comments are, nor the last, which says how many characters are left out.
fn own_figures(outline: &Outline, in_other: &InOther) -> usize {
    let mut figures_in = vec![0; outline.sentences.len()];
    let is_figure = |term: u32| outline.terms[term as usize].kind == Kind::Figure;
    for token in outline.tokens.iter().filter(|token| is_figure(token.term)) {
        figures_in[token.sentence as usize] += 1;
    }
    let last = outline.sentences.len() - 1;
    let is_news = |&place: &u32| {
        let sentence = outline.tokens[place as usize].sentence as usize;
        let terms = outline.sentence_terms[sentence];
        (sentence < last || last == 0) && terms >= TERMS_A_FIGURE * figures_in[sentence]
    };
    let terms = outline.terms.iter().zip(in_other).filter(|(_, same)| same.is_none());
    let figures = terms.map(|it| it.0).filter(|term| term.kind == Kind::Figure);
    figures.filter(|term| outline.places(term).iter().any(is_news)).count()
}

/// The one of two texts that adds sentences where the other adds none.
fn fuller([x, y]: &[Features; 2]) -> Option<Fuller> {
    let adds = |it: &Features| {
        it[OWN_TERMS_OF_NEW_SENTENCES] >= LEAST_ADDED && it[OWN_NEW_WORDS] >= LEAST_NEW_WORDS
    };
    let adds_nothing = |it: &Features| it[OWN_TERMS_OF_NEW_SENTENCES] == 0.0;
    if adds(x) && adds_nothing(y) {
        Some(Fuller::A)
    } else if adds(y) && adds_nothing(x) {
        Some(Fuller::B)
    } else {
        None
    }
}

/// What two texts are to each other if they are versions of one story, and whether too much was to be
/// aligned for that. Then the share of the longer outline's stems that stand `in_order` in both tells.
fn relation(a: Side, b: Side, figures: &Figures, in_order: f64) -> (Relation, bool) {
    let (a, b) = (a.prepared, b.prepared);
    let least = if figures.shared < MIN_SHARED { MIN_CONTAINMENT_OF_FEW } else { MIN_CONTAINMENT };
    let enough = figures.containment >= least;
    if enough && 2 * figures.shared >= a.shingles.len().max(b.shingles.len()) {
        return (Relation::Syndicated, false);
    }
    let (shorter, longer) = (a.words.len().min(b.words.len()), a.words.len().max(b.words.len()));
    let bar = MIN_ALIGNED * longer as f64;
    let mut bounded = false;
    // Aligning takes longer than all the rest.
    if figures.containment >= MIN_CONTAINMENT_OF_EDITED && shorter as f64 >= bar {
        let aligned = align(a, b, bar.ceil() as usize);
        if aligned.words as f64 >= bar {
            return (Relation::Syndicated, false);
        }
        bounded = aligned.bounded;
    }
    let relation = if bounded && in_order >= MIN_ALIGNED {
        Relation::Syndicated
    } else if enough {
        Relation::Excerpt
    } else {
        Relation::Rewritten
    };
    (relation, bounded)
}
