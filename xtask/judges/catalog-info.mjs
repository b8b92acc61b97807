// Holds each entity of the files named to Backstage's model and to the schema of its kind.
import { readFile } from "node:fs/promises";
import * as model from "@backstage/catalog-model";
import { parseAllDocuments } from "yaml";

const policy = model.EntityPolicies.allOf([
  new model.SchemaValidEntityPolicy(),
  new model.DefaultNamespaceEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy(),
  new model.FieldFormatEntityPolicy(),
]);
const kinds = {
  API: model.apiEntityV1alpha1Validator,
  Component: model.componentEntityV1alpha1Validator,
  Resource: model.resourceEntityV1alpha1Validator,
  System: model.systemEntityV1alpha1Validator,
};

let items = 0;
const findings = [];
for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(await readFile(file, "utf8"))) {
    items += 1;
    const find = (rule, text) => findings.push({ rule, place: file, text });
    try {
      const entity = document.toJS();
      const place = entity.spec?.definition?.$text;
      if (place) {
        // Backstage's backend reads the file in; the model wants its text.
        entity.spec.definition = await readFile(place, "utf8").catch(() => undefined);
      }
      const validator = kinds[entity.kind];
      if (!validator) find("kind", `no schema for the kind ${entity.kind}`);
      else if (!(await validator.check(await policy.enforce(entity)))) find("kind", entity.kind);
    } catch (error) {
      find(error.message.includes("spec") ? "kind" : "entity", error.message);
    }
  }
}
console.log(JSON.stringify({ items, findings }));
