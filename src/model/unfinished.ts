/** What is under way in several steps, or was sent and has no end yet: for whoever is shown what waits. */
import type {ArrId} from './arr.ts'
import type {RuleId} from './rule.ts'
import type {InfoHash, ServerId, TorrentKey} from './torrent-key.ts'
import type {Bytes, EpochMs} from './units.ts'

/** Why something has not gone on. */
export interface WaitReason {
  readonly code: string
  /** For people. */
  readonly message: string
}

/**
 * Which step an action is at. ask_arr: whether its Arr grabbed it. blocklist_shown, removal_shown, recheck_shown: what
 * was sent has to show. arr_back: its Arr is not in the configuration. add: to the server that it is copied to, which may
 * download it. turn: of what a user ordered, others come first. stop_source, settle, remove_source: of a move to another server, where the copy has to stand for a while.
 * take_back: a copy that was canceled. move_files, delete_files: of the trash.
 */
export const unfinishedSteps = [
  'ask_arr',
  'blocklist',
  'blocklist_shown',
  'remove',
  'removal_shown',
  'search',
  'arr_back',
  'turn',
  'prepare',
  'add',
  'download',
  'copy_files',
  'recheck',
  'recheck_shown',
  'start',
  'stop_source',
  'settle',
  'remove_source',
  'take_back',
  'move_files',
  'delete_files',
] as const
export type UnfinishedStep = (typeof unfinishedSteps)[number]

/**
 * Who ends the step. server: the torrent server. target: the one that it is copied to. arr: the Arr. settings: whoever
 * brings its Arr back into the configuration. disk: the disk of its files.
 */
export const stepEnders = ['server', 'target', 'arr', 'settings', 'disk'] as const
export type StepEnder = (typeof stepEnders)[number]

/** How far data is that is brought somewhere else. */
export interface DataProgressView {
  /** Torrents of which it is known what became of them. */
  readonly ended: number
  /** That are there; `null` = of some that is not known. */
  readonly bytesEnded: Bytes | null
  /** Of all that go, without those that were refused or failed; `null` likewise. */
  readonly bytes: Bytes | null
  /** At the pace so far; `null` = not known (yet). */
  readonly endsAt: EpochMs | null
}

/** An action of several steps that is not finished. */
export interface UnfinishedAction {
  readonly id: string
  /** As the journal calls it. */
  readonly verb: string
  readonly step: UnfinishedStep
  readonly endedBy: StepEnder
  /** `null` = it is about no torrent. */
  readonly key: TorrentKey | null
  /** `null` = it is about none. */
  readonly serverId: ServerId | null
  /** Where it is copied to; `null` = it is no copy. */
  readonly targetId: ServerId | null
  /** `null` = no Arr has anything to do with it. */
  readonly arrId: ArrId | null
  /** `null` = it is not known. */
  readonly name: string | null
  /** `null` = a person began it. */
  readonly rule: {readonly id: RuleId; readonly name: string} | null
  /** Of what it puts into the trash; `null` = it does not. */
  readonly trashId: string | null
  /** When its step is tried again; `null` = it is under way. */
  readonly nextAt: EpochMs | null
  /** When its step is given up at the latest; `null` = never. */
  readonly until: EpochMs | null
  readonly why: WaitReason | null
  /** How far the data is that its step copies; `null` = it copies none. */
  readonly progress: DataProgressView | null
}

/** A command that was sent, and of which its server has to show what became of it. */
export interface AwaitedCommand {
  /** Of its entry in the journal. */
  readonly id: string
  readonly verb: string
  /** Who ordered it, or the rule. */
  readonly actor: string
  readonly serverId: ServerId
  /** `null` = which torrent it is about is not known yet. */
  readonly hash: InfoHash | null
  readonly name: string | null
  /** When it is not waited for any longer; `null` = not known. */
  readonly until: EpochMs | null
}
