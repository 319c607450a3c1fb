/** Cases that once failed: those that are known to fail still do, all others hold. */
import {expect, test} from 'vitest'
import {axes, axisNames} from './axes.ts'
import {cases} from './cases.fixture.ts'
import {factsOf} from './facts.ts'
import {knownFailures} from './known-failures.ts'
import {mayGo} from './oracle.ts'
import {goes} from './rows.ts'
import {verdictOn} from './verdict.fixture.ts'

test.each(cases())('$file', async ({defect, row, manner, stays}) => {
  for (const axis of axisNames) expect(axes[axis]).toContain(row[axis])
  const kept = mayGo(factsOf(row)).flatMap((it) => (it.mayGo ? [] : [it.path]))
  expect(kept).toEqual(stays)
  const {lost, went, story} = await verdictOn(row, manner)
  const known = knownFailures.find(({id}) => id === defect)
  if (!known) {
    expect(lost, story).toEqual([])
    expect(went, story).toBe(goes(row))
    return
  }
  const isWrong = known.loses ? lost.length > 0 : went !== goes(row)
  expect(isWrong, `${defect} does not fail here any more: its line has to go.\n${story}`).toBe(true)
})
