import {expect, test} from 'vitest'
import {changeCost} from './server-form.ts'

test.each([
  [{}, null],
  [{colour: '#3b6fd4', tags: ['home'], default_for_adding: true}, 'look'],
  [{name: 'box'}, 'link'],
  [{tags: ['home'], password: 'new'}, 'link'],
  [{poll_seconds: 3}, 'link'],
  [{url: 'http://other.example'}, 'elsewhere'],
  [{kind: 'rtorrent', password: 'new'}, 'elsewhere'],
] as const)('saving %o costs %s', (patch, cost) => {
  expect(changeCost(patch as Parameters<typeof changeCost>[0])).toBe(cost)
})
