/**
 * What an Arr of a member says of its library keeps what lies in it, and no more: it neither ends nor holds up the look
 * for orphans of the house, whatever it says, and whether it answers or not.
 */
import {cpSync, utimesSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {newFolder, type Answer, type Api} from '../program/program.fixture.ts'
import {OrphanHarness, type WireOrphans} from './orphan-harness.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, SETTLED} from './scenario-harness.fixture.ts'

let disk: OrphanHarness
let bo: Api
/** Of Bo's Arr. */
let id: string
afterEach(() => disk.stop())

const person = {name: 'Bo', password: 'brothers, not in arms'}

/** @param roots its movie lies in the first one */
async function move(roots: readonly string[], isOwnServer = false): Promise<void> {
  const arr: InstanceConfig = {
    name: 'radarr',
    app: 'radarr',
    downloadClients: [{name: A, category: 'none'}],
    rootFolders: roots,
    library: [{title: 'Old Film', year: 1990}],
  }
  disk = await OrphanHarness.start(
    {arrs: [arr], servers: [{name: A}, {name: B, isDeclared: !isOwnServer}]},
    isOwnServer ? [A] : [A, B],
  )
  const {acting} = disk.harness
  await made(acting.api.send('PATCH', '/api/settings', {members_public_only: false}))
  await made(acting.api.send('POST', '/api/users', {...person, role: 'member'}))
  await comeIn()
  const {apiKey} = acting.arr('radarr')
  const wish = {kind: 'radarr', name: 'Mine', url: 'http://radarr', category: 'mine', api_key: apiKey}
  id = (await made<{id: string}>(bo.send('POST', '/api/arrs', wish))).id
  await disk.harness.pass(10 * MINUTE)
}

async function made<T>(answer: Promise<Answer>): Promise<T> {
  const {status, body} = await answer
  expect([status, body]).toEqual([expect.toSatisfy((it: number) => it < 300), body])
  return body as T
}

const silence = () => disk.harness.acting.arr('radarr').arr.faults.add({kind: '500', path: 'rootfolder'})
const libraryOf = ({spared}: WireOrphans) =>
  spared.flatMap(({path, why}) => (why === 'library' ? [path.slice(disk.disk.length + 1)] : [])).toSorted()
const heldOf = ({folders}: WireOrphans) => folders.map(({path, held}) => [path, held?.why ?? null] as const)

async function comeIn(): Promise<void> {
  bo = disk.harness.acting.api.as()
  await made(bo.logIn(person.name, person.password))
}

/** The program starts again, and servers are believed again. The key of the Arr cannot be read any more, too. */
async function restart(): Promise<void> {
  await disk.harness.acting.crash()
  await disk.harness.acting.rise()
  await comeIn()
  await disk.harness.pass(SETTLED)
}

test.each([[['/']], [['/', '/data']], [['/data/films']]])(
  'S38 an Arr of a member whose library is all there is (%s) ends no look for orphans of the instance',
  async (roots) => {
    await move(roots)
    disk.write('films/Lost/film.mkv')
    const found = await disk.look()
    expect([disk.namesOf(found), heldOf(found)]).toEqual([['films/Lost'], [[disk.pathOf('films'), null]]])
    expect((await disk.act('recycle', found.orphans)).ends).toEqual(['begun'])
    await disk.settle()
    expect(disk.isThere('films/Lost')).toBe(false)
    await disk.harness.expectWell()
  },
)

test('S38 what lies in a library of a member among torrents of the instance stays, also while its Arr is silent and after a restart', async () => {
  // Its movies lie where the instance saves torrents to; and a second library in a folder there.
  await move(['/data/films', '/data/films/library'])
  disk.write('films/Old Film (1990)/film.mkv')
  disk.write('films/library/Other Film (1991)/film.mkv')
  disk.write('films/Lost/film.mkv')
  const expectKept = async () => {
    const found = await disk.look()
    expect([disk.namesOf(found), libraryOf(found), heldOf(found)]).toEqual([
      ['films/Lost'],
      ['films/Old Film (1990)', 'films/library'],
      [[disk.pathOf('films'), null]],
    ])
  }
  await expectKept()
  silence()
  await expectKept()
  await restart()
  await expectKept()
  await disk.harness.rule({
    name: 'Orphans',
    subject: 'path',
    reason: 'orphaned',
    when: {fact: 'path.fileClaimed', op: 'eq', value: false},
    do: [{action: 'orphan.delete'}],
  })
  await disk.harness.pass(3 * DAY)
  expect(['films/Lost', 'films/Old Film (1990)', 'films/library'].map((it) => disk.isThere(it))).toEqual([
    false,
    true,
    true,
  ])
  // Who removes an Arr says that its library is nobody's any more, as with one of the house.
  await made(bo.send('DELETE', `/api/arrs/${id}`))
  await disk.harness.pass(HOUR)
  expect(disk.namesOf(await disk.look())).toEqual(['films/Old Film (1990)', 'films/library'])
})

test('S38 an Arr of a member that never said where its library is holds what its owner alone has, and nothing of the instance', async () => {
  await move(['/data/films'], true)
  const {server, username, password} = disk.harness.acting.server(B)
  const wish = {name: 'Box', kind: 'qbittorrent', url: server.url, username, password}
  const box = (await made<{id: string}>(bo.send('POST', '/api/servers', wish))).id
  // His server has a disk of its own, which the administrator maps.
  const own = newFolder()
  cpSync(disk.pathOf('films'), join(own, 'films'), {recursive: true, preserveTimestamps: true})
  cpSync(disk.write('films/Lost/film.mkv'), join(own, 'films/Lost/film.mkv'))
  const old = disk.harness.acting.clock.now() / 1_000 - 3 * DAY
  utimesSync(join(own, 'films/Lost/film.mkv'), old, old)
  const path_mappings = [{server: '/data', ours: own}]
  await made(disk.harness.acting.api.send('PATCH', `/api/servers/${box}`, {path_mappings}))
  silence()
  await disk.harness.pass(SETTLED)
  const found = await disk.look()
  expect(Object.fromEntries(heldOf(found))).toEqual({
    [disk.pathOf('films')]: null,
    [join(own, 'films')]: 'library_unknown',
  })
  expect(disk.namesOf(found)).toContain('films/Lost')
  expect(found.orphans.filter(({path}) => path.startsWith(own))).toEqual([])
  disk.harness.acting.arr('radarr').arr.faults.clear()
  // What lies there is its library then, all of it.
  const heard = await disk.look()
  expect(heard.orphans.filter(({path}) => path.startsWith(own))).toEqual([])
  expect(disk.namesOf(heard)).toContain('films/Lost')
  await disk.harness.expectWell()
})
