// A link into a folded part opens it.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target; part; part = part.parentElement)
    if (part.matches("details")) part.open = true;
    else if (part.matches("section.depth")) part.querySelector(":scope > details").open = true;
  target?.scrollIntoView();
}
addEventListener("hashchange", openTarget);
addEventListener("load", openTarget);
