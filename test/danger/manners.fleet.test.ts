/** What makes no difference makes none: the order of servers and torrents, capitals in names, a server that has nothing. */
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {nameOf, type Row} from './axes.ts'
import {seesOwn} from './facts.ts'
import type {Manner} from './harness.fixture.ts'
import {knownFailures} from './known-failures.ts'
import {goes, knownIn, noDanger, oneDanger} from './rows.ts'
import {verdictOn} from './verdict.fixture.ts'

const manners: readonly (readonly [string, Manner])[] = [
  ['the other way round', {isTurned: true}],
  ['in capitals', {isLoud: true}],
  ['beside a server that is away and has nothing', {hasStranger: true}],
]

const all = [...noDanger, ...oneDanger].filter((row) => knownIn(row) === null)
/** One that stays for its neighbour; what goes is in `no-danger`. */
const few = [oneDanger[11]!]

for (const [how, manner] of manners) {
  const rows = (isFull ? all : few).filter((row) => canBe(row, manner))
  test.each(rows.map((row): [string, Row] => [nameOf(row), row]))(`${how}: %s`, async (_, row) => {
    const {lost, went, facts, story} = await verdictOn(row, manner)
    expect(lost, story).toEqual([])
    expect(went, story).toBe(goes(row, facts))
  })
}

function canBe(row: Row, {isTurned, hasStranger}: Manner): boolean {
  // Only the last server can be allowed to run programs.
  if (isTurned === true && row.kind === 'rtorrent' && !seesOwn(row.paths)) return false
  return !(hasStranger === true && goes(row) && knownFailures.some(({loses}) => !loses))
}
