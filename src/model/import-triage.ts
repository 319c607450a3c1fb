/**
 * What people can do about a finished download that its Arr does not import: each class of reasons in plain words, what is
 * proposed, and what may be done at all. Nothing of it is done without a person. What the Arr itself leaves to a person,
 * and what is in the way of any release, is never answered by giving the release up.
 */
import type {RejectClass} from './arr.ts'

/**
 * import: the Arr imports it whatever it has against it, where each file is proven to be of the item. blocklist: the
 * release is not grabbed again, and nothing is searched. blocklist_search: the same, and another release is searched.
 * leave: nothing is done from here.
 */
export const triageActions = ['import', 'blocklist', 'blocklist_search', 'leave'] as const
export type TriageAction = (typeof triageActions)[number]

/** What is proposed first; all of these may be done. */
type Actions = readonly [TriageAction, ...TriageAction[]]

interface TriageEntry {
  readonly words: string
  readonly actions: Actions
  /** It says nothing where something else is said as well. */
  readonly isMinor?: true
  /** What is wrong is no file of it: each may be proven to be of its item, and may be imported then. */
  readonly isProvable?: true
}

const leave: Actions = ['leave']
const byHand: Actions = ['leave', 'blocklist', 'blocklist_search']
const another: Actions = ['blocklist_search', 'blocklist', 'leave']

export const importTriage: Readonly<Record<RejectClass, TriageEntry>> = {
  not_upgrade: {
    words: 'The library has a file that is as good or better.',
    actions: ['blocklist', 'blocklist_search', 'leave'],
  },
  already_imported: {words: 'It was imported before.', actions: leave},
  sample: {words: 'It is a sample, not the whole film or episode.', actions: another, isMinor: true},
  sample_unknown: {words: 'The Arr cannot determine whether it is a sample.', actions: byHand},
  no_files: {
    words: 'The Arr finds no file to import in its folder. Check the remote path mapping first.',
    actions: leave,
  },
  archive: {
    words: 'It is an archive and has to be extracted before the Arr can import it.',
    actions: ['leave', 'blocklist_search', 'blocklist'],
  },
  dangerous: {words: 'It has programs or other dangerous files.', actions: another},
  unmatched_title: {
    words: 'Its name does not match the title that it was grabbed for.',
    actions: ['leave', 'import', 'blocklist', 'blocklist_search'],
    isProvable: true,
  },
  matched_by_id: {
    words: 'Its name does not match: the Arr knows only from its grab what it is for.',
    actions: ['import', 'leave', 'blocklist', 'blocklist_search'],
    isProvable: true,
  },
  unknown_item: {
    words: 'The Arr cannot read from its names what it is.',
    actions: ['import', 'leave', 'blocklist', 'blocklist_search'],
    isProvable: true,
  },
  partial: {
    words: 'Something that was expected in it is missing or was not imported.',
    actions: ['leave', 'import', 'blocklist_search'],
    isMinor: true,
    isProvable: true,
  },
  unexpected_item: {
    words: 'It has a file that is for something else than it was grabbed for.',
    actions: byHand,
  },
  unsupported_content: {
    words: 'The Arr does not support how its files are divided, or their type.',
    actions: byHand,
  },
  title_pending: {words: 'The Arr waits until the title of the episode is known.', actions: leave},
  scene_pending: {words: 'The Arr waits for the numbering of its episodes.', actions: leave},
  locked: {words: 'Its files are in use. The Arr tries again.', actions: leave},
  free_space: {words: 'The disk of the library does not have enough free space.', actions: leave},
  no_audio: {words: 'The Arr found no audio track in it.', actions: another},
  path: {words: 'The Arr cannot use its path. Check the remote path mapping.', actions: leave},
  not_ours: {words: 'The Arr did not grab it.', actions: leave},
  music_match: {words: 'Its tracks do not match the album or book closely enough.', actions: byHand},
  root_folder: {words: 'The root folder of the library is missing or not accessible.', actions: leave},
  import_failed: {words: 'The Arr could not move or link it into the library.', actions: leave},
  ambiguous: {words: 'It may be for more than one title.', actions: byHand},
  error: {words: 'The Arr failed while it looked at it.', actions: leave},
  unknown: {words: 'Commodarr does not know this message of the Arr.', actions: leave},
}

/** Whether an Arr may import a download whatever it has against it. */
export interface ImportProof {
  /** Files that it would import. */
  readonly files: number
  /** What is not proven, for people; `null` = each file is proven to be of what it was grabbed for. */
  readonly doubt: string | null
}

export interface Triage {
  /** Which decides. */
  readonly class: RejectClass
  readonly words: string
  readonly proposed: TriageAction
  /** All that may be done, what is proposed first. */
  readonly actions: readonly TriageAction[]
}

const wantsPerson = /manual (import|interaction) required|automatic import is not possible/i

/**
 * @param said the sentences of the Arr, each with its class; none = it does not say why
 * @returns of several classes the most careful: what one of them leaves to a person is left to one
 */
export function triageOf(said: readonly {readonly text: string; readonly class: RejectClass}[]): Triage {
  const isOfPerson = said.some(({text}) => wantsPerson.test(text))
  const all: readonly RejectClass[] = said.length === 0 ? ['unknown'] : said.map((one) => one.class)
  const major = all.filter((name) => !importTriage[name].isMinor)
  const counted = major.length > 0 ? major : all
  const proposals = new Set(counted.map((name) => importTriage[name].actions[0]))
  const decides = counted.find((name) => importTriage[name].actions[0] === 'leave') ?? counted[0]!
  const common = importTriage[decides].actions.filter(
    (action) =>
      counted.every((name) => importTriage[name].actions.includes(action)) &&
      !(isOfPerson && (action === 'blocklist' || action === 'blocklist_search')),
  )
  const proposed = isOfPerson || proposals.size > 1 ? 'leave' : common[0]!
  const actions = [proposed, ...common.filter((action) => action !== proposed)]
  return {class: decides, words: importTriage[decides].words, proposed, actions}
}
