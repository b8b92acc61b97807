import { readFileSync } from 'node:fs';

interface About {
  name: string;
  version: string;
  description: string;
  author: string;
}

/** What package.json says of the service. */
export const about = JSON.parse(
  // eslint-disable-next-line security/detect-non-literal-fs-filename -- a file of this package
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as About;
