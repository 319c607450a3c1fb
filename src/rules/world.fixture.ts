/** A world for tests: each subject is a record of facts; what is not in it is unknown. */
import {factOf, type Fact, type FactName, type FactValue, type UnknownReason} from '#model/fact.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {FactReaders} from './fact-readers.ts'

export const AT = Date.UTC(2026, 2, 1, 12)

export type Row = {readonly key?: string} & {readonly [fact in FactName]?: FactValue} & {
  readonly why?: {readonly [fact in FactName]?: UnknownReason}
}

export const world: FactReaders<Row> = {
  reader: (fact) => (row) => row[fact],
  fact(fact, _window, row): Fact {
    const value = row[fact]
    if (value !== undefined) return {value, observedAt: AT, source: 'qBit'}
    const unknown = row.why?.[fact] ?? (factOf(fact).cost === 'lazy' ? 'notRead' : 'missing')
    return {unknown, since: AT - 60_000, source: 'qBit'}
  },
  name: (row) => ({
    kind: 'torrent',
    key: row.key ?? 'qBit/a',
    serverId: asServerId((row['server.id'] as string | undefined) ?? 'qBit'),
  }),
}
