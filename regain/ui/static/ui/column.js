// Enter and the arrow keys go down and up the cells of a column, and on to the next column at its end. Tab does the same without this.
(() => {
  document.addEventListener("keydown", (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("[data-down]") || event.ctrlKey || event.metaKey) return;
    const cells = [...document.querySelectorAll("[data-down]")];
    const next = cells[cells.indexOf(event.target) + step];
    event.preventDefault();
    if (next) { next.focus(); next.select(); } else if (event.key === "Enter") event.target.form.querySelector("button.primary").focus();
  });
})();
