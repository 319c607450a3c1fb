/** What does not resolve without a person, as pages show it: at the bell, on the overview, on the page of an Arr. */
import type {ArrId, DownloadId, MediaRef} from './arr.ts'

/** What can be answered; which of them who looks may give is said with each item, the harmless one first. */
export type NeedAnswer =
  /** Leads to where it can be seen whole. */
  | 'show'
  /** Opens the question that it is about. */
  | 'answer'
  /** The next step that its server needs. */
  | 'repair'
  | 'restart'
  | 'resume'
  | 'approve'
  | 'decline'
  | ImportAnswer

/** What a person can say about a download that an Arr does not import. */
export const importAnswers = ['ignore', 'import', 'blocklist', 'search'] as const
export type ImportAnswer = (typeof importAnswers)[number]

interface NeedOf<Kind extends string> {
  readonly kind: Kind
  /** The same as long as it lasts. */
  readonly id: string
  /** When it began, or was found, epoch ms; `null` = not known. */
  readonly since: number | null
  /** What it is about, as people call it. */
  readonly name: string
  readonly server_id: string | null
  /** Arrs in sight on whose pages it stands. */
  readonly arr_ids: readonly string[]
  /** The words of the other side, or of the program where it speaks for itself. */
  readonly words: readonly string[]
  readonly answers: readonly NeedAnswer[]
}

interface WaitingDecision {
  readonly id: string
  readonly actions: readonly string[]
  /** Of the torrent, file or server that it is about; '' = it is gone. */
  readonly subject: string
}

interface SeenTorrent {
  readonly server_id: string
  readonly server_name: string
  readonly info_hash: string
}

/** A finished download that an Arr does not import, and about which no rule is about to do something. */
export interface ImportNeed extends NeedOf<'import'> {
  readonly arr_name: string
  /** `null` = not handed to a torrent server. */
  readonly download_id: DownloadId | null
  /** Its name as released. */
  readonly release: string
  readonly media: readonly {
    readonly kind: MediaRef['kind']
    readonly id: number
    readonly parent_id: number | null
  }[]
  /** Bytes; 0 = not known. */
  readonly size: number
  /** In sight, those that can be reached first. */
  readonly torrents: readonly SeenTorrent[]
  /** The Arr does not answer: this is as it was at that time, epoch ms; `null` = it is as it is. */
  readonly as_of: number | null
}

export type Need =
  /** The clock of the machine is not believed. */
  | NeedOf<'clock'>
  /** Something holds rules back until a person puts it right. */
  | (NeedOf<'alert'> & {readonly code: string})
  /** It died too often, and stays ended until somebody starts it again. */
  | (NeedOf<'process'> & {readonly process_id: string; readonly process_kind: string})
  | NeedOf<'server'>
  | NeedOf<'arr'>
  /** It met a limit, and does nothing until somebody looked. */
  | (NeedOf<'rule'> & {
      readonly rule_id: string
      readonly reason: string
      /** Figures of that limit, as the rule has them. */
      readonly detail: Readonly<Record<string, unknown>>
    })
  /** What it keeps cannot be known, so that no rule removes what it may mean. */
  | (NeedOf<'keep_rule'> & {
      readonly rule_id: string
      /** It cannot be read; or what it keeps by is not there (any more). */
      readonly reason: 'unreadable' | 'gone'
      /** Of the latter what that is. */
      readonly gone: readonly string[]
    })
  /** Decisions that wait for a yes or no, those of one rule and one Arr together; its name is '' when the rule is gone. */
  | (NeedOf<'approval'> & {
      readonly rule_id: string
      readonly count: number
      /** The decision where there is one alone, which can be answered here; `null` = there are several. */
      readonly decision: WaitingDecision | null
    })
  /** What is told once; who has read which the page knows. */
  | (NeedOf<'notice'> & {readonly code: string})
  /** At this pace it is full at that time, epoch ms. */
  | (NeedOf<'disk'> & {readonly full_at: number; readonly per_day: number})
  | ImportNeed

type NeedKind = Need['kind']

/** @returns those that stand on the page of this Arr, as it is about them */
export function needsOfArr(needs: readonly Need[], id: ArrId | string): readonly Need[] {
  return needs.filter(({kind, arr_ids: ids}) => onArrPages.has(kind) && ids.includes(id))
}

const onArrPages: ReadonlySet<NeedKind> = new Set<NeedKind>(['rule', 'approval', 'import'])

/** How many things these are: each decision counts. */
export function countOfNeeds(needs: readonly Need[]): number {
  return needs.reduce((sum, need) => sum + (need.kind === 'approval' ? need.count : 1), 0)
}
