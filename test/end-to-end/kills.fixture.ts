/**
 * The program is killed again and again, at random moments of its life, while it looks after downloads on real daemons:
 * what there is in the end is what there is without a kill. Each kind of server is a file of its own.
 */
import {setTimeout as pause} from 'node:timers/promises'
import {beforeEach, expect, test, vi} from 'vitest'
import {seededRandom} from '#lab/simulators/random.ts'
import {seedOfRun} from '#test/proof.ts'
import {Downloads, wish} from './downloads.fixture.ts'
import {eventually, RealHarness, reportFailures, type Entry} from './real-harness.fixture.ts'
import {lineOf, placeOf, type Place, type ServerWish, type Wish} from './real-wishes.fixture.ts'

// Nothing is judged by how long it takes: a machine that is busy has few lives in an hour.
vi.setConfig({testTimeout: 4 * 60 * 60_000, hookTimeout: 900_000})

/** At least; more where nobody lived to remove anything in so many lives. */
const KILLS = 50
/** What the longest life has when every server is online: to judge, to remove, to tell its Arrs. */
const ONLINE_MS = 4_500
/** Where starting takes longer, fewer lives get so far. */
const LONGEST_START_MS = 1_500
/** Hours that the last life has to come to its end, one after the other. */
const MOST_LEAPS = 60
/** So many times as long, where nothing came of so many lives. */
const LONGER = 1.15
/** Something new is wanted after so many. */
const BETWEEN = 7
const seed = seedOfRun()

const [films, series, music] = ['Radarr-Films', 'Sonarr-Series', 'Lidarr-Music'] as const
const config = `
ReSearch = true
RssSyncTimer = 0
ArrErrorCodesToBlocklist = ["Unable to determine if file is a sample"]
[Torrent]
DoNotRemoveSlow = true
StalledDelay = 0
FileNameExclusionRegex = ['\\bsample\\b']
[Torrent.SeedingMode]
MaxSeedingTime = 2
RemoveTorrent = 2
`

let harness: RealHarness

/** Registers the test on these servers. */
export function kills(servers: readonly ServerWish[]): void {
  beforeEach(async () => {
    harness = await RealHarness.build({
      servers,
      arrs: [
        {id: films, app: 'radarr', searchesItself: true, config},
        {id: series, app: 'sonarr', searchesItself: false, config},
        {id: music, app: 'lidarr', searchesItself: false, config},
      ],
      wishes: (tracker) =>
        wanted(
          tracker,
          servers.map(({id}) => id),
        ),
    })
    return () => harness.stop()
  })
  reportFailures(() => harness)

  // Again: COMMODARR_SEED=… and the path of the file.
  test(`${KILLS} kills at random moments, with COMMODARR_SEED=${seed}: the end is the same`, isTheSame)
}

/** Each Arr wants on each server one that is good, a broken one, or a sample. */
async function wanted(tracker: string, servers: readonly string[]): Promise<readonly Wish[]> {
  const make = new Downloads(tracker)
  const wishes: Wish[] = []
  for (const [at, arr] of [films, series, music].entries()) {
    for (const [nth, on] of servers.entries()) {
      const kind = (['Good', 'Broken', 'Teaser'] as const)[(at + nth) % 3]!
      const title = `${kind} ${at}${nth}`
      const name = `${kind}.${at}${nth}`
      const good = arr === music ? await make.songs(`${name}.GOOD`, 1) : await make.films(`${name}.GOOD`)
      const item = {arr, on, title}
      if (kind === 'Good') wishes.push(wish(item, good))
      if (kind === 'Broken')
        wishes.push(wish(item, {made: make.noise(`${name}.BAD`), import: {reject: 'sample_unknown'}}, good))
      if (kind === 'Teaser')
        wishes.push(wish(item, {made: make.sample(`${name}.BAD`), seeds: 'nobody'}, good))
    }
  }
  return wishes
}

async function isTheSame(): Promise<void> {
  const random = seededRandom(seed)
  const open = [...harness.wishes]
  let longest = Math.min(await firstLife(), LONGEST_START_MS) + ONLINE_MS
  let gone = 0
  for (let kill = 0; kill < KILLS || gone === 0; kill++) {
    if (kill % BETWEEN === 0) {
      const before = gone
      gone = (await removed()).length
      // Nobody lived to remove what is there: it takes longer on this machine, today.
      if (gone === before && (await harness.torrents()).length > 0) longest *= LONGER
      if (open.length > 0) harness.search(open.shift()!)
    }
    await aLife(random.below(longest))
  }
  expect(open, 'what nobody wanted yet').toEqual([])
  expect(await removed(), 'what was removed between the kills').not.toEqual([])
  harness.startProgram()
  await harness.ready()
  let quietMs = 2_000
  /** What was known before a leap is old behind it: a slow machine has ever more time to learn and act until the next. */
  const hours = async () => {
    harness.leap()
    await pause((quietMs = Math.min(quietMs * 1.5, 30_000)))
  }
  const missing = async () => {
    await hours()
    return harness.wishes.filter((one) => Object.keys(harness.inLibrary(one)).length !== 1)
  }
  // The last search may come when the last torrent is gone.
  await eventually(missing, (titles) => titles.length === 0, MOST_LEAPS)
  await harness.isGone('all', hours, MOST_LEAPS)

  expect(harness.wishes.flatMap((one) => harness.bytesInLibrary(one))).toEqual(
    harness.wishes.map(({releases}) => releases.at(-1)!.made.files[0]!.bytes),
  )
  for (const id of [films, series, music]) {
    const failed = harness.wishesOf(id).filter(({releases}) => releases.length > 1)
    expect(harness.arr(id).stats.blocklists.toSorted(), `blocklisted by ${id}`).toEqual(
      failed.map((one) => placeOf(one).hash.toUpperCase()).toSorted(),
    )
    expect(harness.searchesOf(id), `searches of ${id}`).toEqual(
      Object.fromEntries(harness.wishesOf(id).map(({title, releases}) => [title, releases.length])),
    )
    expect(harness.arr(id).stats.grabs).toHaveLength(
      harness.wishesOf(id).reduce((sum, {releases}) => sum + releases.length, 0),
    )
  }
  await isConsistent()
  expect(await harness.endProgram()).toEqual({code: 0, signal: null})
  expect(await harness.unfinishedSagas()).toEqual([])
}

/** What was downloaded once and is on its server no more. */
async function removed(): Promise<readonly string[]> {
  const there = await harness.torrents()
  const grabbed = harness.wishes.flatMap((one) =>
    [...one.releases.keys()]
      .map((rank) => placeOf(one, rank))
      .filter(({hash}) => harness.arr(one.arr).stats.grabs.includes(hash.toUpperCase())),
  )
  return grabbed.map(lineOf).filter((line) => !there.includes(line))
}

/**
 * Its first life, in which people let rules act that ask first.
 * @returns on this machine, today, ms: from its start until every server is online
 */
async function firstLife(): Promise<number> {
  const began = performance.now()
  const program = harness.startProgram()
  await eventually(() => program.out, isOnline)
  const took = performance.now() - began
  await harness.ready()
  await harness.letRulesAct()
  await harness.endProgram()
  return took
}

/** It begins, the hour that the guards wait for passes as soon as every server is online, and it is killed. */
async function aLife(ms: number): Promise<void> {
  const began = performance.now()
  const program = harness.startProgram()
  let hasLeapt = false
  while (performance.now() - began < ms) {
    if (!hasLeapt && isOnline(program.out)) {
      harness.leap()
      hasLeapt = true
    }
    await pause(Math.min(20, Math.max(1, ms - (performance.now() - began))))
  }
  expect(await harness.endProgram('SIGKILL')).toEqual({code: null, signal: 'SIGKILL'})
}

function isOnline(said: string): boolean {
  return [...harness.servers.keys()].every((id) => said.includes(` ${id}: online`))
}

/** Each action has an end; each torrent was removed by one that came through, and each failure was told once. */
async function isConsistent(): Promise<void> {
  const hasEnded = ({outcome}: Entry) => !['planned', 'waiting', 'sent'].includes(outcome)
  // A server is looked at once more before its removal counts as done.
  const entries = await eventually(
    () => harness.journal(),
    (all) => all.every((entry) => entry.info_hash === null || hasEnded(entry)),
  )
  for (const one of harness.wishes) {
    for (const rank of one.releases.keys()) {
      const {server, hash} = placeOf(one, rank)
      const own = entries.filter((entry) => entry.info_hash === hash && entry.server_id === server)
      // What nobody seeds never wrote anything, so whatever lies at its place is somebody else's.
      const removal = one.releases[rank]!.seeds === 'nobody' ? 'remove' : 'removeWithData'
      const removals = own.filter(({verb, outcome}) => verb === removal && outcome !== 'held')
      expect(removals.length, `removals of ${lineOf({server, hash})}`).toBeGreaterThan(0)
      expect(removals.filter(({outcome}) => outcome === 'done').length).toBeLessThanOrEqual(1)
      const failures = rank < one.releases.length - 1 ? 1 : 0
      await eventually(
        () => said({server, hash}),
        (all) => all.filter((it) => it.startsWith('failDownload done')).length === failures,
      )
    }
  }
}

/** What became of it, by the journal. */
async function said({server, hash}: Place): Promise<readonly string[]> {
  const entries = await harness.journal(`&info_hash=${hash}&server_id=${server}`)
  return entries.map(({verb, outcome, code}) => [verb, outcome, code ?? ''].join(' '))
}
