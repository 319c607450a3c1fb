/** Delay profiles: what is grabbed automatically waits for something better. Source: Radarr's DelaySpecification. */
import type {Arr} from './arr.ts'
import type {DelayProfileConfig} from './config.ts'
import {profileOf, scoreOf} from './profiles.ts'
import {rankOf} from './quality.ts'
import type {Release} from './releases.ts'

export interface DelayProfile extends Required<DelayProfileConfig> {
  readonly id: number
}

/** In their order; the last is for everything, and the app itself made it. */
export function delayProfilesOf({config}: Arr): DelayProfile[] {
  const own = (config.delayProfiles ?? []).map((one, at) => ({order: at + 1, ...one}))
  return [{order: 2_147_483_647, torrentDelay: 0}, ...own]
    .map((one, at) => ({
      tags: [],
      enableTorrent: true,
      bypassIfHighestQuality: false,
      bypassIfAboveCustomFormatScore: false,
      minimumCustomFormatScore: 0,
      ...one,
      id: at + 1,
    }))
    .sort((a, b) => a.order - b.order)
}

function delayOf(arr: Arr, parentId: number): DelayProfile {
  const own = arr.library.parent(parentId)?.tags ?? []
  return delayProfilesOf(arr).find(({tags}) => tags.length === 0 || tags.some((tag) => own.includes(tag)))!
}

/** Torrents of its item are taken at all. */
export function takesTorrents(arr: Arr, {parentId}: Release): boolean {
  return arr.config.delayProfiles === undefined || delayOf(arr, parentId).enableTorrent
}

/** It waits still. */
export function isDelayed(arr: Arr, release: Release): boolean {
  if (arr.config.delayProfiles === undefined) return false
  const delay = delayOf(arr, release.parentId)
  const until = delay.torrentDelay * 60_000
  if (until === 0) return false
  const {allowed} = profileOf(arr, release.parentId)
  const best = Math.max(...allowed.map(rankOf))
  if (delay.bypassIfHighestQuality && rankOf(release.qualityId) >= best) return false
  const score = scoreOf(arr, release.parentId, release)
  if (delay.bypassIfAboveCustomFormatScore && score >= delay.minimumCustomFormatScore) return false
  const now = arr.time.now()
  const oldest = Math.min(...waitingFor(arr, release).map(({publishedAt}) => publishedAt))
  if (now - oldest > until) return false
  return now - release.publishedAt < until
}

/** When a release is grabbed that waits, epoch ms. */
export function delayedUntil(arr: Arr, {parentId, publishedAt}: Release): number {
  return publishedAt + delayOf(arr, parentId).torrentDelay * 60_000
}

function waitingFor({pending}: Arr, {unitIds}: Release): Release[] {
  return [...pending.values()]
    .filter(({reason, release}) => reason === 'delay' && release.unitIds.some((id) => unitIds.includes(id)))
    .map(({release}) => release)
}
