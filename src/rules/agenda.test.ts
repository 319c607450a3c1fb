import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {Agenda} from './agenda.ts'

test('who is due is taken, earliest first, and then is off', () => {
  const agenda = new Agenda()
  agenda.put('late', 30)
  agenda.put('soon', 10)
  agenda.put('middle', 20)
  expect(agenda.nextAt).toBe(10)
  expect(agenda.takeDue(9)).toEqual([])
  expect(agenda.takeDue(20)).toEqual(['soon', 'middle'])
  expect(agenda.takeDue(20)).toEqual([])
  expect(agenda.nextAt).toBe(30)
})

test('a new time stands in place of the old one', () => {
  const agenda = new Agenda()
  agenda.put('a', 10)
  agenda.put('a', 30)
  agenda.put('b', 20)
  agenda.put('b', 20)
  agenda.put('c', 15)
  agenda.delete('c')
  expect(agenda.takeDue(29)).toEqual(['b'])
  agenda.put('a', 5)
  expect(agenda.takeDue(40)).toEqual(['a'])
  expect(agenda.nextAt).toBeNull()
})

test('it does what a sorted list would', () => {
  const step = fc.oneof(
    fc.record({key: fc.constantFrom(...'abcdefgh'), at: fc.nat({max: 50})}),
    fc.record({gone: fc.constantFrom(...'abcdefgh')}),
    fc.record({now: fc.nat({max: 50})}),
  )
  fc.assert(
    fc.property(fc.array(step, {maxLength: 60}), (steps) => {
      const agenda = new Agenda()
      const list = new Map<string, number>()
      for (const it of steps) {
        if ('key' in it) {
          agenda.put(it.key, it.at)
          list.set(it.key, it.at)
        } else if ('gone' in it) {
          agenda.delete(it.gone)
          list.delete(it.gone)
        } else {
          const due = [...list].filter(([, at]) => at <= it.now).map(([key]) => key)
          const taken = agenda.takeDue(it.now)
          expect([...taken].toSorted()).toEqual(due.toSorted())
          const times = taken.map((key) => list.get(key)!)
          expect(times).toEqual(times.toSorted((one, other) => one - other))
          for (const key of due) list.delete(key)
        }
        expect(agenda.nextAt).toBe(list.size > 0 ? Math.min(...list.values()) : null)
      }
    }),
  )
})
