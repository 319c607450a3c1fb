import {existsSync, renameSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import type {Replica} from './replica.conformance.ts'
import {bounds, none, type Stage} from './stage.conformance.ts'

export function syncing(stage: () => Stage): void {
  test('connecting reports version and features', () => {
    const {info, daemon, client} = stage()
    expect(info.kind).toBe(client.kind)
    expect(info.version).toBe(daemon.version.replace(/\+.*/, ''))
    expect(info.apiVersion).not.toBe('')
    for (const [name, {support, reason}] of Object.entries(info.features)) {
      if (support !== 'native') expect(reason, `reason of ${name}`).not.toBe('')
    }
  })

  test('a probe of a healthy server succeeds, before and after a second connect', async () => {
    const {client} = stage()
    await client.probe(bounds)
    await client.connect(bounds)
    await client.probe(bounds)
  })

  test('a whole list names every torrent once and vouches for it', async () => {
    const at = stage()
    const hashes = [await at.addStopped(), await at.addStopped(), await at.addStopped()]
    const report = await at.step('full')
    expect(new Set(at.replica.rows.keys())).toEqual(new Set(await at.observe.hashes()))
    expect([...at.replica.rows.keys()]).toEqual(expect.arrayContaining(hashes))
    expect(report).toMatchObject({membership: 'whole', known: at.replica.rows.size})
    expect(report.bytes).toBeGreaterThan(0)
    expect(report.requests).toBeGreaterThan(0)
  })

  test('a list in pages is the same list', async () => {
    const at = stage()
    await at.addStopped()
    await at.step('full')
    const whole = new Map([...at.replica.rows].map(([hash, row]) => [hash, [row.name, row.size, row.state]]))
    const report = await at.step('paged')
    const paged = new Map([...at.replica.rows].map(([hash, row]) => [hash, [row.name, row.size, row.state]]))
    expect(paged).toEqual(whole)
    expect(report.membership).toBe('whole')
  })

  test('what joins and what leaves between two steps is reported', async () => {
    const at = stage()
    await at.step('full')
    const hash = await at.addStopped()
    await at.converges('the new torrent', ({rows}) => rows.has(hash))
    await at.erase([hash], 'remove')
    await at.converges('that it left', ({rows}) => !rows.has(hash))
  })

  test('a row carries the values of the daemon in our units', async () => {
    const at = stage()
    const made = at.makeMany({isPrivate: true, comment: 'seen in the list'})
    const hash = await at.addComplete(made, false)
    await at.shows(
      hash,
      'complete and stopped',
      (seen) => !seen.running,
      (row) => row.state === 'stopped' && row.complete === true,
    )
    const row = at.replica.rows.get(hash)!
    expect(row).toMatchObject({
      name: made.name,
      size: made.size,
      completed: made.size,
      amountLeft: 0,
      progress: 1,
      hasMetadata: true,
      downSpeed: 0,
      upSpeed: 0,
      category: '',
      tags: [],
      savePath: at.daemon.serverDownloadDir,
      contentPath: `${at.daemon.serverDownloadDir}/${made.name}`,
    })
    expect(Math.abs(Date.now() - (row.addedAt ?? 0))).toBeLessThan(10 * 60_000)
    expect(row.isPrivate).toBeOneOf([true, undefined])
    expect(row.trackerHost).toBeOneOf([new URL(at.tracker.announceUrl).hostname, undefined])
  })

  test('figures of the server come with the sync', async () => {
    const at = stage()
    await at.converges('figures', ({stats_}) => stats_ !== null)
    expect(at.replica.stats_).toMatchObject({downSpeed: expect.any(Number), upSpeed: expect.any(Number)})
    expect(await at.client.details.stats(bounds)).toMatchObject({downSpeed: expect.any(Number)})
  })

  test('commands to many torrents reach all of them', async () => {
    const at = stage()
    const hashes = await Promise.all([at.addComplete(), at.addComplete(), at.addComplete()])
    await at.client.control.stop(hashes, {}, bounds)
    for (const hash of hashes) await at.until(hash, 'it to stop', (seen) => !seen.running)
    await at.converges('all stopped', ({rows}) => hashes.every((hash) => rows.get(hash)?.state === 'stopped'))
  })

  test('a command to a torrent that does not exist breaks nothing and is never called done', async () => {
    const at = stage()
    const before = await at.observe.hashes()
    const outcome = await at.client.control.stop([none], {}, bounds).then(
      (answer) => answer?.get(none)?.outcome,
      (error: {code: string}) => error.code,
    )
    expect(outcome).toBeOneOf([undefined, 'failed', 'refused', 'torrent_not_found'])
    expect((await at.observe.hashes()).toSorted()).toEqual(before.toSorted())
  })
}

/** Last of all: the daemon goes and comes back. */
export function restarting(stage: () => Stage): void {
  for (const [how, end] of [
    ['an orderly restart', (at: Stage) => at.daemon.restart()],
    [
      'a crash',
      async (at: Stage) => {
        await at.daemon.kill9()
        await at.daemon.restart()
      },
    ],
  ] as const) {
    test(`after ${how} every torrent is still there and none is a ghost`, async () => {
      const at = stage()
      await at.step('full')
      await withoutMagnets(at)
      const before = new Set(await at.observe.hashes())
      await end(at)
      await at.connectAgain()
      await at.converges('the list of before', ({rows}) => rows.size === before.size)
      expect(new Set(at.replica.rows.keys())).toEqual(before)
    })
  }

  test('what lost its files while it was away runs again once they are back, checked, and it is started', async () => {
    const at = stage()
    const made = at.make()
    const hash = await at.addComplete(made)
    await at.daemon.stop()
    const place = join(at.daemon.downloadDir, made.name)
    renameSync(place, `${place} away`)
    await at.daemon.restart()
    await at.connectAgain()
    const isTroubled = ({rows}: Replica) => ['missingFiles', 'error'].includes(rows.get(hash)?.state ?? '')
    await at.converges('that its files are missing', isTroubled)
    renameSync(`${place} away`, place)
    await at.client.control.recheck([hash], {}, bounds)
    await at.until(hash, 'its payload to be found', (seen) => seen.progress === 1 && !seen.checking)
    await at.startsPermanently(hash)
  })

  test('what was forced beyond its limit and lost its files is forced again by a check, and is deleted once it is stopped', async ({
    skip,
  }) => {
    const at = stage()
    if (at.client.kind !== 'qbittorrent') skip()
    await at.client.server.setPreferences({values: {max_ratio_act: 3}}, bounds)
    const made = at.make()
    const hash = await at.addComplete(made)
    await at.client.control.forceStart([hash], {}, bounds)
    await at.client.control.setShareLimits([hash], {ratio: 0}, bounds)
    await at.daemon.stop()
    const place = join(at.daemon.downloadDir, made.name)
    renameSync(place, `${place} away`)
    await at.daemon.restart()
    await at.connectAgain()
    await at.converges('that its files are missing', ({rows}) => rows.get(hash)?.state === 'missingFiles')
    renameSync(`${place} away`, place)
    await at.client.control.recheck([hash], {}, bounds)
    await at.until(hash, 'its payload to be found', (seen) => seen.progress === 1 && !seen.checking)
    await at.until(hash, 'it forced', (seen) => seen.running)
    expect(at.replica.rows.get(hash)?.forceStart).toBe(true)
    expect(existsSync(place)).toBe(true)
    // What is stopped is forced no longer: as it looks for what is at a limit the next time, it deletes it.
    await at.client.control.stop([hash], {}, bounds)
    await at.converges('that it went', ({rows}) => !rows.has(hash))
    await waitUntil('its files to be gone', () => !existsSync(place))
    await at.client.server.setPreferences({values: {max_ratio_act: 0}}, bounds)
  })
}

/** Deluge 2.0.3 forgets magnet links whose metadata it has not got when it ends. [run] */
async function withoutMagnets(at: Stage): Promise<void> {
  if (at.client.kind !== 'deluge') return
  const bare = [...at.replica.rows.values()].filter(({hasMetadata}) => hasMetadata === false)
  await at.erase(
    bare.map(({hash}) => hash),
    'remove',
  )
}
