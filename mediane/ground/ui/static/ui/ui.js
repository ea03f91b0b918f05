/* What pages gain when there is JavaScript. Everything works without it: links, forms, details. No handler in the page, nothing evaluated. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (words, n) => words.replace("{n}", n.toLocaleString(document.documentElement.lang));

  /* ---- Dialogs: a button with data-opens="#id" ---- */
  const open = (selector) => {
    const dialog = $(selector);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) open(opener.dataset.opens);
    if (event.target instanceof HTMLDialogElement) event.target.close(); // the veil
    const piece = event.target.closest(".doc[hx-target]"); // read beside its list: which one is marked
    if (piece) for (const other of $$(".doc", piece.closest(".docs"))) other === piece ? other.setAttribute("aria-current", "true") : other.removeAttribute("aria-current");
    for (const pick of $$("details.pick[open]")) if (!pick.contains(event.target)) pick.open = false;
  });

  /* ---- Keys: j k o x / ? g t; they can be switched off (WCAG 2.1.4) ---- */
  const OFF = "mediane.keys.off";
  const keysOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const typing = (node) => node.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const rows = () => $$("[data-list] tbody [role=row]:not(.work__group)");
  const here = () => rows().findIndex((row) => row.classList.contains("is-here"));
  const goTo = (index) => {
    const all = rows();
    if (!all.length) return;
    all.forEach((row) => row.classList.remove("is-here"));
    const row = all[Math.max(0, Math.min(all.length - 1, index))];
    row.classList.add("is-here");
    $(".work__parties", row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const pick of $$("details.pick[open]")) { pick.open = false; $("summary", pick).focus(); }
      if (typing(event.target) && event.target.type === "search") event.target.blur();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysOff() || $("dialog[open]")) return;
    const row = rows()[here()];
    const afterG = before === "g";
    before = event.key;
    const did = {
      j: () => goTo(here() + 1),
      k: () => goTo(here() < 0 ? 0 : here() - 1),
      o: () => $(".work__parties", row ?? document)?.click(),
      x: () => row && $(".pickbox", row)?.click(),
      "/": () => $("form.search input")?.focus(),
      "?": () => open("#keys"),
      t: () => afterG && $(".side__brand a")?.click(),
    }[event.key];
    if (!did) return;
    event.preventDefault();
    did();
  });

  /* ---- Bulk bar: shown once something is chosen, says how many ---- */
  const count = (form) => {
    const bar = $("[data-bulk]", form);
    if (!bar) return;
    const chosen = $$(".pickbox:checked", form);
    const words = $("[data-count]", bar);
    bar.hidden = chosen.length === 0;
    words.textContent = fill(chosen.length === 1 ? words.dataset.one : words.dataset.count, chosen.length);
    for (const row of $$("[data-list] tbody [role=row]", form)) row.classList.toggle("is-picked", Boolean($(".pickbox:checked", row)));
  };

  /* ---- Text fields: grow with their text, say how much is left ---- */
  const grow = (area) => {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto"; // set by script through the object model: allowed by the policy
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  const left = (words) => {
    const area = document.getElementById(words.dataset.counts);
    const most = area?.maxLength ?? -1;
    if (most < 0) return;
    const rest = most - area.value.length;
    const near = rest <= most / 5;
    if (!words.dataset.start) words.dataset.start = words.textContent;
    words.textContent = near ? fill(rest < 0 ? words.dataset.over : words.dataset.left, Math.abs(rest)) : words.dataset.start;
    words.classList.toggle("over", rest < 0);
    words.setAttribute("aria-live", near ? "polite" : "off");
  };

  /* ---- Files: one bar each, the page is asked again when all have gone ---- */
  const send = (form, input, data) => {
    const list = document.createElement("ul");
    list.className = "upload__list";
    const bar = document.createElement("progress");
    bar.max = 100;
    const line = document.createElement("li");
    line.className = "small";
    const words = document.createElement("span");
    words.setAttribute("role", "status");
    line.append(words, bar);
    list.append(line);
    input.after(list);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = Math.round((100 * event.loaded) / event.total);
      words.textContent = `${bar.value} %`;
    });
    // The answer is a whole page, as without JavaScript: it is simply shown.
    request.addEventListener("load", () => {
      if (request.responseURL && request.status < 400 && request.responseURL !== location.href) { location.assign(request.responseURL); return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const main = $("main", page);
      if (!main) { form.submit(); return; }
      $("main").replaceWith(main);
      document.title = page.title;
      window.htmx?.process(main);
      start(main);
    });
    request.addEventListener("error", () => { list.remove(); for (const button of $$("button", form)) button.disabled = false; form.dataset.plain = "1"; });
    request.send(data);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const input = $("[data-upload] input[type=file]", form);
    if (form.method === "post" && input?.files.length && !form.dataset.plain && !event.defaultPrevented && !event.submitter?.formAction.includes("#")) {
      event.preventDefault();
      const data = new FormData(form, event.submitter);
      for (const button of $$("button", form)) button.disabled = true;
      send(form, input, data);
      return;
    }
    // Once only: a second click must not send twice. 
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 5000); // an answer that is a file leaves the page where it is
    }
  });
  window.addEventListener("pageshow", () => { for (const form of $$("form[data-sent]")) delete form.dataset.sent; });

  /* ---- Files chosen: our words, their names ---- */
  const choose = (box) => {
    const input = $("input[type=file]", box);
    const said = $(".chooser__said", box);
    const names = $(".chooser__names", box);
    const tell = () => {
      const n = input.files.length;
      said.textContent = n === 0 ? box.dataset.none : fill(n === 1 ? box.dataset.one : box.dataset.some, n);
      names.replaceChildren(...[...input.files].map((file) => { const name = document.createElement("b"); name.textContent = file.name; return name; }));
    };
    box.classList.add("is-ready");
    input.addEventListener("change", tell);
    tell();
  };

  /* ---- A day: typed as it is written, or chosen in the browser's calendar ---- */
  const calendar = (box) => {
    const input = $("input", box);
    const native = document.createElement("input");
    if (!("showPicker" in native) || $(".day__pick", box) || input.readOnly || input.disabled) return;
    native.type = "date";
    native.className = "day__native";
    native.tabIndex = -1;
    native.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "day__pick";
    const label = input.labels?.[0]?.textContent.trim();
    button.setAttribute("aria-label", label ? `${box.dataset.words} : ${label}` : box.dataset.words);
    button.append($("template", box).content.cloneNode(true));
    button.addEventListener("click", () => {
      const parts = input.value.match(/^(\d{2})\/(\d{2})\/(\d{4})$/);
      native.value = parts ? `${parts[3]}-${parts[2]}-${parts[1]}` : "";
      native.showPicker();
    });
    native.addEventListener("change", () => {
      if (!native.value) return;
      input.value = native.value.split("-").reverse().join("/");
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
    box.append(native, button);
  };

  /* ---- Start, and start again on what htmx brings ---- */
  const start = (root) => {
    for (const node of $$("[data-opens][hidden]", root)) node.hidden = false;
    for (const box of $$("[data-keys-off]", root)) {
      box.checked = keysOff();
      box.addEventListener("change", () => { try { localStorage.setItem(OFF, box.checked ? "1" : "0"); } catch { /* private window */ } });
    }
    for (const area of $$("textarea", root)) { grow(area); area.addEventListener("input", () => grow(area)); }
    for (const words of $$("[data-counts]", root)) {
      left(words);
      document.getElementById(words.dataset.counts)?.addEventListener("input", () => left(words));
    }
    for (const form of $$("form", root)) if ($("[data-bulk]", form)) { count(form); form.addEventListener("change", () => count(form)); form.addEventListener("reset", () => setTimeout(() => count(form))); }
    const errors = $("[data-focus]", root);
    if (errors) errors.focus();
    for (const tabs of $$("[data-tabs]", root)) { const current = $("[aria-current]", tabs); if (current) tabs.scrollLeft = current.offsetLeft - 24; }
    for (const box of $$("[data-chooser]:not(.is-ready)", root)) choose(box);
    for (const box of $$("[data-day]", root)) calendar(box);
    for (const part of $$("[data-shown-with]", root)) {
      const [name, value] = part.dataset.shownWith.split("=");
      const form = part.closest("form");
      const show = () => { part.hidden = $(`[name="${name}"]:checked, select[name="${name}"]`, form)?.value !== value; };
      form.addEventListener("change", show);
      show();
    }
    for (const button of $$("[data-print][hidden]", root)) { button.hidden = false; button.addEventListener("click", () => window.print()); }
    for (const button of $$("[data-apply]", root)) button.hidden = true;
    for (const form of $$("[data-filters]", root)) form.addEventListener("change", () => form.requestSubmit());
    for (const filler of $$("[data-fills]", root)) {
      filler.hidden = false;
      filler.addEventListener("click", () => {
        const values = JSON.parse(filler.dataset.fills);
        for (const [name, value] of Object.entries(values)) { const field = $(`[name="${name}"]`); if (field) { field.value = value; } }
        $(`[name="${Object.keys(values)[0]}"]`)?.form?.querySelector("button[type=submit], button:not([type])")?.focus();
      });
    }
  };
  start(document);
  document.addEventListener("htmx:afterSettle", (event) => { start(event.detail.elt); });
  /* A page asked for while signed out answers with a whole page: show it rather than put it inside another. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.status >= 400 || (/<html/i.test(xhr.responseText.slice(0, 500)) && !requestConfig.elt.closest("[hx-select]"))) {
      event.detail.shouldSwap = false;
      location.assign(xhr.responseURL || location.href);
    }
  });
})();
