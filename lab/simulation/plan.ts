/** What one seed makes of a simulation: which servers and Arrs there are, what can be grabbed, what people wrote. */
import type {ActingServer} from '#test/program/acting-harness.fixture.ts'
import type {InstanceConfig} from '../arrs/config.ts'
import type {ImportPlan} from '../arrs/releases.ts'
import {seededRandom, type Random} from '../simulators/random.ts'
import {makeTorrent, type MadeTorrent} from '../torrent-maker.ts'
import {serverFolders} from './disks.ts'

interface PlannedRelease {
  readonly arr: string
  /** The film or series, and what of it. */
  readonly itemId: number
  readonly unitIds: readonly number[]
  readonly made: MadeTorrent
  readonly import: ImportPlan
}

export interface PlannedArr {
  readonly instance: InstanceConfig
  readonly server: string
  readonly section: string
}

export interface Plan {
  readonly seed: number
  readonly servers: readonly ActingServer[]
  readonly arrs: readonly PlannedArr[]
  readonly releases: readonly PlannedRelease[]
  readonly limits: PlannedLimits
  /** How often Arrs look at their downloads, by themselves and because they are told to, minutes. */
  readonly lookMinutes: number
  /** Bytes that have to stay free; `null` = nobody asks for that. */
  readonly freeSpace: number | null
  /** What the second tracker asks of whoever takes part there; `null` = nothing. */
  readonly debt: PlannedDebt | null
  /** Servers with a path mapping: the program sees their files. All of them lie on one disk. */
  readonly mapped: readonly string[]
  /** The disk takes names that differ in their case for the same. */
  readonly diskFolds: boolean
  /** What people dare again and again; `null` = nothing. */
  readonly danger: DangerName | null
  /** What the world lies about again and again, each where chance has it; empty before the fourth edition. */
  readonly lies: readonly LieName[]
  /** How far the clocks of servers are off at first, by their names, seconds. */
  readonly clocksOff: Readonly<Record<string, number>>
  /** Arrs with a second client that is none of our servers: which program that is. */
  readonly foreignClients: Readonly<Record<string, ForeignClient>>
  /** `FileExtensionAllowlist`, as qBitrr reads it; `null` = none. It lets in all that is grabbed. */
  readonly allowlist: readonly string[] | null
}

/** Hit and run of a tracker. */
export interface PlannedDebt {
  readonly ratio: number
  /** Seconds. */
  readonly seedingTime: number
  readonly needsBoth: boolean
}

/** Seconds, shares. `null` = never. */
export interface PlannedLimits {
  readonly stalledDelay: number
  readonly maxRatio: number
  readonly maxSeedingTime: number
  /** Both must be reached; else one is enough. */
  readonly needsBoth: boolean
}

const daemons = [
  {kind: 'qbittorrent', section: 'qBit', versions: ['4.3.9', '4.5.2', '5.1.0', '5.3.0']},
  {kind: 'transmission', section: 'Transmission', versions: ['3.00', '4.1.4']},
  {kind: 'rtorrent', section: 'rTorrent', versions: ['0.9.8', '0.16.17']},
] as const

const EPISODES = 3
export const trackers = ['https://one.example/announce', 'https://two.example/announce'] as const
const [, asking] = trackers
/** A download that stands still has half of its data: so little owes nothing. */
const OWES_FROM_PERCENT = 60
const imports: readonly ImportPlan[] = ['ok', 'ok', 'ok', 'ok', {reject: 'sample'}, {locked: 2}, 'noFiles']

/** What a seed makes is the same for ever in one edition of the world: a new one has more in it. */
export type Edition = 1 | 2 | 3 | 4
export const editions: readonly Edition[] = [1, 2, 3, 4]
/** Of new seeds. */
const usualEdition: Edition = 4

const dangers = [
  'beside',
  'spelled',
  'relative',
  'again',
  'lost section',
  'not missing',
  'untold',
  'library away',
  'ignored',
] as const
/** That what the program keeps is an older copy, came with the third edition: its chances are drawn apart. */
export type DangerName = (typeof dangers)[number] | 'restored'

const lieNames = [
  'older Arr',
  'empty Arr',
  'foreign client',
  'clock of a server',
  'older server',
  'other tracker host',
  'late removal',
] as const
export type LieName = (typeof lieNames)[number]

/** By the name that Arrs have for it. The folder of a category in Transmission is missing until something was downloaded. */
type ForeignClient = 'QBittorrent' | 'Transmission'

const HOUR = 3_600
export const clocksOff = [-48 * HOUR, -3 * HOUR, -600, 600, 3 * HOUR, 48 * HOUR] as const

const allowlists = [['.mkv', '.srt'], ['\\.mk[av]$'], ['\\.(mkv|rar|r[0-9]{2})$', '.nfo']] as const

export function planOf(seed: number, lookMinutes = 1, edition: Edition = usualEdition): Plan {
  const random = seededRandom(seed)
  const servers = serversOf(random, seed)
  const arrs = Array.from({length: 1 + random.below(2)}, (_, at) => arrOf(random, at, {servers, lookMinutes}))
  const releases = arrs.flatMap((arr) => releasesOf(random, arr))
  const freeSpace = random.chance(0.5) ? 1e9 : null
  const debt = debtOf(seededRandom(seed + 3))
  const mapped = mappedOf(seededRandom(seed + 5), servers)
  const diskFolds = seededRandom(seed + 6).chance(0.25)
  const limits = limitsOf(random)
  const isNew = edition > 1
  const daring = seededRandom(seed + 7)
  const earlierDanger = isNew && daring.chance(0.7) ? daring.pick(dangers) : null
  const allowlist = isNew && daring.chance(0.3) ? daring.pick(allowlists) : null
  const world = {seed, servers, arrs, releases, limits, freeSpace, lookMinutes, debt, mapped, diskFolds}
  const isRestored = edition > 2 && seededRandom(seed + 9).chance(0.25)
  const danger = isRestored ? 'restored' : earlierDanger
  return {...world, danger, allowlist, ...(edition > 3 ? liesOf(seededRandom(seed + 10), world) : noLies)}
}

const noLies = {lies: [], clocksOff: {}, foreignClients: {}} as const

/** A lie is seen best where few others are. */
function liesOf(
  random: Random,
  {servers, arrs}: Pick<Plan, 'servers' | 'arrs'>,
): Pick<Plan, 'lies' | 'clocksOff' | 'foreignClients'> {
  const lies = new Set(Array.from({length: 1 + random.below(3)}, () => random.pick(lieNames)))
  const off = servers.filter(() => random.chance(0.3)).map(({name}) => [name, random.pick(clocksOff)])
  const program = () => random.pick(['QBittorrent', 'Transmission'] as const)
  const shared = arrs.filter(() => lies.has('foreign client') || random.chance(0.2))
  return {
    lies: [...lies],
    clocksOff: Object.fromEntries(off) as Plan['clocksOff'],
    foreignClients: Object.fromEntries(shared.map(({instance: {name}}) => [name, program()])),
  }
}

/** The Arr as it is set up, with all of its clients. */
export function instanceOf({foreignClients}: Plan, {instance}: PlannedArr): InstanceConfig {
  const implementation = foreignClients[instance.name]
  if (implementation === undefined) return instance
  const foreign = {name: foreignNameOf(instance.name), implementation, category: `${instance.name}-other`}
  return {...instance, downloadClients: [...(instance.downloadClients ?? []), foreign]}
}

/** Of the client that is none of our servers. */
export function foreignNameOf(arr: string): string {
  return `other client of ${arr}`
}

/** People map all of their servers, or none, or forget one. */
function mappedOf(random: Random, servers: readonly ActingServer[]): readonly string[] {
  const share = random.pick([0, 0.5, 1, 1])
  return servers.map(({name}) => name).filter(() => random.chance(share))
}

function debtOf(random: Random): PlannedDebt | null {
  if (random.chance(0.6)) return null
  return {
    ratio: random.pick([0.5, 1, 3]),
    seedingTime: random.pick([1, 8, 36]) * 3_600,
    needsBoth: random.chance(0.5),
  }
}

/** Whether a torrent is of the tracker that asks something, under whichever of its host names. */
export function owes({debt}: Pick<Plan, 'debt'>, trackersOf: readonly {readonly url: string}[]): boolean {
  return debt !== null && trackersOf.some(({url}) => url === asking || url === movedTracker(asking))
}

/** The same tracker under its new host name, or under its old one again. */
export function movedTracker(url: string): string {
  return url.includes(MOVED_HOST)
    ? url.replace(MOVED_HOST, '.example/')
    : url.replace('.example/', MOVED_HOST)
}

const MOVED_HOST = '.moved.example/'

export function limitsOf(random: Random): PlannedLimits {
  return {
    stalledDelay: random.pick([15, 30, 60]) * 60,
    maxRatio: random.pick([1, 2]),
    maxSeedingTime: random.pick([2, 6, 24]) * 3_600,
    needsBoth: random.chance(0.5),
  }
}

/** Of two kinds at least. */
function serversOf(random: Random, seed: number): ActingServer[] {
  const from = random.below(daemons.length)
  return Array.from({length: 2 + random.below(2)}, (_, at) => {
    const {kind, section, versions} = daemons[(from + at) % daemons.length]!
    const server = {
      name: `${section}-${at}`,
      kind,
      version: random.pick<string>(versions),
      defaultSavePath: serverFolders[at],
      ...paceOf(random),
    }
    // Without that it cannot remove data, as that of some people.
    return kind === 'rtorrent' && seed % 4 !== 0 ? {...server, allowExecute: true} : server
  })
}

/** Some people want their servers to be asked less. */
function paceOf(random: Random): Pick<ActingServer, 'pollSeconds'> {
  return random.chance(0.5) ? {} : {pollSeconds: random.pick([30, 60])}
}

function arrOf(
  random: Random,
  at: number,
  {servers, lookMinutes}: Pick<Plan, 'servers' | 'lookMinutes'>,
): PlannedArr {
  const app = random.pick(['radarr', 'sonarr'] as const)
  const server = servers[at % servers.length]!.name
  const units = app === 'sonarr' ? {units: Array.from({length: EPISODES}, () => ({}))} : {}
  return {
    server,
    section: `${app === 'radarr' ? 'Radarr' : 'Sonarr'}-${at}`,
    instance: {
      name: `${app}${at}`,
      app,
      downloadClients: [{name: server, category: `${app}${at}`}],
      library: Array.from({length: 3}, (_, item) => ({title: titleOf(at, item), year: 2020, ...units})),
      config: {autoRedownloadFailed: random.chance(0.7), checkForFinishedDownloadInterval: lookMinutes},
    },
  }
}

function titleOf(arr: number, item: number): string {
  return `Title ${'ABCDEFGH'[arr]}${item}`
}

/** For each film some releases, for each series packs of its season. */
function releasesOf(random: Random, {instance}: PlannedArr): PlannedRelease[] {
  const {name: arr, app} = instance
  const at = Number(arr.at(-1))
  return Array.from({length: 3}, (_, item) =>
    ['2160p', '1080p', '720p', '480p'].map((quality, order) => {
      const title = titleOf(at, item).replaceAll(' ', '.')
      const name = app === 'radarr' ? `${title}.2020.${quality}` : `${title}.S01.${quality}`
      const files = app === 'radarr' ? ['film.mkv'] : episodes()
      const content = Object.fromEntries(files.map((path) => [path, 20_000 + order]))
      const unitIds =
        app === 'radarr'
          ? [item + 1]
          : Array.from({length: EPISODES}, (__, unit) => item * EPISODES + unit + 1)
      const plan = app === 'sonarr' && random.chance(0.2) ? {partial: 1} : random.pick(imports)
      const made = makeTorrent({name, content, trackers: [random.pick(trackers)]})
      return {arr, itemId: item + 1, unitIds, made, import: plan}
    }),
  ).flat()
}

function episodes(): string[] {
  return Array.from({length: EPISODES}, (_, at) => `S01E0${at + 1}.mkv`)
}

/**
 * Which Arr a torrent belongs to right now. What an Arr grabbed stays its own wherever somebody puts it; what a person
 * added is his own, but while he has it in the category of an Arr: then it is adopted. `null` = nobody's.
 * Source: qBitrr.
 */
export function ownerIn(
  {arrs, releases}: Pick<Plan, 'arrs' | 'releases'>,
  server: string,
  {hash, category}: {readonly hash: string; readonly category: string},
): string | null {
  const clients = new Map(arrs.map((arr) => [arr.instance.name, arr.server]))
  const grabbed = releases.find(({made, arr}) => made.hash === hash && clients.get(arr) === server)
  const adopting = arrs.find(({instance: {name}}) => name === category)
  return grabbed?.arr ?? adopting?.instance.name ?? null
}

/**
 * @param mount where the program looks for the disk
 * @param limits as a person wrote them last
 * @param without the sections of this server
 */
export function configOf(
  plan: Plan,
  mount: string,
  limits: PlannedLimits = plan.limits,
  without: string | null = null,
): string {
  const removal = limits.needsBoth ? 4 : 3
  const sections = plan.arrs.map(
    ({section, instance: {name}}) => `
[${section}]
Managed = true
Category = "${name}"
URI = "http://${name}"
APIKey = "KEY-${name}"
ReSearch = true
RefreshDownloadsTimer = ${plan.lookMinutes}
ArrErrorCodesToBlocklist = ["Sample"]
[${section}.Torrent]
StalledDelay = ${limits.stalledDelay / 60}
IgnoreTorrentsYoungerThan = 180
${plan.allowlist === null ? '' : `FileExtensionAllowlist = ${JSON.stringify(plan.allowlist)}\n`}[${section}.Torrent.SeedingMode]
MaxUploadRatio = ${limits.maxRatio}
MaxSeedingTime = ${limits.maxSeedingTime}
RemoveTorrent = ${removal}
${plan.debt === null ? '' : trackerRow(section, plan.debt)}`,
  )
  const settings = plan.freeSpace === null ? '' : `[Settings]\nFreeSpace = "${plan.freeSpace / 1e9}G"\n`
  const mappings = plan.servers
    .filter(({name}) => plan.mapped.includes(name) && name !== without)
    .map(({name, defaultSavePath}) => `["${name}".PathMappings]\n"${defaultSavePath}" = "${mount}"\n`)
  return `${settings}${mappings.join('')}${sections.join('')}`
}

function trackerRow(section: string, {ratio, seedingTime, needsBoth}: PlannedDebt): string {
  return `[[${section}.Torrent.Trackers]]
URI = "${asking}"
HitAndRunMode = "${needsBoth ? 'and' : 'or'}"
MinSeedRatio = ${ratio}
MinSeedingTimeDays = ${seedingTime / 86_400}
HitAndRunMinimumDownloadPercent = ${OWES_FROM_PERCENT}
`
}
