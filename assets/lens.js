/* What links, selects and charts of SME Lens do in the browser. The state of a page is its address:
   everything here ends in go(address). No build step, no library. */
"use strict";
(function () {
  /** Move to `address` without a reload; dcc.Location listens to popstate. */
  function go(address) {
    const target = new URL(address, window.location.href);
    if (target.origin !== window.location.origin) {
      window.location.assign(target.href);
      return;
    }
    if (target.href === window.location.href) {
      reveal();
      return;
    }
    const isSamePage = target.pathname + target.search ===
      window.location.pathname + window.location.search;
    if (target.pathname !== window.location.pathname) {
      document.querySelectorAll('[data-lens-toggle][aria-expanded="true"]').forEach(toggle);
      window.scrollTo(0, 0);
      const main = document.getElementById("main");
      if (main) main.focus({ preventScroll: true });
    }
    keepPlace();
    window.history.pushState({}, "", target.href);
    if (isSamePage) reveal();
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  }

  /** Scroll to the part of the page that the address names, and begin to read there. */
  function reveal() {
    const id = window.location.hash.slice(1);
    const part = id && document.getElementById(id);
    if (!part) return;
    part.scrollIntoView();
    if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }

  // A page of another address is drawn after the address has changed (waiting.js tells when).
  window.addEventListener("lens-drawn", function () {
    if (window.location.hash && window.location.href !== revealed) reveal();
    revealed = window.location.href;
  });
  let revealed = "";

  let watch = null;

  /** A page that is drawn anew has lost the focus and what was unfolded: give both back. */
  function keepPlace() {
    const held = document.activeElement;
    const sought = placeOf(held);
    const unfolded = Array.from(document.querySelectorAll('[data-lens-toggle][aria-expanded="true"]'));
    if (watch) watch.disconnect();
    watch = new MutationObserver(function () {
      for (const button of unfolded.filter(function (old) { return !old.isConnected; })) {
        const part = button.getAttribute("aria-controls");
        const fresh = document.querySelector(`[data-lens-toggle][aria-controls="${CSS.escape(part)}"]`);
        if (!fresh) continue;
        unfolded.splice(unfolded.indexOf(button), 1);
        // A click, not a toggle: what is filled on demand is asked for again.
        if (fresh.getAttribute("aria-expanded") === "false") fresh.click();
      }
      if (!sought || held.isConnected || document.activeElement !== document.body) return;
      const same = document.querySelector(sought);
      if (same) same.focus({ preventScroll: true });
    });
    watch.observe(document.body, { childList: true, subtree: true });
  }

  /** A selector that finds an element again after its page was drawn anew, or "". */
  function placeOf(element) {
    if (!element || element === document.body) return "";
    if (element.dataset.row) {
      return `.sl-tile[data-row="${element.dataset.row}"][data-column="${element.dataset.column}"]`;
    }
    if (element.id) return `#${CSS.escape(element.id)}`;
    const figure = element.closest(".sl-figure[id]");
    if (!figure || !element.matches(".sl-actions > *")) return "";
    const place = Array.from(element.parentElement.children).indexOf(element) + 1;
    return `#${CSS.escape(figure.id)} .sl-actions > :nth-child(${place})`;
  }

  function isPlainClick(event) {
    return event.button === 0 && !event.defaultPrevented &&
      !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  }

  function toggle(button) {
    const opened = button.getAttribute("aria-expanded") !== "true";
    const part = document.getElementById(button.getAttribute("aria-controls"));
    button.setAttribute("aria-expanded", String(opened));
    if (part) part.toggleAttribute("data-open", opened);
  }

  function close(id) {
    const button = document.querySelector(`[data-lens-toggle][aria-controls="${id}"]`);
    if (button && button.getAttribute("aria-expanded") === "true") toggle(button);
  }

  /** Copy the address of the page, or the one the button names; where the browser refuses, show it
      selected. */
  async function copyAddress(button) {
    const address = new URL(button.dataset.lensCopy || window.location.href, window.location.href);
    const status = button.parentElement.querySelector("[role=status]");
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(address.href);
      status.textContent = button.dataset.lensDone;
    } catch {
      const field = document.createElement("input");
      field.readOnly = true;
      field.value = address.href;
      field.setAttribute("aria-label", button.dataset.lensFailed);
      status.append(button.dataset.lensFailed, field);
      field.select();
    }
  }

  /** Open a dialog with its fields filled as the button says. The name it offers is cut to fit. */
  function openDialog(button) {
    const dialog = document.getElementById(button.dataset.lensDialog);
    if (!dialog) return;
    const field = dialog.querySelector("input"), said = dialog.querySelector("[role=alert]");
    const fill = JSON.parse(button.dataset.lensFill);
    if (button.dataset.lensScope) {
      const name = Array.from(`${dialog.dataset.lensPage}　${button.dataset.lensScope}`);
      fill[field.id] = { value: name.slice(0, field.maxLength).join("") };
    }
    if (said) fill[said.id] = { children: "" };
    for (const [id, props] of Object.entries(fill)) window.dash_clientside.set_props(id, props);
    dialog.showModal();
    // Once the field has its value.
    if (field) window.requestAnimationFrame(function () { field.select(); });
  }

  /** Let the reader choose a file and put its beginning into a dcc.Store, as base64. */
  function chooseFile(button) {
    const field = document.createElement("input");
    field.type = "file";
    // In the page until it is answered: one that nobody holds may be swept up before.
    field.hidden = true;
    document.body.append(field);
    field.addEventListener("cancel", function () { field.remove(); });
    field.addEventListener("change", function () {
      const file = field.files[0];
      field.remove();
      if (!file) return;
      const limit = Number(button.dataset.lensLimit);
      const reader = new FileReader();
      reader.onload = function () {
        const content = String(reader.result).split(",", 2)[1] || "";
        const data = { name: file.name, content: content, is_cut: file.size > limit };
        window.dash_clientside.set_props(button.dataset.lensFile, { data: data });
      };
      reader.readAsDataURL(file.slice(0, limit));
    });
    field.click();
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /** The nearest tile in the direction of an arrow key: straight on before aside. */
  function neighbour(tile, [dx, dy]) {
    const column = Number(tile.dataset.column), row = Number(tile.dataset.row);
    let nearest = null, least = Infinity;
    for (const other of tile.parentElement.querySelectorAll("a.sl-tile")) {
      const x = Number(other.dataset.column) - column, y = Number(other.dataset.row) - row;
      const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      const cost = ahead + 3 * aside;
      if (ahead > 0 && cost < least) { least = cost; nearest = other; }
    }
    return nearest;
  }

  function moveAmongTiles(event) {
    const tile = event.target.closest("a.sl-tile");
    if (!tile) return;
    const tiles = tile.parentElement.querySelectorAll("a.sl-tile");
    const next = event.key in ARROWS ? neighbour(tile, ARROWS[event.key])
      : event.key === "Home" ? tiles[0] : event.key === "End" ? tiles[tiles.length - 1] : undefined;
    if (next === undefined) return;
    event.preventDefault();
    if (!next) return;
    for (const other of tiles) other.tabIndex = other === next ? 0 : -1;
    next.focus();
  }

  /* A chart is drawn for the screen; paper is smaller (print.css knows the same height). */
  const PAPER = { width: 690, height: 340 };

  function eachChart(change) {
    for (const plot of document.querySelectorAll(".sl-chart .js-plotly-plot")) {
      window.Plotly.relayout(plot, change(plot));
    }
  }

  window.addEventListener("beforeprint", function () {
    eachChart(function (plot) {
      const height = parseFloat(getComputedStyle(plot.closest(".sl-chart")).minHeight);
      return {
        autosize: false,
        width: Math.min(plot.clientWidth, PAPER.width),
        height: Math.min(height, PAPER.height),
      };
    });
  });

  window.addEventListener("afterprint", function () {
    eachChart(function () { return { autosize: true, width: null, height: null }; });
  });

  document.addEventListener("click", function (event) {
    if (!(event.target instanceof Element) || !isPlainClick(event)) return;
    const link = event.target.closest("a[data-lens-link][href]");
    if (link) {
      event.preventDefault();
      go(link.getAttribute("href"));
      return;
    }
    const button = event.target.closest("[data-lens-toggle]");
    if (button) toggle(button);
    const copy = event.target.closest("[data-lens-copy]");
    if (copy) copyAddress(copy);
    const opener = event.target.closest("[data-lens-dialog]");
    if (opener) openDialog(opener);
    const leaver = event.target.closest("[data-lens-leave]");
    if (leaver) leaver.closest("dialog").close();
    const chooser = event.target.closest("[data-lens-file]");
    if (chooser) chooseFile(chooser);
  });

  /** A region may give its buttons keys. They count while the focus is inside it, and not while
      an answer is on its way: it would be taken for the answer to the next question. */
  function pressByKey(event) {
    const region = event.target.closest("[data-lens-keys]");
    if (!region || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.repeat || region.querySelector("[data-dash-is-loading]")) return;
    const key = CSS.escape(event.key);
    const button = region.querySelector(`button[data-lens-key="${key}"]:not(:disabled)`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  /** Enter in the field of a dialog confirms; not the Enter that opened it, nor the one that ends
      the choice of a Japanese word. */
  function confirmByKey(event) {
    const dialog = event.target.matches("input") && event.target.closest("dialog");
    if (!dialog || event.key !== "Enter" || event.repeat || event.isComposing) return;
    event.preventDefault();
    dialog.querySelector(".btn-primary").click();
  }

  document.addEventListener("keydown", function (event) {
    if (!(event.target instanceof Element)) return;
    pressByKey(event);
    confirmByKey(event);
    if (event.key === "Escape") { close("sections"); close("more-filters"); }
    moveAmongTiles(event);
  });

  /* Only what a reader changes moves the page. A field that is merely drawn with another value
     does not, so a page that arrives late cannot push the address back. */
  document.addEventListener("change", function (event) {
    const select = event.target;
    const isField = select instanceof HTMLSelectElement || select.type === "search";
    if (!isField || !select.closest(".sl-filters")) return;
    const query = new URLSearchParams(window.location.search);
    query.set(select.name, select.value === "*" ? "" : select.value.trim());
    const drops = select.closest("[data-lens-drops]")?.dataset.lensDrops || "";
    for (const name of drops.split(" ").filter(Boolean)) query.delete(name);
    go(`?${query}`);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.lens = {
    /** A click on a mark of a chart leads where its customdata says; the click is then forgotten. */
    follow(clickData) {
      const data = clickData?.points?.[0]?.customdata;
      const link = Array.isArray(data) ? data[0] : data;
      if (typeof link === "string" && link) go(link);
      return clickData ? null : window.dash_clientside.no_update;
    },

    /** What a dialog was for is done: close it and say so. Where it is said of a list, that is drawn
        anew, and the button that the focus would return to with it. */
    done(said) {
      if (!said) return;
      for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
      const status = document.querySelector(said.where || ".sl-copied");
      if (!status) return;
      status.textContent = said.words;
      if (said.where) status.focus();
    },
  };
})();
