// What the theme would write into each page. Loaded before anything is drawn, so that no page flashes.
(() => {
  "use strict";

  const page = document.documentElement.dataset;
  let kept = {};
  try {
    kept = localStorage;
  } catch {
    // The reader lets no site keep anything.
  }
  page.mode = kept.mode || "auto";
  page.theme = kept.theme || "";
  if (page.mode === "auto") page.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

  // Paper is white: in the dark scheme its text would be too pale to read.
  let read = "";
  addEventListener("beforeprint", () => {
    read = page.theme;
    page.theme = "light";
  });
  addEventListener("afterprint", () => (page.theme = read));

  const actions = {
    print: () => window.print(),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-page]");
    if (button) actions[button.dataset.page]();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("#search-results")) return;
    const search = [...document.querySelectorAll("form.bd-search input")].find((input) => input.offsetParent);
    search?.focus();
    search?.select();
  });
})();
