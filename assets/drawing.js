/* What the browser shows of a figure, redrawn as SVG: charts as Plotly draws them, everything else
   (tiles, bars, keys, words) box by box and line by line from where the browser has put it. */
"use strict";
(function () {
  const SVG = "http://www.w3.org/2000/svg";
  const words = document.createElement("canvas").getContext("2d");

  function element(kind, attributes, into) {
    const made = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    into.append(made);
    return made;
  }

  function isClear(colour) {
    return !colour || colour === "transparent" || /, 0\)$/.test(colour);
  }

  function isShown(style) {
    return style.display !== "none" && style.visibility !== "hidden" && style.clipPath === "none";
  }

  /** Draw `node` and what is in it; `origin` is the corner that becomes 0, 0. */
  async function draw(node, origin, into) {
    if (node.nodeType === Node.TEXT_NODE) {
      write(node, origin, into);
      return;
    }
    // Where one can go from here is of no use in a picture.
    if (!(node instanceof Element) || node.matches(".sl-readout a")) return;
    const style = getComputedStyle(node);
    if (!isShown(style)) return;
    const rect = node.getBoundingClientRect();
    const place = {
      x: rect.left - origin.left, y: rect.top - origin.top, width: rect.width, height: rect.height,
    };
    if (node.matches(".js-plotly-plot")) {
      await chart(node, place, into);
      return;
    }
    box(place, style, into);
    beside(node, "::before", place, into);
    for (const child of node.childNodes) await draw(child, origin, into);
    beside(node, "::after", place, into);
  }

  async function chart(plot, place, into) {
    const address = await window.Plotly.toImage(plot, {
      format: "svg", width: Math.round(place.width), height: Math.round(place.height),
    });
    const source = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    const drawn = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
    drawn.setAttribute("x", place.x);
    drawn.setAttribute("y", place.y);
    into.append(document.importNode(drawn, true));
  }

  /** The ground of a box, its borders and its outline. */
  function box(place, style, into) {
    const { x, y, width, height } = place;
    if (!width || !height) return;
    const round = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2);
    const radius = style.borderTopLeftRadius.endsWith("%") ? width / 2 : round;
    const frame = { x: x, y: y, width: width, height: height, rx: radius };
    if (style.backgroundImage.includes("repeating-linear-gradient")) hatched(frame, into);
    else if (!isClear(style.backgroundColor)) {
      element("rect", { ...frame, fill: style.backgroundColor }, into);
    }
    const sides = ["Top", "Right", "Bottom", "Left"].map(function (side) {
      const isNone = ["none", "hidden"].includes(style[`border${side}Style`]);
      return {
        width: isNone ? 0 : parseFloat(style[`border${side}Width`]),
        colour: style[`border${side}Color`],
        isDashed: style[`border${side}Style`] === "dashed",
      };
    });
    const [top, right, bottom, left] = sides;
    if (sides.every(function (side) { return side.width && side.colour === top.colour; })) {
      line(frame, top.width, top.colour, top.isDashed, -top.width / 2, into);
    } else {
      edge(x, y, width, top.width, top.colour, into);
      edge(x, y + height - bottom.width, width, bottom.width, bottom.colour, into);
      edge(x, y, left.width, height, left.colour, into);
      edge(x + width - right.width, y, right.width, height, right.colour, into);
    }
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth)) {
      const thickness = parseFloat(style.outlineWidth);
      const reach = parseFloat(style.outlineOffset) + thickness / 2;
      line(frame, thickness, style.outlineColor, style.outlineStyle === "dashed", reach, into);
    }
  }

  function edge(x, y, width, height, colour, into) {
    if (!width || !height || isClear(colour)) return;
    element("rect", { x: x, y: y, width: width, height: height, fill: colour }, into);
  }

  /** A line around `frame`, `reach` outside its edge. */
  function line(frame, thickness, colour, isDashed, reach, into) {
    if (isClear(colour)) return;
    element("rect", {
      x: frame.x - reach, y: frame.y - reach,
      width: Math.max(0, frame.width + 2 * reach), height: Math.max(0, frame.height + 2 * reach),
      rx: Math.max(0, frame.rx + reach), fill: "none", stroke: colour, "stroke-width": thickness,
      ...(isDashed ? { "stroke-dasharray": "4 3" } : {}),
    }, into);
  }

  /** What is withheld: white with slanting lines. */
  function hatched(frame, into) {
    element("rect", { ...frame, fill: "#ffffff" }, into);
    const { x, y, width, height } = frame, step = 7;
    let path = "";
    for (let at = step; at < width + height; at += step) {
      const from = [x + Math.max(0, at - height), y + Math.min(at, height)];
      const to = [x + Math.min(at, width), y + Math.max(0, at - width)];
      path += `M${from}L${to}`;
    }
    element("path", { d: path, stroke: "#e6e6e6", fill: "none" }, into);
  }

  /** A mark that the style sheet puts beside an element: only such as stand at a place of their own
      have one that can be told. */
  function beside(node, which, place, into) {
    const style = getComputedStyle(node, which);
    if (["none", "normal"].includes(style.content) || !isShown(style)) return;
    const letters = /^"(.+?)"/.exec(style.content);
    if (letters && style.position === "static") short(letters[1], style, node, place, into);
    if (style.position !== "absolute" || getComputedStyle(node).position === "static") return;
    const [x, y, width, height] = ["left", "top", "width", "height"].map(function (name) {
      return parseFloat(style[name]);
    });
    if ([x, y, width, height].some(Number.isNaN)) return;
    const isWhole = style.boxSizing === "border-box";
    const more = isWhole ? 0 : 2 * parseFloat(style.borderTopWidth);
    box({ x: place.x + x, y: place.y + y, width: width + more, height: height + more }, style, into);
  }

  /** The first letters that stand for a name in a tile: in its middle, above its number. */
  function short(text, style, node, place, into) {
    const number = node.querySelector("b");
    const isAlone = !number || !isShown(getComputedStyle(number));
    const size = parseFloat(style.fontSize);
    element("text", {
      x: place.x + place.width / 2, y: place.y + place.height / 2 + (isAlone ? size / 3 : -size / 4),
      "text-anchor": "middle", fill: style.color, "font-family": style.fontFamily,
      "font-size": style.fontSize, "font-weight": style.fontWeight,
    }, into).textContent = text;
  }

  /** The lines of a text where the browser has broken it. */
  function write(node, origin, into) {
    if (!node.data.trim()) return;
    const style = getComputedStyle(node.parentElement);
    const range = document.createRange();
    const found = [];
    let offset = 0;
    for (const letter of node.data) {
      range.setStart(node, offset);
      offset += letter.length;
      range.setEnd(node, offset);
      const rect = range.getClientRects()[0];
      if (!rect || !rect.width) continue;
      const last = found[found.length - 1];
      if (last && Math.abs(last.rect.top - rect.top) < 2) last.text += letter;
      else found.push({ text: letter, rect: rect });
    }
    words.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    for (const { text, rect } of found) {
      const size = words.measureText(text);
      const whole = size.fontBoundingBoxAscent + size.fontBoundingBoxDescent;
      const base = rect.top + (rect.height * size.fontBoundingBoxAscent) / whole;
      element("text", {
        x: rect.left - origin.left, y: base - origin.top, fill: style.color,
        "font-family": style.fontFamily, "font-size": style.fontSize,
        "font-weight": style.fontWeight, style: "white-space:pre",
      }, into).textContent = text;
    }
  }

  window.lens = Object.assign(window.lens || {}, { draw: draw });
})();
