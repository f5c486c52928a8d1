// The sell-off calculator above its table of scenarios. The sums are those of
// foreign_demand/analysis/leverage/scenarios.py, in the same order, from the same coefficients.
(() => {
  "use strict";

  // A plain decimal number; null for anything else.
  function numberOf(text) {
    const plain = text.trim().replace(/^-/, "").replace(".", "");
    return /^[0-9]+$/.test(plain) && text.trim().length <= 20 ? Number(text.trim()) : null;
  }

  function ranges(model) {
    return { share: [0, 100], months: [1, model.months_at_most], fed: [0, 100] };
  }

  function choices(model) {
    const ids = (list) => list.map(({ id }) => id);
    return {
      holder: ids(model.holders), maturity: ids(model.maturities), study: ["all", ...ids(model.studies)], scale: ids(model.scales),
    };
  }

  // A scenario from texts: what is beyond an end is set to it, what is broken is left out, and each is said.
  function read(model, asked) {
    const found = { ...model.defaults };
    const messages = [];
    for (const [name, known] of Object.entries(choices(model))) {
      if (!(name in asked)) continue;
      if (known.includes(asked[name])) found[name] = asked[name];
      else messages.push(`${name}: no such choice; the usual one is shown.`);
    }
    for (const [name, [low, high]] of Object.entries(ranges(model))) {
      if (!(name in asked)) continue;
      let number = numberOf(asked[name]);
      if (number === null) {
        messages.push(`${name}: not a number; ${found[name]} is used.`);
        continue;
      }
      if (name === "months" && Math.abs(number) < 1e9) number = Math.floor(number + 0.5);
      found[name] = Math.min(Math.max(number, low), high);
      if (found[name] !== number) messages.push(`${name}: from ${low} to ${high}; ${found[name]} is used.`);
    }
    return [found, messages];
  }

  // Share of the shift that is reached on average in each year.
  function reached(months, years) {
    const within = Array.from({ length: Math.ceil(months / 12) }, (_, year) => {
      let sum = 0;
      for (let month = 0; month < 12; month += 1) sum += Math.min((12 * year + month + 0.5) / months, 1);
      return sum / 12;
    });
    return [...within, ...Array(years).fill(1)].slice(0, years);
  }

  // Interest over all years, what is paid on the interest itself included.
  function interest(model, path) {
    let owed = 0;
    path.forEach((shift, year) => {
      const direct = (model.legacy[year] + model.new[year]) * shift;
      owed += direct + model.rate[year] * (owed + direct / 2);
    });
    return owed;
  }

  function evaluate(model, scenario) {
    const holder = model.holders.find(({ id }) => id === scenario.holder);
    const { factor } = model.maturities.find(({ id }) => id === scenario.maturity);
    const chosen = model.studies.filter(({ id }) => ["all", id].includes(scenario.study));
    const ends = chosen.map((study) => study[scenario.scale]);
    const perSale = [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
    const sold = (holder.holdings_usd_bn * scenario.share) / 100;
    const left = holder.holdings_usd_bn - sold;
    const counted = sold * (1 - scenario.fed / 100) * factor;
    const shift = perSale.map((effect) => (effect * counted) / model.sale_usd_bn);
    const share = reached(scenario.months, model.rate.length);
    const path = shift.map((end) => share.map((part) => end * part));
    const loss = shift.map((end) => ((holder.duration_years * end) / 10000) * (left + sold / 2));
    return {
      sold_usd_bn: sold,
      left_usd_bn: left,
      counted_usd_bn: counted,
      shift_bp: shift,
      path_bp: path,
      interest_usd_bn: path.map((end) => interest(model, end)),
      mortgage_bp: shift.map((end, place) => end * model.mortgage[place]),
      loss_usd_bn: loss,
      loss_pct: loss.map((end) => (end / holder.holdings_usd_bn) * 100),
    };
  }

  // Numbers as they are read: one decimal below ten.
  function written(value) {
    const digits = value !== 0 && Math.abs(value) < 9.95 ? 1 : 0;
    return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  function range([low, high]) {
    const [first, last] = [written(low), written(high)];
    return first === last ? first : `${first} to ${last}`;
  }

  function results(model, found) {
    const first = model.first_year;
    const years = [0, 1, 2].map((year) => `${first + year}: ${range(found.path_bp.map((end) => end[year]))}`);
    return [
      ["It sells", `USD ${written(found.sold_usd_bn)} billion`],
      ["It keeps", `USD ${written(found.left_usd_bn)} billion, at prices of before`],
      ["Yields rise by", `${range(found.shift_bp)} basis points`],
      ["On average in fiscal year", `${years.join("; ")} basis points, and so on`],
      ["Federal interest, ten years", `the baseline and USD ${range(found.interest_usd_bn)} billion`],
      ["Mortgage rate", `${range(found.mortgage_bp)} basis points`],
      ["The seller loses on paper", `USD ${range(found.loss_usd_bn)} billion, ${range(found.loss_pct)}% of what it held`],
    ];
  }

  const LABELS = {
    holder: "Seller", share: "Sells, % of its holdings", months: "Within months", maturity: "Maturity sold",
    study: "Effect, by", scale: "Effects are", fed: "Federal Reserve buys, %",
  };

  function mount(bar, { title, citation, model }, { make, state }) {
    const slug = bar.dataset.figure;
    const kept = state(slug);
    const fields = {};
    const option = ({ id, name }) => make("option", { value: id }, name);

    function menu(list) {
      const groups = [...new Set(list.map(({ group }) => group))];
      if (groups.length < 2) return make("select", {}, ...list.map(option));
      return make("select", {}, ...groups.map((label) => make("optgroup", { label },
        ...list.filter(({ group }) => group === label).map(option))));
    }

    fields.holder = menu(model.holders);
    for (const [name, [min, max]] of Object.entries(ranges(model))) {
      fields[name] = make("input", { type: "number", min, max, step: name === "months" ? 1 : "any", inputMode: "decimal" });
    }
    fields.maturity = menu(model.maturities);
    fields.study = menu([{ id: "all", name: "The whole published range" }, ...model.studies]);
    fields.scale = menu(model.scales);

    const said = make("p", { className: "fd-refused", role: "alert" });
    const body = make("tbody");
    const outcome = make("table", { className: "fd-outcome" }, make("caption", { className: "fd-hidden" }, "What this scenario does"), body);
    const status = make("div", { role: "status" }, outcome);
    const link = make("pre", { tabIndex: 0 });
    const quoted = make("pre", { tabIndex: 0 });
    const embed = make("pre", { tabIndex: 0 });
    const share = make("details", {}, make("summary", {}, "Link to, cite or embed this scenario"),
      make("p", {}, "Address"), link, make("p", {}, "Citation"), quoted, make("p", {}, "To embed"), embed);
    const labels = Object.entries(LABELS).map(([name, text]) => make("label", {}, make("span", {}, text), fields[name]));
    const form = make("form", { className: "fd-calculator", "aria-label": `Calculator: ${title}` }, ...labels);
    form.addEventListener("submit", (event) => event.preventDefault());

    function show(scenario, messages) {
      const found = evaluate(model, scenario);
      if (found.shift_bp[1] > model.seen_bp) {
        messages.push(`The high end is beyond the largest rise in twelve months on record, ${written(model.seen_bp)} basis points: nothing like it has been seen.`);
      }
      said.textContent = messages.join(" ");
      body.replaceChildren(...results(model, found).map(([name, text]) => make("tr", {},
        make("th", { scope: "row" }, name), make("td", {}, text))));
      const own = Object.entries(scenario).filter(([name, value]) => value !== model.defaults[name]);
      kept.replace(Object.fromEntries(own.map(([name, value]) => [name, String(value)])));
      const page = new URL(kept.page);
      page.search = new URL(location).search;
      link.textContent = location.href;
      quoted.textContent = `${citation.short.trim()} Scenario: ${location.href}`;
      embed.textContent = `<iframe src="${page.href}" width="100%" height="900" title="${title.replaceAll('"', "&quot;")}"></iframe>`;
    }

    function fill(scenario) {
      for (const [name, field] of Object.entries(fields)) field.value = scenario[name];
    }

    function asked() {
      return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value]));
    }

    const [scenario, messages] = read(model, kept.asked());
    fill(scenario);
    form.addEventListener("input", () => show(...read(model, asked())));
    form.addEventListener("change", () => fill(read(model, asked())[0]));
    const panel = make("div", { className: "fd-panel fd-scenario" }, form, said, status, share);
    const table = document.getElementById(`fig-${slug}`) || bar;
    (table.closest(".pst-scrollable-table-container") || table).before(panel);
    show(scenario, messages);
  }

  window.foreignDemandCalculator = { read, evaluate, mount };
})();
