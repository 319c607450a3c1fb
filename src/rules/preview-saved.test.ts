import {expect, test} from 'vitest'
import {compileRule} from './compiled-rule.ts'
import type {HoldMemory} from './hold.ts'
import {preview} from './preview.ts'
import {aRule} from './rule.fixture.ts'
import {AT, world, type Row} from './world.fixture.ts'

const rows: readonly Row[] = [
  {key: 'a', complete: true},
  {key: 'b', complete: true},
]

function previewed(written: Readonly<Record<string, unknown>>, memory: ReadonlyMap<string, HoldMemory>) {
  const time = {run: 'a', ms: 0, steady: true}
  const rule = aRule(written)
  const steps = preview({rule, readers: world, subjects: rows, at: AT, timeOf: () => time, memory})
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

test('a saved rule goes on from what it has held, subject by subject', () => {
  const hold = {for: '1h'}
  const {mark} = compileRule(aRule({hold}), world)
  const held: HoldMemory = {mark, ms: 3_600_000, last: null, strikes: []}
  expect(previewed({hold}, new Map([['b', held]])).decisions).toMatchObject([
    {at: AT, subject: {key: 'b'}, hold: {kind: 'for', held: 3600, needed: 3600, left: 0}},
  ])
})

test('where it is still being looked up what it would do, nothing is shown as done', () => {
  const links = {fact: 'content.linksOutside', op: 'eq', value: 0}
  const {matched, wouldAct, decisions} = previewed({do: [{action: 'stop', if: links}]}, new Map())
  expect([matched.count, wouldAct.count, decisions]).toEqual([2, 0, []])
})
