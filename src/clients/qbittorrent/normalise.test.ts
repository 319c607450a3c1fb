import {describe, expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {Maindata, MaindataUpdate} from './maindata.ts'
import type {NativeTorrent} from './native.ts'

const HASH = 'a'.repeat(40)
const NOW = Date.UTC(2026, 0, 1)

/** A running torrent as 5.1.0 lists it. */
const plain: NativeTorrent = {
  name: 'one',
  state: 'stalledUP',
  size: 1000,
  total_size: 1000,
  has_metadata: true,
  amount_left: 0,
  completed: 1000,
  downloaded: 1000,
  uploaded: 500,
  progress: 1,
  dlspeed: 0,
  upspeed: 0,
  availability: 0.5,
  trackers_count: 1,
  tracker: '',
  priority: 3,
}

class Table {
  readonly data = new Maindata()
  #seconds = 1000

  constructor({newList = true, queueing = true} = {}) {
    Object.assign(this.data.rows.setting, {newList, queueing, nowMs: NOW, seconds: this.#seconds})
  }

  async list(row: NativeTorrent): Promise<TorrentPatch> {
    const {patches} = await this.#round(true, (round) => round.torrent(HASH, row, true))
    return patches[0]!
  }

  /** One delta after so many seconds. */
  async delta(part: NativeTorrent | null, afterSeconds = 2): Promise<readonly TorrentPatch[]> {
    this.#seconds += afterSeconds
    Object.assign(this.data.rows.setting, {
      seconds: this.#seconds,
      nowMs: NOW + (this.#seconds - 1000) * 1000,
    })
    return (await this.#round(false, (round) => part && round.torrent(HASH, part, false))).patches
  }

  async #round(isFull: boolean, play: (round: MaindataUpdate) => void): Promise<{patches: TorrentPatch[]}> {
    const patches: TorrentPatch[] = []
    const nothing = (): void => {}
    const sink = {
      begin: nothing,
      row: (patch: TorrentPatch) => void patches.push(patch),
      removed: nothing,
      end: nothing,
      stats: nothing,
      categories: nothing,
      tags: nothing,
    }
    const round = new MaindataUpdate(this.data, sink, () => true)
    if (isFull) round.begin(false)
    play(round)
    await round.finish(new TimeSlice())
    return {patches}
  }
}

describe('the state', () => {
  for (const [word, rate, state] of [
    ['error', 0, 'error'],
    ['missingFiles', 0, 'missingFiles'],
    ['moving', 5, 'moving'],
    ['checkingUP', 0, 'checking'],
    ['checkingDL', 0, 'checking'],
    ['checkingResumeData', 0, 'checking'],
    ['allocating', 0, 'checking'],
    ['metaDL', 0, 'metadata'],
    ['forcedMetaDL', 0, 'metadata'],
    ['downloading', 5, 'downloading'],
    ['forcedDL', 5, 'downloading'],
    ['forcedDL', 0, 'stalledDown'],
    ['stalledDL', 0, 'stalledDown'],
    ['uploading', 5, 'seeding'],
    ['forcedUP', 5, 'seeding'],
    ['forcedUP', 0, 'stalledUp'],
    ['stalledUP', 0, 'stalledUp'],
    ['queuedDL', 0, 'queuedDown'],
    ['queuedUP', 0, 'queuedUp'],
    ['stoppedDL', 0, 'stopped'],
    ['stoppedUP', 0, 'stopped'],
    ['pausedDL', 0, 'stopped'],
    ['pausedUP', 0, 'stopped'],
    ['unknown', 0, 'unknown'],
    ['somethingNew', 0, 'unknown'],
  ] as const) {
    test(`${word} at ${rate} B/s is ${state}, and the word is kept`, async () => {
      const patch = await new Table().list({...plain, state: word, dlspeed: rate, upspeed: rate})
      expect([patch.state, patch.nativeState]).toEqual([state, word])
    })
  }

  test('of a forced torrent follows its rate through the deltas', async () => {
    const table = new Table()
    await table.list({...plain, state: 'forcedUP'})
    expect(await table.delta({upspeed: 7})).toEqual([{hash: HASH, upSpeed: 7, state: 'seeding'}])
    expect(await table.delta({upspeed: 9})).toEqual([{hash: HASH, upSpeed: 9}])
    expect(await table.delta({upspeed: 0})).toEqual([{hash: HASH, upSpeed: 0, state: 'stalledUp'}])
  })
})

describe('what is not known', () => {
  test('a magnet without metadata has no size, is not complete, and 0 left means nothing', async () => {
    const magnet = {...plain, state: 'metaDL', size: 0, total_size: -1, has_metadata: false, amount_left: 0}
    const patch = await new Table().list({...magnet, private: null, availability: 0})
    expect(patch).toMatchObject({hasMetadata: false, complete: false, progress: 1})
    for (const field of ['size', 'sizeTotal', 'amountLeft', 'isPrivate', 'availability'] as const) {
      expect([field, field in patch, patch[field]]).toEqual([field, true, undefined])
    }
  })

  test('when metadata arrives with all data there, what stayed 0 is reported', async () => {
    const table = new Table()
    await table.list({...plain, size: 0, total_size: -1, has_metadata: false})
    const [patch] = await table.delta({has_metadata: true, total_size: 9, size: 9})
    expect(patch).toMatchObject({hasMetadata: true, complete: true, size: 9, sizeTotal: 9, amountLeft: 0})
  })

  test('before 5.0 a known size is the sign of metadata', async () => {
    const table = new Table({newList: false})
    const {has_metadata: _, ...row} = plain
    expect(await table.list({...row, total_size: -1})).toMatchObject({hasMetadata: false, complete: false})
    expect(await table.delta({total_size: 5})).toMatchObject([{hasMetadata: true, complete: true}])
  })

  for (const [what, part, known] of [
    ['complete', {availability: -1}, undefined],
    ['stopped', {state: 'stoppedUP', availability: 0}, undefined],
    ['running and nobody has anything', {availability: 0}, 0],
  ] as const) {
    test(`availability of a torrent that is ${what} is ${known}`, async () => {
      expect((await new Table().list({...plain, ...part})).availability).toBe(known)
    })
  }

  test('availability that stays 0 is reported when the torrent is started', async () => {
    const table = new Table()
    await table.list({...plain, state: 'stoppedDL', availability: 0})
    expect(await table.delta({state: 'stalledDL'})).toMatchObject([{state: 'stalledDown', availability: 0}])
  })

  test('counters that ran over are unknown, and so is what is computed from them', async () => {
    const patch = await new Table().list({...plain, uploaded: -5, downloaded: 'x'})
    expect(patch).toMatchObject({uploaded: undefined, downloaded: undefined, ratio: undefined})
  })

  test('values of a wrong type break nothing', async () => {
    const rubbish = Object.fromEntries(Object.keys(plain).map((key) => [key, {deep: [1]}]))
    expect(await new Table().list(rubbish)).toMatchObject({state: 'unknown', name: '', downSpeed: 0})
  })
})

test('ratio and its divisor: ours, whatever the server says', async () => {
  const table = new Table()
  expect(await table.list({...plain, ratio: -1})).toMatchObject({ratio: 0.5, nativeRatio: undefined})
  expect(await table.delta({uploaded: 2000})).toEqual([{hash: HASH, uploaded: 2000, ratio: 2}])
  expect(await table.delta({downloaded: 0})).toMatchObject([{ratio: 2}])
  expect(await table.delta({completed: 0})).toMatchObject([{ratio: undefined}])
})

test('limits: −2 inherits, −1 is none, minutes become seconds, speeds of 0 are none', async () => {
  const native = {
    ratio_limit: -2,
    seeding_time_limit: -1,
    inactive_seeding_time_limit: 30,
    dl_limit: 0,
    up_limit: 9,
  }
  expect(await new Table().list({...plain, ...native})).toMatchObject({
    ratioLimit: 'inherit',
    seedTimeLimit: null,
    idleLimit: 1800,
    downLimit: null,
    upLimit: 9,
  })
})

test('names, paths and times in our spelling', async () => {
  const native = {
    tags: 'b, a c,  , commodarr-adding-x-1',
    save_path: '/srv/dl/',
    content_path: '',
    download_path: '',
    infohash_v1: HASH,
    infohash_v2: '',
    completion_on: 0,
    added_on: 1_700_000_000,
    seen_complete: -1,
    num_complete: -1,
    num_incomplete: 4,
  }
  expect(await new Table().list({...plain, ...native})).toMatchObject({
    tags: ['b', 'a c'],
    savePath: '/srv/dl',
    contentPath: undefined,
    incompletePath: null,
    infoHashV1: HASH,
    infoHashV2: null,
    completedAt: null,
    addedAt: 1_700_000_000_000,
    seenCompleteAt: null,
    seedsSwarm: null,
    peersSwarm: 4,
  })
})

describe('the tracker', () => {
  for (const [what, native, status, problem] of [
    ['none at all', {trackers_count: 0}, 'none', false],
    ['none that was asked yet', {}, 'unknown', false],
    ['one that works', {tracker: 'udp://t.example:80/x'}, 'ok', false],
    ['one that works and warns', {tracker: 'udp://t.example/x', has_tracker_warning: true}, 'warning', false],
    ['one out of reach', {has_other_announce_error: true, has_tracker_warning: true}, 'unreachable', true],
    ['one that says no', {has_tracker_error: true, has_other_announce_error: true}, 'error', true],
  ] as const) {
    test(`${what}: ${status}`, async () => {
      const patch = await new Table().list({...plain, ...native})
      expect([patch.trackerStatus, patch.trackerProblem]).toEqual([status, problem])
    })
  }

  test('has its host, without port and key', async () => {
    const patch = await new Table().list({...plain, tracker: 'https://T.Example.org:443/announce?passkey=1'})
    expect(patch.trackerHost).toBe('t.example.org')
  })
})

test('positions in the queue mean nothing while queueing is off, and come back with it', async () => {
  const table = new Table({queueing: false})
  expect((await table.list(plain)).queuePosition).toBeNull()
  const on = await new Table().list(plain)
  expect([on.queuePosition, (await new Table().list({...plain, priority: 0})).queuePosition]).toEqual([
    3,
    null,
  ])
})

describe('what only ticks', () => {
  const ticking = {
    time_active: 5,
    seeding_time: 5,
    last_activity: 1_700_000_000,
    eta: 8_640_000,
    reannounce: 100,
  }

  test('is reported with a whole row', async () => {
    expect(await new Table().list({...plain, ...ticking})).toMatchObject({
      activeTime: 5,
      seedingTime: 5,
      lastActivityAt: 1_700_000_000_000,
      eta: null,
      nextAnnounceAt: NOW + 100_000,
    })
  })

  test('alone makes a row every ten seconds at most, and nothing of it is lost', async () => {
    const table = new Table()
    await table.list({...plain, ...ticking})
    expect(await table.delta({time_active: 7, seeding_time: 7}, 2)).toEqual([])
    expect(await table.delta(null, 2)).toEqual([])
    expect(await table.delta({time_active: 11}, 2)).toEqual([])
    expect(await table.delta(null, 10)).toEqual([{hash: HASH, activeTime: 11, seedingTime: 7}])
    expect(await table.delta(null, 60)).toEqual([])
  })

  test('goes along when the row is reported for another reason', async () => {
    const table = new Table()
    await table.list({...plain, ...ticking})
    await table.delta({time_active: 7})
    expect(await table.delta({upspeed: 3})).toEqual([{hash: HASH, upSpeed: 3, activeTime: 7}])
  })

  test('the flicker of the last activity and the countdown to the next announce are no changes', async () => {
    const table = new Table()
    await table.list({...plain, ...ticking})
    expect(await table.delta({last_activity: 1_700_000_001, reannounce: 80}, 20)).toEqual([])
    const [later] = await table.delta({last_activity: 1_700_000_019, reannounce: 1800}, 20)
    expect(later).toEqual({hash: HASH, lastActivityAt: 1_700_000_019_000, nextAnnounceAt: NOW + 1_840_000})
  })

  test('the progress of a check is reported as one, and ends with it', async () => {
    const table = new Table()
    expect((await table.list({...plain, state: 'checkingUP', progress: 0.25})).taskProgress).toBe(0.25)
    expect(await table.delta({progress: 0.5})).toEqual([{hash: HASH, progress: 0.5, taskProgress: 0.5}])
    expect(await table.delta({state: 'stalledUP'})).toMatchObject([{taskProgress: null}])
  })
})
