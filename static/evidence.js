// Files as evidence: dropped on the form, pasted as a screenshot, and sent one by one with progress.
// Without this script the form sends them all at once. Nothing is evaluated.
(() => {
  "use strict";
  const formOf = (target) => target.closest?.("form.evidence-form");

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
    const form = panel.querySelector("form.evidence-form");
    if (!form) return;
    form.closest("details").open = true;
    form.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") add(form, event.dataTransfer.files);
  });
  document.addEventListener("dragleave", (event) => {
    const form = event.target.closest?.(".detail")?.querySelector("form.evidence-form");
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
      if (file.size > Number(form.dataset.limit)) said.textContent = places.dataset.tooLarge;
      return line;
    }));
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
    const button = form.querySelector("[type=submit]"), input = form.querySelector("[type=file]"), text = form.elements.content;
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    for (const old of document.querySelectorAll("#notices > .notice")) old.remove();
    const bars = [...form.querySelectorAll(".uploads progress")], places = form.querySelector(".uploads").dataset;
    // The panel may be drawn anew meanwhile, so all that is sent is read before.
    const common = ["csrfmiddlewaretoken", "observed_at", "replaces"].filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]);
    const words = text.value.trim();
    let arrived = true;
    for (const [at, file] of [...input.files].entries())
      if (file.size > Number(form.dataset.limit)) notice(file.name, places.tooLarge);
      else arrived = await send(form, [...common, ["files", file]], file.name, places, bars[at]) && arrived;
    if (words) arrived = await send(form, [...common, ["content", words]], "", places) && arrived;
    button.removeAttribute("aria-busy");
    input.value = "";
    form.querySelector(".uploads").replaceChildren();
    if (arrived) form.reset();
    refresh(form);
  }
  function send(form, parts, name, places, bar) {
    const data = new FormData(), request = new XMLHttpRequest();
    for (const [key, value] of parts) data.append(key, value);
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("HX-Request", "true");
    if (bar) request.upload.addEventListener("progress", (event) => { bar.max = event.total; bar.value = event.loaded; });
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        const arrived = request.status === 200 && !request.responseURL.includes("/accounts/");
        if (!arrived) refused(request, name, places.failed);
        resolve(arrived);
      });
      request.send(data);
    });
  }
  // Why not: the notice of ours, or the plain sentence of who refused the body, or our own word.
  function refused(request, name, otherwise) {
    const plain = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
    const ours = !plain && new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".notice");
    if (ours) document.getElementById("notices").append(document.adoptNode(ours));
    else notice(name, plain ? request.responseText.trim() : otherwise);
  }
  function notice(name, words) {
    const box = document.createElement("div"), title = document.createElement("strong"), said = document.createElement("span"), text = document.createElement("div");
    box.className = "callout st-failed notice";
    box.setAttribute("role", "alert");
    title.textContent = name;
    said.textContent = words;
    text.append(title, said);
    box.append(text);
    document.getElementById("notices").append(box);
  }
  // On a release's page the row comes with the stream; here the detail is fetched.
  function refresh(form) {
    const detail = form.closest(".detail");
    if (!detail?.isConnected) return;
    const link = detail.previousElementSibling?.querySelector(".what a");
    if (link) htmx.ajax("GET", link.href, { source: detail, target: detail, swap: "outerMorph" });
    else if (!document.querySelector("#notices > .notice")) location.reload();
  }
})();
