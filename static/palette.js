// Jump to anything, or do something with the item that has the focus. A combobox in a dialog; what
// this page does not hold is asked of the server. Loaded when it is first opened.
(() => {
  "use strict";
  const { $, $$ } = readiness;
  const dialog = $("#jump-dialog").content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  const input = $("input", dialog), box = $("[role=listbox]", dialog);
  const MOST = 40;
  let here = [], there = [], at = 0, shown = [], asking, from = null;

  const text = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const go = (url) => () => location.assign(url);
  const kbd = (keys) => keys.map((key) => { const node = document.createElement("kbd"); node.textContent = key; return node; });

  // What the page holds: its actions with their keys, its items and sections, and where it leads to.
  function collect() {
    const found = [];
    const add = (kind, title, run, keys = []) => { if (title) found.push({ kind, title, run, keys }); };
    const keymap = $("#keys .keymap");
    if (keymap) {
      const actions = box.dataset.action;
      for (const line of $$("[data-for]", keymap)) {
        const names = line.dataset.for.split(" ");
        if (getComputedStyle(line).display === "none" || names.length > 1 || names[0] === "?") continue;
        add(actions, text($("dt", line)), () => { from?.focus(); readiness.runKey(names[0].replace("shift-", "shift ")); }, $$("kbd", line).map(text));
      }
    }
    const nav = $(".snav"), items = $(".list");
    if (nav) for (const link of $$(".snav > ol > li > a", nav.parentElement)) add(nav.getAttribute("aria-label"), text($("span[title]", link) ?? link), () => { const section = $(link.hash); section.open = true; location.hash = link.hash; section.firstElementChild.focus(); });
    if (items) for (const row of $$(".item", items)) add("", `${text($(".no", row))} ${text($(".what a", row))}`, () => show(row));
    for (const link of $$(".gnav a, .menu a, .crumbs a, .band a.btn, .facts a")) if (link.hash === "" && link.href !== location.href) add(link.closest("nav")?.getAttribute("aria-label") ?? "", text(link), go(link.href));
    return found.filter((one, index) => found.findIndex((other) => other.title === one.title && other.kind === one.kind) === index || !one.kind);
  }
  function show(row) {
    if (row.hasAttribute("data-ui-off")) $('.filters [data-show="all"]')?.click();
    history.replaceState(history.state, "", "#" + row.id);
    readiness.followHash();
  }

  // Letters in their order, best where they begin words and follow each other. Less is better; null is no match.
  function distance(title, query) {
    const low = title.toLowerCase();
    const whole = low.indexOf(query);
    if (whole >= 0) return whole ? (/\W/.test(low[whole - 1]) ? 1 : 2) + whole / 1000 : 0;
    let last = -1, gaps = 3;
    for (const letter of query.replace(/\s+/g, "")) {
      const next = low.indexOf(letter, last + 1);
      if (next < 0) return null;
      if (last >= 0 && next > last + 1 && !/\W/.test(low[next - 1])) gaps += next - last;
      last = next;
    }
    return gaps > query.length + 3 ? null : gaps;
  }
  function matching() {
    const query = input.value.toLowerCase().trim();
    if (!query) return here.filter((one) => one.kind).slice(0, MOST);
    const near = here.map((one) => [distance(one.title, query), one]).filter(([far]) => far !== null);
    near.sort((a, b) => a[0] - b[0]);
    const sure = near.filter(([far]) => far < 3), rest = near.slice(sure.length, sure.length + 8);
    return [...sure.slice(0, MOST), ...there, ...rest].map((one) => one[1] ?? one);
  }
  function draw() {
    shown = matching();
    at = 0;
    box.replaceChildren(...shown.map((one, index) => {
      const option = document.createElement("li"), title = document.createElement("span"), kind = document.createElement("small"), keys = document.createElement("span");
      option.id = "jump-" + index;
      option.setAttribute("role", "option");
      title.textContent = one.title;
      kind.textContent = one.kind;
      keys.className = "keys-of";
      keys.append(...kbd(one.keys));
      option.append(title, kind, keys);
      return option;
    }));
    $(".none", dialog).hidden = shown.length > 0 || !input.value.trim();
    mark();
  }
  function mark() {
    $$("[role=option]", box).forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    const option = box.children[at];
    option ? input.setAttribute("aria-activedescendant", option.id) : input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }
  function choose(index) {
    const one = shown[index];
    if (!one) return input.value.trim() ? location.assign("/search/?q=" + encodeURIComponent(input.value.trim())) : undefined;
    dialog.close();
    one.run();
  }
  async function ask() {
    asking?.abort();
    const query = input.value.trim();
    there = [];
    if (query.length < 2) return;
    const mine = asking = new AbortController();
    try {
      await new Promise((done) => setTimeout(done, 120));
      if (mine.signal.aborted) return;
      const answer = await fetch("/jump/?q=" + encodeURIComponent(query), { signal: mine.signal });
      if (!answer.ok) return;
      const { places } = await answer.json();
      const own = location.pathname + "#";
      there = places.filter((place) => !place.url.startsWith(own)).map((place) => ({ ...place, run: go(place.url), keys: [] }));
      // Whoever has moved down already finds what they stand on where it was.
      const kept = shown[at];
      draw();
      at = Math.max(shown.indexOf(kept), 0);
      mark();
    } catch { /* Overtaken by the next letter, or away: the page's own places stay. */ }
  }

  input.addEventListener("input", () => { draw(); ask(); });
  input.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in moves) {
      event.preventDefault();
      const by = moves[event.key], end = shown.length - 1;
      at = Math.abs(by) === 1 ? (at + by + shown.length) % Math.max(shown.length, 1) : Math.min(Math.max(at + by, 0), end);
      mark();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      choose(at);
    }
  });
  box.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose([...box.children].indexOf(option));
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  // `typed` is what was written while this was loaded.
  readiness.openPalette = (typed) => {
    if (dialog.open) return dialog.close();
    from = document.activeElement;
    here = collect();
    there = [];
    input.value = typed;
    draw();
    dialog.showModal();
    input.focus();
    if (typed) input.dispatchEvent(new Event("input", { bubbles: true }));
  };
})();
