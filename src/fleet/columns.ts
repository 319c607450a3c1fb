/**
 * Which column keeps which field, and as what: what its unit says (`model/torrent-fields.ts`). One has a story of its own.
 * Measured per torrent of a qBittorrent that tells everything: 410 bytes, room for a tenth more of them included.
 */
import {
  fieldDefinitions,
  type FieldDefinition,
  type FieldUnit,
  type torrentFields,
} from '#model/torrent-fields.ts'
import type {Limit, TorrentField, TorrentFields} from '#model/torrent.ts'
import {EnumColumn, FlagColumn, NumberColumn, WholeColumn, type Column} from './column.ts'
import {InternedColumn, SetColumn} from './interned-columns.ts'
import {HashColumn, PathColumn} from './path-and-hash-columns.ts'
import type {TextArena} from './text-arena.ts'
import {TextColumn} from './text-column.ts'

type Interned<T> = InternedColumn<T & (string | null | undefined)>
type Strings<T> = SetColumn<T & (readonly string[] | undefined)>
/** Any number in 8 bytes. */
type Exact<T> = NumberColumn<T & (Limit | undefined)>
/** Whole ones in 4 bytes, others elsewhere: bytes per second above 4 GB/s, for one. */
type Whole<T> = WholeColumn<T & (Limit | undefined)>

/** The columns of values `T`, by their unit. */
interface UnitColumns<T> {
  text: TextColumn<T & (string | undefined)>
  word: Interned<T>
  path: Interned<T>
  host: Interned<T>
  arr: Interned<T>
  hash: HashColumn
  list: Strings<T>
  set: Strings<T>
  choice: EnumColumn<T & (string | undefined)>
  flag: FlagColumn<T & (boolean | null | undefined)>
  bytes: Exact<T>
  share: Exact<T>
  number: Exact<T>
  ratioLimit: Exact<T>
  rate: Whole<T>
  speedLimit: Whole<T>
  secondsLimit: Whole<T>
  count: Whole<T>
  seconds: Whole<T>
  moment: Whole<T>
}

export type TorrentColumns = {
  readonly [F in TorrentField]: F extends 'contentPath'
    ? PathColumn
    : (typeof torrentFields)[F] extends {readonly isSmall: true}
      ? Whole<TorrentFields[F]>
      : UnitColumns<TorrentFields[F]>[(typeof torrentFields)[F]['unit']]
}

/** @param ownHash the key's hash of a row, as hex */
export function createColumns(arena: TextArena, ownHash: (row: number) => string): TorrentColumns {
  const name = new TextColumn<string>(arena, '')
  const columns: {[field: string]: Column<unknown>} = {
    // Before the name: giving a row back in this order counts the bytes they share once.
    contentPath: new PathColumn(arena, name),
    name,
  }
  for (const [field, definition] of fieldDefinitions) {
    columns[field] ??= makers[definition.isSmall ? 'count' : definition.unit](definition, arena, ownHash)
  }
  return columns as unknown as TorrentColumns
}

type Maker = (
  definition: FieldDefinition,
  arena: TextArena,
  ownHash: (row: number) => string,
) => Column<unknown>

const interned: Maker = ({isKnown}) => new InternedColumn<string | null | undefined>(isKnown ? '' : undefined)
const exact: Maker = () => new NumberColumn<Limit | undefined>()
const whole: Maker = ({isKnown}) => new WholeColumn<Limit | undefined>(1, isKnown ? 0 : undefined)

const makers: {readonly [U in FieldUnit]: Maker} = {
  text: ({isKnown}, arena) => new TextColumn<string | undefined>(arena, isKnown ? '' : undefined),
  word: interned,
  path: interned,
  host: interned,
  arr: interned,
  hash: (_, _arena, ownHash) => new HashColumn(ownHash),
  list: ({isKnown}) => new SetColumn<readonly string[] | undefined>(isKnown ? [] : undefined, false),
  set: ({isKnown}) => new SetColumn<readonly string[] | undefined>(isKnown ? [] : undefined, true),
  choice: ({words = [], isKnown}) =>
    new EnumColumn<string | undefined>(words, isKnown ? 'unknown' : undefined),
  flag: ({isKnown}) => new FlagColumn<boolean | null | undefined>(isKnown ? false : undefined),
  bytes: exact,
  share: exact,
  number: exact,
  ratioLimit: exact,
  rate: whole,
  speedLimit: whole,
  secondsLimit: whole,
  count: whole,
  seconds: whole,
  // Servers tell whole seconds.
  moment: () => new WholeColumn<number | null | undefined>(1000, undefined),
}
