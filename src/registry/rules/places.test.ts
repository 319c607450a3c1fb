import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import {placesFor, type PlacedRule} from './places.ts'

/** "a100" is a rule of a person, the older one before the newer one by its letter; "P100" one of the configuration. */
function rule(name: string): PlacedRule {
  return {id: name[0] as RuleId, order: Number(name.slice(1)), isFixed: /^[A-Z]/.test(name)}
}

const isOlder = (one: RuleId, other: RuleId) => one < other
const places = (sequence: string, moved: string) => {
  const found = placesFor(sequence.split(' ').map(rule), moved as RuleId, isOlder)
  return found && Object.fromEntries(found)
}

test.each([
  ['b100 a100 c100', 'b', {b: 99}],
  ['a100 c100 b100', 'b', {b: 101}],
  ['a10 c20 b30', 'c', {}],
  ['a10 c50 b30', 'c', {c: 29}],
  ['c100 b100 P100', 'c', {c: 99}],
  ['P90 b100 a91 P100', 'b', {b: 91, a: 92}],
  ['P90 c100 P91 a5', 'c', {c: 91}],
  ['a5 P90', 'a', {}],
  ['P90 a5', 'a', {a: 91}],
  ['P90 b90 a90 P91', 'b', null],
  ['P90 c1 P90', 'c', null],
])('so that %s, with %s elsewhere, these numbers change: %j', (sequence, moved, changed) => {
  expect(places(sequence, moved)).toEqual(changed)
})

test('wherever one is moved, all stand as wanted, and those of the configuration keep their numbers', () => {
  const start = fc.array(fc.record({order: fc.integer({min: 0, max: 6}), isFixed: fc.boolean()}), {
    minLength: 2,
    maxLength: 8,
  })
  fc.assert(
    fc.property(start, fc.nat(), fc.nat(), (made, which, to) => {
      const named = made.map((it, at) => ({...it, id: String.fromCodePoint(97 + at) as RuleId}))
      const byTurn = (one: PlacedRule, other: PlacedRule) =>
        one.order - other.order ||
        Number(one.isFixed) - Number(other.isFixed) ||
        (isOlder(one.id, other.id) ? -1 : 1)
      const rules = named.toSorted(byTurn)
      const movable = rules.filter(({isFixed}) => !isFixed)
      if (movable.length === 0) return
      const moved = movable[which % movable.length]!
      const others = rules.filter((it) => it !== moved)
      const wanted = others.toSpliced(to % (others.length + 1), 0, moved)
      const found = placesFor(wanted, moved.id, isOlder)
      if (found === null) return
      const after = wanted.map((it) => ({...it, order: found.get(it.id) ?? it.order})).toSorted(byTurn)
      expect(after.map(({id}) => id)).toEqual(wanted.map(({id}) => id))
      expect(wanted.filter(({id, isFixed}) => isFixed && found.has(id))).toEqual([])
    }),
  )
})
