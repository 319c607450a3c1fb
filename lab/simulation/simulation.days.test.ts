/**
 * Simulated days: new seeds with each change, and those that once broke something. 30 days in the quick proof, 1,000 in
 * the full one, where `COMMODARR_SHARE` (`2/4`) says which of both. What each new seed begins with is lived through
 * twice: a clock or an order that nobody planned makes two runs of it. `COMMODARR_SEED` names other seeds.
 */
import {availableParallelism} from 'node:os'
import {expect, test} from 'vitest'
import {isFull, seedOfRun} from '#test/proof.ts'
import {livesOf, runText, type Share} from './many-days.ts'
import {plannedDays} from './planned-days.ts'

const PATIENCE = {timeout: 4 * 60 * 60_000}
/** Fewer seeds may have quiet days only. */
const FEW = 5

const [share = 1, shares = 1] = process.env['COMMODARR_SHARE']?.split('/').map(Number) ?? []
const all = plannedDays({isFull, first: seedOfRun(), share, shares})

const whatOf = ({runs, pace}: Share) =>
  `${pace === 'wire' ? 'over the wire' : 'in leaps'}: seeds ${runs.map(runText).join(', ')}`

const live = livesOf(availableParallelism())

for (const share of all) {
  test.concurrent(`days of trouble break nothing, ${whatOf(share)}`, PATIENCE, async () => {
    const {faults, transcripts, commands, requests} = await live(share)
    expect(faults).toEqual([])
    expect(commands > 0 || share.runs.length < FEW).toBe(true)
    expect(transcripts).toHaveLength(share.runs.length)
    expect(requests).toBeGreaterThan(10)
  })
}
