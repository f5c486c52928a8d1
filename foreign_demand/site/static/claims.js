// The table of claims: filtered by word, verdict and source, sorted by a column; the choice is in the address.
{
  const table = document.getElementById("fig-claims-tested");
  const rows = [...table.tBodies[0].rows];
  const headings = [...table.tHead.rows[0].cells];
  const column = (name) => headings.findIndex((cell) => cell.textContent.trim() === name);
  const text = (row, at) => row.cells[at].textContent.trim();
  const chosen = new URLSearchParams(location.search);

  const form = document.createElement("form");
  form.className = "fd-search fd-filter";
  form.setAttribute("role", "search");
  const field = (label, control) => {
    const around = document.createElement("label");
    around.append(`${label} `, control);
    form.append(around, " ");
    return control;
  };
  const word = field("Search the claims", document.createElement("input"));
  word.type = "search";
  word.autocomplete = "off";
  const menus = ["Verdict", "Source"].map((name) => {
    const menu = field(name, document.createElement("select"));
    const values = [...new Set(rows.map((row) => text(row, column(name))))];
    menu.append(...["", ...values].map((value) => new Option(value || "all", value)));
    menu.dataset.column = name;
    return menu;
  });
  const count = document.createElement("output");
  form.append(count);
  form.addEventListener("submit", (event) => event.preventDefault());
  (table.closest(".pst-scrollable-table-container") || table).before(form);

  word.value = chosen.get("claims") || "";
  for (const menu of menus) {
    const asked = chosen.get(menu.dataset.column.toLowerCase());
    if ([...menu.options].some((option) => option.value === asked)) menu.value = asked;
  }

  let order = "";
  function keep() {
    const address = new URL(location.href);
    const values = { sort: order, claims: word.value, ...Object.fromEntries(menus.map((m) => [m.dataset.column.toLowerCase(), m.value])) };
    for (const [name, value] of Object.entries(values)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    if (address.href !== location.href) history.replaceState(null, "", address);
  }

  function filter() {
    const words = word.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const said = row.textContent.toLowerCase();
      row.hidden = !words.every((w) => said.includes(w))
        || menus.some((menu) => menu.value && text(row, column(menu.dataset.column)) !== menu.value);
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
  }

  form.addEventListener("input", () => { filter(); keep(); });

  headings.forEach((heading, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.onclick = () => {
      sort(at, heading.getAttribute("aria-sort") === "ascending");
      keep();
    };
  });

  // A heading's name, with a minus sign before it for the other way round.
  function sort(at, down) {
    headings.forEach((heading) => heading.removeAttribute("aria-sort"));
    headings[at].setAttribute("aria-sort", down ? "descending" : "ascending");
    const sorted = [...rows].sort((a, b) => text(a, at).localeCompare(text(b, at), "en", { numeric: true }));
    table.tBodies[0].append(...(down ? sorted.reverse() : sorted));
    order = `${down ? "-" : ""}${headings[at].textContent.trim().toLowerCase()}`;
  }

  for (const row of rows) {
    const link = document.createElement("a");
    link.href = `#${row.id}`;
    const paragraph = row.cells[0].querySelector("p") || row.cells[0];
    link.append(...paragraph.childNodes);
    paragraph.append(link);
  }
  const asked = chosen.get("sort") || "";
  const at = headings.findIndex((cell) => cell.textContent.trim().toLowerCase() === asked.replace(/^-/, ""));
  if (at >= 0) sort(at, asked.startsWith("-"));
  filter();
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}
