/* Charts: what draws them, the largest script of all, is read while the server is still at work on
   the page; and each chart has a frame of its own, so that the first stands before the next one is
   begun. */
"use strict";
(function () {
  const CALLBACKS = "/_dash-update-component";
  const plainFetch = window.fetch;
  const hasCharts = document.querySelector("link[rel=preload][href*=plotly]") !== null;

  let library = null;
  let before = Promise.resolve();

  function read() {
    library = library || new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = window._dashPlotlyJSURL;
      script.onload = function () {
        takeTurns(window.Plotly);
        resolve();
      };
      script.onerror = function () {
        library = null;
        reject(new Error(`${script.src} did not load`));
      };
      document.body.append(script);
    });
    return library;
  }

  function takeTurns(plotly) {
    const draw = plotly.react;
    plotly.react = function (chart) {
      const words = arguments;
      // By its turn a chart may have left the page.
      const drawn = before.then(function () {
        return chart.isConnected ? draw.apply(plotly, words) : chart;
      });
      before = drawn.then(frame, frame);
      return drawn;
    };
  }

  /** Until what was drawn is seen. A hidden page has no frames. */
  function frame() {
    return new Promise(function (resolve) {
      if (document.hidden) resolve();
      else requestAnimationFrame(function () { setTimeout(resolve); });
    });
  }

  /* Dash waits for this in place of the library; the script then puts the library here. */
  window.Plotly = {
    then: function (resolve, reject) { return read().then(resolve, reject); },
  };

  window.fetch = function (resource) {
    const answer = plainFetch.apply(window, arguments);
    if (hasCharts && !library && String(resource.url || resource).includes(CALLBACKS)) {
      read().catch(function () {});
    }
    return answer;
  };
})();
