/* Progressive enhancement only: every page works without this file. */
(function () {
  "use strict";

  /* Nothing is kept in the browser: htmx, loaded after this file, falls back to its memory. */
  ["localStorage", "sessionStorage"].forEach(function (name) {
    Object.defineProperty(window, name, { get: function () { throw new Error("browser storage is not used"); } });
  });

  var wide = window.matchMedia("(min-width: 761px)");

  function each(root, selector, act) { Array.prototype.forEach.call(root.querySelectorAll(selector), act); }

  /* Wide screens show folded sections open. Recent browsers do it in CSS. */
  function unfold(root) {
    if (!(window.CSS && CSS.supports && CSS.supports("selector(::details-content)")) && wide.matches) {
      var open = function (fold) { fold.open = true; fold.classList.add("is-unfolded"); };
      if (root.matches && root.matches("details.fold")) { open(root); }
      each(root, "details.fold", open);
    }
  }

  /* A menu that opens over the page closes with Esc and with a click elsewhere. */
  document.addEventListener("click", function (event) {
    each(document, "details.roles[open], details.usermenu[open]", function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    each(document, "details.roles[open], details.usermenu[open]", function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* A menu that scrolls sideways shows where one is. */
  function showPlace() {
    each(document, ".nav [aria-current]", function (link) {
      var list = link.closest("ul");
      list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
    });
  }

  /* The summary of errors is read first. */
  function showErrors(root) {
    var summary = root.querySelector("[data-error-summary]");
    if (summary) { summary.focus(); }
  }

  /* Ticks in a table: all of the page at once, the strip with their number, the marked rows. */
  function boxes(table) { return table.querySelectorAll("input[name='" + table.dataset.select + "']"); }

  function countTicks(table) {
    var all = boxes(table), ticked = 0, form = "";
    Array.prototype.forEach.call(all, function (box) {
      ticked += box.checked ? 1 : 0;
      form = box.getAttribute("form") || form;
      box.closest("tr").classList.toggle("is-on", box.checked);
    });
    var head = table.querySelector("[data-select-all]");
    if (head) {
      head.checked = ticked > 0 && ticked === all.length;
      head.indeterminate = ticked > 0 && ticked < all.length;
    }
    each(document, "[data-selection='" + form + "']", function (strip) {
      strip.hidden = ticked === 0;
      strip.querySelector("[data-selection-count]").textContent = ticked;
    });
  }

  function tickAll(table, checked) {
    var all = boxes(table);
    Array.prototype.forEach.call(all, function (box) { box.checked = checked; });
    if (all.length) { all[0].dispatchEvent(new Event("change", { bubbles: true })); }
  }

  function enableTicks(root) {
    each(root, "table[data-select]", function (table) {
      var head = table.querySelector("[data-select-all]");
      if (head) { head.hidden = false; }
      countTicks(table);
    });
  }

  document.addEventListener("change", function (event) {
    var table = event.target.closest && event.target.closest("table[data-select]");
    if (!table) { return; }
    if (event.target.hasAttribute("data-select-all")) {
      tickAll(table, event.target.checked);
    } else {
      countTicks(table);
    }
  });
  document.addEventListener("click", function (event) {
    var clear = event.target.closest && event.target.closest("[data-selection-clear]");
    if (!clear) { return; }
    each(document, "table[data-select]", function (table) {
      var head = table.querySelector("[data-select-all]");
      tickAll(table, false);
      if (head) { head.focus(); } /* the strip is gone, and the button in it that had the focus */
    });
  });

  /* A link marked data-dialog opens its page's dialog body here; without htmx or <dialog> it is a link. */
  var opener = null, title = "";

  function openDialog(address) {
    var slot = document.getElementById("dialog-slot");
    title = title || document.title;
    return htmx.ajax("GET", address, { target: slot, swap: "innerHTML", select: "[data-dialog-body]" }).then(function () {
      var body = slot.querySelector("[data-dialog-body]");
      if (!body) { window.location.assign(address); return; }
      var dialog = document.createElement("dialog");
      dialog.className = "dlg";
      dialog.setAttribute("aria-labelledby", body.getAttribute("aria-labelledby"));
      slot.appendChild(dialog).appendChild(body);
      dialog.addEventListener("cancel", function (event) { if (!mayClose(dialog)) { event.preventDefault(); } });
      dialog.addEventListener("close", function () {
        if (dialog.contains(changed)) { changed = null; }
        slot.textContent = "";
        document.title = title;
        title = "";
        if (opener) { opener.focus(); }
      });
      dialog.showModal();
      prepare(dialog);
    });
  }

  function canDialog() { return window.htmx && window.HTMLDialogElement && document.getElementById("dialog-slot"); }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !canDialog()) { return; }
    event.preventDefault();
    if (!link.closest("dialog")) { opener = link; }
    openDialog(link.href);
  });
  document.addEventListener("click", function (event) {
    var close = event.target.closest && event.target.closest("[data-dialog-close]");
    var dialog = close && close.closest("dialog");
    if (!dialog) { return; }
    event.preventDefault();
    if (mayClose(dialog)) { dialog.close(); }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.closest("dialog [data-dialog-body]") || form.method !== "get" || !canDialog()) { return; }
    event.preventDefault();
    openDialog(form.action.split("?")[0] + "?" + new URLSearchParams(new FormData(form)).toString());
  });

  /* Enter in the box of a search looks for the name, it does not send the form. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.matches("input[data-finder]")) { return; }
    event.preventDefault();
    event.target.parentNode.querySelector("button").click();
  });

  /* A file larger than the address takes is told before it is sent: the answer would know nothing of what was typed. */
  function isTooLarge(box) {
    var size = Array.prototype.reduce.call(box.files, function (sum, file) { return sum + file.size; }, 0);
    var large = size > Number(box.dataset.most), note = document.getElementById(box.id + "_large");
    if (note) { note.parentNode.removeChild(note); }
    if (large) {
      note = document.createElement("p");
      note.id = box.id + "_large";
      note.className = "error";
      note.setAttribute("role", "alert");
      box.parentNode.appendChild(note).textContent = "错误：" + box.dataset.tooLarge;
    }
    return large;
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("input[type=file][data-most]")) { isTooLarge(event.target); }
  });
  document.addEventListener("submit", function (event) {
    each(event.target, "input[type=file][data-most]", function (box) {
      if (!isTooLarge(box)) { return; }
      event.preventDefault();
      event.stopPropagation();
      box.focus();
    });
  }, true);

  /* Leaving a changed form asks first. */
  var changed = null;
  document.addEventListener("input", function (event) {
    changed = (event.target.form && event.target.form.hasAttribute("data-unsaved")) ? event.target.form : changed;
  });
  document.addEventListener("submit", function () { changed = null; });
  window.addEventListener("beforeunload", function (event) { if (changed) { event.preventDefault(); } });
  function mayClose(dialog) {
    return !dialog.contains(changed) || window.confirm("填写的内容尚未保存，确定关闭吗？");
  }

  /* Two minutes before the idle limit: a warning with 继续. Any request for a page starts the time afresh. */
  function watchIdle() {
    var limit = Number(document.body.dataset.idle), box = document.getElementById("idle"), ends, isLast = false;
    if (!limit || !box || !box.showModal) { return; }
    /* The session is near its longest: 继续 brings nothing, and the warning is not shown again once it is closed. */
    function sayLast() {
      isLast = true;
      box.querySelector("[data-idle-text]").hidden = true;
      box.querySelector("[data-last-text]").hidden = false;
      box.querySelector("button").textContent = "知道了";
    }
    function restart() { ends = Date.now() + limit * 1000; }
    function tell() {
      var seconds = Math.max(0, Math.round((ends - Date.now()) / 1000));
      if (seconds === 0) { changed = null; window.location.reload(); }
      if (seconds > 120 || (isLast && !box.open)) { return; }
      each(box, "[data-left]", function (left) {
        left.textContent = seconds >= 60 ? Math.floor(seconds / 60) + " 分 " + (seconds % 60) + " 秒" : seconds + " 秒";
      });
      if (!box.open) { box.showModal(); }
    }
    box.querySelector("form").addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation();
      fetch(box.dataset.stay, { method: "POST", body: new FormData(event.target), redirect: "manual" }).then(function (answer) {
        if (answer.status !== 204) { window.location.reload(); return; }
        limit = Number(answer.headers.get("Idle-Seconds"));
        if (limit <= 120 && !isLast) { sayLast(); } else { box.close(); }
        restart();
        tellOthers();
      });
    });
    restart();
    /* All tabs share one session: what one of them does counts for the others, which are told without any storage. */
    var tabs = window.BroadcastChannel ? new BroadcastChannel("idle") : null;
    function tellOthers() { if (tabs) { tabs.postMessage(limit); } }
    if (tabs) {
      tabs.onmessage = function (event) {
        limit = Number(event.data) || limit;
        if (limit > 120) { box.close(); }
        restart();
      };
      tellOthers();
    }
    window.setInterval(tell, 1000);
  }

  /* A button for printing is there only where it works. */
  function enablePrint(root) { each(root, "[data-print]", function (button) { button.hidden = false; }); }
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });

  function prepare(root) { unfold(root); enableTicks(root); enablePrint(root); showErrors(root); }

  prepare(document);
  showPlace();
  watchIdle();

  /* A form that was refused outright (no longer in reach, no right any more): its page says why. */
  document.body.addEventListener("htmx:responseError", function (event) {
    if (event.detail.elt.matches("form")) { window.location.assign(event.detail.elt.action); }
  });

  /* What htmx brings in is prepared too; a fold that was open on a phone stays open. */
  var openFold = "";
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    var target = event.detail.target;
    openFold = target.matches("details[open]") ? target.id : "";
  });
  document.body.addEventListener("htmx:load", function (event) {
    if (openFold && event.target.id === openFold) { event.target.open = true; }
    showErrors(event.target);
    unfold(event.target);
    enableTicks(event.target);
  });
})();
