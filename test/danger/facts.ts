/** What is true in the case of a row, in the words of the oracle: of the world as it is made, and of no program in it. */
import type {Row} from './axes.ts'
import type {Facts, FileFacts} from './oracle.ts'

/** Where its files lie, and another folder with files of the same names. */
export const DISK = 'disk'
export const DECOY = 'decoy'
/** Of a person: a hard link to the film, and a file beside the torrent. */
export const LINK = 'linked.mkv'
export const PERSONS = `${DISK}/something else`

/** So long it has to seed for its tracker, and so long it did. */
export const DAYS_ASKED = 5
export const daysSeeded = {'owes nothing': 3, 'owes time': 3, 'has paid': 20} as const

interface Content {
  readonly name: string
  /** The film, and notes. */
  readonly files: readonly {readonly path: string}[]
}

export const usualContent: Content = {
  name: 'Some.Film.2020.1080p',
  files: [{path: 'Some.Film.2020.1080p/film.mkv'}, {path: 'Some.Film.2020.1080p/film.nfo'}],
}

/** @param isCalledMissing what its server says when it goes; default: as long as nobody has it checked */
export function factsOf(
  row: Row,
  content: Content = usualContent,
  isCalledMissing = row.disk !== 'disk there' && row.disk !== 'disk unseen',
): Facts {
  const {disk, debt, arr, neighbour, wish} = row
  return {
    wantedBy: wanters[wish],
    torrent: content.name,
    disk: {
      look: lookOf(row),
      isReached: disk !== 'disk away',
      isCalledMissing,
      hasFiles: disk !== 'files gone',
    },
    debt: debt === 'owes nothing' ? null : {daysAsked: DAYS_ASKED, daysSeeded: daysSeeded[debt]},
    arr: arrs[arr],
    neighbour: neighbours[neighbour],
    files: filesOf(row, content),
  }
}

/** The folder of its server is shared with Commodarr. */
export function seesOwn(paths: Row['paths']): boolean {
  return paths === 'both mapped' || paths === 'own mapped'
}

function lookOf({paths, disk}: Row): Facts['disk']['look'] {
  if (paths === 'own mapped wrongly') return 'seesAnotherFolder'
  if (!seesOwn(paths)) return 'isNotShared'
  return disk === 'disk unseen' || disk === 'disk away' ? 'seesAnEmptyFolder' : 'seesTheDisk'
}

function filesOf({sharing, paths}: Row, {name, files}: Content): readonly FileFacts[] {
  const [film, notes] = files.map(({path}) => `${DISK}/${path}`)
  const persons = [
    PERSONS,
    ...(sharing === 'hard link' ? [LINK] : []),
    ...(paths === 'own mapped wrongly' ? files.map(({path}) => `${DECOY}/${path}`) : []),
  ]
  const isWhole = sharing === 'cross-seed beside' || sharing === 'cross-seed next door'
  const both = [name, 'another torrent']
  return [
    {path: film!, users: isWhole || sharing === 'one file next door' ? both : [name]},
    {path: notes!, users: isWhole ? both : [name]},
    ...persons.map((path) => ({path, users: []})),
  ]
}

const wanters = {
  'by a rule': 'rule',
  'by clean-up': 'cleanUp',
  'by a person': 'person',
  'by a person at once': 'personAtOnce',
} as const

const arrs = {
  imported: 'hasImported',
  'import pending': 'stillImports',
  'Arr away': 'isSilent',
  'Arr unwell': 'saysItIsBlind',
  'unknown to its Arr': 'neverHeardOfIt',
  'of no Arr': 'notConcerned',
} as const

const neighbours = {
  'neighbour well': 'hasAnsweredAll',
  'neighbour away': 'isSilent',
  'neighbour restarts': 'tellsAllSoon',
} as const
