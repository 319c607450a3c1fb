/** The rows that are lived through, the same each time. */
import {axes, axisNames, isLike, isPossible, nameOf, type Like, type Row} from './axes.ts'
import {covering, type Space} from './covering.ts'
import {factsOf} from './facts.ts'
import {knownFailures, type KnownFailure} from './known-failures.ts'
import {mayGo, type Facts} from './oracle.ts'

/** What can be dangerous; who wants what of whom is no danger. */
export const dangerSpace: Space<typeof axes> = {axes, isPossible, inTurn: ['kind', 'wish']}

/** Nothing speaks against its removal. */
const usual = Object.fromEntries(axisNames.map((axis) => [axis, axes[axis][0]])) as unknown as Row

/** Each danger alone, and debts beside what might seem to pay them: in a row with many dangers one hides the others. */
const dangers: readonly Partial<Row>[] = [
  {disk: 'disk unseen'},
  {disk: 'disk away'},
  {disk: 'disk back', wish: 'by clean-up'},
  {disk: 'disk back', paths: 'nothing mapped', wish: 'by clean-up', arr: 'import pending'},
  {disk: 'files gone', paths: 'nothing mapped'},
  {debt: 'owes time'},
  {debt: 'owes time', tracker: 'tracker forgot it'},
  {debt: 'owes time', tracker: 'tracker forgot it', wish: 'by clean-up'},
  {debt: 'owes time', tracker: 'tracker down', arr: 'of no Arr'},
  {debt: 'owes time', clock: 'clock three days ahead'},
  {sharing: 'cross-seed beside'},
  {sharing: 'cross-seed next door'},
  {sharing: 'cross-seed next door', wish: 'by a person'},
  {sharing: 'cross-seed next door', wish: 'by a person at once'},
  {sharing: 'one file next door'},
  {sharing: 'one file next door', paths: 'nothing mapped', wish: 'by clean-up'},
  {arr: 'import pending'},
  {arr: 'Arr away', wish: 'by clean-up'},
  {arr: 'unknown to its Arr', paths: 'nothing mapped'},
  {paths: 'own mapped wrongly', wish: 'by a person'},
  {sharing: 'cross-seed next door', paths: 'nothing mapped', wish: 'by a person at once'},
  {sharing: 'one file next door', wish: 'by a person at once'},
  {sharing: 'one file next door', paths: 'own mapped'},
  {neighbour: 'neighbour away'},
  {neighbour: 'neighbour restarts', sharing: 'cross-seed next door'},
  {neighbour: 'neighbour restarts', wish: 'by a person at once'},
  {disk: 'disk unseen', program: 'program killed'},
  {debt: 'owes time', clock: 'clock three days ahead', program: 'program killed'},
  {sharing: 'cross-seed next door', paths: 'nothing mapped'},
  {arr: 'Arr unwell'},
  {kind: 'rtorrent', disk: 'files gone', paths: 'nothing mapped'},
]

/** The kinds of server take turns. */
export const oneDanger: readonly Row[] = dangers.map((danger, at) => ({
  ...usual,
  kind: axes.kind[at % axes.kind.length]!,
  ...danger,
}))

/** Each on the other kinds. */
export function oneDangerElsewhere(): readonly Row[] {
  return oneDanger
    .flatMap((row) => axes.kind.filter((kind) => kind !== row.kind).map((kind) => ({...row, kind})))
    .filter((row) => !isLikeKnown(row))
}

/** What goes, on every kind of server, whoever wants it. */
export const noDanger: readonly Row[] = axes.kind.flatMap((kind, at) =>
  axes.wish.map((wish, turn) => {
    const paths = axes.paths[(at + turn) % 4]!
    const debt = turn % 2 === 0 ? 'has paid' : 'owes nothing'
    return {...usual, kind, wish, paths, debt}
  }),
)

/** Each pair of values. */
export const pairs: readonly Row[] = covering(dangerSpace, 2)

const all: ReadonlyMap<string, Row> = new Map(
  [...noDanger, ...oneDanger, ...pairs].map((row) => [nameOf(row), row]),
)

/** @throws when there is none of this name: the rows have changed */
export function rowOf(name: string): Row {
  const row = all.get(name)
  if (!row) throw new Error(`There is no row any more that is called "${name}".`)
  return row
}

/** Each three values, but where a known failure would be all that is seen. */
export function triples(kind: Row['kind']): readonly Row[] {
  return covering(dangerSpace, 3).filter((row) => row.kind === kind && !isLikeKnown(row))
}

/** @returns `null` = nobody knows of a failure in this row */
export function knownIn(row: Row): KnownFailure | null {
  return knownFailures.find(({rows, loses}) => loses && rows.includes(nameOf(row))) ?? null
}

/** It has the values with which a known failure comes. */
function isLikeKnown(row: Row): boolean {
  return knownFailures.some(({loses, like}) => loses && like.some((part) => isLike(row, part)))
}

/**
 * Its torrent goes with its data: it may, and nothing more careful than that holds it.
 * @param facts as it was lived through; default: as it is before anybody does anything about it
 */
export function goes(row: Row, facts: Facts = factsOf(row)): boolean {
  if (!isFree(facts)) return false
  return !held.some(
    ({like, isCalledMissing}) =>
      isLike(row, like) && (isCalledMissing !== true || facts.disk.isCalledMissing),
  )
}

/** Why something stays that may go. */
const held: readonly {readonly why: string; readonly like: Like; readonly isCalledMissing?: true}[] = [
  {
    why: 'A rule about missing files decides first, and is held up: by what came in already, or by its Arr.',
    like: {
      disk: ['disk back', 'files gone'],
      arr: ['imported', 'Arr away', 'Arr unwell', 'unknown to its Arr'],
      wish: ['by a rule', 'by clean-up'],
    },
    isCalledMissing: true,
  },
  {
    why: 'A person who says nothing of past the trash is told that nothing can go into it.',
    like: {paths: ['nothing mapped', 'neighbour mapped'], wish: ['by a person']},
  },
  {
    why: 'We delete for rTorrent where we see its files, and see none.',
    like: {
      kind: ['rtorrent'],
      paths: ['both mapped', 'own mapped'],
      disk: ['files gone', 'disk away', 'disk unseen'],
    },
  },
  {
    why: 'After a clock was set back what was seen before was seen in a time to come.',
    like: {clock: ['clock a day back'], wish: ['by a rule', 'by clean-up']},
  },
]

/** All files of its torrent may go. */
export function isFree(facts: Facts): boolean {
  const own = new Set(facts.files.filter(({users}) => users.includes(facts.torrent)).map(({path}) => path))
  return mayGo(facts).every((it) => it.mayGo || !own.has(it.path))
}
