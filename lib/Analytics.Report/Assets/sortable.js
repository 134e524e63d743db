"use strict";
(function () {
  var each = function (list, act) { Array.prototype.forEach.call(list, act); };

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
})();
