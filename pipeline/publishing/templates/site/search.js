"use strict";
(() => {
  const field = document.getElementById("q");
  const list = document.getElementById("found");
  const none = document.getElementById("none");
  let index;
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const load = () => (index ??= fetch("search.json").then((answer) => {
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }));
  const show = (rows) => {
    list.replaceChildren(...rows.slice(0, 50).map(([path, headline, topic, day]) => {
      const item = document.createElement("li");
      const heading = document.createElement("h2");
      const link = document.createElement("a");
      link.href = path;
      link.textContent = headline;
      heading.append(link);
      const when = document.createElement("p");
      when.className = "when";
      when.textContent = topic ? `${topic} · ${day}` : day;
      item.append(heading, when);
      return item;
    }));
  };
  const look = async () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    if (!words.length) { show([]); none.textContent = ""; return; }
    try {
      const rows = await load();
      const found = rows.filter((row) => { const text = fold(row.join(" ")); return words.every((word) => text.includes(word)); });
      show(found);
      none.textContent = found.length ? "" : none.dataset.none;
    } catch {
      index = undefined;
      none.textContent = none.dataset.broken;
    }
  };
  field.addEventListener("input", look);
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) { field.value = asked.slice(0, 200); look(); }
})();
