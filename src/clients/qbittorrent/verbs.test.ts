/** Every verb, as it arrives at simulated servers of several generations. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {actAtShareLimits} from '#lab/simulators/qbittorrent-share-limits.ts'
import {bounds, Stage} from '#lab/simulators/qbittorrent-stage.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {startTracker} from '#lab/tracker.ts'
import {filePriorities, type Approved, type RemovalCommand} from '#model/command.ts'
import {CommodarrError, NotSupported} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {eraseQbittorrent} from './erase.ts'

const none = 'f'.repeat(40) as InfoHash

describe.each(['4.3.9', '4.4.5', '4.5.2', '4.6.7', '5.1.0', '5.2.3', '5.3.0'])('%s:', (version) => {
  let stage: Stage
  let torrents: SimTorrent[]
  let hashes: InfoHash[]
  beforeEach(async () => {
    stage = await Stage.open({version, count: 30})
    await stage.client.connect(bounds)
    torrents = [...stage.world.list()].filter((torrent) => torrent.hasMetadata).slice(0, 3)
    hashes = torrents.map(({hash}) => hash as InfoHash)
  })
  afterEach(() => stage.close())

  /** Verbs and arguments the server was given, and for which torrents. */
  const arrived = (): unknown[] =>
    stage.world.commands.received.map(({verb, hashes: of, args}) => [verb, of, args])

  /** Lets the clock run until it is done. */
  async function meanwhile<T>(work: Promise<T>): Promise<T> {
    const state = {isDone: false}
    const done = work.finally(() => (state.isDone = true))
    while (!state.isDone) await stage.clock.advance(100)
    return done
  }

  test('plain commands reach the named torrents and no others', async () => {
    const {control} = stage.client
    await control.stop(hashes, {}, bounds)
    await control.start(hashes, {}, bounds)
    await control.forceStart(hashes, {}, bounds)
    await control.recheck(hashes, {}, bounds)
    await control.reannounce(hashes, {}, bounds)
    await control.moveInQueue(hashes, {to: 'bottom'}, bounds)
    await control.setSuperSeeding(hashes, {on: true}, bounds)
    await control.setAutoManaged(hashes, {on: true}, bounds)
    expect(arrived()).toEqual([
      ['stop', hashes, {}],
      ['start', hashes, {}],
      ['forceStart', hashes, {}],
      ['recheck', hashes, {}],
      ['reannounce', hashes, {}],
      ['moveInQueue', hashes, {to: 'bottom'}],
      ['setSuperSeeding', hashes, {on: true}],
      ['setAutoManaged', hashes, {on: true}],
    ])
  })

  test('what misses files goes on with its check as it was: forced, so that a limit spares it, or not', async () => {
    const {control} = stage.client
    const [forced, plain, well] = torrents as [SimTorrent, SimTorrent, SimTorrent]
    for (const torrent of [forced, plain])
      stage.world.update(torrent, {state: 'missingFiles', running: true, forceStart: torrent === forced})
    stage.world.preferences.set('max_ratio_act', 3)
    stage.world.update(forced, {done: forced.size, uploaded: 3 * forced.size, ratioLimit: 1})
    await control.recheck(hashes, {}, bounds)
    expect(arrived()).toEqual([
      ['recheck', [forced, plain, well].map(({hash}) => hash), {}],
      ['forceStart', [forced.hash], {}],
      ['start', [plain.hash], {}],
    ])
    expect([forced.forceStart, forced.isCheckStuck, plain.forceStart]).toEqual([true, false, false])
    actAtShareLimits(stage.world)
    expect(stage.world.get(forced.hash)).toBe(forced)
    // Started as others are it is at its limit.
    await control.start([forced.hash as InfoHash], {}, bounds)
    actAtShareLimits(stage.world)
    expect(stage.world.get(forced.hash)).toBeFalsy()
  })

  test('what misses files and has passed a limit at which its files go is not started for its check', async () => {
    const {control} = stage.client
    const [past, below, well] = torrents as [SimTorrent, SimTorrent, SimTorrent]
    for (const torrent of [past, below])
      stage.world.update(torrent, {
        state: 'missingFiles',
        running: true,
        done: torrent.size,
        uploaded: (torrent === past ? 3 : 0) * torrent.size,
        ratioLimit: 1,
      })
    stage.world.preferences.set('max_ratio_act', 3)
    const outcomes = await control.recheck(hashes, {}, bounds)
    expect(arrived()).toEqual([
      ['recheck', [below, well].map(({hash}) => hash), {}],
      ['start', [below.hash], {}],
    ])
    expect(outcomes?.get(past.hash as InfoHash)).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('delete its files'),
    })
    expect(outcomes?.get(well.hash as InfoHash)).toEqual({outcome: 'done'})
  })

  test('what misses files is not checked while the settings cannot be read, and all others are', async () => {
    const {control} = stage.client
    const [missing, well] = torrents as [SimTorrent, SimTorrent]
    stage.world.update(missing, {state: 'missingFiles', running: true})
    // No setting of any version.
    stage.world.preferences.set('max_ratio_act', 9)
    const outcomes = await control.recheck(
      [missing, well].map(({hash}) => hash as InfoHash),
      {},
      bounds,
    )
    expect(arrived()).toEqual([['recheck', [well.hash], {}]])
    expect(outcomes?.get(missing.hash as InfoHash)).toMatchObject({
      outcome: 'refused',
      code: 'wrong_server',
      message: expect.stringContaining('not started for a check'),
    })
    expect(outcomes?.get(well.hash as InfoHash)).toEqual({outcome: 'done'})
  })

  test('what can only be turned round is sent to those that differ', async () => {
    const {control} = stage.client
    stage.world.commands.setSequential(torrents.slice(0, 1), {on: true})
    const outcomes = await control.setSequential([...hashes, none], {on: true}, bounds)
    expect(torrents.map(({sequential}) => sequential)).toEqual([true, true, true])
    expect(outcomes?.get(none)).toMatchObject({outcome: 'failed', code: 'torrent_not_found'})
    await control.setFirstLast(hashes, {on: true}, bounds)
    await control.setFirstLast(hashes, {on: true}, bounds)
    expect(torrents.map(({firstLast}) => firstLast)).toEqual([true, true, true])
  })

  test('a category that is not there yet is made first', async () => {
    await stage.client.control.setCategory(hashes, {category: 'never heard of'}, bounds)
    expect(torrents.map(({category}) => category)).toEqual(Array(3).fill('never heard of'))
    await stage.client.control.setCategory(hashes, {category: ''}, bounds)
    expect(torrents[0]!.category).toBe('')
  })

  test('one that two commands are about to make is made once, and neither is refused', async () => {
    const {control} = stage.client
    await Promise.all(hashes.map((hash) => control.setCategory([hash], {category: 'both'}, bounds)))
    expect(torrents.map(({category}) => category)).toEqual(Array(3).fill('both'))
    await expect(control.setCategory(hashes, {category: '/bad//x'}, bounds)).rejects.toThrow()
  })

  test('tags are added, taken away and set; an empty list takes nothing away', async () => {
    const {control} = stage.client
    await control.setTags(hashes, {tags: ['one', 'two']}, bounds)
    expect(torrents.map(({tags}) => tags.toSorted())).toEqual(Array(3).fill(['one', 'two']))
    await control.removeTags(hashes, {tags: []}, bounds)
    await control.addTags(hashes, {tags: []}, bounds)
    await control.removeTags(hashes, {tags: ['two']}, bounds)
    expect(torrents.map(({tags}) => tags)).toEqual(Array(3).fill(['one']))
    await control.setTags(hashes, {tags: []}, bounds)
    expect(torrents.map(({tags}) => tags)).toEqual(Array(3).fill([]))
    await expect(control.addTags(hashes, {tags: ['a,b']}, bounds)).rejects.toMatchObject({
      code: 'bad_argument',
    })
  })

  test('share limits that shall stay keep their own values', async () => {
    stage.world.commands.setShareLimits(torrents.slice(0, 1), {ratio: 3, seedingTime: null})
    await stage.client.control.setShareLimits(hashes, {ratio: 1.5}, bounds)
    expect(torrents.map(({ratioLimit, seedingTimeLimit}) => [ratioLimit, seedingTimeLimit])).toEqual([
      [1.5, null],
      [1.5, 'inherit'],
      [1.5, 'inherit'],
    ])
    await stage.client.control.setShareLimits(hashes, {seedingTime: 61}, bounds)
    expect(torrents[0]).toMatchObject({ratioLimit: 1.5, seedingTimeLimit: 120})
  })

  test('speed limits, places and names arrive in the server’s units', async () => {
    const {control} = stage.client
    await control.setSpeedLimits(hashes, {down: 1000, up: null}, bounds)
    expect(torrents[0]).toMatchObject({downLimit: 1000, upLimit: null})
    await control.setLocation(hashes, {path: '/new', moveData: true}, bounds)
    expect(torrents.map(({savePath}) => savePath)).toEqual(Array(3).fill('/new'))
    await control.rename(hashes.slice(0, 1), {name: 'other'}, bounds)
    expect(torrents[0]!.name).toBe('other')
    const [file] = await stage.client.details.files(hashes[0]!, bounds)
    await control.renameFile(hashes.slice(0, 1), {from: file!.path, to: 'renamed'}, bounds)
    await control.setFilePriority(hashes.slice(0, 1), {files: [0], priority: 'maximum'}, bounds)
    expect(await stage.client.details.files(hashes[0]!, bounds)).toMatchObject([
      {path: 'renamed', priority: 'maximum'},
      ...Array((torrents[0]?.fileCount ?? 1) - 1).fill({}),
    ])
  })

  test('files take each priority that the features name, and no other', async () => {
    const {takes} = (await stage.client.connect(bounds)).features.setFilePriority
    expect(takes).toEqual(['skip', 'normal', 'high', 'maximum'])
    for (const priority of filePriorities) {
      const set = stage.client.control.setFilePriority([hashes[0]!], {files: [0], priority}, bounds)
      if (takes.includes(priority)) await set
      else await expect(set).rejects.toMatchObject({code: 'not_supported', about: {verb: 'setFilePriority'}})
      const [file] = await stage.client.details.files(hashes[0]!, bounds)
      expect(file!.priority === priority).toBe(takes.includes(priority))
    }
  })

  test('each torrent has its own outcome where they are named one by one', async () => {
    const {control} = stage.client
    const outcomes = await control.rename([hashes[0]!, none, hashes[1]!], {name: 'same'}, bounds)
    expect([...(outcomes ?? [])]).toMatchObject([
      [hashes[0], {outcome: 'done'}],
      [none, {outcome: 'failed', code: 'torrent_not_found'}],
      [hashes[1], {outcome: 'done'}],
    ])
    await expect(control.rename([none], {name: 'same'}, bounds)).rejects.toMatchObject({
      code: 'torrent_not_found',
    })
  })

  test('trackers are added by tiers, changed and taken away, odd letters and all', async () => {
    const {control, details} = stage.client
    const one = hashes.slice(0, 1)
    const odd = 'http://t.example/a?k=%41&b=c'
    await control.addTrackers(one, {tiers: [['http://t1.example/a', odd], ['http://t2.example/a']]}, bounds)
    await control.editTracker(one, {from: 'http://t1.example/a', to: 'http://t3.example/a'}, bounds)
    await control.removeTrackers(one, {urls: [odd]}, bounds)
    const urls = (await details.trackers(hashes[0]!, bounds)).map(({url}) => url)
    expect(urls).toEqual(expect.arrayContaining(['http://t2.example/a', 'http://t3.example/a']))
    expect(urls).not.toContain(odd)
    const unknown = {from: 'http://nope/', to: 'http://t4.example/'}
    await expect(control.editTracker(one, unknown, bounds)).rejects.toMatchObject({code: 'command_refused'})
  })

  test('what this version cannot do is refused with the reason its features give', async () => {
    const {control} = stage.client
    const {features} = await stage.client.connect(bounds)
    const asks = {
      setPriority: () => control.setPriority(),
      setComment: () => control.setComment(hashes, {comment: 'x'}, bounds),
      addWebSeeds: () => control.addWebSeeds(hashes, {urls: ['http://w.example/a%20b|c']}, bounds),
      removeWebSeeds: () => control.removeWebSeeds(hashes, {urls: ['http://w.example/a%20b|c']}, bounds),
      exportTorrent: () => stage.client.details.exportTorrent(hashes[0]!, bounds),
    } as const
    for (const [name, ask] of Object.entries(asks)) {
      const feature = features[name as keyof typeof asks]
      const answer = await ask().catch((error: unknown) => error)
      expect([name, answer instanceof NotSupported]).toEqual([name, feature.support === 'none'])
    }
  })

  test('a removal says with or without data, and only that', async () => {
    for (const verb of ['remove', 'removeWithData'] as const) {
      const command = {verb, args: {}} as Approved<RemovalCommand>
      await eraseQbittorrent(stage.client, [hashes.pop()!], command, bounds)
    }
    expect(stage.world.commands.received.map(({verb}) => verb)).toEqual(['remove', 'removeWithData'])
    expect(stage.world.size).toBe(28)
  })

  test('the whole server: categories, tags, limits, alternative speeds, settings, bans', async () => {
    const {server, details} = stage.client
    await server.createCategory({name: 'new', savePath: '/n'}, bounds)
    await server.editCategory({name: 'new', savePath: '/m'}, bounds)
    await server.editCategory({name: 'new', savePath: '/m'}, bounds)
    expect(await details.categories(bounds)).toContainEqual({name: 'new', savePath: '/m'})
    await expect(server.editCategory({name: 'not there', savePath: '/m'}, bounds)).rejects.toThrow()
    await server.removeCategories({names: ['new', 'films']}, bounds)
    expect((await details.categories(bounds)).map(({name}) => name)).not.toContain('films')
    await server.createTags({tags: ['t1', 't2']}, bounds)
    await server.deleteTags({tags: ['t1']}, bounds)
    expect(await details.tags(bounds)).toEqual(expect.arrayContaining(['t2']))
    await server.setGlobalLimits({down: 5000, up: null}, bounds)
    await server.setAltSpeed({on: true, down: 700}, bounds)
    await server.setAltSpeed({on: true}, bounds)
    expect(await details.limits(bounds)).toMatchObject({down: 5000, up: null, altDown: 700, altSpeed: true})
    await server.setPreferences({values: {dht: false}}, bounds)
    expect(await details.preferences(bounds)).toMatchObject({dht: false})
    await server.banPeers({peers: ['10.0.0.1:5', '[::1]:6']}, bounds)
    expect(stage.world.bannedPeers).toEqual(new Set(['10.0.0.1:5', '[::1]:6']))
    expect(await details.freeSpace(null, bounds)).toBe(stage.world.free)
  })

  test('a torrent added by its file is named, twice is a duplicate', async () => {
    const made = makeTorrent({name: `sim ${version}`, content: 40_000})
    const add = {
      source: {torrent: made.torrent, fileName: 'odd "name"\r\n.torrent'},
      start: false,
      tags: ['x'],
    }
    const {server} = stage.client
    expect(await server.addTorrent({...add, category: 'brand new'}, bounds)).toEqual({
      status: 'added',
      hash: made.hash,
    })
    expect(await server.addTorrent(add, bounds)).toEqual({status: 'duplicate', hash: made.hash})
    const magnet = {source: {magnet: made.magnet}, start: true}
    expect(await server.addTorrent(magnet, bounds)).toEqual({status: 'duplicate', hash: made.hash})
    expect(stage.world.get(made.hash)).toMatchObject({category: 'brand new', tags: ['x'], running: false})
  })

  test('a torrent added by URL is found by a passing tag that no user sees', async () => {
    const made = makeTorrent({name: `by url ${version}`, content: 40_000})
    const tracker = await startTracker()
    const url = tracker.serve('one.torrent', made.torrent)
    const {server, details} = stage.client
    const add = server.addTorrent({source: {url}, start: false, tags: ['mine']}, bounds)
    expect(await meanwhile(add)).toEqual({status: 'added', hash: made.hash})
    expect(stage.world.get(made.hash)?.tags).toEqual(['mine'])
    expect((await details.tags(bounds)).some((tag) => tag.startsWith('commodarr'))).toBe(false)
    expect([...stage.world.tags].some((tag) => tag.startsWith('commodarr'))).toBe(false)
    await tracker.stop()
  })

  test('a URL that brings nothing is pending for a while, and its passing tag is swept up later', async () => {
    const tracker = await startTracker()
    const source = {url: tracker.missingUrl}
    const add = stage.client.server.addTorrent({source, start: true}, bounds)
    const fetching = {mark: expect.stringMatching('commodarr'), forceStart: false}
    const outcome = await meanwhile(add)
    expect(outcome).toEqual({status: 'pending', hash: null, fetching})
    // As of a torrent that came and went.
    stage.world.tags.add(outcome.fetching!.mark)
    expect(await stage.client.details.tags(bounds)).not.toContainEqual(expect.stringMatching('commodarr'))
    await stage.clock.advance(3_500_000)
    await stage.client.connect(bounds)
    expect([...stage.world.tags]).toContainEqual(expect.stringMatching('commodarr'))
    await stage.clock.advance(200_000)
    await stage.client.connect(bounds)
    expect([...stage.world.tags]).not.toContainEqual(expect.stringMatching('commodarr'))
    await tracker.stop()
  })

  test('what comes of an address after a while is found by its passing tag, which goes then', async () => {
    const {server} = stage.client
    const tracker = await startTracker()
    const add = server.addTorrent({source: {url: tracker.missingUrl}, start: true, forceStart: true}, bounds)
    const {fetching} = await meanwhile(add)
    expect(fetching?.forceStart).toBe(true)
    expect(await server.findFetched(fetching!, bounds)).toBeNull()
    const made = makeTorrent({name: `late ${version}`, content: 40_000})
    const source = {torrent: made.torrent, fileName: 'late.torrent'}
    await meanwhile(server.addTorrent({source, start: true, tags: [fetching!.mark]}, bounds))
    expect(await server.findFetched(fetching!, bounds)).toBe(made.hash)
    await server.finishFetched(made.hash, fetching!, bounds)
    expect([...stage.world.tags]).not.toContain(fetching!.mark)
    // From 5.1 on the addition itself says so.
    if (!version.startsWith('5.')) expect(stage.world.get(made.hash)?.forceStart).toBe(true)
    await tracker.stop()
  })

  test('what it took is reported with what failed afterwards, as its files have to be looked at anyway', async () => {
    const {server} = stage.client
    const made = makeTorrent({name: `taken ${version}`, content: 40_000})
    const listed = {kind: 'status', status: 500, path: 'torrents/info'} as const
    // The look for a duplicate is answered.
    stage.server.faults.add({...listed, after: 1})
    const add = server.addTorrent({source: {magnet: made.magnet}, start: true, waitsForFiles: true}, bounds)
    const waits = version !== '4.3.9' && version !== '4.4.5'
    expect(await meanwhile(add)).toEqual({
      status: 'pending',
      hash: made.hash,
      fault: expect.any(CommodarrError),
      ...(waits && {isHeld: true}),
    })
    expect(stage.world.get(made.hash)).toBeDefined()
    stage.server.faults.clear()
    // By URL it is found, and the tag stays that it was found by.
    stage.server.faults.add({kind: 'status', status: 500, path: 'deleteTags'})
    const tracker = await startTracker()
    const other = makeTorrent({name: `tagged ${version}`, content: 40_000})
    const url = tracker.serve('other.torrent', other.torrent)
    expect(await meanwhile(server.addTorrent({source: {url}, start: true}, bounds))).toEqual({
      status: 'added',
      hash: other.hash,
      fault: expect.any(CommodarrError),
    })
    await tracker.stop()
  })

  test('what is no torrent and no URL is refused before anything is sent', async () => {
    const {server} = stage.client
    const before = stage.counters.figures().requests['/api/v2/torrents/add']
    const rubbish = {torrent: Buffer.from('<html>'), fileName: 'x.torrent'}
    await expect(server.addTorrent({source: rubbish, start: true}, bounds)).rejects.toMatchObject({
      code: 'torrent_invalid',
    })
    for (const url of ['hello', 'http://a\nhttp://b', 'file:///etc/passwd']) {
      await expect(server.addTorrent({source: {url}, start: true}, bounds)).rejects.toMatchObject({
        code: 'bad_argument',
      })
    }
    expect(stage.counters.figures().requests['/api/v2/torrents/add']).toBe(before)
  })
})
