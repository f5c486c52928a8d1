// A headline about a holder of Treasuries, put to the data in the page: the rules of
// foreign_demand/analysis/headlines.py, and the words for what they find.
(() => {
  "use strict";

  const TRADES = { bought: 1, sold: -1 };
  const MOVES = { raised: 1, cut: -1 };
  const EXTREMES = ["highest", "lowest"];
  const ROUNDING = 1e-9;

  const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
  const number = (value) => (value === null || value === undefined ? NaN : value);
  const count = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;

  function refused(data, headline) {
    const row = has(data.rows, headline.holder || "") ? data.rows[headline.holder] : null;
    const verb = headline.verb || "";
    const column = has(TRADES, verb) ? "purchases" : has(MOVES, verb) ? "changes" : "holdings";
    const at = data.months.indexOf(headline.month || "");
    const found = {
      holder: row !== null,
      verb: data.verbs.includes(verb),
      month: row !== null && at >= 0 && row[column][at] !== null,
      amount: !headline.amount || /^[0-9]+(\.[0-9]+)?$/.test(headline.amount),
      since: !headline.since || data.months.includes(headline.since),
    };
    return ["holder", "verb", "month", "amount", "since"].find((name) => !found[name]) || "";
  }

  // The last earlier month with a value at least as high; null where there is none.
  function lastAsHigh(values, at) {
    if (values[at] === null) return NaN;
    for (let i = at - 1; i >= 0; i -= 1) if (values[i] !== null && values[i] >= values[at]) return i;
    return null;
  }

  const signed = (values, sign) => values.map((value) => (value === null ? null : sign * value));

  function check(data, headline) {
    const absent = refused(data, headline);
    if (absent) return { refused: absent };
    const row = data.rows[headline.holder];
    const { verb, month } = headline;
    const at = data.months.indexOf(month);
    const { rules } = data;
    const held = number(row.holdings[at]);
    const moved = rules.revisions_pct[headline.holder === "Grand Total" ? "total" : "country"];
    const readings = [];
    let tolerance = 0;
    const read = (kind, found, off, pct) => {
      const revision = pct ? (pct / 100) * Math.abs(held) : 0;
      const margin = off + tolerance + ROUNDING;
      readings.push({ kind, found, margin, revised: margin + revision, moved: revision });
    };
    if (EXTREMES.includes(verb)) {
      const values = verb === "highest" ? row.holdings : signed(row.holdings, -1);
      if (headline.since) {
        tolerance = rules.since_months;
        const last = lastAsHigh(values, at);
        const found = last === null ? -Infinity : count(data.months[last]);
        read("stated", found, -Math.abs(found - count(headline.since)));
      } else {
        const larger = values.slice(0, at + 1).filter((value) => value !== null && value > values[at]).length;
        read("stated", 1 + larger, 1 - (1 + larger));
      }
    } else {
      const sign = { ...TRADES, ...MOVES }[verb];
      const [own, other] = has(TRADES, verb) ? ["purchases", "changes"] : ["changes", "purchases"];
      const pct = { purchases: moved.flow, changes: moved.change };
      const amount = headline.amount ? Number(headline.amount) : null;
      if (amount !== null) {
        const digit = 10 ** -(headline.amount.split(".")[1] || "").length;
        tolerance = Math.max(rules.digit * digit, headline.about ? (rules.softened_pct / 100) * amount : 0);
      }
      const off = (found) => (amount === null ? sign * found : -Math.abs(found - sign * amount));
      const add = (kind, found, of) => read(kind, found, off(found), amount === null ? 0 : pct[of]);
      add("stated", number(row[own][at]), own);
      add("concept", number(row[other][at]), other);
      if (own === "purchases") add("edition", number(row.first_purchases[month]), own);
    }
    const [stated] = readings;
    const near = (r) => (r.kind === "edition" ? r.margin : r.revised) >= 0;
    let [verdict, by] = ["contradicted", stated];
    if (stated.margin >= 0) verdict = "holds";
    else if ((by = readings.find((r) => r.kind === "edition" && near(r))
      || readings.find((r) => r.kind === "stated" && near(r)))) verdict = "holds with revision";
    else if ((by = readings.find((r) => r.kind === "concept" && near(r)))) verdict = "wrong unit or concept";
    const low = ["cut", "sold", "lowest"].includes(verb);
    const ordered = low ? signed(row.holdings, -1) : row.holdings;
    const highest = ordered.reduce((best, value, i) => (
      value !== null && (best < 0 || value > ordered[best]) ? i : best), -1);
    const last = lastAsHigh(ordered, at);
    return {
      verdict,
      by: (by || stated).kind,
      found: stated.found,
      tolerance,
      moved: stated.moved,
      held: row.holdings[at],
      change: row.changes[at],
      purchases: row.purchases[at],
      revalued: row.revalued[at],
      first_purchases: has(row.first_purchases, month) ? row.first_purchases[month] : null,
      first_holdings: has(row.first_holdings, month) ? row.first_holdings[month] : null,
      record_month: data.months[highest],
      record: row.holdings[highest],
      last_month: last === null || Number.isNaN(last) ? null : data.months[last],
    };
  }

  // --- words ------------------------------------------------------------------

  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December"];
  const named = (month) => `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;
  const billions = (value) => `USD ${value < 0 ? "−" : ""}${Math.abs(value).toLocaleString("en", {
    minimumFractionDigits: 1, maximumFractionDigits: 1,
  })} billion`;

  function span(data, row, column) {
    const known = data.months.filter((_, i) => row[column][i] !== null);
    return known.length ? `from ${named(known[0])} to ${named(known[known.length - 1])}` : "for no month";
  }

  function refusal(data, headline, name) {
    if (name === "holder") return `The Treasury's table has no row “${headline.holder || ""}”.`;
    if (name === "verb") return `The data cannot tell “${headline.verb || ""}”: they know ${data.verbs.join(", ")}.`;
    if (name === "amount") return `“${headline.amount}” is no amount in USD billion, such as 15.2.`;
    if (name === "since") return `“${headline.since}” is no month of the record.`;
    const row = data.rows[headline.holder];
    if (has(TRADES, headline.verb)) return `Net purchases of ${headline.holder} are held ${span(data, row, "purchases")}, and not for “${headline.month || ""}”.`;
    if (has(MOVES, headline.verb)) return `No change of ${headline.holder} can be told for “${headline.month || ""}”: holdings are held ${span(data, row, "holdings")}, and none is computed across a break.`;
    return `Holdings of ${headline.holder} are held ${span(data, row, "holdings")}, and not for “${headline.month || ""}”.`;
  }

  function sentences(data, headline, found) {
    const said = [];
    const month = named(headline.month);
    const who = headline.holder === "Grand Total" ? "all foreigners" : headline.holder;
    if (found.held !== null) said.push(`At the end of ${month} ${who} held ${billions(found.held)}${found.change === null ? "" : `, ${billions(found.change)} against the month before`}.`);
    if (found.purchases !== null) said.push(`Net purchases of notes and bonds were ${billions(found.purchases)}${found.revalued === null ? "" : `, and prices changed what was held by ${billions(found.revalued)}`}.`);
    if (found.first_purchases !== null) said.push(`First printed were net purchases of ${billions(found.first_purchases)}.`);
    if (found.first_holdings !== null) said.push(`First printed were holdings of ${billions(found.first_holdings)}.`);
    if (found.moved) said.push(`A later edition moves such a figure by up to ${billions(found.moved)}, 95 of 100 times.`);
    if (found.verdict === "holds with revision") said.push(found.by === "edition" ? "It is the first print that fits." : "Today’s figure is no farther away than that.");
    if (found.verdict === "wrong unit or concept") {
      said.push(has(TRADES, headline.verb)
        ? "It fits the change in what was held, which is not what was traded."
        : "It fits what was traded, which is not the change in what was held.");
    }
    const low = ["cut", "sold", "lowest"].includes(headline.verb);
    said.push(`The ${low ? "lowest" : "highest"} of the record is ${billions(found.record)}, in ${named(found.record_month)}; before ${month} it was last as ${low ? "low" : "high"} ${found.last_month ? `in ${named(found.last_month)}` : "never"}.`);
    return said;
  }

  window.foreignDemandHeadlines = { check, refusal, sentences };

  // --- the form ---------------------------------------------------------------

  const box = document.querySelector(".fd-headline");
  if (!box) return;
  const ALSO = { china: "China, Mainland", uk: "United Kingdom", britain: "United Kingdom", foreigners: "Grand Total", "south korea": "Korea, South" };
  const NAMES = ["holder", "verb", "amount", "month", "since", "about"];
  let loading;
  function load() {
    loading ||= new Promise((resolve, reject) => {
      window.foreignDemandHeadlineData = resolve;
      const script = document.createElement("script");
      script.src = box.dataset.source;
      script.onerror = () => reject(new Error("The data could not be loaded."));
      document.head.append(script);
    });
    return loading;
  }
  const form = box.querySelector("form");
  const answer = box.querySelector("output");
  const field = (name) => form.elements[name];
  const asked = new URLSearchParams(location.search);

  async function ask() {
    const headline = {};
    for (const name of NAMES) {
      const control = field(name);
      headline[name] = control.type === "checkbox" ? (control.checked ? "yes" : "") : control.value.trim();
    }
    if (!EXTREMES.includes(headline.verb)) headline.since = "";
    else headline.amount = "";
    const address = new URL(location.href);
    for (const name of NAMES) {
      if (headline[name]) address.searchParams.set(name, headline[name]);
      else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
    let data;
    try {
      data = await load();
    } catch (error) {
      answer.replaceChildren(error.message);
      return;
    }
    headline.holder = ALSO[headline.holder.toLowerCase()] || headline.holder;
    const found = check(data, headline);
    const verdict = document.createElement("strong");
    if (found.refused) {
      verdict.textContent = "The data do not have that.";
      answer.replaceChildren(verdict, ` ${refusal(data, headline, found.refused)}`);
      return;
    }
    verdict.textContent = `${found.verdict[0].toUpperCase()}${found.verdict.slice(1)}.`;
    answer.replaceChildren(verdict, ` ${sentences(data, headline, found).join(" ")} ${data.citation}`);
  }

  form.addEventListener("focusin", async () => {
    const data = await load();
    const list = form.querySelector("datalist");
    if (!list.children.length) list.append(...Object.keys(data.rows).map((name) => new Option(name)));
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  box.hidden = false;
  for (const name of NAMES) {
    if (!asked.has(name)) continue;
    const control = field(name);
    const value = asked.get(name);
    if (control.type === "checkbox") control.checked = value !== "";
    else if (control.tagName === "SELECT") {
      if (![...control.options].some((option) => option.value === value)) control.append(new Option(value, value));
      control.value = value;
    } else control.value = value;
  }
  if (asked.has("holder") || asked.has("month")) ask();
})();
