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

  /* Sorting: a click on a heading; numbers by their exact value, texts by theirs. */
  var key = function (row, at, number) {
    var cell = row.cells[at];
    if (!number) return cell.textContent;
    var exact = cell.getAttribute("data-v");
    var value = parseFloat(exact === null ? cell.textContent.replace(/[^0-9.\u2212-]/g, "").replace("\u2212", "-") : exact);
    return isNaN(value) ? -Infinity : value;
  };
  each(document.querySelectorAll("table.sortable"), function (table) {
    each(table.tHead.rows[0].cells, function (head, at) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var number = head.className === "n";
        var now = head.getAttribute("aria-sort");
        var down = now === null ? number : now === "ascending";
        each(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var body = table.tBodies[0];
        var rows = Array.prototype.slice.call(body.rows).map(function (row) { return { row: row, key: key(row, at, number) }; });
        rows.sort(function (a, b) {
          if (a.row.className === "rest") return 1;
          if (b.row.className === "rest") return -1;
          var order = a.key === b.key ? 0 : a.key > b.key ? 1 : -1;
          return down ? -order : order;
        });
        rows.forEach(function (entry) { body.appendChild(entry.row); });
      });
    });
  });

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
