// Search by word on the gallery page: hides the figures that lack one of the words typed.
{
  const form = document.querySelector(".fd-search");
  const cards = [...document.querySelectorAll(".fd-card")];
  const texts = cards.map((card) => `${card.textContent} ${card.dataset.words}`.toLowerCase());

  const search = () => {
    const words = form.querySelector("input").value.toLowerCase().split(/\s+/);
    cards.forEach((card, i) => { card.hidden = !words.every((word) => texts[i].includes(word)); });
    for (const chapter of document.querySelectorAll(".fd-gallery")) {
      chapter.hidden = !chapter.querySelector(".fd-card:not([hidden])");
    }
    const shown = cards.filter((card) => !card.hidden).length;
    form.querySelector("output").textContent = `${shown} of ${cards.length} shown`;
  };

  form.hidden = false;
  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => event.preventDefault());
  search();
}
