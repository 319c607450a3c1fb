/** Tests of rows: what has to stay stays, and what may go goes. */
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {nameOf, type Row} from './axes.ts'
import {goes, isFree, knownIn} from './rows.ts'
import {verdictOn} from './verdict.fixture.ts'

/** One test for each row but those that are known to fail: see `known-failures.fleet.test.ts`. */
export function liveThrough(rows: readonly Row[]): void {
  test.each(named(rows.filter((row) => knownIn(row) === null)))('%s', async (_, row) => {
    const {lost, went, facts, story} = await verdictOn(row)
    expect(lost, story).toEqual([])
    expect(went, story).toBe(goes(row, facts))
  })
}

/** The same of many rows, in the full proof alone. Some of what may go stays: a doubt costs only room. */
export function liveThroughMany(rows: () => readonly Row[]): void {
  const tally = {free: 0, went: 0}
  test.each(named(isFull ? rows() : []))('%s', async (_, row) => {
    const {lost, went, facts, story} = await verdictOn(row)
    expect(lost, story).toEqual([])
    if (!isFree(facts)) return
    tally.free++
    if (went) tally.went++
  })
  test.runIf(isFull)('at least half of what may go goes', () => {
    expect(tally.went * 2).toBeGreaterThanOrEqual(tally.free)
  })
}

/** What it owes, or what its Arr says of it, is not as usual. */
export function isOfProof({debt, arr}: Row): boolean {
  return debt === 'owes time' || arr !== 'imported'
}

function named(rows: readonly Row[]): [string, Row][] {
  return rows.map((row) => [nameOf(row), row])
}
