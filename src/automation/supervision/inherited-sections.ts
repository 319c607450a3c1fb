/**
 * The sections of the configuration as presets take them: every key in base units, whose torrents are meant, and what
 * its servers' rows add. Source: qBitrr.
 */
import {classOfText} from '#arr-client/reject-class.ts'
import {clientKinds} from '#clients/kinds/kinds.ts'
import {matchesSubcategories} from '#config/categories.ts'
import type {Config} from '#config/config.ts'
import type {Settings} from '#config/schema/schema.ts'
import {keyPathText} from '#config/document/key-path.ts'
import {NEVER_RATIO, NEVER_SECONDS, UNREAD_PRIORITY, type ServerRules} from '#config/schema/schema-servers.ts'
import {serverKindOf} from '#config/schema/sections.ts'
import {announceUrlOf, trackerHost} from '#config/tracker-host.ts'
import {categoryKey, mayBeInCategory, spellingsOf} from '#model/torrent.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {DAY, type Seconds} from '#model/units.ts'
import type {Compartment} from '#model/access.ts'
import type {ActiveArr} from '#registry/arrs/directory.ts'
import type {TrackerProfileInForce} from '#registry/trackers/directory.ts'
import {exceptBelow} from '#rules/presets/categories.ts'
import {asksFor, noSection} from '#rules/presets/obligations.ts'
import {standsForDomain} from '#rules/tracker-domain.ts'
import type {
  InheritedArr,
  InheritedHitAndRun,
  InheritedRate,
  InheritedSection,
  InheritedTracker,
  Owing,
  OwingProfile,
} from '#rules/presets/inherited.ts'

/** The part of the configuration that decides about torrents. */
export type RuleConfig = Pick<
  Config,
  'settings' | 'serverRules' | 'otherTrackers' | 'prowlarrs' | 'said' | 'isInherited' | 'isWrittenByQbitrr'
>

export interface Inherited extends Pick<Owing, 'unmanaged'> {
  readonly arrs: readonly InheritedArr[]
  /** Managed categories, each with its own values. */
  readonly categories: readonly InheritedSection[]
  /** What tracker profiles limit of torrents that no Arr and no managed category has. */
  readonly others: readonly ProfileSection[]
}

/** Limits of the profiles of one owner. */
interface ProfileSection extends InheritedSection {
  readonly compartment: Compartment
}

interface InheritedFrom extends RuleConfig {
  readonly arrs: readonly ActiveArr[]
  /** Categories of all Arrs, also of those that are off: below another one they are not of that. */
  readonly arrCategories: readonly string[]
  /** Tracker profiles that people made. */
  readonly profiles: readonly TrackerProfileInForce[]
  /** Whose word a section is: of the file, and of administrators, the house's. */
  readonly compartmentOf: (arrId: ActiveArr['id']) => Compartment
  /** `--observe`. */
  readonly observes: boolean
  readonly hasFfprobe: boolean
}

type TrackerRow = ServerRules['Trackers'][number]
type Seeding = ServerRules['CategorySeeding']
type Shared = Omit<Seeding, 'Categories'>

const KIB = 1024
/** The predecessor merged the tracker rows of this section into each Arr. Source: qBitrr. */
export const FIRST_SERVER = asServerId('qBit')

export function inheritedSections(from: InheritedFrom): Inherited {
  const names = [
    ...from.arrCategories,
    ...[...from.serverRules.values()].flatMap(({ManagedCategories, CategorySeeding}) => [
      ...ManagedCategories,
      ...CategorySeeding.Categories.flatMap(({Name}) => Name ?? []),
    ]),
  ]
  const asking = askingRows(from)
  const isOn = new Set<string>(from.arrs.map(({id}) => id))
  const off = asking.filter(({section}) => !isOn.has(section)).flatMap(({rows}) => rows)
  const shared = sharedRows(from).filter(({hitAndRun}) => asksFor(hitAndRun))
  return {
    arrs: from.arrs.map((arr) =>
      withLimitsOfProfiles(
        {...arrSection(arr, from, names), otherTrackers: off},
        from.compartmentOf(arr.id),
        from,
      ),
    ),
    categories: [...from.serverRules]
      .flatMap(([id, rules]) => categorySections(id, rules, from, names))
      .map((section) => withLimitsOfProfiles({...section, otherTrackers: [...shared, ...off]}, null, from)),
    others: profileSections(from),
    unmanaged: {
      ...noSection,
      serverTrackers: serverRows(from),
      sharedTrackers: sharedRows(from),
      otherTrackers: asking.flatMap(({rows}) => rows),
    },
  }
}

/**
 * What profiles of the same owner limit, behind all that the file says: of one host its row counts. What they ask for
 * is no row: it is owed beside those of the file (`owed.ts`).
 */
function withLimitsOfProfiles<S extends Omit<InheritedSection, 'hasAskingProfiles'>>(
  section: S,
  compartment: Compartment,
  {profiles}: Pick<InheritedFrom, 'profiles'>,
): S & Pick<InheritedSection, 'hasAskingProfiles'> {
  const own = profiles.filter((it) => it.compartment === compartment)
  const added = new Map<string, InheritedTracker[]>()
  const shared: InheritedTracker[] = []
  for (const {profile, limitsOn} of own) {
    const rows = limitRows(profile)
    if (limitsOn === null) shared.push(...rows)
    for (const server of limitsOn ?? []) added.set(server, [...(added.get(server) ?? []), ...rows])
  }
  const before = new Map(section.serverTrackers.map(({server, trackers}) => [server, trackers]))
  const servers = [...new Set([...before.keys(), ...added.keys()])]
  return {
    ...section,
    serverTrackers: servers.map((server) => ({
      server,
      trackers: [...(before.get(server) ?? []), ...(added.get(server) ?? [])],
    })),
    sharedTrackers: [...section.sharedTrackers, ...shared],
    hasAskingProfiles: profiles.some(
      ({profile}) => profile.obligation !== null || profile.hosts.length === 0,
    ),
  }
}

/** Their speeds, super seeding and tags; nothing is removed, as no section says what becomes of what has seeded enough. */
function profileSections(from: InheritedFrom): readonly ProfileSection[] {
  const limiting = from.profiles.filter(({profile}) => limitRows(profile).length > 0)
  return [...new Set(limiting.map(({compartment}) => compartment))].map((compartment) => ({
    ...withLimitsOfProfiles(
      {
        ...noSection,
        section: compartment === null ? PROFILES : `${PROFILES} ${compartment}`,
        arrId: null,
        servers: [],
        categories: [],
        spellings: [],
        subcategories: false,
        exceptCategories: [],
        managedCategories: managedCategoriesOf(from),
        youngerThan: 0,
        observes: from.observes,
        asksMore: false,
        stalledDelay: null,
        searchesStalled: false,
        maximumEta: null,
        keepsSlow: true,
        deletableShare: 0,
        downRate: 'leaveAlone',
        upRate: 'leaveAlone',
        deadMessages: [],
        failedCategory: '',
        recheckCategory: '',
      },
      compartment,
      from,
    ),
    compartment,
  }))
}

/** As rules of profiles are called. No section of the file has this name. */
export const PROFILES = 'Trackers'

function managedCategoriesOf({
  serverRules,
}: Pick<InheritedFrom, 'serverRules'>): InheritedSection['managedCategories'] {
  return [...serverRules].flatMap(([server, rules]) =>
    rules.ManagedCategories.length === 0
      ? []
      : [
          {
            server,
            spellings: rules.ManagedCategories.flatMap((it) => spellingsOf(it, writesLowerCase(server))),
            subcategories: rules.MatchSubcategories,
          },
        ],
  )
}

/** One for each host; none where nothing is limited. */
function limitRows({hosts, limits}: TrackerProfileInForce['profile']): readonly InheritedTracker[] {
  const {maxRatio, maxSeedingTime, maxEta, downRate, upRate, priority, superSeed, tags} = limits
  const values = [maxRatio, maxSeedingTime, maxEta, downRate, upRate, priority]
  if (values.every((it) => it === null) && !superSeed && tags.length === 0) return []
  return hosts.map((host) => ({
    host,
    isDomain: standsForDomain(host),
    isOfProfile: true,
    announceUrl: null,
    priority: priority ?? LAST_PRIORITY,
    sorts: false,
    superSeed,
    maximumEta: positive(maxEta),
    maxRatio: positive(maxRatio),
    maxSeedingTime: positive(maxSeedingTime),
    downRate: positive(downRate),
    upRate: positive(upRate),
    addIfMissing: false,
    removeIfExists: false,
    tags,
    hitAndRun: null,
  }))
}

/** Profiles as far as something is owed by them. */
export function owingProfiles(profiles: readonly TrackerProfileInForce[]): readonly OwingProfile[] {
  return profiles.map(({profile: {name, hosts, obligation, phrases}, owesOn, limitsOn}) => ({
    name,
    hosts,
    servers: owesOn,
    hitAndRun: obligation && {
      mode: obligation.need === 'both' ? 'and' : 'or',
      ratio: obligation.ratio,
      time: obligation.time,
      fromProgress: obligation.fromProgress,
      partialRatio: obligation.partialRatio,
      buffer: obligation.grace,
    },
    phrases,
    phrasesOn: limitsOn,
  }))
}

/** Of sections of the file that are no server's, those by which something is owed. */
function askingRows({otherTrackers}: InheritedFrom) {
  return [...otherTrackers].map(([section, rows]) => ({
    section,
    rows: rows.flatMap(trackerOfArr).filter(({hitAndRun}) => asksFor(hitAndRun)),
  }))
}

function serverRows({serverRules}: InheritedFrom): InheritedSection['serverTrackers'] {
  return [...serverRules].flatMap(([server, {Trackers}]) =>
    server === FIRST_SERVER ? [] : [{server, trackers: Trackers.flatMap(trackerOfArr)}],
  )
}

function sharedRows({serverRules}: InheritedFrom): readonly InheritedTracker[] {
  return (serverRules.get(FIRST_SERVER)?.Trackers ?? []).flatMap(trackerOfArr)
}

function arrSection(
  {id, config}: ActiveArr,
  from: InheritedFrom,
  names: readonly string[],
): Omit<InheritedArr, 'otherTrackers' | 'hasAskingProfiles'> {
  const {settings, serverRules, observes, hasFfprobe, said, isInherited} = from
  const {Torrent: torrent, Category: category} = config
  const seeding = torrent.SeedingMode
  const filters = [
    torrent.FolderExclusionRegex,
    torrent.FileNameExclusionRegex,
    torrent.FileExtensionAllowlist,
  ]
  return {
    section: id,
    arrId: id,
    servers: [],
    categories: [category],
    spellings: spellingsOf(category),
    category,
    observes,
    asksMore: isInherited,
    subcategories: matchesSubcategories(config.MatchSubcategories, serverRules),
    exceptCategories: exceptBelow([category], names),
    managedCategories: managedCategoriesOf(from),
    youngerThan: torrent.IgnoreTorrentsYoungerThan ?? settings.IgnoreTorrentsYoungerThan,
    trackers: torrent.Trackers.flatMap(trackerOfArr),
    serverTrackers: serverRows(from),
    sharedTrackers: sharedRows(from),
    stalledDelay: torrent.StalledDelay || null,
    searchesStalled: torrent.ReSearchStalled,
    maximumEta: torrent.MaximumETA,
    keepsSlow: torrent.DoNotRemoveSlow,
    deletableShare: torrent.MaximumDeletablePercentage,
    ...limitsOf(seeding, (key) => said.has(keyPathText([id, 'Torrent', 'SeedingMode', key]))),
    hitAndRun: null,
    deadMessages: seeding.RemoveDeadTrackers ? seeding.RemoveTrackerWithMessage : [],
    searchesAgain: config.ReSearch,
    failedCategory: settings.FailedCategory,
    recheckCategory: settings.RecheckCategory,
    asksScore: config.EntrySearch.ForceMinimumCustomFormat,
    searchesUnmetScores: config.EntrySearch.CustomFormatUnmetSearch,
    filtersFiles: filters.some((list) => list.length > 0),
    hasAllowlist: torrent.FileExtensionAllowlist.length > 0,
    clearsFolders: torrent.AutoDelete && torrent.FileExtensionAllowlist.length > 0,
    probesMedia: hasFfprobe,
    importMode: importModes[config.importMode],
    refreshEvery: config.RefreshDownloadsTimer,
    errorMessages: config.ArrErrorCodesToBlocklist,
    errorClasses: classesOf(config.ArrErrorCodesToBlocklist),
  }
}

/** Whatever else its sentence says of this one: the Arrs word one reason in several ways. */
function classesOf(entries: readonly string[]): readonly string[] {
  return [...new Set(entries.map(classOfText))].filter((name) => name !== 'unknown')
}

const importModes = {Auto: 'auto', Hardlink: 'auto', Move: 'move', Copy: 'copy'} as const

/** The categories of a server that share their values, and each that has its own. */
function categorySections(
  server: ServerId,
  {ManagedCategories: managed, MatchSubcategories: subcategories, Trackers, CategorySeeding}: ServerRules,
  {settings, observes, said, isInherited}: InheritedFrom,
  names: readonly string[],
): readonly Omit<InheritedSection, 'otherTrackers' | 'hasAskingProfiles'>[] {
  const areLowerCase = writesLowerCase(server)
  const {Categories: own, ...usual} = CategorySeeding
  const ownRows = own.flatMap(({Name, ...row}) => (Name === undefined ? [] : [{name: Name, row}]))
  const isManaged = ({name}: {readonly name: string}) =>
    managed.some((it) => mayBeInCategory(name, it, subcategories))
  const ownNames = new Set(ownRows.map(({name}) => categoryKey(name)))
  const section = (name: string, categories: readonly string[], row: Shared) => ({
    section: name,
    arrId: null,
    servers: [server],
    categories,
    spellings: categories.flatMap((it) => spellingsOf(it, areLowerCase)),
    subcategories,
    observes,
    asksMore: isInherited,
    exceptCategories: exceptBelow(categories, names),
    managedCategories: [],
    youngerThan: row.IgnoreTorrentsYoungerThan,
    trackers: [],
    serverTrackers: [{server, trackers: Trackers.flatMap((it) => trackerOf(it, 0))}],
    sharedTrackers: [],
    stalledDelay: row.StalledDelay || null,
    searchesStalled: false,
    maximumEta: slowFrom(settings, said),
    keepsSlow: false,
    deletableShare: settings.Torrent.MaximumDeletablePercentage,
    ...limitsOf(row, (key) => said.has(keyPathText([server, 'CategorySeeding', key]))),
    hitAndRun: hitAndRunOf(row),
    deadMessages: [],
    failedCategory: settings.FailedCategory,
    recheckCategory: settings.RecheckCategory,
  })
  // A row holds for the category however it is written there.
  const spelledAs = (name: string) => {
    const same = managed.filter((it) => categoryKey(it) === categoryKey(name))
    return same.length === 0 ? [name] : same
  }
  const shared = managed.filter((name) => !ownNames.has(categoryKey(name)))
  return [
    ...(shared.length === 0 ? [] : [section(server, shared, usual)]),
    ...ownRows
      .filter(isManaged)
      .map(({name, row}) => section(`${server}/${name}`, spelledAs(name), {...usual, ...written(row)})),
  ]
}

/** `null` = any kind of server may be meant. */
function writesLowerCase(server: ServerId): boolean | null {
  const kind = serverKindOf(server)
  return kind === null ? null : clientKinds[kind].categories.areLowerCase === true
}

/** A download that is only slow is not given up because of a value that nobody wrote. */
function slowFrom({Torrent: {MaximumETA}}: Settings, said: Config['said']): Seconds | null {
  return said.has('Settings.Torrent.MaximumETA') ? MaximumETA : null
}

type Limits = Pick<
  Seeding,
  | 'MaxUploadRatio'
  | 'MaxSeedingTime'
  | 'RemoveTorrent'
  | 'DownloadRateLimitPerTorrent'
  | 'UploadRateLimitPerTorrent'
>

/** @param isSaid is this key said at all? -1 then means unlimited; who says nothing of it changes no torrent's own limit */
function limitsOf(row: Limits, isSaid: (key: keyof Limits) => boolean) {
  const rate = (key: 'DownloadRateLimitPerTorrent' | 'UploadRateLimitPerTorrent'): InheritedRate => {
    const value = row[key]
    if (value === null) return isSaid(key) ? null : 'leaveAlone'
    return value === 0 ? 'leaveAlone' : value * KIB
  }
  return {
    maxRatio: positive(row.MaxUploadRatio),
    maxSeedingTime: positive(row.MaxSeedingTime),
    removal: row.RemoveTorrent,
    downRate: rate('DownloadRateLimitPerTorrent'),
    upRate: rate('UploadRateLimitPerTorrent'),
  }
}

/** A row that says no priority comes behind all that do, also below 0. Source: qBitrr. */
export const LAST_PRIORITY = -100

export const trackerOfArr = (row: TrackerRow) => trackerOf(row, LAST_PRIORITY)

/** None for a row that names no host. @param usual priority of one that says none */
function trackerOf(row: TrackerRow, usual: number): readonly InheritedTracker[] {
  const uri = row.URI ?? ''
  const host = trackerHost(uri)
  if (host === '') return []
  if (row.Priority === UNREAD_PRIORITY) return trackerOf(heldRow(row), usual)
  return [
    {
      host,
      isDomain: false,
      isOfProfile: false,
      announceUrl: announceUrlOf(uri),
      priority: row.Priority ?? usual,
      sorts: row.SortTorrents ?? false,
      superSeed: row.SuperSeedMode ?? false,
      maximumEta: positive(row.MaximumETA),
      maxRatio: positive(row.MaxUploadRatio),
      maxSeedingTime: positive(row.MaxSeedingTime),
      downRate: positive(row.DownloadRateLimit),
      upRate: positive(row.UploadRateLimit),
      addIfMissing: row.AddTrackerIfMissing ?? false,
      removeIfExists: row.RemoveIfExists ?? false,
      tags: row.AddTags ?? [],
      hitAndRun: row.HitAndRunMode === 'disabled' ? 'disabled' : hitAndRunOf(row),
    },
  ]
}

/** Which row counts for its torrents cannot be told: until that is corrected they reach no limit by it, nor by another. */
function heldRow(row: TrackerRow): TrackerRow {
  const never = {MaximumETA: NEVER_SECONDS, MaxUploadRatio: NEVER_RATIO, MaxSeedingTime: NEVER_SECONDS}
  const changesNothing = {SortTorrents: false, AddTrackerIfMissing: false, RemoveIfExists: false}
  return {...row, ...never, ...changesNothing, Priority: UNREAD_PRIORITY - 1}
}

type HitAndRunRow = Pick<
  TrackerRow,
  | 'HitAndRunMode'
  | 'MinSeedRatio'
  | 'MinSeedingTimeDays'
  | 'HitAndRunMinimumDownloadPercent'
  | 'HitAndRunPartialSeedRatio'
  | 'TrackerUpdateBuffer'
>

/** With the values that count where a row does not say them. */
function hitAndRunOf({HitAndRunMode: mode = 'disabled', ...row}: HitAndRunRow): InheritedHitAndRun | null {
  if (mode === 'disabled') return null
  return {
    mode,
    ratio: row.MinSeedRatio ?? 1,
    time: (row.MinSeedingTimeDays ?? 0) * DAY,
    fromProgress: (row.HitAndRunMinimumDownloadPercent ?? 10) / 100,
    partialRatio: row.HitAndRunPartialSeedRatio ?? 1,
    buffer: row.TrackerUpdateBuffer ?? 0,
  }
}

/** What a row says itself. */
function written<T extends object>(row: T): {[key in keyof T]?: Exclude<T[key], undefined>} {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as {[key in keyof T]?: Exclude<T[key], undefined>}
}

function positive(value: number | null | undefined): number | null {
  return value !== undefined && value !== null && value > 0 ? value : null
}
