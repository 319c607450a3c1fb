/** What the verbs send, where a real daemon cannot show it: nothing for nobody, other category sources, failures. */
import bencode from 'bencode'
import {afterEach, describe, expect, test} from 'vitest'
import {filePriorities, type Approved, type RemovalCommand} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {CategorySource} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {eraseTransmission} from './erase.ts'
import {bounds, Scene, versions} from './scene.conformance.ts'

let scene: Scene

afterEach(() => scene.close())

async function opened(version: string, source?: CategorySource): Promise<InfoHash[]> {
  scene = await Scene.open(version, 20, source)
  return [...scene.world.list()].map(({hash}) => hash as InfoHash)
}

const none = 'f'.repeat(40) as InfoHash
const film = {length: 5, name: 'film.mkv', 'piece length': 16_384, pieces: new Uint8Array(20)}
const source = {torrent: bencode.encode({announce: 'http://t/a', info: film}), fileName: 'film.torrent'}

describe.each(versions)('Transmission %s', (version) => {
  test('an empty list of torrents sends nothing: the daemon might take it for all of them', async () => {
    await opened(version)
    const before = scene.server.counters.figures().total
    await scene.client.control.stop([], {}, bounds)
    await scene.client.control.setCategory([], {category: 'x'}, bounds)
    await eraseTransmission(scene.client, [], removal('removeWithData'), bounds)
    expect(scene.server.counters.figures().total).toBe(before)
  })

  test('of torrents that do not exist it is said that they were not found, and the others are done', async () => {
    const [hash] = await opened(version)
    const outcomes = await scene.client.control.stop([hash!, none], {}, bounds)
    expect(outcomes!.get(hash!)).toEqual({outcome: 'done'})
    expect(outcomes!.get(none)).toMatchObject({outcome: 'failed', code: 'torrent_not_found'})
    const only = await eraseTransmission(scene.client, [none], removal('remove'), bounds)
    expect(only!.get(none)).toMatchObject({outcome: 'failed', code: 'torrent_not_found'})
    expect(scene.world.commands.received.map(({hashes}) => hashes)).toEqual([[hash]])
  })

  test('its trackers show from when on it does something about an announce', async () => {
    const [hash] = await opened(version)
    const tracker = scene.world.commands.tracker('http://t/a', 0)
    const reported = async (may: object) => {
      scene.world.update(scene.world.get(hash!)!, {trackers: [{...tracker, ...may}]})
      return (await scene.client.details.trackers(hash!, bounds)).map(({mayAnnounceAt}) => mayAnnounceAt)
    }
    expect(await reported({})).toEqual([null])
    expect(await reported({mayAnnounceAt: 1_900_000_000})).toEqual([1_900_000_000_000])
  })

  describe('a start that the daemon undoes, as a stop of before was still to come:', () => {
    const starts = () => scene.world.commands.received.filter(({verb}) => /start/i.test(verb))
    const row = (hash: InfoHash) => scene.replica.rows.get(hash)!
    const runner = async (hashes: readonly InfoHash[]) => {
      await scene.step('full')
      return hashes.find((hash) => row(hash).state === 'stalledUp' || row(hash).state === 'seeding')!
    }

    const steps = async () => {
      for (let i = 0; i < 8; i++) await scene.step()
    }

    test.each(['start', 'forceStart'] as const)('%s is sent again, and then it runs', async (verb) => {
      const hash = await runner(await opened(version))
      await scene.client.control.stop([hash], {}, bounds)
      await scene.client.control[verb]([hash], {}, bounds)
      await scene.step()
      expect(scene.world.get(hash)!.running).toBe(true)
      await scene.step()
      expect(row(hash).state).toBeOneOf(['stalledUp', 'seeding'])
      await steps()
      expect(scene.world.get(hash)!.running).toBe(true)
      expect(starts().map((it) => [it.verb, it.hashes])).toEqual([
        [verb, [hash]],
        [verb, [hash]],
      ])
    })

    test('also when the next list comes late', async () => {
      const hash = await runner(await opened(version))
      await scene.client.control.stop([hash], {}, bounds)
      await scene.client.control.start([hash], {}, bounds)
      await scene.step('full', 300)
      expect(scene.world.get(hash)!.running).toBe(true)
      expect(starts()).toHaveLength(2)
    })

    test('what lost its files before the daemon began runs again', async () => {
      const hash = await runner(await opened(version))
      scene.world.update(scene.world.get(hash)!, {state: 'missingFiles', running: false, errorText: 'gone'})
      scene.world.restart()
      await scene.client.control.start([hash], {}, bounds)
      await scene.step()
      await scene.step()
      expect(row(hash).state).toBeOneOf(['stalledUp', 'seeding'])
      expect(starts()).toHaveLength(version === '3.00' ? 2 : 1)
    })

    test('what a person stopped in the daemon stays stopped, once it ran', async () => {
      const hash = await runner(await opened(version))
      await scene.client.control.stop([hash], {}, bounds)
      await scene.step()
      await scene.client.control.start([hash], {}, bounds)
      await scene.clock.advance(4_000)
      scene.world.commands.stop([scene.world.get(hash)!])
      await steps()
      expect(row(hash).state).toBe('stopped')
      expect(starts()).toHaveLength(1)
    })

    test('a stop that was ordered here stands', async () => {
      const hash = await runner(await opened(version))
      await scene.client.control.start([hash], {}, bounds)
      await scene.client.control.stop([hash], {}, bounds)
      await steps()
      expect(row(hash).state).toBe('stopped')
      expect(starts()).toHaveLength(1)
    })

    test('what the daemon stops each time is started three times, and shown as it is', async () => {
      const hash = await runner(await opened(version))
      await scene.client.control.start([hash], {}, bounds)
      for (let i = 0; i < 20; i++) {
        scene.world.commands.halt([scene.world.get(hash)!])
        await scene.step()
      }
      expect(row(hash).state).toBe('stopped')
      expect(starts()).toHaveLength(3)
    })

    test('what cannot run for an error of its own is not started again', async () => {
      const hash = await runner(await opened(version))
      await scene.client.control.start([hash], {}, bounds)
      const torrent = scene.world.get(hash)!
      scene.world.update(torrent, {state: 'missingFiles', running: false, errorText: 'No data found!'})
      await steps()
      expect(starts()).toHaveLength(1)
    })
  })

  test('files take each priority that the features name, and no other', async () => {
    const [hash] = await opened(version)
    const {takes} = (await scene.client.connect(bounds)).features.setFilePriority
    expect(takes).toEqual(['skip', 'low', 'normal', 'high'])
    for (const priority of filePriorities) {
      const set = scene.client.control.setFilePriority([hash!], {files: [0], priority}, bounds)
      if (takes.includes(priority)) await set
      else await expect(set).rejects.toMatchObject({code: 'not_supported'})
      const [file] = await scene.client.details.files(hash!, bounds)
      expect(file!.priority === priority).toBe(takes.includes(priority))
    }
  })

  test('removing spares the data, removing with data does not', async () => {
    const [a, b] = await opened(version)
    await eraseTransmission(scene.client, [a!], removal('remove'), bounds)
    await eraseTransmission(scene.client, [b!], removal('removeWithData'), bounds)
    const received = scene.world.commands.received.map(({verb, hashes}) => [verb, ...hashes])
    expect(received).toEqual([
      ['remove', a],
      ['removeWithData', b],
    ])
  })

  test('tags of a torrent without category do not become its category', async () => {
    const [hash] = await opened(version)
    const {control} = scene.client
    await control.setTags([hash!], {tags: []}, bounds)
    await control.setCategory([hash!], {category: ''}, bounds)
    await control.addTags([hash!], {tags: ['a', 'b']}, bounds)
    await scene.step()
    expect(scene.replica.rows.get(hash!)).toMatchObject({category: '', tags: ['a', 'b']})
    expect(scene.replica.categories_!.map(({name}) => name)).not.toContain('a')
  })

  test('a category by prefix leaves all other labels as they are', async () => {
    const [hash] = await opened(version, {from: 'labelPrefix', prefix: 'cat:'})
    const {control} = scene.client
    await control.setTags([hash!], {tags: ['a']}, bounds)
    await control.setCategory([hash!], {category: 'films'}, bounds)
    await scene.step()
    expect(scene.replica.rows.get(hash!)).toMatchObject({category: 'films', tags: ['a']})
    await control.setCategory([hash!], {category: ''}, bounds)
    await scene.step()
    expect(scene.replica.rows.get(hash!)).toMatchObject({category: '', tags: ['a']})
  })

  test('a category by path moves the data to its folder', async () => {
    const [hash] = await opened(version, {from: 'path'})
    await scene.client.control.setCategory([hash!], {category: 'films'}, bounds)
    expect(scene.world.get(hash!)!.savePath).toBe('/srv/downloads/films')
    await scene.step()
    expect(scene.replica.rows.get(hash!)!.category).toBe('films')
    expect(scene.replica.categories_).toContainEqual({name: 'films', savePath: '/srv/downloads/films'})
  })

  test('a category is taken from all its torrents', async () => {
    await opened(version)
    const name = [...scene.world.list()].find(({category}) => category !== '')!.category
    await scene.client.server.removeCategories({names: [name]}, bounds)
    expect([...scene.world.list()].filter(({category}) => category === name)).toEqual([])
  })

  test('a torrent with limits and labels is complete with them before it runs', async () => {
    await opened(version)
    const added = await scene.client.server.addTorrent(
      {
        source,
        start: true,
        category: 'films',
        tags: ['new'],
        downLimit: 1500,
        ratioLimit: 2,
        savePath: '/srv/x',
      },
      bounds,
    )
    expect(added.status).toBe('added')
    expect(scene.world.get(added.hash!)).toMatchObject({
      category: 'films',
      tags: ['new'],
      downLimit: 2000,
      ratioLimit: 2,
      running: true,
      savePath: '/srv/x',
    })
    const verbs = scene.world.commands.received.map(({verb}) => verb)
    expect(verbs.indexOf('start')).toBeGreaterThan(verbs.indexOf('setSpeedLimits'))
  })

  test('what is there already is called a duplicate and stays as it is', async () => {
    await opened(version)
    const {hash} = await scene.client.server.addTorrent({source, start: false}, bounds)
    const again = await scene.client.server.addTorrent({source, start: true, downLimit: 1000}, bounds)
    expect(again).toEqual({status: 'duplicate', hash})
    expect(scene.world.get(hash!)).toMatchObject({running: false, downLimit: null})
  })

  test('what it took and could not be finished is reported so, and waits for no start', async () => {
    await opened(version)
    scene.server.faults.add({kind: 'status', status: 500, path: 'torrent[-_]set'})
    const add = {source, start: true, downLimit: 1000, waitsForFiles: true}
    expect(await scene.client.server.addTorrent(add, bounds)).toEqual({
      status: 'added',
      hash: expect.any(String),
      fault: expect.any(CommodarrError),
    })
  })

  test('bytes that are no torrent are called that', async () => {
    await opened(version)
    const add = {source: {torrent: new Uint8Array([1]), fileName: 'x'}, start: true}
    await expect(scene.client.server.addTorrent(add, bounds)).rejects.toMatchObject({code: 'torrent_invalid'})
  })

  test('trackers are added below, edited in their place and removed', async () => {
    await opened(version)
    const {hash} = await scene.client.server.addTorrent({source, start: false}, bounds)
    const {control} = scene.client
    const urls = () => scene.world.get(hash!)!.trackers.map(({url}) => url)
    await control.addTrackers([hash!], {tiers: [['http://b/a'], ['http://t/a', 'http://c/a']]}, bounds)
    expect(urls()).toEqual(['http://t/a', 'http://b/a', 'http://c/a'])
    await control.editTracker([hash!], {from: 'http://b/a', to: 'http://d/a'}, bounds)
    expect(urls()).toEqual(['http://t/a', 'http://d/a', 'http://c/a'])
    await control.removeTrackers([hash!], {urls: ['http://t/a', 'http://c/a']}, bounds)
    expect(urls()).toEqual(['http://d/a'])
    const missing = await control.editTracker([hash!], {from: 'http://x', to: 'http://y'}, bounds)
    expect(missing!.get(hash!)).toMatchObject({outcome: 'failed', code: 'not_found'})
  })

  test('a command whose answer was lost leaves open what came of it', async () => {
    const [hash] = await opened(version)
    scene.server.faults.add({kind: 'lost', path: 'torrent-stop', count: 1})
    await expect(scene.client.control.stop([hash!], {}, bounds)).rejects.toMatchObject({outcomeUnknown: true})
    expect(scene.world.get(hash!)!.running).toBe(false)
  })

  test('a session id that changed meanwhile is renewed under the command, which is sent once', async () => {
    const [hash] = await opened(version)
    scene.world.restart()
    await scene.client.control.stop([hash!], {}, bounds)
    expect(scene.world.commands.received.filter(({verb}) => verb === 'stop')).toHaveLength(1)
  })
})

function removal(verb: RemovalCommand['verb']): Approved<RemovalCommand> {
  return {verb, args: {}} as Approved<RemovalCommand>
}
