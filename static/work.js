// Working on a release: filters, choosing rows, and the keys. What each does has a way without it:
// filters are links and a form, chosen rows are boxes of a form, and every key has its button.
(() => {
  "use strict";
  const { $, $$, write, current, inDetail, toggleDetail, closeDetail } = readiness;
  const body = document.body, list = $(".list"), conditions = $("#filter");
  if (!list || !conditions) return;
  const release = conditions.dataset.release;
  const rows = () => $$(".item", list);
  const shownRows = () => rows().filter((row) => !("uiOff" in row.dataset));
  const version = (row) => row.id.slice(5) + "." + row.dataset.version;

  // --- Filters: at once by what the rows say, then by what the server finds in all their words ---
  const tests = {
    all: () => true,
    mine: (row) => row.dataset.who === body.dataset.me,
    blockers: (row) => row.matches(".block"),
    failed: (row) => row.matches(".st-failed"),
    progress: (row) => row.matches(".st-progress"),
    open: (row) => row.matches(".st-open"),
    unassigned: (row) => !row.dataset.who && row.matches(".st-open, .st-progress, .st-failed"),
    unsettled: (row) => row.matches(".st-open, .st-progress, .st-failed"),
    carried: (row) => $(".tag.carried", row) !== null,
  };
  function asked() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(conditions)) if (value.trim() && !(name === "show" && value === "all")) query.append(name, value.trim());
    return query;
  }
  function hide(on) {
    for (const row of rows()) row.toggleAttribute("data-ui-off", !on(row));
    chosen.forEach((id) => { if ($("#" + id)?.hasAttribute("data-ui-off")) chosen.delete(id); });
    showChosen();
  }
  let asking;
  async function filter({ wait = 0, keep = "pushState" } = {}) {
    const query = asked(), show = query.get("show") ?? "all";
    const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const says = (row) => { const text = words.length ? row.textContent.toLowerCase() : ""; return words.every((word) => text.includes(word)); };
    const here = (row) => (tests[show] ?? tests.all)(row) && says(row);
    const more = [...query.keys()].filter((name) => name !== "show" && name !== "q").length;
    for (const chip of $$(".filters [data-show]")) chip.toggleAttribute("aria-current", false);
    $(`.filters [data-show="${show}"]`)?.setAttribute("aria-current", "true");
    for (const chip of $$(".filters [data-saved]")) chip.dataset.saved === String(query) ? chip.setAttribute("aria-current", "true") : chip.removeAttribute("aria-current");
    for (const field of $$("[data-query]")) field.value = String(query);
    write($("#count-conditions"), more ? String(more) : "");
    const address = location.pathname + (query.size ? "?" + query : "") + location.hash;
    if (keep && address !== location.pathname + location.search + location.hash) history[keep](history.state, "", address);
    asking?.abort();
    if (!more) hide(here);
    if (!more && !words.length) return;
    asking = new AbortController();
    try {
      await new Promise((done) => setTimeout(done, wait));
      const { signal } = asking;
      if (signal.aborted) return;
      const answer = await fetch(`${release}filter/?${query}`, { signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = (await answer.json()).items;
      const ids = found && new Set(found.map((pk) => "item-" + pk));
      if (!signal.aborted) hide((row) => !ids || ids.has(row.id) || (!more && here(row)));
    } catch { /* Away or overtaken: the rows' own words have decided already. */ }
  }
  // The panel of conditions is fetched when it is first needed.
  const panel = $("#conditions");
  async function putPanel() {
    if (!panel.childElementCount) await htmx.ajax("GET", `${release}conditions/?${asked()}`, { source: panel, target: panel, swap: "innerHTML" });
  }
  async function openPanel() {
    await putPanel();
    panel.showPopover({ source: $("[data-conditions], [popovertarget=conditions]") });
    $("select", panel)?.focus();
  }
  // The form as an address says; the same that the server makes of it.
  async function setForm(search) {
    const query = new URLSearchParams(search);
    if ([...query.keys()].some((name) => name !== "show" && name !== "q")) await putPanel();
    conditions.elements.show.value = query.get("show") ?? "all";
    for (const field of conditions.elements) {
      if (field.name === "show" || !field.name) continue;
      if (field.type === "checkbox") field.checked = query.getAll(field.name).includes(field.value);
      else field.value = query.get(field.name) ?? "";
    }
  }
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-show], [data-saved], [data-conditions]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("conditions" in link.dataset) return panel.matches(":popover-open") ? panel.hidePopover() : openPanel();
    link.closest("[popover]")?.hidePopover();
    if ("saved" in link.dataset) await setForm(link.dataset.saved);
    else if (link.dataset.show === "all") await setForm("");
    else conditions.elements.show.value = link.dataset.show;
    filter();
  });
  $("#q").addEventListener("input", () => filter({ wait: 150, keep: "replaceState" }));
  document.addEventListener("change", (event) => { if (event.target.form === conditions && event.target.id !== "q") filter(); });
  conditions.addEventListener("submit", (event) => {
    event.preventDefault();
    event.submitter?.closest("[popover]")?.hidePopover();
    filter();
  });
  addEventListener("popstate", async () => { await setForm(location.search); filter({ keep: "" }); });
  const countMine = () => { if ($("#count-mine")) write($("#count-mine"), String(rows().filter(tests.mine).length)); };
  document.addEventListener("htmx:after:swap", countMine);

  // --- Choosing rows: a box in each, and a bar that acts on the chosen ---------------------------
  const chosen = new Set($$(".pick:checked", list).map((box) => box.closest(".item").id));
  const place = $("#bulk-place");
  let last = null, choosing = Boolean($("#bulk"));
  const mayChoose = () => body.matches(".can-tick");
  function putBoxes() {
    const word = $("#bulk")?.dataset.select;
    if (!choosing || !word) return;
    for (const row of rows()) {
      let box = $(".pick", row);
      if (!box) {
        box = document.createElement("input");
        Object.assign(box, { type: "checkbox", className: "pick", name: "item" });
        box.setAttribute("form", "bulk");
        box.setAttribute("aria-label", `${word} ${$(".no", row).textContent} ${$(".what a", row).textContent}`);
        $(".line", row).prepend(box);
      }
      box.value = version(row);
      box.checked = chosen.has(row.id);
    }
  }
  function showChosen() {
    const bar = $("#bulk");
    if (!bar) return;
    for (const box of $$(".pick", list)) box.checked = chosen.has(box.closest(".item").id);
    write($("[data-count]", bar), String(chosen.size));
  }
  async function choose() {
    if (choosing || !mayChoose()) return;
    choosing = true;
    await htmx.ajax("GET", `${release}bulk/`, { source: place, target: place, swap: "innerHTML" });
    putBoxes();
    showChosen();
  }
  function chooseNone(focus) {
    choosing = false;
    chosen.clear();
    last = null;
    place.replaceChildren();
    $$(".pick", list).forEach((box) => box.remove());
    focus?.focus();
  }
  function pick(row, on = !chosen.has(row.id), through = false) {
    const all = shownRows(), from = through && last ? all.findIndex((one) => one.id === last) : -1, to = all.indexOf(row);
    const range = from < 0 ? [row] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of range) on ? chosen.add(one.id) : chosen.delete(one.id);
    last = row.id;
    showChosen();
  }
  document.addEventListener("click", (event) => {
    const box = event.target.closest(".pick");
    if (box) return pick(box.closest(".item"), box.checked, event.shiftKey);
    if (event.target.closest("[data-pick-all]")) { shownRows().forEach((row) => chosen.add(row.id)); showChosen(); }
    const link = event.target.closest("[data-choose], [data-choose-none]");
    if (!link) return;
    event.preventDefault();
    "choose" in link.dataset && !choosing ? choose() : chooseNone($("[data-choose]"));
  });
  // A row that was swapped has lost its box; one that had the focus gets it back.
  let focused = "";
  document.addEventListener("focusin", (event) => { focused = event.target.matches(".pick") ? event.target.closest(".item").id : ""; });
  document.addEventListener("htmx:after:swap", () => {
    dropDone();
    const lost = focused && document.activeElement === body;
    putBoxes();
    if (lost) $(`#${focused} .pick`)?.focus();
  });
  // What was sent and has changed is no longer chosen; what was left stays so, to be tried otherwise.
  let sent = new Map();
  document.addEventListener("htmx:config:request", (event) => {
    const { sourceElement, request } = event.detail.ctx;
    if (request.method !== "GET" && sourceElement.closest?.("#bulk")) sent = new Map([...chosen].map((id) => [id, $("#" + id)?.dataset.version]));
  });
  function dropDone() {
    for (const [id, was] of sent) if ($("#" + id)?.dataset.version !== was) { chosen.delete(id); sent.delete(id); }
    showChosen();
  }

  // --- Keys: single ones, off while typing and switched off in the "?" dialog --------------------
  const links = () => shownRows().map((row) => $(".what a", row)).filter((link) => link.checkVisibility());
  function step(by, among = links()) {
    const here = document.activeElement;
    const at = among.indexOf(here.closest?.(".item") ? $(".what a", here.closest(".item")) : here.closest?.(".detail") ? $(".what a", current()) : here);
    const next = at < 0 ? among[by > 0 ? 0 : among.length - 1] : among[Math.min(Math.max(at + by, 0), among.length - 1)];
    next?.focus();
    return next;
  }
  function sectionStep(by) {
    const head = document.activeElement.closest?.(".section")?.firstElementChild;
    if (by < 0 && head && head !== document.activeElement) head.focus();
    else {
      const heads = $$(".section > summary", list).filter((one) => one.checkVisibility());
      const at = heads.indexOf(head);
      (heads[at < 0 ? (by > 0 ? 0 : heads.length - 1) : Math.min(Math.max(at + by, 0), heads.length - 1)])?.focus();
    }
  }
  async function grow(by) {
    await choose();
    if (current() && !chosen.size) pick(current(), true);
    const link = step(by);
    if (link) pick(link.closest(".item"), true);
  }
  const press = (selector) => $(selector)?.click();
  // With rows chosen the key is for all of them.
  const forChosen = (selector, alone) => async () => {
    const control = chosen.size && $(selector);
    if (!control) return alone();
    control.matches("button") ? control.click() : control.focus();
  };
  const inOwn = (key, click) => async () => {
    await inDetail(`[data-key=${key}]`);
    if (click && document.activeElement.matches(`[data-key=${key}]`)) document.activeElement.click();
  };
  const tick = () => current() && press(`#${current().id} .tick button`);
  const keys = {
    j: () => step(1), k: () => step(-1), "shift j": () => grow(1), "shift k": () => grow(-1),
    o: () => current() && toggleDetail(current()),
    x: forChosen("#bulk [value=tick]", tick),
    a: forChosen("#bulk [name=to]", inOwn("a")), i: forChosen("#bulk [value=me]", inOwn("i", true)),
    n: forChosen("#bulk [name=reason]", inOwn("n")),
    s: inOwn("s", true), d: inOwn("d"), r: inOwn("r"), e: inOwn("e"), c: inOwn("c"), w: inOwn("w"), p: inOwn("p"),
    v: async () => { const row = current(); await choose(); if (row) pick(row); },
    "*": async () => { await choose(); press("[data-pick-all]"); },
    b: () => { const all = links(), at = all.indexOf(document.activeElement); all.slice(at + 1).concat(all).find((link) => link.closest(".block"))?.focus(); },
    "[": () => sectionStep(-1), "]": () => sectionStep(1),
    "/": () => { $("#q").focus(); $("#q").select(); }, f: openPanel,
    m: () => press('.filters [data-show="mine"]'), "0": () => press('.filters [data-show="all"]'),
    q: () => press(current() ? `.group:has(#${current().id}) .add` : ".list .add"),
    g: () => press(".signs a[href]"),
    "?": () => $("#keys")?.showModal(),
  };
  const named = (event) => (event.shiftKey && /^[a-z]$/i.test(event.key) ? "shift " : "") + event.key.toLowerCase();
  // Its line in the list of keys says who may use it.
  function allowed(name) {
    const line = $(`#keys [data-for~="${name.replace("shift ", "shift-")}"]`);
    return !line || getComputedStyle(line).display !== "none";
  }
  function run(name) {
    if (!keys[name] || !allowed(name)) return false;
    keys[name]();
    return true;
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape" && !event.target.closest("dialog, [popover]")) {
      if (typing) return event.target.blur();
      return closeDetail(true) || (choosing && chooseNone(current() && $(".what a", current())));
    }
    if ((event.metaKey || event.ctrlKey) && event.key === "z" && !typing) {
      const undo = $$("[data-undo]").pop();
      if (undo) { event.preventDefault(); undo.click(); }
    }
    if (typing || event.metaKey || event.ctrlKey || event.altKey || event.target.closest("dialog, [popover]")) return;
    if (localStorage.getItem("keys") === "off" && event.key !== "?") return;
    // What is typed ahead into a field that is still on its way is no command.
    if (readiness.isOpening() && event.key.length === 1) return event.preventDefault();
    if (run(named(event))) event.preventDefault();
  });
  const keySwitch = $("#keys-on");
  keySwitch.checked = localStorage.getItem("keys") !== "off";
  keySwitch.addEventListener("change", () => localStorage.setItem("keys", keySwitch.checked ? "on" : "off"));
  readiness.runKey = run;

  putBoxes();
  showChosen();
  countMine();
})();
