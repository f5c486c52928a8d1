// Any two editions side by side: the page that was written of them is unpacked and shown.
(() => {
  "use strict";

  const form = document.querySelector("form");
  const told = document.querySelector("#told");
  const asked = new URLSearchParams(location.search);
  if (!asked.has("since")) return;
  for (const name of ["since", "to"]) form[name].value = asked.get(name);

  async function unpacked(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address.pathname} is not there.`);
    const held = await answer.arrayBuffer();
    const [first, second] = new Uint8Array(held);
    // Some hosts unpack it on the way.
    const body = new Response(held).body;
    const packed = first === 0x1f && second === 0x8b;
    return new Response(packed ? body.pipeThrough(new DecompressionStream("gzip")) : body).text();
  }

  async function show() {
    const { since, to } = form;
    if (!since.value || since.value >= to.value) throw new Error("Choose a later edition to compare with an earlier one.");
    const page = `${to.value}/since/${since.value}.html`;
    const next = [...to.options].findLast(({ value }) => value > since.value);
    if (next.value === to.value) {
      location.replace(page); // that of neighbours is a page as it is
      return;
    }
    const address = new URL(`${page}.gz`, location);
    const main = new DOMParser().parseFromString(await unpacked(address), "text/html").querySelector("main");
    for (const link of main.querySelectorAll("a")) link.href = new URL(link.getAttribute("href"), address);
    const title = main.querySelector("h1");
    document.querySelector("h1").textContent = title.textContent;
    title.remove();
    document.querySelector("#redline").replaceChildren(...main.childNodes);
  }

  told.textContent = "Unpacking …";
  show().then(
    () => { told.textContent = ""; },
    (error) => { told.textContent = `Not available: ${error.message}`; },
  );
})();
