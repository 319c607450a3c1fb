/**
 * What kind of story an action belongs to, once as a question to the database and once for an action that was read: both from
 * the same patterns, so that what is hidden is hidden in both.
 */
import type {EntryEnd, AuditPattern} from '#store/repositories/audit.ts'
import type {AuditEntry} from './audit.ts'
import {endOf} from './outcomes.ts'

/**
 * imported: by an Arr. replaced: a download that failed, for another one. removed: into the trash or for good. moved: to
 * another folder or server. paused: a rule, or the rules of a server. servers: servers, Arrs and workers themselves.
 * settings: rules, users, keys and settings.
 */
export const storyKinds = [
  'imported',
  'replaced',
  'removed',
  'added',
  'changed',
  'moved',
  'restored',
  'paused',
  'servers',
  'settings',
] as const
export type StoryKind = (typeof storyKinds)[number]

const verbsOf = {
  imported: ['arr.import', 'importAnyway'],
  replaced: ['failDownload'],
  removed: [
    'recycle',
    'remove',
    'removeWithData',
    'purge',
    'extraFiles.recycle',
    'orphan.recycle',
    'orphan.delete',
    'arr.queueRemove',
  ],
  added: ['addTorrent'],
  moved: ['move', 'copyTo', 'moveTo', 'setLocation'],
  restored: ['restore'],
} as const
const pausing = ['suspend', 'freeze']
const ofTorrents = ['torrent', 'path']
const ofServers = ['server', 'arr', 'process']
const ofPeople = ['rule', 'tracker', 'user', 'key', 'invitation', 'setting', 'view']

/** Each action that is no bookkeeping is like one of them. */
export const kindPatterns: Readonly<Record<StoryKind, readonly AuditPattern[]>> = {
  imported: [{verbs: verbsOf.imported}],
  replaced: [{verbs: verbsOf.replaced}],
  removed: [{subjects: ofTorrents, verbs: verbsOf.removed}],
  added: [{subjects: ofTorrents, verbs: verbsOf.added}],
  moved: [{subjects: ofTorrents, verbs: verbsOf.moved}],
  restored: [{subjects: ofTorrents, verbs: verbsOf.restored}],
  paused: [{verbs: pausing}],
  servers: [{subjects: ofServers, noVerbs: [...pausing, ...verbsOf.imported, ...verbsOf.replaced]}],
  settings: [{subjects: ofPeople, noVerbs: pausing}],
  changed: [{subjects: ofTorrents, noVerbs: [...pausing, ...Object.values(verbsOf).flat()]}],
}

/** Nobody asked for each of these: a rule, an Arr or Commodarr itself. */
const automatic = ['rule', 'system', 'arr']
/** What is a wish, or an answer to a question, and changed nothing itself. */
const noChange: readonly EntryEnd[] = [
  {phases: ['waiting', 'approved']},
  endOf('simulated'),
  endOf('declined'),
]

/** Tags, refreshes, checks without a change, dry runs, waits and log-ins. */
export const bookkeeping: readonly AuditPattern[] = [
  {ends: noChange},
  {origins: automatic, ends: [endOf('held'), endOf('expired'), endOf('planned')]},
  {subjects: ['session']},
  {
    verbs: [
      'hold',
      'quarantine',
      'notify',
      'note',
      'skip',
      'arr.refresh',
      'arr.rssSync',
      'refresh',
      'rssSync',
    ],
  },
  {
    origins: automatic,
    verbs: [
      'tag',
      'untag',
      'addTags',
      'removeTags',
      'setTags',
      'createTags',
      'deleteTags',
      'createCategory',
      'reannounce',
      'recheck',
      'queue',
      'moveInQueue',
      'setPriority',
      'mark-arr',
    ],
  },
]

const USER = 'user:'

/** @param who kinds of actors (`rule`, `api`) and users (`user:mara`); two lists, however many they are */
export function byAnyOf(who: readonly string[]): readonly AuditPattern[] {
  const [users, kinds] = [who.filter((it) => it.startsWith(USER)), who.filter((it) => !it.startsWith(USER))]
  return [
    ...(kinds.length === 0 ? [] : [{origins: kinds}]),
    ...(users.length === 0 ? [] : [{origins: ['user'], actors: users.map((it) => it.slice(USER.length))}]),
  ]
}

/** What rules did: labels, checks, announces and searches stand for themselves, where stories have them as changes. */
export const didKinds = [
  'replaced',
  'removed',
  'moved',
  'imported',
  'restored',
  'added',
  'kept',
  'labelled',
  'checked',
  'announced',
  'searched',
  'changed',
] as const
export type DidKind = (typeof didKinds)[number]

const didOf: ReadonlyMap<string, DidKind> = new Map<string, DidKind>([
  ...Object.entries(verbsOf).flatMap(([kind, verbs]) =>
    verbs.map((verb) => [verb, kind as keyof typeof verbsOf] as const),
  ),
  ['skip', 'kept'],
  ...['tag', 'untag', 'addTags', 'removeTags', 'setTags', 'category', 'setCategory'].map(
    (verb) => [verb, 'labelled'] as const,
  ),
  ['recheck', 'checked'],
  ['reannounce', 'announced'],
  ...['search', 'arr.search'].map((verb) => [verb, 'searched'] as const),
])

/** What a rule did by this verb. */
export function didKindOf(verb: string): DidKind {
  return didOf.get(verb) ?? 'changed'
}

/** Of bookkeeping too, for whoever wants to see it. */
export function kindOfAny(entry: AuditEntry): StoryKind {
  return storyKinds.find((kind) => kindPatterns[kind].some((pattern) => isLike(entry, pattern))) ?? 'changed'
}

export function isBookkeeping(entry: AuditEntry): boolean {
  return bookkeeping.some((pattern) => isLike(entry, pattern))
}

/** As the database asks it. */
function isLike(entry: AuditEntry, pattern: AuditPattern): boolean {
  const {subjects, verbs, noVerbs, origins, actors, ruleIds, serverIds, ends} = pattern
  return (
    isIn(subjects, entry.subject) &&
    isIn(verbs, entry.verb) &&
    !(noVerbs?.includes(entry.verb) ?? false) &&
    isIn(origins, entry.actor.origin) &&
    isIn(actors, entry.actor.name) &&
    isIn(ruleIds, entry.ruleId ?? '') &&
    isIn(serverIds, entry.serverId ?? '') &&
    (ends?.some((end) => endsSo(entry, end)) ?? true)
  )
}

function isIn(values: readonly string[] | undefined, value: string): boolean {
  return values === undefined || values.includes(value)
}

function endsSo({phase, code}: AuditEntry, {phases, codes, noCodes}: EntryEnd): boolean {
  return isIn(phases, phase) && isIn(codes, code ?? '') && !(noCodes?.includes(code ?? '') ?? false)
}
