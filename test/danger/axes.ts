/**
 * What can be dangerous about a removal, axis by axis; the first value of each is the usual one. A row has one value of
 * each, in words, so that it can be read as a sentence.
 */

export const axes = {
  /** Of the server that holds the torrent. Its neighbour is always a qBittorrent. */
  kind: ['qbittorrent', 'transmission', 'rtorrent', 'deluge'],
  /** Which of both servers have a path mapping: whose files we see. `wrongly`: to a folder with files of the same names. */
  paths: ['both mapped', 'nothing mapped', 'own mapped', 'neighbour mapped', 'own mapped wrongly'],
  /**
   * `disk unseen`: our own look finds an empty folder, the server works on. `disk away`: so does the server's, which says
   * that files are missing. `disk back`: it was away for an hour, and the server still says so. `files gone`: really.
   */
  disk: ['disk there', 'disk unseen', 'disk away', 'disk back', 'files gone'],
  tracker: ['tracker works', 'tracker forgot it', 'tracker down', 'no tracker'],
  debt: ['owes nothing', 'owes time', 'has paid'],
  /**
   * `cross-seed beside`: on the same server. `cross-seed next door`: on the other one, which calls the folder by another
   * path. `one file next door`: that has only one of its files, as a torrent of another name.
   */
  sharing: [
    'shared with nobody',
    'cross-seed beside',
    'cross-seed next door',
    'one file next door',
    'hard link',
  ],
  /**
   * `Arr unwell`: it has imported it, and says by now that it does not see its downloads. `unknown to its Arr`: it lies in
   * the category of an Arr that never heard of it.
   */
  arr: ['imported', 'import pending', 'Arr away', 'Arr unwell', 'unknown to its Arr', 'of no Arr'],
  /** `away`: it does not answer. `starts again`: just before the wish, and has told its whole list eight minutes later. */
  neighbour: ['neighbour well', 'neighbour away', 'neighbour restarts'],
  /** In the middle of the danger. */
  program: ['program runs on', 'program killed'],
  clock: ['clock steady', 'clock three days ahead', 'clock a day back'],
  /** Who wants it gone with its data. `at once`: past the trash. */
  wish: ['by a rule', 'by clean-up', 'by a person', 'by a person at once'],
} as const

export type Axis = keyof typeof axes
export type Row = {readonly [A in Axis]: (typeof axes)[A][number]}

/** Rows that have one of these values, of each axis that is named. */
export type Like = {readonly [A in Axis]?: readonly Row[A][]}

export const axisNames = Object.keys(axes) as readonly Axis[]

/** Whether there is such a case; also asked of rows that do not name every axis yet. */
export function isPossible({paths, disk, tracker, debt, arr, wish}: Partial<Row>): boolean {
  const isUnmapped = paths === 'nothing mapped' || paths === 'neighbour mapped'
  // Files are moved into the trash by our own hand, all else is done by its server.
  if (
    paths === 'own mapped wrongly' &&
    !((wish ?? 'by a person') === 'by a person' && (disk ?? 'disk there') === 'disk there')
  )
    return false
  // Who sees nothing anyway cannot lose sight of it.
  if (disk === 'disk unseen' && isUnmapped) return false
  // Who asks nobody owes nobody.
  if (tracker === 'no tracker' && debt !== undefined && debt !== 'owes nothing') return false
  // The clean-up is that of an Arr.
  return !(wish === 'by clean-up' && arr === 'of no Arr')
}

/** Kind and wish, and whatever else is not as usual. */
export function nameOf(row: Row): string {
  const unusual = axisNames.filter(
    (axis) => axis === 'kind' || axis === 'wish' || row[axis] !== axes[axis][0],
  )
  return unusual.map((axis) => row[axis]).join(', ')
}

export function isLike(row: Row, like: Like): boolean {
  return axisNames.every((axis) => (like[axis] as readonly string[] | undefined)?.includes(row[axis]) ?? true)
}
