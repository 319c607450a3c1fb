/**
 * A path mapping leads to another folder, with files of the same names that are somebody else's. Their sizes tell, the
 * page of the server says so, and until it is corrected nothing there is touched: nothing is set aside, nothing is an
 * orphan, no rule goes by it, and a neighbor takes nothing that the server may have.
 */
import {mkdirSync, utimesSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {some} from '../proof.ts'
import {DiskHarness, type Content} from './disk-harness.fixture.ts'
import type {WireOrphans} from './orphan-harness.fixture.ts'
import {A, B, DAY, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const FILMS = ['One', 'Two', 'Three'] as const
const SIZE = 9_000
/** Where the wrong mapping leads. */
const WRONG = 'wrong'
const contentOf = (name: string): Content => ({[`${name}/film.mkv`]: SIZE, [`${name}/film.nfo`]: 40})

/** What lies there by the name of a film: so many bytes, `null` = nothing. Beside it lies what nobody claims. */
const wrongs = {
  'files of other sizes': [SIZE - 1, SIZE - 2, SIZE + 1],
  'other things alone': [null, null, null],
  'files of other sizes, and one of the same': [SIZE - 1, SIZE - 2, SIZE],
} as const

/** Somebody's, for days. */
function writeOthers(path: string, bytes: number): void {
  const file = join(harness.folder, WRONG, path)
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, 'x'.repeat(bytes))
  const at = harness.scenario.acting.clock.now() / 1_000 - 3 * DAY
  utimesSync(file, at, at)
}

const mappingOf = async () => {
  interface Reported {
    readonly path_mappings: readonly {readonly verdict: string; readonly reason: string}[]
  }
  return (await harness.api.get<Reported>(`/api/servers/${A}/path-mappings`)).path_mappings[0]!
}

const rules = [
  {
    name: 'Aside',
    reason: 'seedingDone',
    scope: {servers: [A]},
    when: {fact: 'ratio', op: 'gte', value: 2},
    do: [{action: 'recycle'}],
  },
  {
    name: 'Lost',
    scope: {servers: [A]},
    when: {fact: 'path.filesFound', op: 'lt', value: 1},
    do: [{action: 'recheck'}],
  },
]

test.each(some(1, Object.keys(wrongs) as (keyof typeof wrongs)[]))(
  'S56 where a mapping leads lie %s: nothing there is touched, it is said why, and a right one ends it',
  async (what) => {
    harness = await DiskHarness.start([
      {name: A, folder: '/downloads', torrents: 20},
      {name: B, folder: '/data', torrents: 5},
    ])
    const innocent = FILMS.flatMap((name, at) => (wrongs[what][at] === null ? [] : [`${name}/film.mkv`]))
    for (const [at, path] of innocent.entries()) writeOthers(path, wrongs[what][at]!)
    writeOthers('Nobody/film.mkv', 5)
    const areThere = () =>
      [...innocent, 'Nobody/film.mkv'].every((path) => harness.has(`${WRONG}/${path}`)) &&
      FILMS.every((name) => harness.has(`${name}/film.mkv`))
    const wrong = `["${A}".PathMappings]\n"/downloads" = ${JSON.stringify(join(harness.folder, WRONG))}\n`
    await harness.scenario.acting.reconfigure(wrong + harness.mapping(B))
    const [, two] = FILMS.map(
      (name, at) => harness.put(A, FIRST + at, contentOf(name), {uploaded: 90_000}).hash,
    )
    // It uses the very files of the first one.
    const {hash: neighbor} = harness.put(B, FIRST + 50, contentOf('One'))
    await harness.pass(2 * MINUTE)
    expect(await mappingOf()).toMatchObject({verdict: 'unproven'})
    await harness.pass(6 * MINUTE)
    expect(await mappingOf()).toMatchObject({
      verdict: 'contradicted',
      reason: expect.stringContaining('PathMappings'),
    })
    for (const rule of rules) await harness.scenario.rule(rule)
    await harness.pass(2 * HOUR)
    expect([harness.scenario.verbs(A), areThere()]).toEqual([[], true])
    const refused = await harness.remove(A, two!)
    expect(refused).toMatchObject({status: 409, body: {detail: expect.stringContaining('contradicted')}})
    // Of the files on the disk the neighbor is told whose they may be.
    const shared = await harness.remove(B, neighbor)
    expect(shared).toMatchObject({status: 409, body: {detail: expect.stringContaining(A)}})
    const {orphans, folders} = await harness.api.get<WireOrphans>('/api/orphans')
    expect(orphans.filter(({path}) => path.includes(`/${WRONG}/`))).toEqual([])
    expect(folders.find(({path}) => path.endsWith(`/${WRONG}`))?.held).toMatchObject({why: 'servers_missing'})
    expect(areThere()).toBe(true)

    await harness.scenario.acting.reconfigure(harness.mapping(A) + harness.mapping(B))
    await harness.pass(2 * MINUTE)
    expect(await mappingOf()).toMatchObject({
      verdict: 'unproven',
      reason: expect.stringContaining('A copy would look the same'),
    })
    expect(await harness.remove(A, two!)).toMatchObject({status: 200})
    await harness.pass(MINUTE)
    expect([harness.scenario.holds(A, two!), harness.has('Two/film.mkv')]).toEqual([false, false])
    expect(innocent.every((path) => harness.has(`${WRONG}/${path}`))).toBe(true)
    await harness.scenario.expectWell()
  },
)
