import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import type {SeenTorrent} from '#lab/observers/observer.ts'
import type {TorrentVerbs} from '#model/command.ts'
import {NotSupported} from '#model/errors.ts'
import type {Limit} from '#model/torrent.ts'
import {allDone, bounds, type Stage} from './stage.conformance.ts'

/** Whole in kB and in KiB, so that no server has to round. */
const [DOWN, UP] = [256_000, 128_000]

/** Speed and share limits, priorities and the switches of one torrent. */
export function limits(stage: () => Stage): void {
  test('a torrent gets speed limits, and loses them', async () => {
    const at = stage()
    const hash = await at.addStopped()
    const set = (args: TorrentVerbs['setSpeedLimits']) =>
      at.client.control.setSpeedLimits([hash], args, bounds)
    if (!(await at.offers('setSpeedLimits', () => set({down: DOWN, up: UP})))) return
    const shows = (down: number | null, up: number | null) =>
      at.shows(
        hash,
        `limits ${down} and ${up}`,
        (seen) => seen.downLimit === down && seen.upLimit === up,
        (row) => row.downLimit === down && row.upLimit === up,
      )
    await shows(DOWN, UP)
    allDone(await set({up: null}))
    await shows(DOWN, null)
    allDone(await set({down: null}))
    await shows(null, null)
  })

  test('a limit below the server’s unit does not become silence or no limit', async () => {
    const at = stage()
    const hash = await at.addStopped()
    const set = () => at.client.control.setSpeedLimits([hash], {up: 100}, bounds)
    if (!(await at.offers('setSpeedLimits', set))) return
    await at.until(hash, 'a small limit', (seen) => typeof seen.upLimit === 'number' && seen.upLimit >= 100)
  })

  test('a running torrent keeps running when its limits change', async () => {
    const at = stage()
    const hash = await at.addComplete()
    const set = () => at.client.control.setSpeedLimits([hash], {up: UP}, bounds)
    if (!(await at.offers('setSpeedLimits', set))) return
    await at.until(hash, 'limited and running', (seen) => seen.upLimit === UP && seen.running)
  })

  for (const [field, value, of] of shareLimits) {
    test(`the share limit ${field} is set, lifted and inherited, or refused with a reason`, async () => {
      const at = stage()
      const hash = await at.addStopped()
      const set = (limit: Limit) => at.client.control.setShareLimits([hash], {[field]: limit}, bounds)
      if (of((await at.observe.torrent(hash))!) === undefined) {
        await expect(set(value)).rejects.toBeInstanceOf(NotSupported)
        return
      }
      if (!(await at.offers('setShareLimits', () => set(value)))) return
      for (const limit of [value, null, 'inherit'] as const) {
        if (!(await at.offersPart('setShareLimits', () => set(limit)))) continue
        await at.until(hash, `${field} ${limit}`, (seen) => of(seen) === limit)
      }
    })
  }

  test('one share limit is changed without touching the others', async () => {
    const at = stage()
    const hash = await at.addStopped()
    const set = (args: TorrentVerbs['setShareLimits']) =>
      at.client.control.setShareLimits([hash], args, bounds)
    if (!(await at.offers('setShareLimits', () => set({ratio: 3})))) return
    const second =
      (await at.observe.torrent(hash))!.seedingTimeLimit === undefined ? 'idleTime' : 'seedingTime'
    if (!(await at.offersPart('setShareLimits', () => set({[second]: 7_200})))) {
      expect((await at.observe.torrent(hash))!.ratioLimit).toBe(3)
      return
    }
    await at.until(
      hash,
      'both',
      (seen) => seen.ratioLimit === 3 && (seen.seedingTimeLimit ?? seen.idleLimit) === 7_200,
    )
    await at.converges('the ratio limit', ({rows}) => rows.get(hash)?.ratioLimit === 3)
  })

  test('a torrent gets a priority', async () => {
    const at = stage()
    const hash = await at.addStopped()
    for (const priority of ['high', 'low'] as const) {
      const set = () => at.client.control.setPriority([hash], {priority}, bounds)
      if (!(await at.offers('setPriority', set))) return
      await at.shows(
        hash,
        priority,
        (seen) => seen.priority === priority,
        (row) => row.priority === priority,
      )
    }
  })

  for (const [verb, column] of switches) {
    test(`${verb} is set, not toggled: on twice is on, off twice is off`, async () => {
      const at = stage()
      const hash = await at.addStopped(at.makeMany())
      for (const on of [true, true, false, false]) {
        const set = () => at.client.control[verb]([hash], {on}, bounds)
        if (!(await at.offers(verb, set))) return
        await at.shows(
          hash,
          `${verb} ${on}`,
          (seen) => seen[column] === on,
          (row) => row[column] === on,
        )
      }
    })
  }

  test('a torrent gets a comment where that is offered', async () => {
    const at = stage()
    const hash = await at.addStopped()
    const set = () => at.client.control.setComment([hash], {comment: 'written later'}, bounds)
    if (!(await at.offers('setComment', set))) return
    await at.until(hash, 'the comment', (seen) => seen.comment === 'written later')
    expect((await at.client.details.more(hash, bounds)).comment).toBe('written later')
  })

  test('limits set on one torrent leave its neighbour alone', async () => {
    const at = stage()
    const [one, other] = [await at.addStopped(), await at.addStopped()]
    // Its place in the queue is not its own: it follows what others are told.
    const itsOwn = async () => ({...(await at.observe.torrent(other)), queuePosition: 0})
    const before = await itsOwn()
    const set = () => at.client.control.setSpeedLimits([one], {down: DOWN}, bounds)
    if (!(await at.offers('setSpeedLimits', set))) return
    await waitUntil('the limit', async () => (await at.observe.torrent(one))?.downLimit === DOWN)
    expect(await itsOwn()).toEqual(before)
  })
}

const shareLimits: readonly [
  keyof TorrentVerbs['setShareLimits'],
  number,
  (seen: SeenTorrent) => Limit | undefined,
][] = [
  ['ratio', 2.5, (seen) => seen.ratioLimit],
  ['seedingTime', 3_600, (seen) => seen.seedingTimeLimit],
  ['idleTime', 1_800, (seen) => seen.idleLimit],
]

const switches = [
  ['setSuperSeeding', 'superSeeding'],
  ['setSequential', 'sequential'],
  ['setFirstLast', 'firstLast'],
  ['setAutoManaged', 'autoManaged'],
] as const
