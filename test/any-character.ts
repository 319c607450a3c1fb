/**
 * Any character that a well-formed text may have, for `fc.string({unit: anyCharacter})`. What fast-check calls `binary` is
 * the same, but it takes seconds to make: it writes down all of them first.
 */
import fc from 'fast-check'

const [FIRST_SURROGATE, LAST_SURROGATE, LAST] = [0xd800, 0xdfff, 0x10ffff]

export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(
    {arbitrary: fc.integer({min: 0, max: 0x7f}), weight: 2},
    fc.integer({min: 0, max: FIRST_SURROGATE - 1}),
    fc.integer({min: LAST_SURROGATE + 1, max: LAST}),
  )
  .map((code) => String.fromCodePoint(code))
