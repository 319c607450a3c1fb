import {mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {contradictionAt} from '#disk/path-mapping.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock} from '#lib/clock.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {PathMapping, ServerDefinition} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {A, B, file, keyOf, LookUpHarness, row} from './look-ups.fixture.ts'
import {MappingChecks} from './mapping-checks.ts'

const MINUTE = 60_000
let root: string
let harness: LookUpHarness
let kept: Map<string, DeadlineRecord>
let checks: MappingChecks
let asked: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mapping-checks-'))
  harness = new LookUpHarness()
  harness.files = new Map()
  kept = new Map()
  asked = []
  checks = begin()
})
afterEach(() => rmSync(root, {recursive: true, force: true}))

function begin(): MappingChecks {
  const definitions = () =>
    [...harness.mappings].map(([id, paths]) => ({id, paths, enabled: true}) as unknown as ServerDefinition)
  return new MappingChecks({
    clock: harness.clock,
    random: () => 0.5,
    turns: harness.turns,
    fleet: harness.fleet,
    // Real disks answer in real time, and settle by the time of the test.
    mounted: new MountedDisks(
      Object.assign(new Patience(systemClock), {now: () => harness.clock.monotonic()}),
      harness.mounts,
    ),
    definitions,
    server: harness.surroundings.server,
    files: async (key) => {
      asked.push(keyText(key))
      return harness.files!.get(keyText(key)) ?? []
    },
    deadlines: {
      ofKind: (kind) => [...kept.values()].filter((it) => it.kind === kind),
      of: (kind, subject) => kept.get(`${kind} ${subject}`) ?? null,
      set: async (...records) => records.forEach((it) => kept.set(`${it.kind} ${it.subject}`, it)),
      cancel: async (kind, subject) => void kept.delete(`${kind} ${subject}`),
    },
    log: {error: () => {}},
  })
}

/** Torrents of one file of ten bytes. @param from ours is the folder of this name */
function server(
  id: typeof A,
  names: readonly string[],
  folder: string,
  more: Partial<TorrentPatch> = {},
): PathMapping {
  const mapping = {server: '/data', ours: join(root, folder)}
  harness.mappings.set(id, [mapping])
  harness.list(
    id,
    names.map((name, n) => row(n, {name, contentPath: `/data/${name}`, state: 'seeding', ...more})),
  )
  for (const [n, name] of names.entries()) harness.files!.set(keyText(keyOf(id, n)), [file(0, name)])
  return mapping
}

function write(folder: string, names: readonly string[], bytes = 10): void {
  for (const name of names) {
    const path = join(root, folder, name)
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, '')
    truncateSync(path, bytes)
  }
}

/** Passes of the checks, each with its looks at the disk. */
async function pass(minutes: number): Promise<void> {
  for (let at = 0; at < 2 * minutes; at++) {
    await harness.clock.advance(MINUTE / 2)
    await checks.look()
  }
}

/** fits: all of it lies there, as it would in a copy. */
const verdictOf = (id = A) => {
  const {verdict, reason} = checks.of(id)[0]!
  return verdict === 'unproven' && reason.includes('A copy would look the same') ? 'fits' : verdict
}
const films = ['a.mkv', 'b.mkv', 'c.mkv']
const series = ['x.mkv', 'y.mkv', 'z.mkv']

test('files of several torrents fit a mapping, which a copy would, too; of one they do not', async () => {
  write('films', films)
  server(A, films, 'films')
  server(B, ['a.mkv'], 'films')
  expect(checks.of(A)).toEqual([
    {
      from: '/data',
      to: join(root, 'films'),
      verdict: 'unproven',
      reason: 'Its files were not looked at yet.',
      checkedAt: null,
    },
  ])
  await pass(1)
  expect([verdictOf(), verdictOf(B)]).toEqual(['fits', 'unproven'])
  expect(checks.of(B)[0]!.reason).toContain('Looked at 1 complete torrent: 1 is there with all files.')
})

test('two folders that were mixed up, and one with files of the same names: contradicted after two looks', async () => {
  write('films', films)
  write('series', series)
  write('other', series, 9)
  server(A, films, 'series')
  const other = server(B, series, 'other')
  await pass(1)
  expect([verdictOf(), verdictOf(B)]).toEqual(['unproven', 'unproven'])
  await pass(5)
  expect([verdictOf(), verdictOf(B)]).toEqual(['contradicted', 'contradicted'])
  const [evaluated] = checks.checked(B, [other])
  expect(evaluated).toEqual({...other, contradicted: expect.stringContaining('3 have files of other sizes')})
  expect(contradictionAt('/data/x.mkv', [evaluated!])).toBe(evaluated!.contradicted)
  // A right one takes its place.
  server(A, films, 'films')
  await pass(1)
  expect([verdictOf(), kept.size]).toEqual(['fits', 1])
})

test.each<[string, Partial<TorrentPatch>]>([
  ['is not complete', {complete: false}],
  ['misses files, as its server says', {state: 'missingFiles'}],
  ['is moved', {state: 'moving'}],
  ['is checked', {state: 'checking'}],
  ['has a name that its server cannot say', {contentPath: '/data/????.mkv'}],
])('what %s is no evidence, and its files are not asked for', async (_what, more) => {
  write('films', ['somebody'])
  server(A, films, 'films', more)
  await pass(20)
  expect([verdictOf(), asked]).toEqual(['unproven', []])
})

test('files that are not wanted, not whole or empty need not be there', async () => {
  const names = ['One', 'Two']
  for (const name of names) write(`films/${name}`, ['film.mkv'])
  server(A, names, 'films')
  for (const [n, name] of names.entries())
    harness.files!.set(keyText(keyOf(A, n)), [
      file(0, `${name}/film.mkv`),
      file(1, `${name}/skipped`, {priority: 'skip'}),
      file(2, `${name}/half`, {progress: 0.5}),
      file(3, `${name}/empty`, {size: 0}),
    ])
  await pass(1)
  expect(verdictOf()).toBe('fits')
})

test('what cannot be read is no evidence', async () => {
  write('films', films)
  server(A, films, 'films')
  harness.files!.clear()
  await pass(20)
  expect(checks.of(A)[0]).toMatchObject({
    verdict: 'unproven',
    reason: 'The files of its complete torrents could not be read.',
  })
})

test('an empty folder, one that is not there and a server that is away say nothing', async () => {
  mkdirSync(join(root, 'empty'))
  server(A, films, 'empty')
  server(B, films, 'nowhere')
  await pass(20)
  expect([verdictOf(), verdictOf(B), asked]).toEqual(['unproven', 'unproven', []])
  harness.status.set(A, 'unreachable')
  await pass(11)
  expect(checks.of(A)[0]!.reason).toBe('Its server is not online.')
})

test('a disk that was away proves nothing until it has settled, and then again two looks', async () => {
  write('films', ['somebody'])
  const {ours} = server(A, films, 'films')
  await pass(1)
  const known = harness.mounts.get(ours)!
  harness.mounts.set(ours, {...known, inode: '1', totalBytes: 1})
  await pass(20)
  expect([verdictOf(), checks.of(A)[0]!.reason]).toEqual([
    'unproven',
    expect.stringContaining('Another disk is there'),
  ])
  harness.mounts.set(ours, {...known, returnedAt: 'away'})
  await pass(9)
  expect(checks.of(A)[0]!.reason).toContain('was just mounted again')
  const back = harness.mounts.get(ours)!.returnedAt as number
  while (verdictOf() !== 'contradicted') await pass(1)
  expect(harness.clock.monotonic() - back).toBeGreaterThanOrEqual(15 * MINUTE)
  // What nobody can see any more does not make it right.
  harness.mounts.set(ours, {...known, inode: '1', totalBytes: 1})
  await pass(20)
  expect(verdictOf()).toBe('contradicted')
})

test('a contradiction is kept over a restart, and ends with what is found then', async () => {
  write('films', films, 9)
  const mapping = server(A, films, 'films')
  await pass(7)
  checks = begin()
  expect([verdictOf(), checks.checked(A, [mapping])[0]!.contradicted]).toEqual([
    'contradicted',
    expect.stringContaining('/data'),
  ])
  // Nobody is configured so any more: what its torrents had is kept by the server that left.
  harness.mappings.delete(A)
  await pass(1)
  expect(checks.checked(A, [mapping])[0]!.contradicted).toBeDefined()
  harness.mappings.set(A, [mapping])
  write('films', films)
  await pass(11)
  expect([verdictOf(), checks.checked(A, [mapping]), kept.size]).toEqual(['fits', [mapping], 0])
})

test('a server is asked for a few torrents, and where all fit again after hours', async () => {
  const many = Array.from({length: 300}, (_, n) => `film ${n}.mkv`)
  write('films', many)
  server(A, many, 'films')
  await pass(1)
  expect([verdictOf(), asked.length]).toEqual(['fits', 8])
  await pass(5 * 60)
  expect(asked).toHaveLength(8)
  await pass(70)
  expect(asked).toHaveLength(16)
})

test('a copy of all files is noticed by the downloads that do not reach it, over a restart too', async () => {
  write('films', films)
  const mapping = server(A, films, 'films')
  await pass(1)
  expect(checks.of(A)[0]).toMatchObject({
    verdict: 'unproven',
    reason: expect.stringContaining('it is proven once a download of this server'),
  })
  const MIB = 1024 * 1024
  const grow = (mib: number) => {
    harness.list(A, [
      ...films.map((name, n) => row(n, {name, contentPath: `/data/${name}`, state: 'seeding'})),
      row(9, {contentPath: '/data/new.mkv', state: 'downloading', complete: false, completed: mib * MIB}),
    ])
    harness.fleet.markServer(A, true)
    harness.files!.set(keyText(keyOf(A, 9)), [file(0, 'new.mkv', {progress: 0.5})])
  }
  write('films', ['new.mkv'])
  for (let mib = 20; mib <= 200; mib += 20) {
    grow(mib)
    await pass(5)
  }
  const copy = expect.stringContaining('a copy is there')
  expect(checks.of(A)[0]).toMatchObject({verdict: 'contradicted', reason: copy})
  expect(checks.checked(A, [mapping])[0]!.contradicted).toEqual(copy)
  checks = begin()
  await pass(11)
  expect(checks.of(A)[0]).toMatchObject({verdict: 'contradicted', reason: copy})
  for (let mib = 300; mib <= 400; mib += 20) {
    grow(mib)
    write('films', ['new.mkv'], mib)
    await pass(5)
  }
  expect(checks.of(A)[0]).toMatchObject({
    verdict: 'proven',
    reason: expect.stringContaining('was seen to grow'),
  })
  expect([...kept.values()].map(({kind}) => kind)).toEqual(['mapping_grew'])
  // Nothing downloads any more: that it once grew is known over a restart, and of another mapping it says nothing.
  checks = begin()
  await pass(11)
  expect(verdictOf()).toBe('proven')
  write('elsewhere', films)
  server(A, films, 'elsewhere')
  await pass(11)
  expect([verdictOf(), kept.size]).toEqual(['fits', 0])
})

test('what became complete last is looked at in any case: a copy does not have it', async () => {
  const names = Array.from({length: 60}, (_, n) => `f${n}.mkv`)
  write('films', names.slice(1))
  harness.mappings.set(A, [{server: '/data', ours: join(root, 'films')}])
  harness.list(
    A,
    names.map((name, n) =>
      row(n, {name, contentPath: `/data/${name}`, state: 'seeding', completedAt: 1_000_000 - n}),
    ),
  )
  for (const [n, name] of names.entries()) harness.files!.set(keyText(keyOf(A, n)), [file(0, name)])
  await pass(1)
  expect(checks.of(A)[0]).toMatchObject({
    verdict: 'unproven',
    reason: expect.stringContaining('1 is not there'),
  })
})
