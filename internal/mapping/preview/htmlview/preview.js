"use strict";
// The page of a preview. Data is read from the page itself; everything is shown as text. Long lists hold only the rows in sight, one listener
// serves each list, and what lights up is looked up by number: the work of pointing at a cell does not grow with the file.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // say is a text in the page's language, with its values; counted a number with its noun, for one and for more.
  const say = (text, ...values) => { let n = 0; return (data.words[text] ?? text).replace(/%(?:\[(\d)\])?s/g, (_, which) => String(values[which ? which - 1 : n++])); };
  const number = (text) => String(text).replace(/^(-?)(\d+)(?:\.(\d+))?$/, (_, sign, whole, part) => sign + whole.replace(/\B(?=(\d{3})+$)/g, data.marks[1]) + (part === undefined ? "" : data.marks[0] + part));
  const counted = (n, nouns) => number(n) + " " + say(nouns).split("|")[n === 1 ? 0 : 1];
  const at = (id) => document.getElementById(id);
  const el = (tag, cls, text) => {
    const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text;
    return e;
  };
  const button = (text, act) => { const b = el("button", "", text); b.type = "button"; b.addEventListener("click", act); return b; };
  // alone keeps a title that is written from right to left from turning around what stands beside it.
  const alone = (text) => text ? "\u2068" + text + "\u2069" : "";
  const textOf = (cell) => typeof cell === "string" ? cell : cell.t;
  const rowHeight = 26;

  // --- a list of which only the rows in sight are in the page
  class List {
    constructor(box, make) {
      this.box = box; this.make = make; this.items = []; this.rows = new Map();
      this.heads = el("div", "heads"); this.space = el("div", "space");
      box.append(this.heads, this.space);
      let waiting = false;
      const later = () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; this.show(); }); } };
      box.addEventListener("scroll", later, { passive: true });
      new ResizeObserver(later).observe(box);
    }
    set(items) {
      this.items = items;
      this.space.style.height = items.length * rowHeight + "px";
      this.again();
    }
    again() { this.rows.forEach((row) => row.remove()); this.rows.clear(); this.show(); }
    first() { return Math.floor(this.box.scrollTop / rowHeight); }
    show() {
      if (this.whole) return;
      const from = Math.max(0, this.first() - 6);
      const to = Math.min(this.items.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / rowHeight) + 6);
      for (const [i, row] of this.rows) if (i < from || i >= to) { row.remove(); this.rows.delete(i); }
      for (let i = from; i < to; i++) if (!this.rows.has(i)) this.add(i);
      if (this.onshow) this.onshow();
    }
    add(i) {
      const row = this.make(this.items[i], i);
      row.style.top = i * rowHeight + "px";
      this.rows.set(i, row);
      this.space.append(row);
    }
    reveal(i) {
      if (i < 0) return;
      const top = i * rowHeight, room = this.box.clientHeight - rowHeight;
      if (top < this.box.scrollTop) this.box.scrollTop = top;
      else if (top + rowHeight > this.box.scrollTop + room) this.box.scrollTop = top + rowHeight - room;
      this.show();
    }
    // print puts every row into the page, in order; done takes them out again.
    print() { this.rows.forEach((row) => row.remove()); this.rows.clear(); this.whole = true; this.items.forEach((_, i) => this.add(i)); }
    printed() { this.whole = false; this.again(); }
  }

  // --- what is looked at
  let doc = -1;            // the document on the left
  let hot = null;          // what is pointed at: {line, cell} | {post} | {node}
  let held = false;        // a click holds it
  let query = "";
  const lit = { nodes: new Set(), posts: new Set(), lines: new Map() }; // lines: number → set of cells, or null for the whole row

  const linesByDoc = data.docs.map(() => []);
  data.lines.forEach((l, i) => { if (l.d >= 0) linesByDoc[l.d].push(i); });
  const sourceOf = (line, s) => s < 0 ? data.common[-1 - s] : data.docs[line.d].src[s];

  // --- the file's rows
  const used = data.records.map((r) => r.fields.map(() => 0)); // the longest text of each column
  data.lines.forEach((l) => { if (l.k !== "heading") l.c.forEach((c, i) => { used[l.r][i] = Math.max(used[l.r][i] || 0, textOf(c).length); }); });
  const grid = new List(at("grid"), gridRow);
  let columns = [];
  function chooseColumns() {
    const all = at("blank").checked;
    columns = data.records.map((r, i) => r.fields.map((f, j) => j).filter((j) => r.fields[j].c > 0 && (all || used[i][j] > 0)));
  }
  const widths = (record) => "3.6em " + columns[record].map((j) => {
    const f = data.records[record].fields[j];
    return "calc(" + Math.min(36, Math.max(used[record][j], Math.min(f.h.length, 16)) + 0.5) + "ch + 1rem)";
  }).join(" ");
  function gridHeads(record) {
    if (grid.record === record && grid.heads.childElementCount) return;
    grid.record = record;
    grid.heads.replaceChildren(el("span", "", say("line")));
    grid.heads.setAttribute("role", "row");
    if (record < 0) return;
    grid.heads.style.gridTemplateColumns = widths(record);
    for (const j of columns[record]) {
      const f = data.records[record].fields[j], h = el("span", f.num ? "r" : "", f.h);
      h.setAttribute("role", "columnheader");
      h.title = f.c + " " + f.n;
      grid.heads.append(h);
    }
  }
  grid.onshow = () => {
    const i = hot && hot.line !== undefined ? hot.line : (grid.items.slice(grid.first(), grid.first() + 3).find((x) => x.line !== undefined) || {}).line;
    if (i !== undefined) gridHeads(data.lines[i].r);
    grid.space.style.minWidth = grid.heads.offsetWidth + "px";
  };

  function gridItems() {
    const items = [], words = query.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0, total = 0;
    data.files.forEach((file, f) => {
      items.push({ file: f });
      let before = -2;
      data.lines.forEach((l, i) => {
        if (l.f !== f) return;
        if (l.k === "heading") return;
        total++;
        if (words.length && !words.every((w) => hay(i).includes(w))) return;
        shown++;
        if (l.d !== before && l.d >= 0) items.push({ doc: l.d });
        before = l.d;
        items.push({ line: i });
      });
    });
    const out = data.docs.map((d, i) => i).filter((i) => data.docs[i].file < 0 && (!words.length || words.every((w) => docHay(i).includes(w))));
    if (out.length) items.push({ text: say("In no file:") });
    out.forEach((i) => items.push({ doc: i }));
    grid.lineAt = new Map();
    items.forEach((x, i) => { if (x.line !== undefined) grid.lineAt.set(x.line, i); });
    grid.docAt = new Map();
    items.forEach((x, i) => { if (x.doc !== undefined && !grid.docAt.has(x.doc)) grid.docAt.set(x.doc, i); });
    at("count").textContent = words.length ? say("%s of %s", number(shown), counted(total, "row|rows")) : counted(total, "row|rows");
    grid.set(items);
  }
  const hays = [], docHays = [];
  const hay = (i) => hays[i] ??= (data.lines[i].c.map(textOf).join("\n") + "\n" + (data.lines[i].d >= 0 ? docHay(data.lines[i].d) : "")).toLowerCase();
  const docHay = (i) => docHays[i] ??= [data.docs[i].label, data.docs[i].id, data.docs[i].title, ...(data.docs[i].err || [])].join("\n").toLowerCase();

  function gridRow(item) {
    if (item.line === undefined) return bandRow(item);
    const l = data.lines[item.line], row = el("div", "row" + (l.k === "record" ? "" : " special"));
    row.dataset.line = item.line;
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", item.line + 1);
    row.style.gridTemplateColumns = widths(l.r);
    row.append(el("span", "number r", String(l.l)));
    for (const j of columns[l.r]) {
      const c = l.c[j], f = data.records[l.r].fields[j], cell = el("div", f.num ? "r" : "", textOf(c));
      cell.setAttribute("role", "gridcell");
      cell.id = "c" + item.line + "-" + j;
      cell.dataset.cell = j;
      if (data.records.length > 1) cell.title = data.records[l.r].name + ": " + f.h;
      if (typeof c !== "string" && c.x) cell.classList.add("changed");
      row.append(cell);
    }
    paintRow(row);
    return row;
  }
  function bandRow(item) {
    const row = el("div", "row band");
    row.setAttribute("role", "row");
    const text = el("span");
    text.setAttribute("role", "gridcell");
    if (item.file !== undefined) {
      const f = data.files[item.file];
      text.append(el("b", "", f.name), "  " + counted(f.docs, "document|documents") + ", " + counted(f.lines, "line|lines") + (f.group ? ", " + f.group : "") + (f.totals ? " · " + f.totals : "") + (f.err ? " · " + f.err : ""));
      if (f.err) row.classList.add("held");
    } else if (item.text) {
      text.append(el("b", "", item.text));
      row.classList.add("held");
    } else {
      const d = data.docs[item.doc];
      row.dataset.doc = item.doc;
      text.append(el("b", "", d.label), "  " + alone(d.title) + (d.debit ? " · " + number(d.debit) + " " + d.cur : "") + (d.err ? " · " + say("held: %s", d.err.join("; ")) : ""));
      if (d.err) row.classList.add("held");
    }
    row.append(text);
    return row;
  }
  // paintRow gives a row the colours of what is lit.
  function paintRow(row) {
    const i = Number(row.dataset.line), cells = lit.lines.get(i);
    row.classList.toggle("here", data.lines[i].d === doc && doc >= 0);
    row.classList.toggle("lit", cells === null);
    for (const cell of row.querySelectorAll(".hot, .lit, .held-fast")) cell.classList.remove("hot", "lit", "held-fast");
    if (cells) for (const j of cells) { const c = row.querySelector('[data-cell="' + j + '"]'); if (c) c.classList.add("lit"); }
    if (hot && hot.line === i) {
      const c = row.querySelector('[data-cell="' + hot.cell + '"]');
      if (c) { c.classList.add("hot"); c.classList.toggle("held-fast", held); }
    }
  }

  // --- debits and credits
  const role = (name) => say(name.replaceAll("_", " "));
  const postWidths = "2.6em minmax(5em, 1.3fr) minmax(5.4em, 1fr) minmax(4.6em, 5.6em) minmax(4.6em, 5.6em)";
  const postings = new List(at("postings-list"), (p) => {
    const row = el("div", "row");
    row.setAttribute("role", "row");
    row.dataset.post = p.n;
    row.style.gridTemplateColumns = postWidths;
    [[p.n, "r"], [role(p.role), ""], [[p.acc, p.party].filter(Boolean).join(" "), ""], [number(p.d), "r"], [number(p.c), "r"]].forEach(([text, cls]) => {
      const c = el("span", cls, String(text));
      c.title = c.textContent;
      c.setAttribute("role", "cell");
      row.append(c);
    });
    paintPost(row);
    return row;
  });
  postings.heads.style.gridTemplateColumns = postWidths;
  postings.heads.setAttribute("role", "row");
  [["", "r"], [say("role"), ""], [say("account"), ""], [say("debit"), "r"], [say("credit"), "r"]].forEach(([h, cls]) => { const e = el("span", cls, h); e.setAttribute("role", "columnheader"); postings.heads.append(e); });
  function paintPost(row) {
    const n = Number(row.dataset.post);
    row.classList.toggle("lit", lit.posts.has(n));
    row.classList.toggle("hot", !!hot && hot.post === n);
  }

  // --- the document's fields: nodes are numbered in document order, children are made when their parent opens
  let nodes = [], litNodes = [];
  function plant() {
    nodes = [];
    const tree = at("tree");
    tree.replaceChildren();
    const number = (branch, parent) => {
      const node = { id: nodes.length, name: branch[0], parent, open: false };
      nodes.push(node);
      if (branch.length === 3) { node.kind = branch[1]; node.children = branch[2].map((b) => number(b, node)); } else node.text = branch[1];
      return node;
    };
    if (doc < 0) return;
    const roots = data.docs[doc].tree.map((b) => number(b, null));
    roots.forEach((r) => tree.append(grow(r)));
    roots.forEach((r) => { if (r.kind === "o" && r.children.length < 60) unfold(r); });
  }
  function grow(node) {
    if (!node.children) {
      node.el = el("div", "leaf");
      const name = el("span");
      node.name.split(/(?=[A-Z])/).forEach((part, i) => { if (i) name.append(el("wbr")); name.append(part); });
      node.el.append(name, el("b", "", node.text));
      node.mark = node.el;
    } else {
      node.el = el("details");
      node.mark = el("summary", "", node.name + " ");
      node.mark.append(el("span", "quiet", node.kind === "a" ? counted(node.children.length, "item|items") : ""));
      node.el.append(node.mark);
    }
    node.mark.dataset.node = node.id;
    return node.el;
  }
  function fill(node) {
    if (node.filled || !node.children) return;
    node.filled = true;
    node.children.forEach((c) => node.el.append(grow(c)));
  }
  function unfold(node) {
    for (let n = node; n; n = n.parent) if (n.children) path.push(n);
    while (path.length) { const n = path.pop(); fill(n); n.el.open = true; }
  }
  const path = [];
  at("tree").addEventListener("toggle", (e) => { const s = e.target.firstChild; if (e.target.open && s) fill(nodes[Number(s.dataset.node)]); }, true);

  function choose(i) {
    if (i === doc) return;
    doc = i;
    const d = data.docs[i];
    at("picker").value = String(i);
    const facts = at("document-facts");
    facts.replaceChildren(el("b", "", d.label), " " + [data.words["type:" + d.type] ?? d.type, d.cur, alone(d.title)].filter(Boolean).join(" · "));
    (d.err || []).forEach((text) => facts.append(el("div", "bad", say("held: %s", text))));
    (d.warn || []).forEach((text) => facts.append(el("div", "", text)));
    plant();
    postings.box.scrollTop = 0;
    postings.set(d.post);
    at("postings-total").replaceChildren(d.sums.length ? sumsTable(d.sums) : el("p", "quiet", say("no posting lines")));
    seek();
    grid.rows.forEach((row) => { if (row.dataset.line) paintRow(row); });
  }

  // --- totals of both sides: what the document says, and what the rows of the file say; what differs is red
  function sumsTable(rows) {
    const table = el("table", "sums"), head = table.createTHead().insertRow(), body = table.createTBody();
    ["", "", say("debit"), say("credit")].forEach((h) => { const th = el("th", "", h); th.scope = "col"; head.append(th); });
    rows.forEach((r, i) => {
      const row = body.insertRow();
      if (r.bad) row.className = "bad";
      if (i && rows[i - 1].cur !== r.cur) row.classList.add("next");
      const name = el("th", "", say(r.l));
      name.scope = "row";
      row.append(name, el("td", "", r.cur), el("td", "r", number(r.d)), el("td", "r", number(r.c)));
    });
    return table;
  }
  function allSums() {
    const wrong = data.sums.some((r) => r.bad && r.l !== "in no file"), bad = data.sums.some((r) => r.bad), lines = data.sums.filter((r) => r.l === "posting lines" || r.l === "amounts of the document");
    const text = wrong ? say("The file does not say what the documents say") : bad ? say("Some documents are in no file") : lines.map((r) => say("%s debit %s, credit %s", r.cur, number(r.d), number(r.c))).join(" · ");
    at("sums-head").append(el("b", "", say("Totals")), " ", el("span", bad ? "bad-text" : "", text || say("none")));
    at("sums-all").append(sumsTable(data.sums));
    at("sums").open = bad;
    data.amounts.forEach((a) => at("sums-amounts").append(el("li", "", a)));
  }

  // --- pointing
  function point(to) {
    if (same(to, hot)) return;
    const before = new Set([...lit.lines.keys(), hot ? hot.line : -1]);
    hot = to;
    lit.nodes.clear(); lit.posts.clear(); lit.lines.clear();
    if (hot) {
      if (hot.line !== undefined) fromCell(data.lines[hot.line], hot.cell);
      else if (hot.post !== undefined) fromPosting(hot.post);
      else fromNode(hot.node);
    }
    paint(before);
    why();
  }
  const same = (a, b) => a === b || !!a && !!b && a.line === b.line && a.cell === b.cell && a.post === b.post && a.node === b.node;
  function fromCell(line, cell) {
    if (line.d >= 0 && line.d !== doc) choose(line.d);
    if (line.d < 0) return;
    (line.p || []).forEach((n) => lit.posts.add(n));
    const c = line.c[cell];
    if (typeof c === "string") return;
    (c.s || []).forEach((s) => (sourceOf(line, s).f || []).forEach((f) => { if (f.n >= 0) lit.nodes.add(f.n); }));
  }
  function fromPosting(n) {
    const p = data.docs[doc].post.find((x) => x.n === n);
    if (p && p.node >= 0) lit.nodes.add(p.node);
    linesByDoc[doc].forEach((i) => { if ((data.lines[i].p || []).includes(n)) lit.lines.set(i, null); });
  }
  function fromNode(id) {
    const sources = new Set();
    data.docs[doc].src.forEach((s, i) => { if ((s.f || []).some((f) => f.n === id)) sources.add(i); });
    if (!sources.size) return;
    linesByDoc[doc].forEach((i) => data.lines[i].c.forEach((c, j) => {
      if (typeof c === "string" || !(c.s || []).some((s) => sources.has(s))) return;
      if (!lit.lines.has(i)) lit.lines.set(i, new Set());
      lit.lines.get(i).add(j);
    }));
  }
  // paint changes only what was lit, and what is lit now.
  function paint(before) {
    for (const i of new Set([...before, ...lit.lines.keys(), hot ? hot.line : -1])) {
      const row = grid.rows.get(grid.lineAt.get(i));
      if (row) paintRow(row);
    }
    postings.rows.forEach(paintPost);
    litNodes.forEach((n) => n.mark.classList.remove("lit"));
    litNodes = [];
    let shown = false;
    for (const id of lit.nodes) {
      const n = nodes[id];
      if (!n) continue;
      if (n.parent) unfold(n.parent);
      n.mark.classList.add("lit");
      litNodes.push(n);
      if (!shown && (!hot || hot.node === undefined)) { n.mark.scrollIntoView({ block: "nearest" }); shown = true; }
    }
    if (hot && hot.line !== undefined && lit.posts.size) postings.reveal(postings.items.findIndex((p) => lit.posts.has(p.n)));
    grid.onshow();
    const active = hot && hot.line !== undefined ? "c" + hot.line + "-" + hot.cell : "";
    if (active) at("grid").setAttribute("aria-activedescendant", active); else at("grid").removeAttribute("aria-activedescendant");
  }

  // --- where it came from
  const visible = (s) => s.replace(/\r?\n/g, "⏎").replace(/\t/g, "⇥");
  function why() {
    const box = at("why-text");
    at("why-head").textContent = say("Where it came from");
    if (!hot) return;
    if (hot.line !== undefined) return whyCell(box, data.lines[hot.line], hot.cell);
    box.replaceChildren();
    if (hot.post !== undefined) {
      const p = data.docs[doc].post.find((x) => x.n === hot.post);
      box.append(el("p", "", say("Posting line %s:", p.n) + " " + [role(p.role), p.acc && say("account %s", p.acc), p.party && say("party %s", p.party), (p.d ? say("debit %s", number(p.d)) : say("credit %s", number(p.c))) + " " + data.docs[doc].cur].filter(Boolean).join(", ") + "."));
      box.append(el("p", "quiet", lit.lines.size ? say("It became %s of the file.", counted(lit.lines.size, "row|rows")) : say("No row of the file came from it.")));
      return;
    }
    const n = nodes[hot.node];
    box.append(el("p", "", n.name + (n.text !== undefined ? " = " + visible(n.text) : "")));
    box.append(el("p", "quiet", lit.lines.size ? say("It is used in %s of the file.", counted([...lit.lines.values()].reduce((sum, s) => sum + s.size, 0), "cell|cells")) : say("No cell of the file uses it.")));
  }
  function whyCell(box, line, cell) {
    const f = data.records[line.r].fields[cell], c = line.c[cell], more = typeof c === "string" ? {} : c;
    at("why-head").replaceChildren(say("Where it came from"), el("small", "", say("%s, line %s", data.files[line.f].name, line.l) + (held ? " · " + say("kept here: Escape lets go") : "")));
    const head = el("p");
    head.append(el("b", "", f.c + " " + f.h), " ", el("span", "code big", visible(textOf(c)) || say("(blank)")));
    if (more.v !== undefined) head.append("  " + say("the value is") + " ", el("code", "", visible(more.v)));
    if (more.w !== undefined) head.append("  " + say("written as") + " ", el("code", "", '"' + visible(more.w) + '"'));
    const parts = el("div", "columns");
    const part = (title, ...what) => { const p = el("div"); p.append(el("h3", "", title), ...what); parts.append(p); return p; };
    const formula = el("div", "code", f.f || say("(no value)"));
    part(say("Formula"), formula, ...(f.at ? [el("span", "at", f.at)] : []));
    const names = el("ul");
    (more.s || []).forEach((s) => {
      const src = sourceOf(line, s), li = el("li");
      li.append(el("code", "", src.n), " = ", el("b", "", visible(src.v) || say("(blank)")));
      (src.f || []).forEach((x) => li.append(el("div", "quiet code", x.p + (x.r !== undefined && x.r !== src.v ? " = " + visible(x.r) : ""))));
      if (data.meanings[src.m]) li.append(el("div", "quiet", data.meanings[src.m]));
      names.append(li);
    });
    if (names.childElementCount) part(say("What it read"), names);
    (more.l || []).forEach((i) => {
      const k = data.lookups[i], table = el("table"), top = el("tr"), row = el("tr");
      k.row.forEach(([h, text]) => { top.append(el("th", "", h)); row.append(el("td", h === k.col ? "lit" : "", text)); });
      table.append(top, row);
      part(k.def ? say("Looked up in %s (row with *)", k.t) : say("Looked up in %s", k.t), el("span", "at", k.cell), table, el("div", "quiet", say("for %s", k.key)));
    });
    if (line.w) part(say("The row is there because"), el("code", "", line.w));
    const rules = el("ul");
    (more.x || []).forEach((text) => rules.append(el("li", "done", text)));
    f.r.forEach((text) => rules.append(el("li", "", text)));
    part(say("What the template demands"), rules);
    box.replaceChildren(head, parts);
    box.scrollTop = 0;
  }

  // --- mouse: one listener for each list
  const cellUnder = (e) => {
    const cell = e.target.closest("[data-cell]"), row = e.target.closest("[data-line]");
    return cell && row ? { line: Number(row.dataset.line), cell: Number(cell.dataset.cell) } : null;
  };
  at("grid").addEventListener("mouseover", (e) => { if (held) return; const to = cellUnder(e); if (to) point(to); });
  at("grid").addEventListener("click", (e) => {
    const to = cellUnder(e), band = e.target.closest("[data-doc]");
    if (to) { held = !(held && same(to, hot)); const was = hot; hot = null; point(to); if (same(was, to)) grid.rows.forEach((row) => { if (row.dataset.line) paintRow(row); }); } else if (band) choose(Number(band.dataset.doc));
  });
  at("postings-list").addEventListener("mouseover", (e) => { const row = e.target.closest("[data-post]"); if (!held && row) point({ post: Number(row.dataset.post) }); });
  at("postings-list").addEventListener("click", (e) => { const row = e.target.closest("[data-post]"); if (row) { point({ post: Number(row.dataset.post) }); reveal(); } });
  at("tree").addEventListener("mouseover", (e) => { const n = e.target.closest("[data-node]"); if (!held && n) point({ node: Number(n.dataset.node) }); });
  at("tree").addEventListener("click", (e) => { const n = e.target.closest(".leaf[data-node]"); if (n) { point({ node: Number(n.dataset.node) }); reveal(); } });
  // reveal brings the first row that is lit into sight.
  function reveal() {
    for (const i of [...lit.lines.keys()].sort((a, b) => a - b)) if (grid.lineAt.has(i)) return grid.reveal(grid.lineAt.get(i));
  }
  function letGo() { held = false; if (hot && hot.line !== undefined) { const row = grid.rows.get(grid.lineAt.get(hot.line)); if (row) paintRow(row); why(); } }

  // --- keyboard
  function step(dy, dx) {
    const items = grid.items;
    let i = hot && hot.line !== undefined && grid.lineAt.has(hot.line) ? grid.lineAt.get(hot.line) : -1;
    let cell = hot && hot.cell !== undefined ? hot.cell : 0;
    if (i < 0) { dy = 1; i = grid.first() - 1; }
    if (dy) {
      const way = Math.sign(dy);
      let left = Math.abs(dy), next = i;
      while (left > 0 && next + way >= 0 && next + way < items.length) { next += way; if (items[next].line !== undefined) { i = next; left--; } }
    }
    if (i < 0 || items[i].line === undefined) return;
    const line = items[i].line, cols = columns[data.lines[line].r];
    let k = Math.max(0, cols.findIndex((j) => j >= cell));
    if (dx) k = Math.min(cols.length - 1, Math.max(0, k + dx));
    grid.reveal(i);
    held = false;
    point({ line, cell: cols[k] });
    const c = at("c" + line + "-" + cols[k]);
    if (c) c.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  at("grid").addEventListener("keydown", (e) => {
    const page = Math.max(1, Math.floor(grid.box.clientHeight / rowHeight) - 2);
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [page, 0], PageUp: [-page, 0], Home: [e.ctrlKey ? -1e9 : 0, -1e9], End: [e.ctrlKey ? 1e9 : 0, 1e9] };
    if (moves[e.key]) { step(...moves[e.key]); e.preventDefault(); } else if (e.key === "Enter" && hot && hot.line !== undefined) { held = !held; const row = grid.rows.get(grid.lineAt.get(hot.line)); if (row) paintRow(row); why(); }
  });
  at("postings-list").addEventListener("keydown", (e) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!way || doc < 0 || !postings.items.length) return;
    e.preventDefault();
    const i = Math.min(postings.items.length - 1, Math.max(0, postings.items.findIndex((p) => hot && p.n === hot.post) + way));
    held = false;
    postings.reveal(i);
    point({ post: postings.items[i].n });
    reveal();
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && document.activeElement !== at("search")) { e.preventDefault(); at("search").focus(); }
    if (e.key === "Escape") { if (document.activeElement === at("search") && query) { at("search").value = ""; find(); } else letGo(); }
  });

  // --- search, picker, findings
  function find() { query = at("search").value.trim(); gridItems(); seek(); }
  let found = [];
  // seek marks the fields of the document in which the words stand.
  function seek() {
    found.forEach((n) => n.mark.classList.remove("found"));
    found = [];
    if (!query || doc < 0) return;
    const word = query.toLowerCase();
    for (const n of nodes) {
      if (found.length >= 50) break;
      if (n.text === undefined || !n.text.toLowerCase().includes(word) && !n.name.toLowerCase().includes(word)) continue;
      if (n.parent) unfold(n.parent);
      n.mark.classList.add("found");
      found.push(n);
    }
    if (found.length) found[0].mark.scrollIntoView({ block: "nearest" });
  }
  let soon = 0;
  at("search").addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(find, data.lines.length > 500 ? 120 : 0); });
  at("blank").addEventListener("change", () => { chooseColumns(); grid.record = -1; gridItems(); });
  data.docs.forEach((d, i) => {
    const o = el("option", "", (d.err ? "✗ " : "") + d.label + (d.title ? " – " + alone(d.title) : ""));
    o.value = i;
    at("picker").append(o);
  });
  function go(i) {
    if (i < 0 || i >= data.docs.length) return;
    choose(i);
    if (grid.docAt.has(i)) { grid.box.scrollTop = grid.docAt.get(i) * rowHeight; grid.show(); }
  }
  at("picker").addEventListener("change", () => go(Number(at("picker").value)));
  at("previous").addEventListener("click", () => go(doc - 1));
  at("next").addEventListener("click", () => go(doc + 1));
  const bad = data.findings.filter((f) => f.sev === "error").length;
  const fb = at("findings-button");
  fb.textContent = data.findings.length === 0 ? say("No findings") : counted(data.findings.length, "finding|findings");
  fb.classList.toggle("bad", bad > 0);
  fb.disabled = data.findings.length === 0;
  fb.addEventListener("click", () => { const box = at("findings"); box.hidden = !box.hidden; fb.setAttribute("aria-expanded", String(!box.hidden)); });
  data.findings.forEach((f) => {
    const li = el("li", f.sev), text = (f.at ? f.at + ": " : "") + f.why;
    if (f.d >= 0) li.append(button(text, () => go(f.d))); else li.textContent = text;
    at("findings-list").append(li);
  });

  // --- print: the file's rows, all of them, with the headings of each kind of record
  function beforePrint() {
    grid.kept = grid.items;
    const items = [];
    let record = -1;
    grid.items.forEach((x) => { if (x.line !== undefined && data.lines[x.line].r !== record) { record = data.lines[x.line].r; items.push({ heads: record }); } items.push(x); });
    grid.items = items;
    grid.make = (item, i) => {
      const row = item.heads === undefined ? gridRow(item) : el("div", "row printed-heads");
      const record = item.heads !== undefined ? item.heads : item.line !== undefined ? data.lines[item.line].r : -1;
      if (record >= 0) row.style.gridTemplateColumns = "2.5em " + columns[record].map((j) => (3 + Math.min(24, Math.max(3, used[record][j]))) + "fr").join(" ");
      if (item.heads !== undefined) row.append(el("span", "", ""), ...columns[record].map((j) => el("span", data.records[record].fields[j].num ? "r" : "", data.records[record].fields[j].h)));
      return row;
    };
    grid.print();
  }
  function afterPrint() { grid.make = gridRow; grid.items = grid.kept; grid.printed(); }
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);

  // --- begin
  // moment writes the time of the company, whose zone stands behind it, as the language does.
  const moment = (text) => new Intl.DateTimeFormat(data.lang === "en" ? "en-GB" : data.lang, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(new Date(text.slice(0, 16).replace(" ", "T") + "Z")) + text.slice(16);
  at("title").replaceChildren(say("Preview of %s", data.mapping), el("small", "", data.title));
  at("file-head").append(el("small", "", say("as made %s by mapping version %s", moment(data.made), data.version.slice(0, 12)) + (data.note ? "; " + data.note : "")));
  allSums();
  chooseColumns();
  if (data.docs.length) choose(0);
  gridItems();
  const first = data.lines.findIndex((l) => l.k === "record");
  if (first >= 0) gridHeads(data.lines[first].r);
  // #L7C3 points at a cell: line 7, column 3 of the first file that has them.
  const wanted = /^#L(\d+)C(\d+)$/.exec(location.hash);
  if (wanted) {
    const i = data.lines.findIndex((l) => l.l === Number(wanted[1]) && l.k !== "heading");
    const cell = i < 0 ? -1 : data.records[data.lines[i].r].fields.findIndex((f) => f.c === Number(wanted[2]));
    if (cell >= 0) {
      grid.reveal(grid.lineAt.get(i));
      held = true;
      point({ line: i, cell });
      const c = at("c" + i + "-" + cell);
      if (c) c.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
})();
