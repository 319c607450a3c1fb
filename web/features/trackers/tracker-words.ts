/** What a tracker requires, in words, and what the search calls it. */
import {noneWord} from '#search-query/fields.ts'
import {printedField, printedValue} from '#search-query/printing.ts'
import {text} from '../../i18n/text.ts'
import type {TrackerHistory} from '../../api/history.ts'
import type {TrackerProfile} from '../../api/tracker-names.ts'
import type {SeenTracker} from '../../api/trackers.ts'
import {sumOf} from '../../ui/chart-geometry.ts'
import {exactDuration, ratio, written} from '../../ui/format.ts'

/** "72 h or ratio 1.0"; "no requirement of its own". */
export function requiresWords(obligation: TrackerProfile['obligation']): string {
  if (obligation === null) return text('tracker-requires.nothing')
  const {need, ratio: wanted, time} = obligation
  const ratioText = written(ratio(wanted))
  const timeText = exactDuration(time)
  if (time === 0) return text('tracker-requires.ratio', {ratio: ratioText})
  if (wanted === 0) return text('tracker-requires.time', {time: timeText})
  return text(`tracker-requires.${need}`, {time: timeText, ratio: ratioText})
}

/** Profiles that require something of torrents on this server that have one of these hosts. */
export function profilesRequiring(
  profiles: readonly TrackerProfile[],
  hosts: ReadonlySet<string>,
  server: string,
): readonly TrackerProfile[] {
  return profiles.filter(
    ({obligation, servers, seen_hosts: seen}) =>
      obligation !== null &&
      (servers === null || servers.includes(server)) &&
      seen.some((host) => hosts.has(host)),
  )
}

/** Its torrents in the list; with `only_tracker` those that have no other tracker. */
export function queryOf(
  {hosts, servers}: Pick<SeenTracker, 'hosts' | 'servers'>,
  field: 'tracker' | 'only_tracker' = 'tracker',
): string {
  if (hosts.length === 0) return `tracker:${noneWord}`
  const listed = (name: string, values: readonly string[]) =>
    printedField(
      name,
      ':',
      values.map((value) => printedValue(value, [noneWord])),
      false,
    )
  // Elsewhere the same hosts are another tracker.
  return servers === null ? listed(field, hosts) : `${listed(field, hosts)} ${listed('server', servers)}`
}

/** What went to its torrents: the history calls it by its name, or by hosts whose name it does not know. */
export function uploadedOf(
  {name, hosts}: Pick<SeenTracker, 'name' | 'hosts'>,
  {trackers}: Pick<TrackerHistory, 'trackers'>,
): number {
  const its = trackers.filter(
    (one) => one.name === name || (one.hosts.length > 0 && one.hosts.every((host) => hosts.includes(host))),
  )
  return its.reduce((sum, {uploaded}) => sum + (sumOf(uploaded) ?? 0), 0)
}
