/** The sample domain: it knows nothing of HTTP. */

import { Type } from '@fastify/type-provider-typebox';

/** A name that can be greeted: visible at both ends, and without control characters. */
export const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\x00-\\x20\\x7f]([^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?$',
  examples: ['Ada'],
});

export function greet(name: string): string {
  return `Hello, ${name}!`;
}
