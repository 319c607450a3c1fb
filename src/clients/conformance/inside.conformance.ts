import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {startTracker} from '#lab/tracker.ts'
import {filePriorities} from '#model/command.ts'
import type {Tracker} from '#model/details.ts'
import {TorrentNotFound} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {readMetainfo} from '../metainfo.ts'
import {allDone, asksUntil, bounds, none, type Stage} from './stage.conformance.ts'

/** What one torrent consists of: files, trackers, web seeds, pieces, its own .torrent. */
export function inside(stage: () => Stage): void {
  test('files are listed with path, size and progress', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addComplete(made)
    await waitUntil('all of them complete', async () =>
      (await at.client.details.files(hash, bounds)).every(({progress}) => progress === 1),
    )
    const files = await at.client.details.files(hash, bounds)
    expect(files.map(({index, path, size}) => ({index, path, size}))).toEqual(
      made.files.map(({path, bytes}, index) => ({index, path, size: bytes.length})),
    )
  })

  test('files get priorities, and are left out', async () => {
    const at = stage()
    const hash = await at.addStopped(at.makeMany())
    const set = (files: number[], priority: 'skip' | 'high' | 'normal') =>
      at.client.control.setFilePriority([hash], {files, priority}, bounds)
    if (!(await at.offers('setFilePriority', () => set([0], 'skip')))) return
    await at.offers('setFilePriority', () => set([1, 2], 'high'))
    const shows = async (wanted: string[]) => {
      await waitUntil(
        `priorities ${wanted.join()}`,
        async () => (await at.observe.files(hash)).map(({priority}) => priority).join() === wanted.join(),
      )
      expect((await at.client.details.files(hash, bounds)).map(({priority}) => priority)).toEqual(wanted)
    }
    await shows(['skip', 'high', 'high'])
    await at.converges('less wanted', ({rows}) => rows.get(hash)?.size !== undefined)
    await at.offers('setFilePriority', () => set([0, 1, 2], 'normal'))
    await shows(['normal', 'normal', 'normal'])
  })

  test('every priority that it takes for files is set as it is called, and the others are refused', async () => {
    const at = stage()
    const hash = await at.addStopped(at.makeMany())
    const {takes} = at.features.setFilePriority
    for (const priority of filePriorities) {
      const set = () => at.client.control.setFilePriority([hash], {files: [1], priority}, bounds)
      if (takes.includes(priority)) {
        allDone(await set())
        await waitUntil(
          `the priority ${priority}`,
          async () => (await at.client.details.files(hash, bounds))[1]?.priority === priority,
        )
        expect((await at.observe.files(hash))[1]?.priority).toBe(priority)
      } else await expect(set()).rejects.toMatchObject({code: 'not_supported'})
    }
  })

  test('trackers are listed with their state and message', async () => {
    const at = stage()
    const bad = await startTracker({failure: 'go away, says the lab'})
    try {
      const hash = await at.addComplete(at.make())
      const refused = await at.addComplete(at.make({trackers: [bad.announceUrl]}))
      expect(await statusOf(at, hash, 'working')).toMatchObject({url: at.tracker.announceUrl, tier: 0})
      expect((await statusOf(at, refused, 'error')).message).toContain('go away, says the lab')
    } finally {
      await bad.stop()
    }
  })

  test('trackers are added, edited and removed', async () => {
    const at = stage()
    const nowhere = (name: string) => `http://127.0.0.1:9/${name}/announce`
    const [first, second, third] = [nowhere('first'), nowhere('second'), nowhere('third')]
    const hash = await at.addStopped(at.make({trackers: [first]}))
    const {control, details} = at.client
    const shows = async (wanted: string[]) => {
      const sorted = wanted.toSorted().join()
      await waitUntil(
        `trackers ${sorted}`,
        async () => (await at.observe.trackers(hash)).toSorted().join() === sorted,
      )
      await waitUntil(`trackers ${sorted} in details`, async () => {
        const listed = await details.trackers(hash, bounds)
        return (
          listed
            .filter(({status}) => status !== 'disabled')
            .map(({url}) => url)
            .toSorted()
            .join() === sorted
        )
      })
    }
    const edited = second.replace('second', 'edited')
    if (
      await at.offers('addTrackers', () => control.addTrackers([hash], {tiers: [[second], [third]]}, bounds))
    ) {
      await shows([first, second, third])
    }
    if (
      await at.offers('editTracker', () => control.editTracker([hash], {from: second, to: edited}, bounds))
    ) {
      await shows([first, edited, third])
    }
    if (await at.offers('removeTrackers', () => control.removeTrackers([hash], {urls: [first]}, bounds))) {
      expect(await at.observe.trackers(hash)).not.toContain(first)
    }
  })

  test('web seeds are listed, added and removed', async () => {
    const at = stage()
    const [first, second] = ['http://127.0.0.1:9/one/', 'http://127.0.0.1:9/two/']
    const hash = await at.addStopped(at.make({webSeeds: [first]}))
    const {control, details} = at.client
    const urls = async () => (await details.webSeeds(hash, bounds)).map(({url}) => url).toSorted()
    if (await at.offers('webSeeds', () => details.webSeeds(hash, bounds)))
      expect(await urls()).toEqual([first])
    if (await at.offers('addWebSeeds', () => control.addWebSeeds([hash], {urls: [second]}, bounds))) {
      await waitUntil('the second', async () => (await at.observe.webSeeds(hash)).includes(second))
      expect(await urls()).toEqual([first, second])
    }
    if (await at.offers('removeWebSeeds', () => control.removeWebSeeds([hash], {urls: [first]}, bounds))) {
      await waitUntil('the first to go', async () => !(await at.observe.webSeeds(hash)).includes(first))
      expect(await urls()).toEqual([second])
    }
  })

  test('pieces are reported one by one', async () => {
    const at = stage()
    const made = at.make({content: 100_000})
    const [empty, full] = [await at.addStopped(at.make({content: 100_000})), await at.addComplete(made)]
    if (!(await at.offers('pieces', () => at.client.details.pieces(full, bounds)))) return
    expect(await at.client.details.pieces(full, bounds)).toMatchObject({
      size: made.pieceSize,
      count: made.pieceCount,
      states: '2'.repeat(made.pieceCount),
    })
    expect((await at.client.details.pieces(empty, bounds)).states).toBe('0'.repeat(7))
  })

  test('more of a torrent is reported than the list holds', async () => {
    const at = stage()
    const made = at.make({comment: 'made for the lab'})
    const hash = await at.addStopped(made)
    const more = await at.client.details.more(hash, bounds)
    expect(more.hash).toBe(hash)
    await at.converges('it', ({rows}) => rows.has(hash))
    const all = {...at.replica.rows.get(hash), ...more}
    expect(all.pieceSize).toBe(made.pieceSize)
    expect(all.pieceCount).toBe(made.pieceCount)
    expect(all.comment).toBeOneOf(['made for the lab', undefined])
    // Deluge does not tell when it was made.
    expect(all.createdAt).toBe(at.client.kind === 'deluge' ? undefined : 1_700_000_000_000)
  })

  test('the .torrent file is handed out where that is offered', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addStopped(made)
    const ask = () => at.client.details.exportTorrent(hash, bounds)
    if (!(await at.offers('exportTorrent', ask))) return
    expect(readMetainfo(await ask())).toMatchObject({infoHashV1: hash, name: made.name, size: made.size})
  })

  for (const read of ['files', 'trackers', 'peers', 'pieces', 'more', 'webSeeds', 'exportTorrent'] as const) {
    test(`asking for the ${read} of a torrent that does not exist says that it is not there`, async () => {
      const {client, features} = stage()
      const feature = read === 'files' || read === 'trackers' || read === 'more' ? 'start' : read
      if (features[feature].support === 'none') return
      await expect(client.details[read](none, bounds)).rejects.toBeInstanceOf(TorrentNotFound)
    })
  }
}

/**
 * Waits until its first tracker is in this state. A qBittorrent shows what it last read of a tracker, and misses the end
 * of an announce that comes while it reads (`SessionImpl::updateTrackerEntryStatuses`): it stays "updating" until the next
 * one, half an hour later. So it is asked for another.
 */
async function statusOf(at: Stage, hash: InfoHash, status: Tracker['status']): Promise<Tracker> {
  let last: Tracker | undefined
  const ask = () => at.client.control.reannounce([hash], {}, bounds)
  try {
    await asksUntil(`the tracker to be ${status}`, ask, async () => {
      last = (await at.client.details.trackers(hash, bounds))[0]
      return last?.status === status
    })
    return last!
  } catch (error) {
    throw new Error(`${(error as Error).message} It is: ${JSON.stringify(last)}`, {cause: error})
  }
}
