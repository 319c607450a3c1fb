/**
 * What is wrong today, each line with the day on which it was found. Its rows are lived through apart from the others, and
 * have to fail: a line whose rows hold has to go, so this list only shrinks.
 */
import type {Like} from './axes.ts'

export interface KnownFailure {
  readonly id: string
  readonly since: string
  readonly what: string
  /** Files go that have to stay; else something stays that may go, because of what makes no difference. */
  readonly loses: boolean
  /** By their names. */
  readonly rows: readonly string[]
  /** With which values it comes: in the full proof such rows wait for its end. */
  readonly like: readonly Like[]
}

const unseen = ['nothing mapped', 'neighbour mapped'] as const
const missing = ['disk away', 'disk back', 'files gone'] as const
const rules = ['by a rule', 'by clean-up'] as const

export const knownFailures: readonly KnownFailure[] = [
  {
    id: 'DS-3',
    since: '2026-11-23',
    what: 'Files that their server calls missing, and that nobody sees, are removed with a download that their Arr waits for, or that is no Arr’s.',
    loses: true,
    rows: ['qbittorrent, nothing mapped, disk back, import pending, by clean-up'],
    like: [{disk: missing, arr: ['import pending', 'of no Arr'], paths: unseen, wish: rules}],
  },
  {
    id: 'DS-9',
    since: '2026-11-23',
    what: 'What rTorrent misses it is told to check at once, also where nobody sees the disk; what it does not find then goes.',
    loses: true,
    rows: ['rtorrent, nothing mapped, files gone, by a rule'],
    like: [{kind: ['rtorrent'], disk: missing, paths: unseen, wish: rules}],
  },
  {
    id: 'DS-10',
    since: '2026-11-23',
    what: 'A tracker that says “unregistered torrent” for minutes ends what is owed to it.',
    loses: true,
    rows: ['transmission, tracker forgot it, owes time, by clean-up'],
    like: [
      {kind: ['transmission', 'rtorrent'], tracker: ['tracker forgot it'], debt: ['owes time'], wish: rules},
    ],
  },
]
