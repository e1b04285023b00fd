
"use strict";
for (const input of document.querySelectorAll("input[type=search]")) {
  const section = input.closest("section");
  const rows = [...section.querySelectorAll("tbody tr")].map(row => ({ row, text: row.textContent.toLowerCase() }));
  const count = section.querySelector(".count");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every(w => text.includes(w));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = words.length ? shown + " of " + rows.length : "";
  });
}
