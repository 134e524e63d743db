"use strict";
(function () {
  var each = Array.prototype.forEach;

  /* What goes on, as the server tells it. The markup is the server's own, escaped there; the policy of the page runs no script in it. */
  var live = document.getElementById("live");
  var state = document.getElementById("live-state");
  if (live && window.EventSource) {
    var source = new EventSource(live.getAttribute("data-events"));
    source.addEventListener("tonight", function (event) {
      var focus = document.activeElement && live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      live.innerHTML = event.data;
      if (focus) each.call(live.querySelectorAll("a"), function (link) { if (link.getAttribute("href") === focus) link.focus(); });
    });
    source.onopen = function () { if (state) state.textContent = "Live: this page follows what goes on."; };
    source.onerror = function () { if (state) state.textContent = "The connection was lost; trying again."; };
  }

  /* Sorting: a click on a heading; numbers by their exact value, texts by theirs. */
  var key = function (row, at, number) {
    var cell = row.cells[at];
    if (!number) return cell.textContent;
    var exact = cell.getAttribute("data-v");
    var value = parseFloat(exact === null ? cell.textContent.replace(/[^0-9.\u2212-]/g, "").replace("\u2212", "-") : exact);
    return isNaN(value) ? -Infinity : value;
  };
  each.call(document.querySelectorAll("table.sortable"), function (table) {
    each.call(table.tHead.rows[0].cells, function (head, at) {
      if (!head.textContent) return;
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var number = head.className === "n";
        var now = head.getAttribute("aria-sort");
        var down = now === null ? number : now === "ascending";
        each.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = Array.prototype.slice.call(table.tBodies[0].rows).map(function (row) { return { row: row, key: key(row, at, number) }; });
        rows.sort(function (a, b) {
          var order = a.key === b.key ? 0 : a.key > b.key ? 1 : -1;
          return down ? -order : order;
        });
        rows.forEach(function (entry) { table.tBodies[0].appendChild(entry.row); });
      });
    });
  });

  /* A question that takes long: leaving the answer ends its process. */
  each.call(document.querySelectorAll("form[data-stop]"), function (form) {
    var stop = document.createElement("button");
    stop.type = "button";
    stop.textContent = "Stop";
    stop.hidden = true;
    form.appendChild(stop);
    form.addEventListener("submit", function () { stop.hidden = false; });
    stop.addEventListener("click", function () {
      window.stop();
      stop.hidden = true;
      each.call(form.querySelectorAll("button"), function (button) { button.disabled = false; });
    });
  });

  /* A form is sent once. */
  each.call(document.querySelectorAll("form[method=post]"), function (form) {
    form.addEventListener("submit", function () {
      window.setTimeout(function () { each.call(form.querySelectorAll("button[type=submit]"), function (button) { button.disabled = true; }); }, 0);
    });
  });
  window.addEventListener("pageshow", function () { each.call(document.querySelectorAll("form button"), function (button) { button.disabled = false; }); });
})();
