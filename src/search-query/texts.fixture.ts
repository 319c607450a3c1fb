/** Texts as people type them, and as nobody would. */
import * as fc from 'fast-check'

const pieces = [
  'tag',
  'size',
  'state',
  'server',
  'category',
  'cat',
  'name',
  'added',
  'is',
  'nothing',
  'private',
  'hash',
  'arr',
  'item',
  ':',
  '=',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  '..',
  ',',
  '-',
  '"',
  '\\',
  '/',
  ' ',
  '  ',
  '\t',
  '\n',
  'a',
  'b c',
  'none',
  'Seedbox',
  '10GB',
  '7d',
  '2026-01',
  'today',
  '50%',
  'error',
  'yes',
  'é',
  '…',
  '[',
]

/** Any characters, or pieces of the language in any order. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({unit: 'binary', maxLength: 40}),
  fc.array(fc.constantFrom(...pieces), {maxLength: 14}).map((parts) => parts.join('')),
)

/** Names of categories, tags and trackers, awkward ones among them. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'none', 'None', 'a', 'b', 'b c', 'a,b', '"', '\\', 'x"y', '>1', '-a', '/x/', 'x/ y/'),
  fc.string({unit: 'binary', maxLength: 8}),
)
