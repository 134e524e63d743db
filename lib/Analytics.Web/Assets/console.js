"use strict";
(function () {
  var each = Array.prototype.forEach;

  /* What goes on, as the server tells it. The markup is the server's own, escaped there; the policy of the page runs no script in it. */
  var live = document.getElementById("live");
  var state = document.getElementById("live-state");
  /* How long something goes on, by the server's clock. */
  var skew = live ? Date.parse(live.getAttribute("data-now")) - Date.now() : 0;
  function tick() {
    each.call(live.querySelectorAll("time"), function (time) {
      var seconds = Math.max(0, Math.floor((Date.now() + skew - Date.parse(time.getAttribute("datetime"))) / 1000));
      if (isNaN(seconds)) return;
      time.textContent = time.getAttribute("datetime").replace("T", " ") + ", for " + (seconds < 60 ? seconds + " s" : seconds < 3600 ? Math.floor(seconds / 60) + " min " + seconds % 60 + " s" : Math.floor(seconds / 3600) + " h " + Math.floor(seconds % 3600 / 60) + " min");
    });
  }
  if (live) {
    tick();
    window.setInterval(tick, 1000);
  }

  if (live && window.EventSource) {
    var source = new EventSource(live.getAttribute("data-events"));
    source.addEventListener("tonight", function (event) {
      var focus = document.activeElement && live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      live.innerHTML = event.data;
      if (state) state.textContent = "Live: this page follows what goes on.";
      tick();
      if (focus) each.call(live.querySelectorAll("a"), function (link) { if (link.getAttribute("href") === focus) link.focus(); });
    });
    source.addEventListener("trouble", function (event) { if (state) state.textContent = "What goes on cannot be seen: " + event.data; });
    source.onopen = function () { if (state) state.textContent = "Live: this page follows what goes on."; };
    source.onerror = function () { if (state) state.textContent = "The connection was lost; trying again."; };
  }

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
