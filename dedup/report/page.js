"use strict";
const $ = (id) => document.getElementById(id);
const about = JSON.parse($("about").textContent);
const lines = $("data").textContent.split("\n");
const stories = JSON.parse($("index").textContent).map((story, number) => ({ number, ...story }));
const PAGE = 200, KEY = `dedup-${about.report}`, VERDICTS = ["right", "wrong", "cannot say"];
let shown = [], open = null, other = 0, searched = null, verdicts = stored();

function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key in made) made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children.filter((it) => it !== null));
  return made;
}

/* Text of others: in a direction of its own. */
const quoted = (text) => element("bdi", { dir: "auto" }, text);
const percent = (value) => `${Math.floor(value * 1000 + 1e-6) / 10}%`;
const count = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;

/* ---- the list ---- */

function fill(id, values) {
  for (const value of values) $(id).append(element("option", { value, textContent: value }));
}

function collected(name) {
  const all = new Set();
  for (const story of stories) for (const value of story[name]) all.add(value);
  return [...all].sort();
}

/* Its place in the order of chance: first the articles that went, then those only flagged. */
function chance(story) {
  const [gone, flagged] = story.drawn;
  return gone ?? (flagged === null ? Infinity : 1e9 + flagged);
}

function filter() {
  const [relation, outlet, day] = ["relation", "outlet", "day"].map((id) => $(id).value);
  const words = $("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length && !searched) {
    searched = lines.map((line) => {
      const story = JSON.parse(line);
      return [story.kept, ...story.others].map((it) => `${it.id} ${it.text}`).join("\n").toLowerCase();
    });
  }
  const orders = {
    chance: (a, b) => chance(a) - chance(b) || a.number - b.number,
    doubt: (a, b) => a.doubt - b.doubt || a.number - b.number,
    size: (a, b) => b.versions - a.versions || a.number - b.number,
    date: (a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.number - b.number),
  };
  shown = stories.filter((it) =>
    (!relation || it.relations.includes(relation)) && (!outlet || it.outlets.includes(outlet)) &&
    (!day || it.days.includes(day)) && (!$("gone").checked || it.gone) &&
    words.every((word) => searched[it.number].includes(word)));
  if ($("order").value === "chance") shown = shown.filter((it) => chance(it) < Infinity);
  shown.sort(orders[$("order").value]);
  $("list").replaceChildren();
  more();
  $("found").textContent = `${count(shown.length, "stor").replace(/stors?$/, shown.length === 1 ? "story" : "stories")} found`;
}

function more() {
  const from = $("list").children.length;
  for (const story of shown.slice(from, from + PAGE)) {
    const told = `${count(story.versions + 1, "version")}, ${story.gone.toLocaleString("en")} gone`;
    const button = element("button", { type: "button" }, element("b", { dir: "auto" }, story.title),
      element("small", {}, [story.date.slice(0, 10), told, story.relations.join(", ")].filter(Boolean).join(" · ")));
    button.dataset.number = story.number;
    button.setAttribute("aria-current", open && open.number === story.number);
    $("list").append(element("li", {}, button));
  }
  $("more").hidden = $("list").children.length >= shown.length;
}

/* ---- a story ---- */

function show(number, version) {
  open = { number, ...JSON.parse(lines[number]) };
  for (const button of $("list").querySelectorAll("button")) {
    button.setAttribute("aria-current", Number(button.dataset.number) === number);
  }
  const first = chance(stories[number]);
  const drawn = open.others.findIndex((it) => it.drawn === first % 1e9 && it.dropped === first < 1e9);
  other = version ?? ($("order").value === "chance" && drawn >= 0 ? drawn : 0);
  draw();
}

function line(article) {
  return [quoted(article.id), ` · ${(article.date || "no date").replace("T", " ")}`, article.outlet ? " · " : "",
    article.outlet ? quoted(article.outlet) : ""];
}

function draw() {
  const { kept, others } = open, it = others[other];
  const times = [[kept, null], ...others.map((version, index) => [version, index])];
  const isLater = (a, b) => (a[0].date || "").localeCompare(b[0].date || "");
  times.splice(1, times.length, ...times.slice(1).sort(isLater));
  const list = element("ol", { className: "time" });
  for (const [article, index] of times) {
    if (index === null) {
      list.append(element("li", {}, element("span", { className: "kept" }, "kept · ", ...line(article))));
      continue;
    }
    const what = `${article.dropped ? "gone" : "flagged only"} · ${article.relation} · `;
    const judged = verdicts[pairKey(article)];
    const button = element("button", { type: "button" }, what, ...line(article), judged ? ` · ${judged.verdict}` : "");
    button.setAttribute("aria-pressed", index === other);
    button.addEventListener("click", () => { other = index; draw(); });
    list.append(element("li", {}, button));
  }
  const hidden = open.versions - others.length;
  $("story").replaceChildren(
    element("h3", { dir: "auto" }, stories[open.number].title), list,
    hidden > 0 ? element("p", { className: "soft" }, `and ${count(hidden, "version")} more that this page leaves out`) : "",
    ...told(it), verdictButtons(it), sideBySide(kept, it));
}

function told(it) {
  const bar = it.dropped ? `went, since at least ${percent(about.minCovered)} was asked` : "stays, and is flagged";
  const sentences = `${it.missed.sentences[0]} of ${count(it.missed.sentences[1], "sentence")} of it`;
  const found = [
    element("ul", { className: "figures" },
      element("li", {}, `${it.relation}`),
      element("li", {}, `one story: ${percent(it.score)}`),
      element("li", {}, `a reader of the one kept misses nothing of weight: ${percent(it.covered)} (${bar})`),
      element("li", {}, `shingles shared: ${percent(it.similarity)}`)),
    element("p", {}, `Told nowhere in the one kept: ${sentences}`,
      ...listed("names", it.missed.names), ...listed("figures", it.missed.figures), "."),
  ];
  if (it.why.length) {
    const reasons = element("ul", {}, ...it.why.map((why) => element("li", { textContent: why })));
    found.push(element("p", { className: "soft", textContent: `What weighed most ${it.for ? "for" : "against"} its going:` }), reasons);
  }
  return found;
}

function listed(what, found) {
  return found.length ? [`; ${what} `, ...found.flatMap((it, at) => [at ? ", " : "", quoted(it)])] : [];
}

/* Each sentence of both, once. */
function sideBySide(kept, it) {
  const rows = element("tbody");
  for (const [start, end, keptStart, keptEnd, kind] of it.rows) {
    const own = element("td", { "data-of": "this version", dir: "auto" });
    const its = element("td", { "data-of": "the one kept", dir: "auto" });
    const ofOwn = start < 0 ? "" : it.text.slice(start, end), ofKept = keptStart < 0 ? "" : kept.text.slice(keptStart, keptEnd);
    if (start >= 0) write(own, it, start, ofOwn, it.missed, kind === "told" ? ofKept : null);
    if (keptStart >= 0) write(its, kept, keptStart, ofKept, it.extra, kind === "told" ? ofOwn : null);
    if (kind === "alone") (start >= 0 ? own : its).className = start >= 0 ? "alone" : "kept-alone";
    if (kind === "part") (start >= 0 ? own : its).className = "part";
    rows.append(element("tr", {}, own, its));
  }
  const top = element("tr", {}, element("th", { scope: "col" }, "this version"), element("th", { scope: "col" }, "the one kept"));
  const table = element("table", { className: "pair" }, element("thead", {}, top), rows);
  if (!it.text || !kept.text) return element("p", { className: "soft" }, "An index has the text of one of the two, which is not at hand.");
  const cut = it.cut || kept.cut;
  return element("div", {}, element("p", { className: "soft" },
    element("span", { className: "alone" }, "in this version alone"), " ", element("span", { className: "kept-alone" }, "in the one kept alone"), " ",
    element("span", { className: "part" }, "told in part"), " ", element("span", { className: "furniture" }, "furniture"), " ",
    element("mark", {}, "names and figures that differ")),
    table, cut ? element("p", { className: "soft" }, `${cut.toLocaleString("en")} characters more are left out here`) : "");
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.,]*[\p{L}\p{N}\p{M}]|[\p{L}\p{N}]/gu;

/* A sentence: its furniture dim, names and figures that the other lacks marked, words that its partner lacks dotted. */
function write(cell, article, start, text, missed, partner) {
  const strong = new Set([...missed.names.flatMap((it) => it.match(WORD) || []), ...missed.figures.flatMap((it) => it.match(WORD) || [])]);
  const known = partner === null ? null : new Set((partner.toLowerCase().match(WORD) || []));
  let at = 0;
  const pieces = [];
  for (const found of text.matchAll(WORD)) {
    const [word] = found;
    const kind = strong.has(word) ? "mark" : known && !known.has(word.toLowerCase()) ? "differs" : "";
    if (!kind) continue;
    pieces.push([at, found.index, ""], [found.index, found.index + word.length, kind]);
    at = found.index + word.length;
  }
  pieces.push([at, text.length, ""]);
  for (const [from, to, kind] of pieces) {
    for (const [a, b, dim] of dimmed(article.furniture, start + from, start + to)) {
      const piece = article.text.slice(a, b);
      const node = kind === "mark" ? element("mark", { textContent: piece }) : kind || dim ? element("span", { textContent: piece, className: kind }) : piece;
      if (dim && typeof node !== "string") node.classList.add("furniture");
      cell.append(node);
    }
  }
}

function dimmed(ranges, from, to) {
  const found = [];
  let at = from;
  for (const [start, end] of ranges) {
    if (end <= at || start >= to) continue;
    if (start > at) found.push([at, start, false]);
    found.push([Math.max(start, at), Math.min(end, to), true]);
    at = Math.min(end, to);
  }
  if (at < to) found.push([at, to, false]);
  return found;
}

/* ---- verdicts ---- */

function stored() {
  try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
}

function keep() {
  try { localStorage.setItem(KEY, JSON.stringify(verdicts)); } catch { $("tally").dataset.lost = "true"; }
  tally();
}

const pairKey = (it) => JSON.stringify([it.id, open.kept.id]);

function judge(verdict) {
  const it = open && open.others[other];
  if (!it) return;
  const key = pairKey(it);
  if (verdicts[key] && verdicts[key].verdict === verdict) delete verdicts[key];
  else verdicts[key] = { id: it.id, of: open.kept.id, dropped: it.dropped, verdict, drawn: it.drawn, relation: it.relation, score: it.score, covered: it.covered, at: new Date().toISOString() };
  keep();
  draw();
}

function verdictButtons(it) {
  const given = verdicts[pairKey(it)];
  const question = it.dropped ? "Was it right to let this version go: would a reader of the one kept miss nothing of weight?" : "Are these two versions of one story?";
  const buttons = VERDICTS.map((verdict) => {
    const button = element("button", { type: "button", textContent: verdict });
    button.setAttribute("aria-pressed", Boolean(given && given.verdict === verdict));
    button.addEventListener("click", () => judge(verdict));
    return button;
  });
  return element("div", { className: "verdict", role: "group", "aria-label": "Your verdict" }, element("span", {}, question), ...buttons);
}

function tally() {
  const all = Object.values(verdicts);
  const of = (verdict) => all.filter((it) => it.verdict === verdict).length;
  const lost = $("tally").dataset.lost ? " This browser keeps nothing for this page: save them before it is closed." : "";
  $("tally").textContent = `${count(all.length, "verdict")}: ${of("right")} right, ${of("wrong")} wrong, ${of("cannot say")} cannot say.${lost}`;
  $("save").disabled = $("forget").disabled = !all.length;
}

function save() {
  const text = Object.values(verdicts).map((it) => JSON.stringify(it) + "\n").join("");
  const url = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  const link = element("a", { href: url, download: "verdicts.jsonl" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/* ---- what is heard ---- */

function step(by) {
  if (!open) return next(1);
  const to = other + by;
  if (to >= 0 && to < open.others.length) { other = to; draw(); } else next(by);
}

function next(by) {
  const at = open ? shown.findIndex((it) => it.number === open.number) : -1;
  const to = shown[Math.max(0, at + by)];
  if (!to) return;
  while (!$("more").hidden && at + by >= $("list").children.length) more();
  show(to.number);
  const button = $("list").querySelector(`[data-number="${to.number}"]`);
  if (button) button.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !$("keys").checked) return;
  const done = { 1: () => judge("right"), 2: () => judge("wrong"), 3: () => judge("cannot say"), j: () => step(1), k: () => step(-1), n: () => next(1), p: () => next(-1), "/": () => $("words").focus() }[event.key];
  if (!done) return;
  event.preventDefault();
  done();
});
$("list").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) show(Number(button.dataset.number));
});
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("input", (event) => {
  filter();
  const gone = !open || !shown.some((it) => it.number === open.number);
  if (shown.length && (gone || event.target.id === "order")) show(shown[0].number);
});
$("more").addEventListener("click", more);
$("save").addEventListener("click", save);
$("forget").addEventListener("click", () => {
  if (!confirm("Forget all verdicts on this page?")) return;
  verdicts = {};
  keep();
  if (open) draw();
});
fill("relation", collected("relations"));
fill("outlet", collected("outlets"));
fill("day", collected("days"));
filter();
tally();
if (shown.length) show(shown[0].number);
