/**
 * Why an Arr does not take a release: its code where it gives one, else its sentence → one of our classes. The sentences are
 * English constants with parameters, whatever language its pages speak. Source: the DecisionEngine of Sonarr and Radarr.
 */
import type {ReleaseClass, Rejection} from '#model/arr.ts'

/** The first that fits decides. */
const patterns: readonly (readonly [RegExp, ReleaseClass])[] = [
  [/is not wanted in profile$/i, 'quality'],
  [/^Custom Formats? .* below /i, 'score'],
  [/^Existing file|already imported/i, 'existing'],
  [/^(Release|Quality for release) in queue/i, 'queue'],
  [/grab event in history/i, 'history'],
  [/(larger|smaller) than (minimum|maximum|the maximum)|maximum size|runtime/i, 'size'],
  [/is wanted, but found/i, 'language'],
  [/blocklisted/i, 'blocklisted'],
  [/^Not enough seeders/i, 'seeders'],
  [/^(Contains these ignored|Does not contain)/i, 'terms'],
  [/^(Waiting for better|Only \d+ .* old|Still within)|delay/i, 'delay'],
  [/haven.t aired|before air date|^Not yet aired/i, 'not_aired'],
  [
    /^(Wrong|Unknown|Unable to (parse|identify)|Full season pack|Single episode|Episode wasn.t requested|Sample)|doesn.t match|not a season pack/i,
    'wrong',
  ],
]

/** Beginnings of codes; the first that fits decides. */
const codes: readonly (readonly [RegExp, ReleaseClass])[] = [
  [/^qualitynotwanted/i, 'quality'],
  [/^customformat/i, 'score'],
  [/^(disk|alreadyimported|existingfile|qualityupgradesdisabled)/i, 'existing'],
  [/^queue/i, 'queue'],
  [/^history/i, 'history'],
  [/^(belowminimumsize|abovemaximumsize|maximumsize|unknownruntime)/i, 'size'],
  [/^blocklisted/i, 'blocklisted'],
  [/^minimumseeders/i, 'seeders'],
  [/^must/i, 'terms'],
  [/^minimumage/i, 'delay'],
  [/^(fullseasonnotaired|beforeairdate)/i, 'not_aired'],
  [
    /^(unknown(series|episode|releasegroup)?$|matchesanother|unabletoparse|wrong|fullseason|multiseason|sample|ambiguous|notseasonpack|splitepisode)/i,
    'wrong',
  ],
]

export function classOfRelease({code, text}: Pick<Rejection, 'code' | 'text'>): ReleaseClass {
  const byCode = code === null ? undefined : codes.find(([pattern]) => pattern.test(code))?.[1]
  return byCode ?? patterns.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? 'other'
}

/** Of how many releases each class is said; of one release each class counts once. */
export function classesOf(
  releases: readonly {readonly rejections: readonly Pick<Rejection, 'code' | 'text'>[]}[],
): Partial<Record<ReleaseClass, number>> {
  const counts: Partial<Record<ReleaseClass, number>> = {}
  for (const {rejections} of releases)
    for (const one of new Set(rejections.map(classOfRelease))) counts[one] = (counts[one] ?? 0) + 1
  return counts
}
