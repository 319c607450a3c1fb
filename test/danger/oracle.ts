/**
 * May this file go? Answered from the plain facts of a case, and from nothing that the program believes of them: this file
 * knows nothing of `src/`. Where nobody can know, the answer is that it stays.
 */

export interface Facts {
  readonly wantedBy: 'rule' | 'cleanUp' | 'person' | 'personAtOnce'
  /** Of the torrent that is to go. */
  readonly torrent: string
  readonly disk: {
    /** Of Commodarr at where it should lie: that folder need not be shared with it at all. */
    readonly look: 'seesTheDisk' | 'seesAnEmptyFolder' | 'seesAnotherFolder' | 'isNotShared'
    /** Its server reaches the disk now. */
    readonly isReached: boolean
    /** Its server says that files are missing. */
    readonly isCalledMissing: boolean
    /** The files lie on the disk, wherever that is. */
    readonly hasFiles: boolean
  }
  /** `null` = nobody asks anything of it. What its tracker says in this hour pays nothing. */
  readonly debt: {readonly daysAsked: number; readonly daysSeeded: number} | null
  readonly arr:
    | 'hasImported'
    | 'stillImports'
    | 'isSilent'
    | 'saysItIsBlind'
    | 'neverHeardOfIt'
    | 'notConcerned'
  /** Of the other server that reaches the same disk, in the moment of the wish: what it has. */
  readonly neighbour: 'hasAnsweredAll' | 'isSilent' | 'tellsAllSoon'
  readonly files: readonly FileFacts[]
}

export interface FileFacts {
  readonly path: string
  /** All torrents that use it; none: it is a person's own. */
  readonly users: readonly string[]
}

export interface Answer {
  readonly path: string
  readonly mayGo: boolean
  readonly because: string
}

export function mayGo(facts: Facts): readonly Answer[] {
  return facts.files.map((file) => {
    const reason = whyFileStays(file, facts) ?? whyTorrentStays(facts)
    return {
      path: file.path,
      mayGo: reason === null,
      because: reason ?? 'it was wanted, is nobody else’s, is proven and paid',
    }
  })
}

/** What a file is to others, nobody's wish can change. */
function whyFileStays({users}: FileFacts, {torrent, neighbour, wantedBy}: Facts): string | null {
  if (!users.includes(torrent)) return 'it is not of the torrent that was to go'
  const others = users.filter((it) => it !== torrent)
  if (others.length > 0) return `${others.join(' and ')} needs it`
  if (neighbour === 'isSilent') return 'another server of this disk does not answer, and may need it by now'
  // A rule can wait for that, a person asks once.
  const isAskedOnce = wantedBy === 'person' || wantedBy === 'personAtOnce'
  if (neighbour === 'tellsAllSoon' && isAskedOnce)
    return 'another server of this disk has not told yet what it has'
  return null
}

function whyTorrentStays(facts: Facts): string | null {
  // Who sends it past the trash has said that it goes permanently; debts and Arrs are his business, too.
  if (facts.wantedBy === 'personAtOnce') return null
  if (facts.wantedBy === 'person') return whyTrashKeeps(facts)
  return whyDiskKeeps(facts) ?? (isNothingLeft(facts) ? null : (whyDebtKeeps(facts) ?? whyArrKeeps(facts)))
}

/** Where the disk is shared with Commodarr he was told that it can be brought back. */
function whyTrashKeeps({disk}: Facts): string | null {
  const isLost = disk.look === 'seesAnEmptyFolder' || disk.look === 'seesAnotherFolder'
  return isLost ? 'it was to go into the trash, and nobody sees where it is' : null
}

function whyDiskKeeps({disk, wantedBy}: Facts): string | null {
  const {look, isReached, isCalledMissing, hasFiles} = disk
  if (!isReached) return 'its disk is away, and comes back with it'
  if (look === 'seesAnEmptyFolder') return 'where it should lie is an empty folder, so its disk may be away'
  if (look === 'seesAnotherFolder') return 'where it should lie is another folder, so nothing is known of it'
  if (isCalledMissing && look === 'isNotShared')
    return 'it is called missing, and nobody can look whether it is'
  if (isCalledMissing && hasFiles && wantedBy === 'cleanUp')
    return 'it is there, and what its server says of missing files is wrong'
  return null
}

/** Somebody looked, and there is nothing that could be lost. */
function isNothingLeft({disk}: Facts): boolean {
  return disk.look === 'seesTheDisk' && !disk.hasFiles
}

function whyDebtKeeps({debt}: Facts): string | null {
  if (debt === null || debt.daysSeeded >= debt.daysAsked) return null
  return `it seeded ${debt.daysSeeded} of the ${debt.daysAsked} days that its tracker asks`
}

function whyArrKeeps({arr}: Facts): string | null {
  switch (arr) {
    case 'stillImports':
      return 'its Arr still has to take it in'
    case 'isSilent':
      return 'its Arr does not answer, so nobody can say what it has'
    case 'saysItIsBlind':
      return 'its Arr says itself that it does not see its downloads'
    case 'neverHeardOfIt':
      return 'it is in the category of an Arr that has no proof of it'
    case 'hasImported':
    case 'notConcerned':
      return null
  }
}
