/** What needs a person, as the bell lists it: one item for each thing, the oldest first. Pure. */
import type {AttentionNews, LiveServer} from '#model/live.ts'
import type {Arr} from '../../api/arrs.ts'
import {alertsBeside} from './attention.ts'

/** A disk that ends soon. */
interface EndingDisk {
  readonly server: LiveServer
  /** Epoch ms, at the pace of the last days. */
  readonly fullAt: number
}

export type Need =
  | {readonly kind: 'clock'; readonly id: string}
  | {readonly kind: 'alert'; readonly id: string; readonly alert: AttentionNews['alerts'][number]}
  | {readonly kind: 'process'; readonly id: string; readonly process: AttentionNews['processes'][number]}
  | {readonly kind: 'server'; readonly id: string; readonly server: LiveServer}
  | {readonly kind: 'arr'; readonly id: string; readonly arr: Arr}
  | {readonly kind: 'rule'; readonly id: string; readonly rule: AttentionNews['rules'][number]}
  | {readonly kind: 'approval'; readonly id: string; readonly approval: AttentionNews['approvals'][number]}
  | {readonly kind: 'notice'; readonly id: string; readonly notice: AttentionNews['notices'][number]}
  | {readonly kind: 'disk'; readonly id: string; readonly disk: EndingDisk}

export interface Concerns extends Pick<
  AttentionNews,
  'clock' | 'alerts' | 'processes' | 'rules' | 'approvals' | 'notices'
> {
  /** In trouble, whatever it is. */
  readonly servers: readonly LiveServer[]
  /** In trouble. */
  readonly arrs: readonly Arr[]
  readonly disks: readonly EndingDisk[]
}

const HOUR_MS = 3_600_000

/** These go on by themselves; whoever is that long away may not. */
const mayHeal: ReadonlySet<string> = new Set(['unreachable', 'degraded', 'banned', 'warming', 'connecting'])

/** A wrong password waits for a person at once, a server that is away only when it stays so. */
export function needsPerson({status, reason, since}: LiveServer, now: number): boolean {
  return reason === 'another_server' || !mayHeal.has(status) || now - since > HOUR_MS
}

/** @param now epoch ms. @returns oldest first; those of which it is not known since when they are come last */
export function needsOf(concerns: Concerns, now: number): readonly Need[] {
  const {clock, processes, servers, arrs, rules, approvals, notices, disks} = concerns
  const alerts = alertsBeside(concerns.alerts, {isClockAsked: clock !== null, servers, arrs})
  const dated: readonly (readonly [since: number, need: Need])[] = [
    ...alerts.map((alert) => [alert.since, {kind: 'alert', id: `alert ${alert.id}`, alert}] as const),
    ...processes.map(
      (process) => [process.since, {kind: 'process', id: `process ${process.id}`, process}] as const,
    ),
    ...servers
      .filter((server) => needsPerson(server, now))
      .map((server) => [server.since, {kind: 'server', id: `server ${server.server_id}`, server}] as const),
    ...arrs.map((arr) => [sinceOf(arr, concerns.alerts), {kind: 'arr', id: `arr ${arr.id}`, arr}] as const),
    ...rules.map((rule) => [rule.since, {kind: 'rule', id: `rule ${rule.id}`, rule}] as const),
    ...approvals.map(
      (approval) =>
        [
          approval.since,
          {kind: 'approval', id: `asks ${approval.rule_id} ${approval.arr_id}`, approval},
        ] as const,
    ),
    ...notices.map((notice) => [notice.at, {kind: 'notice', id: `notice ${notice.id}`, notice}] as const),
  ]
  return [
    // Nothing ends or expires until it is answered.
    ...(clock === null ? [] : [{kind: 'clock', id: 'clock'} as const]),
    ...dated.toSorted(([a], [b]) => a - b).map(([, need]) => need),
    ...disks
      .toSorted((a, b) => a.fullAt - b.fullAt)
      .map((disk) => ({kind: 'disk', id: `disk ${disk.server.server_id}`, disk}) as const),
  ]
}

/** Since when an Arr is away its alert knows; without one it is not known. */
function sinceOf({id}: Arr, alerts: AttentionNews['alerts']): number {
  return alerts.find(({arr_id: arrId}) => arrId === id)?.since ?? Number.MAX_SAFE_INTEGER
}
