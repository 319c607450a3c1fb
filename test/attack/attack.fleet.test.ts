/**
 * The program, as it is shipped, attacked from outside by everybody over every operation of its API: what each sees and
 * changes is what is meant (`intent.ts`), and stands in `docs/reference/who-may-what.md` (`npm run test:one -- <this file> -u`
 * writes it again). Only effects count, no status codes. What can be done only once after a start, or needs a day, is
 * attacked in a second program, whose clock is ours.
 */
import {join} from 'node:path'
import {format} from 'oxfmt'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {AttackWorld} from './attack-world.fixture.ts'
import {attackWhole, type Attack} from './attack.fixture.ts'
import {needlessHints} from './attack-requests.fixture.ts'
import {blindRows, faultsOf, needlessLines, tableOf} from './verdict.ts'

const page = join(import.meta.dirname, '../../docs/reference/who-may-what.md')
/** The whole API, as everybody. */
const LONG_MS = 60 * 60_000

const worlds: AttackWorld[] = []
let result: Attack
beforeAll(async () => {
  result = await attackWhole(async (world) => {
    worlds.push(world)
    return world.url
  })
}, LONG_MS)
afterAll(() => Promise.all(worlds.map((world) => world.stop())))

test('each sees and changes what is meant, and nothing else', () => {
  expect(faultsOf(result).map(({id, example}) => `${id}\n    ${example}`)).toEqual([])
})

test('what was refused or only read changed nothing', () => {
  expect(result.unexplained).toEqual([])
})

test('no password or key of a server or an Arr is shown to any user', () => {
  expect(result.secrets).toEqual([])
})

test('a session and a key whose time is over let no one in, whatever the clock is thought to say', () => {
  expect(worlds.flatMap(({openMeanwhile}) => openMeanwhile)).toEqual([])
})

test('every user sees what is theirs, by one question or another, and no line is left of what is gone', () => {
  expect(blindRows(result)).toEqual([])
  expect(needlessLines(result)).toEqual([])
  expect(needlessHints(result.routes)).toEqual([])
})

test('the documentation has the table', async () => {
  const {code, errors} = await format(page, tableOf(result))
  expect(errors).toEqual([])
  await expect(code).toMatchFileSnapshot(page)
})
