/**
 * What is known to be wrong still is: who repairs it takes its line out of `known-failures.ts`. Of each line one row is a
 * case, and always lived through.
 */
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {rowsOfCases} from './cases.fixture.ts'
import {knownFailures} from './known-failures.ts'
import {goes, rowOf} from './rows.ts'
import {verdictOn} from './verdict.fixture.ts'

const cases = rowsOfCases()
const lines = knownFailures.flatMap(({id, loses, rows}) =>
  rows.filter((row) => !cases.has(row)).map((row) => ({id, loses, row})),
)

test('each of them is seen in a row', () => {
  expect(knownFailures.filter(({rows}) => rows.length === 0)).toEqual([])
})

test.runIf(isFull).each(lines)('$id $row', async ({id, loses, row: name}) => {
  const row = rowOf(name)
  const {lost, went, story} = await verdictOn(row, loses ? {} : {hasStranger: true})
  const isWrong = loses ? lost.length > 0 : went !== goes(row)
  expect(isWrong, `${id} does not fail here any more: its line has to go.\n${story}`).toBe(true)
})
