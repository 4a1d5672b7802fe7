//! What two texts are to each other, and the figures that say so.

use serde::{Deserialize, Serialize};

use super::sets::count_shared;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Relation {
    Exact,
    Syndicated,
    Excerpt,
    Rewritten,
    /// The same event, but each adds facts: never a duplicate.
    Related,
}

impl Relation {
    pub const ALL: [Relation; 5] = [
        Relation::Exact,
        Relation::Syndicated,
        Relation::Excerpt,
        Relation::Rewritten,
        Relation::Related,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Relation::Exact => "exact",
            Relation::Syndicated => "syndicated",
            Relation::Excerpt => "excerpt",
            Relation::Rewritten => "rewritten",
            Relation::Related => "related",
        }
    }

    /// Whether the two share their wording.
    pub fn is_copy(self) -> bool {
        matches!(self, Relation::Exact | Relation::Syndicated | Relation::Excerpt)
    }

    pub fn named(name: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.name() == name)
    }
}

/// Exact figures of two shingle sets.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Figures {
    pub shared: usize,
    /// |A ∩ B| / |A ∪ B|, the Jaccard index; 0 for two empty sets.
    pub similarity: f64,
    /// |A ∩ B| / min(|A|, |B|); 0 if either is empty.
    pub containment: f64,
}

impl Figures {
    pub fn of(a: &[u64], b: &[u64]) -> Figures {
        let shared = count_shared(a, b);
        let ratio = |of: usize| {
            if of == 0 { 0.0 } else { shared as f64 / of as f64 }
        };
        Figures {
            shared,
            similarity: ratio(a.len() + b.len() - shared),
            containment: ratio(a.len().min(b.len())),
        }
    }
}

/// What is found out about two texts, a and b.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    pub relation: Relation,
    /// The probability that they are versions of one story, at whatever stage.
    pub score: f64,
    /// The probabilities that a reader of b alone misses nothing of weight of a, and of b a reader
    /// of a alone.
    pub covered_a: f64,
    pub covered_b: f64,
    /// The one that adds sentences where the other adds none: it never goes for that one.
    pub fuller: Option<Fuller>,
    pub similarity: f64,
    pub containment: f64,
    /// Whether too much was to be aligned, so that the relation is told without.
    pub bounded: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Fuller {
    A,
    B,
}

impl Verdict {
    pub const IDENTICAL: Verdict = Verdict {
        relation: Relation::Exact,
        score: 1.0,
        covered_a: 1.0,
        covered_b: 1.0,
        fuller: None,
        similarity: 1.0,
        containment: 1.0,
        bounded: false,
    };

    /// The same of the texts in the other order.
    pub fn turned(self) -> Verdict {
        let fuller = self.fuller.map(|it| match it {
            Fuller::A => Fuller::B,
            Fuller::B => Fuller::A,
        });
        Verdict { covered_a: self.covered_b, covered_b: self.covered_a, fuller, ..self }
    }
}

/// Which of two articles may be dropped for the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MayGo {
    Neither,
    A,
    B,
    Either,
}

impl MayGo {
    pub const ALL: [MayGo; 4] = [MayGo::Neither, MayGo::A, MayGo::B, MayGo::Either];

    pub fn of(a: bool, b: bool) -> MayGo {
        match (a, b) {
            (true, true) => MayGo::Either,
            (true, false) => MayGo::A,
            (false, true) => MayGo::B,
            (false, false) => MayGo::Neither,
        }
    }

    pub fn named(name: Option<&str>) -> Option<MayGo> {
        MayGo::ALL.into_iter().find(|it| it.name() == name)
    }

    pub fn a(self) -> bool {
        matches!(self, MayGo::A | MayGo::Either)
    }

    pub fn b(self) -> bool {
        matches!(self, MayGo::B | MayGo::Either)
    }

    /// As it stands in files; None for neither.
    pub fn name(self) -> Option<&'static str> {
        match self {
            MayGo::Neither => None,
            MayGo::A => Some("a"),
            MayGo::B => Some("b"),
            MayGo::Either => Some("either"),
        }
    }
}

/// A verified pair.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Match {
    pub a: u32,
    pub b: u32,
    pub verdict: Verdict,
    pub may_go: MayGo,
}

impl Match {
    /// The same with its articles in the other order.
    pub fn turned(self) -> Match {
        let Match { a, b, verdict, may_go } = self;
        Match { a: b, b: a, verdict: verdict.turned(), may_go: MayGo::of(may_go.b(), may_go.a()) }
    }

    /// The same with its articles in the order of their ids.
    pub fn in_order(self, id_ranks: &[u32]) -> Match {
        let rank = |article: u32| id_ranks[article as usize];
        if rank(self.a) < rank(self.b) { self } else { self.turned() }
    }

    pub fn other(&self, article: u32) -> u32 {
        if self.a == article { self.b } else { self.a }
    }

    /// How far an article of the two is covered by the other.
    pub fn covered(&self, article: u32) -> f64 {
        if self.a == article { self.verdict.covered_a } else { self.verdict.covered_b }
    }

    /// Whether an article of the two may be dropped for the other.
    pub fn may_drop(&self, article: u32) -> bool {
        if self.a == article { self.may_go.a() } else { self.may_go.b() }
    }

    /// The one that may be dropped, where only one may.
    pub fn only(&self) -> Option<u32> {
        match self.may_go {
            MayGo::A => Some(self.a),
            MayGo::B => Some(self.b),
            _ => None,
        }
    }
}

/// Which relations drop an article.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drops(pub [bool; Relation::ALL.len()]);

impl Drops {
    /// All but that of related articles.
    pub fn all() -> Drops {
        Drops(Relation::ALL.map(|relation| relation != Relation::Related))
    }

    /// Those of some relations, or the first name that is none.
    pub fn named(names: &[String]) -> Result<Drops, &str> {
        let mut drops = Drops::default();
        for name in names {
            drops.0[Relation::named(name).ok_or(name.as_str())? as usize] = true;
        }
        Ok(drops)
    }

    pub fn has(&self, relation: Relation) -> bool {
        self.0[relation as usize]
    }
}
