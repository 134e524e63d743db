"use strict";
(function () {
  var each = function (list, act) { Array.prototype.forEach.call(list, act); };

  /* Tips: the page's own titles, shown at once and beside the pointer. */
  var tip = document.getElementById("tip");
  var hide = function () { tip.className = ""; };
  each(document.querySelectorAll("svg title"), function (title) {
    var mark = title.parentNode;
    mark.setAttribute("data-tip", title.textContent);
    mark.removeChild(title);
  });
  document.addEventListener("pointerover", function (event) {
    var mark = event.target.closest ? event.target.closest("[data-tip]") : null;
    if (mark === null) { hide(); return; }
    tip.textContent = mark.getAttribute("data-tip").split("\u2003").join("\n");
    tip.className = "on";
  });
  document.addEventListener("pointermove", function (event) {
    if (tip.className !== "on") return;
    var x = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
    var y = event.clientY + 16;
    if (y + tip.offsetHeight > window.innerHeight - 4) y = event.clientY - tip.offsetHeight - 12;
    tip.style.left = Math.max(4, x) + "px";
    tip.style.top = Math.max(4, y) + "px";
  });
  document.addEventListener("scroll", hide, true);

  /* Searching the rules. */
  each(document.querySelectorAll(".searchable"), function (card) {
    var table = card.querySelector("table");
    var box = document.createElement("input");
    box.type = "search";
    box.className = "search";
    box.placeholder = "Search items";
    box.setAttribute("aria-label", "Search the rules by item");
    card.insertBefore(box, card.querySelector(".scroll"));
    box.addEventListener("input", function () {
      var words = box.value.toLowerCase().split(" ");
      each(table.tBodies[0].rows, function (row) {
        var text = row.textContent.toLowerCase();
        row.hidden = !words.every(function (word) { return text.indexOf(word) !== -1; });
      });
    });
  });

  /* The section in view, marked in the navigation. */
  if ("IntersectionObserver" in window) {
    var links = {};
    each(document.querySelectorAll("nav a"), function (link) { links[link.getAttribute("href").slice(1)] = link; });
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        each(document.querySelectorAll("nav a.here"), function (link) { link.className = ""; link.removeAttribute("aria-current"); });
        links[entry.target.id].className = "here";
        links[entry.target.id].setAttribute("aria-current", "true");
      });
    }, { rootMargin: "-20% 0px -75% 0px" });
    each(document.querySelectorAll("main section"), function (section) { watch.observe(section); });
  }

})();
