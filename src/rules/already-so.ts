/** Actions whose effect is there already: they are nothing to do, whatever their rule says and however often. */
import type {WantedAction} from '#model/decision.ts'
import type {FactName, FactValue} from '#model/fact.ts'
import type {ActionName, ActionParams} from '#model/rule.ts'
import type {Limit} from '#model/torrent.ts'

/** `undefined` = not known. */
type Read = (fact: FactName) => FactValue | undefined
type IsSo = (read: Read, params: ActionParams) => boolean

/** What actions change. Two of one aspect may undo each other, so they are left out together or not at all. */
const aspects: {readonly [action in ActionName]?: string} = {
  tag: 'tags',
  untag: 'tags',
  category: 'category',
  superSeed: 'superSeed',
  limits: 'limits',
  queue: 'queue',
  stop: 'state',
  start: 'state',
  forceStart: 'state',
  recheck: 'state',
  quarantine: 'state',
}

const isSoBy: {readonly [action in ActionName]?: IsSo} = {
  tag: (read, {names}) => hasTags(read, (has) => (names as readonly string[]).every(has)),
  untag: (read, {names}) => hasTags(read, (has) => !(names as readonly string[]).some(has)),
  category: (read, {name, moveData}) =>
    read('category') === name && (moveData !== true || liesAt(read, read('categoryPath'))),
  // On another server it is not until it left this one.
  move: (read, {path, server}) => server === undefined && liesAt(read, path as string),
  stop: (read) => read('state') === 'stopped',
  // What is force started runs, and nothing but that may spare it a limit at which its server removes it.
  start: (read) => running.has(read('state')),
  forceStart: (read) => running.has(read('state')) && read('forceStart') === true,
  superSeed: (read, {on}) => read('superSeeding') === on,
  limits: (read, params) =>
    Object.entries(params).every(([name, limit]) => isLimit(read, name, limit as Limit)),
  // Where the end of the queue is no torrent tells.
  queue: (read, {to}) => (to === 'top' || to === 'up') && read('queuePosition') === 1,
  sequential: (read, {on}) => read('sequential') === on,
  'arr.monitor': (read, {on}) => read('arr.monitored') === on,
  // The only one of a torrent is never taken off.
  'tracker.remove': (read) => countOf(read('tracker.messages') ?? read('tracker.hosts')) === 1,
}

/** What is left of them to be done. What is not known is done. */
export function notYetSo(actions: readonly WantedAction[], read: Read): readonly WantedAction[] {
  const isSo = ({action, params}: WantedAction) => isSoBy[action]?.(read, params) ?? false
  const open = new Set(actions.filter((it) => !isSo(it)).map(({action}) => aspects[action] ?? action))
  return actions.filter(({action}) => open.has(aspects[action] ?? action))
}

/** They move data now; an error or missing files may be cured by a start. */
const running: ReadonlySet<FactValue | undefined> = new Set([
  'downloading',
  'seeding',
  'stalledDown',
  'stalledUp',
  'metadata',
  'queuedDown',
  'queuedUp',
])

const limitFacts: Readonly<Record<string, FactName>> = {
  down: 'downLimit',
  up: 'upLimit',
  ratio: 'ratioLimit',
  seedTime: 'seedTimeLimit',
  idle: 'idleLimit',
}

/** A slash at the end says nothing. */
function liesAt(read: Read, path: FactValue | undefined): boolean {
  const [now, meant] = [read('savePath'), path].map((it) => (typeof it === 'string' ? bare(it) : undefined))
  return now !== undefined && now === meant
}

function bare(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') : path
}

/** Servers keep ratios with few digits, times in minutes, and some of them speeds in thousands or in KiB. */
const near: Readonly<Record<string, number>> = {ratio: 0.005, seedTime: 60, idle: 60, down: 1_024, up: 1_024}

function isLimit(read: Read, name: string, limit: Limit): boolean {
  const fact = limitFacts[name]
  const now = fact && read(fact)
  const isSpeed = name === 'down' || name === 'up'
  if (limit === 'inherit' && !isSpeed) {
    const given = read('limitsInherited')
    return Array.isArray(given) && given.includes(name)
  }
  // A torrent without a speed limit of its own is under that of its server.
  const meant = limit === 'inherit' ? null : limit
  if (typeof now === 'number' && typeof meant === 'number')
    return now === meant || Math.abs(now - meant) < (near[name] ?? 0)
  return now === meant
}

function countOf(value: FactValue | undefined): number | undefined {
  return Array.isArray(value) ? value.length : undefined
}

/** Servers differ in whether capitals count: only the very name is the same. */
function hasTags(read: Read, ask: (has: (name: string) => boolean) => boolean): boolean {
  const tags = read('tags')
  return Array.isArray(tags) && ask((name) => (tags as readonly string[]).includes(name))
}
