// What every page needs, and the release page's row work. Everything here has a way without it:
// links are links and buttons post the page's form. No inline handlers, nothing evaluated.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const body = document.body;
  const act = $("#act");
  // The page brings the words of its language; a word may hold places for numbers and the like.
  const root = document.documentElement, words = JSON.parse(root.dataset.words ?? "{}");
  const say = (name, values = {}) => (words[name] ?? "").replace(/%\((\w+)\)s/g, (_, key) => values[key]);

  // --- Requests: one token for all, one answer to a lost session ---------------------------
  document.addEventListener("htmx:config:request", (event) => {
    const request = event.detail.ctx.request;
    if (request.method === "GET") return;
    request.headers["X-CSRFToken"] = act.csrfmiddlewaretoken.value;
    if (event.detail.ctx.sourceElement.isConnected) began(event.detail.ctx.sourceElement);
  });
  document.addEventListener("htmx:before:response", (event) => {
    const answer = event.detail.ctx.response.raw;
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/")) {
      event.preventDefault();
      location.assign("/accounts/login/?next=" + encodeURIComponent(location.pathname + location.hash));
    }
  });

  // Buttons that borrow the page form post without leaving the page; data-plain ones do leave it.
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[form="act"]');
    if (!button || "plain" in button.dataset || event.defaultPrevented) return;
    event.preventDefault();
    if (button.getAttribute("aria-busy") === "true") return;
    // Done although the probe fails, or with a justification: that needs a reason, so the form for it opens instead.
    if (button.matches(".tick button[aria-checked=false]") && asksWhy(button.closest(".item"))) inDetail("[data-key=t]", button.closest(".item"));
    else post(button);
  });

  const asksWhy = (row) => "justify" in row.dataset || $(".probe.st-failed", row);

  function post(button) {
    began(button);
    const row = button.closest(".tick") && button.closest(".item");
    const before = row && flip(row, button);
    button.setAttribute("aria-busy", "true");
    const values = button.name ? { [button.name]: button.value } : {};
    for (const [key, value] of Object.entries(button.dataset)) if (key.startsWith("with")) values[key.slice(4).toLowerCase()] = value;
    const request = htmx.ajax("POST", button.formAction, { source: button, target: body, swap: "none", values });
    button.closest(".toast, .notice")?.remove();
    const failed = () => {
      if (before) putBack(row, before);
      notSaved(button);
    };
    button.addEventListener("htmx:error", failed, { once: true });
    return request.finally(() => {
      button.removeEventListener("htmx:error", failed);
      button.removeAttribute("aria-busy");
    });
  }
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = event.detail;
    // A refusal of ours brings its sentence and the row as it is; anything else brings nothing.
    if (!ctx.response.headers.get("HX-Retarget")) htmx.trigger(ctx.sourceElement, "htmx:error", { ctx });
  });
  // Forms and their buttons: what was typed stays where it is, to be sent again.
  document.addEventListener("htmx:error", (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (source?.matches?.("form, form button")) notSaved(source);
  });

  // --- Optimistic tick: the glyph turns at once, the answer (or the live frame) confirms ----
  function flip(row, button) {
    const use = $(".tick use", row);
    const before = { css: row.className, href: use.getAttribute("href"), checked: button.getAttribute("aria-checked") };
    const state = before.checked === "true" ? "open" : "done";
    for (const node of [row, button.parentElement]) node.className = node.className.replace(/\bst-\w+/, "st-" + state);
    row.classList.remove("block");
    use.setAttribute("href", before.href.replace(/#.*/, "#s-" + state));
    button.setAttribute("aria-checked", String(state === "done"));
    return before;
  }
  function putBack(row, before) {
    row.className = before.css;
    const use = $(".tick use", row), button = $(".tick button", row);
    use.parentElement.parentElement.className = use.parentElement.parentElement.className.replace(/\bst-\w+/, before.css.match(/\bst-\w+/)[0]);
    use.setAttribute("href", before.href);
    button.setAttribute("aria-checked", before.checked);
  }
  function notSaved(source) {
    const toast = $("#toast-not-saved").content.firstElementChild.cloneNode(true);
    $("[data-retry]", toast).addEventListener("click", () => {
      toast.remove();
      if (!source.isConnected) return;
      source.form === act ? post(source) : source.matches("form") ? source.requestSubmit() : source.click();
    });
    $("#toasts").append(toast);
  }

  // --- Focus: an answer often takes away the control that asked for it; then its row gets the focus.
  // Only for a moment after one's own act: what others do never moves it.
  let about = "", staleBefore = 0, forget;
  const staleNow = () => $$("#signs .st-stale").length;
  function began(source) {
    const place = source.closest(".item, .detail, .toast[data-row]");
    if (!place) return;
    about = place.dataset.row ?? place.id.replace("detail-", "item-");
    staleBefore = staleNow();
    clearTimeout(forget);
    forget = setTimeout(() => { about = ""; }, 4000);
  }
  function keepFocus() {
    if (about && document.activeElement === body) document.getElementById(about)?.querySelector(".what a")?.focus({ preventScroll: true });
  }
  document.addEventListener("focusin", () => { about = ""; });
  document.addEventListener("htmx:after:swap", keepFocus);
  document.addEventListener("htmx:after:settle", keepFocus);

  // --- Toasts: dismiss, count down, at most three -------------------------------------------
  document.addEventListener("click", (event) => {
    const note = event.target.closest("[data-dismiss]")?.closest(".toast, .callout");
    if (!note) return;
    began(note);
    note.remove();
    keepFocus();
  });
  setInterval(() => {
    for (const toast of $$(".toast[data-seconds]")) {
      if (toast.matches(":hover, :focus-within")) continue;
      const left = --toast.dataset.seconds;
      const word = $("[data-left]", toast);
      if (word) word.textContent = say("left", { n: left });
      if (left <= 0) toast.remove();
    }
  }, 1000);
  // The newest word on a row is the one that holds, and only the act that made a signature stale says so.
  function tidyToasts(changes) {
    for (const added of changes.flatMap((change) => [...change.addedNodes])) {
      if (!added.matches?.("[data-own]")) continue;
      for (const old of $$(`#toasts > [data-own][data-row=${added.dataset.row}]`)) if (old !== added) old.remove();
      if (staleNow() <= staleBefore) $("[data-stale]", added)?.remove();
    }
    $$("#toasts > .toast").slice(0, -3).forEach((old) => old.remove());
  }
  new MutationObserver(tidyToasts).observe($("#toasts"), { childList: true });

  // --- Times: an age under a day, then a date; the full stamp stays in the title -------------
  // Pages that are drawn once for all say UTC. Here it becomes the reader's zone, UTC beside.
  const zone = root.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  if (!root.dataset.zone && !document.cookie.split("; ").includes("zone=" + zone)) document.cookie = "zone=" + zone + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  function clockIn(timeZone) {
    const numbers = new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const names = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "short" });
    return (iso) => {
      const then = new Date(iso), at = Object.fromEntries(numbers.formatToParts(then).map((part) => [part.type, part.value]));
      const said = { day: Number(at.day), month: words.months[at.month - 1], year: at.year, time: at.hour + ":" + at.minute };
      said.zone = timeZone === "UTC" ? "UTC" : names.formatToParts(then).find((part) => part.type === "timeZoneName").value;
      return said;
    };
  }
  const here = words.months && clockIn(zone), inUtc = words.months && clockIn("UTC");
  const stamp = (at) => say("stamp", { ...at, day: say("date", at) });
  function both(iso) {
    const at = here(iso), utc = inUtc(iso);
    return zone === "UTC" ? stamp(utc) : stamp(at) + " (" + (at.day === utc.day ? say("clock", utc) : stamp(utc)) + ")";
  }
  const shortDay = (at) => say(Number(at.year) === new Date().getFullYear() ? "day" : "date", at);
  function length(s) {
    return s < 3600 ? say("min", { n: Math.floor(s / 60) }) : say("h", { n: Math.floor(s / 3600) });
  }
  function age(iso, short) {
    const seconds = (Date.now() - new Date(iso)) / 1000, ahead = seconds < 0, s = Math.abs(seconds);
    if (s < 60 && !ahead) return short ? say("s", { n: Math.floor(s) }) : say("now");
    if (s >= 86400) return say("day", here(iso));
    return short ? length(s) : say(ahead ? "in" : "ago", { time: length(s) });
  }
  function countdown(iso) {
    const s = (new Date(iso) - Date.now()) / 1000, a = Math.abs(s);
    const time = a < 60 ? say("soon") : a < 86400 ? length(a) : say("d", { n: Math.floor(a / 86400) }) + " " + say("h", { n: Math.floor(a % 86400 / 3600) });
    return say(s < 0 ? "ago" : "in", { time });
  }
  function setTimes(root = document) {
    if (!here) return;
    for (const time of $$("time[data-ago]", root)) write(time, age(time.dateTime, time.dataset.ago === "short"));
    for (const time of $$("time[data-until]", root)) write(time, countdown(time.dateTime));
    for (const time of $$("time[data-day]", root)) write(time, shortDay(here(time.dateTime)));
    for (const time of $$("time[data-at]", root)) write(time, both(time.dateTime));
    for (const time of $$("time[data-ago], time[data-until], time[data-day]", root)) setTitle(time);
  }
  const titles = new WeakMap();
  function setTitle(time) {
    if (titles.get(time) === time.title) return;
    time.title = both(time.dateTime);
    titles.set(time, time.title);
  }
  // On paper nobody knows whose clock it was.
  function setPrintedTimes() {
    if (!here) return;
    for (const time of $$("time[data-ago=''], time[data-at]")) write(time, stamp(inUtc(time.dateTime)));
    for (const time of $$("time[data-ago=short], time[data-day]")) write(time, shortDay(inUtc(time.dateTime)));
  }
  const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  setInterval(setTimes, 15000);
  document.addEventListener("htmx:after:swap", () => setTimes());
  addEventListener("beforeprint", setPrintedTimes);
  addEventListener("afterprint", () => setTimes());

  // --- Theme, print, menus --------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      document.cookie = "theme=" + root.dataset.theme + "; path=/; max-age=31536000; samesite=lax";
    }
    if (event.target.closest("[data-print]")) print();
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => copy.setAttribute("aria-label", say("copied")));
  });
  addEventListener("beforeprint", () => $$("details.section").forEach((section) => { section.open = true; }));

  // --- The detail of an item: opens below its row, one at a time -------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".what a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    toggleDetail(link.closest(".item"));
  });
  const openDetail = () => $(".list .detail");
  function closeDetail(focus) {
    const detail = openDetail();
    if (!detail) return false;
    const row = detail.previousElementSibling;
    detail.remove();
    $(".what a", row).setAttribute("aria-expanded", "false");
    history.replaceState(history.state, "", location.pathname + location.search);
    if (focus) $(".what a", row).focus();
    return true;
  }
  // One at a time: who asks again for a row while its detail is on its way waits for that.
  let opening = null;
  function toggleDetail(row) {
    if (opening?.row === row) return opening.done;
    const mine = { row, done: Promise.resolve(opening?.done).then(() => openOrClose(row)).finally(() => { if (opening === mine) opening = null; }) };
    opening = mine;
    return mine.done;
  }
  async function openOrClose(row) {
    const wasOpen = row.nextElementSibling?.matches(".detail");
    closeDetail();
    if (wasOpen) return;
    const link = $(".what a", row);
    link.setAttribute("aria-expanded", "true");
    await htmx.ajax("GET", link.href, { source: row, target: row, swap: "afterend" });
    history.replaceState(history.state, "", "#" + row.id);
  }
  // A row that changed while its detail is open brings the detail up to date; typed text stays.
  document.addEventListener("htmx:after:settle", (event) => {
    const row = event.target, detail = openDetail();
    if (!row.matches?.(".item") || detail?.previousElementSibling !== row || detail.dataset.version === row.dataset.version) return;
    htmx.ajax("GET", $(".what a", row).href, { source: detail, target: detail, swap: "outerMorph" });
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.request.method === "GET" || !(ctx.response?.status < 400)) return;
    if (ctx.sourceElement.matches?.("form[data-clear]")) ctx.sourceElement.reset();
    $$("#notices > .notice").forEach((refused) => refused.remove());
  });
  // The row that the focus is on, and a control of its detail, opened for it.
  const current = () => document.activeElement.closest?.(".item") ?? document.activeElement.closest?.(".detail")?.previousElementSibling;
  async function inDetail(selector, row = current()) {
    if (!row) return;
    if (!row.nextElementSibling?.matches(".detail")) await toggleDetail(row);
    const target = $(selector, row.nextElementSibling);
    if (target?.closest("details")) target.closest("details").open = true;
    target?.focus();
  }
  function followHash() {
    const row = location.hash.startsWith("#item-") && document.getElementById(location.hash.slice(1));
    if (!row || !row.matches(".list .item")) return;
    row.closest("details").open = true;
    row.scrollIntoView({ block: "center" });
    $(".what a", row).focus({ preventScroll: true });
    if (!row.nextElementSibling?.matches(".detail")) toggleDetail(row);
  }
  addEventListener("hashchange", followHash);
  // A link to the row that the address names already changes no hash.
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href^='#item-']")?.hash === location.hash) followHash();
  });

  // The navigator follows the scroll position.
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting)
      for (const link of $$(".snav > ol > li > a"))
        link.hash === "#" + entry.target.id ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current");
  }, { rootMargin: "-110px 0px -80% 0px" });
  $$("details.section").forEach((section) => seen.observe(section));

  // What only the viewer sees: the button to sign for a role they hold.
  function markMine() {
    const held = (body.dataset.roles ?? "").split(" ");
    for (const link of $$(".mine[data-role]")) link.toggleAttribute("data-ui-mine", held.includes(link.dataset.role));
  }
  document.addEventListener("htmx:after:swap", markMine);

  // --- Jump: its dialog is fetched when it is first asked for -----------------------------------
  let palette, jumping = false, early = "";
  async function jump(link) {
    jumping = true;
    palette ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = link.dataset.palette;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
    try { await palette; } catch { palette = null; return location.assign(link.href); } finally { jumping = false; }
    readiness.openPalette(early);
    early = "";
  }
  // What is typed before it is there is meant for it.
  document.addEventListener("keydown", (event) => {
    if (!jumping || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    early += event.key;
  }, true);
  const jumpLink = $("[data-palette]");
  document.addEventListener("keydown", (event) => {
    if (!jumpLink || event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    jump(jumpLink);
  });
  jumpLink?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    jump(jumpLink);
  });

  // What the scripts of single pages build on.
  window.readiness = { $, $$, write, current, inDetail, toggleDetail, closeDetail, followHash, isOpening: () => opening !== null || jumping };

  setTimes();
  markMine();
  followHash();
})();
