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

// The playground's script comes when one of them is not far below the view, or when the address asks for one.
const playground = new URL("playground.js", document.currentScript.src);
function loadPlayground() {
  const near = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting) && !location.search.includes("playground=")) return;
    near.disconnect();
    document.body.append(Object.assign(document.createElement("script"), {src: playground}));
  }, {rootMargin: "3000px 0px"});
  for (const place of document.querySelectorAll(".g2f-playground")) near.observe(place);
}
addEventListener("DOMContentLoaded", loadPlayground);
