/** How presets are put together: who is meant, what all of them have in common, a name and a revision that are stable. */
import {createHash} from 'node:crypto'
import {markLabels} from '#model/automation-state.ts'
import type {ReasonCode} from '#model/decision.ts'
import type {FactName, SubjectKind} from '#model/fact.ts'
import type {
  ActionName,
  ActionParams,
  Condition,
  Hold,
  Leaf,
  Operator,
  Rule,
  RuleAction,
  RuleGuards,
  RuleId,
  RuleScope,
  Schedule,
} from '#model/rule.ts'
import {spellingsOf} from '#model/torrent.ts'
import {MINUTE} from '#model/units.ts'
import type {InheritedArr, InheritedGround} from './inherited.ts'

/** Labels of ours; kept on the servers under the names that people know. Source: qBitrr. */
export const labels = {
  seeding: markLabels.allowedSeeding,
  imported: markLabels.imported,
  stalled: markLabels.allowedStalled,
  spacePaused: markLabels.freeSpacePaused,
} as const

/** Torrents with one of these are never acted on. Source: qBitrr. */
const ignoreTags: readonly string[] = ['qBitrr-ignored', 'commodarr-ignore']

/** Of what may end a torrent the first wins, from what a person did to what only takes long. */
export const removalOrder = {
  failedCategory: 10,
  missingFiles: 20,
  dangerous: 25,
  importRejected: 30,
  nothingWanted: 40,
  mediaUnreadable: 50,
  worseThanFile: 54,
  scoreUnmet: 55,
  metadata: 60,
  stalled: 70,
  unavailable: 80,
  slow: 90,
  seedingDone: 100,
} as const

/** What one rule of a behaviour says, before it knows its section. */
export interface PresetContent {
  /** Behind the section in the id: `stalled`. */
  readonly behaviour: string
  readonly name: string
  readonly reason: ReasonCode
  /** What ends torrents is `fate`. */
  readonly concern: string
  readonly order?: number
  readonly conflict?: Rule['conflict']
  readonly when: Condition
  readonly do: readonly RuleAction[]
  /** It removes what the program before us did not: somebody has to let it act. */
  readonly asks?: boolean
  readonly hold?: Hold
  readonly schedule?: Schedule
  readonly guards?: RuleGuards
  readonly scope?: Partial<RuleScope>
}

export function presetRule(ground: InheritedGround, parts: PresetContent): Rule {
  const named = parts.scope?.categories
  const there = named
    ? inOneOf(
        'category',
        named.flatMap((name) => spellingsOf(name)),
        false,
      )
    : whereItBelongs(ground)
  return ruleOf(ground, {
    ...parts,
    subject: 'torrent',
    scope: {...scopeOf(ground), ...parts.scope},
    when: every(there, ownerOf(ground), parts.when),
  })
}

/** About servers: no torrent is left out of it by its tags, as all of them take room and stand in the queue. */
export function serverRule(
  ground: Pick<InheritedGround, 'section' | 'servers' | 'observes'>,
  parts: Omit<PresetContent, 'scope'>,
): Rule {
  const {servers} = ground
  const all = {servers, arrId: null, categories: [], subcategories: false}
  return ruleOf(ground, {...parts, subject: 'server', scope: {...scopeOf(all), tagsNone: []}})
}

function ruleOf(
  ground: Pick<InheritedGround, 'section' | 'observes'>,
  parts: PresetContent & {readonly subject: SubjectKind; readonly scope: RuleScope},
): Rule {
  const content = {
    id: idOf(ground.section, parts.behaviour),
    name: `${ground.section}: ${parts.name}`,
    order: parts.order ?? 100,
    mode: ground.observes ? ('simulate' as const) : parts.asks ? ('ask' as const) : ('live' as const),
    subject: parts.subject,
    concern: parts.concern,
    conflict: parts.conflict ?? ('exclusive' as const),
    reason: parts.reason,
    scope: parts.scope,
    when: parts.when,
    hold: parts.hold ?? null,
    schedule: parts.schedule ?? null,
    select: null,
    do: parts.do,
    guards: parts.guards ?? {},
  }
  // What it is called decides nothing: another name begins no hold and no question again.
  const {name: _name, ...decides} = content
  return {...content, revision: revisionOf(decides)}
}

export function leaf(fact: FactName, op: Operator, value?: Leaf['value']): Leaf {
  return value === undefined ? {fact, op} : {fact, op, value}
}

export function is(fact: FactName, value: string | number | boolean | null): Leaf {
  return {fact, op: 'eq', value}
}

/** No, or its server does not tell such things. A server that is silent proves nothing. */
export function isNotKnownAs(fact: FactName, value: boolean): Condition {
  return {any: [is(fact, !value), {not: leaf(fact, 'exists')}]}
}

/** In one of these, in the same capitals: a scope tells none apart, and another category may be somebody's own. */
export function inOneOf(
  fact: 'category' | 'memory.categoryBefore',
  names: readonly string[],
  below: boolean,
): Condition {
  const same: Leaf = {fact, op: 'in', value: names, cs: true}
  if (!below) return same
  return {any: [same, ...names.map((name): Leaf => ({fact, op: 'startsWith', value: `${name}/`, cs: true}))]}
}

/** All of them; what is `null` asks for nothing. */
export function every(...parts: readonly (Condition | null)[]): Condition {
  const asked = parts.flatMap((part) => (part === null ? [] : 'all' in part ? part.all : [part]))
  return asked.length === 1 ? asked[0]! : {all: asked}
}

export function action(name: ActionName, params: ActionParams = {}): RuleAction {
  return {action: name, params}
}

/** Its Arr does not take it in, in whatever words. */
export const notTakenIn = leaf('arr.tracked', 'in', ['importPending', 'importBlocked', 'importFailed'])

/**
 * The same for as long as a hold takes: an Arr tries again at each look, and is importing for that moment, with its words
 * of before. Source: Sonarr and Radarr.
 */
export const notTakenInSoFar = leaf('arr.tracked', 'in', [
  'importPending',
  'importBlocked',
  'importFailed',
  'importing',
])

/** Its Arr looked at it twice meanwhile. */
export function twoLooks({refreshEvery}: Pick<InheritedArr, 'refreshEvery'>): Hold {
  return {for: Math.max(2 * refreshEvery, 2 * MINUTE)}
}

/** Nothing is judged before. Source: qBitrr. */
export function oldEnough({youngerThan}: Pick<InheritedGround, 'youngerThan'>): Condition | null {
  return youngerThan > 0 ? leaf('age', 'gte', youngerThan) : null
}

function scopeOf({
  arrId,
  servers,
  categories,
  subcategories,
}: Pick<InheritedGround, 'arrId' | 'servers' | 'categories' | 'subcategories'>): RuleScope {
  return {
    servers,
    arrs: arrId === null ? [] : [arrId],
    categories: arrId === null ? categories : [],
    subcategories,
    tagsAny: [],
    tagsAll: [],
    tagsNone: ignoreTags,
    trackers: [],
    privacy: 'any',
    owner: null,
  }
}

/**
 * Whose torrents those of an Arr are its queue, its history and then their category say. What a person moved into another
 * category is left alone; what the Arr itself put there is not: its second client has another category, or it has one
 * for what is imported. Where a server lost the category, its queue says that it is its own.
 */
function whereItBelongs({
  arrId,
  spellings,
  subcategories,
}: Pick<InheritedGround, 'arrId' | 'spellings' | 'subcategories'>): Condition | null {
  if (arrId === null && spellings.length === 0) return null
  const own = inOneOf('category', spellings, subcategories)
  if (arrId === null) return own
  const isLost: Condition = {all: [is('category', ''), is('arr.queuePresent', true)]}
  return {any: [...('any' in own ? own.any : [own]), is('arr.usesCategory', true), isLost]}
}

/** Those that somebody else looks after are left to him: an Arr, or a category with values of its own. */
function ownerOf({arrId, spellings, exceptCategories, managedCategories}: InheritedGround): Condition | null {
  const except = exceptCategories.flatMap((category): Condition[] => [
    is('category', category),
    leaf('category', 'startsWith', `${category}/`),
  ])
  const managed = managedCategories.map(({server, spellings, subcategories}) =>
    every(is('server.id', server), inOneOf('category', spellings, subcategories)),
  )
  // What an Arr itself put there belongs there once it is proven to be imported.
  const putThere = every(is('arr.usesCategory', true), leaf('arr.importedEvidence', 'exists'))
  const parts: Condition[] = [
    ...(arrId !== null
      ? []
      : spellings.length === 0
        ? [is('arr.id', null)]
        : [{any: [is('arr.id', null), putThere]}]),
    ...(managed.length > 0 ? [{not: {any: managed}}] : []),
    ...(except.length > 0 ? [{not: {any: except}}] : []),
  ]
  return parts.length > 0 ? {all: parts} : null
}

/**
 * `radarr-4k.stalled`. Signs that an id cannot have become dashes, and a hash keeps `Sonarr TV` unlike `Sonarr-TV`, as it
 * does what is too long and is cut.
 */
function idOf(section: string, behaviour: string): RuleId {
  const plain = slug(section).replaceAll('.', '-')
  const isWhole = plain === section.toLowerCase()
  const name = isWhole ? plain : `${plain}-${hashOf(section.toLowerCase()).slice(0, 12)}`
  const id = `${name}.${slug(behaviour)}`
  const short = id.length <= longestId ? id : `${id.slice(0, longestId - 13)}-${hashOf(id).slice(0, 12)}`
  return short as RuleId
}

/**
 * Rules that did what this one does before a tracker or server got a rule of its own: `radarr.seeded` of
 * `radarr.seeded.nas.a.example`, and the one of that tracker on every server, and of that server. None for those that are
 * of a whole section.
 * @param servers that have rules of their own in some section
 */
export function broaderIds(id: RuleId, servers: readonly string[]): readonly RuleId[] {
  const [section, behaviour, ...rest] = id.split('.')
  if (rest.length === 0) return []
  const base = `${section}.${behaviour}`
  const narrow = rest.join('.')
  const ofServers = servers.map((server) => slugTail(server)).filter((it) => narrow.startsWith(`${it}.`))
  const between = ofServers.flatMap((it) => [`${base}${narrow.slice(it.length)}`, `${base}.${it}`])
  return [...between, base] as RuleId[]
}

const longestId = 100

/** A server as it stands behind the behaviour. */
function slugTail(text: string): string {
  return slug(`x${text}`).slice(1)
}

function slug(text: string): string {
  const written = text.toLowerCase().replace(/[^a-z0-9._-]/g, '-')
  return /^[a-z0-9]/.test(written) ? written : `x${written}`
}

/** Differs after every change; 48 bits, so that it is a whole number everywhere. */
function revisionOf(content: object): number {
  return Number.parseInt(hashOf(JSON.stringify(content)).slice(0, 12), 16) + 1
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
