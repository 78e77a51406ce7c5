/* The import pages: a file can be dropped anywhere on the form, and a line shows its part. */
(() => {
  const form = document.querySelector("form[data-drop]");
  if (form) {
    const input = form.querySelector('input[type="file"]');
    const over = (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form.toggleAttribute("data-over", event.type === "dragover");
      if (event.type !== "drop") return;
      input.files = event.dataTransfer.files;
      input.focus();
    };
    for (const name of ["dragover", "dragleave", "drop"]) form.addEventListener(name, over);
  }

  const source = document.querySelector(".src .lines");
  const parts = document.querySelector(".becomes .parts");
  if (!source || !parts) return;
  const byKey = new Map([...parts.children].map((part) => [part.dataset.key, part]));
  let shown = null;
  const show = (event) => {
    const line = event.target.closest("[data-part]");
    const part = line ? byKey.get(line.dataset.part) : null;
    if (part === shown) return;
    shown?.removeAttribute("data-shown");
    shown = part ?? null;
    if (!shown) return;
    shown.setAttribute("data-shown", "");
    // Only the list scrolls, and only if the part is out of sight: the page stays where it is.
    const inside = parts.getBoundingClientRect();
    const at = shown.getBoundingClientRect();
    if (at.top < inside.top || at.bottom > inside.bottom)
      parts.scrollTop += at.top - inside.top - inside.height / 3;
  };
  source.addEventListener("pointerover", show);
  source.addEventListener("focusin", show);
  source.addEventListener("change", (event) => {
    const line = event.target.closest("li");
    line?.toggleAttribute("data-changed", event.target.value !== event.target.querySelector("[selected]")?.value);
    document.querySelector(".src > header .btn").classList.add("primary");
  });
})();
