// The desk's keys, the light between a sentence and its evidence, and keeping what is typed.
// Everything here is a convenience: each page does the same without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const one = (what, where = document) => where.querySelector(what);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const show = (element, block = "nearest") => element.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });

  function toast(text) {
    one(".toast")?.remove();
    const line = document.createElement("p");
    line.className = "toast";
    line.setAttribute("role", "alert");
    line.append(text);
    document.body.append(line);
    setTimeout(() => line.remove(), 12000);
  }

  // The light: a draft sentence and the source sentences it goes by.
  let current = null;
  function light(line, scroll) {
    for (const element of all(".lit")) element.classList.remove("lit");
    if (!line) return;
    const numbers = (line.dataset.evidence || "").split(" ").filter(Boolean);
    const sources = numbers.map((number) => document.getElementById(`s${number}`)).filter(Boolean);
    for (const source of sources) source.classList.add("lit");
    if (side && getComputedStyle(side).position === "sticky") {
      if (scroll && sources.length) side.scrollTo({ top: bestView(sources), behavior: calm ? "auto" : "smooth" });
      sayWhatIsOutside();
    }
  }
  // Where the source is scrolled to so that most of the evidence is in view: all of it in the middle where it fits.
  const side = one(".source-side");
  const HEAD = 32; // room for the line that names evidence above
  function bestView(sources) {
    const spans = sources.map((s) => [s.offsetTop, s.offsetTop + s.offsetHeight]).sort((a, b) => a[0] - b[0]);
    const high = side.clientHeight - HEAD;
    let best = { seen: 0, from: 0, to: 0 };
    spans.forEach(([from], first) => {
      const seen = spans.slice(first).filter(([, to]) => to - from <= high);
      const to = seen.length ? Math.max(...seen.map((span) => span[1])) : from + high;
      if (seen.length > best.seen || !best.to) best = { seen: seen.length, from, to };
    });
    return best.from - HEAD - Math.max(0, high - (best.to - best.from)) / 2;
  }
  // Where source and draft do not stand side by side, a cited sentence opens under the one that cites it.
  function inPlace(cite, source) {
    const line = cite.closest(".line");
    const open = one(`.in-place[data-of="${source.id}"]`, line);
    if (open) return open.remove();
    const words = document.createElement("blockquote");
    words.className = "in-place";
    words.dataset.of = source.id;
    words.dir = "auto";
    const number = document.createElement("b");
    number.textContent = `${source.dataset.source} `;
    words.append(number, ...[...source.childNodes].filter((n) => !n.matches?.(".cited-by")).map((n) => n.cloneNode(true)));
    one(".line-main", line).after(words);
    words.setAttribute("role", "status");
  }
  // Evidence above or below what is in view is named at the edge, to go there.
  const edges = ["above", "below"].map((where) => {
    const line = document.createElement("p");
    line.className = `outside ${where}`;
    line.hidden = true;
    if (where === "above") one(".side-head", side || document)?.after(line);
    else side?.append(line);
    return line;
  });
  function sayWhatIsOutside() {
    const lit = all(".src.lit", side);
    const top = side.scrollTop + HEAD;
    const bottom = side.scrollTop + side.clientHeight;
    const outside = [
      lit.filter((s) => s.offsetTop + s.offsetHeight / 2 < top),
      lit.filter((s) => s.offsetTop + s.offsetHeight / 2 > bottom),
    ];
    edges.forEach((edge, place) => {
      edge.hidden = !outside[place].length;
      edge.replaceChildren(place ? "↓ evidence below: " : "↑ evidence above: ");
      for (const source of outside[place]) {
        const link = document.createElement("a");
        link.href = `#${source.id}`;
        link.textContent = source.dataset.source;
        edge.append(link, " ");
      }
    });
  }
  side?.addEventListener("scroll", sayWhatIsOutside, { passive: true });
  function lightBack(number) {
    for (const element of all(".lit")) element.classList.remove("lit");
    document.getElementById(`s${number}`)?.classList.add("lit");
    for (const line of all(".line")) {
      if ((line.dataset.evidence || "").split(" ").includes(number)) line.classList.add("lit");
    }
  }
  function at(line, options = {}) {
    if (!line) return;
    current?.classList.remove("at");
    current = line;
    line.classList.add("at");
    if (finding() && !line.contains(finding())) mark(null); // only one thing looks selected
    if (options.focus !== false) line.focus({ preventScroll: true });
    if (options.scroll !== false) show(line);
    light(line, true);
  }
  // What comes under a pointer that stands still, because the page scrolled, is not pointed at.
  let [x, y] = [-1, -1];
  document.addEventListener("mouseover", (event) => {
    if (event.clientX === x && event.clientY === y) return;
    [x, y] = [event.clientX, event.clientY];
    const line = event.target.closest?.(".line");
    if (line) return light(line, false);
    const source = event.target.closest?.(".src");
    if (source) return lightBack(source.dataset.source);
  });
  document.addEventListener("mousemove", (event) => ([x, y] = [event.clientX, event.clientY]), { passive: true });
  document.addEventListener("mouseout", (event) => {
    if (event.target.closest?.(".line, .src") && !event.relatedTarget?.closest?.(".line, .src")) light(current, false);
  });
  document.addEventListener("focusin", (event) => {
    const line = event.target.closest?.(".line");
    if (line && line !== current) at(line, { focus: false, scroll: false });
    const found = event.target.closest?.(".finding");
    if (found && found !== finding()) mark(found);
  });
  document.addEventListener("click", (event) => {
    const line = event.target.closest?.(".line");
    if (line && !event.target.closest("a, button, input, textarea, select, summary, label")) at(line, { scroll: false });
    const cite = event.target.closest?.("a[href^='#s'], a[href^='#d']");
    if (cite) {
      const target = document.getElementById(cite.getAttribute("href").slice(1));
      if (target) {
        event.preventDefault();
        if (target.matches(".line")) at(target);
        else if (cite.closest(".line") && side && getComputedStyle(side).position !== "sticky") inPlace(cite, target);
        else {
          show(target, "center");
          if (!target.matches(".lit")) lightBack(target.dataset.source);
        }
      }
    }
  });

  // When keys count. Not on a page that is being left, nor on one that came while somebody was still typing at the one
  // before: what was meant for a field there must not decide anything here. A pause of so many milliseconds begins it.
  let pause = 250;
  let timer;
  function listenAfterPause() {
    root.classList.remove("hears");
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.add("hears"), pause);
  }
  listenAfterPause();
  function leave() {
    pause = 10000; // a page that does not come after all gives the keys back
    listenAfterPause();
  }

  // When decisions count. Not on a page that has just come, by key, mouse or touch: what nobody can have read yet is not
  // decided on, and the second half of a double click was meant for the page before. It begins when the page is seen.
  const EYE = 2000;
  const read = () => setTimeout(() => root.classList.add("decides"), EYE);
  if (document.visibilityState === "visible") read();
  else document.addEventListener("visibilitychange", read, { once: true });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-decides]")) return;
    if (!root.matches(".decides")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return toast("This page has just loaded. Look at it, then decide.");
    }
    // What is typed in an open editor is kept first, so that the desk can ask which wording is meant.
    const typed = all("[data-editor]").filter((form) => {
      const field = one("textarea[hx-post]", form);
      return field && field.value !== field.defaultValue && form.dataset.keptAs !== field.value;
    });
    if (!typed.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const [form, button] = [event.target, event.submitter];
    Promise.all(typed.map(keep)).then(() => {
      for (const one_ of typed) one_.dataset.keptAs = one("textarea[hx-post]", one_).value;
      form.requestSubmit(button);
    });
  }, true);

  // In the whole text the source is lit for the sentence the cursor is in, by its words as they were saved.
  const cursorLines = all("#cursor-lines li");
  const wholeText = one("textarea.words[name=text]");
  function followCursor() {
    if (document.activeElement !== wholeText) return;
    const at = wholeText.selectionStart;
    const line = cursorLines.find((item) => {
      const from = wholeText.value.indexOf(item.textContent);
      return from >= 0 && from <= at && at <= from + item.textContent.length;
    });
    if (line && line !== current) light((current = line), true);
  }
  if (cursorLines.length && wholeText) {
    for (const what of ["keyup", "click", "focus"]) wholeText.addEventListener(what, followCursor);
    followCursor();
  }

  // Editing in place. What is typed before the field is there goes into it; while it closes, keys do nothing.
  let coming = null;
  async function swap(line, edit) {
    if (coming) return;
    coming = { edit, typed: "" };
    try {
      await fetchAndSwap(line, edit);
    } catch {
      toast("The desk is not answering. Nothing was changed.");
    } finally {
      coming = null;
    }
  }
  async function fetchAndSwap(line, edit) {
    const story = location.pathname.split("/")[2];
    const query = new URLSearchParams(location.search);
    query.delete("edit");
    query.delete("done");
    if (edit) query.set("edit", "1");
    const place = line.dataset.place;
    const answer = await fetch(`/story/${story}/sentence/${place}?${query}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return toast(await answer.text());
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const fresh = one(".line", holder.content);
    document.getElementById(`d${place}`).replaceWith(fresh);
    window.htmx?.process(fresh);
    current = null;
    at(fresh, { focus: !edit, scroll: true });
    const found = finding(); // the one looked at stays the one looked at
    if (found) mark(found);
    if (found && !edit) found.focus({ preventScroll: true });
    const field = one("textarea", fresh);
    if (edit && field) {
      field.focus();
      field.setSelectionRange(...flagged(field, found || one(".finding:not(.accepted, .note)[data-span]", fresh)));
      if (coming.typed) {
        field.setRangeText(coming.typed, field.selectionStart, field.selectionEnd, "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  }
  // What a finding flags, so that typing replaces it; the end of the sentence where it flags no part, or where what is
  // in the field is not what was checked. A span counts characters, a field counts a rare character as two.
  function flagged(field, found) {
    const span = "asSaved" in field.dataset && found?.dataset.span;
    if (!span) return [field.value.length, field.value.length];
    return span.split(" ").map((place) => [...field.value].slice(0, place).join("").length);
  }
  function typeAhead(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!coming.edit) return;
    if (event.key === "Backspace") coming.typed = coming.typed.slice(0, -1);
    else if (event.key.length === 1) coming.typed += event.key;
  }
  document.addEventListener("click", (event) => {
    const edit = event.target.closest?.("[data-edit]");
    const line = edit?.closest(".line");
    if (edit && line && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (edit.closest(".finding")) mark(edit.closest(".finding"));
      swap(line, true);
    }
    const cancel = event.target.closest?.("[data-cancel]");
    if (cancel && cancel.closest(".line")) {
      event.preventDefault();
      closeEditor(cancel.closest(".line"));
    }
  });
  // After the two above: what they hold back leads nowhere.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target || link?.matches("[href^='#']");
    if (link && !elsewhere && !event.defaultPrevented) leave();
  });
  async function closeEditor(line) {
    if (coming) return;
    const form = one("[data-editor]", line);
    coming = { edit: false };
    if (form) await keep(form);
    coming = null;
    await swap(line, false);
  }
  async function keep(form) {
    const field = one("textarea[hx-post]", form);
    if (!field || field.value === field.defaultValue) return;
    try {
      await fetch(field.getAttribute("hx-post"), {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "HX-Request": "true" },
        keepalive: true,
      });
    } catch {
      toast("What you typed could not be kept: the desk does not answer. It stays in the field.");
    }
  }
  // A closed tab keeps what was typed since the last pause too.
  addEventListener("pagehide", () => {
    for (const form of all("[data-editor]")) if (!form.dataset.sent) keep(form);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.method !== "dialog") leave();
    event.target.dataset.sent = "1";
    for (const button of all("button", event.target)) setTimeout(() => (button.disabled = true));
  });
  addEventListener("pageshow", (event) => {
    // Back after a decision: what the browser kept is not how things stand.
    if (event.persisted) location.reload();
  });

  // A session that ended while typing: the text stays; the field says so, and goes on after a log-in elsewhere.
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    const fresh = xhr.getResponseHeader("X-Form-Token");
    if (xhr.status === 403 && fresh) {
      document.body.setAttribute("hx-headers", JSON.stringify({ "X-Form-Token": fresh }));
      for (const field of all("input[name=token]")) field.value = fresh;
      if (!elt.dataset.again) {
        elt.dataset.again = "1";
        window.htmx.trigger(elt, "again");
      }
      return;
    }
    if (xhr.status === 401) {
      const line = document.createElement("span");
      line.append("Your session has ended. Your text stays here: ");
      const link = document.createElement("a");
      link.href = "/login";
      link.target = "_blank";
      link.textContent = "log in in a new tab";
      line.append(link, ", then go on.");
      return toast(line);
    }
    toast(xhr.responseText.slice(0, 300) || `The desk answered ${xhr.status}.`);
  });
  document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && delete event.detail.elt.dataset?.again);
  document.addEventListener("htmx:sendError", () => toast("The desk is not answering. What you typed stays in the field."));

  // The queue: where one is, what is ticked.
  const rows = all("[data-row]");
  let row = -1;
  function go(to) {
    if (!rows.length) return;
    rows[row]?.classList.remove("at");
    row = Math.max(0, Math.min(rows.length - 1, to));
    rows[row].classList.add("at");
    one("a", rows[row]).focus({ preventScroll: true });
    show(rows[row]);
  }
  // The row one left is the row one comes back to; where it was decided on, the one that took its place.
  function here() {
    const query = new URLSearchParams(location.search);
    for (const name of ["done", "many"]) query.delete(name);
    return `${location.pathname}?${query}`;
  }
  const left = rows.length ? JSON.parse(sessionStorage.getItem("row") || "{}") : {};
  const way = performance.getEntriesByType("navigation")[0]?.type;
  if (rows.length && (location.hash.startsWith("#q") || (left.here === here() && way !== "navigate"))) {
    const found = rows.findIndex((one_) => `#${one_.id}` === location.hash || (!location.hash && one_.id === left.id));
    const back = () => (found >= 0 || left.here === here()) && go(found >= 0 ? found : left.row);
    back();
    addEventListener("load", back, { once: true }); // going to the address's part takes the focus away again
  }
  addEventListener("pagehide", () => {
    if (row >= 0) sessionStorage.setItem("row", JSON.stringify({ here: here(), row, id: rows[row].id }));
  });
  for (const [place, one_] of rows.entries()) one_.addEventListener("click", () => (row = place), true);
  const many = one("#many");
  function ticked() {
    if (!many) return;
    const everything = one("[data-all]:checked", many);
    const number = everything ? Number(everything.dataset.all) : all("input[name=story]:checked", many).length;
    one(".bulk", many)?.classList.toggle("some", number > 0);
    const line = one("#ticked");
    if (line) line.textContent = number ? `${number} selected` : "";
  }
  many?.addEventListener("change", ticked);
  ticked();
  for (const select of all("[data-submits]")) select.addEventListener("change", () => select.form.submit());
  many?.addEventListener("submit", (event) => {
    const reason = one("input[name=reason]", many);
    if (event.defaultPrevented || event.submitter?.value !== "spike" || reason.value.trim()) return;
    event.preventDefault();
    reason.focus();
    toast("Say why you spike them; it stays in the history.");
  });
  // A range: with Shift, everything from the last one ticked to this one.
  let lastTicked = -1;
  function tickTo(place, range, on) {
    const from = range && lastTicked >= 0 ? Math.min(lastTicked, place) : place;
    const to = range && lastTicked >= 0 ? Math.max(lastTicked, place) : place;
    for (const one_ of rows.slice(from, to + 1)) {
      const box = one("input[name=story]", one_);
      if (box) box.checked = on;
    }
    lastTicked = place;
    ticked();
  }
  many?.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=story]");
    if (box) tickTo(rows.indexOf(box.closest("[data-row]")), event.shiftKey, box.checked);
  });

  // Decisions.
  const decisions = () => all("details.decision"); // the foot bar may come anew with the judge's word
  function ask(details) {
    for (const other of decisions()) if (other !== details) other.open = false;
    details.open = true;
    if (!details.contains(document.activeElement) || document.activeElement.matches("summary"))
      one("textarea, input:not([type=hidden]), select, [data-again]", details)?.focus();
  }
  document.addEventListener("toggle", ({ target }) => target.matches?.("details.decision[open]") && ask(target), true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("details.decision")) for (const details of decisions()) details.open = false;
  });

  // What somebody is filling in stays: what is sent from it is held against the checks of then.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (!one("details.decision[open]", event.detail.target)) return;
    event.preventDefault();
    toast("The judge has read your edit; the counts at the top are new.");
  });

  function press(key) {
    const element = all("[data-key]").find((one) => one.dataset.key === key);
    if (!element) return false;
    // The field has the focus before the next key comes: a toggle event would be too late.
    if (element.matches("details")) {
      if (element.open && one("[data-again]", element)) one("[data-again]", element).click();
      else ask(element);
    }
    else element.click();
    return true;
  }
  // One finding after the other: first what blocks, then what warns, then the notes, each in reading order. An accepted one is none.
  let aimed = "";
  const finding = () => document.querySelector(`.finding[data-finding="${aimed}"]`);
  function mark(found) {
    finding()?.classList.remove("aimed");
    aimed = found?.dataset.finding || "";
    found?.classList.add("aimed");
    if (!found || found.closest(".line")) return;
    current?.classList.remove("at"); // it is about the story as a whole
    current = null;
    light(null);
  }
  function aim(found) {
    mark(found);
    const line = found.closest(".line");
    if (line) at(line, { focus: false, scroll: false });
    found.focus({ preventScroll: true });
    show(found);
  }
  function openFindings() {
    const found = all(".finding:not(.accepted)");
    return ["block", "warn", "note"].flatMap((grave) => found.filter((f) => f.classList.contains(grave)));
  }
  function nextFinding(grave = "") {
    const order = openFindings().filter((f) => !grave || f.classList.contains(grave));
    if (!order.length) return toast("There are no open findings.");
    const last = finding();
    if (last && order.includes(last)) return aim(order[(order.indexOf(last) + 1) % order.length]);
    const from = last || current; // the one looked at was accepted, or none was: on from here, the gravest first
    const rank = order[0].classList.contains("block") ? order.filter((f) => f.classList.contains("block")) : order;
    aim(rank.find((f) => !from || from.contains(f) || from.compareDocumentPosition(f) & 4) || rank[0]);
  }
  // The counts at the top lead from one of theirs to the next.
  document.addEventListener("click", (event) => {
    const count = event.target.closest?.("[data-next]");
    if (!count || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    nextFinding(count.dataset.next);
  });
  // The usual reasons for accepting, from the list that comes with the page: to press, or by number in an empty field.
  const reasons = all("#reasons option").map((option) => option.value);
  function giveReason(field, reason) {
    field.value = reason;
    field.focus();
    field.select();
  }
  function reasonByNumber(event, field) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
    const number = field.dataset.number;
    delete field.dataset.number;
    if (number && field.value && field.selectionStart === 0 && field.selectionEnd === field.value.length) {
      field.value = number; // it goes on: the number begins a reason of one's own
    } else if (!field.value && reasons[event.key - 1]) {
      event.preventDefault();
      giveReason(field, reasons[event.key - 1]);
      field.dataset.number = event.key;
    }
  }
  function offerReasons(details) {
    const form = one("form", details);
    // A block takes a reason of one's own: its field has no list.
    if (!reasons.length || one(".reasons", form) || !one("[list=reasons]", form)) return show(form);
    const row = document.createElement("p");
    row.className = "row reasons";
    reasons.forEach((reason, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      const key = document.createElement("kbd");
      key.textContent = place + 1;
      button.append(key, ` ${reason}`);
      button.addEventListener("click", () => giveReason(one("input[name=reason]", form), reason));
      row.append(button);
    });
    form.append(row);
    show(form);
  }
  document.addEventListener("toggle", (event) => event.target.matches?.("[data-accept][open]") && offerReasons(event.target), true);
  const lines = () => all(".line");
  // The sentence a key is about: the one that is lit, else that of the gravest finding, else the first.
  function sentence() {
    if (current || !lines().length) return current;
    const found = openFindings().find((f) => f.closest(".line"));
    if (found) aim(found);
    else at(lines()[0]);
    return current;
  }
  let number = ""; // typed before g: the sentence to go to
  const keys = {
    j: () => (rows.length ? go(row + 1) : at(lines()[current ? lines().indexOf(current) + 1 : 0])),
    k: () => (rows.length ? go(row - 1) : at(lines()[current ? Math.max(0, lines().indexOf(current) - 1) : 0])),
    g: () => (rows.length ? go(0) : press("g")),
    G: () => (rows.length ? go(rows.length - 1) : at(lines().at(-1))),
    f: nextFinding,
    y: () => (current && one("[data-take]", current))?.click(),
    N: () => (current && one("[data-discard]", current))?.click(),
    e: () => sentence() && one("[data-edit]", current) && swap(current, true),
    r: () => sentence() && one("[data-rewrite]", current)?.click(),
    x: () => {
      if (rows.length) {
        const box = one("input[name=story]", rows[Math.max(row, 0)]);
        return box && tickTo(Math.max(row, 0), false, !box.checked);
      }
      // The finding one is at, else the first of the sentence, else of the story as a whole.
      const found = finding();
      const back = found && one("[data-unaccept]", found);
      if (back) return back.click();
      const ofStory = () => one(".draft-side > .finding [data-accept]");
      const details = found ? one("[data-accept]", found) : (current && one("[data-accept]", current)) || ofStory();
      if (!details) return toast(found?.matches(".note") ? "Notes need no accepting." : "There is nothing to accept here.");
      for (const other of all("[data-accept][open]")) if (other !== details) other.open = false;
      details.open = true;
      one("input[name=reason]", details).focus();
    },
    d: () => {
      if (!rows.length) return press("d");
      const dek = one("details.dek", rows[Math.max(row, 0)]);
      if (dek) dek.open = !dek.open;
    },
    X: () => rows.length && tickTo(Math.max(row, 0), true, true),
    "*": () => rows.forEach((_, place) => tickTo(place, false, true)),
    h: () => (many ? one("button[value=hold]", many)?.click() : press("h")),
    s: () => (many ? one("button[value=spike]", many)?.click() : press("s")),
    a: () => (many ? one("button[value=approve]", many)?.click() : press("a")),
    l: () => {
      const arrived = one("[data-arrived]");
      if (arrived) return arrived.click();
      if (!rows.length) return;
      leave();
      location.reload();
    },
    m: () => {
      leave();
      location.href = "/digest";
    },
    "/": () => {
      const field = one("input[name=q]");
      if (field) return field.focus();
      leave();
      location.href = "/search";
    },
    "?": () => one("#keys")?.showModal(),
  };
  const moves = new Set(["j", "k", "f", "G"]);
  document.addEventListener("keydown", (event) => {
    if (coming) return typeAhead(event);
    const field = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape") {
      number = "";
      const line = event.target.closest?.(".line");
      if (field && line && one("[data-editor]", line)) {
        event.preventDefault();
        return closeEditor(line);
      }
      for (const details of all("details[open]")) details.open = false;
      return field?.blur();
    }
    // Enter sends a decision from a list too, as it does from a line of text; Space opens the list.
    const sends = event.ctrlKey || event.metaKey || field?.matches(".decision select");
    if (field && sends && event.key === "Enter") {
      event.preventDefault();
      return field.form?.requestSubmit();
    }
    if (field?.matches("[list=reasons]")) return reasonByNumber(event, field);
    if (field && field.type !== "checkbox") return;
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
    if (event.key.length > 1 && event.key !== "Enter") return;
    if (/^\d$/.test(event.key) && lines().length) {
      number += event.key;
      return event.preventDefault();
    }
    const wanted = number;
    number = "";
    if (wanted && event.key === "g") {
      event.preventDefault();
      const line = lines()[wanted - 1];
      return line ? at(line) : toast(`There is no sentence ${wanted}.`);
    }
    if (!moves.has(event.key) && (event.repeat || !root.matches(".hears"))) {
      if (!root.matches(".hears")) listenAfterPause();
      return event.preventDefault();
    }
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (!(event.key === "Enter" && event.target.closest?.("a, button, summary")) && press(event.key)) {
      event.preventDefault();
    }
  });

  // Where the address says, or the first finding of what is new to the eye.
  const target = location.hash.startsWith("#d") && document.getElementById(location.hash.slice(1));
  if (target && target.matches(".line")) at(target, { focus: !one("textarea", target) });
})();
