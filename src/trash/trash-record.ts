/** What is written down of what is in the trash, and where its files go. */
import {planRecycling, type RecyclePlan, type RecycleRefusal, type RecycleWish} from '#disk/recycle.ts'
import type {ArrId} from '#model/arr.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {Actor, AddTorrent} from '#model/command.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {NotRestored, TrashVerb} from '#model/trash.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {KeptTorrent} from './kept-torrent.ts'

/** All that brings a torrent back. */
export interface ResumeFacts {
  readonly savePath: string | null
  readonly category: string | null
  readonly tags: readonly string[]
  /** As its server wrote it; '' = it did not tell. */
  readonly contentPath: string
  /** Of its files; `null` = they were not set aside. */
  readonly plan: RecyclePlan | null
  /** Of the action that set it aside. */
  readonly journalId: string
  /** It was not stopped; absent = an older program did not keep it. */
  readonly isRunning?: boolean
  /** Of its own; absent as `isRunning`. */
  readonly limits?: KeptLimits
  /** Announce addresses of what its server gives no torrent file of, in their order; absent as `isRunning`. */
  readonly trackers?: readonly string[]
  /** All else that makes it; absent as `isRunning`. */
  readonly was?: KeptTorrent
  /** Its files could not be moved, and are where they were. */
  readonly isLeft?: true
  /** While it is brought back. */
  readonly restoring?: RestoringState
  /** Its files that did not come back when it was restored; absent = all did, or it was not. */
  readonly notRestored?: readonly NotRestored[]
  /** Files that were set aside were the library of an Arr; absent = it is not known, or none were set aside. */
  readonly inLibrary?: boolean
  /** Whose download it was; `null` = of no Arr, absent = nobody wrote it down. */
  readonly arrId?: ArrId | null
  /** It lay in a trash folder and in no list: no time and no rule deletes it. */
  readonly isFound?: true
  /** Its time was over while the library of its Arr was away. */
  readonly isPutOff?: true
  /** What could not be done with it last; absent = nothing was tried. */
  readonly failed?: 'restore' | 'purge' | null
}

/** How far it is with bringing a torrent back. Kept with its record: whoever starts again goes on with it. */
export interface RestoringState {
  readonly actor: Actor
  /** Whose rights each step takes, as they are then; absent = an older program did not keep it: those of his account. */
  readonly authority?: Authority
  /** Of its entry in the journal. */
  readonly entryId: string
  /** Of the removal that it takes back; absent = an older program did not keep it. */
  readonly causeId?: string
  /** Its files are where they belong, and its server has it. */
  readonly isPlaced: boolean
  /** due: what its server says of its data is older than its files. ifNotWhole: it looks at them as it is added. */
  readonly check: 'due' | 'ifNotWhole' | 'asked'
  /** Since it was asked it was seen looking. */
  readonly sawCheck: boolean
  /** What it waits for, in words, and since when. */
  readonly waitsFor: string | null
  readonly waitsSince: EpochMs
  /** Its files that did not come back; absent = all did. */
  readonly notRestored?: readonly NotRestored[]
  /** How often its server was told what it did not do; by the command. */
  readonly told: Readonly<Record<string, number>>
}

/** What is not as its server has it for all. */
type KeptLimits = Pick<AddTorrent, 'downLimit' | 'upLimit' | 'ratioLimit' | 'seedingTimeLimit'>

/** Of the shape of `ResumeFacts`. */
const RESUME_VERSION = 1

/** Where a torrent has no limit of its own, nothing: not every server can be told so when it adds one. */
export function limitsOf(torrent: TorrentRecord): KeptLimits {
  const {downLimit: down, upLimit: up, ratioLimit: ratio, seedTimeLimit: seedTime} = torrent
  return {
    ...(down && {downLimit: down}),
    ...(up && {upLimit: up}),
    ...(typeof ratio === 'number' && {ratioLimit: ratio}),
    ...(typeof seedTime === 'number' && {seedingTimeLimit: seedTime}),
  }
}

export function bytesOf(plan: RecyclePlan | null): Bytes {
  return plan?.files.reduce((sum, {size}) => sum + size, 0) ?? 0
}

/** What is set aside under this id, which is that of its entry in the journal, too. */
interface SetAside extends Pick<
  TrashRecord,
  'id' | 'serverId' | 'hash' | 'name' | 'rule' | 'userId' | 'bytes' | 'until'
> {
  readonly verb: TrashVerb
  readonly at: EpochMs
  /** `null` = no files are moved. */
  readonly plan: RecyclePlan | null
  readonly resume: Omit<ResumeFacts, 'plan' | 'journalId'>
  readonly message?: string | null
}

/** As it is kept before anything of it goes, or moves. */
export function keptRecord({at, plan, resume, message = null, ...about}: SetAside): TrashRecord {
  return {
    ...about,
    message,
    paths: plan?.files.map(({from, to}) => ({from, to})) ?? [],
    version: RESUME_VERSION,
    resume: {...resume, plan, journalId: about.id} satisfies ResumeFacts,
    setAsideAt: at,
    state: 'kept',
    stateAt: at,
  }
}

/** `null` = an older program wrote it. */
export function resumeOf({version, resume}: TrashRecord): ResumeFacts | null {
  return version === RESUME_VERSION && resume ? (resume as ResumeFacts) : null
}

/** What is known beside the record itself, for `TrashRepository.change`. */
export function withFacts(facts: Partial<ResumeFacts>): (record: TrashRecord) => TrashRecord {
  return (record) => ({...record, resume: {...(record.resume as ResumeFacts), ...facts}})
}

/** Where the files of what is set aside under this id go. @returns why they cannot; for people */
export function planAside(
  files: Omit<RecycleWish, 'at' | 'id'>,
  {id, at}: {readonly id: string; readonly at: EpochMs},
): RecyclePlan | {readonly refused: string} {
  const plan = planRecycling({...files, at, id: id.replaceAll('-', '').slice(-12)})
  return 'refused' in plan ? {refused: whyNot[plan.refused]} : plan
}

const whyNot: Readonly<Record<RecycleRefusal['refused'], string>> = {
  nothing: 'None of its files is there.',
  tooMany: 'It has too many files.',
  outsideRoots: 'Not all of its files are in one folder that its server shares with us.',
  otherDevice: 'Its files are on more than one disk.',
  rootItself: 'Its files are a whole folder that its server shares with us.',
  inRecycleArea: 'It is in the recycle area itself.',
}
