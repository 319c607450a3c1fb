import {expect, test} from 'vitest'
import {RowFailures} from './row-states.ts'

test('marks go by name, or with the action that left them', () => {
  const failures = new RowFailures()
  failures.put('stop', [
    ['nas~1', 'away'],
    ['nas~2', 'away'],
  ])
  failures.put('move', [['nas~2', 'full']])
  let told = 0
  failures.changes.listen(() => told++)

  failures.takeOf('stop')
  expect([failures.reasonOf('nas~1'), failures.reasonOf('nas~2')]).toEqual([null, 'full'])
  failures.take(['nas~1'])
  expect(told).toBe(1)
  failures.clear()
  expect([failures.reasonOf('nas~2'), told]).toEqual([null, 2])
})
