/** The words people say for states, and the states they mean. */
import {torrentStates, type TorrentState} from '#model/torrent.ts'

/**
 * Words as on screen. A complete torrent that nobody asks of is seeding, too: nothing of it is missing. So "seeding" is
 * more than the state of this name, and "stalled" never means a complete one.
 */
export const stateWords = {
  downloading: ['downloading'],
  metadata: ['metadata'],
  seeding: ['seeding', 'stalledUp'],
  idle: ['stalledUp'],
  stalled: ['stalledDown'],
  queued: ['queuedDown', 'queuedUp'],
  stopped: ['stopped'],
  checking: ['checking'],
  moving: ['moving'],
  error: ['error'],
  missing: ['missingFiles'],
  unknown: ['unknown'],
} as const satisfies Readonly<Record<string, readonly TorrentState[]>>
export type StateWord = keyof typeof stateWords

const bySpelling = new Map<string, readonly TorrentState[]>([
  ...torrentStates.map((state) => [state.toLowerCase(), [state]] as const),
  ...Object.entries(stateWords),
])

/** What other programs call a state, for suggestions. */
const elsewhere: Readonly<Record<string, StateWord>> = {
  paused: 'stopped',
  pause: 'stopped',
  uploading: 'seeding',
  completed: 'seeding',
  errored: 'error',
  broken: 'error',
  waiting: 'queued',
  rechecking: 'checking',
  allocating: 'checking',
}

/** States by a word or a name of the model, in any case; `null` = there is no such state. */
export function statesCalled(word: string): readonly TorrentState[] | null {
  return bySpelling.get(word.toLowerCase()) ?? null
}

export function stateCalledElsewhere(word: string): StateWord | null {
  return elsewhere[word.toLowerCase()] ?? null
}

/** One spelling for words that mean the same; what is no state stays as it is. */
export function stateSpelling(word: string): string {
  const states = statesCalled(word)
  if (!states) return word
  const same = Object.entries(stateWords).find(([, meant]) => meant.join() === states.join())
  return same ? same[0] : states[0]!
}
