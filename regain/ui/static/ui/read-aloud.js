// Reads the question aloud with the browser's own voice, in the language of the page. Without it the question is read as text.
(() => {
  const button = document.querySelector("[data-read-aloud]");
  if (!button || !("speechSynthesis" in window)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const words = new SpeechSynthesisUtterance([...document.querySelectorAll("[data-read]")].map((one) => one.textContent).join(" "));
    words.lang = document.documentElement.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  });
})();
