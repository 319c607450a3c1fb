import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {ChangeChain, ChangeMark} from './change-chain.ts'

interface Step {
  readonly item: number
  readonly drop: boolean
}

const steps = fc.array(fc.record({item: fc.nat(9), drop: fc.boolean()}), {maxLength: 60})

test('after any changes and drops the chain knows exactly what changed since any revision, newest first', () => {
  fc.assert(
    fc.property(steps, fc.nat(60), (all: Step[], since) => {
      const chain = new ChangeChain<number>()
      const marks = Array.from({length: 10}, () => new ChangeMark<number>())
      const model = new Map<number, number>()
      all.forEach(({item, drop}, index) => {
        if (drop) chain.drop(marks[item]!)
        else chain.touch(marks[item]!, item, index + 1, index)
        if (drop) model.delete(item)
        else model.set(item, index + 1)
      })
      const wanted = [...model].filter(([, at]) => at > since).sort((a, b) => b[1] - a[1])
      expect([...chain.since(since)]).toEqual(wanted.map(([item]) => item))
    }),
  )
})
