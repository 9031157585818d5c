// What only the browser can do. Each function is called from Shell/Browser.cs.

const prefix = "animarium.";

export function recall(name) {
  try { return localStorage.getItem(prefix + name); } catch { return null; } // storage may be switched off
}

export function remember(name, value) {
  try { localStorage.setItem(prefix + name, value); } catch { /* then the browser forgets */ }
}

// Text fields are written to only when the program changes them: typing never waits for the server.
export function setText(element, value) {
  if (element && element.value !== value) element.value = value;
}

export function caret(element) {
  return element.selectionStart;
}

export function replaceText(element, from, to, text) {
  element.focus();
  element.setRangeText(text, from, to, "end");
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

// Keys of a page. While a completion is open, its keys are its own.
export function watchKeys(target, page) {
  const typing = element => element.matches?.("input, textarea, select, [contenteditable]");
  const gone = new AbortController();
  // The page stays behind while another is shown, and hears nothing then.
  const listen = (name, heard) => document.addEventListener(name, event => { if (!page.closest("[hidden]")) heard(event); }, { signal: gone.signal });
  listen("keydown", event => {
    if (document.querySelector(".mud-dialog")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const field = document.activeElement;
      if (field?.matches?.("input, select")) field.dispatchEvent(new Event("change", { bubbles: true }));
      target.invokeMethodAsync("Pressed", "draw");
    } else if (!typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey && (/^[0-5]$/.test(event.key) || ["ArrowLeft", "ArrowRight", "Delete", "?", "Escape"].includes(event.key))) {
      event.preventDefault();
      target.invokeMethodAsync("Pressed", event.key);
    }
  });
  // A picture may be dropped anywhere, or pasted.
  let inside = 0;
  const hasFiles = event => event.dataTransfer?.types?.includes("Files");
  listen("dragenter", event => { if (hasFiles(event)) { inside++; page.classList.add("over-drop"); event.preventDefault(); } });
  listen("dragleave", event => { if (hasFiles(event) && --inside <= 0) { inside = 0; page.classList.remove("over-drop"); } });
  listen("dragover", event => { if (hasFiles(event)) event.preventDefault(); });
  // A stream of no bytes cannot be passed on.
  const send = file => target.invokeMethodAsync("Dropped", file.size > 0 ? DotNet.createJSStreamReference(file) : null, file.size);
  listen("drop", event => {
    inside = 0;
    page.classList.remove("over-drop");
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  });
  listen("paste", event => {
    const file = [...(event.clipboardData?.files ?? [])].find(candidate => candidate.type.startsWith("image/"));
    if (file) { event.preventDefault(); send(file); }
  });
  page.dataset.listens = ""; // from now on nothing is missed
  return { stop() { gone.abort(); } };
}

// Keys of a completion below a text field.
export function watchCompletion(element, target) {
  const pressed = event => {
    const list = element.parentElement.querySelector(".complete");
    if (!list || event.ctrlKey || event.metaKey || event.isComposing || !["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    target.invokeMethodAsync("CompletionKey", event.key);
  };
  element.addEventListener("keydown", pressed);
  return { stop() { element.removeEventListener("keydown", pressed); } };
}

// The mask: white where the picture is to be drawn anew, at the picture's own size. Strokes, inverting and clearing are steps that can all be undone.
export function painter(canvas, image, range) {
  const steps = [], colour = "#ff3b6b", gone = new AbortController(), heard = { signal: gone.signal };
  let stroke = null, erases = false;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const draw = step => {
    paint.fillStyle = paint.strokeStyle = colour;
    if (step.kind === "clear") {
      paint.clearRect(0, 0, canvas.width, canvas.height);
    } else if (step.kind === "invert") {
      paint.globalCompositeOperation = "xor";
      paint.fillRect(0, 0, canvas.width, canvas.height);
    } else {
      paint.globalCompositeOperation = step.erase ? "destination-out" : "source-over";
      paint.lineWidth = step.width;
      paint.lineCap = paint.lineJoin = "round";
      paint.beginPath();
      paint.moveTo(step.points[0][0], step.points[0][1]);
      for (const [x, y] of step.points) paint.lineTo(x, y);
      paint.lineTo(step.points.at(-1)[0] + 0.01, step.points.at(-1)[1]);
      paint.stroke();
    }
    paint.globalCompositeOperation = "source-over";
  };
  const redraw = () => { paint.clearRect(0, 0, canvas.width, canvas.height); steps.forEach(draw); };
  const add = step => { steps.push(step); draw(step); };
  const fit = () => { canvas.width = image.naturalWidth; canvas.height = image.naturalHeight; redraw(); };
  if (image.complete && image.naturalWidth) fit(); else image.addEventListener("load", fit, { once: true });
  // The pointer shows how large the brush is.
  const size = () => {
    const d = Number(range.value), ring = (r, c) => `<circle cx="${d / 2}" cy="${d / 2}" r="${r}" fill="none" stroke="${c}"/>`;
    canvas.style.cursor = `url('data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${d}" height="${d}">${ring(d / 2 - 1, "black")}${ring(d / 2 - 2, "white")}</svg>`)}') ${d / 2} ${d / 2}, crosshair`;
  };
  const resize = by => { range.value = Number(range.value) + by; size(); };
  size();
  range.addEventListener("input", size, heard);
  document.addEventListener("keydown", event => {
    if (canvas.closest("[hidden]") || event.target.matches?.("input:not([type=range]), textarea, select") || event.ctrlKey || event.metaKey || event.altKey || document.querySelector(".mud-dialog")) return;
    if (event.key === "[" || event.key === "]") { event.preventDefault(); resize(event.key === "[" ? -8 : 8); }
  }, heard);
  const at = event => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  canvas.addEventListener("pointerdown", event => {
    canvas.setPointerCapture(event.pointerId);
    stroke = { kind: "stroke", points: [at(event)], width: Number(range.value) * canvas.width / canvas.getBoundingClientRect().width, erase: erases };
    add(stroke);
  }, heard);
  canvas.addEventListener("pointermove", event => { if (stroke) { stroke.points.push(at(event)); redraw(); } }, heard);
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { stroke = null; }, heard);
  return {
    erase(on) { erases = on; },
    invert() { add({ kind: "invert" }); },
    undo() { steps.pop(); redraw(); },
    clear() { add({ kind: "clear" }); },
    isEmpty() { return steps.length === 0 || paint.getImageData(0, 0, canvas.width, canvas.height).data.every((value, i) => i % 4 !== 3 || value === 0); },
    stop() { gone.abort(); },
    async mask() {
      const out = new OffscreenCanvas(canvas.width, canvas.height), mask = out.getContext("2d");
      mask.drawImage(canvas, 0, 0);
      mask.globalCompositeOperation = "source-in";
      mask.fillStyle = "#fff";
      mask.fillRect(0, 0, out.width, out.height);
      mask.globalCompositeOperation = "destination-over";
      mask.fillStyle = "#000";
      mask.fillRect(0, 0, out.width, out.height);
      return await out.convertToBlob({ type: "image/png" });
    },
  };
}

// Tells how wide an element is, now and whenever it changes.
export function watchWidth(element, target) {
  const observer = new ResizeObserver(entries => target.invokeMethodAsync("Resized", entries[0].contentRect.width));
  observer.observe(element);
  return { stop() { observer.disconnect(); } };
}

export function toTop() {
  window.scrollTo(0, 0);
}

// Keys of pictures: of those that are chosen on a wall, or of the one that is shown large. What lies above them takes its own keys, and so does a text field; Escape leaves it.
export function watchPictures(element, target, keys) {
  const pressed = event => {
    const above = [...document.querySelectorAll(".mud-dialog")].at(-1);
    if (event.isComposing || event.altKey || above && !above.contains(element)) return;
    const key = (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + event.key;
    if (!keys.includes(key)) return;
    if (event.target.matches?.("input, textarea, select")) {
      if (key === "Escape") event.target.blur();
      return;
    }
    event.preventDefault();
    target.invokeMethodAsync("Pressed", key);
  };
  document.addEventListener("keydown", pressed);
  element.dataset.listens = ""; // from now on nothing is missed
  return { stop() { document.removeEventListener("keydown", pressed); } };
}

// One zoom and place for all pictures of a stage: wheel or pinch towards the pointer, then drag; a double click shows them whole. With keys: + - 0 and arrows.
export function zoomTogether(stage) {
  const pictures = [...stage.querySelectorAll("img")], touches = new Map(), stride = 60;
  let scale = 1, x = 0, y = 0, spread = 0;
  const show = () => { for (const picture of pictures) picture.style.transform = `translate(${x}px, ${y}px) scale(${scale})`; };
  const move = (right, down) => { if (scale > 1) { x += right; y += down; show(); } };
  // What is under the pointer stays there: the point is seen from the middle of the picture's own place.
  const zoom = (factor, event) => {
    const before = scale, box = event?.target.closest?.(".canvas")?.getBoundingClientRect();
    scale = Math.min(32, Math.max(1, scale * factor));
    if (scale === 1) { x = y = 0; show(); return; }
    const px = box ? event.clientX - box.left - box.width / 2 : 0, py = box ? event.clientY - box.top - box.height / 2 : 0;
    x = px - (px - x) * scale / before;
    y = py - (py - y) * scale / before;
    show();
  };
  const keys = { "+": () => zoom(1.25), "-": () => zoom(0.8), "0": () => zoom(0), ArrowLeft: () => move(stride, 0), ArrowRight: () => move(-stride, 0), ArrowUp: () => move(0, stride), ArrowDown: () => move(0, -stride) };
  stage.addEventListener("keydown", event => { if (keys[event.key] && !event.ctrlKey && !event.metaKey) { event.preventDefault(); keys[event.key](); } });
  stage.addEventListener("wheel", event => { event.preventDefault(); zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.06 : 0.002)), event); }, { passive: false });
  stage.addEventListener("dblclick", () => zoom(0));
  stage.addEventListener("pointerdown", event => { event.target.setPointerCapture(event.pointerId); touches.set(event.pointerId, event); spread = 0; });
  stage.addEventListener("pointermove", event => {
    const before = touches.get(event.pointerId);
    if (!before) return;
    touches.set(event.pointerId, event);
    if (touches.size === 2) {
      const [a, b] = [...touches.values()], now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (spread > 0) zoom(now / spread, event);
      spread = now;
    } else {
      move(event.clientX - before.clientX, event.clientY - before.clientY);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, event => touches.delete(event.pointerId));
  stage.dataset.listens = "";
}

// Rows that are moved by dragging their handle, or by the arrow keys on it. Works with mouse, finger and pen alike.
export function sortable(list, target) {
  const gone = new AbortController(), heard = { signal: gone.signal };
  const rows = () => [...list.children], rowOf = event => event.target.closest?.(".handle")?.closest("[data-row]");
  let moved = null;
  const move = async (from, to) => {
    if (to < 0 || to >= rows().length || to === from) return;
    const handle = rows()[from].querySelector(".handle");
    await target.invokeMethodAsync("Moved", from, to);
    handle.focus(); // a row that changes its place loses it
  };
  list.addEventListener("keydown", event => {
    const row = rowOf(event), step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!row || !step) return;
    event.preventDefault();
    move(rows().indexOf(row), rows().indexOf(row) + step);
  }, heard);
  const place = event => {
    const middles = rows().map(row => { const box = row.getBoundingClientRect(); return box.top + box.height / 2; });
    const from = rows().indexOf(moved);
    return middles.filter((middle, i) => i !== from && middle < event.clientY).length;
  };
  const mark = to => rows().forEach((row, i) => row.classList.toggle("target", i === to && row !== moved));
  list.addEventListener("pointerdown", event => {
    moved = rowOf(event);
    if (!moved) return;
    list.setPointerCapture(event.pointerId);
    moved.classList.add("moving");
  }, heard);
  list.addEventListener("pointermove", event => { if (moved) mark(place(event)); }, heard);
  for (const end of ["pointerup", "pointercancel"]) list.addEventListener(end, event => {
    if (!moved) return;
    const [from, to] = [rows().indexOf(moved), place(event)];
    moved.classList.remove("moving");
    moved = null;
    mark(-1);
    if (end === "pointerup") move(from, to);
  }, heard);
  return { stop() { gone.abort(); } };
}
