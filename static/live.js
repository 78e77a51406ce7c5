// The live page: one stream while the page is seen, its own cursor, its own patience.
//
// Frames with an id are the release's events, in order and without gaps: `id === seq + 1`, or
// something was missed and the whole list is fetched once (resync). Frames named "fresh" have no id;
// they show what changed with time and not by an event, and "seen" says up to when. Every frame is absolute, so twice is harmless.
(() => {
  "use strict";
  const body = document.body, address = body.dataset.live;
  if (!address || !window.EventSource) return;
  const badge = document.querySelector(".conn");
  let seq = Number(body.dataset.seq), seen = body.dataset.seen, stream = null, failures = 0, retry, hiding, warn;
  let turn = Promise.resolve(); // frames are applied one after the other

  function show(state) {
    if (body.dataset.conn === state) return;
    body.dataset.conn = state;
    clearTimeout(warn);
    badge.textContent = "";
    if (state === "off") warn = setTimeout(() => { badge.textContent = badge.dataset.lost; }, 2000);
  }
  function reached(id) {
    seq = id;
    body.dataset.seq = id;
  }

  function close() {
    stream?.close();
    stream = null;
    clearTimeout(retry);
  }
  function later(wait = Math.min(30000, 500 * 2 ** failures++)) {
    close();
    show("off");
    retry = setTimeout(open, wait * (0.5 + Math.random()));
  }
  function open() {
    close();
    stream = new EventSource(address + "?after=" + seq + "&seen=" + seen + "&language=" + document.documentElement.lang);
    stream.onopen = () => { failures = 0; show("on"); };
    stream.onerror = () => later();
    stream.onmessage = (frame) => inTurn(() => apply(frame));
    stream.addEventListener("fresh", (frame) => inTurn(() => swap(frame.data)));
    stream.addEventListener("said", (frame) => inTurn(() => tell(frame.data)));
    stream.addEventListener("presence", (frame) => inTurn(() => swap(frame.data)));
    stream.addEventListener("seen", (frame) => { seen = frame.data; });
    stream.addEventListener("resync", (frame) => inTurn(() => resync(Number(frame.data))));
    stream.addEventListener("bye", (frame) => later(Number(frame.data) || 1000));
  }
  function inTurn(work) {
    turn = turn.then(work).catch(() => later());
  }

  async function apply(frame) {
    const id = Number(frame.lastEventId);
    if (id <= seq) return;
    if (id !== seq + 1) return resync();
    reached(id);
    if (frame.data) await swap(frame.data);
  }
  // Rows that others changed light up for a moment. One's own were put in by the answer before.
  async function swap(text) {
    const rows = [...text.matchAll(/hx-target="#(item-\d+)"/g)].map((found) => found[1]);
    const before = rows.map((id) => document.getElementById(id)?.dataset.version);
    await htmx.swap({ text, sourceElement: body, target: body, swap: "none" });
    rows.forEach((id, at) => {
      const row = document.getElementById(id);
      if (!row || row.dataset.version === before[at]) return;
      row.setAttribute("data-ui-fresh", "");
      setTimeout(() => row.removeAttribute("data-ui-fresh"), 4000);
    });
  }

  // What somebody did, said to everybody but them: their id, then the note.
  function tell(said) {
    const end = said.indexOf("\n");
    if (said.slice(0, end) !== body.dataset.me) return swap(said.slice(end + 1));
  }

  // The page as it is now, morphed in. What the person has open, typed or filtered is left alone.
  // Always obeyed: the log may have gone back, or much have changed that is no event.
  // `within` milliseconds, because everybody is told at once.
  async function resync(within = 0) {
    await new Promise((done) => setTimeout(done, Math.random() * within));
    const answer = await fetch(location.pathname, { headers: { "X-Resync": String(seq) }, cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error("resync answered " + answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Chosen elsewhere meanwhile: half a page in each language would be worse than a new one.
    if (page.documentElement.lang !== document.documentElement.lang) return location.reload();
    const detail = document.querySelector(".list .detail");
    if (detail) keepPlace(detail, page);
    detail?.setAttribute("hx-morph-skip", "");
    await htmx.swap({ text: page.querySelector("main").outerHTML, sourceElement: body, target: document.querySelector("main"), swap: "outerMorph" });
    detail?.removeAttribute("hx-morph-skip");
    reached(Number(page.body.dataset.seq));
    seen = page.body.dataset.seen;
  }
  // The fetched page has no open detail: put an empty one where ours stands, so that ours survives.
  function keepPlace(detail, page) {
    const row = page.getElementById(detail.previousElementSibling.id);
    if (!row) return;
    const place = page.createElement("li");
    place.id = detail.id;
    place.className = detail.className;
    row.after(place);
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(() => { close(); show("idle"); }, 15000);
    else if (!stream) open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  open();
})();
