// Naming somebody in a comment: what is typed behind an @ offers the members it could begin.
// The list is in the page and follows the box, which stays a text box of several lines for those who
// hear it. Without this script one types the name.
(() => {
  "use strict";
  const BEGUN = /(?<![\w@.+/-])@([\p{L}\p{N}][^\n@]{0,40})?$/u, MOST = 8;
  let box = null, list = null, shown = [], at = 0;

  const listOf = (field) => document.getElementById(field.dataset.names);
  function begun() {
    return box.selectionStart === box.selectionEnd ? BEGUN.exec(box.value.slice(0, box.selectionStart)) : null;
  }
  // Who has a word of the name, or an address, that begins so.
  function matching(typed) {
    const query = typed.toLowerCase();
    return [...list.children].filter((one) => {
      const name = one.lastElementChild.textContent.toLowerCase(), call = one.dataset.call.toLowerCase();
      return name !== query && call !== query && [name, call, ...name.split(/\s+/)].some((word) => word.startsWith(query));
    }).slice(0, MOST);
  }
  function close() {
    if (!box) return;
    list.hidden = true;
    shown = [];
    box.removeAttribute("aria-activedescendant");
  }
  function offer() {
    const found = begun();
    shown = found ? matching((found[1] ?? "").trimEnd()) : [];
    if (!shown.length) return close();
    at = 0;
    for (const one of list.children) one.hidden = !shown.includes(one);
    list.hidden = false;
    mark();
  }
  function mark() {
    shown.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    box.setAttribute("aria-activedescendant", shown[at].id);
    shown[at].scrollIntoView({ block: "nearest" });
  }
  function take(one) {
    const from = begun().index + 1, upto = box.selectionStart, call = one.dataset.call + " ";
    box.setRangeText(call, from, upto, "end");
    close();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches?.("textarea[data-names]") || event.target === box) return;
    close();
    box = event.target;
    list = listOf(box);
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-haspopup", "listbox");
    box.setAttribute("aria-controls", list.id);
  });
  document.addEventListener("focusout", (event) => { if (event.target === box) close(); });
  document.addEventListener("input", (event) => { if (event.target === box) offer(); });
  // Before the page's own keys: Escape closes the list, not the item.
  document.addEventListener("keydown", (event) => {
    if (event.target !== box || !shown.length || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { at = (at + step + shown.length) % shown.length; mark(); }
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(shown[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  // A press would take the focus away before it is a click.
  document.addEventListener("pointerdown", (event) => { if (list && !list.hidden && list.contains(event.target)) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const one = event.target.closest?.(".names > [role=option]");
    if (one && list?.contains(one)) take(one);
  });
})();
