/**
 * What a quality profile makes of a quality and of custom formats: allowed, good enough, better. Source: Radarr's
 * UpgradableSpecification and CustomFormatCalculationService.
 */
import type {Arr} from './arr.ts'
import type {FormatConfig, ProfileConfig} from './config.ts'
import type {MediaFile} from './library.ts'
import {qualityIds, rankOf} from './quality.ts'
import type {Release} from './releases.ts'

export type Profile = Required<ProfileConfig> & {readonly id: number}

export function profilesOf({profiles}: Arr): Profile[] {
  return profiles.map((one, at) => complete(one, at + 1))
}

/** Of what has one that is not there, the first. */
export function profileOf({library, profiles}: Arr, parentId: number): Profile {
  const id = library.parent(parentId)?.qualityProfileId ?? 1
  const found = profiles[id - 1]
  return found ? complete(found, id) : complete(profiles[0]!, 1)
}

function complete(profile: ProfileConfig, id: number): Profile {
  return {
    upgradeAllowed: true,
    allowed: qualityIds,
    cutoff: 3,
    minScore: 0,
    cutoffScore: 0,
    minUpgradeScore: 1,
    scores: {},
    ...profile,
    id,
  }
}

/** What its title makes of it. */
export function formatsOf({config}: Arr, title: string): readonly (FormatConfig & {readonly id: number})[] {
  const all = (config.customFormats ?? []).map((one, at) => ({...one, id: at + 1}))
  return all.filter(({pattern}) => new RegExp(pattern, 'i').test(title))
}

/** As it stands in sentences. */
export function formatNames(arr: Arr, title: string): string {
  return formatsOf(arr, title)
    .map(({name}) => name)
    .join(', ')
}

/** What it is worth to the profile of its item: as it was made, and by its formats. */
export function scoreOf(
  arr: Arr,
  parentId: number,
  {score, title}: Pick<Release, 'score' | 'title'>,
): number {
  if (arr.config.customFormats === undefined) return score
  const {scores} = profileOf(arr, parentId)
  return formatsOf(arr, title).reduce((sum, {name}) => sum + (scores[name] ?? 0), score)
}

export function fileScore(arr: Arr, {parentId, score, sceneName}: MediaFile): number {
  return scoreOf(arr, parentId, {score, title: sceneName ?? ''})
}

/** What is good enough; where nothing is replaced, the least that is allowed. */
export function cutoffOf({upgradeAllowed, cutoff, allowed}: Profile): number {
  return upgradeAllowed ? cutoff : (qualityIds.find((id) => allowed.includes(id)) ?? cutoff)
}

/** By its quality alone. */
export function isBelowCutoff(arr: Arr, parentId: number, qualityId: number): boolean {
  return rankOf(qualityId) < rankOf(cutoffOf(profileOf(arr, parentId)))
}

/** A quality, with what its formats are worth. */
interface Worth {
  readonly qualityId: number
  readonly score: number
}

export type NoUpgrade =
  | 'cutoffMet'
  | 'higherPreference'
  | 'upgradesNotAllowed'
  | 'qualityCutoff'
  | 'customFormatScore'
  | 'customFormatCutoff'
  | 'customFormatIncrement'

/** Why the one does not take the place of the other; `null` = it does. */
export function objectionToUpgrade(profile: Profile, now: Worth, next: Worth): NoUpgrade | null {
  const isBelow = rankOf(now.qualityId) < rankOf(cutoffOf(profile))
  if (!isBelow && now.score >= profile.cutoffScore) return 'cutoffMet'
  const better = rankOf(next.qualityId) - rankOf(now.qualityId)
  if (better > 0 && isBelow && profile.upgradeAllowed) return null
  if (better < 0) return 'higherPreference'
  if (!profile.upgradeAllowed) return 'upgradesNotAllowed'
  if (better > 0) return 'qualityCutoff'
  if (next.score <= now.score) return 'customFormatScore'
  if (now.score >= profile.cutoffScore) return 'customFormatCutoff'
  return next.score < now.score + profile.minUpgradeScore ? 'customFormatIncrement' : null
}
