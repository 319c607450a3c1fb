/** Files of nobody, and whoever sets them aside. */
import {join} from 'node:path'
import {ruleActor} from '#executor/rule-entry.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {Requester} from '#model/access.ts'
import type {Orphan, OrphanVerb} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {filesAsideHarness, seen} from '#trash/files-aside-harness.fixture.ts'
import {orphanedFiles, OrphanRemover, type NoOrphan, type OrphanFiles} from './orphan-remover.ts'

const serverId = asServerId('A')
/** A rule that wants them gone, and what the journal keeps of why. */
export const aside = {id: 'aside' as RuleId, revision: 2}
const decided = {ruleRevision: 2, mode: 'live', action: 'orphan.recycle'} as JournalDecision
const actor = {name: 'ada', origin: 'user', userId: null, address: null} as const

export async function orphanRemoverHarness(names: readonly string[] = ['Lost']) {
  const pathsOf = (name: string) => [`films/${name}/film.mkv`, `films/${name}/Subs/film.srt`]
  const own = {
    isAdmin: true,
    /** Who wants them gone may still come in. */
    mayGoOn: true,
    isDeletable: true,
    /** Of these a look says so. */
    no: new Map<string, NoOrphan>(),
    bytes: 10,
  }
  const texts = Object.fromEntries(names.flatMap(pathsOf).map((path) => [path, '12345']))
  const its = await filesAsideHarness(texts, ({memory, ...parts}, root) => {
    const listed = (id: string): Orphan | null =>
      names.includes(id)
        ? {
            id,
            path: join(root, 'films', id),
            isFolder: true,
            files: 2,
            bytes: own.bytes,
            changedAt: 0,
            seenSince: 0,
            deletableAt: 0,
          }
        : null
    async function filesOf(name: string): Promise<OrphanFiles> {
      const files = await Promise.all(pathsOf(name).map((path) => seen(join(root, path))))
      const folder = join(root, 'films', name)
      const roots = [{path: root, device: files[0]!.device}]
      return {files, folder, roots, path: folder, serverId, contentPath: `/data/films/${name}`}
    }
    const remover = new OrphanRemover(
      {listed, isDeletable: () => own.isDeletable, drop: () => undefined},
      {
        of: async (ids) => {
          const there = ids.filter((id) => listed(id) !== null)
          const found = there.map(async (id) => [id, own.no.get(id) ?? (await filesOf(id))] as const)
          return new Map(await Promise.all(found))
        },
      },
      memory.spent,
      parts.clock,
      parts.aside(
        orphanedFiles(memory.trash, memory.spent, parts.clock, parts.lostSettings, () =>
          own.mayGoOn ? by().access : null,
        ),
      ),
    )
    return {remover, saga: remover.saga()}
  })

  const by = (): Requester => ({
    actor,
    via: 'session',
    credentialId: 's',
    access: {permits: () => own.isAdmin, may: () => true, everywhere: true, servers: [serverId]},
  })
  return {
    ...its,
    /** Of what a look finds, and of who wants it gone. */
    own,
    act: (verb: OrphanVerb, more: {ids?: readonly string[]; isTrial?: boolean; files?: number} = {}) => {
      const {ids = names, isTrial = false, files = 2 * new Set(ids).size} = more
      const seenThen = {files, bytes: own.bytes * new Set(ids).size}
      return its.running().remover.act(by(), {verb, ids, seen: seenThen, isTrial})
    },
    /** The same of a rule that keeps it for thirty days. @returns why it stays; `null` = it was begun */
    actForRule: async (verb: OrphanVerb, objection: NoOrphan | null = null) => {
      const no = await its
        .running()
        .remover.actForRule({
          by: {...by(), actor: ruleActor('Aside')},
          verb,
          id: names[0]!,
          days: 30,
          decided,
          rule: aside,
          objection: () => objection,
        })
      return no && no.code
    },
    spent: () => its.memory().spent.within({}, 3_600),
    spentByRule: () => its.memory().spent.within({ruleId: aside.id}, DAY),
  }
}
