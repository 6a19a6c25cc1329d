"use strict";
const find = document.getElementById("find"), count = document.getElementById("count"), all = [...document.querySelectorAll(".finding")];
const update = () => {
  const words = find.value.toLowerCase();
  for (const one of all) one.classList.toggle("unmatched", words !== "" && !one.textContent.toLowerCase().includes(words));
  const seen = all.filter((one) => one.offsetParent !== null).length;
  count.textContent = seen === all.length ? "" : `${seen} of ${all.length} shown`;
};
if (all.length > 1) find.parentElement.hidden = false;
for (const box of document.querySelectorAll(".filter, #find")) box.addEventListener("input", update);
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details")) one.open = true; });
