/**
 * A list of tracker profiles, as it was exported or written by hand. An entry matches a profile of its own by id, else by
 * name; one that cannot be read, or is refused, costs only itself.
 */
import {isDeepStrictEqual} from 'node:util'
import type {Principal} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {
  nothingChanges,
  type OwingChange,
  type TrackerProfile,
  type TrackerProfileContent,
} from '#model/tracker-profile.ts'
import {cleanProfile} from '../trackers/draft.ts'
import {demandProfiling} from '../trackers/rights.ts'
import type {HowChanged, TrackerProfileService} from '../trackers/service.ts'

/** An entry of the list as far as it could be read. */
export interface ListedProfile {
  readonly name: string
  /** Of the profile that it was exported from; `null` = none is named. */
  readonly id: string | null
  /** `null` = it cannot be read; `problem` says why. */
  readonly content: TrackerProfileContent | null
  readonly problem: string | null
}

interface ImportedProfile {
  readonly name: string
  readonly outcome: 'added' | 'changed' | 'same' | 'skipped'
  readonly problem: string | null
  readonly effect: OwingChange
}

/** @param how `frees` is of all entries together. @throws {CommodarrError} forbidden, a StorageFault */
export async function importProfiles(
  service: Pick<TrackerProfileService, 'seenWholeBy' | 'create' | 'change'>,
  by: Principal,
  list: readonly ListedProfile[],
  how: HowChanged,
): Promise<readonly ImportedProfile[]> {
  demandProfiling(by)
  const done: ImportedProfile[] = []
  let left = how.frees
  for (const {name, id, content, problem} of list) {
    if (content === null) {
      done.push({name, outcome: 'skipped', problem, effect: nothingChanges})
      continue
    }
    const before = matching(service.seenWholeBy(by), by, id, content.name)
    if (before && isSame(before, content)) {
      done.push({name, outcome: 'same', problem: null, effect: nothingChanges})
      continue
    }
    try {
      const {effect} = before
        ? await service.change(by, before.id, content, {...how, frees: left, revision: null})
        : await service.create(by, content, {...how, frees: left})
      left -= effect.stopsOwing
      done.push({name, outcome: before ? 'changed' : 'added', problem: null, effect})
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      done.push({name, outcome: 'skipped', problem: error.message, effect: nothingChanges})
    }
  }
  return done
}

function matching(
  all: readonly TrackerProfile[],
  by: Principal,
  id: string | null,
  name: string,
): TrackerProfile | null {
  const own = all.filter(({ownerId}) => ownerId === by.actor.userId)
  const called = name.trim().toLowerCase()
  return all.find((it) => it.id === id) ?? own.find((it) => it.name.toLowerCase() === called) ?? null
}

function isSame(
  {id: _id, ownerId: _owner, revision: _revision, ...content}: TrackerProfile,
  given: TrackerProfileContent,
): boolean {
  return isDeepStrictEqual(content, cleanProfile(given))
}
