// The toolbar under each figure. Nothing is loaded or built before a click.
(() => {
  "use strict";

  const root = new URL("..", document.currentScript.src);
  const requests = new Map();
  const figures = new Map();

  // figures/<slug>/figure.js calls this: a script, unlike a JSON file, also loads from a folder on disk.
  window.foreignDemand = (slug, figure) => figures.set(slug, figure);

  function load(path) {
    if (!requests.has(path)) {
      requests.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(path, root);
        script.onload = resolve;
        script.onerror = () => {
          requests.delete(path);
          script.remove();
          reject(new Error(`${path} could not be loaded.`));
        };
        document.head.append(script);
      }));
    }
    return requests.get(path);
  }

  async function figureOf(bar) {
    await load(address(bar, "figure.js"));
    return figures.get(bar.dataset.figure);
  }

  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function say(bar, words) {
    bar.querySelector(".fd-said").textContent = words;
  }

  // Data, Download, Cite: one panel at a time, below the toolbar.

  const panels = { data: dataPanel, download: downloadPanel, cite: citePanel };

  // The page says where the files of a figure are: those of a frozen one may be in an earlier edition.
  const address = (bar, name) => new URL(bar.dataset.files + name, location).href;

  function fileLink(bar, name, label) {
    const ending = name.slice(name.indexOf("."));
    return make("a", { href: address(bar, name), download: bar.dataset.figure + ending }, label);
  }

  async function dataPanel(bar) {
    const { title, data } = await figureOf(bar);
    const { columns, numeric, rows, total } = data;
    const part = rows.length < total ? `The last ${rows.length} of ${total} rows. ` : "";
    const align = (i) => (numeric[i] ? "fd-number" : "");
    const head = make("tr", {}, ...columns.map((name, i) => make("th", { scope: "col", className: align(i) }, name)));
    const body = rows.map((row) => make("tr", {}, ...row.map((cell, i) => (i
      ? make("td", { className: align(i) }, cell)
      : make("th", { scope: "row", className: align(i) }, cell)))));
    const table = make("table", {},
      make("caption", { className: "fd-hidden" }, `Data of: ${title}`), make("thead", {}, head), make("tbody", {}, ...body));
    return [
      make("p", {}, part, fileLink(bar, "data.csv", "CSV at full precision")),
      make("div", { className: "fd-rows", tabIndex: 0, role: "region", "aria-label": `Data of: ${title}` }, table),
    ];
  }

  function downloadPanel(bar) {
    const files = [["figure.svg", "SVG"], ["figure.png", "PNG, for print and slides"],
      ["data.csv", "Data (CSV)"], ["spec.vl.json", "Vega-Lite specification"]];
    return [make("ul", {}, ...files.map(([name, label]) => make("li", {}, fileLink(bar, name, label)))),
      make("p", {}, make("a", { href: address(bar, "index.html") }, "Its own page, to link to"))];
  }

  async function citePanel(bar) {
    const { citation, title, frame } = await figureOf(bar);
    const forms = [["Short", "citation", citation.short], ["Long", "citation", citation.long],
      ["BibTeX", "citation", citation.bibtex], ["RIS", "citation", citation.ris], ["Embed", "code", embedCode(address(bar, "index.html"), title, frame)]];
    // Once an edition is published, a figure is cited from it.
    const [frozen] = citation.short.match(/https?:\S+\/editions\/\S+\/$/) ?? [];
    if (frozen) forms.push(["Embed frozen", "code", embedCode(`${frozen}index.html`, title, frame)]);
    return forms.map(([label, kind, content]) => {
      const text = make("pre", {}, content.trim());
      const copy = make("button", { type: "button", "aria-label": `Copy ${label} ${kind}` }, "Copy");
      copy.onclick = async () => {
        const done = await copied(text);
        bar.classList.toggle("fd-failed", !done);
        say(bar, done ? `${label} ${kind} copied` : "Not copied: select the text and copy it");
        if (!done) return;
        copy.textContent = "Copied";
        setTimeout(() => { copy.textContent = "Copy"; }, 2000);
      };
      return make("div", { className: "fd-citation" }, make("strong", {}, label), copy, text);
    });
  }

  function embedCode(page, title, height) {
    const frame = make("iframe", { src: `${page}#embed`, title, width: "100%", height, style: "border: 0", loading: "lazy" });
    return `${frame.outerHTML}\n<script async src="${new URL("_static/embed.js", root)}"></script>`;
  }

  async function copied(element) {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      // Refused, or the address is not a secure one: there is only the old way.
      getSelection().selectAllChildren(element);
      const done = document.execCommand("copy");
      if (done) getSelection().removeAllRanges();
      return done;
    }
  }

  async function open(bar, button) {
    const kind = button.dataset.do;
    const id = `${bar.dataset.figure}-${kind}`;
    const content = document.getElementById(id) ? [] : await panels[kind](bar);
    close(bar);
    if (content.length) {
      bar.after(make("div", { id, className: "fd-panel" }, ...content));
      button.setAttribute("aria-controls", id);
    }
    const panel = document.getElementById(id);
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
  }

  function close(bar) {
    const button = bar.querySelector("[aria-expanded=true]");
    if (!button) return null;
    button.setAttribute("aria-expanded", "false");
    document.getElementById(button.getAttribute("aria-controls")).hidden = true;
    return button;
  }

  // Interact: the live chart takes the place and the size of the still one.

  const stills = new Map();

  async function start(bar, button) {
    const view = bar.closest("figure").querySelector(".fd-view");
    say(bar, "Loading the live chart");
    const [figure] = await Promise.all([figureOf(bar), load("_static/vega.js")]);
    const whole = unpacked(figure.chart);
    const still = [...view.children].find((svg) => svg.getBoundingClientRect().width);
    const host = make("div", { className: "fd-live" });
    const { width, height } = still.getBoundingClientRect();
    // Expressions are interpreted, not turned into programs: the page's policy lets no text become one.
    const chart = window.vega.parse(atSize(whole, view.firstElementChild, width, height), null, { ast: true });
    const expr = window.vega.expressionInterpreter;
    const choices = make("div", { className: "fd-choices" });
    const live = new window.vega.View(chart, { container: host, bind: choices, expr, hover: true, renderer: "svg" });
    choose(live, whole, bar.dataset.figure);
    if (figure.reading) follow(live, host, figure.reading);
    else live.tooltip((handler, event, item, value) => tell(event, value && Object.entries(value)));
    await live.runAsync();
    host.setAttribute("role", "img");
    host.setAttribute("aria-label", figure.alt);
    host.querySelector("svg")?.setAttribute("aria-hidden", "true"); // the name above says it all
    const drawn = host.querySelector("svg").viewBox.baseVal.width;
    host.style = `aspect-ratio: ${width} / ${height}; max-width: ${width}px; --drawn: ${drawn}`;
    still.replaceWith(host);
    bar.append(choices);
    stills.set(bar, { still, live, host, choices });
    button.setAttribute("aria-pressed", "true");
    say(bar, "Drag to move, Ctrl and wheel to zoom, Escape to return");
  }

  // Tables come with the names of their columns once, and a list of cells a row.
  function unpacked(chart) {
    const named = (columns) => (row) => Object.fromEntries(row.map((cell, place) => [columns[place], cell]));
    const part = ({ columns, rows, ...rest }) => (columns ? { ...rest, values: rows.map(named(columns)) } : rest);
    return { ...chart, data: chart.data.map(part) };
  }

  // What a reader chooses in a live chart stands in the address, and the address chooses.
  function choose(live, { signals = [] }, slug) {
    const kept = state(slug);
    for (const { name, bind } of signals.filter((signal) => signal.bind)) {
      const asked = kept.asked()[name];
      if (bind.options.includes(asked)) live.signal(name, asked);
      live.addSignalListener(name, (_, value) => kept.replace({ ...kept.asked(), [name]: value }));
    }
  }

  // The part of the address that is a figure's own, as slug.name=value.
  function state(slug) {
    const names = () => [...new URL(location).searchParams.keys()].filter((key) => key.startsWith(`${slug}.`));
    return {
      page: address(document.querySelector(`[data-figure="${slug}"]`), "index.html"),
      asked() {
        const held = new URL(location).searchParams;
        return Object.fromEntries(names().map((key) => [key.slice(slug.length + 1), held.get(key)]));
      },
      replace(values) {
        const address = new URL(location);
        for (const key of names()) address.searchParams.delete(key);
        for (const [name, value] of Object.entries(values)) address.searchParams.set(`${slug}.${name}`, value);
        if (address.href !== location.href) history.replaceState(null, "", address);
      },
    };
  }

  const tip = make("div", { className: "fd-tip", hidden: true });
  const rule = make("div", { className: "fd-rule", hidden: true });

  function hush() {
    tip.hidden = true;
    rule.hidden = true;
  }

  // Moved by transform alone, it shifts no layout.
  function tell(event, told) {
    tip.hidden = !told;
    if (!told) return;
    const rows = told.map(([name, text]) => make("tr", {}, make("th", {}, name), make("td", {}, String(text))));
    tip.replaceChildren(make("table", {}, ...rows));
    document.body.append(tip);
    const left = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8);
    const top = Math.min(event.clientY + 12, innerHeight - tip.offsetHeight - 8);
    tip.style.transform = `translate(${Math.max(left, 0)}px, ${Math.max(top, 0)}px)`;
  }

  // Over lines and areas, a rule follows the pointer and tells every value at its date; a finger taps.
  function follow(live, host, { data, x, y, name, names, date, number }) {
    const values = new Map();
    let marked = null; // a break or an episode has words of its own
    live.tooltip((handler, event, item, value) => { marked = item?.mark.marktype === "rule" ? value : null; });

    function read(event) {
      if (!values.size) {
        // At a break there are two values: the later segment is the one in use.
        const rows = live.data(data).filter((row) => Number.isFinite(row[y])).sort((a, b) => a.segment - b.segment);
        for (const row of rows) values.set(+row[x], { ...values.get(+row[x]), [row[name]]: row[y] });
      }
      const frame = host.querySelector(".background").getBoundingClientRect();
      const share = (event.clientX - frame.left) / frame.width;
      const time = +live.scale("x").invert(share * live.width());
      const near = [...values.keys()].reduce((a, b) => (Math.abs(b - time) < Math.abs(a - time) ? b : a));
      const place = live.scale("x")(near) / live.width();
      rule.hidden = !(share >= 0 && share <= 1 && place >= 0 && place <= 1);
      rule.style.transform = `translateX(${frame.left - host.getBoundingClientRect().left + place * frame.width}px)`;
      const { format, timeFormat } = window.vega.defaultLocale();
      const told = names.filter((key) => key in values.get(near)).map((key) => [key, format(number)(values.get(near)[key])]);
      const own = marked && Object.entries(marked);
      tell(event, own || (rule.hidden ? null : [["Date", timeFormat(date)(near)], ...told]));
    }

    host.addEventListener("pointerenter", () => host.append(rule));
    host.addEventListener("pointerdown", read);
    host.addEventListener("pointermove", read);
    host.addEventListener("pointercancel", hush);
    host.addEventListener("wheel", hush, { passive: true, capture: true });
    host.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch") hush(); });
  }

  // What a finger left stays to be read, until it touches elsewhere.
  document.addEventListener("pointerdown", ({ target }) => { if (!target.closest(".fd-live")) hush(); });

  // Where there is room, the plot is drawn larger instead of being blown up with its type.
  function atSize(chart, narrow, width, height) {
    const drawn = narrow.viewBox.baseVal;
    if (width <= drawn.width || !chart.width || !chart.height) return chart;
    return { ...chart, width: chart.width + width - drawn.width, height: chart.height + height - drawn.height };
  }

  function stop(bar) {
    if (!stills.has(bar)) return null;
    const { still, live, host, choices } = stills.get(bar);
    stills.delete(bar);
    choices.remove();
    hush();
    live.finalize();
    host.replaceWith(still);
    const button = bar.querySelector("[data-do=interact]");
    button.setAttribute("aria-pressed", "false");
    say(bar, "Still chart");
    return button;
  }

  let latest = null;

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest(".fd-bar > button");
    if (!button || button.getAttribute("aria-busy")) return;
    const bar = button.parentNode;
    latest = bar;
    const on = button.matches("[aria-expanded=true], [aria-pressed=true]");
    const live = button.dataset.do === "interact";
    if (on) {
      (live ? stop : close)(bar);
      return;
    }
    button.setAttribute("aria-busy", "true");
    say(bar, "");
    bar.classList.remove("fd-failed");
    try {
      await (live ? start : open)(bar, button);
    } catch (error) {
      bar.classList.add("fd-failed");
      say(bar, `Not available: ${error.message}`);
    }
    button.removeAttribute("aria-busy");
  });

  // With the focus nowhere, Escape is for the figure used last; in a search box or a menu it is not for us.
  function barOf(target) {
    if (target === document.body) return latest;
    const panel = target.closest(".fd-panel");
    if (panel) return document.querySelector(`[aria-controls="${panel.id}"]`).parentNode;
    return target.closest(".fd-bar") || target.closest("figure")?.querySelector(".fd-bar");
  }

  document.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape") return;
    const bar = barOf(target);
    const button = bar && (close(bar) || stop(bar));
    if (button) button.focus();
  });

  async function calculate(bar) {
    try {
      const [figure] = await Promise.all([figureOf(bar), load("_static/calculator.js")]);
      window.foreignDemandCalculator.mount(bar, figure, { make, state });
    } catch (error) {
      bar.classList.add("fd-failed");
      say(bar, `Calculator not available: ${error.message}`);
    }
  }

  document.querySelectorAll(".fd-bar[data-calculator]").forEach(calculate);

  const chosen = new Set([...new URL(location).searchParams.keys()].map((key) => key.split(".")[0]));
  for (const bar of document.querySelectorAll(".fd-bar")) {
    if (chosen.has(bar.dataset.figure)) bar.querySelector("[data-do=interact]")?.click();
  }
})();
