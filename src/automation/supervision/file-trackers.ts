/** Rows of `Trackers` in the configuration file, as tracker profiles that are changed there and nowhere else. */
import {keyPathText, type KeyPath} from '#config/document/key-path.ts'
import type {LoadedConfig} from '#config/config.ts'
import {asTrackerProfileId, type TrackerProfile} from '#model/tracker-profile.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {asksFor} from '#rules/presets/obligations.ts'
import type {InheritedTracker} from '#rules/presets/inherited.ts'
import {FIRST_SERVER, LAST_PRIORITY, trackerOfArr} from './inherited-sections.ts'

/** A row of the file. Its one host is its name. */
export interface FileTracker {
  readonly profile: TrackerProfile
  /** As it is found in the file: `qBit.Trackers[0]`. */
  readonly path: string
  /** `null` = it stands in no line: a variable sets it. */
  readonly line: number | null
}

/** In the order of the file, as far as they name a host. */
export function fileTrackers({
  config,
  placeOf,
}: Pick<LoadedConfig, 'config' | 'placeOf'>): readonly FileTracker[] {
  const ofServers = [...config.serverRules].flatMap(([section, {Trackers}]) =>
    // Rows of that section hold on every server. Source: qBitrr.
    rowsAt([section, 'Trackers'], Trackers, section === FIRST_SERVER ? null : [section], placeOf),
  )
  const ofOthers = [...config.otherTrackers].flatMap(([section, rows]) => {
    // They may stand in either place, those of the section itself first.
    const own = rows.findIndex((_row, at) => placeOf([section, 'Trackers', at]) === null)
    const split = own === -1 ? rows.length : own
    return [
      ...rowsAt([section, 'Trackers'], rows.slice(0, split), null, placeOf),
      ...rowsAt([section, 'Torrent', 'Trackers'], rows.slice(split), null, placeOf),
    ]
  })
  return [...ofServers, ...ofOthers].toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0))
}

function rowsAt(
  path: KeyPath,
  rows: readonly Parameters<typeof trackerOfArr>[0][],
  servers: readonly ServerId[] | null,
  placeOf: LoadedConfig['placeOf'],
): readonly FileTracker[] {
  return rows.flatMap((row, at) =>
    trackerOfArr(row).map((tracker) => {
      const here = [...path, at]
      const text = keyPathText(here)
      return {profile: profileOf(tracker, text, servers), path: text, line: placeOf(here)?.line ?? null}
    }),
  )
}

function profileOf(
  {host, hitAndRun, ...row}: InheritedTracker,
  path: string,
  servers: readonly ServerId[] | null,
): TrackerProfile {
  return {
    id: asTrackerProfileId(`file:${path}`),
    ownerId: null,
    revision: 1,
    name: host,
    colour: null,
    hosts: [host],
    servers,
    obligation: asksFor(hitAndRun)
      ? {
          need: hitAndRun.mode === 'and' ? 'both' : 'either',
          ratio: hitAndRun.ratio,
          time: hitAndRun.time,
          grace: hitAndRun.buffer,
          fromProgress: hitAndRun.fromProgress,
          partialRatio: hitAndRun.partialRatio,
        }
      : null,
    limits: {
      maxRatio: row.maxRatio,
      maxSeedingTime: row.maxSeedingTime,
      maxEta: row.maximumEta,
      downRate: row.downRate,
      upRate: row.upRate,
      priority: row.priority === LAST_PRIORITY ? null : row.priority,
      superSeed: row.superSeed,
      tags: row.tags,
    },
    phrases: {unregistered: [], ignored: []},
  }
}
