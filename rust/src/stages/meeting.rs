//! Postings of a bucket → pairs that met in it.

use hashbrown::HashMap;

use super::postings::{BandPosting, SamplePosting, StoryPosting};
use super::{Outbox, Rules, date_of};
use crate::candidate::bucket::{self, Bounded, CROWD};
use crate::candidate::samples::shares_enough;
use crate::candidate::story::bands::neighbours;
use crate::candidate::story::stories::visit_near;
use crate::error::Result;
use crate::verify::furniture::MANY;

/// How two articles met. In a bucket of [`Route::Bands`] the one with the higher number comes first; of the
/// hubs the article comes before the hub.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Route {
    Bands,
    BandHub,
    Samples,
    SampleHub,
    Story,
    /// They were not, but an article that one of them matches is dropped for the other.
    Orphan,
}

impl Route {
    pub fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Two articles, the routes on which they met, how many sampled shingles they share on the last of them,
/// and the size of the smaller sample.
pub type Meeting = [u32; 5];

#[derive(Default)]
pub struct Met {
    pub meetings: Vec<Meeting>,
    pub bounded: Bounded,
}

impl Met {
    fn pair(&mut self, a: u32, b: u32, route: Route) {
        self.meetings.push([a.max(b), a.min(b), route.bit(), 0, 0]);
    }

    fn finish(mut self) -> Met {
        self.meetings.sort_unstable();
        self.meetings.dedup();
        self
    }
}

fn hubs(members: impl Iterator<Item = (u32, u32)> + Clone) -> Vec<u32> {
    bucket::hubs(members.map(|(number, words)| (number, words, number)))
}

/// Pairs of articles alike as a whole.
pub fn in_bands(mut postings: Vec<BandPosting>) -> Met {
    postings.sort_unstable_by_key(|&[x, y, band, number, _]| (band, x, y, number));
    let mut met = Met::default();
    for members in postings.chunk_by(|p, q| p[..3] == q[..3]).filter(|it| it.len() > 1) {
        if members.len() <= CROWD {
            for (index, a) in members.iter().enumerate() {
                members[..index].iter().for_each(|b| met.pair(a[3], b[3], Route::Bands));
            }
            continue;
        }
        let hubs = hubs(members.iter().map(|it| (it[3], it[4])));
        met.bounded.count(members.len(), hubs.len());
        for &[.., number, _] in members {
            let others = hubs.iter().filter(|&&hub| hub != number);
            met.meetings.extend(others.map(|&hub| [number, hub, Route::BandHub.bit(), 0, 0]));
        }
    }
    met.finish()
}

/// Pairs of articles that share sampled shingles, and where those stand that may be furniture: (article,
/// shingle), by the article.
pub fn in_samples(mut postings: Vec<SamplePosting>, held: &mut Outbox<[u32; 2]>) -> Met {
    postings.sort_unstable();
    let mut met = Met::default();
    let mut shared: HashMap<(u32, u32, Route2), [u32; 2]> = HashMap::new();
    let mut share = |a: &SamplePosting, b: (u32, u32), route: Route2| {
        let [.., size] = *a;
        shared.entry((a[1], b.0, route)).or_insert([0, size.min(b.1)])[0] += 1;
    };
    for members in postings.chunk_by(|p, q| p[0] == q[0]) {
        if members.len() >= MANY as usize {
            members.iter().for_each(|it| held.push(it[1] as u64, [it[1], it[0]]));
        }
        if members.len() <= CROWD {
            for (index, a) in members.iter().enumerate() {
                // They are in the order of their numbers.
                members[..index].iter().for_each(|b| share(a, (b[1], b[3]), false));
            }
            continue;
        }
        let hubs = hubs(members.iter().map(|it| (it[1], it[2])));
        met.bounded.count(members.len(), hubs.len());
        let size = |hub: u32| {
            let at = members.binary_search_by_key(&hub, |it| it[1]).expect("a hub is a member");
            members[at][3]
        };
        let hubs: Vec<(u32, u32)> = hubs.iter().map(|&hub| (hub, size(hub))).collect();
        for member in members {
            let others = hubs.iter().filter(|hub| hub.0 != member[1]);
            others.for_each(|&hub| share(member, hub, true));
        }
    }
    let route = |hub: bool| if hub { Route::SampleHub } else { Route::Samples };
    let meeting = |((a, b, hub), [shared, of]): ((u32, u32, bool), [u32; 2])| {
        [a, b, route(hub).bit(), shared, of]
    };
    met.meetings.extend(shared.into_iter().map(meeting));
    met.finish()
}

/// Whether the second of two articles is a hub.
type Route2 = bool;

/// Pairs of articles whose stories are alike and whose dates are near.
pub fn in_stories(mut postings: Vec<StoryPosting>, rules: &Rules) -> Result<Met> {
    postings.sort_unstable_by_key(|&[key, band, _, place, ..]| (band, key, place));
    let mut met = Met::default();
    for members in postings.chunk_by(|p, q| p[..2] == q[..2]).filter(|it| it.len() > 1) {
        let date = |index: usize| date_of([members[index][4], members[index][5]]);
        let is_near = |a: usize, b: usize| rules.are_near(date(a), date(b));
        let left_out = visit_near(members.len(), neighbours(members.len()), is_near, |a, b| {
            met.pair(members[a][2], members[b][2], Route::Story);
            Ok(())
        })?;
        met.bounded.count_left_out(left_out);
    }
    Ok(met.finish())
}

/// What of the meetings of one bucket, where all those of a pair are, is worth a look: two articles, their
/// routes, and how many shingles of a hub the first shares, of crowds only.
pub fn add_up(mut meetings: Vec<Meeting>) -> Vec<[u32; 4]> {
    meetings.sort_unstable();
    let mut pairs: Vec<[u32; 4]> = Vec::new();
    for of_route in meetings.chunk_by(|p, q| p[..3] == q[..3]) {
        let [a, b, route, _, of] = of_route[0];
        let mut shared = of_route.iter().map(|it| it[3]).sum();
        if route == Route::Samples.bit() || route == Route::SampleHub.bit() {
            if !shares_enough(shared as usize, of as usize) {
                continue;
            }
            shared *= (route == Route::SampleHub.bit()) as u32;
        }
        match pairs.last_mut().filter(|last| last[..2] == [a, b]) {
            Some(last) => {
                last[2] |= route;
                last[3] += shared;
            }
            None => pairs.push([a, b, route, shared]),
        }
    }
    pairs
}
