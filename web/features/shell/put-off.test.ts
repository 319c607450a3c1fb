import {expect, test} from 'vitest'
import {isPutOff, withoutPutOff, withPutOff} from './needs.ts'

const NOW = 1_000 * 86_400_000
const DAY_MS = 86_400_000
const disk = {id: 'disk nas', since: null}
const loft = {id: 'server loft', since: 5}

test('what is put off comes back a day later, and what began again at once', () => {
  const kept = withPutOff(loft, withPutOff(disk, {}, NOW), NOW)
  for (const one of [disk, loft]) {
    expect(isPutOff(one, kept, NOW + DAY_MS - 1)).toBe(true)
    expect(isPutOff(one, kept, NOW + DAY_MS)).toBe(false)
  }
  expect(isPutOff({...loft, since: 6}, kept, NOW)).toBe(false)
  expect(isPutOff({...loft, id: 'server nas'}, kept, NOW)).toBe(false)
})

test('all of it can be brought back, and what is over takes no room', () => {
  const kept = withPutOff(loft, withPutOff(disk, {}, NOW), NOW)
  expect(withoutPutOff([disk, loft], kept)).toEqual({})
  expect(withoutPutOff([loft], kept)).toEqual({'disk nas': {since: null, until: NOW + DAY_MS}})
  expect(Object.keys(withPutOff(loft, kept, NOW + DAY_MS))).toEqual(['server loft'])
})

test('there is an end to how many are kept, and the newest is among them', () => {
  let kept = {}
  for (let at = 0; at < 60; at++) kept = withPutOff({id: `import ${at}`, since: at}, kept, NOW)
  expect(Object.keys(kept)).toHaveLength(50)
  expect(isPutOff({id: 'import 59', since: 59}, kept, NOW)).toBe(true)
  expect(isPutOff({id: 'import 0', since: 0}, kept, NOW)).toBe(false)
})
