/**
 * What a torrent owes by the configuration: hit and run of its tracker's row, else of its category. The owner who set
 * neither, but limits for seeding, has said that nothing is owed. Source: qbitrr-config.md B.9; rules.md §5.
 */
import {DAY} from '#model/units.ts'
import type {Obligation} from '../obligation.ts'
import type {InheritedHitAndRun, InheritedSection} from './inherited.ts'
import {limitsFor, limitsReached} from './seeding.ts'
import {bestRow} from './tracker-cases.ts'

type Section = Pick<
  InheritedSection,
  'section' | 'trackers' | 'serverTrackers' | 'hitAndRun' | 'removal' | 'maxRatio' | 'maxSeedingTime'
>

interface OwedBy {
  readonly server: string
  /** `undefined` = its trackers can not be read. */
  readonly hosts: readonly string[] | undefined
}

/** @returns `null` = the configuration says nothing of it */
export function inheritedObligation(section: Section, {server, hosts}: OwedBy): Obligation | null {
  const ofServer = section.serverTrackers.find((one) => one.server === server)?.trackers ?? []
  const rows = [...section.trackers, ...ofServer]
  if (hosts === undefined && rows.some(({hitAndRun}) => hitAndRun !== null)) return unreadable
  const row = bestRow(rows, hosts ?? [])
  if (row?.hitAndRun) return asked(row.host, row.hitAndRun)
  if (section.hitAndRun) return asked(section.section, section.hitAndRun)
  const limits = limitsFor(section, row)
  return limitsReached(section.removal, limits) === null ? null : nothing(section.section)
}

/** Which row counts is not known, so nobody pays: it stays. */
const unreadable: Obligation = {
  profile: 'trackers cannot be read',
  need: 'both',
  ratio: 10_000,
  time: 100_000 * DAY,
  buffer: 0,
  fromProgress: 0,
  partialRatio: null,
}

function asked(profile: string, {mode, ratio, time, ...more}: InheritedHitAndRun): Obligation {
  const {buffer, fromProgress, partialRatio} = more
  const need = mode === 'and' ? 'both' : 'either'
  return {profile, need, ratio, time, buffer, fromProgress, partialRatio}
}

function nothing(profile: string): Obligation {
  return {profile, need: 'nothing', ratio: null, time: null, buffer: 0, fromProgress: 0, partialRatio: null}
}
