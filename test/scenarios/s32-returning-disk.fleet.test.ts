/**
 * A disk goes away and comes back, and servers go on to say that files are missing: what the disk has is checked, once
 * it is seen and a few times at most; what it really lost is given up after a day, without a word to any data.
 */
import {mkdirSync, renameSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import type {World} from '#lab/simulators/world.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {newFolder} from '../program/program.fixture.ts'
import {isFull, some} from '../proof.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {
  A,
  B,
  elsewhere,
  hashAt,
  HOUR,
  MINUTE,
  trackerOf,
  type ScenarioHarness,
} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
let folder: string
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const each of folders.splice(0)) rmSync(each, {recursive: true, force: true})
})

const MOST_CHECKS = 3
// No media: what they hold cannot be read as one, which is another rule's matter.
const film = makeTorrent({name: 'Some.Film.2020.1080p', content: {'film.bin': 50_000}})
const other = makeTorrent({name: 'Other.Film.2020.1080p', content: {'film.bin': 40_000, 'film.nfo': 400}})

/** Both films are whole, and so are their files. */
async function begin(isMapped = true): Promise<void> {
  folder = join(newFolder(), 'disk')
  folders.push(join(folder, '..'))
  mkdirSync(folder)
  // An empty folder may be one whose disk is away.
  writeFileSync(join(folder, 'something'), 'here')
  const mapping = isMapped ? `["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n` : ''
  harness = await startFilms({
    config: `${filmsSection}[Radarr-films.Torrent]\nStalledDelay = -1\n${mapping}`,
    titles: ['Some Film', 'Other Film'],
    releases: [film, other],
  })
  for (const [at, made] of [film, other].entries()) {
    await grab(harness, made, {itemId: at + 1})
    made.writePayload(place(made))
  }
}

const place = ({hash}: MadeTorrent) => harness.torrent(A, hash).savePath.replace('/srv/downloads', folder)
const say = (state: 'missingFiles' | 'error', ...all: readonly MadeTorrent[]) => {
  for (const {hash, size} of all) harness.update(A, hash, {state, done: size, running: state === 'error'})
}
const checks = ({hash}: MadeTorrent) =>
  harness.world(A).commands.received.filter(({verb, hashes}) => verb === 'recheck' && hashes.includes(hash))
    .length

/** What is done about it is done in these: they are lived through one by one. */
const CLOSE_HOURS = 6

/** For so long, a server that says it again each hour, and so after each check. */
async function hours(count: number, say: () => void): Promise<void> {
  for (let hour = 0; hour < count; hour++) harness.acting.clock.after(hour * HOUR * 1_000, say)
  const close = Math.min(count, CLOSE_HOURS)
  for (let hour = 0; hour < close; hour++) await harness.pass(HOUR)
  if (count > close) await harness.pass((count - close) * HOUR)
}

test.runIf(isFull).each(['missingFiles', 'error'] as const)(
  'S32 a disk that is away is nothing that can be checked; back again, what it has is, and nothing is removed (%s)',
  async (state) => {
    await begin()
    renameSync(folder, `${folder} away`)
    await hours(2, () => say(state, film, other))
    expect([checks(film), checks(other)]).toEqual([0, 0])
    renameSync(`${folder} away`, folder)
    await hours(2, () => say(state, film, other))
    for (const made of [film, other]) {
      expect(checks(made)).toBeGreaterThan(0)
      expect(checks(made)).toBeLessThanOrEqual(MOST_CHECKS)
    }
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'S32 a server that goes on to say so, of what the disk has, has to check it three times, and nothing goes',
  async () => {
    await begin()
    await hours(48, () => say('missingFiles', film, other))
    expect([checks(film), checks(other)]).toEqual([MOST_CHECKS, MOST_CHECKS])
    expect([harness.holds(A, film.hash), harness.holds(A, other.hash)]).toEqual([true, true])
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'S32 of a disk that is back without half of it, that half is given up after a day, without its data',
  async () => {
    await begin()
    renameSync(folder, `${folder} away`)
    say('missingFiles', film, other)
    await harness.pass(2 * HOUR)
    renameSync(`${folder} away`, folder)
    rmSync(join(place(film), film.name), {recursive: true, force: true})
    // Of the other one a part is there: that is no proof of anything.
    rmSync(join(place(other), other.name, 'film.bin'))
    await harness.pass(20 * HOUR)
    expect([harness.holds(A, film.hash), harness.destroyed()]).toEqual([true, []])
    await hours(8, () => say('missingFiles', other))
    expect(harness.destroyed()).toEqual([`${A} remove ${film.hash}`])
    expect([harness.holds(A, other.hash), checks(film)]).toEqual([true, 0])
    await harness.expectWell()
  },
)

test.runIf(isFull)(
  'S32 what is known of its content while its server says that it is missing removes nothing before it was checked',
  async () => {
    await begin()
    await harness.rule({
      name: 'Not all there',
      reason: 'stalled',
      when: {fact: 'progress', op: 'lt', value: 1},
      do: [{action: 'removeWithData'}],
    })
    const half = {state: 'missingFiles', done: film.size / 2} as const
    renameSync(folder, `${folder} away`)
    harness.update(A, film.hash, half)
    await harness.pass(10 * MINUTE)
    renameSync(`${folder} away`, folder)
    await hours(3, () => harness.update(A, film.hash, half))
    expect(checks(film)).toBeGreaterThan(0)
    await harness.expectNothingDestructive()
  },
)

test.each(some(1, ['nothing of it', 'all of it'] as const))(
  'S32 of a disk that is back a server reports for minutes what it knew before (%s): until the disk has settled nothing goes, and after that only what is not lost',
  async (reported) => {
    await begin()
    const isNothing = reported === 'nothing of it'
    const all = (['remove', 'removeWithData'] as const).map((action, at) => ({
      action,
      ...harness.had(A, 900 + at, {savePath: '/srv/downloads', rootName: action}),
    }))
    for (const {rootName, size} of all) {
      writeFileSync(join(folder, rootName), '')
      truncateSync(join(folder, rootName), size)
    }
    await harness.pass(HOUR)
    renameSync(folder, `${folder} away`)
    if (isNothing) for (const {hash} of all) harness.update(A, hash, {state: 'downloading', done: 0})
    for (const {action, name} of all) {
      await harness.rule({
        name: `All or nothing (${action})`,
        reason: 'stalled',
        when: {
          all: [
            {fact: 'name', op: 'eq', value: name},
            {fact: 'progress', op: isNothing ? 'lt' : 'gte', value: isNothing ? 0.5 : 1},
          ],
        },
        do: [{action}],
      })
    }
    await harness.pass(5 * MINUTE)
    await harness.expectNothingDestructive()
    renameSync(`${folder} away`, folder)
    await harness.pass(8 * MINUTE)
    await harness.expectNothingDestructive()
    expect((await harness.why(A, all[0]!.hash)).rules.map(({sentence}) => sentence).join()).toContain(
      isNothing ? 'See whether its disk is there' : 'The disk has to be there',
    )
    await harness.pass(20 * MINUTE)
    // Nobody here had it checked: its files may be there, whatever its server says.
    const gone = isNothing ? [] : all.map(({action, hash}) => `${A} ${action} ${hash}`)
    expect(harness.destroyed().toSorted()).toEqual(gone.toSorted())
  },
)

test.runIf(isFull)(
  'S32 what is not visible from here is neither checked nor removed, however long its server says so',
  async () => {
    await begin(false)
    await hours(30, () => say('missingFiles', film, other))
    expect([checks(film), checks(other)]).toEqual([0, 0])
    expect(await harness.alerts()).toEqual([`freeze ${A} missing_files_unseen`])
    await harness.expectNothingDestructive()
    await harness.pass(MINUTE)
    expect([harness.holds(A, film.hash), harness.holds(A, other.hash)]).toEqual([true, true])
  },
)

const OWED = 'strict.example.net'

/**
 * Of films that owe 30 days their server says that they are missing, as of all else that is saved in their folder. Where
 * that is there is one stray file.
 */
async function startOwing(
  lost: number,
  of: number,
): Promise<{readonly films: string[]; readonly others: string[]}> {
  const inFolder = (index: number, world: World) =>
    index < lost + 20 && {
      savePath: '/srv/downloads/films',
      category: index < lost ? 'films' : 'series',
      isPrivate: true,
      trackers: [trackerOf(world, OWED)],
    }
  folder = newFolder()
  folders.push(folder)
  harness = await startFilms({
    config: `[[${A}.Trackers]]
URI = "${OWED}"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
${filmsSection}[Radarr-films.Torrent]
StalledDelay = -1
["${A}".PathMappings]
"/srv/downloads" = ${JSON.stringify(folder)}
`,
    servers: [
      {name: A, torrents: of, each: (index, world) => inFolder(index, world) || elsewhere()},
      {name: B, torrents: 10, each: elsewhere},
    ],
    titles: ['Some Film'],
    releases: [film],
  })
  const hashes = Array.from({length: lost + 20}, (_, index) => hashAt(A, index))
  harness.lay(A, hashes, folder)
  await harness.pass(HOUR)
  renameSync(join(folder, 'films'), `${folder} away`)
  folders.push(`${folder} away`)
  mkdirSync(join(folder, 'films'))
  writeFileSync(join(folder, 'films', 'stray'), 'of nobody')
  for (const hash of hashes) harness.update(A, hash, {state: 'missingFiles', running: false})
  return {films: hashes.slice(0, lost), others: hashes.slice(lost)}
}

/** A person looks, and lets each rule go on that was held. */
async function resumeAll(): Promise<void> {
  const {api} = harness.acting
  const {rules} = await api.get<{rules: readonly {id: string; suspended: object | null}[]}>('/api/rules')
  for (const {id, suspended} of rules) if (suspended) await api.send('POST', `/api/rules/${id}/resume`)
}

test.runIf(isFull).each([
  {lost: 6, of: 150},
  {lost: 18, of: 418},
])(
  'S32 $lost torrents of $of that owe and whose files are not there stay while no files of others are seen; then they go, without data',
  async ({lost, of}) => {
    const {films, others} = await startOwing(lost, of)
    for (const hours of [25, 2]) {
      await harness.pass(hours * HOUR)
      await resumeAll()
    }
    expect(films.every((hash) => harness.holds(A, hash))).toBe(true)
    await harness.expectNothingDestructive()
    const {rules} = await harness.why(A, films[0]!)
    expect(rules.map(({sentence}) => sentence).join()).toContain('files of other torrents')
    harness.lay(A, others.slice(0, 1), folder)
    await harness.pass(2 * HOUR)
    await resumeAll()
    await harness.pass(4 * HOUR)
    expect(harness.destroyed().toSorted()).toEqual(films.map((hash) => `${A} remove ${hash}`).toSorted())
    await harness.expectWell()
  },
)

/** Which error stands on its server, whatever a check finds, until it is started. */
const standing = [
  {kind: 'transmission', name: 'Transmission-A', state: 'missingFiles'},
  {kind: 'rtorrent', name: 'rTorrent-A', state: 'error'},
] as const

test.each(some(1, standing))(
  'S32 what a $kind stopped for its missing files is started once a check of ours found all of it',
  async ({kind, name, state}) => {
    const disks = await DiskHarness.start([{name, kind, torrents: 5, folder: '/srv/downloads'}])
    harness = disks.scenario
    const put = (at: number) =>
      disks.put(name, at, {[`Film ${at}/film.mkv`]: 90_000 + at}, {category: 'films'})
    const [lost, stopped] = [put(900), put(901)]
    disks.checksAtOnce(name)
    await harness.rule({
      name: 'Check what has an error',
      concern: 'recheck',
      scope: {categories: ['films']},
      when: {fact: 'state', op: 'in', value: ['missingFiles', 'error', 'stopped']},
      do: [{action: 'recheck'}],
    })
    harness.update(name, lost.hash, {state, errorText: 'No data found!', running: false})
    harness.update(name, stopped.hash, {state: 'stopped', running: false})
    await disks.pass(HOUR)
    expect([lost, stopped].map(({hash}) => harness.torrent(name, hash).running)).toEqual([true, false])
    expect(harness.torrent(name, lost.hash)).toMatchObject({state: 'seeding', errorText: ''})
    const starts = harness.world(name).commands.received.filter(({verb}) => verb === 'start')
    expect(starts.map(({hashes}) => hashes)).toEqual([[lost.hash]])
    await harness.expectNothingDestructive()
  },
)

test('S32 a start after a check that a Transmission undoes at its next pulse is sent again, and then it runs', async () => {
  const name = 'Transmission-A'
  const disks = await DiskHarness.start([{name, kind: 'transmission', torrents: 5, folder: '/srv/downloads'}])
  harness = disks.scenario
  const {hash} = disks.put(name, 900, {'Film 900/film.mkv': 90_000}, {category: 'films'})
  disks.checksAtOnce(name)
  await harness.rule({
    name: 'Check what has an error',
    concern: 'recheck',
    scope: {categories: ['films']},
    when: {fact: 'state', op: 'in', value: ['missingFiles', 'error']},
    do: [{action: 'recheck'}],
  })
  const world = harness.world(name)
  const {commands} = world
  const start = commands.start.bind(commands)
  let lost = 0
  commands.start = (torrents) => {
    start(torrents)
    if (lost++ === 0) world.clock.after(400, () => commands.halt(torrents))
  }
  harness.update(name, hash, {state: 'missingFiles', errorText: 'No data found!', running: false})
  await disks.pass(HOUR)
  expect(harness.torrent(name, hash)).toMatchObject({state: 'seeding', running: true})
  const starts = commands.received.filter(({verb}) => verb === 'start')
  expect(starts.map(({hashes}) => hashes)).toEqual([[hash], [hash]])
  await harness.expectNothingDestructive()
})
