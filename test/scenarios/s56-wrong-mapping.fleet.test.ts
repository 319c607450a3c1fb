/**
 * A path mapping leads to another folder, with files of the same names that are somebody else's. Their sizes tell, the
 * page of the server says so, and until it is corrected nothing there is touched: nothing is set aside, nothing is an
 * orphan, no rule goes by it, and a neighbor takes nothing that the server may have.
 */
import {mkdirSync, utimesSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {some} from '../proof.ts'
import {DiskHouse, type Content} from './disk-house.fixture.ts'
import type {WireOrphans} from './orphan-harness.fixture.ts'
import {A, B, DAY, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let house: DiskHouse
afterEach(() => house.stop())

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
  const file = join(house.folder, WRONG, path)
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, 'x'.repeat(bytes))
  const at = house.scenario.acting.clock.now() / 1_000 - 3 * DAY
  utimesSync(file, at, at)
}

const mappingOf = async () => {
  interface Reported {
    readonly path_mappings: readonly {readonly verdict: string; readonly reason: string}[]
  }
  return (await house.api.get<Reported>(`/api/servers/${A}/path-mappings`)).path_mappings[0]!
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
    house = await DiskHouse.start([
      {name: A, folder: '/downloads', torrents: 20},
      {name: B, folder: '/data', torrents: 5},
    ])
    const innocent = FILMS.flatMap((name, at) => (wrongs[what][at] === null ? [] : [`${name}/film.mkv`]))
    for (const [at, path] of innocent.entries()) writeOthers(path, wrongs[what][at]!)
    writeOthers('Nobody/film.mkv', 5)
    const areThere = () =>
      [...innocent, 'Nobody/film.mkv'].every((path) => house.has(`${WRONG}/${path}`)) &&
      FILMS.every((name) => house.has(`${name}/film.mkv`))
    const wrong = `["${A}".PathMappings]\n"/downloads" = ${JSON.stringify(join(house.folder, WRONG))}\n`
    await house.scenario.acting.reconfigure(wrong + house.mapping(B))
    const [, two] = FILMS.map(
      (name, at) => house.put(A, FIRST + at, contentOf(name), {uploaded: 90_000}).hash,
    )
    // It uses the very files of the first one.
    const {hash: neighbor} = house.put(B, FIRST + 50, contentOf('One'))
    await house.pass(2 * MINUTE)
    expect(await mappingOf()).toMatchObject({verdict: 'unproven'})
    await house.pass(6 * MINUTE)
    expect(await mappingOf()).toMatchObject({
      verdict: 'contradicted',
      reason: expect.stringContaining('PathMappings'),
    })
    for (const rule of rules) await house.scenario.rule(rule)
    await house.pass(2 * HOUR)
    expect([house.scenario.verbs(A), areThere()]).toEqual([[], true])
    const refused = await house.remove(A, two!)
    expect(refused).toMatchObject({status: 409, body: {detail: expect.stringContaining('contradicted')}})
    // Of the files on the disk the neighbor is told whose they may be.
    const shared = await house.remove(B, neighbor)
    expect(shared).toMatchObject({status: 409, body: {detail: expect.stringContaining(A)}})
    const {orphans, folders} = await house.api.get<WireOrphans>('/api/orphans')
    expect(orphans.filter(({path}) => path.includes(`/${WRONG}/`))).toEqual([])
    expect(folders.find(({path}) => path.endsWith(`/${WRONG}`))?.held).toMatchObject({why: 'servers_missing'})
    expect(areThere()).toBe(true)

    await house.scenario.acting.reconfigure(house.mapping(A) + house.mapping(B))
    await house.pass(2 * MINUTE)
    expect(await mappingOf()).toMatchObject({
      verdict: 'unproven',
      reason: expect.stringContaining('A copy would look the same'),
    })
    expect(await house.remove(A, two!)).toMatchObject({status: 200})
    await house.pass(MINUTE)
    expect([house.scenario.holds(A, two!), house.has('Two/film.mkv')]).toEqual([false, false])
    expect(innocent.every((path) => house.has(`${WRONG}/${path}`))).toBe(true)
    await house.scenario.expectWell()
  },
)
