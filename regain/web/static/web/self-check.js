// The self-check works without this file. It keeps the answers on this device only, so that one can stop and go on later.
(() => {
  const STORE = "regain-self-check";
  const form = document.querySelector("form[data-self-check]");
  const read = () => { try { return JSON.parse(localStorage.getItem(STORE) || "null"); } catch { return null; } };
  const forget = () => { try { localStorage.removeItem(STORE); } catch { /* no storage on this device */ } };
  const secret = new Set(["csrfmiddlewaretoken", "go", "step"]);

  if (form) {
    const keep = () => {
      const pairs = [...new FormData(form)].filter(([name]) => !secret.has(name));
      try { localStorage.setItem(STORE, JSON.stringify({ step: form.dataset.selfCheck, pairs })); } catch { /* full or refused */ }
    };
    form.addEventListener("input", keep);
    const saved = read();
    const offer = document.querySelector("[data-resume]");
    if (offer && saved && saved.step !== "about") {
      offer.hidden = false;
      document.querySelector("[data-resume-go]").addEventListener("click", () => {
        const send = document.createElement("form");
        send.method = "post";
        send.action = form.action;
        const add = (name, value) => {
          const field = document.createElement("input");
          field.type = "hidden"; field.name = name; field.value = value;
          send.append(field);
        };
        for (const [name, value] of saved.pairs) add(name, value);
        add("step", saved.step);
        add("go", "open");
        add("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
        document.body.append(send);
        send.submit();
      });
    }
    const none = form.elements.none;
    if (none) form.addEventListener("change", (event) => {
      if (event.target === none && none.checked) for (const box of form.querySelectorAll("[name=signs]")) box.checked = false;
      if (event.target.name === "signs" && event.target.checked) none.checked = false;
    });
  }
  if (document.querySelector("[data-sent]")) forget();
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-forget]")) return;
    forget();
    document.querySelector("[data-resume]")?.setAttribute("hidden", "");
    event.target.closest("[data-forget]").textContent = "Deleted";
  });
})();
