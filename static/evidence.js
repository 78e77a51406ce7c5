// Files as evidence: dropped on the form, pasted as a screenshot, and sent one by one with progress.
// Without this script the form sends them all at once. Nothing is evaluated.
(() => {
  "use strict";
  const formOf = (target) => target.closest?.("form.drop");

  // --- Giving files: dropping and pasting add to what is chosen ---------------------------------
  function add(form, files) {
    const input = form.querySelector("[type=file]"), all = new DataTransfer();
    for (const file of [...input.files, ...files]) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  // A file dropped beside the form must not replace the page.
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => {
    const panel = event.target.closest?.(".detail");
    if (!panel || !carriesFiles(event)) return;
    event.preventDefault();
    const form = panel.querySelector("form.drop");
    if (!form) return;
    form.closest("details").open = true;
    form.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") add(form, event.dataTransfer.files);
  });
  document.addEventListener("dragleave", (event) => {
    const form = event.target.closest?.(".detail")?.querySelector("form.drop");
    if (form && !form.closest(".detail").contains(event.relatedTarget)) form.removeAttribute("data-over");
  });
  document.addEventListener("paste", (event) => {
    const form = formOf(event.target), files = event.clipboardData?.files;
    if (!form || !files?.length) return;
    event.preventDefault();
    add(form, [...files].map(named));
  });
  // Every screenshot arrives as image.png; the moment tells them apart.
  function named(file) {
    if (file.name !== "image.png") return file;
    const at = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
    return new File([file], "Screenshot " + at + ".png", { type: file.type });
  }

  // --- What is chosen, and what is too large to be worth sending --------------------------------
  document.addEventListener("change", (event) => {
    const form = formOf(event.target);
    if (form && event.target.type === "file") list(form);
  });
  function list(form) {
    const places = form.querySelector(".uploads");
    places.replaceChildren(...[...form.querySelector("[type=file]").files].map((file) => {
      const line = document.createElement("li"), name = document.createElement("span"), bar = document.createElement("progress"), said = document.createElement("small");
      name.textContent = file.name;
      name.className = "break";
      bar.max = file.size || 1;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      line.append(name, bar, said);
      if (file.size > Number(form.dataset.limit)) refuse(line, places.dataset.tooLarge);
      return line;
    }));
  }
  function refuse(line, words) {
    line.className = "refused";
    line.querySelector("progress")?.remove();
    line.querySelector("small").textContent = words;
  }

  // --- Sending: one request for each file, so that one refusal keeps no other back ---------------
  document.addEventListener("submit", (event) => {
    const form = formOf(event.target);
    if (!form || !form.querySelector("[type=file]").files.length) return;
    // Before htmx, which knows no progress.
    event.preventDefault();
    event.stopImmediatePropagation();
    sendAll(form);
  }, true);
  async function sendAll(form) {
    const button = form.querySelector("[type=submit]");
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    const files = [...form.querySelector("[type=file]").files], lines = [...form.querySelectorAll(".uploads > li")];
    const text = form.querySelector("[name=content]"), left = [];
    for (const [at, file] of files.entries())
      if (file.size > Number(form.dataset.limit) || !await sendOne(form, lines[at], { files: file })) left.push(file);
    const rest = text.value.trim() && !left.length;
    if (rest && await sendOne(form, lines.at(-1), { content: text.value })) text.value = "";
    button.removeAttribute("aria-busy");
    keep(form, left, lines.filter((line) => line.matches(".refused")));
    refresh(form);
  }
  function sendOne(form, line, parts) {
    const data = new FormData(), request = new XMLHttpRequest(), bar = line.querySelector("progress");
    for (const name of ["csrfmiddlewaretoken", "observed_at", "replaces"])
      if (form.elements[name]) data.append(name, form.elements[name].value);
    for (const [name, value] of Object.entries(parts)) data.append(name, value);
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    if (bar) request.upload.addEventListener("progress", (event) => { bar.max = event.total; bar.value = event.loaded; });
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        const arrived = request.status === 200 && !request.responseURL.includes("/accounts/");
        if (!arrived) refuse(line, words(request) || form.querySelector(".uploads").dataset.failed);
        resolve(arrived);
      });
      request.send(data);
    });
  }
  // A refusal is a notice of ours, or the plain sentence of who refused the body.
  function words(request) {
    if (!request.responseText || request.status === 200) return "";
    if (request.getResponseHeader("Content-Type")?.startsWith("text/plain")) return request.responseText.trim();
    return new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".notice span")?.textContent ?? "";
  }
  function keep(form, files, lines) {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    form.querySelector("[type=file]").files = all.files;
    form.querySelector(".uploads").replaceChildren(...lines);
  }
  // The row comes with the stream; the detail is fetched. Refusals stay where they are read.
  function refresh(form) {
    const detail = form.closest(".detail");
    if (form.querySelector(".uploads .refused")) return;
    const link = detail.previousElementSibling?.querySelector(".what a");
    link ? htmx.ajax("GET", link.href, { source: detail, target: detail, swap: "outerMorph" }) : location.reload();
  }
})();
