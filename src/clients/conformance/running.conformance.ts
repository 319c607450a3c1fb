import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import type {FilePriority} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {asksUntil, bounds, fileOf, type Stage} from './stage.conformance.ts'

/** Whether it runs, is checked, announces, and its place among the others. */
export function running(stage: () => Stage): void {
  test('a torrent is stopped and started', async () => {
    const at = stage()
    const hash = await at.addComplete()
    await at.client.control.stop([hash], {}, bounds)
    await at.shows(
      hash,
      'stopped',
      (seen) => !seen.running,
      (row) => row.state === 'stopped',
    )
    await at.client.control.start([hash], {}, bounds)
    await at.shows(
      hash,
      'running',
      (seen) => seen.running,
      (row) => row.state === 'stalledUp',
    )
  })

  test('a start just after a stop is not lost', async () => {
    const at = stage()
    const hash = await at.addComplete()
    await at.startsPermanently(hash, {isAfterStop: true})
  })

  test('a torrent is started against the queue where that is offered', async () => {
    const at = stage()
    const hash = await at.addStopped()
    if (!(await at.offers('forceStart', () => at.client.control.forceStart([hash], {}, bounds)))) return
    await at.shows(
      hash,
      'running',
      (seen) => seen.running,
      (row) => row.state === 'stalledDown',
    )
    await at.until(hash, 'forced', (seen) => seen.forceStart !== false)
  })

  test('a recheck finds data that came later, and misses data that went', async () => {
    const at = stage()
    const made = at.make({content: 300_000})
    const hash = await at.addStopped(made)
    made.writePayload(at.daemon.downloadDir)
    await at.client.control.recheck([hash], {}, bounds)
    await at.shows(
      hash,
      'complete after the check',
      (seen) => seen.progress === 1 && !seen.checking,
      (row) => row.complete === true && row.progress === 1,
    )
  })

  test('what is stopped is stopped after a check, too', async () => {
    const at = stage()
    const made = at.make({content: 300_000})
    const hash = await at.addStopped(made)
    made.writePayload(at.daemon.downloadDir)
    await at.client.control.recheck([hash], {}, bounds)
    await at.until(hash, 'complete after the check', (seen) => seen.progress === 1 && !seen.checking)
    await at.converges('that it is complete and stopped', ({rows}) => {
      const row = rows.get(hash)
      return row?.complete === true && row.state === 'stopped'
    })
    await at.until(hash, 'stopped', (seen) => !seen.running)
  })

  test('orders that follow each other at once count one by one', async () => {
    const at = stage()
    const hash = await at.addComplete()
    const {control} = at.client
    await at.until(hash, 'running', (seen) => seen.running)
    await at.step()
    await control.stop([hash], {}, bounds)
    await at.converges('that it is stopped', ({rows}) => rows.get(hash)?.state === 'stopped')
    await control.recheck([hash], {}, bounds)
    await at.converges('that it is checked and stopped', ({rows}) => {
      const row = rows.get(hash)
      return row?.complete === true && row.state === 'stopped'
    })
    await at.until(hash, 'stopped', (seen) => !seen.running && !seen.checking)
    await control.start([hash], {}, bounds)
    await control.stop([hash], {}, bounds)
    await at.shows(
      hash,
      'stopped',
      (seen) => !seen.running,
      (row) => row.state === 'stopped',
    )
  })

  test('a reannounce reaches the tracker', async () => {
    const at = stage()
    const hash = await at.addComplete(at.make())
    const announces = () => at.tracker.log.filter((announce) => announce.hash === hash).length
    await waitUntil('the first announce', () => announces() > 0)
    if (!at.subject.announcesOnDemand) return
    const before = announces()
    const ask = () => at.client.control.reannounce([hash], {}, bounds)
    await asksUntil('an announce on demand', ask, () => announces() > before)
  })

  test('torrents are moved in the queue where there is one', async () => {
    const at = stage()
    const lost = await at.addStopped(at.makeMany())
    const set = (priority: FilePriority) =>
      at.client.control.setFilePriority([lost], {files: [0, 1, 2], priority}, bounds)
    // Nothing is wanted of it, so that it is finished, and then something is.
    await set('skip')
    await set('normal')
    const [a, b, c] = [await at.addStopped(), await at.addStopped(), await at.addStopped()]
    const move = (hashes: readonly InfoHash[], to: 'top' | 'up' | 'down' | 'bottom') =>
      at.client.control.moveInQueue(hashes, {to}, bounds)
    const placeOf = async (hash: InfoHash) => (await at.observe.torrent(hash))!.queuePosition!
    const isOrder = async (...order: readonly InfoHash[]) => {
      const places = await Promise.all(order.map(placeOf))
      return places.every((place, n) => (places[n - 1] ?? 0) < place)
    }
    if (!(await at.offers('moveInQueue', () => move([c], 'top')))) return
    // It comes back into the queue when its daemon has seen to it.
    await asksUntil(
      'all in the queue',
      () => move([lost], 'bottom'),
      () => isOrder(a, b, lost),
    )
    await move([c], 'top')
    await at.shows(
      c,
      'first',
      (seen) => seen.queuePosition === 1,
      (row) => row.queuePosition === 1,
    )
    await move([c], 'down')
    await at.shows(
      c,
      'second',
      (seen) => seen.queuePosition === 2,
      (row) => row.queuePosition === 2,
    )
    await move([c], 'up')
    await at.shows(
      c,
      'first again',
      (seen) => seen.queuePosition === 1,
      (row) => row.queuePosition === 1,
    )
    await move([a], 'bottom')
    await waitUntil('a at the bottom', () => isOrder(c, b, lost, a))
    await move([lost, b], 'down')
    await waitUntil('a before both', () => isOrder(c, a, b, lost))
    await move([lost], 'down')
    await move([a, c], 'bottom')
    await waitUntil('both at the bottom', () => isOrder(b, lost, c, a))
  })

  test('a torrent that is stopped while it downloads nothing keeps what it was given', async () => {
    const at = stage()
    const made = at.make()
    await at.client.server.addTorrent({source: fileOf(made), start: true}, bounds)
    // Transmission 3.00 forgets a stop that comes while it checks.
    await at.until(made.hash, 'running', (seen) => seen.running && !seen.checking)
    await at.client.control.stop([made.hash], {}, bounds)
    await at.shows(
      made.hash,
      'stopped and empty',
      (seen) => !seen.running && seen.progress === 0,
      (row) => row.state === 'stopped' && row.complete === false && row.progress === 0,
    )
    expect(at.replica.rows.get(made.hash)!.amountLeft).toBe(made.size)
  })
}
