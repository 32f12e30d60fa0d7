// What the trials come to while they are typed: the mean that counts, and the best. The server works out what is kept.
(() => {
  const box = document.querySelector("[data-trials]");
  if (!box) return;
  const read = (name) => Number.parseFloat(document.querySelector(`form [name="${name}"]`)?.value.replace(",", "."));
  const names = box.dataset.trials.split(" ");
  const show = () => {
    const distance = box.dataset.distance ? read(box.dataset.distance) : 0;
    let values = names.map(read).filter((value) => value > 0);
    if (box.dataset.distance) values = distance > 0 ? values.map((value) => distance / value) : [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const best = box.dataset.better === "up" ? Math.max(...values) : Math.min(...values);
    const unit = box.dataset.unit ? ` ${box.dataset.unit}` : "";
    const said = (value) => String(Math.round(value * 100) / 100);
    box.textContent = values.length ? `Mean of ${values.length}: ${said(mean)}${unit}. Best: ${said(best)}${unit}.` : "";
  };
  document.addEventListener("input", show);
  show();
})();
