/* Files: a download says how many rows it holds, and a figure can be kept as a picture. A picture
   travels without its page, so it carries title, subtitle, source and snapshot. Nothing leaves the
   browser. */
"use strict";
(function () {
  const SVG = "http://www.w3.org/2000/svg";
  const SCALE = 2;
  const MARGIN = 24;
  const NARROWEST = 440;
  const INK = "#1a1a1a", INK_2 = "#4d4d4d", INK_3 = "#666666";

  const words = document.createElement("canvas").getContext("2d");

  function said() {
    return document.getElementById("waiting")?.dataset || {};
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    // Not at once: the browser may still be reading.
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  /** Fetch a file of our own, save it and say what it holds, or why there is none. */
  async function download(link) {
    window.lens.say(said().makingFile);
    try {
      const response = await fetch(link.href);
      if (!response.ok) {
        window.lens.tell((await response.text()).trim());
        return;
      }
      const head = response.headers.get("Content-Disposition") || "";
      const name = decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(head)?.[1] || "file");
      const rows = response.headers.get("X-Row-Count");
      save(await response.blob(), name);
      const pattern = rows ? said().savedRows : said().saved;
      window.lens.tell(pattern.replace("{n}", Number(rows).toLocaleString("en")).replace("{name}", name));
    } catch {
      window.lens.tell(said().failed);
    }
  }

  function element(kind, attributes, into) {
    const made = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (into) into.append(made);
    return made;
  }

  /** Lines of `text` that fit `width`; no line begins with a mark that ends one. */
  function lines(text, width) {
    const parts = Array.from(
      new Intl.Segmenter(document.documentElement.lang, { granularity: "word" }).segment(text),
      function (part) { return part.segment; },
    );
    const found = [""];
    for (const part of parts) {
      const line = found[found.length - 1];
      const isFull = line && words.measureText(line + part.trimEnd()).width > width;
      if (isFull && !/^[、。，．）」』〕％%・ー,.)]/.test(part)) found.push(part.trimStart());
      else found[found.length - 1] = line + part;
    }
    return found;
  }

  /** Write a paragraph from `top` down; returns where it ends. */
  function paragraph(into, text, top, width, { size, weight = 400, ink, leading = 1.5 }) {
    const family = getComputedStyle(document.body).fontFamily;
    words.font = `${weight} ${size}px ${family}`;
    for (const line of text ? lines(text, width) : []) {
      element("text", {
        x: MARGIN, y: top + size, fill: ink, "font-family": family, "font-size": size,
        "font-weight": weight,
      }, into).textContent = line;
      top += size * leading;
    }
    return top;
  }

  /** What an element says, its marks (a line in a key) as characters; without the edition, which
      is written in full below. */
  function spoken(part) {
    if (!part) return "";
    const copy = part.cloneNode(true);
    for (const mark of copy.querySelectorAll(".sl-key-line")) {
      mark.textContent = mark.classList.contains("is-compare") ? "┅┅ " : "━━ ";
    }
    for (const hash of copy.querySelectorAll(".sl-hash[title]")) hash.closest(".sl-nb")?.remove();
    for (const hidden of copy.querySelectorAll(".visually-hidden")) hidden.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  /** The figure as one SVG: title, subtitle, what it draws, and what it rests on. */
  async function picture(figure) {
    const body = figure.querySelector(".sl-figure__body");
    const area = body.getBoundingClientRect();
    const width = Math.max(area.width, NARROWEST);
    const root = element("svg", { xmlns: SVG });
    const paper = element("rect", { fill: "#ffffff" }, root);
    let top = MARGIN;
    top = paragraph(root, spoken(figure.querySelector("h2")), top, width,
      { size: 20, weight: 700, ink: INK, leading: 1.4 });
    top = paragraph(root, spoken(figure.querySelector(".sl-figure__sub")), top + 4, width,
      { size: 14, ink: INK_2 });
    top += 12;
    const drawing = element("g", { transform: `translate(${MARGIN} ${top})` }, root);
    await window.lens.draw(body, area, drawing);
    top += area.height + 12;
    element("path", { d: `M${MARGIN} ${top}h${width}`, stroke: "#e6e6e6" }, root);
    const evidence = figure.querySelector(".sl-evidence > p");
    top = paragraph(root, spoken(evidence), top + 8, width, { size: 12, ink: INK_3 });
    const edition = evidence?.querySelector(".sl-hash[title]");
    const word = edition ? edition.parentElement.firstChild.textContent : "";
    top = paragraph(root, `SME Lens　${word} ${edition?.title || ""}`, top, width,
      { size: 12, ink: INK_3 });
    const size = { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(top + MARGIN) };
    for (const part of [root, paper]) {
      for (const [name, value] of Object.entries(size)) part.setAttribute(name, value);
    }
    root.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    return { svg: new XMLSerializer().serializeToString(root), ...size };
  }

  /** The SVG as a PNG of twice its size. */
  function rastered({ svg, width, height }) {
    return new Promise(function (resolve, reject) {
      const image = new Image();
      image.onload = function () {
        const canvas = document.createElement("canvas");
        canvas.width = width * SCALE;
        canvas.height = height * SCALE;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) { blob ? resolve(blob) : reject(new Error()); }, "image/png");
      };
      image.onerror = reject;
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    });
  }

  function fileName(figure, kind) {
    const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(new Date());
    const title = spoken(figure.querySelector("h2")).replace(/[\\/:*?"<>|\s]+/g, "-");
    return `${Array.from(title).slice(0, 50).join("")}_${day.replaceAll("-", "")}.${kind}`;
  }

  async function keep(button) {
    const figure = button.closest(".sl-figure"), kind = button.dataset.lensPicture;
    window.lens.say(said().makingPicture);
    try {
      const drawn = await picture(figure);
      const blob = kind === "svg"
        ? new Blob([drawn.svg], { type: "image/svg+xml" }) : await rastered(drawn);
      const name = fileName(figure, kind);
      save(blob, name);
      window.lens.tell(said().saved.replace("{name}", name));
    } catch (error) {
      console.warn(error);
      window.lens.tell(said().failedPicture);
    }
  }

  document.addEventListener("click", function (event) {
    if (!(event.target instanceof Element) || event.defaultPrevented || event.button !== 0) return;
    const button = event.target.closest("[data-lens-picture]");
    if (button) keep(button);
    const link = event.target.closest(
      'a[download][href^="/export/"], a[download][href^="/reports/file/"]',
    );
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    download(link);
  });
})();
