/** A folder with a film and files beside it that nobody wants, which a rule has set aside. */
import {join} from 'node:path'
import type {JournalDecision} from '#journal/decided.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {actionKinds, type RuleId} from '#model/rule.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {torrent} from '#test/automation-state/memory.fixture.ts'
import {ExtraFiles, filesBeside} from './extra-files.ts'
import {filesAsideHarness, seen} from './files-aside-harness.fixture.ts'
import type {OurFiles} from './trash-disk.ts'

const film = torrent(1)
const beside = ['Film/info.nfo', 'Film/Proof/a.jpg']

export async function extraFilesHarness() {
  const own = {
    /** Its server lists it no more. */
    isGone: false,
    why: null as string | null,
    /** Said since it was judged. */
    outdated: null as {readonly message: string} | null,
  }
  const paths = ['Film/film.mkv', ...beside]
  const its = await filesAsideHarness(Object.fromEntries(paths.map((it) => [it, it])), (parts, root) => {
    const listed = {
      key: film,
      name: 'Film',
      savePath: root,
      contentPath: join(root, 'Film'),
      category: 'films',
      tags: [],
    } as unknown as TorrentRecord
    const extraFilesOf = async (): Promise<OurFiles> => {
      if (own.why !== null) return {why: own.why}
      const files = await Promise.all(beside.map((it) => seen(join(root, it))))
      return {files, folder: join(root, 'Film'), roots: [{path: root, device: files[0]!.device}]}
    }
    const extraFiles = new ExtraFiles(
      {extraFilesOf},
      {get: () => (own.isGone ? null : listed)},
      parts.clock,
      parts.aside(filesBeside(parts.lostSettings)),
    )
    return {extraFiles, saga: extraFiles.saga()}
  })

  const action: WantedAction = {
    action: 'extraFiles.recycle',
    params: {set: 'Radarr'},
    ...actionKinds['extraFiles.recycle'],
  }
  const decision = {
    ruleId: 'r1' as RuleId,
    ruleRevision: 2,
    reason: 'extraFiles',
    actions: [action],
    subject: {kind: 'torrent', key: keyText(film), serverId: film.serverId},
    evidence: {verdict: 'yes', branch: 'all', parts: []},
    preconditions: [],
  } as unknown as Decision

  return {
    ...its,
    /** Of the torrent, and of who wants the files beside it gone. */
    own,
    begin: () =>
      its
        .running()
        .extraFiles.begin({
          decision,
          action,
          key: film,
          ruleName: 'Extra',
          decided: {action: 'extraFiles.recycle', guards: []} as unknown as JournalDecision,
          outdated: () => own.outdated,
        }),
  }
}
