/**
 * What happened in the demo before we looked, as the program itself would have written it: users, rules, a month of the
 * journal, what Arrs imported today, and the trash with its files.
 */
import {mkdirSync, statSync, truncateSync, utimesSync, writeFileSync} from 'node:fs'
import {randomUUIDv7} from 'node:crypto'
import {dirname, join} from 'node:path'
import {nameKey} from '#accounts/names.ts'
import {COMMON_CAUSE} from '#automation/actions/common-causes.ts'
import {Eraser} from '#disk/erase.ts'
import {planRecycling, type RecycleFile, type RecyclePlan} from '#disk/recycle.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {rowOf} from '#journal/rows.ts'
import {asUserId, type UserId} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import type {Actor} from '#model/command.ts'
import type {ReasonCode} from '#model/decision.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {ruleRowOf} from '#registry/rules/own-rule.ts'
import {parseRule} from '#rules/parse.ts'
import {putDownloads} from '#store/repositories/downloads.ts'
import {appendRows} from '#store/repositories/journal.ts'
import {putRuleSuspension} from '#store/repositories/rule-memory.ts'
import {insertRuleRevision} from '#store/repositories/rules.ts'
import {putTrash, putTrashMetainfo} from '#store/repositories/trash.ts'
import {insertUser} from '#store/repositories/users.ts'
import type {Db, Store} from '#store/store.ts'
import {keptRecord} from '#trash/trash-record.ts'
import type {ImaginedTorrent, TorrentLife} from './simulators/control.ts'
import {seededRandom} from './simulators/random.ts'

/** A server whose torrents are told of. */
export interface StoryServer {
  readonly serverId: ServerId
  readonly name: string
  /** Our folder in which its files lie; `null` = they lie nowhere. */
  readonly disk: string | null
  /** How it calls that. */
  readonly savePath: string
  readonly lives: readonly TorrentLife[]
  /** Torrents that were there, newest last. */
  readonly gone: readonly ImaginedTorrent[]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const KEPT_DAYS = 14
/** The newest of those that are gone: with their files. */
const IN_TRASH = 12
/** Of these, what a rule set aside today. */
const SEEDED_TODAY = 9

const mara: Actor = {
  name: 'Mara',
  origin: 'user',
  userId: asUserId('0193c5a0-0000-7000-8000-000000000001'),
  address: '192.0.2.7',
}
const jonas = asUserId('0193c5a0-0000-7000-8000-000000000002')

/** What the rule about it asks for. */
export const SEEDED_ENOUGH = {ratio: 4, seconds: 500 * 86_400} as const

const texts = {
  seeding: `name: Seeding goals
mode: live
reason: seedingDone
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: obligation.met, op: in, value: [yes, none]}
    - {fact: ratio, op: gte, value: ${SEEDED_ENOUGH.ratio}}
    - {fact: seedingTime, op: gte, value: ${SEEDED_ENOUGH.seconds / 86_400}d}
do:
  - {action: recycle, days: ${KEPT_DAYS}}
`,
  stalled: `name: Stalled downloads
mode: live
reason: stalled
scope: {privacy: public}
when:
  all:
    - {fact: state, op: in, value: [stalledDown, error]}
    - {fact: availability, op: lt, value: 1}
hold:
  for: 10m
  resetOn: {fact: gained, window: 10m, op: gte, value: 1 MiB}
do:
  - {action: failDownload}
`,
  unregistered: `name: Unregistered
mode: live
reason: unregistered
when: {fact: tracker.classes, op: in, value: [unregistered, trumped]}
hold: {for: 6h}
do:
  - {action: quarantine, for: 1d, end: removeWithData}
`,
  old: `name: Old public torrents
mode: simulate
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: isPrivate, op: eq, value: false}
    - {fact: seedingTime, op: gte, value: 500d}
do:
  - {action: remove}
`,
} as const
type DemoRule = keyof typeof texts

/** Held up from the start. */
export const PAUSED_RULE = 'demo-unregistered' as RuleId

/** Into a database that is empty yet. */
export async function writeStory(
  store: Pick<Store, 'write'>,
  {
    servers,
    arrs,
    now,
  }: {
    readonly servers: readonly StoryServer[]
    readonly arrs: readonly {readonly id: ArrId; readonly category: string}[]
    readonly now: EpochMs
  },
): Promise<void> {
  const rules = rulesOf()
  const trash: Kept[] = []
  for (const server of servers) trash.push(...(await trashOf(server, rules, now)))
  const entries = [...trash.map(({entry}) => entry), ...othersOf(servers, rules, now)]
  const lines = entries.toSorted((a, b) => a.at - b.at).flatMap(linesOf)
  await store.write(async (db) => {
    await writeUsers(db, now)
    await writeRules(db, rules, now)
    await suspend(db, rules.unregistered, servers, now)
    await putDownloads(db, importsOf(servers, arrs, now))
    for (const {record, metainfo} of trash) {
      await putTrash(db, record)
      await putTrashMetainfo(db, record.id, metainfo)
    }
    await appendRows(db, lines.map(rowOf))
  })
}

async function writeRules(db: Db, rules: Readonly<Record<DemoRule, Rule>>, now: EpochMs): Promise<void> {
  const since = now - 30 * DAY
  for (const rule of Object.values(rules)) {
    const about = {ownerId: null, createdAt: since, revisedBy: mara.name, ceiling: null, now: since}
    await insertRuleRevision(db, ruleRowOf(rule, about))
  }
}

async function writeUsers(db: Db, now: EpochMs): Promise<void> {
  const user = (id: UserId, name: string, role: 'administrator' | 'member', seenAt: EpochMs) => ({
    id,
    name,
    nameKey: nameKey(name),
    role,
    origin: 'local' as const,
    passwordHash: null,
    disabled: false,
    subject: null,
    createdAt: now - 200 * DAY,
    lastSeenAt: seenAt,
  })
  await insertUser(db, user(mara.userId!, 'Mara', 'administrator', now - 25 * MINUTE))
  await insertUser(db, user(jonas, 'Jonas', 'member', now - 2 * DAY))
}

function rulesOf(): Readonly<Record<DemoRule, Rule>> {
  const parsed = Object.entries(texts).map(([id, text], at) => {
    const {rules, mistakes} = parseRule(text, {id: `demo-${id}` as RuleId, revision: 1})
    if (rules[0] === undefined) throw new Error(mistakes.map(({message}) => message).join('\n'))
    return [id, {...rules[0], order: at + 1}] as const
  })
  return Object.fromEntries(parsed) as Record<DemoRule, Rule>
}

/** A tracker that forgot too many at once. */
async function suspend(
  db: Db,
  {id, revision}: Rule,
  servers: readonly StoryServer[],
  now: EpochMs,
): Promise<void> {
  const [{serverId, lives}] = servers as [StoryServer]
  const host = 'private.example.net'
  const torrents = lives.filter(({trackers}) => trackers.some((url) => url.includes(host))).length
  const message =
    `${torrents} torrents of the tracker ${host} are not registered any more, all at once. ` +
    'The tracker may be down. Nothing was removed.'
  const detail = {
    what: 'tracker',
    name: host,
    serverId,
    servers: [serverId],
    torrents,
    population: torrents,
    action: 'removeWithData',
    message,
  }
  await putRuleSuspension(db, {ruleId: id, revision, at: now - 31 * MINUTE, reason: COMMON_CAUSE, detail})
}

/** What was complete today, in the categories of the Arrs. */
function importsOf(
  servers: readonly StoryServer[],
  arrs: readonly {readonly id: ArrId; readonly category: string}[],
  now: EpochMs,
): DownloadRecord[] {
  return servers.flatMap(({serverId, lives}) =>
    lives.flatMap((life) => {
      const arr = arrs.find(({category}) => category === life.category)
      const completedAt = (life.completedAt ?? 0) * 1_000
      if (arr === undefined || completedAt < now - DAY || completedAt > now - 5 * MINUTE) return []
      const importedAt = completedAt + 900 + (Number.parseInt(life.hash.slice(0, 2), 16) % 10) * 100
      return {
        arrId: arr.id,
        downloadId: life.hash.toUpperCase(),
        serverId,
        hash: life.hash as InfoHash,
        ownership: 'owned' as const,
        mediaIds: [],
        state: 'imported',
        grabbedAt: life.addedAt * 1_000,
        importedAt,
        failedAt: null,
        proof: null,
        detail: null,
        updatedAt: importedAt,
      }
    }),
  )
}

interface Kept {
  readonly record: Parameters<typeof putTrash>[1]
  readonly metainfo: Uint8Array
  readonly entry: JournalEntry
}

/** The newest of what is gone lies in the trash of its disk. */
async function trashOf(
  {serverId, disk, savePath, gone}: StoryServer,
  rules: Readonly<Record<DemoRule, Rule>>,
  now: EpochMs,
): Promise<readonly Kept[]> {
  if (disk === null) return []
  const kept = gone.slice(-IN_TRASH).map(async (torrent, at): Promise<Kept> => {
    const isOfRule = at >= IN_TRASH - SEEDED_TODAY
    const when = isOfRule ? now - 19 * MINUTE - (IN_TRASH - at) * 7_000 : now - (IN_TRASH - at) * 9 * HOUR
    const id = randomUUIDv7()
    const plan = await setAside(torrent, {id, disk, savePath, at: when})
    const by = isOfRule ? rules.seeding : null
    const entry = removal({torrent, serverId, at: when, id, verb: 'recycle', by})
    const resume = {
      savePath: torrent.savePath,
      category: torrent.category,
      tags: [],
      contentPath: `${torrent.savePath}/${torrent.files[0]!.path.split('/')[0]}`,
      isRunning: true,
      limits: {},
      trackers: [],
    }
    return {
      entry,
      metainfo: Buffer.from(torrent.metainfo, 'base64'),
      record: keptRecord({
        id,
        serverId,
        hash: torrent.hash as InfoHash,
        name: torrent.name,
        verb: 'recycle',
        plan,
        bytes: torrent.size,
        resume,
        rule: by === null ? null : {id: by.id, revision: by.revision},
        userId: by === null ? mara.userId : null,
        at: when,
        until: when + KEPT_DAYS * DAY,
      }),
    }
  })
  return Promise.all(kept)
}

/** As the program itself does it, with files that lay there a moment ago. */
async function setAside(
  {files, savePath}: ImaginedTorrent,
  {id, disk, savePath: root, at}: {id: string; disk: string; savePath: string; at: EpochMs},
): Promise<RecyclePlan> {
  const below = join(disk, savePath.slice(root.length))
  const laid = files.map(({path, size}): RecycleFile => {
    const file = join(below, path)
    layFile(file, size, at)
    const {ino, dev} = statSync(file, {bigint: true})
    return {path: file, device: String(dev), inode: String(ino), size}
  })
  const top = files[0]!.path.split('/')
  const plan = planRecycling({
    roots: [{path: disk, device: laid[0]!.device}],
    files: laid,
    folder: top.length > 1 ? join(below, top[0]!) : null,
    at,
    id: id.replaceAll('-', '').slice(-12),
  })
  if ('refused' in plan) throw new Error(`the trash of the demo: ${plan.refused} ${plan.path}`)
  await new Eraser({ownerOf: async () => null}).recycle(plan)
  return plan
}

/** As large as it says, and without anything in it. */
export function layFile(path: string, size: number, at: EpochMs): void {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, '')
  truncateSync(path, size)
  utimesSync(path, at / 1_000, at / 1_000)
}

/** What is told of besides, today and in the month before. */
function othersOf(
  servers: readonly StoryServer[],
  rules: Readonly<Record<DemoRule, Rule>>,
  now: EpochMs,
): readonly JournalEntry[] {
  const random = seededRandom(7)
  return servers.flatMap(({serverId, gone, lives}, place) => {
    const others = gone.slice(0, -IN_TRASH)
    // Most of them over the month, the last few today.
    const removals = others.map((torrent, at) => {
      const isToday = at >= others.length - 3
      const when = isToday ? now - random.between(0.1, 4) * HOUR : now - random.between(1, 29) * DAY
      const isStalled = isToday || at % 3 === 0
      const by = isStalled ? rules.stalled : rules.seeding
      const verb = isStalled ? 'failDownload' : 'recycle'
      return removal({torrent, serverId, at: Math.round(when), id: randomUUIDv7(), verb, by})
    })
    const added = lives
      .filter(({category, completedAt}) => category === 'iso' && completedAt !== null)
      .toSorted((a, b) => b.addedAt - a.addedAt)
      .slice(0, place === 0 ? 2 : 0)
      .map((life) => ({
        ...event({serverId, hash: life.hash, name: life.name}, life.addedAt * 1_000, mara),
        verb: 'addTorrent',
      }))
    return [...removals, ...added]
  })
}

interface Removal {
  readonly torrent: ImaginedTorrent
  readonly serverId: ServerId
  readonly at: EpochMs
  readonly id: string
  readonly verb: string
  /** `null` = a person. */
  readonly by: Rule | null
}

function removal({torrent, serverId, at, id, verb, by}: Removal): JournalEntry {
  const {hash, name, size} = torrent
  const actor = by === null ? mara : ({name: by.name, origin: 'rule', userId: null, address: null} as const)
  const entry = {...event({serverId, hash, name}, at, actor), id, verb}
  if (by === null) return entry
  const reason: ReasonCode = verb === 'failDownload' ? 'stalled' : 'seedingDone'
  return {...entry, ruleId: by.id, decided: decidedBy(by, reason, size)}
}

function event(
  about: {readonly serverId: ServerId; readonly hash: string; readonly name: string},
  at: EpochMs,
  actor: Actor,
): Omit<JournalEntry, 'verb'> {
  const {serverId, hash, name} = about
  return {
    id: randomUUIDv7(),
    at,
    actor,
    subject: 'torrent',
    serverId,
    hash: hash as InfoHash,
    name,
    args: {},
    phase: 'sending',
  }
}

function decidedBy({revision, mode}: Rule, reason: ReasonCode, bytes: number): JournalDecision {
  return {
    ruleRevision: revision,
    mode,
    reason,
    action: reason === 'stalled' ? 'failDownload' : 'recycle',
    class: reason === 'stalled' ? 'destructive' : 'reversible',
    bytes,
    evidence: {verdict: 'yes', branch: 'all', parts: []},
    omitted: 0,
    hold: null,
    guards: [],
    preconditions: [],
  }
}

/** What was begun, and that it was done. */
function linesOf(entry: JournalEntry): readonly JournalEntry[] {
  const {decided: _decided, ...same} = entry
  return [entry, {...same, at: entry.at + 1_200, phase: 'confirmed'}]
}
