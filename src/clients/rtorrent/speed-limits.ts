/** Limits of single torrents, by throttle groups (see `throttles.ts`). */
import type {TorrentVerbs} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {BytesPerSecond} from '#model/units.ts'
import type {CallBounds} from '../port.ts'
import {askEach, executeEach, type Outcomes} from './batch.ts'
import {numberOf, textOf, type RpcCall, type RpcValue} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {GLOBAL_ON_BUT_OPEN, throttleCalls, throttleName, unlimited, type Limits} from './throttles.ts'

/**
 * A group can be changed only while the torrent is not active (0.9.8: "Cannot set throttle on active download."), so
 * active torrents are stopped for a moment. What is not active stays as it is: a check goes on, and what a failed one stopped
 * stays stopped, although it counts as started (`d.state`).
 */
export async function setSpeedLimits(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  args: Readonly<TorrentVerbs['setSpeedLimits']>,
  bounds: CallBounds,
): Promise<Outcomes> {
  const {answers, outcomes} = await askEach(session, hashes, ['d.throttle_name', 'd.is_active'], bounds)
  const names = [...answers.values()].map(([name]) => textOf(name as RpcValue))
  await session.learnThrottles(names, bounds)
  const wanted = new Map(
    [...answers].map(([hash, [name]]) => {
      const before = session.limitsOf(textOf(name as RpcValue)) ?? unlimited
      return [hash, {down: changed(args.down, before.down), up: changed(args.up, before.up)}]
    }),
  )
  await makeGroups(session, wanted.values(), bounds)
  const calls = (hash: InfoHash): RpcCall[] => {
    const isActive = numberOf(answers.get(hash)![1] as RpcValue) === 1
    const set = {method: 'd.throttle_name.set', params: [hash, throttleName(wanted.get(hash)!)]}
    if (!isActive) return [set]
    return [{method: 'd.stop', params: [hash]}, set, {method: 'd.start', params: [hash]}]
  }
  const results = await executeEach(session, [...answers.keys()], calls, bounds)
  return new Map([...outcomes, ...results])
}

/** Makes the groups for these limits, and switches the server's own limits on where they need it. */
export async function makeGroups(
  session: RtorrentSession,
  wanted: Iterable<Limits>,
  bounds: CallBounds,
): Promise<void> {
  const byName = new Map([...wanted].map((limits) => [throttleName(limits), limits]))
  byName.delete('')
  if (byName.size === 0) return
  const limits = [...byName.values()]
  await session.wire.executeAll(limits.flatMap(throttleCalls), bounds)
  for (const [name, group] of byName) session.noteThrottle(name, group)
  if (limits.some(({down}) => down !== null)) await switchOn(session, 'down', bounds)
  if (limits.some(({up}) => up !== null)) await switchOn(session, 'up', bounds)
}

async function switchOn(session: RtorrentSession, way: 'down' | 'up', bounds: CallBounds): Promise<void> {
  const method = `throttle.global_${way}.max_rate`
  const rate = numberOf(await session.wire.ask(method, [''], bounds))
  if (rate === 0) await session.wire.execute(`${method}.set`, ['', GLOBAL_ON_BUT_OPEN], bounds)
}

function changed(
  wanted: BytesPerSecond | null | undefined,
  before: BytesPerSecond | null,
): BytesPerSecond | null {
  return wanted === undefined ? before : wanted
}
