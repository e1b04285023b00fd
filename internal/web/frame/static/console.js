// What the console does beside its pages: a live run, "select all", passkeys. Every page works without it.
"use strict";
(() => {
  const live = document.querySelector("[data-live]");
  if (live && window.EventSource) {
    const source = new EventSource(live.dataset.live);
    const put = (name, text) => {
      const el = document.querySelector(`[data-put="${CSS.escape(name)}"]`);
      if (el && el.textContent !== text) el.textContent = text;
    };
    source.addEventListener("step", (e) => {
      const s = JSON.parse(e.data);
      put(`state-${s.step}`, s.state); put(`done-${s.step}`, s.done); put(`time-${s.step}`, s.time);
      const bar = document.querySelector(`[data-bar="${CSS.escape(s.step)}"]`);
      if (bar && s.total > 0) { bar.hidden = false; bar.max = s.total; bar.value = s.n; }
    });
    source.addEventListener("head", (e) => { put("head", JSON.parse(e.data).text); });
    source.addEventListener("line", (e) => {
      const l = JSON.parse(e.data), rows = document.querySelector("[data-lines]");
      if (!rows) return;
      const row = rows.insertRow(0);
      for (const text of [l.time, l.what, l.about, l.detail]) row.insertCell().textContent = text;
      while (rows.rows.length > 50) rows.deleteRow(-1);
    });
    source.addEventListener("end", () => { source.close(); location.reload(); });
  }
  for (const all of document.querySelectorAll("[data-all]")) {
    all.hidden = false;
    all.addEventListener("click", () => {
      for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.all)}"]`)) box.checked = true;
    });
  }
  const post = async (path, body) => {
    const r = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
    if (!r.ok) throw new Error(String(r.status));
    return r.json();
  };
  for (const button of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) break;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const path = button.dataset.passkey;
      try {
        const { publicKey } = await post(path + "/begin");
        const add = path.startsWith("/me/");
        const key = add
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
        const to = await post(add ? path + "/add" : path + "?next=" + encodeURIComponent(button.dataset.next || "/"), key.toJSON());
        location.assign(to.to);
      } catch {
        document.querySelector("[data-passkey-failed]").hidden = false;
      }
    });
  }
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
  document.addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    const box = document.querySelector("form[role=search] input");
    if (box) { e.preventDefault(); box.focus(); }
  });
})();
