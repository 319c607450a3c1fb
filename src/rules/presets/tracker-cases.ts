/**
 * A value by tracker: of the rows that fit a torrent the one of the best priority counts, and where it sets nothing the
 * section. Rows of a server are about that server. Trackers that cannot be read fit no case. Source: qBitrr.
 */
import type {Condition} from '#model/rule.ts'
import type {InheritedSection, InheritedTracker} from './inherited.ts'
import {isHostOf} from '../tracker-domain.ts'
import {every, leaf} from './preset.ts'

type Rows = Pick<InheritedSection, 'trackers' | 'serverTrackers' | 'sharedTrackers'>

/** Where the same rows hold. */
interface TrackerGround {
  /** Behind the behaviour in an id; '' = the section's own rows alone. */
  readonly suffix: string
  /** Whose rows they are; `null` = the section's own. */
  readonly server: string | null
  /** Which servers are meant; `null` = all. */
  readonly where: Condition | null
  /** Best priority first, each host once. */
  readonly trackers: readonly InheritedTracker[]
}

interface TrackerCase<T> {
  readonly suffix: string
  /** Behind the name of its rule, for people: ' (a.example on nas)'; '' = of every torrent. */
  readonly ofWhich: string
  readonly value: T
  /** `null` = every torrent. */
  readonly when: Condition | null
}

export function trackerGrounds({trackers, serverTrackers, sharedTrackers}: Rows): readonly TrackerGround[] {
  const withRows = serverTrackers.filter((server) => server.trackers.length > 0)
  const names = withRows.map(({server}) => server)
  return [
    {
      suffix: '',
      server: null,
      where: names.length > 0 ? leaf('server.id', 'notIn', names) : null,
      trackers: bestFirst([...trackers, ...sharedTrackers]),
    },
    ...withRows.map((one) => ({
      suffix: `.${one.server}`,
      server: one.server,
      where: leaf('server.id', 'eq', one.server),
      trackers: bestFirst([...trackers, ...one.trackers, ...sharedTrackers]),
    })),
  ]
}

/**
 * @param own value of a row; `null` = it sets none
 * @param other of the section; `null` = none: such torrents are left alone
 */
export function trackerCases<T>(
  rows: Rows,
  own: (row: InheritedTracker) => T | null,
  other: T | null,
): readonly TrackerCase<T>[] {
  return trackerGrounds(rows).flatMap((ground) => {
    const cases = casesOf(ground, own)
    const fits = cases.map(({when}) => when)
    const rest = fits.length > 0 ? {not: {any: fits}} : null
    const ofRest = {suffix: ground.suffix, ofWhich: ofWhich(null, ground), when: both(ground.where, rest)}
    const last = other === null ? [] : [{...ofRest, value: other}]
    return [...cases.map((one) => ({...one, when: both(ground.where, one.when)})), ...last]
  })
}

/** Those that hold on a server: of the section, then of that server, then those of all. */
export function rowsOn(
  {trackers, serverTrackers, sharedTrackers}: Rows,
  server: string,
): readonly InheritedTracker[] {
  const ofServer = serverTrackers.find((one) => one.server === server)?.trackers ?? []
  return [...trackers, ...ofServer, ...sharedTrackers]
}

/** The row that counts for a torrent; `null` = none. */
export function bestRow(
  rows: readonly InheritedTracker[],
  hosts: readonly string[],
): InheritedTracker | null {
  const there = hosts.map((host) => host.toLowerCase())
  const fits = ({host, isDomain}: InheritedTracker) =>
    there.some((one) => (isDomain ? isHostOf(host, one) : host === one))
  return bestFirst(rows).find(fits) ?? null
}

/** Torrents that have a host of this row. */
export function hasHostOf({host, isDomain}: InheritedTracker): Condition {
  const exact = leaf('tracker.hosts', 'hasAny', [host])
  return isDomain ? {any: [exact, leaf('tracker.hosts', 'endsWith', `.${host}`)]} : exact
}

/** Torrents that have a host of none of these. */
function hasHostOfNone(rows: readonly InheritedTracker[]): Condition {
  const hosts = leaf(
    'tracker.hosts',
    'hasNone',
    rows.map(({host}) => host),
  )
  const domains = rows.filter(({isDomain}) => isDomain)
  if (domains.length === 0) return hosts
  const below = domains.map(({host}) => leaf('tracker.hosts', 'endsWith', `.${host}`))
  return every(hosts, {not: {any: below}})
}

/**
 * Best priority first; of one host the first in the file. Rows of profiles come behind all of the file, also where one is
 * of a domain that the host of a row is in: what the file says of a tracker is changed there alone.
 */
function bestFirst(rows: readonly InheritedTracker[]): readonly InheritedTracker[] {
  const inTurn = rows.toSorted((one, other) => Number(one.isOfProfile) - Number(other.isOfProfile))
  const once = inTurn.filter((row, at) => inTurn.findIndex(({host}) => host === row.host) === at)
  return once.toSorted(
    (one, other) => Number(one.isOfProfile) - Number(other.isOfProfile) || other.priority - one.priority,
  )
}

function casesOf<T>(ground: TrackerGround, own: (row: InheritedTracker) => T | null) {
  const {suffix, trackers} = ground
  return trackers.flatMap((row, at) => {
    const value = own(row)
    if (value === null) return []
    const better = trackers.slice(0, at)
    const has = hasHostOf(row)
    const when = better.length > 0 ? every(has, hasHostOfNone(better)) : has
    return [{suffix: `${suffix}.${row.host}`, ofWhich: ofWhich(row.host, ground), value, when}]
  })
}

/** So that no two rules of a section have one name. @param host of a row; `null` = what no row is about */
export function ofWhich(host: string | null, {server}: Pick<TrackerGround, 'server'>): string {
  if (host === null) return server === null ? '' : ` (${server})`
  return server === null ? ` (${host})` : ` (${host} on ${server})`
}

function both(one: Condition | null, other: Condition | null): Condition | null {
  return one === null && other === null ? null : every(one, other)
}
