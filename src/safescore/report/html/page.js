"use strict";
(() => {
  const form = document.getElementById("filter");
  const note = document.getElementById("filtered");
  const status = form.querySelector("output");
  const checks = [...form.querySelectorAll("input[type=checkbox]")];
  const owner = form.querySelector("select");
  const text = form.querySelector("input[type=search]");
  const toggle = form.querySelector("button[data-open]");
  const details = [...document.querySelectorAll(".findings details")];
  const plain = (words) => words.normalize("NFKC").toLowerCase();
  const chinese = document.documentElement.lang.startsWith("zh");
  const groups = [...document.querySelectorAll(".findings")].map((section) => ({
    section,
    outcome: section.dataset.outcome,
    many: section.querySelector(".many"),
    rows: [...section.querySelectorAll("tbody")].map((row) => ({
      row,
      owners: (row.dataset.owners || "").trim().split(" "),
      words: plain(row.textContent),
    })),
  }));
  const links = [...document.querySelectorAll("[data-for]")];
  const every = groups.reduce((sum, group) => sum + group.rows.length, 0);

  const filter = () => {
    const outcomes = new Set(checks.filter((one) => one.checked).map((one) => one.value));
    const asked = plain(text.value).split(/\s+/).filter(Boolean);
    const who = owner ? owner.value : "";
    let shown = 0;
    for (const group of groups) {
      let here = 0;
      for (const one of group.rows) {
        const kept = outcomes.has(group.outcome)
          && (!who || one.owners.includes(who))
          && asked.every((word) => one.words.includes(word));
        one.row.hidden = !kept;
        here += kept;
      }
      group.section.hidden = !here;
      group.many.textContent = here === group.rows.length ? here : `${here}/${group.rows.length}`;
      shown += here;
    }
    for (const link of links) link.hidden = document.getElementById(link.dataset.for).hidden;
    for (const row of document.querySelectorAll(".due tbody tr")) row.hidden = !row.querySelector("[data-for]:not([hidden])");
    const all = shown === every;
    status.textContent = chinese ? `显示 ${shown} 项，共 ${every} 项` : `${shown} of ${every} duties shown`;
    note.textContent = chinese ? `已筛选：只列出 ${shown} 项，共 ${every} 项；得分仍是全部事项的。` : `Filtered: ${shown} of ${every} duties are listed; the score is that of all.`;
    note.hidden = all;
  };

  const name = () => {
    toggle.textContent = details.some((one) => one.open) ? toggle.dataset.close : toggle.dataset.open;
  };
  const openAll = (open) => {
    for (const one of details) one.open = open;
    name();
  };
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.tagName !== "TBODY") return;
    if (target.hidden) {
      form.reset();
      filter();
    }
    target.querySelector("details").open = true;
    name();
    target.scrollIntoView({ block: "center" });
  };

  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  toggle.addEventListener("click", () => openAll(!details.some((one) => one.open)));
  for (const one of details) one.addEventListener("toggle", name);
  addEventListener("hashchange", follow);

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = details.filter((one) => !one.open && !one.closest(".satisfied, .not-applicable"));
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });

  openAll(false);
  filter();
  form.hidden = false;
  follow();
})();
