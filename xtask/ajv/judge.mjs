// Judges the JSON Schemas that flagstone exports, by generated specs: what ajv refuses, flagstone must
// refuse too; what only flagstone refuses is listed by rule. `cargo xtask ajv` installs ajv and starts
// this with the program, the folder to work in and the folder of a further catalog.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [program, folder, further] = process.argv.slice(2);
const Ajv = createRequire(join(folder, "package.json"))("ajv/dist/2020").default;
const SPECS = 800;
const METADATA = ["name", "owner", "description"];

function flagstone(...words) {
  const env = { PATH: process.env.PATH, HOME: folder };
  const options = { cwd: folder, env, encoding: "utf8", maxBuffer: 1 << 30 };
  const ended = spawnSync(program, words, options);
  if (ended.error) throw ended.error;
  try {
    return JSON.parse(ended.stdout);
  } catch {
    throw new Error(`flagstone ${words.join(" ")}: no JSON\n${ended.stdout}${ended.stderr}`);
  }
}

/** Numbers from a seed: the same specs in every run. */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TEXTS = ["orders", "acme", "team-orders", "Takes orders.", "pg_main", "x", "", "a@example.com",
  "Team.One_2", "kafka"];
const ODD = [null, null, "", "UPPER CASE", "ümläut", "a\nb", "x".repeat(300), 0, -1, 1023, 65536, 8080.5, 1e21,
  true, "true", "8080", [], ["a"], ["kafka", "kafka"], {}, { a: 1 }, "ghp_" + "a1".repeat(18), "$(x)",
  "${{ x }}", "{{ x }}", "it's", "\"", "-x-", "a--b", "1a", "a.", "none", "postgres", "gold", "live", ["grpc", null]];

function made(inputs, index, random) {
  const one = (list) => list[Math.floor(random() * list.length)];
  // Most specs are right or nearly so: a spec with ten mistakes shows only the first.
  const odd = [0, 0.02, 0.05, 0.1, 0.2, 0.3][Math.floor(random() * 6)];
  const right = (input) => {
    const { schema, kind, choices } = input;
    switch (kind) {
      case "choice": return one(choices);
      case "choices": return choices.filter(() => random() < 0.5);
      case "object": {
        const given = input.keys.filter(() => random() < 0.7);
        return Object.fromEntries(given.map((it) => [it.name, random() < odd ? one(ODD) : right(it)]));
      }
      case "boolean": return random() < 0.5;
      case "integer": case "number": {
        const low = schema.minimum ?? 0;
        return one([low, schema.maximum ?? low + 100, low + Math.floor(random() * 40)]);
      }
      default: {
        const pattern = new RegExp(schema.pattern ?? "", "u");
        const fitting = TEXTS.filter((it) => pattern.test(it) && it.length <= (schema.maxLength ?? 99));
        return one(fitting.length > 0 ? fitting : TEXTS);
      }
    }
  };
  const metadata = { name: `svc-${index}` };
  if (random() > odd) metadata.owner = "team-orders";
  if (random() < 0.2) metadata.description = one(random() < odd ? ODD : TEXTS);
  if (random() < odd / 2) metadata.name = one([`Svc_${index}`, `x--${index}`, `-${index}`, `s${"v".repeat(120)}${index}`]);
  if (random() < odd / 4) metadata.owner = one(ODD);
  const parameters = {};
  for (const input of inputs.filter((it) => !METADATA.includes(it.name))) {
    const needed = input.required && input.default === null ? 0.9 - odd : 0.5;
    if (random() < needed) parameters[input.name] = random() < odd ? one(ODD) : right(input);
  }
  if (random() < odd / 2) parameters.unknown = one([null, 1]);
  if (random() < odd / 2) parameters.name = one([metadata.name, "other", null]);
  if (random() < odd) parameters.owner = one([metadata.owner ?? "team-x", "other", null, 3]);
  if (random() < odd) parameters.description = metadata.description ?? one(ODD);
  if (random() < odd / 4) parameters.package = "x";
  return { metadata, parameters };
}

function judge(path, version, catalog) {
  const named = `${path}@=${version}`;
  const from = catalog ? ["--catalog", catalog] : [];
  const { inputs } = flagstone("inputs", named, "--format", "json", ...from);
  const ajv = new Ajv({ strict: false, allErrors: true });
  const bySpec = ajv.compile(flagstone("schema", "spec", "--for", named, ...from));
  const byParameters = ajv.compile(flagstone("inputs", named, "--format", "schema", ...from));
  const random = numbers(20260101);
  const specs = Array.from({ length: SPECS }, (_, index) => {
    const { metadata, parameters } = made(inputs, index, random);
    const spec = { goldenPath: path, version: `=${version}`, parameters };
    return { apiVersion: "flagstone/v1", kind: "Service", metadata, spec };
  });
  const file = join(folder, "specs.yaml");
  writeFileSync(file, specs.map((it) => `---\n${JSON.stringify(it)}\n`).join(""));
  const { services } = flagstone("new", "--spec", file, "--dry-run", "--format", "json", ...from);
  if (services.length !== specs.length) throw new Error(`${services.length} of ${specs.length} judged`);
  const count = { both: 0, neither: 0 };
  const rules = new Map();
  const wrong = [];
  specs.forEach((spec, index) => {
    const { state, diagnostics } = services[index];
    const mistakes = bySpec(spec) ? [] : bySpec.errors;
    if (!byParameters(spec.spec.parameters)) mistakes.push(...byParameters.errors);
    const isOurs = state === "failed";
    if (mistakes.length > 0 && !isOurs) wrong.push({ spec, mistakes });
    else if (mistakes.length > 0) count.both += 1;
    else if (!isOurs) count.neither += 1;
    else {
      const found = diagnostics.filter((it) => it.severity === "error");
      const rule = found.map((it) => it.code)[0] ?? "unknown";
      const known = rules.get(rule) ?? { times: 0, message: found[0]?.message };
      rules.set(rule, { ...known, times: known.times + 1 });
    }
  });
  const onlyOurs = [...rules.values()].reduce((sum, it) => sum + it.times, 0);
  console.log(`${path} ${version}: ${specs.length} specs; ${count.neither} good to both, ${count.both} refused ` +
    `by both, ${onlyOurs} by us alone, ${wrong.length} by the schema alone`);
  for (const [rule, { times, message }] of [...rules].sort()) {
    console.log(`  only we: ${rule}, ${times} times, for instance: ${message}`);
  }
  for (const { spec, mistakes } of wrong.slice(0, 3)) {
    console.log(`  WRONG: ${JSON.stringify(spec)}\n    ${JSON.stringify(mistakes)}`);
  }
  if (count.both < 50 || count.neither < 50) console.log("  these specs show too little");
  return wrong.length === 0 && count.both >= 50 && count.neither >= 50;
}

const embedded = flagstone("catalog", "list", "--format", "json").goldenPaths;
const all = embedded.flatMap((it) => it.versions.map((version) => [it.name, version]));
const verdicts = [...all, ["conditions", "1.0.0", further]].map((it) => judge(...it));
process.exit(verdicts.every(Boolean) ? 0 : 1);
