/* While a page is on its way: that something happens, a way to stop it, and what came of it. The
   element #waiting holds the words (components/states.py). */
"use strict";
(function () {
  const CALLBACKS = "/_dash-update-component";
  const PATIENCE = 1000;
  const READ = 8000;

  /* A window names itself, so that a stop reaches what this one asked for and nothing else. */
  const name = Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
    return byte.toString(16).padStart(2, "0");
  }).join("");

  const plainFetch = window.fetch;

  // The request for a page that counts; the page drawn last; how many steps of history lie between.
  let turn = 0, drawn = "", steps = 0, isWaiting = false, timer = 0;

  function box() {
    return document.getElementById("waiting");
  }

  /** Say `words`, with a button where `press` tells what it does; without words, nothing. */
  function say(words, press, label) {
    const place = box();
    if (!place) return;
    const [line, button] = place.children;
    place.toggleAttribute("data-on", Boolean(words));
    place.toggleAttribute("data-warn", false);
    line.textContent = words;
    button.hidden = !press;
    button.disabled = false;
    button.textContent = label || "";
    button.onclick = press || null;
  }

  /** Say what came of something, for as long as it takes to read. */
  function tell(words) {
    say(words);
    clearTimeout(timer);
    timer = setTimeout(function () { if (!isWaiting) say(""); }, READ);
  }

  function begin() {
    placeLine();
    if (isWaiting) return;
    isWaiting = true;
    document.getElementById("_pages_content")?.setAttribute("aria-busy", "true");
    clearTimeout(timer);
    timer = setTimeout(function () {
      say(box()?.dataset.loading || "", stop, box()?.dataset.stop);
      follow(turn);
    }, PATIENCE);
  }

  /** While a page is waited for, say how far it has come, where the server says so. */
  async function follow(mine) {
    while (isWaiting && mine === turn) {
      await new Promise(function (resolve) { setTimeout(resolve, PATIENCE); });
      if (!isWaiting || mine !== turn) return;
      try {
        const response = await plainFetch("/progress", { headers: { "X-Lens-Window": name } });
        const words = response.status === 200 ? (await response.json()).words : "";
        const isOn = isWaiting && mine === turn && !box()?.children[1].hidden;
        if (words && isOn) box().children[0].textContent = words;
      } catch {
        // The page itself will say what is wrong.
      }
    }
  }

  function end() {
    isWaiting = false;
    clearTimeout(timer);
    document.getElementById("_pages_content")?.removeAttribute("aria-busy");
  }

  /** Follow one request for a page to its end. */
  async function watch(answer, mine) {
    begin();
    let response = null;
    try {
      response = await answer;
    } catch {
      // The server is not reached.
    }
    if (mine !== turn) return;
    if (response && response.ok) {
      await untilDrawn();
      if (mine === turn) arrived();
    } else {
      await failed(response);
    }
  }

  function arrived() {
    const wasSaid = box()?.dataset.after || "";
    end();
    drawn = window.location.href;
    steps = 0;
    if (wasSaid) {
      delete box().dataset.after;
      tell(wasSaid);
    } else {
      say("");
    }
    window.dispatchEvent(new CustomEvent("lens-drawn"));
  }

  /** What is shown is still the page before: say why, and offer to try again. */
  async function failed(response) {
    if (response && response.status === 401) {
      window.location.reload();
      return;
    }
    let words = box()?.dataset.failed || "";
    try {
      words = (await response.clone().json()).message || words;
    } catch {
      // No sentence came with it.
    }
    end();
    say(words, function () { window.location.reload(); }, box()?.dataset.again);
    box()?.toggleAttribute("data-warn", true);
  }

  /** Resolves once Dash has put the page in its place. */
  function untilDrawn() {
    return new Promise(function (resolve) {
      const last = performance.now() + 5000;
      function look() {
        const isLoading = document.querySelector("#_pages_content[data-dash-is-loading]");
        if (isLoading && performance.now() < last) requestAnimationFrame(look);
        else requestAnimationFrame(resolve);
      }
      requestAnimationFrame(look);
    });
  }

  /** Make the server let go of what this window asked for, then go back to the page before. Where
      there is none, what the server says in place of the page stands. */
  async function stop() {
    if (!isWaiting) return;
    const place = box(), hasBefore = drawn && drawn !== window.location.href;
    // Whatever still comes of it is not the page that was waited for.
    if (hasBefore) turn += 1;
    const mine = turn;
    say(place.dataset.stopping);
    try {
      await plainFetch("/cancel", {
        method: "POST",
        headers: { "X-Lens-Window": name },
        body: new URLSearchParams({ csrf_token: place.dataset.token }),
      });
    } catch {
      // It goes on over there; here nobody waits for it.
    }
    if (!hasBefore || mine !== turn) return;
    end();
    place.dataset.after = place.dataset.stopped;
    if (steps > 0) {
      window.history.go(-steps);
    } else {
      window.history.pushState({}, "", drawn);
      window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    }
  }

  /** The line that moves while something loads stands under the header, or at the top edge. */
  function placeLine() {
    const header = document.querySelector(".sl-app > header");
    const below = header ? Math.max(0, header.getBoundingClientRect().bottom) : 0;
    document.documentElement.style.setProperty("--sl-below", `${below}px`);
  }

  window.fetch = function (resource, options) {
    const address = new URL(resource.url || resource, window.location.href);
    if (!address.pathname.endsWith(CALLBACKS)) return plainFetch.apply(window, arguments);
    const headers = new Headers(options?.headers);
    headers.set("X-Lens-Window", name);
    const answer = plainFetch.call(window, resource, { ...options, headers: headers });
    if (!String(options?.body).includes('"_pages_content"')) return answer;
    const mine = ++turn;
    // A page that is no longer wanted is not drawn under the one that is: nothing has changed.
    const wanted = answer.then(function (response) {
      if (mine === turn) return response;
      response.body?.cancel();
      return new Response(null, { status: 204 });
    });
    watch(wanted, mine);
    return wanted;
  };

  /* A step that the pages make themselves (lens.js) is not trusted; one by the browser's buttons
     has no known length. */
  window.addEventListener("popstate", function (event) {
    steps = event.isTrusted ? 0 : steps + 1;
  });

  window.addEventListener("scroll", placeLine, { passive: true });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && box()?.querySelector("button:not([hidden])") && isWaiting) stop();
  });

  window.lens = Object.assign(window.lens || {}, { say: say, tell: tell });
})();
