/**
 * Moves in the queue of what is not complete.
 *
 * Down and to the bottom Deluge moves nothing that stands where the queue ends by a count of its own, and says nothing of
 * it. That count lacks what was finished once, is so no longer, and has not run since. What it moves up, it moves: so there
 * the others go up instead. [run on 2.0.3; deluge/core/torrentmanager.py of 2.0.3 and 2.2.0]
 */
import type {TorrentVerbs} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {readTorrents, sendList, type Outcomes} from './selection.ts'
import {isRecord, type NativeRecord, type Wire} from './wire.ts'

/** Whoever stands somewhere now stood near it a moment ago, or the queue is in motion and nobody can say it. */
const MOST_ASKED = 50

/** @returns those of them that left meanwhile */
export async function moveInQueue(
  wire: Wire,
  hashes: readonly InfoHash[],
  to: TorrentVerbs['moveInQueue']['to'],
  bounds: CallBounds,
): Promise<Outcomes | void> {
  if (to === 'bottom') return moveToBottom(wire, hashes, bounds)
  if (to !== 'down') return sendList(wire, `core.queue_${to}`, hashes, [], bounds)
  const runs = runsOf(await placesNow(wire, hashes, bounds))
  const left = await sendList(wire, 'core.queue_down', hashes, [], bounds)
  for (const run of runs) {
    const stayed = await stayedOf(wire, run, bounds)
    if (stayed > 0) await moveDown(wire, run.place + stayed, stayed, new Set(hashes), bounds)
  }
  return left
}

/** Torrents that stand next to each other. */
interface Run {
  readonly hashes: readonly InfoHash[]
  /** Of the first. */
  readonly place: number
}

function runsOf(places: ReadonlyMap<InfoHash, number>): Run[] {
  const runs: {hashes: InfoHash[]; place: number}[] = []
  for (const [hash, place] of [...places].toSorted(([, one], [, other]) => one - other)) {
    const last = runs.at(-1)
    if (last && last.place + last.hashes.length === place) last.hashes.push(hash)
    else runs.push({hashes: [hash], place})
  }
  return runs
}

/** @returns how many of them stand where they stood: those before one that stayed stay, too */
async function stayedOf(wire: Wire, {hashes, place}: Run, bounds: CallBounds): Promise<number> {
  let [least, most] = [0, hashes.length]
  while (least < most) {
    const at = Math.floor((least + most) / 2)
    const now = await placesNow(wire, [hashes[at]!], bounds)
    if (now.get(hashes[at]!) === place + at) least = at + 1
    else most = at
  }
  return least
}

/** All others to the top, which keeps the order of both. */
async function moveToBottom(wire: Wire, hashes: readonly InfoHash[], bounds: CallBounds): Promise<void> {
  const moving = new Set(hashes)
  const others = [...(await placesListed(wire, bounds)).keys()].filter((hash) => !moving.has(hash))
  await sendList(wire, 'core.queue_top', others, [], bounds)
}

/** @param place of who stands behind them, and goes up past all of them */
async function moveDown(
  wire: Wire,
  place: number,
  steps: number,
  moving: ReadonlySet<InfoHash>,
  bounds: CallBounds,
): Promise<void> {
  const behind = await standsAt(wire, place, await placesListed(wire, bounds), moving, bounds)
  if (behind === null) return
  for (let step = 0; step < steps; step++) await wire.call('core.queue_up', [[behind]], bounds)
}

/**
 * @param listed places as they were a moment ago: whoever stood nearest is asked first
 * @returns `null` = the queue ends before it, or who stands there could not be found out
 */
async function standsAt(
  wire: Wire,
  place: number,
  listed: ReadonlyMap<InfoHash, number>,
  moving: ReadonlySet<InfoHash>,
  bounds: CallBounds,
): Promise<InfoHash | null> {
  if (place >= listed.size) return null
  const distance = ([, at]: readonly [InfoHash, number]) => Math.abs(at - place)
  const others = [...listed].filter(([hash]) => !moving.has(hash))
  const nearest = others.toSorted((one, other) => distance(one) - distance(other))
  for (const [hash] of nearest.slice(0, MOST_ASKED)) {
    if ((await placesNow(wire, [hash], bounds)).get(hash) === place) return hash
  }
  return null
}

/** From 0, of all that stand in the queue. Deluge's lists are up to 1.5 s old. */
async function placesListed(wire: Wire, bounds: CallBounds): Promise<Map<InfoHash, number>> {
  return placesOf(await readTorrents(wire, 'all', ['queue'], bounds))
}

/** From 0, of those of them that stand in the queue: a question about one torrent alone has Deluge look. */
async function placesNow(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<Map<InfoHash, number>> {
  const rows = await Promise.all(
    hashes.map(async (hash): Promise<[InfoHash, NativeRecord][]> => {
      const row = await wire.call('core.get_torrent_status', [hash, ['queue']], bounds)
      return isRecord(row) ? [[hash, row]] : []
    }),
  )
  return placesOf(new Map(rows.flat()))
}

function placesOf(rows: ReadonlyMap<InfoHash, NativeRecord>): Map<InfoHash, number> {
  const places = new Map<InfoHash, number>()
  for (const [hash, {queue}] of rows) if (typeof queue === 'number' && queue >= 0) places.set(hash, queue)
  return places
}
