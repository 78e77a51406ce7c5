// The template editor: keys, dragging, editing in place, and saving each action at once.
// Everything here has a way without it: rows are links, buttons and forms post and lead back.
(() => {
  "use strict";
  const editor = document.getElementById("editor");
  if (!editor) return;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const { url, preview: previewUrl } = editor.dataset;
  const saved = $("#saved"), again = $("#again");
  const token = $("#tools").csrfmiddlewaretoken.value;
  const narrow = matchMedia("(max-width: 1179px)");

  // --- Rows ------------------------------------------------------------------------------------
  const tree = () => $("#outline");
  const links = () => $$("a", tree());
  const linkOf = (key) => key ? document.getElementById("p-" + key) : null;
  const rowOf = (node) => node?.closest?.("li.o");
  const keyOf = (row) => row?.dataset.key ?? "";
  const state = () => $("#state");
  let current = state().dataset.key;

  // One row at a time takes part in tabbing; the arrows go to the others.
  function rove() {
    const here = linkOf(current) ?? links()[0];
    for (const link of links()) {
      link.tabIndex = link === here ? 0 : -1;
      if (keyOf(rowOf(link)) === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
  function look(key) {
    for (const link of [linkOf(current), linkOf(key)]) {
      if (!link) continue;
      link.tabIndex = -1;
      link.removeAttribute("aria-current");
    }
    current = key;
    const here = linkOf(key);
    if (here) {
      here.tabIndex = 0;
      here.setAttribute("aria-current", "true");
    }
  }
  let showing;
  function show(key, at = 180) {
    look(key);
    clearTimeout(showing);
    showing = setTimeout(async () => {
      await idle();
      if (key === current && $("#part").dataset.part !== key) fetchPieces("part", key);
    }, at);
  }
  // On a narrow screen the settings stand right below the row that they are about.
  function place() {
    const part = $("#part"), row = rowOf(linkOf(part.dataset.part)), home = $("#findings");
    const was = part.closest(".holder");
    if (narrow.matches && row) {
      if (was && row.nextElementSibling === was) return;
      const holder = document.createElement("li");
      holder.className = "holder";
      holder.append(part);
      row.after(holder);
    } else if (part.nextElementSibling !== home) home.before(part);
    was?.remove();
  }
  narrow.addEventListener("change", place);

  // --- Answers: pieces of the page, each with the place that it goes to ----------------------------
  function put(text) {
    const answer = new DOMParser().parseFromString(text, "text/html");
    const open = input && { field: input, from: input.selectionStart, to: input.selectionEnd };
    for (const piece of answer.querySelectorAll("template[data-into]")) {
      const target = $(piece.dataset.into);
      if (!target) continue;
      const part = $("#part");
      if (part !== target && target.contains(part)) $("#findings").before(part);
      if (open && target.contains(open.field)) { moving = true; open.away = true; open.field.remove(); }
      target.replaceWith(document.importNode(piece.content, true));
    }
    if (open?.away) putBack(open);
    if ("undo" in state().dataset) $("#undo").removeAttribute("aria-disabled");
    else $("#undo").setAttribute("aria-disabled", "true");
    place();
  }
  // A field that somebody types in outlives the rows around it.
  function putBack({ field, from, to }) {
    const row = rowOf(linkOf(field.near()));
    if (row) {
      const into = field.fresh ? freshRow(row) : row, link = $("a", into);
      link.hidden = true;
      link.after(field);
      field.focus({ preventScroll: true });
      field.setSelectionRange(from, to);
    } else input = null;
    moving = false;
  }
  const headers = { "HX-Request": "true", "X-CSRFToken": token };
  async function fetchPieces(piece, key) {
    try {
      const answer = await fetch(`${url}?piece=${piece}&key=${encodeURIComponent(key)}`, { headers });
      if (!answer.ok || answer.redirected) return;
      const text = await answer.text();
      if (piece !== "part" || key === current) put(text);
      if (piece === "all") rove();
    } catch { /* the settings stay those of the row before; the next step asks again */ }
  }
  let linting;
  function lintSoon() {
    clearTimeout(linting);
    linting = setTimeout(() => idle().then(() => fetchPieces("findings", current)), 1200);
  }

  // --- Saving: one action after the other, each on the draft that the one before left --------------
  let line = Promise.resolve(), waiting = 0, failed = null;
  const idle = () => line;
  // `values` may be a function: what an action is about can be known only when its turn comes.
  function send(values, options = {}) {
    if (failed) { failed.rest.push([values, options]); return line; }
    waiting++;
    say("saving");
    line = line.then(() => failed ? failed.rest.push([values, options]) : post(typeof values === "function" ? values() : values, options)).finally(() => { waiting--; });
    return line;
  }
  async function post(values, options) {
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    body.set("digest", state().dataset.digest);
    let answer, text;
    try {
      answer = await fetch(url, { method: "POST", headers, body });
      text = await answer.text();
    } catch { return fail(values, options, saved.dataset.unreachable); }
    if (answer.redirected || answer.status >= 500 || !text.includes("data-into")) return fail(values, options, saved.dataset.unreachable);
    const typing = document.activeElement?.closest?.("#part") ? document.activeElement.id : "";
    put(text);
    if (!answer.ok) {
      if (answer.status === 422 && !options.failed) look(values.key);
      if (typing) document.getElementById(typing)?.focus();
      return fail(values, options, $("#problem .break")?.textContent || saved.dataset.failed, answer.status);
    }
    $("#problem").replaceChildren();
    if (options.form) for (const mark of $$(".err, [aria-invalid]", $("#part"))) mark.matches(".err") ? mark.remove() : mark.removeAttribute("aria-invalid");
    const key = state().dataset.key;
    if (!options.stay) look(key);
    options.then?.(key);
    if (typing) document.getElementById(typing)?.focus();
    else if (!options.stay && !options.then && !input) focusRow(key);
    rove();
    if (waiting === 1) say("saved");
    lintSoon();
  }
  // What somebody typed is wrong (422): they put it right. Anything else is kept, to be sent again.
  function fail(values, options, why, status = 0) {
    say("failed", why);
    if (status === 422) return options.failed?.();
    failed = { values, options, status, rest: [] };
    again.hidden = false;
  }
  function say(word, why = "") {
    saved.textContent = why || saved.dataset[word];
    saved.classList.toggle("st-failed", word === "failed");
  }
  again.addEventListener("click", async () => {
    const { values, options, status, rest } = failed;
    // After somebody else's change: bring the outline up to date, then put the edit on top of it.
    if (status === 409) await fetchPieces("all", values.key ?? "");
    failed = null;
    again.hidden = true;
    send(values, options);
    for (const [more, how] of rest) send(more, how);
  });
  addEventListener("beforeunload", (event) => { if (failed || waiting) event.preventDefault(); });

  const focusRow = (key) => {
    const link = linkOf(key) ?? links()[0];
    link?.focus({ preventScroll: true });
    rowOf(link)?.scrollIntoView({ block: "nearest" });
  };
  const act = (what, extra = {}, options = {}) => send({ do: what, key: current, ...extra }, options);

  // --- Editing a title in place -------------------------------------------------------------------
  let input = null, moving = false;
  // `commit(text, how)`: how is enter, indent, outdent or blur. `leave` is for Escape.
  function edit(row, text, near, commit, leave) {
    input?.blur();
    const link = $("a", row), field = document.createElement("input");
    Object.assign(field, { className: "input in-place", value: text, maxLength: 500, autocomplete: "off", near, fresh: row.matches(".fresh") });
    field.setAttribute("aria-label", $("label[for=add-title]").dataset.title);
    link.hidden = true;
    link.after(field);
    input = field;
    const finish = (how) => {
      if (input !== field) return;
      input = null;
      const words = field.value.trim(), at = field.selectionStart, own = rowOf(field);
      $("a", own).hidden = false;
      field.remove();
      how === "escape" ? leave(own) : commit(words, how, own, [field.value.slice(0, at).trim(), field.value.slice(at).trim()]);
    };
    field.addEventListener("blur", () => { if (!moving) finish("blur"); });
    field.addEventListener("keydown", (event) => {
      const how = event.isComposing ? "" : event.key === "Tab" ? (event.shiftKey ? "outdent" : "indent") : { Enter: "enter", Escape: "escape" }[event.key];
      if (!how) return;
      event.preventDefault();
      event.stopPropagation();
      if (how === "escape") armed = false;
      finish(how);
    });
    field.focus();
  }
  function editTitle(row, text = null, caret = null) {
    const key = keyOf(row), link = $("a", row), was = link.firstChild?.textContent ?? "";
    const back = () => linkOf(key)?.focus();
    edit(row, text ?? was, () => key, (words, how, own, [first, rest]) => {
      if (how === "enter" && first && rest && isItem(own)) return send({ do: "split", key, title: first, rest }, { then: (made) => startTitle(made, null, 0) });
      if (words && words !== was) {
        $("a", own).firstChild.textContent = words;
        send({ do: "rename", key, title: words }, { stay: true, failed: () => startTitle(key, words) });
      }
      if (how === "enter") addBelow(own);
      else if (how !== "blur") isItem(own) ? nest(how, () => key) : back();
    }, back);
    caret === null ? input.select() : input.setSelectionRange(caret, caret);
  }
  const nest = (how, key) => send(() => ({ do: how, key: key() }), { then: (at) => startTitle(at) });
  function startTitle(key, text = null, caret = null) {
    const row = rowOf(linkOf(key));
    if (row) editTitle(row, text, caret);
  }
  const isItem = (row) => /(^| )d\d/.test(row.className);
  // A row for an item that is none yet: without a title nothing is kept.
  function freshRow(row) {
    const fresh = document.createElement("li"), depth = isItem(row) ? row.className.match(/d\d/)[0] : "d1";
    fresh.className = "o fresh " + depth;
    fresh.innerHTML = '<span class="grip"></span><span class="no"></span><a href="#"> </a><span class="flags"></span>';
    let last = row;
    if (isItem(row)) while (last.nextElementSibling && (last.nextElementSibling.matches(".holder") || deeper(last.nextElementSibling, depth))) last = last.nextElementSibling;
    last.after(fresh);
    return fresh;
  }
  function addBelow(row, near = () => keyOf(row), text = "") {
    if (!row) return;
    const leave = (own) => { own.remove(); focusRow(near()); };
    edit(freshRow(row), text, near, (words, how, own) => {
      if (!words) return how === "blur" ? own.remove() : leave(own);
      // The next one can be typed at once; which row it follows is known when this one is kept.
      let made = null;
      $("a", own).firstChild.textContent = words;
      const values = () => ({ do: "add_item", key: near(), title: words });
      send(values, {
        stay: how === "blur",
        then: how === "blur" ? undefined : (key) => { made = key; },
        failed: () => addBelow(rowOf(linkOf(near())), near, words),
      });
      if (how === "enter") addBelow(own, () => made ?? near());
      else if (how !== "blur") nest(how, () => made);
    }, leave);
  }
  const deeper = (row, depth) => isItem(row) && row.className.match(/d\d/)[0] > depth;

  // --- Keys ---------------------------------------------------------------------------------------
  // Tab nests only once the outline is worked in; Esc, or leaving it, gives Tab back.
  let armed = false;
  function step(link, by) {
    const all = links().filter((one) => one.checkVisibility());
    const to = by === "first" ? all[0] : by === "last" ? all.at(-1) : all[all.indexOf(link) + by];
    if (to) { to.focus(); to.scrollIntoView({ block: "nearest" }); }
  }
  function heading(link) {
    const all = links();
    for (let at = all.indexOf(link) - 1; at >= 0; at--) if (!isItem(rowOf(all[at])) && (isItem(rowOf(link)) || rowOf(all[at]).matches(".sec"))) return all[at].focus();
  }
  const keys = {
    ArrowDown: (link) => step(link, 1), ArrowUp: (link) => step(link, -1),
    Home: (link) => step(link, "first"), End: (link) => step(link, "last"),
    ArrowLeft: heading,
    Enter: (link) => editTitle(rowOf(link)), F2: (link) => editTitle(rowOf(link)),
    Delete: () => act("delete"),
  };
  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("#outline a");
    const typing = event.target.matches("input, textarea, select");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !typing) {
      event.preventDefault();
      if (!$("#undo").matches("[aria-disabled=true]")) act("undo");
      return;
    }
    if (!link || event.ctrlKey || event.metaKey) return;
    if (keyOf(rowOf(link)) !== current) look(keyOf(rowOf(link)));
    if (event.altKey) {
      const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
      if (way) { event.preventDefault(); armed = true; act(way); }
      return;
    }
    if (event.key === "Escape") { armed = false; return; }
    if (event.key === "Tab") {
      if (!armed || !isItem(rowOf(link))) return;
      event.preventDefault();
      act(event.shiftKey ? "outdent" : "indent");
      return;
    }
    if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); armed = true; addBelow(rowOf(link)); return; }
    const run = keys[event.key];
    if (run && !event.shiftKey) { event.preventDefault(); armed = true; run(link); }
  });
  editor.addEventListener("focusin", (event) => {
    const link = event.target.closest("#outline a");
    if (link) { if (keyOf(rowOf(link)) !== current || $("#part").dataset.part !== current) show(keyOf(rowOf(link))); }
    else if (!event.target.closest("#outline")) armed = false;
  });

  // --- Pointer: a row shows its settings; a second click edits; buttons and forms post without leaving
  editor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("#outline a");
    if (link) {
      event.preventDefault();
      armed = true;
      link.focus({ preventScroll: true });
      show(keyOf(rowOf(link)), 0);
      return;
    }
    const go = event.target.closest("[data-goto]");
    if (go) {
      event.preventDefault();
      look(go.dataset.goto);
      fetchPieces("part", go.dataset.goto).then(() => { if (go.dataset.goto) focusRow(go.dataset.goto); });
      return;
    }
    const back = event.target.closest("[data-back]");
    if (back) { event.preventDefault(); focusRow($("#part").dataset.part); return; }
    const button = event.target.closest("#tools button, #add button, [data-do] button");
    if (!button) return;
    event.preventDefault();
    if (button.matches("[aria-disabled=true]")) return;
    if (button.form.id === "add") return addTyped(button.value);
    act(button.value, {}, { then: (key) => { if (narrow.matches || button.form.id !== "tools") place(); else linkOf(key) && rowOf(linkOf(key)).scrollIntoView({ block: "nearest" }); } });
  });
  editor.addEventListener("dblclick", (event) => {
    const link = event.target.closest("#outline a");
    if (link) { event.preventDefault(); editTitle(rowOf(link)); }
  });
  function addTyped(what) {
    const field = $("#add-title"), title = field.value.trim();
    if (!title) return field.focus();
    const near = current || keyOf($("li.o.sec", tree()));
    send({ do: what, key: near, title }, { then: (key) => { field.value = ""; field.focus(); rowOf(linkOf(key))?.scrollIntoView({ block: "nearest" }); } });
  }
  editor.addEventListener("submit", (event) => {
    if (event.target.matches("#add")) { event.preventDefault(); addTyped(event.submitter?.value || "add_item"); }
    else if (event.target.matches("form[data-part]")) { event.preventDefault(); saveForm(event.target); }
  });
  editor.addEventListener("change", (event) => { const form = event.target.closest("form[data-part]"); if (form) saveForm(form); });
  // Enter changes a field and sends the form: once is enough.
  let sent = "";
  function saveForm(form) {
    const values = Object.fromEntries(new FormData(form)), now = JSON.stringify({ ...values, digest: state().dataset.digest });
    if (now === sent) return;
    sent = now;
    send(values, { stay: true, form: true });
  }

  // --- Guidance as it will look, while it is typed ---------------------------------------------------
  let drawing;
  editor.addEventListener("input", (event) => {
    if (!event.target.matches("[data-preview]")) return;
    clearTimeout(drawing);
    drawing = setTimeout(async () => {
      const body = new FormData();
      body.set("text", event.target.value);
      const answer = await fetch(previewUrl, { method: "POST", headers, body }).catch(() => null);
      if (answer?.ok && !answer.redirected) $("#preview").innerHTML = await answer.text();
    }, 300);
  });

  // --- Dragging: by the grip, to before or after another row -----------------------------------------
  let drag = null;
  editor.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    drag = { row: rowOf(grip), to: null, after: false };
    drag.row.classList.add("drag");
    editor.setPointerCapture(event.pointerId);
  });
  editor.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const over = rowOf(document.elementFromPoint(event.clientX, event.clientY));
    if (event.clientY < 60) scrollBy(0, -16);
    if (event.clientY > innerHeight - 40) scrollBy(0, 16);
    mark(null);
    if (!over || over === drag.row || over.matches(".fresh")) return;
    const box = over.getBoundingClientRect();
    // On a heading an item goes below it, whichever half is pointed at.
    drag.after = isItem(drag.row) && !isItem(over) ? true : event.clientY > box.top + box.height / 2;
    mark(over);
  });
  const mark = (row) => {
    drag.to?.classList.remove("drop-before", "drop-after");
    drag.to = row;
    row?.classList.add(drag.after ? "drop-after" : "drop-before");
  };
  function drop(keep) {
    if (!drag) return;
    const { row, to, after } = drag;
    mark(null);
    row.classList.remove("drag");
    drag = null;
    if (keep && to) send({ do: "move", key: keyOf(row), near: keyOf(to), after: after ? "1" : "0" });
  }
  editor.addEventListener("pointerup", () => drop(true));
  editor.addEventListener("pointercancel", () => drop(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") drop(false); });

  rove();
  place();
})();
