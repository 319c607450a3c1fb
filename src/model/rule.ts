/** A rule as data, normalised: every value in base units, every default written out. */
import type {ReasonCode} from './decision.ts'
import type {FactName, SubjectKind, Weekday} from './fact.ts'
import type {Branded} from './torrent-key.ts'
import type {Bytes, Seconds, Share} from './units.ts'

export type RuleId = Branded<string, 'RuleId'>

/** What does least comes first. */
export const ruleModes = ['off', 'simulate', 'ask', 'live'] as const
export type RuleMode = (typeof ruleModes)[number]

export const operators = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'in',
  'notIn',
  'contains',
  'startsWith',
  'endsWith',
  'glob',
  'matches',
  'hasAny',
  'hasAll',
  'hasNone',
  'exists',
] as const
export type Operator = (typeof operators)[number]

type Scalar = string | number | boolean | null

export interface Leaf {
  readonly fact: FactName
  readonly op: Operator
  /** Absent for `exists`; a list for `between`, `in`, `notIn` and `has…`. */
  readonly value?: Scalar | readonly Scalar[]
  /** Of windowed facts, and only of them. */
  readonly window?: Seconds
  /** Capital and small letters differ. */
  readonly cs?: boolean
  /**
   * Never written: those of its values that were names of what is not there any more. Whether a subject was meant by them
   * is unknown (`registry/rules/lost-names.ts`). Empty = what its rule names cannot be read, so that each may be meant
   * (`registry/rules/unread-keeping.ts`).
   */
  readonly gone?: readonly string[]
}

export type Condition =
  | {readonly all: readonly Condition[]}
  | {readonly any: readonly Condition[]}
  | {readonly not: Condition}
  | Leaf

/** Empty lists and `any` ask for nothing. */
export interface RuleScope {
  readonly servers: readonly string[]
  readonly arrs: readonly string[]
  readonly categories: readonly string[]
  /** `tv` is meant with `tv/hd`. */
  readonly subcategories: boolean
  readonly tagsAny: readonly string[]
  readonly tagsAll: readonly string[]
  readonly tagsNone: readonly string[]
  /** Hosts, or `*.domain` for all hosts below it. */
  readonly trackers: readonly string[]
  /** Who does not tell counts as private. */
  readonly privacy: 'public' | 'private' | 'any'
  readonly owner: string | null
}

export type Hold =
  | {
      readonly for: Seconds
      /** Each of this set counts by itself, and only what was in it, and fitted, in every look. */
      readonly each?: FactName
      readonly resetOn?: Condition
    }
  | {
      readonly strikes: number
      /** Observed time from one strike to the next, at least. */
      readonly gap: Seconds
      /** Without a new one they are forgotten. */
      readonly expireAfter: Seconds
      readonly resetOn?: Condition
    }

export const ruleEvents = ['completed', 'added', 'queueChanged', 'diskLow', 'trackerChanged'] as const
export type RuleEvent = (typeof ruleEvents)[number]

/** Hours of a wall clock. `from` later than `to` goes over midnight and belongs to the day it began. */
export interface TimeWindow {
  /** Empty = every day. */
  readonly weekdays: readonly Weekday[]
  /** `HH:MM`, first minute inside and first minute outside. */
  readonly from: string
  readonly to: string
  readonly timeZone: string
}

export interface Schedule {
  readonly every?: Seconds
  readonly cron?: string
  readonly on?: readonly RuleEvent[]
  readonly window?: TimeWindow
  /** Of `cron`. */
  readonly timeZone?: string
}

export interface Selection {
  /** Who comes first: the name of a fact, with `-` for the highest or `yes` first. */
  readonly order: readonly string[]
  /** Enough is chosen when this is true, projected with the bytes that those chosen free. */
  readonly until?: Leaf
}

export const actionClasses = ['harmless', 'reversible', 'destructive'] as const
export type ActionClass = (typeof actionClasses)[number]

interface ActionKind {
  readonly class: ActionClass
  readonly losesBytes: boolean
}

const harmless: ActionKind = {class: 'harmless', losesBytes: false}
const reversible: ActionKind = {class: 'reversible', losesBytes: false}
const destructive: ActionKind = {class: 'destructive', losesBytes: false}
const losing: ActionKind = {class: 'destructive', losesBytes: true}

/** Everything a rule may ask for. Their parameters: `rules/action-shapes.ts`. */
export const actionKinds = {
  notify: harmless,
  note: harmless,
  skip: harmless,
  reannounce: harmless,
  'arr.refresh': harmless,
  'arr.rssSync': harmless,
  tag: reversible,
  untag: reversible,
  category: reversible,
  stop: reversible,
  start: reversible,
  forceStart: reversible,
  queue: reversible,
  limits: reversible,
  filePriority: reversible,
  recheck: reversible,
  superSeed: reversible,
  sequential: reversible,
  'tracker.add': reversible,
  'tracker.remove': reversible,
  'tracker.replace': reversible,
  move: reversible,
  copyTo: reversible,
  quarantine: reversible,
  'arr.search': reversible,
  'arr.monitor': reversible,
  'arr.profile': reversible,
  'arr.import': reversible,
  'arr.blocklist': reversible,
  'arr.queueRemove': destructive,
  recycle: reversible,
  'extraFiles.recycle': reversible,
  remove: destructive,
  removeWithData: losing,
  failDownload: losing,
  'orphan.recycle': reversible,
  'orphan.delete': losing,
  purge: losing,
  exec: reversible,
} satisfies Record<string, ActionKind>

export type ActionName = keyof typeof actionKinds
export const actionNames = Object.keys(actionKinds) as readonly ActionName[]

export type ActionParams = Readonly<Record<string, unknown>>

/** What is moved to another server leaves the one that it is on. */
export function kindOf({action, params}: Pick<RuleAction, 'action' | 'params'>): ActionKind {
  if (action === 'move' && params['server'] !== undefined) return losing
  return action === 'failDownload' && params['keepsData'] === true ? destructive : actionKinds[action]
}

export interface RuleAction {
  readonly action: ActionName
  readonly params: ActionParams
  /** Judged when the rule fires; what is not true is left out. */
  readonly if?: Condition
}

/** What the owner sets; absent = the default of the executor. The stricter of both counts. */
export interface RuleGuards {
  readonly maxPerRun?: number
  readonly maxPerHour?: number
  readonly maxPerDay?: number
  readonly maxBytesPerRun?: Bytes
  readonly maxShare?: Share
  readonly maxPerTracker?: number
  readonly minAgeComplete?: Seconds
  readonly minAgeIncomplete?: Seconds
  readonly quarantine?: Seconds
  /** Why this rule may act before what a tracker asks is paid. */
  readonly obligationOverride?: string
}

export interface Rule {
  readonly id: RuleId
  /** Grows with each edit. */
  readonly revision: number
  readonly name: string
  /** Lower comes first; of equal ones those of people, the older one first, then those of the configuration, in its order. */
  readonly order: number
  readonly mode: RuleMode
  readonly subject: SubjectKind
  /** Exclusive rules exclude each other only within one: `fate`, `limits`, `queue`, `trackers`, `files` or any word. */
  readonly concern: string
  readonly conflict: 'exclusive' | 'additive'
  /** What it is about, for the sentence that people read. */
  readonly reason: ReasonCode
  readonly scope: RuleScope
  readonly when: Condition
  readonly hold: Hold | null
  readonly schedule: Schedule | null
  readonly select: Selection | null
  readonly do: readonly RuleAction[]
  readonly guards: RuleGuards
}

/** Sets of files that rules call by name; beside these each section of an Arr is one. What they mean: `media/pattern-sets.ts`. */

export const mediaFileSets = ['video', 'audio', 'books', 'dangerous'] as const
export type MediaFileSet = (typeof mediaFileSets)[number]

/** Of each torrent its own: what is unwanted in it. */
export const UNWANTED = 'unwanted'
export const fileSetNames: readonly string[] = [UNWANTED, ...mediaFileSets]
