"use strict";
// Sorting and searching of the long tables; without it they are there all the same.
(() => {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
  const number = (text) => Number(text.replace(/,/g, "")) || 0;

  function key(cell, kind) {
    if (kind === "number") return number(cell.textContent);
    if (kind === "date") return cell.firstElementChild ? cell.firstElementChild.dateTime : "";
    return cell.textContent.trim();
  }

  function sort(table, header, at, up) {
    const kind = header.dataset.kind;
    const body = table.tBodies[0];
    const keyed = Array.from(body.rows, (row) => [key(row.cells[at], kind), row]);
    const compare = kind === "text" ? order : (one, other) => (one > other) - (one < other);
    keyed.sort((one, other) => (up ? compare(one[0], other[0]) : compare(other[0], one[0])));
    body.append(...keyed.map((pair) => pair[1]));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
  }

  function makeSortable(table) {
    Array.from(table.tHead.rows[0].cells).forEach((header, at) => {
      if (!header.dataset.kind) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => {
        const was = header.getAttribute("aria-sort");
        sort(table, header, at, was ? was === "descending" : header.dataset.kind === "text");
      });
    });
  }

  function makeSearchable(table, form) {
    const rows = Array.from(table.tBodies[0].rows, (row) => [plain(row.textContent), row]);
    const field = form.querySelector("input");
    const said = form.querySelector("[role=status]");
    const search = () => {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      let found = 0;
      for (const [text, row] of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        found += row.hidden ? 0 : 1;
      }
      said.textContent = words.length ? `${found.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows` : "";
    };
    field.addEventListener("input", search);
    form.hidden = false;
    if (field.value) search();
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    makeSortable(table);
    makeSearchable(table, document.getElementById(`${table.id}-search`));
  }
})();
