// A touch on the drawing goes to the next kind of mark at that place; the list beside it stays the truth and works alone.
(() => {
  const form = document.querySelector("[data-body]");
  if (!form) return;
  const letters = JSON.parse(form.dataset.body);
  const show = (list) => {
    const place = form.querySelector(`[data-place="${list.name}"]`);
    if (!place) return;
    place.classList.toggle("marked", Boolean(list.value));
    place.querySelector("text").textContent = letters[list.value] ?? "";
  };
  for (const place of form.querySelectorAll("[data-place]")) {
    place.addEventListener("click", () => {
      const list = form.querySelector(`select[name="${place.dataset.place}"]`);
      list.selectedIndex = (list.selectedIndex + 1) % list.options.length;
      list.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  form.addEventListener("input", (event) => { if (event.target.matches("select")) show(event.target); });
  for (const list of form.querySelectorAll("select")) show(list);
})();
