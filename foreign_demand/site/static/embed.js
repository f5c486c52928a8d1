// Both ends of a frame around a figure: its page says how high it is, the page around it listens.
(() => {
  "use strict";

  const { origin } = new URL(document.currentScript.src);
  const ASKED = "foreign-demand: how high?";
  const LIMIT = 20000;

  if (parent !== window) {
    const say = () => parent.postMessage({ foreignDemandHeight: document.documentElement.offsetHeight }, "*");
    new ResizeObserver(say).observe(document.documentElement);
    addEventListener("message", ({ data }) => { if (data === ASKED) say(); });
    return;
  }

  const frames = () => [...document.querySelectorAll("iframe")];
  addEventListener("message", ({ data, source, origin: from }) => {
    const height = Number(data?.foreignDemandHeight);
    if (from !== origin || !(height > 0)) return;
    const frame = frames().find(({ contentWindow }) => contentWindow === source);
    if (frame) frame.style.height = `${Math.min(height, LIMIT)}px`;
  });
  // Figures that were there before this script have said it to nobody.
  for (const { contentWindow, src } of frames()) {
    if (new URL(src, location).origin === origin) contentWindow.postMessage(ASKED, "*");
  }
})();
