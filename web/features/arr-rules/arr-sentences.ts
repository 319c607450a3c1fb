/**
 * What Commodarr does for one Arr, as sentences in the order in which a download passes them; and which keys of its section
 * each of them says. Pure.
 */
import type {RuleRow} from '../rules/rule-rows.ts'
import {groupOf} from '../rules/rule-rows.ts'

/** Keep has chips alone: what protects cannot be switched off here. */
const arrGroups = ['search', 'heal', 'import', 'share', 'keep'] as const
export type ArrGroup = (typeof arrGroups)[number]

const arrSentenceIds = [
  'again',
  'searches',
  'requests',
  'profiles',
  'stalled',
  'slow',
  'files',
  'rejected',
  'worse',
  'score',
  'pace',
  'import',
  'leftovers',
  'seeded',
  'trackers',
  'limits',
  'dead',
  'setup',
] as const
export type ArrSentenceId = (typeof arrSentenceIds)[number]

export interface ArrSentence {
  readonly group: ArrGroup | 'setup'
  /** Keys of its section that it goes by, from the section on. */
  readonly keys: readonly string[]
  /** Its rules, by what stands behind the section in their ids. [] = no rule does it, so it stands by its keys alone. */
  readonly rules: readonly string[]
  /** Keys that its rules do not say: they stand below the first of them. */
  readonly besides: readonly string[]
  /** What is changed so that there are rules of it; `null` = a value that is filled in does that. */
  readonly start: Readonly<Record<string, unknown>> | null
}

const searching = 'EntrySearch.'
const torrent = 'Torrent.'
const seeding = 'Torrent.SeedingMode.'

function sentence(
  group: ArrSentence['group'],
  keys: readonly string[],
  more: Partial<Pick<ArrSentence, 'rules' | 'besides' | 'start'>> = {},
): ArrSentence {
  return {group, keys, rules: [], besides: [], start: null, ...more}
}

const fileKeys = [
  'FileExtensionAllowlist',
  'FolderExclusionRegex',
  'FileNameExclusionRegex',
  'CaseSensitiveMatches',
].map((key) => torrent + key)

/** A key that two of them share changes both. */
export const arrSentences: Readonly<Record<ArrSentenceId, ArrSentence>> = {
  again: sentence('search', ['ReSearch']),
  searches: sentence(
    'search',
    [
      'SearchMissing',
      'AlsoSearchSpecials',
      'Unmonitored',
      'SearchLimit',
      'SearchByYear',
      'SearchInReverse',
      'DoUpgradeSearch',
      'QualityUnmetSearch',
      'CustomFormatUnmetSearch',
      'SearchAgainOnSearchCompletion',
      'SearchBySeries',
      'PrioritizeTodaysReleases',
      'SearchesPerHour',
      'SearchesPerDay',
      'FailuresPerDay',
      'GraceHours',
      'RestStart',
      'RestMax',
      'ActiveDownloadLimit',
      'QuietHours',
      'IndexerLimits',
      'SkipTags',
      'CustomFormatUntil',
    ].map((key) => searching + key),
  ),
  requests: sentence(
    'search',
    [
      'SearchRequestsEvery',
      'Ombi.SearchOmbiRequests',
      'Ombi.OmbiURI',
      'Ombi.OmbiAPIKey',
      'Ombi.ApprovedOnly',
      'Ombi.SkipTLSVerify',
      'Ombi.Is4K',
      'Overseerr.SearchOverseerrRequests',
      'Overseerr.OverseerrURI',
      'Overseerr.OverseerrAPIKey',
      'Overseerr.ApprovedOnly',
      'Overseerr.SkipTLSVerify',
      'Overseerr.Is4K',
    ].map((key) => searching + key),
  ),
  profiles: sentence(
    'search',
    [
      'UseTempForMissing',
      'KeepTempProfile',
      'QualityProfileMappings',
      'ForceResetTempProfiles',
      'TempProfileResetTimeoutMinutes',
      'ProfileSwitchRetryAttempts',
    ].map((key) => searching + key),
  ),
  stalled: sentence(
    'heal',
    ['StalledDelay', 'MaximumDeletablePercentage', 'IgnoreTorrentsYoungerThan', 'ReSearchStalled']
      .map((key) => torrent + key)
      .concat('ReSearch'),
    {
      rules: ['stalled', 'unavailable', 'metadata', 'stall-begins', 'stall-ends'],
      besides: ['ReSearchStalled', 'IgnoreTorrentsYoungerThan'].map((key) => torrent + key),
      start: {[`${torrent}StalledDelay`]: 15},
    },
  ),
  slow: sentence(
    'heal',
    ['MaximumETA', 'DoNotRemoveSlow', 'MaximumDeletablePercentage', 'IgnoreTorrentsYoungerThan']
      .map((key) => torrent + key)
      .concat('ReSearch'),
    {rules: ['slow'], start: {[`${torrent}DoNotRemoveSlow`]: false}},
  ),
  files: sentence('heal', fileKeys, {rules: ['unwanted-files', 'nothing-wanted'], besides: fileKeys}),
  rejected: sentence('heal', ['ArrErrorCodesToBlocklist', 'ReSearch'], {
    rules: ['import-rejected'],
    besides: ['ArrErrorCodesToBlocklist'],
  }),
  worse: sentence(
    'heal',
    ['CustomFormatUnmetSearch', 'ForceMinimumCustomFormat']
      .map((key) => searching + key)
      .concat(`${torrent}MaximumDeletablePercentage`, 'ReSearch'),
    {rules: ['worse-than-file'], start: {[`${searching}CustomFormatUnmetSearch`]: true}},
  ),
  score: sentence('heal', [`${searching}ForceMinimumCustomFormat`, 'ReSearch'], {
    rules: ['score'],
    start: {[`${searching}ForceMinimumCustomFormat`]: true},
  }),
  pace: sentence('import', ['RefreshDownloadsTimer', 'RssSyncTimer']),
  import: sentence('import', ['importMode'], {
    rules: ['import', 'import-look', 'imported-label'],
    besides: ['importMode'],
  }),
  leftovers: sentence('import', [`${torrent}AutoDelete`, `${torrent}FileExtensionAllowlist`], {
    rules: ['extra-files'],
    start: {[`${torrent}AutoDelete`]: true},
  }),
  seeded: sentence(
    'share',
    ['RemoveTorrent', 'MaxUploadRatio', 'MaxSeedingTime'].map((key) => seeding + key),
    {
      rules: ['seeded', 'seeding-tag', 'seeding-untag'],
      besides: [`${seeding}RemoveTorrent`],
      start: {[`${seeding}RemoveTorrent`]: 3},
    },
  ),
  trackers: sentence('share', [`${torrent}Trackers`], {
    rules: ['tracker-add', 'tracker-remove', 'tracker-tags', 'super-seeding'],
  }),
  limits: sentence(
    'share',
    ['UploadRateLimitPerTorrent', 'DownloadRateLimitPerTorrent'].map((key) => seeding + key),
    {
      rules: ['up-limit', 'down-limit'],
      besides: ['UploadRateLimitPerTorrent', 'DownloadRateLimitPerTorrent'].map((key) => seeding + key),
    },
  ),
  dead: sentence(
    'share',
    ['RemoveDeadTrackers', 'RemoveTrackerWithMessage'].map((key) => seeding + key),
    {
      rules: ['tracker-dead'],
      besides: [`${seeding}RemoveTrackerWithMessage`],
      start: {[`${seeding}RemoveDeadTrackers`]: true},
    },
  ),
  setup: sentence('setup', ['Managed', 'URI', 'APIKey', 'SkipTLSVerify', 'Category', 'MatchSubcategories']),
}

/** What is said of an Arr by its keys alone, whether or not a rule does it. */
export const standingSentences = ['again', 'pace', 'trackers'] as const satisfies readonly ArrSentenceId[]

/** What there are no rules of until a setting says so, with what it is called while it is off. */
export const offSentences = [
  'stalled',
  'slow',
  'files',
  'rejected',
  'worse',
  'score',
  'leftovers',
  'seeded',
  'limits',
  'dead',
] as const satisfies readonly ArrSentenceId[]
export type OffSentence = (typeof offSentences)[number]

/** Changed in the dialog of the Arr, with what makes it reachable; all others stand in the table. */
export const formKeys = ['Managed', 'URI', 'APIKey', 'SkipTLSVerify', 'Category'] as const

/** The sentences that a key belongs to, what acts first. */
export function sentencesOfKey(path: string): readonly ArrSentenceId[] {
  return arrSentenceIds.filter((id) => arrSentences[id].keys.includes(path))
}

/** The sentence that a row is of; `null` = no key says it, or a person wrote it. */
export function sentenceOfRow({rules: [first]}: Pick<RuleRow, 'rules'>): ArrSentenceId | null {
  const {id, origin} = first!.rule
  if (origin !== 'preset') return null
  // "radarr-4k.slow.one.test": the section, what it does, and the tracker that it is for.
  const [, behaviour = ''] = id.split('.')
  return arrSentenceIds.find((it) => arrSentences[it].rules.includes(behaviour)) ?? null
}

export interface ArrRows {
  readonly group: ArrGroup
  readonly rows: readonly RuleRow[]
  /** They only set and remove tags: few read them. */
  readonly labels: readonly RuleRow[]
  /** Rules that are switched off. */
  readonly off: readonly RuleRow[]
  /** What no setting asks for. */
  readonly unset: readonly OffSentence[]
}

/** @param rows of the rules of one Arr; those that settings of it say come first, in the order of their sentences */
export function arrRowsOf(rows: readonly RuleRow[]): readonly ArrRows[] {
  const groups = Map.groupBy(
    rows.toSorted((one, other) => rankOf(one) - rankOf(other)),
    arrGroupOf,
  )
  const there = new Set(rows.map(sentenceOfRow))
  return arrGroups.map((group) => {
    const its = groups.get(group) ?? []
    const isOff = ({rules: [first]}: RuleRow) => first!.rule.mode === 'off'
    return {
      group,
      rows: its.filter((it) => !isOff(it) && !isLabel(it)),
      labels: its.filter((it) => !isOff(it) && isLabel(it)),
      off: its.filter(isOff),
      unset: offSentences.filter((id) => arrSentences[id].group === group && !isThere(id, there, rows)),
    }
  })
}

/** Labels of a sentence stand also where nothing else of it does. */
function isThere(
  id: OffSentence,
  there: ReadonlySet<ArrSentenceId | null>,
  rows: readonly RuleRow[],
): boolean {
  return there.has(id) && rows.some((it) => sentenceOfRow(it) === id && !isLabel(it))
}

function rankOf(row: RuleRow): number {
  const id = sentenceOfRow(row)
  if (id === null) return arrSentenceIds.length
  const [, behaviour = ''] = row.rules[0]!.rule.id.split('.')
  const {rules} = arrSentences[id]
  return arrSentenceIds.indexOf(id) + rules.indexOf(behaviour) / rules.length
}

function arrGroupOf(row: RuleRow): ArrGroup {
  const [{rule}] = row.rules as [RuleRow['rules'][number]]
  const id = sentenceOfRow(row)
  const own = id === null ? null : arrSentences[id].group
  if (own !== null && own !== 'setup') return own
  const group = groupOf(rule)
  if (group === 'keep') return 'keep'
  if (rule.actions.length > 0 && rule.actions.every((it) => it === 'arr.search')) return 'search'
  const isOfImport = rule.reason === 'imported' || rule.actions.some((it) => it === 'arr.import')
  // What an Arr does not import waits for a person there.
  const isTold = rule.reason === 'importRejected' && rule.actions.every((it) => it === 'notify')
  if (isOfImport || isTold) return 'import'
  return group === 'heal' ? 'heal' : 'share'
}

function isLabel({rules: [first]}: RuleRow): boolean {
  const {actions, origin} = first!.rule
  return origin === 'preset' && actions.length > 0 && actions.every((it) => it === 'tag' || it === 'untag')
}
