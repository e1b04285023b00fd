// Reads files with @centrapay/swift-parser and prints, for each, read or refused, the number of entries and their sum in thousandths.
const parser = require("@centrapay/swift-parser"), fs = require("fs");
for (const name of process.argv.slice(2)) {
  const text = fs.readFileSync(name, "latin1");
  try {
    const all = parser.parse({ type: /^:34F:/m.test(text) ? "mt942" : "mt940", data: text, validate: true });
    const entries = all.flatMap((s) => s.transactions);
    console.log("read", entries.length, entries.reduce((sum, e) => sum + Math.round(Math.abs(e.amount) * 1000), 0));
  } catch (e) {
    console.log("refused 0 0");
  }
}
