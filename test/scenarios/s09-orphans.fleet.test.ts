/** Files that no torrent claims: the whole program, two servers on one disk, real files. */
import {execFileSync} from 'node:child_process'
import {linkSync, mkdirSync} from 'node:fs'
import {afterEach, expect, test} from 'vitest'
import {expectCode} from '#test/http/expect-problem.ts'
import {isFull} from '#test/proof.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {radarrSection} from '../program/radarr-films.fixture.ts'
import {OrphanHarness} from './orphan-harness.fixture.ts'
import {A, B, DAY, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let disk: OrphanHarness
afterEach(() => disk.stop())

const BACK = 15 * MINUTE
const heldOf = ({folders}: Awaited<ReturnType<OrphanHarness['seen']>>) =>
  folders.map(({held}) => held && [held.why, ...held.missing.map((it) => `${it.server_id} ${it.why}`)])

test('S09 while a server that uses the disk is away nothing is an orphan, and it is named; switched off it owns what it had', async () => {
  disk = await OrphanHarness.start()
  disk.write('films/Lost/film.mkv')
  const found = await disk.look()
  expect([disk.namesOf(found), heldOf(found)]).toEqual([['films/Lost'], [null]])
  expect(found.folders[0]).toMatchObject({claimed: 6, orphans: 1})

  await disk.harness.away(B)
  // What was seen while it was there is not acted on: it is asked once more.
  expect((await disk.act('recycle', found.orphans)).ends).toEqual(['changed_meanwhile'])
  await disk.harness.pass(2 * MINUTE)
  const away = await disk.look()
  expect([disk.namesOf(away), heldOf(away)]).toEqual([[], [['servers_missing', `${B} offline`]]])
  expect(away.folders[0]!.held!.missing[0]).toMatchObject({server_name: B})
  expect([disk.isThere('films/Lost/film.mkv'), disk.setAside()]).toEqual([true, []])
  expect(await disk.harness.alerts()).toEqual([])

  // Just back it may list less than it has.
  await disk.harness.back(B)
  await disk.harness.pass(MINUTE)
  expect(heldOf(await disk.look())).toEqual([['servers_missing', `${B} too_new`]])
  await disk.harness.pass(BACK)
  expect(disk.namesOf(await disk.look())).toEqual(['films/Lost'])

  await disk.enable(B, false)
  await disk.harness.pass(MINUTE)
  const off = await disk.look()
  expect([disk.namesOf(off), heldOf(off)]).toEqual([['films/Lost'], [null]])
  expect(off.folders[0]!.claimed).toBe(6)
  expect(await disk.harness.alerts()).toEqual([])
  await disk.harness.expectWell()
})

test('S09 what goes into the trash was looked at, confirmed and written down, and comes back as it was', async () => {
  disk = await OrphanHarness.start()
  disk.write('films/Lost/film.mkv')
  disk.write('films/Lost/Subs/film.srt')
  disk.write('films/lost.mkv')
  const {orphans} = await disk.look()
  expect(orphans.map(({files}) => files).toSorted((a, b) => a - b)).toEqual([1, 2])

  expect(await disk.act('recycle', orphans, {dry_run: true})).toMatchObject({
    status: 200,
    ends: ['would', 'would'],
    body: {files: 3, bytes: orphans.reduce((sum, {bytes}) => sum + bytes, 0)},
  })
  expect((await disk.act('recycle', orphans, {confirm: {files: 2, bytes: 1}})).status).toBe(409)
  expect([disk.setAside(), await disk.lines()]).toEqual([[], []])

  expect((await disk.act('recycle', orphans)).ends).toEqual(['begun', 'begun'])
  await disk.settle()
  expect(disk.setAside().toSorted()).toEqual(['1 film.mkv', '1 lost.mkv', '2 film.srt'])
  expect([disk.isThere('films/Lost'), disk.isThere('films/Film 00/film.mkv')]).toEqual([false, true])
  expect(await disk.lines()).toEqual(['orphan.recycle confirmed', 'orphan.recycle confirmed'])
  expect(disk.namesOf(await disk.look())).toEqual([])

  const {items} = await disk.harness.acting.api.get<{
    items: readonly {id: string; name: string; verb: string; info_hash: null; files: number}[]
  }>('/api/trash')
  const folder = items.find(({name}) => name === disk.pathOf('films/Lost'))!
  expect(folder).toMatchObject({verb: 'orphan.recycle', info_hash: null, files: 2})
  expect(await disk.harness.acting.api.send('POST', `/api/trash/${folder.id}/restore`)).toMatchObject({
    status: 204,
  })
  expect(disk.isThere('films/Lost/Subs/film.srt')).toBe(true)
  // Nobody added a torrent for it.
  expect(disk.harness.verbs(A)).toEqual([])
  expect(await disk.harness.alerts()).toEqual([])
  await disk.harness.expectWell()
})

test('S09 what a torrent of the other server claims between the look and the move stays, and so does what changed', async () => {
  disk = await OrphanHarness.start()
  for (const name of ['Lost', 'Grown', 'Free']) disk.write(`films/${name}/film.mkv`)
  const {orphans} = await disk.look()
  expect(orphans).toHaveLength(3)
  disk.claims(B, 10, 'Lost')
  disk.write('films/Grown/more.mkv')
  const {body} = await disk.act('recycle', orphans)
  const {results} = body as {results: readonly {path: string; outcome: string; code: string | null}[]}
  expect(results.map(({path, code}) => `${path.split('/').at(-1)} ${code}`).toSorted()).toEqual([
    'Free null',
    'Grown changed_meanwhile',
    'Lost changed_meanwhile',
  ])
  await disk.settle()
  expect(disk.setAside()).toEqual(['1 film.mkv'])
  expect([disk.isThere('films/Lost/film.mkv'), disk.isThere('films/Grown/film.mkv')]).toEqual([true, true])
})

test('S09 whatever is in doubt is no orphan, and it is said why', async () => {
  disk = await OrphanHarness.start()
  const outside = disk.write('library/linked.mkv')
  mkdirSync(disk.pathOf('films/Linked'))
  linkSync(outside, disk.pathOf('films/Linked/film.mkv'))
  disk.write('films/Young/film.mkv', 0.5)
  disk.write('films/Begun/film.mkv.!qB')
  disk.write('films/Wanted/film.mkv')
  disk.write('films/Wanted/.commodarr-keep')
  disk.write('films/incomplete/Film 01/film.mkv')
  disk.write('films/.cache/film.mkv')
  disk.write('films/.commodarr-recycle/film.mkv')
  disk.write('elsewhere/film.mkv')
  disk.write('films/Lost/film.mkv')
  const found = await disk.look()
  expect(disk.namesOf(found)).toEqual(['films/Lost'])
  const spared = found.spared.map(({path, why}) => `${path.split('/').at(-1)} ${why}`)
  expect(spared.toSorted()).toEqual([
    '.cache hidden',
    'Begun unfinished',
    'Linked linked',
    'Wanted kept',
    'Young young',
    'incomplete named',
  ])
})

test('S09 a server whose folders are not mapped, or that has its files elsewhere than it says, holds all of the disk', async () => {
  disk = await OrphanHarness.start({}, [A])
  disk.write('films/Lost/film.mkv')
  const found = await disk.look()
  expect([disk.namesOf(found), heldOf(found)]).toEqual([[], [['servers_missing', `${B} not_mapped`]]])
  expect(found.folders[0]!.held!.missing[0]).toMatchObject({torrents: 3})
  await disk.stop()

  disk = await OrphanHarness.start()
  disk.write('films/Lost/film.mkv')
  for (const index of [10, 11]) disk.claims(B, index, `Gone ${index}`)
  await disk.harness.pass(MINUTE)
  expect(heldOf(await disk.look())).toEqual([['servers_missing', `${B} contents_missing`]])
})

test('S09 the library of an Arr is never orphaned, and while an Arr does not say where it is nothing is', async () => {
  const arr: InstanceConfig = {
    name: 'radarr',
    app: 'radarr',
    downloadClients: [{name: A, category: 'none'}],
    rootFolders: ['/data/films/library'],
  }
  disk = await OrphanHarness.start({arrs: [arr], config: radarrSection})
  disk.write('films/library/Old Film (1990)/film.mkv')
  disk.write('films/Lost/film.mkv')
  expect(disk.namesOf(await disk.look())).toEqual(['films/Lost'])

  const {faults} = disk.harness.acting.arr('radarr').arr
  faults.add({kind: '500', path: 'rootfolder'})
  const {orphans} = await disk.look()
  expect([orphans, heldOf(await disk.seen())]).toEqual([[], [['library_unknown']]])
  expect(await disk.harness.alerts()).toEqual([])
  faults.clear()
  expect(disk.namesOf(await disk.look())).toEqual(['films/Lost'])
})

for (const [action, params] of [
  ['orphan.recycle', {days: 30}],
  ['orphan.delete', {}],
] as const) {
  test.runIf(isFull)(
    `S09 what an Arr put into its recycle bin is no orphan, and no rule takes it: ${action}`,
    async () => {
      const arr: InstanceConfig = {
        name: 'radarr',
        app: 'radarr',
        downloadClients: [{name: A, category: 'none'}],
        rootFolders: ['/data/films/library'],
        config: {recycleBin: '/data/films/recycled'},
      }
      disk = await OrphanHarness.start({arrs: [arr], config: radarrSection})
      disk.write('films/library/Old Film (1990)/film.mkv', 20)
      disk.write('films/recycled/Replaced Film (1990)/film.mkv', 20)
      disk.write('films/Lost/film.mkv', 20)
      await disk.harness.rule({
        name: 'Orphans',
        subject: 'path',
        reason: 'orphaned',
        when: {
          all: [
            {fact: 'path.fileAge', op: 'gte', value: '10d'},
            {fact: 'path.fileClaimed', op: 'eq', value: false},
          ],
        },
        do: [{action, ...params}],
      })
      expect(disk.namesOf(await disk.look())).toEqual(['films/Lost'])
      await disk.harness.pass(2 * DAY)
      expect(disk.isThere('films/Lost/film.mkv')).toBe(false)
      expect(disk.isThere('films/recycled/Replaced Film (1990)/film.mkv')).toBe(true)
    },
  )
}

test('S09 what lies in the recycle bin of an Arr is no orphan, and while it does not say where that is nothing is one', async () => {
  disk = await OrphanHarness.start({
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        downloadClients: [{name: A, category: 'none'}],
        config: {recycleBin: '/data/films/recycled'},
      },
    ],
    config: radarrSection,
  })
  disk.write('films/recycled/Replaced Film (1990)/film.mkv')
  disk.write('films/Lost/film.mkv')
  expect(disk.namesOf(await disk.look())).toEqual(['films/Lost'])
  disk.harness.acting.arr('radarr').arr.faults.add({kind: '500', path: 'mediamanagement'})
  const {orphans} = await disk.look()
  expect([orphans, heldOf(await disk.seen())]).toEqual([[], [['library_unknown']]])
})

test.runIf(isFull)(
  'S09 what was an orphan before the clock jumped is none the sooner, and nothing young becomes one by it',
  async () => {
    disk = await OrphanHarness.start()
    disk.write('films/Young/film.mkv', 0.5)
    disk.write('films/Lost/film.mkv')
    expect(disk.namesOf(await disk.look())).toEqual(['films/Lost'])
    disk.harness.acting.clock.jump(3 * DAY * 1_000)
    const found = await disk.look()
    expect(disk.namesOf(found)).toEqual(['films/Lost'])
    expect((await disk.act('delete', found.orphans)).ends).toEqual(['changed_meanwhile'])
    expect(await disk.harness.alerts()).toEqual(['freeze clock_jumped'])
  },
)

test('S09 what was removed without its data keeps it as long as it can be brought back', async () => {
  disk = await OrphanHarness.start()
  const hash = disk.has(A, 10, 'Kept Film')
  await disk.harness.pass(MINUTE)
  const keys = [{server_id: A, info_hash: hash}]
  await disk.harness.acting.api.send('POST', '/api/torrents/actions', {verb: 'remove', keys})
  await disk.harness.pass(2 * MINUTE)
  expect(disk.harness.holds(A, hash)).toBe(false)
  expect(disk.namesOf(await disk.look())).toEqual([])
  const {items} = await disk.harness.acting.api.get<{items: readonly {id: string}[]}>('/api/trash')
  expect((await disk.harness.acting.api.send('DELETE', `/api/trash/${items[0]!.id}`)).status).toBe(204)
  expect(disk.namesOf(await disk.look())).toEqual(['films/Kept Film'])
})

test('S08 S09 a disk that is not there any more has no orphans, and what came into its place is none', async () => {
  disk = await OrphanHarness.start()
  disk.write('films/Lost/film.mkv')
  const {orphans} = await disk.look()
  disk.unmount()
  disk.write('films/Other/film.mkv')
  const missing = [`${A} contents_missing`, `${B} contents_missing`]
  expect(heldOf(await disk.look())).toEqual([['servers_missing', ...missing]])
  expect((await disk.act('recycle', orphans)).status).toBe(409)
  expect([disk.isThere('films/Other/film.mkv'), disk.setAside()]).toEqual([true, []])
  expect(await disk.harness.alerts()).toEqual([])
})

test('S09 where the trash is no folder nothing is set aside, and after an hour that is the end of it', async () => {
  disk = await OrphanHarness.start()
  disk.write('films/Lost/film.mkv')
  disk.write('.commodarr-recycle')
  const {orphans} = await disk.look()
  expect((await disk.act('recycle', orphans)).ends).toEqual(['begun'])
  await disk.harness.pass(3 * HOUR)
  expect(await disk.lines()).toEqual(['orphan.recycle failed path_refused'])
  expect(disk.isThere('films/Lost/film.mkv')).toBe(true)
})

test.runIf(process.getuid?.() === 0)(
  'S09 on a disk that cannot be written files stay where they are',
  async () => {
    disk = await OrphanHarness.start()
    disk.write('films/Lost/film.mkv')
    const {orphans} = await disk.look()
    const mount = (...options: readonly string[]) => execFileSync('mount', [...options, disk.disk, disk.disk])
    mount('--bind')
    try {
      mount('-o', 'remount,bind,ro')
      expect((await disk.act('recycle', orphans)).ends).toEqual(['begun'])
      await disk.settle()
      expectCode(await disk.harness.journal('verb=orphan.recycle'), 'disk_failed')
      expect(disk.isThere('films/Lost/film.mkv')).toBe(true)
    } finally {
      execFileSync('umount', [disk.disk])
    }
  },
)

test.runIf(isFull)('S09 permanently goes only what was orphaned for a day, within its limits', async () => {
  disk = await OrphanHarness.start()
  for (let n = 0; n < 12; n++) disk.write(`films/Lost ${n}/film.mkv`)
  const first = await disk.look()
  expect(first.orphans).toHaveLength(12)
  expect((await disk.act('delete', first.orphans.slice(0, 2))).ends).toEqual([
    'changed_meanwhile',
    'changed_meanwhile',
  ])
  await disk.harness.pass(DAY + HOUR)
  const {orphans} = await disk.look()
  const {ends} = await disk.act('delete', orphans)
  expect(ends.map(String).toSorted()).toEqual([
    ...Array.from({length: 10}, () => 'begun'),
    'too_many_actions',
    'too_many_actions',
  ])
  await disk.settle()
  const left = Array.from({length: 12}, (_, n) => disk.isThere(`films/Lost ${n}`)).filter(Boolean)
  expect([disk.setAside(), left.length]).toEqual([[], 2])
  expect(await disk.harness.alerts()).toEqual([])
  expect(new Set(await disk.lines())).toEqual(new Set(['orphan.delete confirmed']))
  const {items} = await disk.harness.acting.api.get<{items: readonly {state: string}[]}>('/api/trash')
  expect(new Set(items.map(({state}) => state))).toEqual(new Set(['purged']))
  expect(disk.isThere('films/Film 00/film.mkv')).toBe(true)
})
